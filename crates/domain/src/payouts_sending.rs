//! A payout is about to leave: its call is written down before it is sent.

use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, PayoutId};
use crate::jobs::Lease;
use crate::payouts::{Payout, PayoutCall, PayoutState};
use crate::payouts_history::PayoutHappened;
use jiff::Timestamp;

/// A wish of a worker: the call of a payout is about to leave, for the first time. It may leave again later, byte
/// for byte, and nothing else may leave in its place.
#[derive(Clone, Debug)]
pub struct SavePayoutCall {
    /// For which payout.
    pub payout: PayoutId,
    /// The request, without secrets.
    pub request: String,
    /// The worker's right to do it.
    pub lease: Lease,
}

impl Command for SavePayoutCall {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.payout.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payout);
        asks.know(self.lease.task);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        if !facts.holds(&self.lease)? {
            return Err(Refused::LeaseOver.into());
        }
        let payout = facts.need(&self.payout)?.clone();
        if payout.call.is_some() {
            return Err(Refused::Mistake("a payout is sent by one call only").into());
        }
        match payout.state {
            PayoutState::Approved | PayoutState::Sent => {}
            PayoutState::Asked | PayoutState::Settled | PayoutState::Bounced { .. } => {
                let state = payout.state.code();
                return Err(Refused::WrongState { wish: "sending", what: "payout", state }.into());
            }
        }
        let call = Some(PayoutCall { request: self.request.clone(), saved_at: now });
        let decision = Decision::nothing()
            .tell(Subject::Payout(payout.id), &Actor::Clock, Happened::Payout(PayoutHappened::Sent))
            .save(Payout { state: PayoutState::Sent, call, changed_at: now, ..payout });
        Ok((decision, ()))
    }
}
