//! What people do on pages: refunds and links that are made once, however often their form is sent.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use domain::by_hand::{OpenByHand, RefundOnce};
use domain::history::Actor;
use domain::ids::{BookKind, PaymentId, RefundId};
use domain::opening::OpenPayment;
use domain::payments::Terms;
use domain::refunding::RefundPayment;
use domain::refunds::Source;
use domain::sellers::Shop;
use jiff::Timestamp;
use money::Money;
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
        let amount = self.submit(RefundOnce(RefundPayment { id, payment, amount, source, actor })).await?;
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
            amount: order.amount,
            fingerprint: fingerprint(id),
            ends_at: order.until,
            terms: Terms {
                number: 0,
                sum_text: order.amount.to_string(),
                description: mask_card_numbers(&order.description).into_owned(),
                email: order.email,
                payer_ip: None,
                language: None,
                custom: Vec::new(),
                success: None,
                fail: None,
                preferred: None,
                allowed: Vec::new(),
                hold: shop.two_step,
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
