//! Whose money moves: entries and exchanges are about a payment or about a payout.

use crate::ids::{Book, Id, PaymentId, PayoutId};
use crate::ledger::Cause;

/// Whose money an entry moves. Both kinds are numbered from one source, so no number means two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A payment's.
    Payment(PaymentId),
    /// A payout's.
    Payout(PayoutId),
}

impl Owner {
    /// The number in its book.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Owner::Payment(id) => id.number(),
            Owner::Payout(id) => id.number(),
        }
    }

    /// Its book.
    #[must_use]
    pub fn book(self) -> Book {
        match self {
            Owner::Payment(id) => id.book(),
            Owner::Payout(id) => id.book(),
        }
    }

    /// The payment, if it is one.
    #[must_use]
    pub const fn payment(self) -> Option<PaymentId> {
        match self {
            Owner::Payment(id) => Some(id),
            Owner::Payout(_) => None,
        }
    }
}

impl From<PaymentId> for Owner {
    fn from(id: PaymentId) -> Owner {
        Owner::Payment(id)
    }
}

impl From<PayoutId> for Owner {
    fn from(id: PayoutId) -> Owner {
        Owner::Payout(id)
    }
}

impl Cause {
    /// Whose money an entry of this cause moves, by the number that stands beside the cause.
    #[must_use]
    pub fn owner(self, book: Book, number: u64) -> Owner {
        match self {
            Cause::PayoutAsked(_) | Cause::PayoutSettled(_) | Cause::PayoutBounced(_) => {
                Owner::Payout(PayoutId::new(book, number))
            }
            Cause::Sale(_)
            | Cause::SetAside(_)
            | Cause::Settled(_)
            | Cause::RefundAsked(_)
            | Cause::RefundReturned(_)
            | Cause::RefundFailed(_)
            | Cause::MoveSent(_)
            | Cause::MoveReturned(_)
            | Cause::PartReceived(_) => Owner::Payment(PaymentId::new(book, number)),
        }
    }
}
