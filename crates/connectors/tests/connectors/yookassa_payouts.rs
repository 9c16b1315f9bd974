//! Payouts through YooKassa, and rehearsed ones: what is asked, and what is believed of the answers.

use connectors::connector::{About, ConnectorFault, News};
use connectors::payouts::{PayoutAsk, PayoutNext, PayoutStep, PayoutTask, PaysOut};
use connectors::registry;
use domain::attempts::{Operation, Reason};
use domain::payouts::DestinationKind;
use domain::providers::{ProviderAccount, Setting};
use domain::secrets::Secret;
use money::Money;
use money::currency::Currency;
use wire::http::{Auth, Headers, HttpCall, HttpReply, HttpRequest, Method, Repeat};

use crate::stage::{FAKE_KEY, Stage, recorded, roubles};

const PAYOUT: &str = "payout_01arz3ndektsv4rrffq69g5fav";
const NUMBER: &str = "po-2f1c9d22-0003-5000-9000-0c1d2e3f4a5b";
const PAYOUT_KEY: &str = "test_fake_payout_key_of_nobody";

fn yookassa() -> &'static dyn PaysOut {
    registry::find("yookassa").unwrap().payouts().unwrap()
}

fn account() -> ProviderAccount {
    let mut account = Stage::yookassa(Operation::Pay).account;
    account.settings.push(("payout_shop_id".to_owned(), Setting::Plain("200600".to_owned())));
    let key = Setting::Secret(Secret::new(PAYOUT_KEY.to_owned()));
    account.settings.push(("payout_secret_key".to_owned(), key));
    account
}

fn task(ask: PayoutAsk) -> PayoutTask<'static> {
    PayoutTask {
        ask,
        amount: roubles("60"),
        to: DestinationKind::Card,
        mask: "555555******4477",
        bank: None,
        description: "Wages",
        reference: PAYOUT,
        memo: (ask == PayoutAsk::Check).then_some(NUMBER),
    }
}

fn call(task: &PayoutTask<'_>) -> HttpCall {
    match yookassa().begin(task, &account()).unwrap().next {
        PayoutNext::Call(call) => call,
        other => panic!("{other:?}"),
    }
}

fn answer(task: &PayoutTask<'_>, status: u16, body: &str) -> Result<PayoutStep, ConnectorFault> {
    let reply = HttpReply { status, headers: Headers::new(), body: body.as_bytes().to_vec() };
    yookassa().reply(task, &reply, &account())
}

fn payout(status: &str) -> String {
    format!(
        r#"{{"id":"{NUMBER}","amount":{{"value":"60.00","currency":"RUB"}},"status":"{status}",
        "payout_destination":{{"type":"bank_card","card":{{"first6":"555555","last4":"4477"}}}},
        "created_at":"2026-01-16T09:00:00.000Z","metadata":{{"payout":"{PAYOUT}"}},"test":true}}"#
    )
}

fn body(call: &HttpCall, number: &str) -> String {
    String::from_utf8(call.with_token(number).body).unwrap()
}

#[test]
fn a_payout_is_asked_for_under_the_gateways_name_and_without_the_number_of_the_card() {
    let sent = call(&task(PayoutAsk::Send));
    assert_eq!((sent.method, sent.url.as_str()), (Method::Post, "https://provider.example.test/v3/payouts"));
    assert_eq!(sent.headers.get("Idempotence-Key"), Some(PAYOUT));
    assert_eq!(sent.repeat, Repeat::SameKey { hours: 24 });
    assert!(matches!(&sent.auth, Auth::Basic { user, password } if user == "200600"
        && password.as_str() == "payout_secret_key"));
    let printed = format!("{sent:?}");
    assert!(!printed.contains(PAYOUT_KEY) && !printed.contains(FAKE_KEY));
    let expected = concat!(
        r#"{"amount":{"value":"60.00","currency":"RUB"},"payout_destination_data":{"type":"bank_card","#,
        r#""card":{"number":"5555555555554477"}},"description":"Wages","#,
        r#""metadata":{"payout":"payout_01arz3ndektsv4rrffq69g5fav"}}"#,
    );
    assert_eq!(body(&sent, "5555555555554477"), expected);
    assert_eq!(call(&task(PayoutAsk::Repeat)), sent, "the same bytes after a lost answer");
}

#[test]
fn a_number_is_put_into_its_own_place_whatever_a_stranger_writes() {
    let strange = PayoutTask { description: r#"","number":""#, ..task(PayoutAsk::Send) };
    let sent: serde_json::Value = serde_json::from_str(&body(&call(&strange), "5555555555554477")).unwrap();
    assert_eq!(sent["payout_destination_data"]["card"]["number"], "5555555555554477");
    assert_eq!(sent["description"], r#"","number":""#);
    let wallet = PayoutTask { to: DestinationKind::Wallet, ..task(PayoutAsk::Send) };
    let sent: serde_json::Value = serde_json::from_str(&body(&call(&wallet), "4100116075156746")).unwrap();
    assert_eq!(sent["payout_destination_data"]["account_number"], "4100116075156746");
    let phone =
        PayoutTask { to: DestinationKind::Phone, bank: Some("100000000111"), ..task(PayoutAsk::Send) };
    let sent: serde_json::Value = serde_json::from_str(&body(&call(&phone), "79000000000")).unwrap();
    let to = &sent["payout_destination_data"];
    assert_eq!((to["type"].as_str(), to["phone"].as_str()), (Some("sbp"), Some("79000000000")));
    assert_eq!(to["bank_id"], "100000000111");
}

#[test]
fn what_cannot_be_paid_out_is_not_asked_for() {
    let fault = |task: PayoutTask<'_>| yookassa().begin(&task, &account()).unwrap_err();
    let nowhere = PayoutTask { to: DestinationKind::Phone, ..task(PayoutAsk::Send) };
    let dollars = PayoutTask { amount: Money::from_minor(6_000, Currency::Usd), ..task(PayoutAsk::Send) };
    let nothing = PayoutTask { amount: Money::from_minor(99, Currency::Rub), ..task(PayoutAsk::Send) };
    let strange = PayoutTask { memo: Some("a?b"), ..task(PayoutAsk::Check) };
    for wrong in [nowhere, dollars, nothing, strange] {
        assert!(matches!(fault(wrong), ConnectorFault::Unsupported { .. }), "{wrong:?}");
    }
    let bare = Stage::yookassa(Operation::Pay).account;
    assert!(yookassa().offers(&bare).is_empty(), "an account without a gateway pays nothing out");
    assert!(
        yookassa().offers(&account()).iter().any(|offer| offer.takes(DestinationKind::Card, roubles("60")))
    );
    let lacks = yookassa().begin(&task(PayoutAsk::Send), &bare).unwrap_err();
    assert!(matches!(lacks, ConnectorFault::Misconfigured { setting: "payout_secret_key", .. }));
}

#[test]
fn a_known_payout_is_asked_about_by_its_number() {
    let asked = call(&task(PayoutAsk::Check));
    assert_eq!((asked.method, asked.repeat), (Method::Get, Repeat::Safe));
    assert_eq!(asked.url, format!("https://provider.example.test/v3/payouts/{NUMBER}"));
}

#[test]
fn every_state_is_understood() {
    let told = |status: &str| answer(&task(PayoutAsk::Send), 200, &payout(status));
    let step = |next| Ok(PayoutStep { remember: Some(NUMBER.to_owned()), next });
    assert_eq!(told("pending"), step(PayoutNext::Wait));
    assert_eq!(told("succeeded"), step(PayoutNext::Settled));
    assert_eq!(told("canceled"), step(PayoutNext::Bounced(Reason::Unknown)));
    assert!(told("paid").is_err(), "a new word is nothing certain");
    for (word, reason) in [
        ("one_time_limit_exceeded", Reason::LimitExceeded),
        ("recipient_not_found", Reason::InvalidRequest),
        ("insufficient_funds", Reason::InsufficientFunds),
    ] {
        let details =
            format!(r#""cancellation_details":{{"party":"payout_network","reason":"{word}"}},"test""#);
        let body = payout("canceled").replace("\"test\"", &details);
        assert_eq!(answer(&task(PayoutAsk::Send), 200, &body), step(PayoutNext::Bounced(reason)));
    }
}

#[test]
fn an_answer_about_anything_but_our_own_payout_is_nothing_certain() {
    for (from, to) in [
        (PAYOUT, "payout_01arz3ndektsv4rrffq69g5fax"),
        ("60.00", "60.01"),
        ("RUB", "USD"),
        ("\"test\":true", "\"test\":false"),
        (NUMBER, "../x"),
        ("\"metadata\"", "\"other\""),
    ] {
        let told = answer(&task(PayoutAsk::Send), 200, &payout("succeeded").replace(from, to));
        assert!(matches!(told, Err(ConnectorFault::BadReply { .. })), "{from} {told:?}");
    }
    let other = payout("succeeded").replace(NUMBER, "po-other");
    assert!(answer(&task(PayoutAsk::Check), 200, &other).is_err());
}

#[test]
fn a_refusal_ends_a_first_request_and_never_a_question() {
    let refusal = |ask, status, name: &str| {
        let text = String::from_utf8(recorded(name)).unwrap();
        answer(&task(ask), status, &text).map(|step| step.next)
    };
    let invalid = Ok(PayoutNext::Bounced(Reason::InvalidRequest));
    assert_eq!(refusal(PayoutAsk::Send, 400, "error_400"), invalid);
    assert_eq!(refusal(PayoutAsk::Repeat, 400, "error_400"), invalid);
    assert!(refusal(PayoutAsk::Check, 404, "error_404").is_err());
    assert_eq!(refusal(PayoutAsk::Send, 401, "error_401"), Ok(PayoutNext::Bounced(Reason::AuthError)));
    // Whoever does not let us in now says nothing about what was carried out before.
    assert!(refusal(PayoutAsk::Repeat, 401, "error_401").is_err());
    assert!(refusal(PayoutAsk::Send, 400, "error_400_key").is_err(), "the key belongs to other bytes");
    for (status, name) in [(429, "error_429"), (500, "error_500"), (202, "processing_202")] {
        assert!(matches!(refusal(PayoutAsk::Send, status, name), Err(ConnectorFault::Busy { .. })));
    }
    assert!(answer(&task(PayoutAsk::Send), 404, "<html>no such page</html>").is_err());
}

#[test]
fn a_notice_of_a_payout_is_a_reason_to_ask() {
    let notice = |metadata: &str| {
        let body = format!(
            r#"{{"type":"notification","event":"payout.succeeded","object":{{"id":"{NUMBER}","metadata":{metadata}}}}}"#
        );
        let request = HttpRequest {
            method: Method::Post,
            path: String::new(),
            query: String::new(),
            headers: Headers::new(),
            body: body.into_bytes(),
            peer: None,
        };
        let stage = Stage::yookassa(Operation::Pay);
        stage.connector.callback(&request, &stage.context())
    };
    let ours = notice(&format!(r#"{{"payout":"{PAYOUT}"}}"#));
    assert_eq!(ours, Ok(News::Hint { about: About::Payout(PAYOUT.to_owned()) }));
    assert_eq!(notice("{}"), Ok(News::Nothing), "somebody else's payout at the gateway");
}

#[test]
fn a_rehearsed_payout_ends_as_the_last_digits_choose() {
    let test = registry::find("test").unwrap().payouts().unwrap();
    let next = |ask, mask| {
        let task = PayoutTask { mask, ..task(ask) };
        test.begin(&task, &account()).unwrap().next
    };
    assert_eq!(next(PayoutAsk::Send, "555555******4477"), PayoutNext::Settled);
    assert_eq!(next(PayoutAsk::Send, "400000******0002"), PayoutNext::Bounced(Reason::IssuerDeclined));
    assert_eq!(next(PayoutAsk::Send, "7******0003"), PayoutNext::Wait);
    assert_eq!(next(PayoutAsk::Check, "7******0003"), PayoutNext::Settled);
    assert!(
        test.offers(&account()).iter().any(|offer| offer.takes(DestinationKind::Wallet, roubles("0.01")))
    );
}
