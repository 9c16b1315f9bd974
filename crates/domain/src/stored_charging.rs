//! Charging a kept method: the shop asks, the payer agreed before, and the attempt starts at once.

use crate::attempts::PayerFields;
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Change, Facts};
use crate::history::Actor;
use crate::ids::{AttemptId, Book, PaymentId, ProviderAccountId, StoredMethodId, TariffId};
use crate::opening::{OpenPayment, Opened};
use crate::payments::{ClaimKey, Payment, PaymentState};
use crate::sellers::Switch;
use crate::stored::{Reuse, StoredMethod};
use crate::trying::StartAttempt;
use jiff::Timestamp;

/// A wish: charge the method that an earlier payment of this shop had kept, as a payment of its own.
#[derive(Clone, Debug)]
pub struct ChargeStored {
    /// The payment, with the number that the shop gave it; its terms name the kept method.
    pub opening: OpenPayment,
    /// The number of the order under which the payer agreed.
    pub parent: i64,
    /// The attempt, should a new payment be opened.
    pub attempt: AttemptId,
    /// Through which account, and the version that was read.
    pub provider: (ProviderAccountId, u32),
    /// Under which tariff, and the version that was read.
    pub tariff: (TariffId, u32),
}

impl Command for ChargeStored {
    type Answer = Opened;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.opening.shop.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        self.opening.asks(asks);
        asks.know(ClaimKey { number: self.parent, shop: self.opening.shop });
        asks.know(self.provider.0);
        asks.know(self.tariff.0);
        if let Some(stored) = self.opening.terms.reuse.stored() {
            asks.know(stored);
        }
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Opened), Stop> {
        if let Some(payment) = self.asked_before(facts)? {
            return Ok((Decision::nothing(), Opened { payment, fresh: false }));
        }
        let stored = self.agreed(facts)?;
        let (decision, opened) = self.opening.decide(facts, now)?;
        if !opened.fresh {
            return Ok((decision, opened));
        }
        let payment = opened_payment(&decision, opened.payment)?;
        let shop = facts.need(&payment.shop)?;
        let start = StartAttempt {
            id: self.attempt,
            payment: payment.id,
            method: stored.method,
            provider: self.provider,
            tariff: self.tariff,
            payer: PayerFields::default(),
        };
        let scene = (&payment, shop, facts.need(&shop.seller)?);
        let started = start.begun(facts, scene, Reuse::Charge(stored.id), &Actor::Shop, now)?;
        Ok((followed_by(decision, started), opened))
    }
}

impl ChargeStored {
    /// The charge that the same request has opened before, unless it ended without money: then the shop wants
    /// it tried again.
    fn asked_before(&self, facts: &Facts) -> Result<Option<PaymentId>, Stop> {
        let Some(number) = self.opening.number else { return Ok(None) };
        let claim = facts.find(&ClaimKey { number, shop: self.opening.shop })?;
        let Some(claim) = claim.filter(|claim| claim.fingerprint == self.opening.fingerprint) else {
            return Ok(None);
        };
        let payment = facts.need(&claim.payment)?;
        let over = matches!(payment.state, PaymentState::Cancelled | PaymentState::Expired);
        let charge = matches!(payment.terms.reuse, Reuse::Charge(_));
        Ok((charge && !over).then_some(payment.id))
    }

    /// The kept method, after everything that shows that this payer has agreed to be charged.
    fn agreed<'a>(&self, facts: &'a Facts) -> Result<&'a StoredMethod, Stop> {
        let shop = facts.need(&self.opening.shop)?;
        if !shop.has(Switch::Recurring) {
            return Err(Refused::Off { what: "recurring charge" }.into());
        }
        let parent = facts.find(&ClaimKey { number: self.parent, shop: shop.id })?;
        let parent = parent.ok_or(no_parent("there is no order of this number"))?;
        let stored = parent_method(facts.need(&parent.payment)?).map_err(no_parent)?;
        if self.opening.terms.reuse != Reuse::Charge(stored) || self.opening.number == Some(self.parent) {
            return Err(no_parent("another method was kept for it").into());
        }
        if facts.need(&parent.payment)?.currency() != self.opening.amount.currency() {
            return Err(no_parent("it was paid in another currency").into());
        }
        let stored = facts.find(&stored)?.filter(|stored| stored.serves(shop.id));
        let stored = stored.ok_or(no_parent("its method is not kept any more"))?;
        if stored.provider != self.provider.0 {
            return Err(Refused::Stale { what: "provider account" }.into());
        }
        Ok(stored)
    }
}

/// The method that a payment had kept for charges that follow it.
///
/// # Errors
/// Why there can be none.
pub fn parent_method(parent: &Payment) -> Result<StoredMethodId, &'static str> {
    if parent.terms.reuse != Reuse::Keep {
        return Err("it was not opened for charges that follow");
    }
    match (parent.state, parent.paid_by) {
        (PaymentState::Paid, Some(attempt)) => Ok(StoredMethod::of(attempt)),
        (PaymentState::Paid, None)
        | (
            PaymentState::Open
            | PaymentState::Held { .. }
            | PaymentState::Capturing { .. }
            | PaymentState::Releasing { .. }
            | PaymentState::Closing { .. }
            | PaymentState::Cancelled
            | PaymentState::Expired,
            _,
        ) => Err("it is not paid"),
    }
}

fn no_parent(why: &'static str) -> Refused {
    Refused::Invalid { what: "parent", why: why.to_owned() }
}

/// The payment that opening has just decided on.
fn opened_payment(decision: &Decision, id: PaymentId) -> Result<Payment, Stop> {
    let opened = decision.changes.iter().find_map(|change| {
        let Change::Payment(payment) = change else { return None };
        (payment.id == id).then(|| payment.clone())
    });
    opened.ok_or(Refused::Mistake("a payment was opened and not saved").into())
}

/// One decision after another; what the second saves replaces what the first did.
fn followed_by(mut first: Decision, second: Decision) -> Decision {
    first.changes.extend(second.changes);
    first.events.extend(second.events);
    first.work.extend(second.work);
    first
}
