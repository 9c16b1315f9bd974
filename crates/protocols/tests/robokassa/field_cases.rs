//! What real shops were seen to send and to answer, case by case.

use domain::methods::Method;
use domain::payments::Language;
use domain::rates::{Rate, Worth};
use domain::sellers::Algorithm;
use money::Money;
use money::currency::Currency;
use protocols::order::Order;
use protocols::robokassa::errors::RobokassaError;
use protocols::robokassa::notice::{
    Paid, Signer, Told, accepted, fail_fields, result_fields, success_fields, with_query,
};
use protocols::robokassa::op_state::StateQuery;
use protocols::robokassa::request::PaymentStart;
use protocols::robokassa::{Endpoint, path};
use serde_json::Value;
use wire::form::encode_pairs;
use wire::http::HttpRequest;

use crate::support::{Shop, blamed, get, post};

const CASES: &str = include_str!("../../vectors/robokassa-field-cases.json");

fn cases(wanted: impl Fn(&str) -> bool) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let chosen: Vec<Value> = all.into_iter().filter(|case| wanted(text(case, "id"))).collect();
    assert!(!chosen.is_empty());
    chosen
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn shop(case: &Value, test: bool) -> Shop {
    let shop = &case["input"]["shop"];
    let password = |number: &str| {
        let prefix = if test { "test_" } else { "" };
        text(shop, &format!("{prefix}password{number}")).to_owned()
    };
    Shop::with(text(shop, "algorithm"), &password("1"), &password("2"))
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
    for case in cases(|id| id.starts_with("rk-start-")) {
        let id = text(&case, "id");
        assert_eq!(path(text(&case["input"], "path")), Some(Endpoint::PaymentStart), "{id}");
        let read = PaymentStart::read(&request(&case));
        let test = read.as_ref().is_ok_and(PaymentStart::is_test);
        // A shop without test passwords is refused before there is anything to verify with.
        if id == "rk-start-test-settings-missing" {
            assert!(test && case["input"]["shop"]["test_password1"].is_null());
            assert_eq!(RobokassaError::NoTestSettings.number(), 23);
            continue;
        }
        let opened = shop(&case, test).open(&request(&case));
        let expected = &case["expected"];
        if text(expected, "outcome") == "error_page" {
            let number = blamed(opened).0;
            let any = expected["error_code_any_of"].as_array();
            let fits = any.map_or(expected["error_code"] == number, |any| any.contains(&number.into()));
            assert!(fits, "{id}: {number}");
        } else {
            assert_accepted(&case, opened.unwrap_or_else(|refused| panic!("{id}: {refused}")));
        }
    }
}

fn assert_accepted(case: &Value, order: Order) {
    let id = text(case, "id");
    let expected = &case["expected"];
    if expected["amount"].is_string() {
        assert_eq!(order.sum.to_string(), text(expected, "amount"), "{id}");
    }
    if expected["receipt_total"].is_string() {
        let total = order.receipt.as_ref().map(|receipt| receipt.total().to_string());
        assert_eq!(total.as_deref(), Some(text(expected, "receipt_total")), "{id}");
    }
    if expected["description"].is_string() {
        assert_eq!(order.description, text(expected, "description"), "{id}");
    }
    if expected["expires_at"].is_string() {
        assert_eq!(order.until.unwrap().to_string(), text(expected, "expires_at"), "{id}");
    }
    if expected["test"].is_boolean() {
        assert_eq!(expected["test"], order.test, "{id}");
    }
    for (name, value) in expected["echo"].as_object().into_iter().flatten() {
        match name.as_str() {
            "InvId" => assert_eq!(order.number.unwrap().to_string(), value.as_str().unwrap(), "{id}"),
            _ => assert!(order.custom.iter().any(|f| f.name == *name && f.value == value.as_str().unwrap())),
        }
    }
    match id {
        "rk-start-bitrix-empty-invid-shpcode" => assert_eq!(order.number, None),
        "rk-start-email-plus-became-space" => assert_eq!(order.email.as_deref(), Some("user+tag@shop.test")),
        "rk-start-retired-method-label" => assert_eq!((order.preferred, order.allowed.len()), (None, 0)),
        "rk-start-telegram-success-url-params" => assert_eq!((&order.success, &order.fail), (&None, &None)),
        "rk-start-successurl2-encoded-only-in-signature" => {
            assert_eq!(order.success.as_ref().unwrap().url, "https://shop.test/done?order=5&x=1");
        }
        _ => {}
    }
    if expected["result_outsum_at_rate_80"].is_string() {
        return assert_converted(case, order);
    }
    if expected["result_signature_upper"].is_string() {
        let sent = notice(case, &order);
        assert_eq!(value(&sent, "SignatureValue"), text(expected, "result_signature_upper"), "{id}");
        let body = encode_pairs(sent.iter().map(|(name, value)| (name, value)));
        assert!(body.contains(text(expected, "result_body_contains")), "{id}");
    }
}

/// The shop is told what its price came to at the rate.
fn assert_converted(case: &Value, order: Order) {
    let expected = &case["expected"];
    let rate = Rate {
        number: 1,
        of: Currency::Usd,
        to: Currency::Rub,
        worth: Worth::parse("80.00").unwrap(),
        shop: None,
        from: jiff::Timestamp::UNIX_EPOCH,
    };
    let sent = notice(case, &Order { sum: rate.convert(order.sum).unwrap(), ..order });
    assert_eq!(value(&sent, "OutSum"), text(expected, "result_outsum_at_rate_80"));
    assert_eq!(value(&sent, "SignatureValue"), text(expected, "result_signature_upper"));
}

fn notice(case: &Value, order: &Order) -> Vec<(String, String)> {
    let shop = shop(case, order.test);
    let told = Told {
        number: order.number.unwrap(),
        sum: order.sum,
        sum_text: Some(&order.sum_text),
        test: order.test,
        custom: &order.custom,
    };
    let paid = Paid { method: None, paid: order.sum, fee: Money::zero(Currency::Rub), email: None };
    result_fields(&told, &paid, &Signer { password: &shop.password2, algorithm: shop.algorithm })
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    &pairs.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1
}

/// What a case's trigger says, as a message.
fn triggered(case: &Value) -> (i64, String, Money) {
    let trigger = &case["input"]["trigger"];
    let sum = text(trigger, "OutSum").to_owned();
    (text(trigger, "InvId").parse().unwrap(), sum.clone(), Money::parse(&sum, Currency::Rub).unwrap())
}

#[test]
fn answers_of_shops_confirm_only_when_they_say_ok_and_the_number() {
    for case in cases(|id| id.starts_with("rk-answer-")) {
        let answer = &case["input"]["shop_answer"];
        let number = text(&case["input"]["trigger"], "InvId").parse().unwrap();
        let body = match answer["body"].as_str() {
            Some(body) => body.as_bytes().to_vec(),
            None => {
                let hex = text(answer, "body_hex");
                (0..hex.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
                    .collect()
            }
        };
        let delivered = text(&case["expected"], "outcome") == "delivered";
        assert_eq!(accepted(&body, number), delivered, "{}", text(&case, "id"));
    }
}

#[test]
fn notices_have_the_fields_that_were_recorded() {
    for case in cases(|id| id.starts_with("rk-result-") || id.starts_with("rk-http-result-")) {
        let id = text(&case, "id");
        let (number, sum_text, sum) = triggered(&case);
        let shop = shop(&case, false);
        let method = (text(&case["input"]["trigger"], "method") == "SBP").then_some(Method::Sbp);
        let told = Told { number, sum, sum_text: Some(&sum_text), test: false, custom: &[] };
        let fee = Money::from_minor(3, Currency::Rub);
        let paid = Paid { method, paid: sum, fee, email: Some("buyer@shop.test") };
        let sent =
            result_fields(&told, &paid, &Signer { password: &shop.password2, algorithm: Algorithm::Md5 });
        let body = encode_pairs(sent.iter().map(|(name, value)| (name, value)));
        let expected = &case["expected"]["notification"];
        for pair in expected["equal_pairs"].as_array().into_iter().flatten() {
            assert_eq!(
                value(&sent, pair[0].as_str().unwrap()),
                value(&sent, pair[1].as_str().unwrap()),
                "{id}"
            );
        }
        if expected["signature_upper"].is_string() {
            assert_eq!(value(&sent, "SignatureValue"), text(expected, "signature_upper"), "{id}");
        }
        if expected["body"].is_string() {
            assert_eq!(body, text(expected, "body"), "{id}");
        }
        assert!(body.starts_with(text(expected, "body_starts_with")), "{id}: {body}");
        assert!(!body.contains("Culture"), "{id}");
    }
}

#[test]
fn ways_back_have_the_form_that_was_recorded() {
    let [fail] = &cases(|id| id == "rk-fail-redirect-exact-form")[..] else { panic!() };
    let (number, sum_text, sum) = triggered(fail);
    let told = Told { number, sum, sum_text: Some(&sum_text), test: false, custom: &[] };
    let address = with_query(text(&fail["input"]["shop"], "fail_url"), &fail_fields(&told, Language::Ru));
    assert_eq!(address, text(&fail["expected"], "location"));

    let [success] = &cases(|id| id == "rk-success-redirect-form-lengths")[..] else { panic!() };
    let (number, sum_text, sum) = triggered(success);
    let shop = shop(success, false);
    let told = Told { number, sum, sum_text: Some(&sum_text), test: false, custom: &[] };
    let signer = Signer { password: &shop.password1, algorithm: Algorithm::Md5 };
    let sent = success_fields(&told, Language::Ru, &signer);
    assert_eq!(
        encode_pairs(sent.iter().map(|(name, value)| (name, value))),
        text(&success["expected"], "fields")
    );
}

#[test]
fn state_questions_from_the_field_are_verified() {
    for (id, number) in
        [("rk-api-opstate-of-test-payment", 840), ("rk-api-opstate-upper-case-signature-post", 841)]
    {
        let [case] = &cases(|known| known == id)[..] else { panic!() };
        let question = StateQuery::read(&request(case)).unwrap();
        assert_eq!(question.verify(&shop(case, false).keys()), Ok(number), "{id}");
    }
}
