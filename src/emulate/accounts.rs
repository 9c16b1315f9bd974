//! The file of accounts: a JSON array, every member but the login optional, mistakes named by entry and member.

use super::members::{address, entries, only, read_file, secret, text};
use crate::error::ProgramError;
use domain::sellers::Algorithm;
use domain::settings::login_fits;
use engine::emulation::accounts::{Account, Addresses};
use money::currency::Currency;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;

/// Every member that an account may have.
const MEMBERS: [&str; 15] = [
    "login",
    "password1",
    "password2",
    "password3",
    "test_password1",
    "test_password2",
    "algorithm",
    "test_algorithm",
    "result_url",
    "result_method",
    "success_url",
    "success_method",
    "fail_url",
    "fail_method",
    "rates",
];
/// A rate has so many digits at most.
const RATE_DIGITS_MAX: usize = 18;

/// Reads the accounts of a file; what an account does not say is as usual.
///
/// # Errors
/// [`ProgramError::Settings`] naming the file, the entry and the member that is wrong.
pub(super) fn read(file: &Path, usual: &Addresses) -> Result<Vec<Account>, ProgramError> {
    read_file(file, |text| accounts(text, usual))
}

fn accounts(text: &str, usual: &Addresses) -> Result<Vec<Account>, String> {
    let mut seen = BTreeSet::new();
    let mut accounts = Vec::new();
    for (number, entry) in entries(text, "{\"login\":\"demo\"}")? {
        let account = account(&entry, usual).map_err(|why| format!("entry {number}, {why}"))?;
        if !seen.insert(account.login.clone()) {
            return Err(format!("entry {number}, member \"login\": \"{}\" is listed twice", account.login));
        }
        accounts.push(account);
    }
    Ok(accounts)
}

fn account(members: &Map<String, Value>, usual: &Addresses) -> Result<Account, String> {
    only(members, &MEMBERS)?;
    let login = text(members, "login")?.ok_or("member \"login\": it is missing")?;
    login_fits(login).map_err(|refused| format!("member \"login\": {refused}"))?;
    let mut account = Account::usual(login, usual);
    let passwords = [
        ("password1", &mut account.password1),
        ("password2", &mut account.password2),
        ("password3", &mut account.password3),
        ("test_password1", &mut account.test_password1),
        ("test_password2", &mut account.test_password2),
    ];
    for (name, place) in passwords {
        secret(members, name, place)?;
    }
    if let Some(algorithm) = algorithm(members, "algorithm")? {
        account.algorithm = algorithm;
        account.test_algorithm = algorithm;
    }
    if let Some(algorithm) = algorithm(members, "test_algorithm")? {
        account.test_algorithm = algorithm;
    }
    let addresses = &mut account.addresses;
    address(members, ("result_url", "result_method"), &mut addresses.result, Addresses::RESULT_VERB)?;
    address(members, ("success_url", "success_method"), &mut addresses.success, Addresses::RETURN_VERB)?;
    address(members, ("fail_url", "fail_method"), &mut addresses.fail, Addresses::RETURN_VERB)?;
    account.rates = rates(members)?;
    Ok(account)
}

/// A digest as the cabinet spells it, in any case.
pub(super) fn algorithm(members: &Map<String, Value>, name: &str) -> Result<Option<Algorithm>, String> {
    let Some(said) = text(members, name)? else { return Ok(None) };
    match said.to_ascii_uppercase().as_str() {
        "MD5" => Ok(Some(Algorithm::Md5)),
        "RIPEMD160" | "RIPEMD-160" => Ok(Some(Algorithm::Ripemd160)),
        "SHA1" | "SHA-1" | "HS1" => Ok(Some(Algorithm::Sha1)),
        "SHA256" | "SHA-256" | "HS256" => Ok(Some(Algorithm::Sha256)),
        "SHA384" | "SHA-384" | "HS384" => Ok(Some(Algorithm::Sha384)),
        "SHA512" | "SHA-512" | "HS512" => Ok(Some(Algorithm::Sha512)),
        _ => Err(format!(
            "member \"{name}\": \"{said}\" is no digest; there are MD5, RIPEMD160, SHA1 (HS1), SHA256 (HS256), SHA384 \
             (HS384) and SHA512 (HS512)"
        )),
    }
}

/// Roubles for one unit of other currencies, as decimal text: numbers of JSON would go through floats.
fn rates(members: &Map<String, Value>) -> Result<Vec<(Currency, String)>, String> {
    let expected = "member \"rates\": expected an object such as {\"USD\":\"90.00\"}";
    let rates = match members.get("rates") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(rates)) => rates,
        Some(_) => return Err(expected.to_owned()),
    };
    let rate = |(code, value): (&String, &Value)| {
        let currency = Currency::from_code(code).filter(|currency| *currency != Currency::Rub);
        let currency =
            currency.ok_or_else(|| format!("member \"rates\": \"{code}\" is no foreign currency"))?;
        let Value::String(text) = value else {
            return Err(format!("{expected}, with the rate of {code} in quotes"));
        };
        if is_rate(text) {
            return Ok((currency, text.clone()));
        }
        Err(format!("member \"rates\": \"{text}\" is no rate of {code} such as 90.00"))
    };
    rates.iter().map(rate).collect()
}

/// Digits above zero with at most one dot between them.
fn is_rate(text: &str) -> bool {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let above_zero = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    digits(whole) && digits(rest) && above_zero && text.len() <= RATE_DIGITS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::sellers::{ShopAddress, Verb};

    fn usual() -> Addresses {
        let url = "http://127.0.0.1:1/result".to_owned();
        Addresses { result: Some(ShopAddress { url, verb: Verb::Post }), ..Addresses::default() }
    }

    fn read(text: &str) -> Result<Vec<Account>, String> {
        accounts(text, &usual())
    }

    #[test]
    fn an_account_that_says_only_its_login_is_as_usual() {
        let accounts = read("\u{feff}[{\"login\":\"demo\"}]").unwrap();
        let account = &accounts[0];
        assert_eq!((account.login.as_str(), account.algorithm), ("demo", Algorithm::Md5));
        assert_eq!(account.password1.expose(), "password1");
        assert_eq!((account.password3.expose(), &account.addresses), ("password3", &usual()));
    }

    #[test]
    fn everything_can_be_said() {
        let accounts = read(
            r#"[{"login":"demo","password1":"a","password2":"b","password3":"c","test_password1":"d",
                "test_password2":"e","algorithm":"hs256","test_algorithm":"RIPEMD160",
                "result_url":"http://localhost:8000/r","result_method":"get","success_url":"http://localhost:8000/s",
                "success_method":"POST","fail_url":null,"rates":{"USD":"90.00","EUR":"100"}}]"#,
        )
        .unwrap();
        let account = &accounts[0];
        assert_eq!((account.algorithm, account.test_algorithm), (Algorithm::Sha256, Algorithm::Ripemd160));
        assert_eq!(account.test_password2.expose(), "e");
        let result = account.addresses.result.as_ref().unwrap();
        assert_eq!((result.url.as_str(), result.verb), ("http://localhost:8000/r", Verb::Get));
        assert_eq!(account.addresses.success.as_ref().unwrap().verb, Verb::Post);
        assert_eq!(account.addresses.fail, None);
        assert!(account.rates.contains(&(Currency::Usd, "90.00".to_owned())));
    }

    #[test]
    fn the_digest_of_rehearsals_is_the_shops_own_unless_it_is_said() {
        let accounts = read(r#"[{"login":"demo","algorithm":"SHA512"}]"#).unwrap();
        assert_eq!(accounts[0].test_algorithm, Algorithm::Sha512);
    }

    #[test]
    fn a_mistake_is_named_by_entry_and_member() {
        for (text, said) in [
            ("", "no JSON"),
            ("{}", "expected an array"),
            ("[7]", "entry 1, which is no object"),
            ("[{}]", "entry 1, member \"login\": it is missing"),
            (r#"[{"login":"a"},{"login":7}]"#, "entry 2, member \"login\": expected a text"),
            (r#"[{"login":"77"}]"#, "entry 1, member \"login\""),
            (r#"[{"login":"a"},{"login":"a"}]"#, "entry 2, member \"login\": \"a\" is listed twice"),
            (r#"[{"login":"a","pasword1":"x"}]"#, "member \"pasword1\": there is no such member"),
            (r#"[{"login":"a","password2":""}]"#, "member \"password2\": expected 1 to"),
            (r#"[{"login":"a","algorithm":"CRC32"}]"#, "member \"algorithm\": \"CRC32\" is no digest"),
            (r#"[{"login":"a","result_url":"/result"}]"#, "member \"result_url\""),
            (r#"[{"login":"a","fail_method":"PUT"}]"#, "member \"fail_method\": expected GET or POST"),
            (r#"[{"login":"a","rates":{"USD":90}}]"#, "the rate of USD in quotes"),
            (r#"[{"login":"a","rates":{"USD":"0.00"}}]"#, "\"0.00\" is no rate of USD"),
            (r#"[{"login":"a","rates":{"usd":"90"}}]"#, "\"usd\" is no foreign currency"),
            (r#"[{"login":"a","rates":[]}]"#, "expected an object"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
