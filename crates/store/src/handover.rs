//! From the writer to the workers of its node: work due at once, leased, and what was at hand when it was saved.
//!
//! A worker that begins at once would read the same rows that were written a moment before. It may use
//! these instead, and no longer than [`AT_HAND_MAX`]: after that it reads anew, because a lease may be over
//! and an attempt may have changed. What it decides is decided from what stands in the store in any case.

use domain::attempts::Attempt;
use domain::facts::{Facts, Key};
use domain::jobs::{Job, Lease, Task};
use domain::notices::Notice;
use domain::payments::Payment;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// So long what was at hand may be used.
pub const AT_HAND_MAX: SignedDuration = SignedDuration::from_secs(1);
/// So many leases wait for the workers of this node, and what was at hand is kept for as many; work beyond
/// is claimed when somebody is free.
pub const HANDOVER_MAX: usize = 1_024;

/// What was at hand when work was saved.
#[derive(Clone, Debug)]
pub struct AtHand {
    /// The job with its lease.
    pub job: Job,
    /// What it is about.
    pub records: Records,
}

/// The records that a job is about, as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// The attempt.
    pub attempt: Option<Attempt>,
    /// The payment.
    pub payment: Option<Payment>,
    /// The notice.
    pub notice: Option<Notice>,
}

/// What is kept, by the numbers of leases.
type Kept = HashMap<u64, (Timestamp, AtHand)>;

/// The writers' end; clones are the same.
#[derive(Clone, Debug)]
pub struct Handover {
    leases: mpsc::Sender<Lease>,
    kept: Arc<Mutex<Kept>>,
}

impl Handover {
    /// Both ends, with room for so many leases.
    #[must_use]
    pub fn new(room: usize) -> (Handover, mpsc::Receiver<Lease>) {
        let (leases, receiver) = mpsc::channel(room);
        (Handover { leases, kept: Arc::default() }, receiver)
    }

    /// So many leases can be given now; none where nobody takes them.
    pub(crate) fn room(&self) -> usize {
        if self.leases.is_closed() { 0 } else { self.leases.capacity() }
    }

    /// Gives a lease that is saved, with what its batch knew of the work.
    pub(crate) fn give(&self, facts: &Facts, lease: Lease, now: Timestamp) {
        self.keep(facts, &lease, now);
        // Room was counted before; a lease that finds none is taken again when it is over.
        let _ = self.leases.try_send(lease);
    }

    fn keep(&self, facts: &Facts, lease: &Lease, now: Timestamp) {
        let Some(at_hand) = known(facts, lease.task) else { return };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= HANDOVER_MAX {
            kept.retain(|_, (at, _)| is_fresh(*at, now));
        }
        if kept.len() < HANDOVER_MAX {
            kept.insert(lease.number, (now, at_hand));
        }
    }

    /// Takes what was at hand when a lease was given, if it may still be used.
    pub(crate) fn take(&self, lease: &Lease, now: Timestamp) -> Option<AtHand> {
        let taken = self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(&lease.number);
        taken.filter(|(at, _)| is_fresh(*at, now)).map(|(_, at_hand)| at_hand)
    }
}

fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).abs() <= AT_HAND_MAX
}

fn known(facts: &Facts, task: Task) -> Option<AtHand> {
    let job = found(facts, &task)?;
    let mut records = Records::default();
    match task {
        Task::AdvanceAttempt(id) | Task::CheckAttempt(id) | Task::CaptureHold(id) | Task::ReleaseHold(id) => {
            records.attempt = found(facts, &id);
            records.payment = records.attempt.as_ref().and_then(|attempt| found(facts, &attempt.payment));
        }
        Task::SendNotice(id) => {
            records.notice = found(facts, &id);
            records.payment = records.notice.as_ref().and_then(|notice| found(facts, &notice.payment));
        }
        // These are decided without looking at anything first.
        Task::ExpirePayment(_)
        | Task::SettlePayment(_)
        | Task::TellEnd(_)
        | Task::CarryRefund(_)
        | Task::CarryMove(_)
        | Task::CarryPayout(_)
        | Task::MeasureTurnover(_) => {}
    }
    Some(AtHand { job, records })
}

fn found<K: Key>(facts: &Facts, key: &K) -> Option<K::Record> {
    facts.find(key).ok().flatten().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{at, book};
    use domain::ids::{Id, PaymentId};

    fn leased(number: u64) -> (Facts, Lease) {
        let task = Task::SettlePayment(PaymentId::new(book(1), number));
        let mut facts = Facts::default();
        let lease = Some((number, at(120)));
        facts.jobs.put(Job { task, due: at(0), tries: 0, lease, parked: None });
        (facts, Lease { task, number })
    }

    #[test]
    fn what_was_at_hand_is_there_once_and_only_for_a_moment() {
        let handover = Handover::new(1).0;
        let (facts, lease) = leased(7);
        handover.keep(&facts, &lease, at(0));
        let taken = handover.take(&lease, at(1)).unwrap();
        assert_eq!(taken.job.lease, Some((7, at(120))));
        assert!(handover.take(&lease, at(1)).is_none());
        handover.keep(&facts, &lease, at(0));
        assert!(handover.take(&lease, at(2)).is_none(), "a lease may be over by then");
    }

    #[test]
    fn what_nobody_takes_makes_room() {
        let handover = Handover::new(1).0;
        for number in 0..2_000 {
            let (facts, lease) = leased(number);
            handover.keep(&facts, &lease, at(0));
        }
        let (facts, lease) = leased(5_000);
        handover.keep(&facts, &lease, at(0));
        assert!(handover.take(&lease, at(0)).is_none(), "there is no room yet");
        handover.keep(&facts, &lease, at(2));
        assert!(handover.take(&lease, at(2)).is_some());
    }
}
