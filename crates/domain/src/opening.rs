//! Opening a payment: the shop's number is a claim, and a claim never leads to two sales.

use crate::calendar::after;
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::faults::{Planted, planted};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, BookKind, PaymentId, ShopId};
use crate::jobs::Task;
use crate::lifecycle::PaymentEvent;
use crate::payments::{Claim, ClaimKey, Payment, PaymentState, Terms};
use crate::sellers::Shop;
use crate::splitting;
use jiff::Timestamp;
use money::Money;

/// The largest number a shop can be assigned: what old clients hold in 32 bits.
pub const ASSIGNED_NUMBER_MAX: i64 = 2_147_483_647;

/// A wish: the shop wants to be paid.
#[derive(Clone, Debug)]
pub struct OpenPayment {
    /// The payment, should a new one be needed.
    pub id: PaymentId,
    /// The shop, in the book of the payment.
    pub shop: ShopId,
    /// The version of the shop's settings that the request was checked with.
    pub shop_version: u32,
    /// The order's number; `None` asks for one to be assigned.
    pub number: Option<i64>,
    /// The claim by which an order is known whose number of ours is assigned; none if every request is an order
    /// of its own.
    pub claim: Option<ClaimKey>,
    /// What the shop said; its `number` is replaced by the one that is settled on.
    pub terms: Terms,
    /// The order's sum.
    pub amount: Money,
    /// The digest of what was signed.
    pub fingerprint: [u8; 32],
    /// When the payment's time is over; `None`: after the shop's lifetime.
    pub ends_at: Option<Timestamp>,
}

/// What opening came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The payment under which the order is paid.
    pub payment: PaymentId,
    /// Whether it was opened by this very request.
    pub fresh: bool,
}

impl Command for OpenPayment {
    type Answer = Opened;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.shop.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.shop);
        if let Some(number) = self.number {
            asks.know(ClaimKey { number, shop: self.shop });
        }
        if let Some(claim) = self.claim {
            asks.know(claim);
        }
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Opened), Stop> {
        let shop = facts.need(&self.shop)?;
        if shop.version != self.shop_version {
            return Err(Refused::Stale { what: "shop" }.into());
        }
        let own = self.number.map(|number| ClaimKey { number, shop: self.shop });
        let claim = match own.or(self.claim) {
            Some(key) => facts.find(&key)?,
            None => None,
        };
        match claim.filter(|_| !planted(Planted::ForgetClaim)) {
            None => self.open(Decision::nothing(), facts, shop, now),
            Some(claim) => self.again(facts, shop, claim, now),
        }
    }
}

impl OpenPayment {
    /// The number is known. The same content goes on with its payment; other content replaces
    /// it while it is unpaid.
    fn again(
        &self,
        facts: &Facts,
        shop: &Shop,
        claim: &Claim,
        now: Timestamp,
    ) -> Result<(Decision, Opened), Stop> {
        let old = facts.need(&claim.payment)?;
        if old.state == PaymentState::Paid && self.shop.book.kind() == BookKind::Test {
            // Rehearsals may use a number again and again.
            return self.open(Decision::nothing(), facts, shop, now);
        }
        let ended = matches!(old.state, PaymentState::Cancelled | PaymentState::Expired);
        if claim.fingerprint == self.fingerprint && !ended {
            return match old.state {
                PaymentState::Paid if planted(Planted::SellPaidAgain) => {
                    self.open(Decision::nothing(), facts, shop, now)
                }
                PaymentState::Paid => Err(Refused::AlreadyPaid.into()),
                PaymentState::Open
                | PaymentState::Held { .. }
                | PaymentState::Capturing { .. }
                | PaymentState::Releasing { .. }
                | PaymentState::Closing { .. }
                | PaymentState::Cancelled
                | PaymentState::Expired => {
                    Ok((Decision::nothing(), Opened { payment: old.id, fresh: false }))
                }
            };
        }
        let closed = if planted(Planted::KeepReplacedOpen) {
            old.clone()
        } else {
            old.clone().closing(PaymentEvent::Replaced, now)?
        };
        let subject = Subject::Payment(old.id);
        let decision = Decision::nothing()
            .forget(Task::ExpirePayment(old.id))
            .tell(subject, &Actor::Shop, Happened::PaymentReplaced { by: self.id })
            .save(closed);
        self.open(decision, facts, shop, now)
    }

    fn open(
        &self,
        decision: Decision,
        facts: &Facts,
        shop: &Shop,
        now: Timestamp,
    ) -> Result<(Decision, Opened), Stop> {
        if !shop.active {
            return Err(Refused::Off { what: "shop" }.into());
        }
        if !facts.need(&shop.seller)?.active {
            return Err(Refused::Off { what: "seller" }.into());
        }
        if !shop.takes(self.amount.currency()) || !self.amount.is_positive() {
            let why = format!("expected a positive sum in {}", shop.currency.code());
            return Err(Refused::Invalid { what: "sum", why }.into());
        }
        if self.terms.receipt.as_ref().is_some_and(|receipt| receipt.total() != self.amount) {
            let why = "expected lines that add up to the order's sum".to_owned();
            return Err(Refused::Invalid { what: "receipt", why }.into());
        }
        if let Some(price) = &self.terms.price {
            price.check(facts, shop.id, self.amount)?;
        }
        splitting::check(&self.terms, self.amount, shop.id)?;
        let ends_at = self.ends_at.unwrap_or(after(now, shop.lifetime_s));
        if ends_at <= now {
            return Err(
                Refused::Invalid { what: "end", why: "the time for payment is over".to_owned() }.into()
            );
        }
        let (number, decision) = match self.number {
            Some(number) => (number, decision),
            None => {
                let number = free_number(facts, shop)?;
                (number, decision.save(Shop { last_number: number, ..shop.clone() }))
            }
        };
        let payment = self.payment(shop, number, ends_at, now);
        let claim = |key| Claim { key, fingerprint: self.fingerprint, payment: self.id };
        let opened = Happened::PaymentOpened { amount: self.amount, number };
        let mut decision = decision
            .tell(Subject::Payment(self.id), &Actor::Shop, opened)
            .then(Task::ExpirePayment(self.id), ends_at)
            .save(payment)
            .save(claim(ClaimKey { number, shop: self.shop }));
        if let Some(key) = self.claim {
            decision = decision.save(claim(key));
        }
        if planted(Planted::ForgetExpiry) {
            decision.work.clear();
        }
        Ok((decision, Opened { payment: self.id, fresh: true }))
    }

    fn payment(&self, shop: &Shop, number: i64, ends_at: Timestamp, now: Timestamp) -> Payment {
        let zero = Money::zero(self.amount.currency());
        Payment {
            id: self.id,
            shop: self.shop,
            state: PaymentState::Open,
            terms: Terms { number, ..self.terms.clone() },
            amount: self.amount,
            captured: zero,
            refunded: zero,
            unsettled: zero,
            passed: zero,
            settled: false,
            fee: zero,
            fee_returned: zero,
            credit: zero,
            receipts_attached: 0,
            unclaimed: zero,
            paid_by: None,
            brought: Vec::new(),
            unfinished: Vec::new(),
            attempts: 0,
            last_attempt: None,
            opened_at: now,
            ends_at,
            grace_ends_at: after(ends_at, shop.grace_s),
            paid_at: None,
            changed_at: now,
        }
    }
}

/// The next number of the shop that no order has taken.
///
/// # Errors
/// [`Refused::TooMany`] when all are taken.
pub(crate) fn free_number(facts: &Facts, shop: &Shop) -> Result<i64, Stop> {
    let mut number = shop.last_number;
    loop {
        number = if number >= ASSIGNED_NUMBER_MAX { 1 } else { number.saturating_add(1) };
        if facts.find(&ClaimKey { number, shop: shop.id })?.is_none() || planted(Planted::AssignTakenNumber) {
            return Ok(number);
        }
        if number == shop.last_number {
            return Err(Refused::TooMany { what: "assigned numbers", limit: u32::MAX }.into());
        }
    }
}
