//! The API from outside: who calls, what is read, and the exact bytes of its answers.

use jiff::tz::TimeZone;
use money::Money;
use money::currency::Currency;
use protocols::interkassa::api::access::Credentials;
use protocols::interkassa::api::calculation::{CalcKey, calculate};
use protocols::interkassa::api::envelope::{ApiError, refusal};
use protocols::interkassa::api::params::Params;
use protocols::interkassa::api::refunds::{self, Refund, RefundRequest};
use protocols::interkassa::api::withdrawals::{self, WayOut, Withdrawal, WithdrawalRequest, WithdrawalState};
use protocols::interkassa::api::{Access, Resource, Route, route};
use protocols::interkassa::states::InvoiceStage;
use protocols::interkassa::views::Fee;
use serde_json::Value;
use wire::http::{Headers, HttpReply, HttpRequest, Method};

use crate::support::{blamed, post};

const CASES: &str = include_str!("../../vectors/interkassa-field-cases.json");

fn params(body: &str) -> Params {
    Params::read(&post("", body)).unwrap()
}

fn text(reply: &HttpReply) -> String {
    String::from_utf8(reply.body.clone()).unwrap()
}

const fn uah(minor: i64) -> Money {
    Money::from_minor(minor, Currency::Uah)
}

#[test]
fn a_call_from_an_address_that_is_not_on_the_list_is_refused_as_recorded() {
    let all: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let case = all.iter().find(|case| case["id"] == "ik-api-address-not-on-list").unwrap();
    let headers = case["input"]["headers"].as_object().unwrap();
    let headers: Headers =
        headers.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
    let path = case["input"]["path"].as_str().unwrap().to_owned();
    let asked = route(Method::Get, &path).unwrap();
    assert_eq!(asked, Route::One(Resource::Invoice, "40000123".to_owned()));
    assert_eq!(asked.access(), Access::Account);
    let request = HttpRequest {
        method: Method::Get,
        path,
        query: String::new(),
        headers,
        body: Vec::new(),
        peer: None,
    };
    let read = Credentials::of(&request).unwrap();
    assert_eq!(read.name, "5f0000000000000000000001");
    assert_eq!(read.account.as_deref(), Some("5f0000000000000000000002"));
    let answer: Value = serde_json::from_str(&text(&refusal(&ApiError::AddressForbidden))).unwrap();
    assert_eq!(answer["status"], case["expected"]["json"]["status"]);
    assert_eq!(answer["message"], case["expected"]["message"]);
    assert!(answer["code"].as_u64().unwrap() != 0);
}

#[test]
fn a_payout_is_only_computed_unless_the_request_says_process() {
    let body =
        "amount=2033&purseId=300000912345&paywayId=card_kassa_merchant_uah&details[card]=4111110000001111";
    let asked = WithdrawalRequest::read(&params(body)).unwrap();
    assert_eq!((asked.process, asked.key, asked.payment_no.clone()), (false, CalcKey::PayerPrice, None));
    assert_eq!(asked.way, WayOut::Payway("card_kassa_merchant_uah".to_owned()));
    assert_eq!(asked.amount(Currency::Uah), Ok(uah(203_300)));
    assert_eq!((asked.detail("card"), asked.detail("phone")), (Some("4111110000001111"), None));
    let more = format!("{body}&action=process&paymentNo=W-1&calcKey=psPayeeAmount");
    let asked = WithdrawalRequest::read(&params(&more)).unwrap();
    assert_eq!(
        (asked.process, asked.key, asked.payment_no.as_deref()),
        (true, CalcKey::PayeeAmount, Some("W-1"))
    );
    let newer = body.replace("paywayId=card_kassa_merchant_uah", "method=Card&currency=uah&useShortAlias=1");
    let asked = WithdrawalRequest::read(&params(&newer)).unwrap();
    assert_eq!(asked.way, WayOut::Method { method: "card".to_owned(), currency: Currency::Uah });
}

#[test]
fn a_payout_without_what_it_needs_is_refused_by_name() {
    let whole = [("amount", "10.50"), ("purseId", "1"), ("paywayId", "x"), ("details[card]", "4111")];
    let read = |name: &str, value: Option<&str>| {
        let fields = whole.iter().filter(|(known, _)| *known != name || value.is_some());
        let pair = |(known, own): &(&str, &str)| {
            format!("{known}={}", if *known == name { value.unwrap() } else { own })
        };
        let body: Vec<String> = fields.map(pair).collect();
        let more = value.filter(|_| whole.iter().all(|(known, _)| *known != name));
        let more = more.map(|value| format!("&{name}={value}")).unwrap_or_default();
        WithdrawalRequest::read(&params(&(body.join("&") + &more)))
    };
    assert!(read("", None).is_ok());
    for (name, value, refused) in [
        ("amount", None, (1021, Some("amount"))),
        ("amount", Some(""), (1022, Some("amount"))),
        ("amount", Some("-1"), (1024, Some("amount"))),
        ("amount", Some("1e3"), (1024, Some("amount"))),
        ("purseId", None, (1021, Some("purseId"))),
        ("purseId", Some("a/b"), (1024, Some("purseId"))),
        ("paywayId", None, (1402, Some("paywayId"))),
        ("details[card]", None, (1021, Some("details"))),
        ("action", Some("pay"), (1030, Some("action"))),
        ("calcKey", Some("other"), (1023, Some("calcKey"))),
    ] {
        assert_eq!(blamed(read(name, value)), refused, "{name} {value:?}");
    }
    let newer = "amount=1&purseId=1&method=card&details[card]=4111";
    assert_eq!(blamed(WithdrawalRequest::read(&params(newer))), (1021, Some("currency")));
    let long = format!("amount=1&purseId=1&paywayId=x&details[card]={}", "4".repeat(256));
    assert_eq!(blamed(WithdrawalRequest::read(&params(&long))), (1024, Some("details")));
    let digits =
        WithdrawalRequest::read(&params("amount=1.50&purseId=1&paywayId=x&details[card]=4")).unwrap();
    assert_eq!(blamed(digits.amount(Currency::Jpy)), (1024, Some("amount")));
}

fn withdrawal() -> Withdrawal {
    let fee = Fee { rate: 100, fixed: uah(1_000), least: None, most: None };
    Withdrawal {
        id: Some(7_001),
        state: WithdrawalState::Process,
        purse: 300_000_912_345,
        account: "5f02".to_owned(),
        checkout: "64b7".to_owned(),
        payment_no: "W-1".to_owned(),
        payway: "52e7".to_owned(),
        sums: calculate(uah(203_300), CalcKey::PayeeAmount, &fee, uah(2_233)).unwrap().unwrap(),
        system_transaction: String::new(),
        processed: None,
        balance: uah(1_000_000),
    }
}

#[test]
fn a_payout_shows_every_documented_member_and_the_worked_sums() {
    let reply = withdrawals::made(&withdrawal());
    let json: Value = serde_json::from_str(&text(&reply)).unwrap();
    assert_eq!((reply.status, &json["code"], &json["data"]["@resultCode"]), (200, &0.into(), &0.into()));
    let has = |part: &str, names: &str| {
        let object = json["data"][part].as_object().unwrap();
        let mut known: Vec<&str> = object.keys().map(String::as_str).collect();
        let mut wanted: Vec<&str> = names.split(' ').collect();
        known.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(known, wanted, "{part}");
    };
    has(
        "withdraw",
        "id state result stateName purseId accountId coId paymentNo paywayId paywayPurseId payerWriteoff payeeReceive ikFee ikPrice ikPsPrice psFeeIn psFeeOut psCost ikIncome psAmount psValue psPrice psCurRate",
    );
    has(
        "transaction",
        "id opId payerPurseId payerBalance payeePurseId payeeBalance payerAmount payerPrice payerFee payerExchFee payeeAmount payeeFee payeePrice exchRate",
    );
    let written = text(&reply);
    for part in [
        "\"psFeeOut\":30.33",
        "\"psCost\":22.33",
        "\"ikIncome\":8,",
        "\"psPrice\":2055.33",
        "\"payerWriteoff\":2063.33",
        "\"opId\":\"7001\"",
        "\"state\":6,\"result\":0,\"stateName\":\"process\"",
    ] {
        assert!(written.contains(part), "{part}: {written}");
    }
    let calculated = Withdrawal { id: None, ..withdrawal() };
    assert!(text(&withdrawals::made(&calculated)).contains("\"withdraw\":{\"id\":null"));
}

#[test]
fn payouts_are_a_map_unless_they_were_asked_for_by_number() {
    let all = [withdrawal()];
    let zone = TimeZone::UTC;
    assert!(text(&withdrawals::list(&all, &zone)).contains("\"data\":{\"7001\":{\"id\":\"7001\""));
    assert!(text(&withdrawals::by_payment_no(&all, &zone)).contains("\"data\":[{\"id\":\"7001\""));
    assert!(text(&withdrawals::by_payment_no(&[], &zone)).contains("\"data\":[]"));
    let json: Value = serde_json::from_str(&text(&withdrawals::status(&all[0], &zone))).unwrap();
    let mut names: Vec<&str> = json["data"].as_object().unwrap().keys().map(String::as_str).collect();
    let wanted = "id psTrnId purseId accountId coId paymentNo paywayId state result stateName currencyId processed psFeeOut";
    let mut wanted: Vec<&str> = wanted.split(' ').collect();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
}

#[test]
fn the_states_of_payouts_have_the_numbers_that_clients_wait_for() {
    let last: Vec<u8> =
        WithdrawalState::ALL.iter().filter(|state| state.is_final()).map(|state| state.number()).collect();
    assert_eq!(last, [3, 8, 9, 11, 20]);
    assert_eq!((WithdrawalState::Success.number(), WithdrawalState::Success.name()), (8, "success"));
}

#[test]
fn a_refund_names_its_invoice_and_its_amount() {
    let asked = RefundRequest::read(&params("id=40000123&amount=10&merchantOrderId=R-1")).unwrap();
    assert_eq!((asked.invoice, asked.merchant_order.as_deref()), (40_000_123, Some("R-1")));
    assert_eq!(asked.amount(Currency::Uah), Ok(uah(1_000)));
    for (body, refused) in [
        ("amount=10", (1021, Some("id"))),
        ("id=x&amount=10", (1024, Some("id"))),
        ("id=-1&amount=10", (1024, Some("id"))),
        ("id=99999999999999999999999&amount=10", (1024, Some("id"))),
        ("id=1", (1021, Some("amount"))),
        ("id=1&amount=0", (1024, Some("amount"))),
    ] {
        assert_eq!(blamed(RefundRequest::read(&params(body))), refused, "{body}");
    }
    let refund = Refund {
        id: "9".to_owned(),
        invoice: 40_000_123,
        amount: uah(1_000),
        merchant_order: "R-1".to_owned(),
        stage: InvoiceStage::Returning,
    };
    assert!(text(&refunds::made(&refund)).contains(
        "\"data\":{\"@resultCode\":0,\"@resultMessage\":\"Success\",\"refund\":{\"id\":\"9\",\"invoiceId\":\"40000123\",\"amount\":10"
    ));
}
