//! Recorded tokens of the invoice and refund services, and what becomes of them.

use domain::secrets::Secret;
use money::currency::Currency;
use protocols::robokassa::jwt::{Named, Token};
use protocols::robokassa::refunds::{RefundDenied, RefundRequest};
use serde_json::Value;
use wire::digest::Digest;

use crate::support::post;

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
