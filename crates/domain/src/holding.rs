//! Capturing and releasing holds: wishes that the provider carries out.

use crate::closing::close;
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, PaymentId};
use crate::jobs::Task;
use crate::lifecycle::PaymentEvent;
use crate::payments::{Payment, PaymentState};
use crate::receipts::Receipt;
use jiff::Timestamp;
use money::Money;

/// A wish: take so much of what is held; the rest goes back to the payer.
#[derive(Clone, Debug)]
pub struct CapturePayment {
    /// Which.
    pub payment: PaymentId,
    /// How much; `None` all of it.
    pub amount: Option<Money>,
    /// What is sold of it, if the shop says it anew: it replaces the receipt of the order.
    pub receipt: Option<Receipt>,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for CapturePayment {
    type Answer = Money;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.payment.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payment);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Money), Stop> {
        let payment = facts.need(&self.payment)?;
        let held = held_by(facts, payment)?;
        let amount = self.amount.unwrap_or(held);
        if !amount.is_positive() && matches!(payment.state, PaymentState::Held { .. }) {
            return Err(Refused::Invalid { what: "sum", why: "expected a positive sum".to_owned() }.into());
        }
        amount.compare(held)?;
        self.check_receipt(payment, amount, held)?;
        let next = payment.on(PaymentEvent::CaptureAsked { amount, held }, now)?.to;
        if next == payment.state {
            // Asked for already: planning it again would send it twice.
            return Ok((Decision::nothing(), amount));
        }
        let mut payment = Payment { state: next, changed_at: now, ..payment.clone() };
        if let Some(receipt) = &self.receipt {
            payment.terms.receipt = Some(receipt.clone());
        }
        let mut decision = Decision::nothing().tell(
            Subject::Payment(payment.id),
            &self.actor,
            Happened::CaptureAsked { amount },
        );
        if let Some(attempt) = payment.paid_by {
            decision = decision.then(Task::CaptureHold(attempt), now);
        }
        Ok((decision.save(payment), amount))
    }
}

impl CapturePayment {
    /// What is printed is what is sold: of a part only the shop knows it.
    fn check_receipt(&self, payment: &Payment, amount: Money, held: Money) -> Result<(), Refused> {
        let why = match (&self.receipt, &payment.terms.receipt) {
            (Some(receipt), _) if receipt.total() != amount => "expected one of the sum that is captured",
            (None, Some(_)) if amount.minor() < held.minor() => "expected one of the part that is captured",
            (Some(_), _) | (None, _) => return Ok(()),
        };
        Err(Refused::Invalid { what: "receipt", why: why.to_owned() })
    }
}

/// A wish: let the held money go back to the payer.
#[derive(Clone, Debug)]
pub struct ReleasePayment {
    /// Which.
    pub payment: PaymentId,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for ReleasePayment {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.payment.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payment);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let payment = facts.need(&self.payment)?;
        let released = close(Decision::nothing(), payment, PaymentEvent::ReleaseAsked, &self.actor, now)?;
        Ok((released, ()))
    }
}

/// What can be captured: what is held, but never more than the buyer was asked for.
fn held_by(facts: &Facts, payment: &Payment) -> Result<Money, Stop> {
    let zero = Money::zero(payment.currency());
    let Some(attempt) = payment.paid_by else {
        return Ok(zero);
    };
    let attempt = facts.need(&attempt)?;
    Ok(attempt.received.unwrap_or(zero).smaller(attempt.amount)?)
}
