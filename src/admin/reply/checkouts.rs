//! Checkouts in an answer.

use super::AddressView;
use serde::{Deserialize, Serialize};

/// A form that was prepared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormView {
    /// Where it is opened.
    pub address: String,
    /// Its code.
    pub code: String,
    /// How much.
    pub amount: String,
    /// The code of its currency.
    pub currency: String,
    /// For what.
    pub description: String,
}

/// A checkout's settings; its keys only right after they were made or brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutView {
    /// Its identifier, `ik_co_id`.
    pub checkout: String,
    /// Its identifier in the first generation, `ik_shop_id`.
    pub first_id: String,
    /// The business account, for the header of the API.
    pub account: String,
    /// The user with whom the API is opened.
    pub user: String,
    /// Our identifier of it, as of any shop.
    pub shop: String,
    /// Whose.
    pub seller: String,
    /// The name that buyers see.
    pub name: String,
    /// Where the shop is found.
    pub site: String,
    /// The codes of its currencies, its own first.
    pub currencies: Vec<String>,
    /// Whether it may take new payments.
    pub active: bool,
    /// The digest it signs with.
    pub algorithm: String,
    /// How often its keys were made or brought.
    pub key_version: u32,
    /// Whether a request without a signature is refused.
    pub must_sign: bool,
    /// Whether a number of the shop's leads to one sale only.
    pub unique_numbers: bool,
    /// What a request may replace.
    pub replaceable: Vec<String>,
    /// Where it is told of payments.
    pub interaction: Option<AddressView>,
    /// Where its buyers return after success.
    pub success: Option<AddressView>,
    /// Where they return while nothing is decided.
    pub pending: Option<AddressView>,
    /// Where they return otherwise.
    pub fail: Option<AddressView>,
    /// Whether it is told of payments that end without a sale too.
    pub tells_ended: bool,
    /// The status of an answer that takes a notice for delivered.
    pub expected_status: u16,
    /// The body of such an answer; empty if any will do.
    pub expected_text: String,
    /// The methods it offers.
    pub methods: Vec<String>,
    /// The buyer's share of the fee, as a percentage.
    pub buyer_share: String,
    /// Whether its payments are authorised only, and captured or released by a person.
    pub two_step: bool,
    /// When its money becomes available.
    pub delay: String,
    /// How long a payment lives.
    pub lifetime: String,
    /// How long late money still counts.
    pub grace: String,
    /// Hosts to which a request may send its buyers.
    pub domains: Vec<String>,
    /// The time zone of its days and of the dates that it is told.
    pub zone: String,
    /// Whether there is a key of the API.
    pub api: bool,
    /// The forms that were prepared.
    pub forms: Vec<FormView>,
    /// Its sign key, the secret key of the first generation; told once, right after it was made or brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_key: Option<String>,
    /// Its test key, told like it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_key: Option<String>,
    /// The key of the API, told like them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
}
