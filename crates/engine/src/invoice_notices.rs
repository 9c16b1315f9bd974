//! What a checkout is told of its invoices, and with what its buyers return.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::network::Network;
use crate::payways::alias_of;
use crate::purses::purse_number;
use domain::checkouts::{CheckoutTerms, Generation};
use domain::ids::{AttemptId, BookKind};
use domain::methods::Method;
use domain::notices::{Notice, NoticeKind};
use domain::payments::Payment;
use domain::secrets::Secret;
use domain::sellers::{Shop, ShopAddress};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::Money;
use protocols::interkassa::notice::{self, Expected, Extras, Pairs, Told, notice_fields};
use protocols::interkassa::sci1::notice::{self as first, FeePayer, FirstTold, status_fields};
use protocols::interkassa::sci1::request::BAGGAGE;
use protocols::interkassa::states::{Back, InvoiceStage, InvoiceState, Returned};

/// The rate of a shop's currency to the dollar in the first generation's notices: nothing is converted.
const RATE: &str = "1";

/// What a message about an invoice is made of.
struct Facts {
    state: InvoiceState,
    processed: Option<Timestamp>,
    method: Option<Method>,
    credited: Money,
    price: Money,
    attempt: Option<AttemptId>,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// The fields of a notice about an invoice, signed under the keys that it was promised under, or with a
    /// foreign key where it is to be forged. Nothing where those keys are gone.
    pub(crate) fn invoice_fields(
        &self,
        notice: &Notice,
        payment: &Payment,
        shop: &Shop,
        foreign: Option<&Secret>,
    ) -> Option<Pairs> {
        let terms = payment.terms.checkout.as_ref()?;
        let passwords = shop.passwords_of(notice.passwords)?;
        // The test payway's notices are checked with the test key, all others with the sign key.
        let own = match (terms.generation, payment.id.book.kind()) {
            (Generation::Second, BookKind::Test) => &passwords.second,
            (Generation::Second, BookKind::Live) | (Generation::First, _) => &passwords.first,
        };
        let key = foreign.unwrap_or(own);
        let paid = notice.kind == NoticeKind::PaidInvoice;
        let facts = Facts {
            state: if paid { InvoiceState::Success } else { InvoiceState::Canceled },
            processed: Some(if paid { payment.paid_at.unwrap_or(notice.owed_at) } else { notice.owed_at }),
            method: Some(notice.method),
            credited: if paid {
                notice.paid.minus(notice.fee).unwrap_or(notice.paid)
            } else {
                payment.amount
            },
            price: if paid { notice.paid } else { payment.amount },
            attempt: notice.attempt,
        };
        Some(match terms.generation {
            Generation::First => status_fields(&first_told(payment, shop, terms, &facts), key),
            Generation::Second => self.with_told(payment, shop, terms, &facts, |told| {
                notice_fields(told, &extras(terms), key, notice.algorithm)
            }),
        })
    }

    /// Where a buyer of a checkout returns as the payment stands, with what; nothing without an address.
    pub(crate) fn invoice_return(
        &self,
        payment: &Payment,
        shop: &Shop,
        terms: &CheckoutTerms,
    ) -> Option<(ShopAddress, bool, Pairs)> {
        let stage = InvoiceStage::of(&payment.state, payment.attempts > 0, Returned::No);
        let state = stage.told();
        let checkout = shop.checkout.as_ref();
        let pending = checkout.and_then(|checkout| checkout.pending.clone());
        let (asked, own, plain) = match state.back() {
            Back::Success => (payment.terms.success.clone(), shop.success.clone(), terms.plain.0),
            Back::Fail => (payment.terms.fail.clone(), shop.fail.clone(), terms.plain.1),
            Back::Pending => (terms.pending.clone(), pending, false),
        };
        let named = asked.is_some();
        let address = asked.or(own)?;
        if plain {
            return Some((address, named, Vec::new()));
        }
        let sold = payment.captured.is_positive();
        let price = if sold { payment.captured } else { payment.amount };
        let facts = Facts {
            state,
            processed: payment.paid_at.or(state.is_final().then_some(payment.changed_at)),
            method: payment.terms.preferred,
            credited: if sold { price.minus(payment.fee).unwrap_or(price) } else { price },
            price,
            attempt: payment.paid_by,
        };
        let fields = match terms.generation {
            Generation::First => first::return_fields(&first_told(payment, shop, terms, &facts)),
            Generation::Second => self.with_told(payment, shop, terms, &facts, notice::return_fields),
        };
        Some((address, named, fields))
    }

    fn with_told(
        &self,
        payment: &Payment,
        shop: &Shop,
        terms: &CheckoutTerms,
        facts: &Facts,
        write: impl FnOnce(&Told<'_>) -> Pairs,
    ) -> Pairs {
        let zone = TimeZone::get(&shop.zone).unwrap_or(TimeZone::UTC);
        let live = payment.id.book.kind() == BookKind::Live;
        let transaction = facts.attempt.filter(|_| live).map(|attempt| self.print(attempt));
        let payway = facts.method.map(|method| alias_of(payment, method));
        write(&Told {
            checkout: &shop.login,
            purse: purse_number(shop.id.book, payment.currency()),
            invoice: payment.terms.number.unsigned_abs(),
            state: facts.state,
            created: payment.opened_at,
            processed: facts.processed,
            transaction: transaction.as_deref().unwrap_or_default(),
            payment_no: &terms.payment_no,
            payway: payway.as_deref().unwrap_or_default(),
            amount: payment.told_sum(),
            credited: facts.credited,
            price: facts.price,
            description: &payment.terms.description,
            custom: &payment.terms.custom,
            zone: &zone,
        })
    }
}

fn first_told<'a>(
    payment: &'a Payment,
    shop: &'a Shop,
    terms: &'a CheckoutTerms,
    facts: &Facts,
) -> FirstTold<'a> {
    let baggage = payment.terms.custom.iter().find(|field| field.name == BAGGAGE);
    FirstTold {
        shop_id: shop.checkout.as_ref().map_or("", |checkout| &checkout.first_id),
        amount: &payment.terms.sum_text,
        payment_id: &terms.payment_no,
        description: &payment.terms.description,
        alias: &terms.via,
        baggage: baggage.map_or("", |field| &field.value),
        at: facts.processed.unwrap_or(payment.changed_at),
        paid: facts.state == InvoiceState::Success,
        transaction: payment.terms.number.unsigned_abs(),
        rate: RATE,
        fees: FeePayer::of_share(shop.buyer_share),
    }
}

fn extras(terms: &CheckoutTerms) -> Extras<'_> {
    let (method, currency) = (&terms.newer.0, &terms.newer.1);
    Extras {
        process: terms.process,
        contact: terms.contact.as_deref(),
        method: (!method.is_empty()).then_some((method.as_str(), currency.as_str())),
        card: None,
    }
}

/// The answer by which a checkout takes a notice for delivered.
pub(crate) fn expected(shop: &Shop) -> Expected {
    shop.checkout.as_ref().map_or_else(Expected::default, |checkout| Expected {
        status: checkout.expected_status,
        text: checkout.expected_text.clone(),
    })
}
