//! What a person may ask about checkouts.

use super::{AddressWish, Hidden, RefundsWish, ShopWishes};
use serde::{Deserialize, Serialize};

/// Keys that a merchant has already; those not brought are made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroughtKeys {
    /// The sign key, which is the secret key of the first generation too.
    pub sign: Option<Hidden>,
    /// The test key.
    pub test: Option<Hidden>,
    /// The key of the API.
    pub api: Option<Hidden>,
}

/// Settings of a checkout; those not named stay, or have their usual values in a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutWishes {
    /// What other shops have too; the API is allowed as refunds by a program are.
    pub shop: ShopWishes,
    /// Its currencies, its own first.
    pub currencies: Option<Vec<String>>,
    /// The time zone of its days and of the dates that it is told.
    pub zone: Option<String>,
    /// Where it is told of payments.
    pub interaction: Option<AddressWish>,
    /// Where its buyers return after success.
    pub success: Option<AddressWish>,
    /// Where they return while nothing is decided.
    pub pending: Option<AddressWish>,
    /// Where they return otherwise.
    pub fail: Option<AddressWish>,
    /// Whether a request without a signature is refused.
    pub must_sign: Option<bool>,
    /// Whether a number of the shop's leads to one sale only.
    pub unique_numbers: Option<bool>,
    /// What a request may replace.
    pub replaceable: Option<Vec<String>>,
    /// Whether it is told of payments that end without a sale too.
    pub tells_ended: Option<bool>,
    /// The status of an answer that takes a notice for delivered.
    pub expected_status: Option<u16>,
    /// The body of such an answer; empty if any will do.
    pub expected_text: Option<String>,
    /// A key of the API that the merchant has already.
    pub api_key: Option<Hidden>,
}

impl CheckoutWishes {
    /// What becomes of the key of the API.
    pub fn api(&self) -> Option<RefundsWish> {
        self.shop.refunds
    }
}

/// A new checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCheckoutWish {
    /// Whose.
    pub seller: String,
    /// Its identifier; one is made if none is given.
    pub checkout: Option<String>,
    /// Its identifier in the first generation; one is made if none is given.
    pub first_id: Option<String>,
    /// The business account; that of the seller's other checkouts if none is given.
    pub account: Option<String>,
    /// The user of the API; that of the seller's other checkouts if none is given.
    pub user: Option<String>,
    /// The keys that there are.
    pub keys: BroughtKeys,
    /// Its settings.
    pub wishes: CheckoutWishes,
}

/// What is asked about checkouts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckoutRequest {
    /// A new checkout; its keys are told this once.
    Create(Box<NewCheckoutWish>),
    /// A checkout's settings.
    Show {
        /// Its identifier, in either generation or ours.
        checkout: String,
    },
    /// All checkouts, or those of a seller.
    List {
        /// Whose.
        seller: Option<String>,
    },
    /// Changes settings of a checkout.
    Change {
        /// Which.
        checkout: String,
        /// The changes.
        wishes: Box<CheckoutWishes>,
    },
    /// Gives a checkout other keys, those brought or new ones, and tells them this once.
    Rekey {
        /// Which.
        checkout: String,
        /// The keys that there are; the key of the API stays if none is brought.
        keys: BroughtKeys,
    },
    /// Prepares a form, which whoever opens its address pays.
    SaveForm {
        /// Of which checkout.
        checkout: String,
        /// How much.
        amount: String,
        /// In which currency; the checkout's own if none is named.
        currency: Option<String>,
        /// For what.
        description: String,
    },
    /// Explains the signature of a request.
    Explain {
        /// What was pasted.
        text: String,
        /// Whose it is; the one that the request names if none is given.
        checkout: Option<String>,
    },
}
