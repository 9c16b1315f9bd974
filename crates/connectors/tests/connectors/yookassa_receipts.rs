//! Receipts in YooKassa's requests, byte for byte.

use connectors::connector::ConnectorFault;
use domain::attempts::Operation;
use domain::providers::Setting;
use domain::receipts::words::Tax;

use crate::stage::{ATTEMPT, Stage, receipt};

/// A task with a receipt of 100.26, through an account that prints receipts, for a buyer with an e-mail.
fn printed(operation: Operation) -> Stage {
    Stage::yookassa(operation).with(|stage| {
        stage.set("receipts", Setting::Plain("on".to_owned()));
        stage.receipt = Some(receipt(&[(2_000, "50.20", Tax::Vat20), (1_500, "50.06", Tax::Untaxed)]));
        stage.email = Some("buyer@example.com");
        stage.attempt.payer.phone = None;
    })
}

fn body(stage: &Stage) -> String {
    String::from_utf8(stage.call().body).unwrap()
}

const ITEMS: &str = concat!(
    r#""items":["#,
    r#"{"description":"Tea","quantity":"2","amount":{"value":"25.10","currency":"RUB"},"vat_code":4},"#,
    r#"{"description":"Tea","quantity":"1.5","amount":{"value":"33.37","currency":"RUB"},"vat_code":1}],"#,
    r#""tax_system_code":2}}"#,
);

#[test]
fn a_creation_carries_the_receipt_to_the_buyers_address() {
    let expected = format!(r#","receipt":{{"customer":{{"email":"buyer@example.com"}},{ITEMS}"#);
    let body = body(&printed(Operation::Pay));
    assert!(body.ends_with(&expected), "{body}");
}

#[test]
fn a_refund_carries_the_receipt_of_what_goes_back_and_none_without_it() {
    let expected = format!(r#","receipt":{{"customer":{{"email":"buyer@example.com"}},{ITEMS}"#);
    let asked = printed(Operation::Refund);
    assert!(body(&asked).ends_with(&expected), "{}", body(&asked));
    let nothing = asked.with(|stage| stage.receipt = None);
    assert!(!body(&nothing).contains("receipt"), "{}", body(&nothing));
}

#[test]
fn what_the_buyer_told_serves_where_the_shop_told_nothing() {
    let told = printed(Operation::Pay).with(|stage| {
        stage.email = None;
        stage.attempt.payer.phone = Some("79000000000".to_owned());
    });
    assert!(body(&told).contains(r#""customer":{"phone":"79000000000"}"#));
    let typed = printed(Operation::Pay).with(|stage| {
        stage.email = None;
        stage.attempt.payer.email = Some("typed@example.com".to_owned());
    });
    assert!(body(&typed).contains(r#""customer":{"email":"typed@example.com"}"#));
}

#[test]
fn nothing_is_passed_on_unless_the_account_says_so_and_somebody_can_get_it() {
    let off = |value: &str| {
        let value = value.to_owned();
        printed(Operation::Pay).with(|stage| stage.set("receipts", Setting::Plain(value)))
    };
    let nobody = printed(Operation::Pay).with(|stage| stage.email = None);
    let nothing = printed(Operation::Pay).with(|stage| stage.receipt = None);
    for stage in [off("off"), off(""), nobody, nothing] {
        assert!(!body(&stage).contains("receipt"), "{}", body(&stage));
    }
    let unclear = off("yes").begin();
    assert!(matches!(unclear, Err(ConnectorFault::Misconfigured { setting: "receipts", .. })));
}

#[test]
fn an_account_needs_an_address_only_if_it_prints() {
    let prints = |stage: &Stage| stage.connector.prints_receipts(&stage.account);
    assert!(prints(&printed(Operation::Pay)));
    assert!(!prints(&Stage::yookassa(Operation::Pay)));
}

#[test]
fn captures_with_other_goods_for_the_same_sum_are_other_requests() {
    let first = printed(Operation::Capture);
    assert!(body(&first).contains(ITEMS), "{}", body(&first));
    let other = printed(Operation::Capture)
        .with(|stage| stage.receipt = Some(receipt(&[(1_000, "100.26", Tax::Vat20)])));
    let key = |stage: &Stage| stage.call().headers.get("idempotence-key").unwrap().to_owned();
    assert_eq!(key(&first), key(&first));
    assert_ne!(key(&first), key(&other));
    assert!(key(&first).starts_with(&format!("{ATTEMPT}-capture-10026-")) && key(&first).len() <= 64);
    assert_eq!(key(&Stage::yookassa(Operation::Capture)), format!("{ATTEMPT}-capture-10026"));
}

#[test]
fn a_hundred_lines_are_never_made_more() {
    let odd = vec![(3_000, "1.00", Tax::Untaxed); 100];
    let stage = printed(Operation::Pay).with(|stage| stage.receipt = Some(receipt(&odd)));
    let body = body(&stage);
    assert_eq!(body.matches(r#""description":"Tea","quantity":"1","amount":{"value":"1.00""#).count(), 100);
    let few = printed(Operation::Pay).with(|stage| stage.receipt = Some(receipt(&odd[..50])));
    assert_eq!(String::from_utf8(few.call().body).unwrap().matches(r#""value":"0.34""#).count(), 50);
}

#[test]
fn marked_goods_are_sold_with_their_code() {
    let stage = printed(Operation::Pay).with(|stage| {
        let plain = receipt(&[(1_000, "100.26", Tax::Vat20)]);
        let mut line = plain.lines()[0].clone();
        line.marking = Some("0104600439931256".to_owned());
        stage.receipt = Some(domain::receipts::Receipt::new(None, vec![line]).unwrap());
    });
    let body = body(&stage);
    let expected = r#""vat_code":4,"measure":"piece","mark_mode":"0","mark_code_info":{"mark_code_raw":"0104600439931256"}}]}"#;
    assert!(body.contains(expected), "{body}");
}
