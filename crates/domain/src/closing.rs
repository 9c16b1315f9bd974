//! Ending a payment without a sale, by time or by wish.

use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::faults::{Planted, planted};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, PaymentId};
use crate::jobs::{Lease, Task};
use crate::lifecycle::PaymentEvent;
use crate::payments::{Payment, PaymentState};
use jiff::Timestamp;

impl Payment {
    /// The payment after an event that brings no money; it ends at once when no attempt is unfinished.
    ///
    /// # Errors
    /// [`Refused`] for a wish that the state does not allow.
    pub fn closing(mut self, event: PaymentEvent, now: Timestamp) -> Result<Payment, Refused> {
        self.state = self.on(event, now)?.to;
        self.changed_at = now;
        self.end_if_idle(now)?;
        Ok(self)
    }

    /// A closing payment whose attempts are all final has ended.
    ///
    /// # Errors
    /// None in practice: the end of attempts is news.
    pub fn end_if_idle(&mut self, now: Timestamp) -> Result<(), Refused> {
        let idle = self.unfinished.is_empty() || planted(Planted::EndWithUnfinished);
        if idle && matches!(self.state, PaymentState::Closing { .. }) {
            self.state = self.on(PaymentEvent::AttemptsEnded, now)?.to;
        }
        Ok(())
    }

    /// What the history says of a state that was reached; nothing where it did not change.
    #[must_use]
    pub fn reached(&self, before: PaymentState) -> Option<Happened> {
        if self.state.word() == before.word() {
            return None;
        }
        match self.state {
            PaymentState::Closing { why } => Some(Happened::PaymentClosing { why: why.code() }),
            PaymentState::Cancelled => Some(Happened::PaymentCancelled),
            PaymentState::Expired => Some(Happened::PaymentExpired),
            PaymentState::Open
            | PaymentState::Held { .. }
            | PaymentState::Capturing { .. }
            | PaymentState::Releasing { .. }
            | PaymentState::Paid => None,
        }
    }
}

/// News: the time of a payment is over.
#[derive(Clone, Debug)]
pub struct ExpirePayment {
    /// Which.
    pub payment: PaymentId,
    /// The job that waited for it.
    pub lease: Option<Lease>,
}

impl Command for ExpirePayment {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.payment.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payment);
        asks.know(Task::ExpirePayment(self.payment));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let payment = facts.need(&self.payment)?;
        let decision = Decision::nothing().finish(self.lease);
        if payment.state != PaymentState::Open {
            return Ok((decision, ()));
        }
        if now < payment.ends_at {
            return Ok((decision.then(Task::ExpirePayment(payment.id), payment.ends_at), ()));
        }
        Ok((close(decision, payment, PaymentEvent::DeadlinePassed, &Actor::Clock, now)?, ()))
    }
}

/// A wish: end a payment that is not paid; a hold is released.
#[derive(Clone, Debug)]
pub struct CancelPayment {
    /// Which.
    pub payment: PaymentId,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for CancelPayment {
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
        let decision = Decision::nothing().forget(Task::ExpirePayment(payment.id));
        Ok((close(decision, payment, PaymentEvent::CancelAsked, &self.actor, now)?, ()))
    }
}

/// Ends a payment, or asks for the release of its hold first; what was asked for already is not planned twice.
pub(crate) fn close(
    decision: Decision,
    payment: &Payment,
    event: PaymentEvent,
    actor: &Actor,
    now: Timestamp,
) -> Result<Decision, Stop> {
    let before = payment.state;
    let payment = payment.clone().closing(event, now)?;
    let mut decision = decision;
    if payment.state == before {
        // Asked for already: the work is planned, and planning it again would do it twice.
        return Ok(decision);
    }
    if let Some(happened) = payment.reached(before) {
        decision = decision.tell(Subject::Payment(payment.id), actor, happened);
    }
    if let Some(task) = payment.end_to_tell(before) {
        decision = decision.then(task, now);
    }
    if let (PaymentState::Releasing { .. }, Some(attempt)) = (payment.state, payment.paid_by) {
        decision = decision
            .tell(Subject::Payment(payment.id), actor, Happened::ReleaseAsked)
            .then(Task::ReleaseHold(attempt), now);
    }
    Ok(decision.save(payment))
}
