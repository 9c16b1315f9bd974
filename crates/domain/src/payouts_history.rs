//! The steps of a payout, as its history tells them.

use crate::history::{Detail, currency, sum};
use money::Money;

/// What happened to a payout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayoutHappened {
    /// The seller's money was set aside for it.
    Asked {
        /// How much arrives.
        amount: Money,
        /// What it costs.
        fee: Money,
        /// What may be seen of the number that it goes to.
        to: String,
    },
    /// It may leave.
    Approved,
    /// Its request was saved and is about to leave.
    Sent,
    /// Its money has left.
    Settled {
        /// How much arrives.
        amount: Money,
    },
    /// It does not leave, and the money is back.
    Bounced {
        /// How much would have arrived.
        amount: Money,
        /// Why.
        reason: String,
    },
    /// News of it did not fit what is known; a person must look.
    Contradicts {
        /// What does not fit.
        what: &'static str,
    },
}

impl PayoutHappened {
    /// The word in the database and the details.
    #[must_use]
    pub fn parts(&self) -> (&'static str, Vec<Detail>) {
        match self {
            PayoutHappened::Asked { amount, fee, to } => {
                let details =
                    vec![sum(*amount), ("fee", fee.to_string()), currency(*amount), ("to", to.clone())];
                ("payout_asked", details)
            }
            PayoutHappened::Approved => ("payout_approved", Vec::new()),
            PayoutHappened::Sent => ("payout_sent", Vec::new()),
            PayoutHappened::Settled { amount } => ("payout_settled", vec![sum(*amount), currency(*amount)]),
            PayoutHappened::Bounced { amount, reason } => {
                ("payout_bounced", vec![sum(*amount), currency(*amount), ("reason", reason.clone())])
            }
            PayoutHappened::Contradicts { what } => {
                ("payout_contradicts", vec![("what", (*what).to_owned())])
            }
        }
    }
}
