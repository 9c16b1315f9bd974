//! What real shops were seen to send and to answer, case by case.

use domain::secrets::Secret;
use money::currency::Currency;
use protocols::interkassa::is_page;
use protocols::interkassa::request::Opened;
use protocols::interkassa::sci1::request::FirstKeys;
use protocols::interkassa::terms::{Act, Interface};
use serde_json::Value;
use wire::http::HttpRequest;

use crate::support::{Checkout, blamed, get, open_first, post};

const CASES: &str = include_str!("../../vectors/interkassa-field-cases.json");

fn cases(wanted: impl Fn(&str) -> bool) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let chosen: Vec<Value> = all.into_iter().filter(|case| wanted(text(case, "id"))).collect();
    assert!(!chosen.is_empty());
    chosen
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn checkout(case: &Value) -> Checkout {
    let shop = &case["input"]["shop"];
    let checkout = Checkout::with(text(shop, "checkout"), text(shop, "algorithm"), text(shop, "sign_key"));
    Checkout { must_sign: shop["signature_required"] != false, ..checkout }
}

fn request(case: &Value) -> HttpRequest {
    let input = &case["input"];
    let mut request = match text(input, "method") {
        "POST" => post(text(input, "query"), text(input, "body")),
        _ => get(text(input, "query")),
    };
    request.path = text(input, "path").to_owned();
    request
}

#[test]
fn every_start_from_the_field_ends_as_it_must() {
    for case in cases(|id| id.starts_with("ik-start-") || id.starts_with("ik-json-")) {
        let id = text(&case, "id");
        assert!(is_page(text(&case["input"], "path")), "{id}");
        let opened = checkout(&case).open(&request(&case));
        let expected = &case["expected"];
        match text(expected, "outcome") {
            "payment_page" => {
                assert_accepted(&case, &opened.unwrap_or_else(|refused| panic!("{id}: {refused}")));
            }
            // Whether the number is taken is known to the store: the request itself is right.
            "error_page" if expected["error_code"] == 1412 => {
                assert!(opened.unwrap().terms.payment_no == "a1b2c3", "{id}");
            }
            "error_page" | "json_error" => {
                let refused = opened.unwrap_err();
                let number = refused.code.number();
                let any =
                    expected["error_code_any_of"].as_array().or(expected["result_code_any_of"].as_array());
                assert!(any.unwrap().contains(&number.into()), "{id}: {number}");
                assert!(
                    refused.message().contains(refused.parameter.unwrap()),
                    "{id}: {}",
                    refused.message()
                );
            }
            other => panic!("{id}: {other}"),
        }
    }
}

fn assert_accepted(case: &Value, opened: &Opened) {
    let id = text(case, "id");
    let expected = &case["expected"];
    if expected["amount"].is_string() {
        assert_eq!(opened.order.sum.to_string(), text(expected, "amount"), "{id}");
    }
    assert_eq!(opened.order.test, expected["test"] == true, "{id}");
    if expected["notification_request_target"].is_string() {
        let address = &opened.terms.interaction.as_ref().unwrap().url;
        let target = address.strip_prefix("https://shop.test").unwrap();
        assert_eq!(target, text(expected, "notification_request_target"), "{id}");
    }
    match id {
        "ik-start-nested-basket-of-eleven" => {
            let names: Vec<&str> =
                opened.terms.products.iter().map(|product| product.name.as_str()).collect();
            assert_eq!(names.len(), 11);
            assert_eq!((names[2], names[10]), ("Товар 2", "Товар 10"));
            assert_eq!(opened.order.email.as_deref(), Some("user@shop.test"));
        }
        "ik-start-test-system-with-query-urls" => assert_eq!(opened.terms.act, Act::Calculate),
        _ => {}
    }
}

#[test]
fn a_mobile_client_asks_for_the_list_without_a_signature() {
    let [case] = &cases(|id| id == "ik-api-payway-list-members")[..] else { panic!() };
    let opened = checkout(case).open(&request(case)).unwrap();
    assert_eq!((opened.terms.act, opened.terms.interface), (Act::Payways, Interface::Json));
    assert!(!opened.terms.signed);
    assert_eq!(opened.order.sum.to_string(), "100.00");
}

#[test]
fn a_hash_that_lost_its_leading_zero_is_refused_with_that_hint() {
    let [case] = &cases(|id| id.starts_with("ik1-start-"))[..] else { panic!() };
    let shop = &case["input"]["shop"];
    let secret = Secret::new(text(shop, "secret_key").to_owned());
    let keys = FirstKeys {
        shop_id: text(shop, "shop_id"),
        currency: Currency::Usd,
        secret: &secret,
        must_sign: shop["signature_required"] == true,
    };
    let refused = open_first(&request(case), &keys).unwrap_err();
    assert!(refused.message().contains("a leading zero is missing"), "{refused}");
    let mended = text(&case["input"], "body")
        .replace(text(&case["input"], "signature_sent"), text(&case["input"], "signature"));
    assert!(open_first(&post("", &mended), &keys).is_ok());
    assert_eq!(blamed(open_first(&post("", &mended.replace("J15", "J16")), &keys)).0, 1023);
}
