//! What a person may ask about payouts.

use super::Hidden;
use serde::{Deserialize, Serialize};

/// Which payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PayoutRef {
    /// By its identifier, `payout_…`.
    Id(String),
    /// By the shop's own number of it.
    Number {
        /// The shop's login or identifier.
        shop: String,
        /// The number.
        number: String,
        /// Whether the rehearsal of this number is meant.
        test: bool,
    },
}

/// A payout to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPayoutWish {
    /// The login or identifier of the shop.
    pub shop: String,
    /// Whether rehearsed money leaves.
    pub test: bool,
    /// How much arrives.
    pub amount: String,
    /// The code of its currency; the shop's if none is given.
    pub currency: Option<String>,
    /// The kind of place where it goes.
    pub kind: String,
    /// The number of that place.
    pub account: Hidden,
    /// The bank of a phone number.
    pub bank: Option<String>,
    /// The shop's own number of the payout.
    pub number: String,
    /// What whoever gets it may read.
    pub description: String,
    /// Through which account with a provider.
    pub through: Option<String>,
}

/// Which payouts to list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutsWish {
    /// The login or identifier of the shop.
    pub shop: String,
    /// Whether the rehearsed ones are meant.
    pub test: bool,
    /// Asked for at or after this moment or day.
    pub from: Option<String>,
    /// Asked for before this moment, or until the end of this day.
    pub until: Option<String>,
    /// The list goes on after this payout.
    pub after: Option<String>,
    /// So many at most.
    pub limit: u32,
}

/// What a person may ask about payouts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PayoutRequest {
    /// Pay out of a seller's balance.
    Create(NewPayoutWish),
    /// Payouts of a shop.
    List(PayoutsWish),
    /// Everything about a payout.
    Show(PayoutRef),
    /// Let one leave that waits for a person.
    Approve(PayoutRef),
    /// Refuse one that waits for a person.
    Refuse(PayoutRef),
}
