//! Work that turned out to be nothing, and work that a person lets go on.

use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::Book;
use crate::jobs::{Lease, Task};
use jiff::Timestamp;

/// News: a job turned out to have nothing to do.
#[derive(Clone, Copy, Debug)]
pub struct CloseJob {
    /// The job, under the lease of whoever found that out.
    pub lease: Lease,
}

impl Command for CloseJob {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.lease.task.book()
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.lease.task);
    }

    fn decide(&self, _facts: &Facts, _now: Timestamp) -> Result<(Decision, ()), Stop> {
        Ok((Decision::nothing().finish(Some(self.lease)), ()))
    }
}

/// A wish: what stood in the way of a job that was set aside is out of the way, and it is to be done now.
#[derive(Clone, Debug)]
pub struct ResumeJob {
    /// Which.
    pub task: Task,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for ResumeJob {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.task.book()
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.task);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        if facts.need(&self.task)?.parked.is_none() {
            // A worker has it, or will: a second one beside it could send what was sent already.
            return Err(Refused::WrongState { wish: "resuming", what: "job", state: "not set aside" }.into());
        }
        let resumed = Happened::JobResumed { job: self.task.kind() };
        let subject = subject(facts, self.task)?;
        Ok((Decision::nothing().tell(subject, &self.actor, resumed).then(self.task, now), ()))
    }
}

/// In whose history a job belongs.
fn subject(facts: &Facts, task: Task) -> Result<Subject, Stop> {
    Ok(match task {
        Task::AdvanceAttempt(id) | Task::CheckAttempt(id) | Task::CaptureHold(id) | Task::ReleaseHold(id) => {
            Subject::Payment(facts.need(&id)?.payment)
        }
        Task::ExpirePayment(id) | Task::SettlePayment(id) | Task::TellEnd(id) => Subject::Payment(id),
        Task::CarryRefund(id) => Subject::Payment(facts.need(&id)?.payment),
        Task::SendNotice(id) => Subject::Payment(facts.need(&id)?.payment),
        Task::CarryMove(id) => Subject::Payment(facts.need(&id)?.payment),
        Task::CarryPayout(id) => Subject::Payout(id),
        Task::MeasureTurnover(id) => Subject::Seller(id),
    })
}
