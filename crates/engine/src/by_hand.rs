//! What people do on pages: refunds and links that are made once, however often their form is sent.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use domain::attempts::Attempt;
use domain::by_hand::{OpenByHand, RefundOnce};
use domain::checkouts::CheckoutTerms;
use domain::decide::{Refused, Stop};
use domain::history::Actor;
use domain::ids::{BookKind, PaymentId, RefundId};
use domain::ledger::{Account, BalanceKey};
use domain::opening::OpenPayment;
use domain::payments::{Payment, Terms};
use domain::refunding::RefundPayment;
use domain::refunds::{Refund, Source};
use domain::sellers::Shop;
use jiff::Timestamp;
use money::{Money, MoneyError};
use wire::card_numbers::mask_card_numbers;

/// A payment that a person asks for.
#[derive(Clone, Debug)]
pub struct LinkOrder {
    /// The payment, taken when the form was shown.
    pub payment: PaymentId,
    /// The sum.
    pub amount: Money,
    /// What for.
    pub description: String,
    /// The buyer's e-mail address, if it is known.
    pub email: Option<String>,
    /// Until when it can be paid; the shop's own lifetime if nothing is said.
    pub until: Option<Timestamp>,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Gives so much of a payment back; a refund that was asked for before is left as it is.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when there is not so much to give back.
    #[tracing::instrument(skip_all, fields(payment = payment.number))]
    pub async fn refund_once(
        &self,
        id: RefundId,
        payment: PaymentId,
        amount: Option<Money>,
        source: Source,
        actor: Actor,
    ) -> Result<Money, EngineError> {
        let amount = self
            .submit(RefundOnce(RefundPayment { id, payment, amount, source, receipt: None, actor }))
            .await?;
        self.changed(payment);
        Ok(amount)
    }

    /// Opens a payment of a shop by hand, as its own door would; the link was made before if the form comes again.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when the shop is off, the sum is not one of its currency, or the time is over.
    #[tracing::instrument(skip_all)]
    pub async fn open_by_hand(
        &self,
        shop: &Shop,
        order: LinkOrder,
        actor: Actor,
    ) -> Result<PaymentId, EngineError> {
        let id = order.payment;
        let open = OpenPayment {
            id,
            shop: shop.id,
            shop_version: shop.version,
            number: None,
            claim: None,
            amount: order.amount,
            fingerprint: fingerprint(id),
            ends_at: order.until,
            terms: Terms {
                receipt: None,
                reuse: Default::default(),
                number: 0,
                sum_text: order.amount.to_string(),
                description: mask_card_numbers(&order.description).into_owned(),
                email: order.email,
                payer_ip: None,
                language: None,
                custom: Vec::new(),
                success: None,
                fail: None,
                statement_to: None,
                preferred: None,
                allowed: Vec::new(),
                hold: shop.two_step,
                price: None,
                split: Vec::new(),
                checkout: shop.checkout.as_ref().map(|_| CheckoutTerms::without_request()),
            },
        };
        let opened = self.submit(OpenByHand { open, actor }).await?;
        if opened.fresh {
            self.meters.opened(match id.book.kind() {
                BookKind::Live => "live",
                BookKind::Test => "test",
            });
        }
        self.changed(opened.payment);
        Ok(opened.payment)
    }
}

/// The fingerprint of a payment that nobody will ask for again under its number: its own identifier, which no
/// digest of a shop's request is.
fn fingerprint(id: PaymentId) -> [u8; 32] {
    let mut print = [0; 32];
    let bytes = id.number.to_be_bytes().into_iter().chain(id.book.number().to_be_bytes());
    for (slot, byte) in print.iter_mut().zip(bytes) {
        *slot = byte;
    }
    print
}

/// What a refund would do to the seller's balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundPreview {
    /// Available now.
    pub available: Money,
    /// Available afterwards; below zero the refund would be refused.
    pub available_after: Money,
    /// Pending afterwards.
    pub pending_after: Money,
    /// Of the commission, what is given back to the seller.
    pub fee_returned: Money,
    /// What the refund costs.
    pub fee_charged: Money,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// What giving back so much of a sale would do to the balance, by the very rules of the decision, as of now.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when sums do not fit together.
    pub async fn preview_refund(
        &self,
        payment: &Payment,
        attempt: &Attempt,
        amount: Money,
    ) -> Result<RefundPreview, EngineError> {
        let (book, currency) = (payment.id.book, amount.currency());
        let of = |account| BalanceKey { account, currency, book };
        let available = self.store.balance(of(Account::Available)).await?;
        let pending = self.store.balance(of(Account::Pending)).await?;
        let id: RefundId = self.fresh(book)?;
        let (mut payment, mut attempt) = (payment.clone(), attempt.clone());
        let when = (self.now(), jiff::civil::Date::default());
        let refund = Refund::of_sale(id, &mut payment, &mut attempt, amount, pending, when);
        let (refund, entry) = refund.map_err(|stop| match stop {
            Stop::Refused(refused) => EngineError::Refused(refused),
            Stop::NeedMore(_) => EngineError::Refused(Refused::Mistake("a preview needs no more")),
        })?;
        let moved = |account: Account, mut balance: Money| -> Result<Money, EngineError> {
            for posting in &entry.postings {
                if posting.from() == account {
                    balance = balance.minus(posting.amount()).map_err(sums)?;
                }
                if posting.to() == account {
                    balance = balance.plus(posting.amount()).map_err(sums)?;
                }
            }
            Ok(balance)
        };
        Ok(RefundPreview {
            available,
            available_after: moved(Account::Available, available)?,
            pending_after: moved(Account::Pending, pending)?,
            fee_returned: refund.fee_returned,
            fee_charged: refund.fee_charged,
        })
    }
}

fn sums(error: MoneyError) -> EngineError {
    EngineError::Refused(Refused::Money(error))
}
