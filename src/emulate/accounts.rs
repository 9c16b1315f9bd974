//! The file of accounts: a JSON array, every member but the login optional, mistakes named by entry and member.

use crate::cli::emulate::web_address;
use crate::error::ProgramError;
use domain::secrets::Secret;
use domain::sellers::{Algorithm, ShopAddress, Verb};
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
/// A password is so long at most, in bytes.
const PASSWORD_BYTES_MAX: usize = 256;

/// Reads the accounts of a file; what an account does not say is as usual.
///
/// # Errors
/// [`ProgramError::Settings`] naming the file, the entry and the member that is wrong.
pub(super) fn read(file: &Path, usual: &Addresses) -> Result<Vec<Account>, ProgramError> {
    let wrong = |why: String| ProgramError::Settings(format!("the accounts in {}: {why}", file.display()));
    let text =
        std::fs::read_to_string(file).map_err(|error| wrong(format!("the file cannot be read: {error}")))?;
    accounts(&text, usual).map_err(wrong)
}

fn accounts(text: &str, usual: &Addresses) -> Result<Vec<Account>, String> {
    // A byte order mark is what Windows' editors put before JSON.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
    let Value::Array(entries) = value else {
        return Err("expected an array such as [{\"login\":\"demo\"}]".to_owned());
    };
    let mut seen = BTreeSet::new();
    let mut accounts = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let number = place.saturating_add(1);
        let account = account(entry, usual).map_err(|why| format!("entry {number}, {why}"))?;
        if !seen.insert(account.login.clone()) {
            return Err(format!("entry {number}, member \"login\": \"{}\" is listed twice", account.login));
        }
        accounts.push(account);
    }
    Ok(accounts)
}

fn account(entry: &Value, usual: &Addresses) -> Result<Account, String> {
    let Value::Object(members) = entry else {
        return Err("which is no object such as {\"login\":\"demo\"}".to_owned());
    };
    if let Some(unknown) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(format!(
            "member \"{unknown}\": there is no such member; there are {}",
            MEMBERS.join(", ")
        ));
    }
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
        if let Some(password) = text(members, name)? {
            if password.is_empty() || password.len() > PASSWORD_BYTES_MAX {
                return Err(format!("member \"{name}\": expected 1 to {PASSWORD_BYTES_MAX} bytes"));
            }
            *place = Secret::new(password.to_owned());
        }
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

/// The text of a member; none if it is left out or null.
fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, String> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("member \"{name}\": expected a text in quotes")),
    }
}

/// A digest as the cabinet spells it, in any case.
fn algorithm(members: &Map<String, Value>, name: &str) -> Result<Option<Algorithm>, String> {
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

/// An address with its method. A method alone goes with the usual address; an empty address means none.
fn address(
    members: &Map<String, Value>,
    (url, method): (&str, &str),
    place: &mut Option<ShopAddress>,
    verb: Verb,
) -> Result<(), String> {
    match text(members, url)? {
        Some("") => *place = None,
        Some(said) => {
            let said = web_address(said).map_err(|why| format!("member \"{url}\": {why}"))?;
            *place = Some(ShopAddress { url: said, verb });
        }
        None => {}
    }
    if let Some(said) = text(members, method)? {
        let verb = Verb::from_code(said);
        let verb = verb.ok_or_else(|| format!("member \"{method}\": expected GET or POST"))?;
        if let Some(address) = place {
            address.verb = verb;
        }
    }
    Ok(())
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
