//! The file of checkouts: a JSON array, every member but the checkout optional.

use super::accounts::algorithm;
use super::members::{address, entries, only, read_file, secret, text};
use crate::error::ProgramError;
use domain::checkouts::{is_first_id, is_hex_id};
use domain::sellers::Algorithm;
use domain::settings::login_fits;
use engine::emulation::checkouts::CheckoutAccount;
use money::currency::Currency;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;

/// Every member that a checkout may have.
const MEMBERS: [&str; 17] = [
    "checkout",
    "shop_id",
    "secret_key",
    "test_key",
    "algorithm",
    "account_id",
    "user_id",
    "api_key",
    "interaction_url",
    "interaction_method",
    "success_url",
    "success_method",
    "pending_url",
    "pending_method",
    "fail_url",
    "fail_method",
    "currencies",
];

/// Reads the checkouts of a file; what one does not say is as usual.
///
/// # Errors
/// [`ProgramError::Settings`] naming the file, the entry and the member that is wrong.
pub(super) fn read(file: &Path) -> Result<Vec<CheckoutAccount>, ProgramError> {
    read_file(file, checkouts)
}

fn checkouts(text: &str) -> Result<Vec<CheckoutAccount>, String> {
    let mut seen = BTreeSet::new();
    let mut checkouts = Vec::new();
    for (number, entry) in entries(text, "{\"checkout\":\"5534b1683b1eaf00758b4567\"}")? {
        let checkout = checkout(&entry).map_err(|why| format!("entry {number}, {why}"))?;
        for name in [&checkout.checkout, &checkout.first_id] {
            if !seen.insert(name.clone()) {
                return Err(format!("entry {number}: \"{name}\" is listed twice"));
            }
        }
        checkouts.push(checkout);
    }
    Ok(checkouts)
}

fn checkout(members: &Map<String, Value>) -> Result<CheckoutAccount, String> {
    only(members, &MEMBERS)?;
    let name = text(members, "checkout")?.ok_or("member \"checkout\": it is missing")?;
    login_fits(name).map_err(|refused| format!("member \"checkout\": {refused}"))?;
    let mut account = CheckoutAccount::usual(name);
    if let Some(first) = text(members, "shop_id")? {
        let first = first.to_ascii_uppercase();
        if !is_first_id(&first) {
            let expected = "expected 32 hex digits such as 392894CA-62C4-E3B3-14DC-1CD6058AC6A7";
            return Err(format!("member \"shop_id\": {expected}"));
        }
        account.first_id = first;
    }
    secret(members, "secret_key", &mut account.secret_key)?;
    secret(members, "test_key", &mut account.test_key)?;
    secret(members, "api_key", &mut account.api_key)?;
    if let Some(digest) = algorithm(members, "algorithm")? {
        if !matches!(digest, Algorithm::Md5 | Algorithm::Sha256) {
            return Err("member \"algorithm\": a checkout signs with MD5 or SHA256".to_owned());
        }
        account.algorithm = digest;
    }
    for (member, place) in [("account_id", &mut account.account), ("user_id", &mut account.user)] {
        if let Some(id) = text(members, member)? {
            if !is_hex_id(id) {
                return Err(format!("member \"{member}\": expected 24 hex digits in small letters"));
            }
            *place = id.to_owned();
        }
    }
    let verb = CheckoutAccount::VERB;
    address(members, ("interaction_url", "interaction_method"), &mut account.interaction, verb)?;
    address(members, ("success_url", "success_method"), &mut account.success, verb)?;
    address(members, ("pending_url", "pending_method"), &mut account.pending, verb)?;
    address(members, ("fail_url", "fail_method"), &mut account.fail, verb)?;
    if let Some(currencies) = currencies(members)? {
        account.currencies = currencies;
    }
    Ok(account)
}

/// Codes of currencies, the default first; none where nothing is said.
fn currencies(members: &Map<String, Value>) -> Result<Option<Vec<Currency>>, String> {
    let expected = "member \"currencies\": expected an array of codes such as [\"UAH\",\"USD\"]";
    let codes = match members.get("currencies") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(codes)) if !codes.is_empty() => codes,
        Some(_) => return Err(expected.to_owned()),
    };
    let known = |code: &Value| {
        let code = code.as_str().ok_or(expected)?;
        let currency = Currency::from_code(&code.to_ascii_uppercase());
        currency.ok_or_else(|| format!("member \"currencies\": \"{code}\" is no currency known here"))
    };
    codes.iter().map(known).collect::<Result<_, String>>().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_that_says_only_its_name_is_as_usual() {
        let read = checkouts("[{\"checkout\":\"5534b1683b1eaf00758b4567\"}]").unwrap();
        assert_eq!(read[0].secret_key.expose(), "secret_key");
        assert_eq!((read[0].algorithm, read[0].currencies[0]), (Algorithm::Md5, Currency::Uah));
        assert!(is_first_id(&read[0].first_id) && read[0].interaction.is_none());
    }

    #[test]
    fn everything_can_be_said() {
        let read = checkouts(
            r#"[{"checkout":"5534b1683b1eaf00758b4567","shop_id":"392894ca-62c4-e3b3-14dc-1cd6058ac6a7",
                "secret_key":"a","test_key":"b","algorithm":"sha256","account_id":"52e7f883e4ae1a2406000000",
                "user_id":"52e7f883e4ae1a2406000001","api_key":"c","interaction_url":"http://localhost:8000/i",
                "success_url":"http://localhost:8000/s","success_method":"get","pending_url":"http://localhost/p",
                "fail_url":null,"currencies":["usd","UAH"]}]"#,
        )
        .unwrap();
        let checkout = &read[0];
        assert_eq!(checkout.first_id, "392894CA-62C4-E3B3-14DC-1CD6058AC6A7");
        assert_eq!((checkout.algorithm, checkout.api_key.expose()), (Algorithm::Sha256, "c"));
        assert_eq!(checkout.currencies, [Currency::Usd, Currency::Uah]);
        assert_eq!(checkout.success.as_ref().unwrap().verb, domain::sellers::Verb::Get);
        assert!(checkout.pending.is_some() && checkout.fail.is_none());
    }

    #[test]
    fn a_mistake_is_named_by_entry_and_member() {
        for (text, said) in [
            ("[{}]", "entry 1, member \"checkout\": it is missing"),
            (r#"[{"checkout":"7"}]"#, "entry 1, member \"checkout\""),
            (r#"[{"checkout":"a"},{"checkout":"a"}]"#, "entry 2: \"a\" is listed twice"),
            (r#"[{"checkout":"a","shop_id":"7"}]"#, "member \"shop_id\": expected 32 hex digits"),
            (r#"[{"checkout":"a","algorithm":"sha1"}]"#, "MD5 or SHA256"),
            (r#"[{"checkout":"a","account_id":"7"}]"#, "member \"account_id\": expected 24 hex digits"),
            (r#"[{"checkout":"a","currencies":[]}]"#, "expected an array of codes"),
            (r#"[{"checkout":"a","currencies":["DEM"]}]"#, "\"DEM\" is no currency"),
            (r#"[{"checkout":"a","secret":"x"}]"#, "there is no such member"),
        ] {
            let why = checkouts(text).unwrap_err();
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
