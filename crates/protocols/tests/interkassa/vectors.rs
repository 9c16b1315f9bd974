//! Every recorded vector of payment starts and notices, of both protocols.

use domain::payments::CustomField;
use domain::secrets::Secret;
use domain::sellers::Algorithm;
use jiff::Timestamp;
use jiff::civil::DateTime;
use money::Money;
use money::currency::Currency;
use protocols::interkassa::notice::{Extras, Key, Told, notice_fields, signed_fields};
use protocols::interkassa::sci1::notice::{FeePayer, FirstTold, status_fields};
use protocols::interkassa::sci1::request::FirstKeys;
use protocols::interkassa::states::InvoiceState;
use serde_json::Value;
use wire::form::encode_pairs;

use crate::support::{Checkout, KYIV, base64_of, blamed, get, multipart, open_first, post};

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

/// What a notice of a vector says; amounts are recorded with more zeros than the currency has digits.
fn told<'a>(vector: &'a Value, custom: &'a [CustomField]) -> Told<'a> {
    let params = &vector["params"];
    let currency = Currency::from_code(text(params, "ik_cur")).unwrap();
    let money = |name| Money::parse(text(params, name), currency).unwrap();
    let time = |name| {
        let local: Option<DateTime> = text(params, name).parse().ok();
        local.map(|local| KYIV.to_timestamp(local).unwrap())
    };
    let states = InvoiceState::ALL.into_iter();
    Told {
        checkout: text(params, "ik_co_id"),
        purse: text(params, "ik_co_prs_id").parse().unwrap(),
        invoice: text(params, "ik_inv_id").parse().unwrap(),
        state: states.into_iter().find(|state| state.code() == text(params, "ik_inv_st")).unwrap(),
        created: time("ik_inv_crt").unwrap(),
        processed: time("ik_inv_prc"),
        transaction: text(params, "ik_trn_id"),
        payment_no: text(params, "ik_pm_no"),
        payway: text(params, "ik_pw_via"),
        amount: money("ik_am"),
        credited: money("ik_co_rfn"),
        price: money("ik_ps_price"),
        description: text(params, "ik_desc"),
        custom,
        zone: &KYIV,
    }
}

fn custom(params: &Value) -> Vec<CustomField> {
    let own = fields(params).into_iter().filter(|(name, _)| name.starts_with("ik_x_"));
    own.map(|(name, value)| CustomField { name, value }).collect()
}

#[test]
fn notices_with_two_decimals_are_made_and_signed_as_recorded() {
    let made = ["published-2015-04", "published-2015-01"];
    let mut count = 0;
    for vector in vectors("notification").iter().filter(|v| made.iter().any(|m| text(v, "name").contains(m)))
    {
        let (name, params) = (text(vector, "name"), &vector["params"]);
        let custom = custom(params);
        let told = told(vector, &custom);
        let algorithm = Algorithm::from_code(text(vector, "algo")).unwrap();
        // Both are about the test payway, so the door signs them with the test key.
        assert_eq!(Key::of(told.payway), Key::Test, "{name}");
        let secret = Secret::new(text(vector, "key").to_owned());
        let mut sent = notice_fields(&told, &Extras::default(), &secret, algorithm);
        assert_eq!(sent.pop(), Some(("ik_sign".to_owned(), text(vector, "expected").to_owned())), "{name}");
        sent.sort();
        assert_eq!(sent, fields(params), "{name}: these fields and no others");
        count += 1;
    }
    assert_eq!(count, 2);
}

/// Amounts in these were written otherwise than we write them, so only the signature is compared.
#[test]
fn every_notice_has_the_signature_that_was_recorded() {
    for vector in vectors("notification") {
        let (name, algorithm) = (text(&vector, "name"), text(&vector, "algo"));
        assert_eq!(
            base64_of(algorithm, text(&vector, "string_to_sign")),
            text(&vector, "expected"),
            "{name}"
        );
        let secret = Secret::new(text(&vector, "key").to_owned());
        let algorithm = Algorithm::from_code(algorithm).unwrap();
        let sent = signed_fields(fields(&vector["params"]), &secret, algorithm);
        assert_eq!(sent.last().unwrap().1, text(&vector, "expected"), "{name}");
    }
}

#[test]
fn the_test_payway_is_never_signed_with_the_secret_key() {
    for vector in vectors("notification-negative") {
        assert_eq!(
            (text(&vector, "key_role"), Key::of(text(&vector["params"], "ik_pw_via"))),
            ("secret", Key::Test)
        );
    }
}

#[test]
fn a_field_without_the_prefix_is_never_told() {
    for vector in vectors("notification-allkeys") {
        let params = &vector["params"];
        assert!(params["_ik_x_user_id"].is_string());
        let custom = custom(params);
        let secret = Secret::new(text(&vector, "key").to_owned());
        let sent = notice_fields(&told(&vector, &custom), &Extras::default(), &secret, Algorithm::Sha256);
        assert!(sent.iter().all(|(name, _)| name.starts_with("ik_")));
        assert_ne!(sent.last().unwrap().1, text(&vector, "expected"));
    }
}

#[test]
fn every_notice_of_the_first_protocol_is_signed_as_recorded() {
    for vector in vectors("sci1-notification") {
        let (name, params) = (text(&vector, "name"), &vector["params"]);
        let payer = [FeePayer::Shop, FeePayer::Buyer, FeePayer::Both];
        let told = FirstTold {
            shop_id: text(params, "ik_shop_id"),
            amount: text(params, "ik_payment_amount"),
            payment_id: text(params, "ik_payment_id"),
            description: text(params, "ik_payment_desc"),
            alias: text(params, "ik_paysystem_alias"),
            baggage: text(params, "ik_baggage_fields"),
            at: Timestamp::from_second(text(params, "ik_payment_timestamp").parse().unwrap()).unwrap(),
            paid: text(params, "ik_payment_state") == "success",
            transaction: text(params, "ik_trans_id").strip_prefix("IK_").unwrap().parse().unwrap(),
            rate: text(params, "ik_currency_exch"),
            fees: payer.into_iter().find(|fees| fees.code() == text(params, "ik_fees_payer")).unwrap(),
        };
        let mut sent = status_fields(&told, &Secret::new(text(&vector, "key").to_owned()));
        assert_eq!(sent.pop().unwrap().1, text(&vector, "expected"), "{name}");
        sent.sort();
        assert_eq!(sent, fields(params), "{name}: these fields and no others");
    }
}
