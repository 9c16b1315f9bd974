//! Work saved with the decision that causes it, each with a due time and a lease.
//!
//! A job is named by what it does: there is at most one "check attempt 7" at a time, so one in
//! flight per subject is a matter of keys and not of care.

use crate::ids::{AttemptId, Book, Id, MoveId, NoticeId, PaymentId, PayoutId, RefundId, SellerId};
use jiff::Timestamp;

/// What is to be done. The key of its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Begin an attempt at its provider, or go on with a chain of calls.
    AdvanceAttempt(AttemptId),
    /// Ask the provider how an attempt stands.
    CheckAttempt(AttemptId),
    /// Ask the provider to capture the hold of an attempt.
    CaptureHold(AttemptId),
    /// Ask the provider to release the hold of an attempt.
    ReleaseHold(AttemptId),
    /// End the time of a payment.
    ExpirePayment(PaymentId),
    /// Move the unsettled part of a payment to Available.
    SettlePayment(PaymentId),
    /// Carry a refund to the provider, or ask how it stands.
    CarryRefund(RefundId),
    /// Tell the shop.
    SendNotice(NoticeId),
    /// Tell a checkout that a payment has ended without a sale.
    TellEnd(PaymentId),
    /// Carry money into another book, or give it back.
    CarryMove(MoveId),
    /// Carry a payout to its provider, or ask how it stands.
    CarryPayout(PayoutId),
    /// Measure a seller's turnover of the month that ended.
    MeasureTurnover(SellerId),
}

impl Task {
    /// The kind's word in the database.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Task::AdvanceAttempt(_) => "advance_attempt",
            Task::CheckAttempt(_) => "check_attempt",
            Task::CaptureHold(_) => "capture_hold",
            Task::ReleaseHold(_) => "release_hold",
            Task::ExpirePayment(_) => "expire_payment",
            Task::SettlePayment(_) => "settle_payment",
            Task::CarryRefund(_) => "carry_refund",
            Task::SendNotice(_) => "send_notice",
            Task::TellEnd(_) => "tell_end",
            Task::CarryMove(_) => "carry_move",
            Task::CarryPayout(_) => "carry_payout",
            Task::MeasureTurnover(_) => "measure_turnover",
        }
    }

    /// The number of what it is about.
    #[must_use]
    pub fn about(self) -> u64 {
        match self {
            Task::AdvanceAttempt(id)
            | Task::CheckAttempt(id)
            | Task::CaptureHold(id)
            | Task::ReleaseHold(id) => id.number(),
            Task::ExpirePayment(id) | Task::SettlePayment(id) | Task::TellEnd(id) => id.number(),
            Task::CarryRefund(id) => id.number(),
            Task::SendNotice(id) => id.number(),
            Task::CarryMove(id) => id.number(),
            Task::CarryPayout(id) => id.number(),
            Task::MeasureTurnover(id) => id.number(),
        }
    }

    /// The book in which it works.
    #[must_use]
    pub fn book(self) -> Book {
        match self {
            Task::AdvanceAttempt(id)
            | Task::CheckAttempt(id)
            | Task::CaptureHold(id)
            | Task::ReleaseHold(id) => id.book(),
            Task::ExpirePayment(id) | Task::SettlePayment(id) | Task::TellEnd(id) => id.book(),
            Task::CarryRefund(id) => id.book(),
            Task::SendNotice(id) => id.book(),
            Task::CarryMove(id) => id.book(),
            Task::CarryPayout(id) => id.book(),
            Task::MeasureTurnover(id) => id.book(),
        }
    }

    /// Everything that can be planned for an attempt; none of it is needed once the attempt is final.
    #[must_use]
    pub const fn of_attempt(id: AttemptId) -> [Task; 4] {
        [Task::AdvanceAttempt(id), Task::CheckAttempt(id), Task::CaptureHold(id), Task::ReleaseHold(id)]
    }

    /// The task with this kind and number in this book, if the kind is known.
    #[must_use]
    pub fn from_parts(kind: &str, about: u64, book: Book) -> Option<Task> {
        Some(match kind {
            "advance_attempt" => Task::AdvanceAttempt(Id::new(book, about)),
            "check_attempt" => Task::CheckAttempt(Id::new(book, about)),
            "capture_hold" => Task::CaptureHold(Id::new(book, about)),
            "release_hold" => Task::ReleaseHold(Id::new(book, about)),
            "expire_payment" => Task::ExpirePayment(Id::new(book, about)),
            "settle_payment" => Task::SettlePayment(Id::new(book, about)),
            "carry_refund" => Task::CarryRefund(Id::new(book, about)),
            "send_notice" => Task::SendNotice(Id::new(book, about)),
            "tell_end" => Task::TellEnd(Id::new(book, about)),
            "carry_move" => Task::CarryMove(Id::new(book, about)),
            "carry_payout" => Task::CarryPayout(Id::new(book, about)),
            "measure_turnover" => Task::MeasureTurnover(Id::new(book, about)),
            _ => return None,
        })
    }
}

/// A right to do a job until a moment. The number tells it from every other lease there ever was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub task: Task,
    /// Unique over time: from the node's source of numbers.
    pub number: u64,
}

/// A job as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What is to be done.
    pub task: Task,
    /// Not before this moment.
    pub due: Timestamp,
    /// How often it was tried and failed for reasons of our own.
    pub tries: u32,
    /// Number and end of the last lease given, if any.
    pub lease: Option<(u64, Timestamp)>,
    /// Set aside for a person, with the reason.
    pub parked: Option<String>,
}

impl Job {
    /// Whether a worker is at it.
    #[must_use]
    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.lease.is_some_and(|(_, until)| until > now)
    }
}
