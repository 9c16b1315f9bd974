//! A person decides about a payout of a shop that wants each of them looked at.

use crate::attempts::Reason;
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, PayoutId};
use crate::jobs::Task;
use crate::payouts::{Payout, PayoutState};
use crate::payouts_history::PayoutHappened;
use crate::payouts_learning::bounced;
use jiff::Timestamp;

/// A wish: let a payout leave.
#[derive(Clone, Debug)]
pub struct ApprovePayout {
    /// Which.
    pub payout: PayoutId,
    /// Who approves.
    pub actor: Actor,
}

impl Command for ApprovePayout {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.payout.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payout);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let payout = asked(facts, self.payout, "approving")?;
        let decision = Decision::nothing()
            .tell(Subject::Payout(payout.id), &self.actor, Happened::Payout(PayoutHappened::Approved))
            .then(Task::CarryPayout(payout.id), now)
            .save(Payout { state: PayoutState::Approved, changed_at: now, ..payout });
        Ok((decision, ()))
    }
}

/// A wish: a payout does not leave, and its money goes back to the balance.
#[derive(Clone, Debug)]
pub struct RefusePayout {
    /// Which.
    pub payout: PayoutId,
    /// Who refuses.
    pub actor: Actor,
}

impl Command for RefusePayout {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.payout.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payout);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let payout = asked(facts, self.payout, "refusing")?;
        bounced(facts, payout, (Reason::MerchantCanceled, &self.actor), Decision::nothing(), now)
    }
}

/// The payout, which must wait for a person.
fn asked(facts: &Facts, id: PayoutId, wish: &'static str) -> Result<Payout, Stop> {
    let payout = facts.need(&id)?;
    match payout.state {
        PayoutState::Asked => Ok(payout.clone()),
        PayoutState::Approved | PayoutState::Sent | PayoutState::Settled | PayoutState::Bounced { .. } => {
            Err(Refused::WrongState { wish, what: "payout", state: payout.state.code() }.into())
        }
    }
}
