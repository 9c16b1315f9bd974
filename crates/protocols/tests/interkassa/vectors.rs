//! Every recorded vector of payment starts and notices, of both protocols.

use domain::secrets::Secret;
use money::currency::Currency;
use protocols::interkassa::sci1::request::FirstKeys;
use serde_json::Value;
use wire::form::encode_pairs;

use crate::support::{Checkout, base64_of, blamed, get, multipart, open_first, post};

const VECTORS: &str = include_str!("../../vectors/interkassa.json");

fn vectors(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let of_kind: Vec<Value> = all.into_iter().filter(|vector| vector["kind"] == kind).collect();
    assert!(!of_kind.is_empty(), "{kind}");
    of_kind
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The fields with their nested names, in the order in which they are recorded.
fn fields(params: &Value) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (name, value) in params.as_object().unwrap() {
        flatten(name, value, &mut fields);
    }
    fields
}

fn flatten(name: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (step, member) in members {
                flatten(&format!("{name}[{step}]"), member, fields);
            }
        }
        _ => fields.push((name.to_owned(), value.as_str().unwrap().to_owned())),
    }
}

fn checkout(vector: &Value) -> Checkout {
    Checkout::with(text(&vector["params"], "ik_co_id"), text(vector, "algo"), text(vector, "key"))
}

fn encoded(fields: &[(String, String)]) -> String {
    encode_pairs(fields.iter().map(|(name, value)| (name, value)))
}

#[test]
fn every_request_is_verified_however_it_is_sent() {
    for vector in vectors("request") {
        let name = text(&vector, "name");
        assert_eq!(
            base64_of(text(&vector, "algo"), text(&vector, "string_to_sign")),
            text(&vector, "expected"),
            "{name}: the record agrees with itself"
        );
        let mut sent = fields(&vector["params"]);
        sent.retain(|(name, _)| name != "ik_sign");
        sent.push(("ik_sign".to_owned(), text(&vector, "expected").to_owned()));
        let query = encoded(&sent);
        let spaced = query.replace("%2B", "+");
        let recorded = text(&vector, "form_body").replace("&ik_sign=garbage", "");
        let recorded = format!("{recorded}&{}", encode_pairs([("ik_sign", text(&vector, "expected"))]));
        let requests =
            [get(&query), post("", &query), post(&query, ""), post("", &recorded), multipart(&sent)];
        for request in requests {
            let opened = checkout(&vector).open(&request);
            let opened = opened.unwrap_or_else(|refused| panic!("{name}: {refused}"));
            assert!(opened.terms.signed, "{name}");
            assert_eq!(opened.terms.payment_no, text(&vector["params"], "ik_pm_no"), "{name}");
            assert_eq!(opened.order.sum_text, text(&vector["params"], "ik_am"), "{name}");
            assert_eq!(opened.order.description, text(&vector["params"], "ik_desc"), "{name}");
        }
        if !text(&vector, "string_to_sign").contains('+') {
            assert!(checkout(&vector).open(&get(&spaced)).is_ok(), "{name}: pluses became spaces");
        }
        // The same request under another key or digest, or with another number, is nobody's.
        let (id, algorithm) = (text(&vector["params"], "ik_co_id"), text(&vector, "algo"));
        let stranger = Checkout::with(id, algorithm, "another");
        assert_eq!(blamed(stranger.open(&get(&query))), (1023, Some("ik_sign")), "{name}");
        let other = if algorithm == "md5" { "sha256" } else { "md5" };
        let stranger = Checkout::with(id, other, text(&vector, "key"));
        assert_eq!(blamed(stranger.open(&get(&query))), (1023, Some("ik_sign")), "{name}");
        let number = text(&vector["params"], "ik_pm_no");
        let changed = query.replace(&format!("ik_pm_no={number}"), "ik_pm_no=0");
        assert_eq!(blamed(checkout(&vector).open(&get(&changed))), (1023, Some("ik_sign")), "{name}");
    }
}

#[test]
fn every_request_of_the_first_protocol_is_verified_in_any_case() {
    for vector in vectors("sci1-request") {
        let name = text(&vector, "name");
        let params = &vector["params"];
        let secret = Secret::new(text(&vector, "key").to_owned());
        let keys = FirstKeys {
            shop_id: text(params, "ik_shop_id"),
            currency: Currency::Usd,
            secret: &secret,
            must_sign: true,
        };
        let expected = text(&vector, "expected");
        for signature in [expected.to_owned(), expected.to_uppercase()] {
            let mut sent = fields(params);
            sent.push(("ik_sign_hash".to_owned(), signature));
            let opened = open_first(&post("", &encoded(&sent)), &keys).unwrap();
            assert!(opened.terms.signed, "{name}");
            assert_eq!(opened.order.sum_text, text(params, "ik_payment_amount"), "{name}");
            assert_eq!(opened.terms.payment_id, text(params, "ik_payment_id"), "{name}");
            assert_eq!(opened.terms.baggage, text(params, "ik_baggage_fields"), "{name}");
            let changed = encoded(&sent).replace("ik_payment_id=123", "ik_payment_id=124");
            assert_eq!(blamed(open_first(&post("", &changed), &keys)), (1023, Some("ik_sign_hash")));
        }
    }
}
