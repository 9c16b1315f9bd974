//! Calls to a provider about an attempt: each is saved before it leaves.

use crate::attempts::{Attempt, AttemptState, Call, Operation};
use crate::decide::{Command, Decision, DirectoryLine, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{AttemptId, Book, CallId};
use crate::jobs::Lease;
use crate::payments::{Payment, PaymentState};
use jiff::Timestamp;

/// A wish of a worker: a call is about to leave. Saved first, so that after a crash it is known
/// what may have left.
#[derive(Clone, Debug)]
pub struct SaveCall {
    /// The call.
    pub id: CallId,
    /// For which attempt.
    pub attempt: AttemptId,
    /// What for.
    pub operation: Operation,
    /// The link of the chain, from 1.
    pub step: u32,
    /// The request, without secrets.
    pub request: String,
    /// What the connector remembers.
    pub remember: Option<String>,
    /// The worker's right to do it.
    pub lease: Lease,
}

impl Command for SaveCall {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.attempt.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.attempt);
        asks.know(self.lease.task);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        if !facts.holds(&self.lease)? {
            return Err(Refused::LeaseOver.into());
        }
        let mut attempt = facts.need(&self.attempt)?.clone();
        let payment = facts.need(&attempt.payment)?;
        if !may_leave(self.operation, &attempt, payment) {
            let (wish, state) = (self.operation.code(), payment.state.word());
            return Err(Refused::WrongState { wish, what: "payment", state }.into());
        }
        if self.operation == Operation::Pay {
            attempt.state = AttemptState::Sending { step: self.step };
        }
        attempt.call = Some(self.id);
        let lines = remembered(&mut attempt, self.remember.as_ref());
        let call = Call {
            id: self.id,
            attempt: self.attempt,
            operation: self.operation,
            step: self.step,
            request: self.request.clone(),
            saved_at: now,
        };
        let said = Happened::CallSaved { operation: self.operation.code(), step: self.step };
        let mut decision = Decision::nothing()
            .tell(Subject::Payment(payment.id), &Actor::Clock, said)
            .save(attempt)
            .save(call);
        decision.directory.extend(lines);
        Ok((decision, ()))
    }
}

/// Whether a call may leave where things stand now, whatever they were when it was planned.
fn may_leave(operation: Operation, attempt: &Attempt, payment: &Payment) -> bool {
    let own = payment.paid_by == Some(attempt.id);
    match operation {
        Operation::Pay => match attempt.state {
            AttemptState::Planned => payment.takes_attempts(),
            AttemptState::Sending { .. } | AttemptState::Waiting | AttemptState::Unknown => true,
            AttemptState::Held
            | AttemptState::Received
            | AttemptState::Declined { .. }
            | AttemptState::Released
            | AttemptState::Abandoned => false,
        },
        Operation::Capture => own && matches!(payment.state, PaymentState::Capturing { .. }),
        Operation::Release => match payment.state {
            // The hold is wanted.
            PaymentState::Held { .. } | PaymentState::Capturing { .. } => !own,
            PaymentState::Open
            | PaymentState::Releasing { .. }
            | PaymentState::Closing { .. }
            | PaymentState::Paid
            | PaymentState::Cancelled
            | PaymentState::Expired => attempt.state != AttemptState::Received,
        },
        Operation::Refund | Operation::Check | Operation::CheckRefund => true,
    }
}

/// Takes over what the connector remembers; a new number of the provider goes into the directory.
pub(crate) fn remembered(attempt: &mut Attempt, memo: Option<&String>) -> Option<DirectoryLine> {
    let memo = memo?;
    if attempt.memo.as_ref() == Some(memo) {
        return None;
    }
    attempt.memo = Some(memo.clone());
    Some(DirectoryLine::ProviderReference {
        account: attempt.provider,
        reference: memo.clone(),
        attempt: attempt.id,
    })
}
