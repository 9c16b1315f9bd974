//! Accounts and checkouts as the API shows them.

use std::collections::BTreeMap;

use money::currency::Currency;
use serde::Serialize;
use wire::http::HttpReply;

use super::super::payways::Payway;
use super::envelope::{map, ok};

/// An account of a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// The identifier, 24 hex digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is a business account: only those have checkouts and purses.
    pub business: bool,
    /// Who may work with it.
    pub users: Vec<User>,
}

/// A user of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// The identifier, 24 hex digits.
    pub id: String,
    /// Whether it is the owner.
    pub owner: bool,
    /// The role, in a word.
    pub role: String,
}

/// A checkout of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkout {
    /// The identifier that requests name.
    pub id: String,
    /// Its account.
    pub account: String,
    /// Its name.
    pub name: String,
    /// The address of its site.
    pub site: String,
    /// Whether it takes payments.
    pub active: bool,
    /// Its currencies, the default first.
    pub currencies: Vec<Currency>,
    /// The payways that are open for it.
    pub payways: Vec<Payway>,
}

#[derive(Serialize)]
struct AccountView<'a> {
    #[serde(rename = "_id")]
    underscored: &'a str,
    id: &'a str,
    nm: &'a str,
    tp: &'static str,
    usr: Vec<UserView<'a>>,
}

#[derive(Serialize)]
struct UserView<'a> {
    id: &'a str,
    o: bool,
    rl: &'a str,
}

#[derive(Serialize)]
struct CheckoutView<'a> {
    #[serde(rename = "_id")]
    underscored: &'a str,
    id: &'a str,
    #[serde(rename = "accountId")]
    account: &'a str,
    name: &'a str,
    url: &'a str,
    status: &'static str,
    currencies: Vec<&'static str>,
    #[serde(rename = "paysystemInputPayways")]
    payways: BTreeMap<String, String>,
}

impl<'a> AccountView<'a> {
    fn of(account: &'a Account) -> AccountView<'a> {
        let user = |user: &'a User| UserView { id: &user.id, o: user.owner, rl: &user.role };
        AccountView {
            underscored: &account.id,
            id: &account.id,
            nm: &account.name,
            tp: if account.business { "b" } else { "p" },
            usr: account.users.iter().map(user).collect(),
        }
    }
}

impl<'a> CheckoutView<'a> {
    fn of(checkout: &'a Checkout) -> CheckoutView<'a> {
        CheckoutView {
            underscored: &checkout.id,
            id: &checkout.id,
            account: &checkout.account,
            name: &checkout.name,
            url: &checkout.site,
            status: if checkout.active { "active" } else { "inactive" },
            currencies: checkout.currencies.iter().map(|currency| currency.code()).collect(),
            payways: checkout.payways.iter().map(|payway| (payway.id(), payway.alias())).collect(),
        }
    }
}

/// The answer to a question for all accounts.
pub fn accounts(accounts: &[Account]) -> HttpReply {
    map(accounts.iter().map(|account| (account.id.clone(), AccountView::of(account))))
}

/// The answer to a question for one account.
pub fn account(account: &Account) -> HttpReply {
    ok(AccountView::of(account))
}

/// The answer to a question for all checkouts.
pub fn checkouts(checkouts: &[Checkout]) -> HttpReply {
    map(checkouts.iter().map(|checkout| (checkout.id.clone(), CheckoutView::of(checkout))))
}

/// The answer to a question for one checkout.
pub fn checkout(checkout: &Checkout) -> HttpReply {
    ok(CheckoutView::of(checkout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_stand_under_their_identifiers_and_say_which_is_the_business() {
        let owner = User { id: "5f01".to_owned(), owner: true, role: "owner".to_owned() };
        let shop =
            Account { id: "5f02".to_owned(), name: "Tea".to_owned(), business: true, users: vec![owner] };
        let reply = accounts(std::slice::from_ref(&shop));
        assert_eq!(
            std::str::from_utf8(&reply.body).unwrap(),
            "{\"status\":\"ok\",\"code\":0,\"data\":{\"5f02\":{\"_id\":\"5f02\",\"id\":\"5f02\",\"nm\":\"Tea\",\"tp\":\"b\",\
             \"usr\":[{\"id\":\"5f01\",\"o\":true,\"rl\":\"owner\"}]}},\"message\":\"Success\"}"
        );
        assert!(String::from_utf8(account(&shop).body).unwrap().contains("\"data\":{\"_id\":\"5f02\""));
    }

    #[test]
    fn a_checkout_lists_its_payways_by_number_and_alias() {
        let shop = Checkout {
            id: "64b7".to_owned(),
            account: "5f02".to_owned(),
            name: "Tea".to_owned(),
            site: "https://shop.test".to_owned(),
            active: true,
            currencies: vec![Currency::Uah, Currency::Usd],
            payways: vec![Payway::Test],
        };
        let written = String::from_utf8(checkouts(std::slice::from_ref(&shop)).body).unwrap();
        let payways =
            format!("\"paysystemInputPayways\":{{\"{}\":\"test_interkassa_test_xts\"}}", Payway::Test.id());
        for part in ["\"data\":{\"64b7\":{\"_id\":\"64b7\"", "\"currencies\":[\"UAH\",\"USD\"]", &payways] {
            assert!(written.contains(part), "{part}: {written}");
        }
        assert!(String::from_utf8(checkout(&shop).body).unwrap().contains("\"data\":{\"_id\":\"64b7\""));
    }
}
