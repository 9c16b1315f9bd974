//! How something ended at a provider.

use crate::attempts::Reason;
use jiff::Timestamp;
use money::Money;

/// How something ended at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money is held.
    Held {
        /// How much.
        amount: Money,
        /// Until when.
        until: Timestamp,
    },
    /// The provider has the money.
    Received {
        /// How much.
        amount: Money,
        /// What the provider keeps of it, when known.
        cost: Option<Money>,
    },
    /// The hold was captured.
    Captured {
        /// How much of it.
        amount: Money,
        /// What the provider keeps of it, when known.
        cost: Option<Money>,
    },
    /// The hold was released.
    Released,
    /// The payer has the money back.
    Returned {
        /// How much.
        amount: Money,
    },
    /// The provider refused, finally.
    Declined {
        /// Why.
        reason: Reason,
    },
}
