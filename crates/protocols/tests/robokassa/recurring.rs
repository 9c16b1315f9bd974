//! Charges that follow an earlier payment, and payments with a card that was used before.

use protocols::robokassa::errors::Refused;
use protocols::robokassa::keys::Switches;
use protocols::robokassa::recurring::{Charge, ChargeRequest, refused, taken};
use serde_json::Value;
use wire::digest::Digest;
use wire::form::encode_pairs;

use crate::support::{Shop, blamed, get, link, post};

const VECTORS: &str = include_str!("../../vectors/robokassa.json");
const TOKEN: &str = "14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf";

fn agreed() -> Shop {
    let switches = Switches { recurring: true, saved_cards: true, holds: true, ..Switches::default() };
    Shop { switches, ..Shop::md5() }
}

fn vectors(begins: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let named = |vector: &Value| vector["name"].as_str().unwrap().starts_with(begins);
    let chosen: Vec<Value> = all.into_iter().filter(named).collect();
    assert!(!chosen.is_empty(), "{begins}");
    chosen
}

fn fields(vector: &Value) -> Vec<(String, String)> {
    let input = vector["input"].as_object().unwrap();
    let mut fields: Vec<_> =
        input.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
    fields.push(("SignatureValue".to_owned(), vector["expected"].as_str().unwrap().to_owned()));
    fields
}

fn charge(shop: &Shop, fields: &[(String, String)]) -> Result<Charge, Refused> {
    let body = encode_pairs(fields.iter().map(|(name, value)| (name, value)));
    let by_form = ChargeRequest::read(&post("", &body))?.verify(&shop.keys());
    let by_query = ChargeRequest::read(&post(&body, ""))?.verify(&shop.keys());
    assert_eq!(by_form, by_query, "values in the query mean the same");
    by_form
}

/// A charge of 100 roubles for the order 2 under the order 1, with more fields, signed by this text.
fn signed(more: &[(&str, &str)], text: &str) -> Vec<(String, String)> {
    let signature = Digest::Md5.hex(text.as_bytes());
    let plain = [
        ("MerchantLogin", "demo"),
        ("InvoiceID", "2"),
        ("PreviousInvoiceID", "1"),
        ("OutSum", "100.00"),
        ("SignatureValue", signature.as_str()),
    ];
    let plain = plain.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    plain.chain(more.iter().copied()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

const PLAIN: &str = "demo:100.00:2:password1";

#[test]
fn every_recorded_charge_is_verified_and_a_changed_sum_is_not() {
    for vector in vectors("recurring_") {
        let (name, mut sent) = (vector["name"].as_str().unwrap(), fields(&vector));
        let charge_read = charge(&agreed(), &sent).unwrap_or_else(|refused| panic!("{name}: {refused}"));
        let input = &vector["input"];
        assert_eq!(charge_read.number.to_string(), input["InvoiceID"], "{name}");
        assert_eq!(charge_read.parent.to_string(), input["PreviousInvoiceID"], "{name}");
        assert_eq!(charge_read.sum.to_string(), input["OutSum"].as_str().unwrap(), "{name}");
        let has_receipt = input["Receipt"].as_str().is_some_and(|text| !text.is_empty());
        assert_eq!(charge_read.receipt.is_some(), has_receipt, "{name}");
        assert_eq!(charge(&agreed(), &sent).unwrap().fingerprint, charge_read.fingerprint, "{name}");
        assert_eq!(blamed(charge(&Shop::md5(), &sent)).0, 34, "{name}: without an agreement");
        for (_, value) in sent.iter_mut().filter(|(name, _)| name == "OutSum") {
            value.insert(0, '1');
        }
        assert_eq!(blamed(charge(&agreed(), &sent)).0, 29, "{name}");
    }
}

#[test]
fn an_empty_slot_for_a_receipt_may_be_signed_whether_or_not_the_field_is_sent() {
    let text = "demo:100.00:2::password1";
    assert!(charge(&agreed(), &signed(&[("Receipt", "")], text)).is_ok());
    assert!(charge(&agreed(), &signed(&[], text)).is_ok());
    assert!(charge(&agreed(), &signed(&[("Receipt", "")], PLAIN)).is_ok());
}

#[test]
fn what_does_not_belong_to_a_charge_is_error_35_and_a_no_is_nothing() {
    for (name, value) in [
        ("Recurring", "true"),
        ("recurring", "1"),
        ("IncCurrLabel", "BankCard"),
        ("ExpirationDate", "2029-01-16T12:00"),
        ("IsTest", "1"),
    ] {
        let (number, parameter) = blamed(charge(&agreed(), &signed(&[(name, value)], PLAIN)));
        assert_eq!((number, parameter.map(str::to_lowercase)), (35, Some(name.to_lowercase())));
    }
    for (name, value) in [("Recurring", "False"), ("Recurring", ""), ("IsTest", "0"), ("ExpirationDate", "")]
    {
        assert!(charge(&agreed(), &signed(&[(name, value)], PLAIN)).is_ok(), "{name}={value}");
    }
}

#[test]
fn numbers_of_both_orders_are_needed_and_differ() {
    for previous in ["", "0", "-1", "x", "2", "9223372036854775808"] {
        let sent = signed(&[("PreviousInvoiceID", previous)], PLAIN);
        assert_eq!(blamed(charge(&agreed(), &sent)), (35, Some("PreviousInvoiceID")), "{previous}");
    }
    for own in ["", "0", "x"] {
        let sent = signed(&[("InvoiceID", own)], &format!("demo:100.00:{own}:password1"));
        assert_eq!(blamed(charge(&agreed(), &sent)), (35, Some("InvoiceID")), "{own}");
    }
    for sum in ["", "0", "1,5", "-1", "1.005"] {
        let sent = signed(&[("OutSum", sum)], &format!("demo:{sum}:2:password1"));
        assert_eq!(blamed(charge(&agreed(), &sent)), (31, Some("OutSum")), "{sum}");
    }
}

#[test]
fn the_same_charge_has_one_fingerprint_and_another_parent_or_field_another_one() {
    let print =
        |more: &[(&str, &str)], text: &str| charge(&agreed(), &signed(more, text)).unwrap().fingerprint;
    let plain = print(&[], PLAIN);
    assert_eq!(print(&[("Description", "other words")], PLAIN), plain, "words are not what is charged");
    assert_ne!(print(&[("PreviousInvoiceID", "7")], PLAIN), plain);
    assert_ne!(print(&[("Shp_a", "1")], "demo:100.00:2:password1:Shp_a=1"), plain);
    assert_ne!(print(&[("OutSum", "100.01")], "demo:100.01:2:password1"), plain);
}

#[test]
fn a_receipt_of_another_sum_and_a_link_are_refused() {
    let receipt = r#"{"items":[{"name":"Tea","quantity":1,"sum":99.99,"tax":"none"}]}"#;
    let sent = signed(&[("Receipt", receipt)], &format!("demo:100.00:2:{receipt}:password1"));
    assert_eq!(blamed(charge(&agreed(), &sent)), (30, Some("Receipt")));
    let by_link = ChargeRequest::read(&get(&link(&[("MerchantLogin", "demo")], PLAIN)));
    assert_eq!(blamed(by_link.map(|_| ())).0, 35);
    assert_eq!(blamed(ChargeRequest::read(&post("", "InvoiceID=2")).map(|_| ())).0, 26);
}

#[test]
fn answers_begin_with_ok_and_the_number_or_name_the_error() {
    assert_eq!(taken(43).body, b"OK43");
    let refusal = charge(&Shop::md5(), &signed(&[], PLAIN)).unwrap_err();
    assert!(String::from_utf8(refused(&refusal).body).unwrap().starts_with("ERROR 34: "));
}

#[test]
fn a_payment_with_a_card_used_before_names_it_in_every_recorded_form() {
    for vector in vectors("init_token") {
        let (name, sent) = (vector["name"].as_str().unwrap(), fields(&vector));
        let query = encode_pairs(sent.iter().map(|(name, value)| (name, value)));
        let opened = agreed().open(&get(&query));
        assert_eq!(opened.unwrap().token.as_deref(), Some(TOKEN), "{name}");
        assert_eq!(
            blamed(Shop::md5().open(&get(&query))),
            (41, Some("Token")),
            "{name}: without an agreement"
        );
    }
}

#[test]
fn a_card_used_before_may_leave_an_empty_slot_before_it_and_is_neither_kept_nor_held_again() {
    let open = |more: &[(&str, &str)], text: String| {
        let plain = [("MerchantLogin", "demo"), ("OutSum", "100.26"), ("InvId", "450009"), ("Token", TOKEN)];
        let fields: Vec<_> = plain.iter().chain(more).copied().collect();
        agreed().open_signed(&fields, &text)
    };
    let order = open(&[], format!("demo:100.26:450009::{TOKEN}:password1")).unwrap();
    assert_eq!(order.token.as_deref(), Some(TOKEN));
    let plain = format!("demo:100.26:450009:{TOKEN}:password1");
    assert_eq!(blamed(open(&[("Recurring", "true")], plain)), (35, Some("Token")));
    let held = format!("demo:100.26:450009:true:{TOKEN}:password1");
    let order = open(&[("StepByStep", "true")], held).unwrap();
    assert!(order.hold && order.token.is_none(), "the money is held, and no kept card is offered for it");
}

#[test]
fn an_order_that_keeps_its_method_says_so_in_every_known_word() {
    let open = |more: &[(&str, &str)]| {
        let plain = [("MerchantLogin", "demo"), ("OutSum", "100.00"), ("InvId", "1")];
        let fields: Vec<_> = plain.iter().chain(more).copied().collect();
        agreed().open_signed(&fields, "demo:100.00:1:password1")
    };
    for yes in ["true", "True", "1"] {
        assert!(open(&[("Recurring", yes)]).unwrap().recurring, "{yes}");
    }
    for no in ["false", "False", "0", ""] {
        let order = open(&[("Recurring", no)]).unwrap();
        assert!(!order.recurring, "{no}");
        assert_eq!(order.fingerprint, open(&[]).unwrap().fingerprint, "{no}");
    }
    assert_ne!(open(&[("Recurring", "1")]).unwrap().fingerprint, open(&[]).unwrap().fingerprint);
    assert_eq!(blamed(open(&[("Recurring", "maybe")])), (35, Some("Recurring")));
    assert_eq!(blamed(open(&[("Recurring", "true"), ("IsTest", "1")])), (34, Some("Recurring")));
    assert_eq!(blamed(open(&[("PreviousInvoiceID", "7")])), (35, Some("PreviousInvoiceID")));
}
