//! What real shops were seen to send and to answer, case by case.

use domain::methods::Method;
use domain::payments::CustomField;
use domain::secrets::Secret;
use money::Money;
use money::currency::Currency;
use protocols::interkassa::answers::{Answer, success};
use protocols::interkassa::is_page;
use protocols::interkassa::notice::{Expected, Extras, Pairs, Told, notice_fields, return_fields};
use protocols::interkassa::payways::Payway;
use protocols::interkassa::request::Opened;
use protocols::interkassa::sci1;
use protocols::interkassa::sci1::notice::{FeePayer, FirstTold};
use protocols::interkassa::sci1::request::FirstKeys;
use protocols::interkassa::states::{Back, InvoiceState};
use protocols::interkassa::terms::{Act, Interface};
use protocols::interkassa::views::Offer;
use protocols::robokassa::notice::with_query;
use serde_json::Value;
use wire::http::HttpRequest;

use crate::support::{Checkout, KYIV, base64_of, blamed, get, now, open_first, post};

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

/// What a case's trigger says, as a message about an invoice.
fn told<'a>(case: &'a Value, state: InvoiceState, custom: &'a [CustomField]) -> Told<'a> {
    let (input, trigger) = (&case["input"], &case["input"]["trigger"]);
    let amount = Money::parse(trigger["ik_am"].as_str().unwrap_or("1"), Currency::Uah).unwrap();
    Told {
        checkout: text(&input["shop"], "checkout"),
        purse: 300_000_912_345,
        invoice: 123_456_789,
        state,
        created: now(),
        processed: state.is_final().then(now),
        transaction: "",
        payment_no: text(trigger, "ik_pm_no"),
        payway: "card_kassa_merchant_uah",
        amount,
        credited: amount,
        price: amount,
        description: text(trigger, "ik_desc"),
        custom,
        zone: &KYIV,
    }
}

fn notice(case: &Value, custom: &[CustomField]) -> Pairs {
    let shop = checkout(case);
    let told = told(case, InvoiceState::Success, custom);
    notice_fields(&told, &Extras::default(), &shop.secret, shop.algorithm)
}

#[test]
fn a_receiver_with_a_fixed_list_of_fields_finds_exactly_those() {
    let [case] = &cases(|id| id == "ik-notify-fixed-field-list")[..] else { panic!() };
    let sent = notice(case, &[]);
    let mut names: Vec<&str> = sent.iter().map(|(name, _)| name.as_str()).collect();
    let set = case["expected"]["notification"]["exact_field_set"].as_array().unwrap();
    let mut wanted: Vec<&str> = set.iter().map(|name| name.as_str().unwrap()).collect();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    let value = |name: &str| sent.iter().find(|(known, _)| known == name).unwrap().1.as_str();
    let joined = "ik_am:ik_co_id:ik_co_prs_id:ik_co_rfn:ik_cur:ik_desc:ik_inv_crt:ik_inv_id:ik_inv_prc:ik_inv_st:ik_pm_no:ik_ps_price:ik_pw_via:ik_trn_id";
    assert!(text(&case["input"]["shop_answer"], "rule").contains(joined));
    let values: Vec<&str> = joined.split(':').map(value).collect();
    let signed = format!("{}:{}", values.join(":"), text(&case["input"]["shop"], "sign_key"));
    assert_eq!(value("ik_sign"), base64_of("md5", &signed));
}

#[test]
fn own_fields_come_back_once_and_under_their_own_name() {
    let [case] = &cases(|id| id == "ik-notify-no-underscore-twin")[..] else { panic!() };
    let own = CustomField { name: "ik_x_user_id".to_owned(), value: "3".to_owned() };
    let sent = notice(case, &[own]);
    assert_eq!(sent.iter().filter(|(name, _)| name.contains("x_user_id")).count(), 1);
    assert!(sent.iter().all(|(name, _)| name.starts_with("ik_")));
}

#[test]
fn an_answer_counts_only_if_it_is_the_one_that_is_configured() {
    for case in cases(|id| id.starts_with("ik-answer-")) {
        let shop = &case["input"]["shop"];
        let expected = Expected {
            status: u16::try_from(shop["success_code"].as_u64().unwrap()).unwrap(),
            text: text(shop, "success_text").to_owned(),
        };
        let answer = &case["input"]["shop_answer"];
        let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
        let delivered = text(&case["expected"], "outcome") == "delivered";
        assert_eq!(expected.is(status, text(answer, "body").as_bytes()), delivered, "{}", text(&case, "id"));
    }
}

#[test]
fn a_buyer_returns_with_the_fields_behind_the_query_that_is_there() {
    let [case] = &cases(|id| id == "ik-return-address-with-bare-query")[..] else { panic!() };
    let told = told(case, InvoiceState::Canceled, &[]);
    assert_eq!(told.state.back(), Back::Fail);
    let address = with_query(text(&case["input"]["shop"], "fail_url"), &return_fields(&told));
    assert!(address.starts_with(text(&case["expected"], "location_starts_with")), "{address}");
    assert!(address.matches('?').count() == 1 && !address.contains("ik_sign"), "{address}");
}

#[test]
fn a_buyer_who_returns_undecided_brings_no_signature() {
    let [case] = &cases(|id| id == "ik-return-is-unsigned-waitaccept")[..] else { panic!() };
    let told = told(case, InvoiceState::Process, &[]);
    assert_eq!(told.state.back(), Back::Pending);
    let sent = return_fields(&told);
    let names = |key: &str| case["expected"][key].as_array().unwrap().clone();
    let has = |name: &Value| sent.iter().any(|(known, _)| name == known);
    assert!(names("fields_required").iter().all(has));
    assert!(!names("fields_forbidden").iter().any(has));
    for (name, value) in case["expected"]["field_values"].as_object().unwrap() {
        assert!(sent.iter().any(|(known, sent)| known == name && value == sent), "{name}");
    }
    assert!(sent.iter().any(|(name, value)| name == "ik_inv_prc" && value.is_empty()));
}

#[test]
fn a_buyer_of_the_first_protocol_returns_with_the_baggage() {
    let [case] = &cases(|id| id.starts_with("ik1-return-"))[..] else { panic!() };
    let (shop, trigger) = (&case["input"]["shop"], &case["input"]["trigger"]);
    let told = FirstTold {
        shop_id: text(shop, "shop_id"),
        amount: text(trigger, "ik_payment_amount"),
        payment_id: text(trigger, "ik_payment_id"),
        description: "",
        alias: "card_kassa_merchant_usd",
        baggage: text(trigger, "ik_baggage_fields"),
        at: now(),
        paid: true,
        transaction: 68,
        rate: "1",
        fees: FeePayer::Shop,
    };
    let address = with_query(text(shop, "success_url"), &sci1::notice::return_fields(&told));
    assert!(address.starts_with(text(&case["expected"], "location_starts_with")), "{address}");
    assert!(address.contains(text(&case["expected"], "location_contains")), "{address}");
    assert!(!address.contains("ik_sign"), "{address}");
}

#[test]
fn the_list_of_payways_has_the_members_that_a_mobile_client_reads() {
    let [case] = &cases(|id| id == "ik-api-payway-list-members")[..] else { panic!() };
    let real = Payway::Real { method: Method::BankCard, currency: Currency::Uah };
    let offers = [real, Payway::Test].map(|payway| Offer { payway, least: None, most: None, fee: None });
    let reply = success(&Answer::Payways(&offers));
    let json: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(case["expected"]["status"], reply.status);
    for (name, value) in case["expected"]["json"].as_object().unwrap() {
        assert_eq!(json[name], *value, "{name}");
    }
    let listed = json["resultData"]["paywaySet"].as_array().unwrap();
    for path in case["expected"]["must_have"].as_array().unwrap() {
        let member = path.as_str().unwrap().rsplit('.').next().unwrap();
        assert!(listed.iter().all(|payway| payway[member].is_string()), "{member}");
    }
}
