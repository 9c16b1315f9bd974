//! Ending a payment's time before it is over: in installations for tests, where nobody waits a week for it.

use crate::closing::close;
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::Actor;
use crate::ids::{Book, PaymentId};
use crate::jobs::Task;
use crate::lifecycle::PaymentEvent;
use crate::payments::{Payment, PaymentState};
use jiff::Timestamp;

/// A wish: the time of an open payment is over now. What follows is what follows at its own end: attempts
/// that wait are waited for, and late money counts for as long as the shop's grace lasts.
#[derive(Clone, Debug)]
pub struct CutShort {
    /// Which.
    pub payment: PaymentId,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for CutShort {
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
        if payment.state != PaymentState::Open {
            let state = payment.state.word();
            return Err(Refused::WrongState { wish: "an early end", what: "payment", state }.into());
        }
        let decision = Decision::nothing().forget(Task::ExpirePayment(payment.id));
        let payment = ended(payment.clone(), now);
        Ok((close(decision, &payment, PaymentEvent::DeadlinePassed, &self.actor, now)?, ()))
    }
}

/// The payment with its end moved to now, and the grace moved with it.
fn ended(mut payment: Payment, now: Timestamp) -> Payment {
    if now < payment.ends_at {
        let grace = payment.grace_ends_at.duration_since(payment.ends_at);
        payment.ends_at = now;
        payment.grace_ends_at = now.saturating_add(grace).unwrap_or(payment.grace_ends_at);
    }
    payment
}
