//! Purses as the API shows them: a seller's balance in one currency, under a checkout.

use money::Money;
use serde::Serialize;
use wire::http::HttpReply;

use super::envelope::{map, ok};

/// How many decimals a balance has; it is a text.
const BALANCE_DECIMALS: usize = 4;

/// A purse.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Purse {
    /// Its number, of twelve digits.
    pub id: u64,
    /// Its account.
    pub account: String,
    /// Its checkout.
    pub checkout: String,
    /// The name of the checkout; the purse is called so and by its currency.
    pub checkout_name: String,
    /// Whether money can move.
    pub active: bool,
    /// What can be paid out.
    pub balance: Money,
    /// What cannot yet.
    pub frozen: Money,
}

#[derive(Serialize)]
struct PurseView<'a> {
    id: String,
    #[serde(rename = "accountId")]
    account: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    status: &'static str,
    balance: String,
    frozen: String,
    settings: Settings<'a>,
}

#[derive(Serialize)]
struct Settings<'a> {
    co: &'a str,
}

impl<'a> PurseView<'a> {
    fn of(purse: &'a Purse) -> PurseView<'a> {
        PurseView {
            id: purse.id.to_string(),
            account: &purse.account,
            kind: "checkout",
            name: format!("{} {}", purse.checkout_name, purse.balance.currency().code()),
            status: if purse.active { "active" } else { "inactive" },
            balance: purse.balance.decimals(BALANCE_DECIMALS),
            frozen: purse.frozen.decimals(BALANCE_DECIMALS),
            settings: Settings { co: &purse.checkout },
        }
    }
}

/// The answer to a question for all purses.
pub fn purses(purses: &[Purse]) -> HttpReply {
    map(purses.iter().map(|purse| (purse.id.to_string(), PurseView::of(purse))))
}

/// The answer to a question for one purse.
pub fn purse(purse: &Purse) -> HttpReply {
    ok(PurseView::of(purse))
}

#[cfg(test)]
mod tests {
    use money::currency::Currency;

    use super::*;

    #[test]
    fn a_purse_is_named_after_its_checkout_and_its_balance_is_a_text() {
        let shown = Purse {
            id: 300_000_912_345,
            account: "5f02".to_owned(),
            checkout: "64b7".to_owned(),
            checkout_name: "Tea".to_owned(),
            active: true,
            balance: Money::from_minor(123_450, Currency::Uah),
            frozen: Money::zero(Currency::Uah),
        };
        let object = "{\"id\":\"300000912345\",\"accountId\":\"5f02\",\"type\":\"checkout\",\"name\":\"Tea UAH\",\"status\":\"active\",\
             \"balance\":\"1234.5000\",\"frozen\":\"0.0000\",\"settings\":{\"co\":\"64b7\"}}";
        let list = String::from_utf8(purses(std::slice::from_ref(&shown)).body).unwrap();
        assert!(list.contains(&format!("\"data\":{{\"300000912345\":{object}}}")), "{list}");
        assert!(String::from_utf8(purse(&shown).body).unwrap().contains(&format!("\"data\":{object}")));
    }
}
