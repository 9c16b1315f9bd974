//! Work that turned out to be nothing.

use crate::decide::{Command, Decision, Kind, Stop};
use crate::facts::{Asks, Facts};
use crate::ids::Book;
use crate::jobs::Lease;
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
