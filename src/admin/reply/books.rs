//! Whether the books add up, and what is between two of them.

use serde::{Deserialize, Serialize};

/// Something in the books that does not add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingView {
    /// In which book, by number.
    pub book: u64,
    /// At which entry of it.
    pub entry: Option<u64>,
    /// At which payment.
    pub payment: Option<String>,
    /// What is wrong, in a word of `docs/ledger.md`.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// Whether the books add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BooksView {
    /// Whether everything adds up.
    pub green: bool,
    /// So many books were read.
    pub books: u64,
    /// So many entries were read.
    pub entries: u64,
    /// So many payments were read.
    pub payments: u64,
    /// Money that is under way from one book to another.
    #[serde(default)]
    pub under_way: Vec<MoveView>,
    /// What does not add up.
    pub findings: Vec<FindingView>,
    /// Whether there is more than is told.
    pub more: bool,
}

/// A part of a payment that another shop gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveView {
    /// The move that carries it.
    #[serde(rename = "move")]
    pub id: String,
    /// The payment that the buyer pays.
    pub payment: String,
    /// The login of the shop that gets it.
    pub shop: String,
    /// How much.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// `planned` until the payment is paid, then `in_transit`, `arrived` or `returned`.
    pub state: String,
    /// When the money left.
    pub sent_at: Option<String>,
    /// From when on it goes back.
    pub deadline: Option<String>,
    /// The payment as which it arrived.
    pub arrived_as: Option<String>,
}
