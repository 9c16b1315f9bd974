//! What every dialect yields: one order, in the words of the business.

use std::net::IpAddr;

use domain::methods::Method;
use domain::payments::{CustomField, Language};
use domain::receipts::Receipt;
use domain::sellers::ShopAddress;
use jiff::Timestamp;
use money::Money;

/// The merchant protocols that are spoken; matched exhaustively wherever it matters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// The forms, notices and services of Robokassa.
    Robokassa,
}

impl Dialect {
    /// The word in settings and database.
    pub const fn code(self) -> &'static str {
        match self {
            Dialect::Robokassa => "robokassa",
        }
    }

    /// The dialect with this word.
    pub fn from_code(code: &str) -> Option<Dialect> {
        match code {
            "robokassa" => Some(Dialect::Robokassa),
            _ => None,
        }
    }
}

/// What a shop wants to be paid: read, verified, and without a word of its dialect.
///
/// Its texts come from strangers: whoever saves them masks card numbers first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// How much, always more than nothing: in the shop's currency, or in the one that the shop named, which
    /// makes it a price that has yet to be converted.
    pub sum: Money,
    /// The sum as the shop wrote it; rehearsals echo it.
    pub sum_text: String,
    /// The shop's number of the order, 1 or more; `None` if one is to be assigned.
    pub number: Option<i64>,
    /// What is bought; not signed, empty if the shop did not say.
    pub description: String,
    /// The buyer's e-mail address as the shop knows it; not signed.
    pub email: Option<String>,
    /// The buyer's network address as the shop saw it.
    pub payer_ip: Option<IpAddr>,
    /// The language the shop asks for; `None` leaves it to the browser.
    pub language: Option<Language>,
    /// Fields to give back, in the order in which they are echoed and signed.
    pub custom: Vec<CustomField>,
    /// Where to return after success instead of the shop's address. Its host has yet to be checked against
    /// the shop's verified domains.
    pub success: Option<ShopAddress>,
    /// Where to return otherwise instead of the shop's address; the host as above.
    pub fail: Option<ShopAddress>,
    /// Where a signed statement of the payment's state goes, besides the notice to the shop: signed, absolute,
    /// http or https.
    pub statement_to: Option<String>,
    /// Until when it may be paid; not signed, so the shop's settings are the ceiling.
    pub until: Option<Timestamp>,
    /// The method to offer first; not signed.
    pub preferred: Option<Method>,
    /// The only methods to offer; empty: all. Not signed, so it can narrow the shop's settings only.
    pub allowed: Vec<Method>,
    /// Whether the money is to be held first, to be captured or released later.
    pub hold: bool,
    /// Whether the buyer's method is to be kept for charges that follow; not signed.
    pub recurring: bool,
    /// The key of an earlier operation of the same buyer whose card is to be offered; whose it is has to be
    /// looked up.
    pub token: Option<String>,
    /// What is sold, for the fiscal service; its lines add up to the sum.
    pub receipt: Option<Receipt>,
    /// What of the sum goes to other shops.
    pub split: Vec<OrderPart>,
    /// Whether this is a rehearsal, verified with the test passwords.
    pub test: bool,
    /// SHA-256 over all that is signed: the same signed request always has the same fingerprint.
    pub fingerprint: [u8; 32],
}

/// What of an order goes to another shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderPart {
    /// Whose it is, as written.
    pub login: String,
    /// That shop's own number of the order; `None` if one is to be assigned.
    pub number: Option<i64>,
    /// How much.
    pub sum: Money,
    /// What that shop sold.
    pub receipt: Option<Receipt>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_is_found_by_its_own_word() {
        assert_eq!(Dialect::from_code(Dialect::Robokassa.code()), Some(Dialect::Robokassa));
        assert_eq!(Dialect::from_code("Robokassa"), None);
    }
}
