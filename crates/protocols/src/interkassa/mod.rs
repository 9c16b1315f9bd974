//! Interkassa's dialect: which of its protocols a request speaks, and the rooms that read and answer.

mod amounts;
pub mod answers;
pub mod api;
pub mod errors;
mod expiry;
pub mod explain;
mod fields;
pub mod keys;
mod names;
pub mod notice;
pub mod payways;
mod reader;
pub mod request;
pub mod sci1;
mod signature;
pub mod states;
pub mod terms;
mod tree;
pub mod views;

use wire::http::{HttpRequest, Method};

use self::errors::Refused;
use self::fields::Fields;
use self::request::PaymentStart;
use self::sci1::export::Format;
use self::sci1::request::FirstStart;
use self::tree::Tree;

/// How long the code of a saved form is, in characters.
const SAVED_CHARS: usize = 10;
/// The field of a form of ours that says which payment it is about.
pub const FORM_PAYMENT: &str = "kassa_payment";

/// What a request to the payment page is.
#[derive(Clone, Debug)]
pub enum Entry {
    /// The start of a payment by the first protocol, of 2008: it names a shop.
    First(Box<FirstStart>),
    /// The start of a payment by the second protocol: it names a checkout.
    Second(PaymentStart),
    /// A form that was prepared in the cabinet, by its code.
    Saved(String),
    /// What a buyer filled into a form of ours that a shop's page showed.
    Filled(Filled),
}

/// The answer to a form of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filled {
    /// The payment's public identifier, as the form had it.
    pub payment: String,
    /// Whether the shop's script sent it and expects JSON; a browser that sends it by itself gets a page.
    pub json: bool,
    fields: Tree,
}

impl Filled {
    /// What the buyer filled in under a name; nothing if it was left empty.
    pub fn input(&self, name: &str) -> Option<&str> {
        self.fields.text(name).filter(|text| !text.is_empty())
    }
}

/// The paths of the payment page, in small letters and without a slash at the end.
const PAGES: [&str; 5] = ["", "/sci", "/demo", "/sci/demo", "/lib/payment.php"];

/// Whether a path leads to the payment page. The page at the root is ours only for a request that
/// [`entry`] knows.
///
/// ```
/// use protocols::interkassa::is_page;
/// assert!(is_page("/") && is_page("/demo/") && is_page("/lib/payment.php"));
/// assert!(!is_page("/v1/account"));
/// ```
pub fn is_page(path: &str) -> bool {
    let plain = path.to_ascii_lowercase();
    PAGES.contains(&plain.strip_suffix('/').unwrap_or(&plain))
}

/// A place of this dialect, by its path alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Door {
    /// The payment page.
    Page,
    /// The public list of payment systems of the first protocol.
    Systems,
    /// The API.
    Api,
}

/// The place that a path leads to, in any case.
///
/// ```
/// use protocols::interkassa::{Door, door};
/// assert_eq!(door("/SCI/"), Some(Door::Page));
/// assert_eq!(door("/v1/account"), Some(Door::Api));
/// assert_eq!(door("/v10"), None);
/// ```
pub fn door(path: &str) -> Option<Door> {
    let plain = path.to_ascii_lowercase();
    if is_page(&plain) {
        Some(Door::Page)
    } else if plain == Format::PATH {
        Some(Door::Systems)
    } else {
        let rest = plain.strip_prefix(api::PREFIX)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(Door::Api)
    }
}

/// Whether a request to the root may be one of this dialect's: told from its head, before its body is read.
pub fn may_be_ours(method: Method, query: &str) -> bool {
    let named = |pair: &str| pair.starts_with("ik_") || pair.starts_with("s=");
    method == Method::Post || query.split('&').any(named)
}

/// Takes a request to the payment page apart: with `ik_co_id` it is of the second protocol, with
/// `ik_shop_id` of the first. `None` if it has nothing of this dialect.
///
/// # Errors
/// Whatever can be refused without a key.
pub fn entry(request: &HttpRequest) -> Result<Option<Entry>, Refused> {
    let fields = Fields::read(request)?;
    if let Some(filled) = filled(&fields) {
        return Ok(Some(Entry::Filled(filled)));
    }
    if fields.ik.get(names::CO_ID).is_some() {
        return PaymentStart::of(fields).map(|start| Some(Entry::Second(start)));
    }
    if fields.ik.get(sci1::request::SHOP_ID).is_some() {
        return FirstStart::of(&fields).map(|start| Some(Entry::First(Box::new(start))));
    }
    let saved = |code: &&str| code.len() == SAVED_CHARS && code.bytes().all(|b| b.is_ascii_alphanumeric());
    Ok(fields.others.text("s").filter(saved).map(|code| Entry::Saved(code.to_owned())))
}

/// Whether a request wants its answer in JSON, a refusal as well: told from its bytes, because the fields of
/// a refused request may be unreadable.
pub fn wants_json(request: &HttpRequest) -> bool {
    let says = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let multipart = text.contains("name=\"ik_int\"\r\n\r\njson");
        multipart || text.split('&').any(|pair| pair.eq_ignore_ascii_case("ik_int=json"))
    };
    says(request.query.as_bytes()) || says(&request.body)
}

fn filled(fields: &Fields) -> Option<Filled> {
    let wrapped = fields.unwrapped();
    let payment = fields.others.text(FORM_PAYMENT).filter(|payment| !payment.is_empty())?;
    let json = wrapped.and_then(|sci| sci.text(names::INT)).or(fields.ik.text(names::INT));
    Some(Filled {
        payment: payment.to_owned(),
        json: json.is_some_and(|word| word.eq_ignore_ascii_case("json")),
        fields: fields.others.clone(),
    })
}

#[cfg(test)]
mod tests {
    use wire::http::Headers;

    use super::*;

    fn request(query: &str, body: &str) -> HttpRequest {
        HttpRequest {
            method: Method::Post,
            path: "/".to_owned(),
            query: query.to_owned(),
            headers: Headers::new(),
            body: body.as_bytes().to_vec(),
            peer: None,
        }
    }

    fn kind(query: &str, body: &str) -> &'static str {
        match entry(&request(query, body)) {
            Ok(None) => "nothing",
            Ok(Some(Entry::First(_))) => "first",
            Ok(Some(Entry::Second(_))) => "second",
            Ok(Some(Entry::Saved(_))) => "saved",
            Ok(Some(Entry::Filled(_))) => "filled",
            Err(_) => "refused",
        }
    }

    #[test]
    fn the_protocol_is_told_by_the_fields() {
        assert_eq!(kind("", "ik_co_id=5534b1683b1eaf00758b4567"), "second");
        assert_eq!(kind("payment&ik_co_id=1&", ""), "second");
        let shop = "ik_shop_id=392894CA-62C4-E3B3-14DC-1CD6058AC6A7";
        let first = format!("{shop}&ik_payment_id=1&ik_payment_amount=1&ik_payment_desc=x");
        assert_eq!((kind("", &first), kind("", shop)), ("first", "refused"));
        assert_eq!(kind("s=AbCd012345", ""), "saved");
        for nothing in ["", "test", "s=short", "s=AbCd-12345", "ik_am=1", "InvId=7"] {
            assert_eq!(kind(nothing, ""), "nothing", "{nothing}");
        }
        for refused in ["ik_co_id=", "ik_co_id=a b", "ik_co_id[a]=1", "ik_shop_id=7"] {
            assert_eq!(kind(refused, ""), "refused", "{refused}");
        }
    }

    #[test]
    fn pages_are_found_with_and_without_their_slash() {
        for path in ["", "/", "/sci", "/sci/", "/SCI/", "/demo/", "/lib/payment.php"] {
            assert!(is_page(path), "{path}");
        }
        for path in ["//", "/index", "/lib", "/scip", "/v1"] {
            assert!(!is_page(path), "{path}");
        }
    }

    #[test]
    fn an_answer_in_json_is_wanted_whatever_else_is_wrong() {
        assert!(wants_json(&request("ik_int=json", "")) && wants_json(&request("", "ik_am=1&ik_int=JSON")));
        let part = "--x\r\nContent-Disposition: form-data; name=\"ik_int\"\r\n\r\njson\r\n--x--";
        assert!(wants_json(&request("", part)));
        assert!(!wants_json(&request("ik_int=web", "ik_x_a=ik_int")));
    }

    #[test]
    fn a_form_that_was_filled_in_is_recognised_with_and_without_its_script() {
        let form = "sci[ik_co_id]=1&sci[ik_int]=json&kassa_payment=pay_x&phone=79990000000&e=";
        let Some(Entry::Filled(filled)) = entry(&request("", form)).unwrap() else { panic!() };
        assert_eq!((filled.payment.as_str(), filled.json), ("pay_x", true));
        assert_eq!((filled.input("phone"), filled.input("e")), (Some("79990000000"), None));
        let stripped = "sci[ik_co_id]=1&kassa_payment=pay_x&phone=79990000000";
        let Some(Entry::Filled(filled)) = entry(&request("", stripped)).unwrap() else { panic!() };
        assert!(!filled.json);
    }
}
