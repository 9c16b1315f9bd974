//! Recorded tokens of the invoice and refund services, and what becomes of them.

use domain::invoices::InvoiceKind;
use domain::secrets::Secret;
use money::currency::Currency;
use protocols::robokassa::invoices::{InvoiceDenied, InvoiceRequest, Which};
use protocols::robokassa::jwt::{Named, Token};
use protocols::robokassa::refunds::{RefundDenied, RefundRequest};
use serde_json::Value;
use wire::digest::Digest;

use crate::support::{Shop, now, post};

const CASES: &str = include_str!("../../vectors/robokassa-token-cases.json");
const VECTORS: &str = include_str!("../../vectors/robokassa.json");

fn vectors(prefix: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let of_prefix = |vector: &Value| vector["kind"] == "jwt" && text(vector, "name").starts_with(prefix);
    let chosen: Vec<Value> = all.into_iter().filter(of_prefix).collect();
    assert!(!chosen.is_empty(), "{prefix}");
    chosen
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn digest(vector: &Value) -> Digest {
    Digest::from_name(text(vector, "algo").strip_prefix("hmac-").unwrap()).unwrap()
}

/// The bodies in which clients send a token.
fn bodies(token: &str) -> [String; 3] {
    [token.to_owned(), format!("\"{token}\""), serde_json::to_string(token).unwrap().replace('/', "\\/")]
}

#[test]
fn every_recorded_token_is_verified_in_every_body_and_no_changed_one_is() {
    let mut count = 0;
    for vector in vectors("") {
        let (name, token) = (text(&vector, "name"), text(&vector, "expected"));
        let key = text(&vector["secrets"], "hmac_key");
        for body in bodies(token) {
            let read = Token::read(body.as_bytes()).unwrap();
            assert_eq!(read.named(), Named::Hmac(digest(&vector)), "{name}");
            assert!(read.is_signed(digest(&vector), key), "{name}");
            assert!(!read.is_signed(digest(&vector), "demo:password2"), "{name}");
            let payload: Value = serde_json::from_str(read.payload()).unwrap();
            assert_eq!(payload, vector["input"]["payload"], "{name}");
        }
        let (signed, mac) = token.rsplit_once('.').unwrap();
        let other = if mac.starts_with('A') { "B" } else { "A" };
        let changed = format!("{signed}.{other}{}", &mac[1..]);
        assert!(!Token::read(changed.as_bytes()).unwrap().is_signed(digest(&vector), key), "{name}");
        count += 1;
    }
    assert_eq!(count, 16);
}

#[test]
fn every_recorded_refund_is_read_and_verified_with_password_3_alone() {
    for vector in vectors("refund_create") {
        let name = text(&vector, "name");
        for body in bodies(text(&vector, "expected")) {
            let asked = RefundRequest::read(&post("", &body)).unwrap();
            assert_eq!(asked.op_key(), text(&vector["input"]["payload"], "OpKey"), "{name}");
            assert_eq!(asked.verify(&Secret::new("password3".to_owned())), Ok(()), "{name}");
            let another = Secret::new("password1".to_owned());
            assert_eq!(asked.verify(&another), Err(RefundDenied::InvalidSignature), "{name}");
            assert_eq!(asked.sum(Currency::Rub).unwrap().unwrap().minor(), 150, "{name}");
            assert_eq!(asked.receipt(None, Currency::Rub), Ok(None), "{name}");
        }
    }
}

#[test]
fn every_recorded_invoice_is_verified_with_the_shops_own_digest_and_read() {
    for vector in vectors("invoice_") {
        let name = text(&vector, "name");
        let shop = Shop::with(digest(&vector).name(), "password1", "password2");
        for body in bodies(text(&vector, "expected")) {
            let asked = InvoiceRequest::read(&post("", &body)).unwrap();
            assert_eq!((asked.login(), asked.verify(&shop.keys())), ("demo", Ok(())), "{name}");
            let other = Digest::ALL.into_iter().find(|known| *known != digest(&vector)).unwrap();
            let other = Shop::with(other.name(), "password1", "password2");
            assert_eq!(asked.verify(&other.keys()), Err(InvoiceDenied::WrongSignature), "{name}");
            let stranger = Shop::with(digest(&vector).name(), "password2", "password1");
            assert_eq!(asked.verify(&stranger.keys()), Err(InvoiceDenied::WrongSignature), "{name}");
            if name.starts_with("invoice_create") {
                let wanted = asked.wanted(&shop.keys(), now()).unwrap();
                assert_eq!((wanted.kind, wanted.number), (InvoiceKind::OneTime, Some(851)), "{name}");
                assert_eq!((wanted.sum.minor(), wanted.sum_text.as_str()), (1_000, "10"), "{name}");
            } else {
                assert_eq!(asked.which(), Ok(Which::Number(851)), "{name}");
            }
        }
    }
}

#[test]
fn cases_from_the_field_are_answered_as_they_must_be() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    for case in &cases {
        let (id, input) = (text(case, "id"), &case["input"]);
        let shop = &input["shop"];
        let shop = Shop::with(text(shop, "algorithm"), text(shop, "password1"), text(shop, "password2"));
        let asked = InvoiceRequest::read(&post("", text(input, "body"))).unwrap();
        assert_eq!(asked.verify(&shop.keys()), Ok(()), "{id}");
        let denied = asked.wanted(&shop.keys(), now()).unwrap_err();
        assert_eq!(case["expected"]["json"]["isSuccess"], false, "{id}");
        assert!(text(&case["expected"], "text").contains("InvoiceItems[0].Cost"), "{id}");
        assert!(denied.to_string().contains("InvoiceItems[0].Cost"), "{id}: {denied}");
    }
    assert_eq!(cases.len(), 1);
}
