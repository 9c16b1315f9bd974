//! The requests of YooKassa, byte for byte.

use connectors::connector::ConnectorFault;
use domain::attempts::Operation;
use domain::methods::Method;
use domain::payments::Language;
use domain::providers::Setting;
use domain::secrets::Secret;
use wire::http::{Auth, HttpCall, Method as Verb, Repeat, SettingName};

use crate::stage::{ATTEMPT, PAYMENT_NUMBER, REFUND, REFUND_NUMBER, Stage, roubles};

fn body(call: &HttpCall) -> &str {
    std::str::from_utf8(&call.body).unwrap()
}

#[test]
fn a_creation_names_sum_method_return_and_attempt() {
    let call = Stage::yookassa(Operation::Pay).call();
    assert_eq!(call.method, Verb::Post);
    assert_eq!(call.url, "https://provider.example.test/v3/payments");
    assert_eq!(call.headers.get("content-type"), Some("application/json"));
    assert_eq!(call.headers.get("idempotence-key"), Some(ATTEMPT));
    assert_eq!(call.repeat, Repeat::SameKey { hours: 24 });
    assert_eq!(call.deadline_ms, 35_000);
    let auth = Auth::Basic { user: "100500".to_owned(), password: SettingName::new("secret_key") };
    assert_eq!(call.auth, auth);
    let expected = concat!(
        r#"{"amount":{"value":"100.26","currency":"RUB"},"capture":true,"#,
        r#""payment_method_data":{"type":"bank_card"},"#,
        r#""confirmation":{"type":"redirect","return_url":"https://pay.example.test/p/return","locale":"ru_RU"},"#,
        r#""description":"Order 7","metadata":{"attempt":"try_01arz3ndektsv4rrffq69g5fav"}}"#,
    );
    assert_eq!(body(&call), expected);
}

#[test]
fn every_method_has_its_word_and_its_way_to_confirm() {
    let redirect = r#"{"type":"redirect","return_url":"https://pay.example.test/p/return","locale":"en_US"}"#;
    let qr = r#"{"type":"qr","return_url":"https://pay.example.test/p/return"}"#;
    let external = r#"{"type":"external","locale":"en_US"}"#;
    let cases = [
        (Method::BankCard, r#"{"type":"bank_card"}"#, redirect),
        (Method::YooMoney, r#"{"type":"yoo_money"}"#, redirect),
        (Method::Sbp, r#"{"type":"sbp"}"#, qr),
        (Method::SberPay, r#"{"type":"sberbank"}"#, redirect),
        (Method::TPay, r#"{"type":"tinkoff_bank"}"#, redirect),
        (Method::MobileBalance, r#"{"type":"mobile_balance","phone":"79000000000"}"#, external),
        (Method::Cash, r#"{"type":"cash"}"#, redirect),
    ];
    for (method, data, confirmation) in cases {
        let stage = Stage::yookassa(Operation::Pay).with(|stage| {
            stage.attempt.method = method;
            stage.language = Language::Es;
        });
        let call = stage.call();
        assert!(body(&call).contains(&format!(r#""payment_method_data":{data},"#)), "{}", body(&call));
        assert!(body(&call).contains(&format!(r#""confirmation":{confirmation},"#)), "{}", body(&call));
    }
}

#[test]
fn a_hold_is_not_captured_at_once() {
    for method in [Method::BankCard, Method::YooMoney] {
        let stage = Stage::yookassa(Operation::Pay).with(|stage| {
            stage.attempt.method = method;
            stage.attempt.hold = true;
        });
        assert!(body(&stage.call()).contains(r#""capture":false"#));
    }
    let stage = Stage::yookassa(Operation::Pay).with(|stage| {
        stage.attempt.method = Method::Sbp;
        stage.attempt.hold = true;
    });
    assert!(matches!(stage.begin(), Err(ConnectorFault::Unsupported { .. })));
}

#[test]
fn descriptions_are_cut_between_letters() {
    let pay = Stage::yookassa(Operation::Pay).with(|stage| stage.description = "ж".repeat(300));
    assert!(body(&pay.call()).contains(&format!(r#""description":"{}","#, "ж".repeat(128))));
    let refund = Stage::yookassa(Operation::Refund).with(|stage| stage.description = "ж".repeat(300));
    assert!(body(&refund.call()).contains(&format!(r#""description":"{}"}}"#, "ж".repeat(250))));
    let none = Stage::yookassa(Operation::Pay).with(|stage| stage.description.clear());
    assert!(!body(&none.call()).contains("description"));
}

#[test]
fn captures_and_releases_go_to_the_payment_under_their_own_keys() {
    let capture = Stage::yookassa(Operation::Capture).with(|stage| stage.amount = roubles("60")).call();
    assert_eq!(capture.url, format!("https://provider.example.test/v3/payments/{PAYMENT_NUMBER}/capture"));
    assert_eq!(body(&capture), r#"{"amount":{"value":"60.00","currency":"RUB"}}"#);
    assert_eq!(capture.headers.get("Idempotence-Key"), Some("try_01arz3ndektsv4rrffq69g5fav-capture-6000"));
    let release = Stage::yookassa(Operation::Release).call();
    assert_eq!(release.url, format!("https://provider.example.test/v3/payments/{PAYMENT_NUMBER}/cancel"));
    assert_eq!(body(&release), "");
    assert_eq!(release.headers.get("Idempotence-Key"), Some("try_01arz3ndektsv4rrffq69g5fav-cancel"));
    for call in [capture, release] {
        assert_eq!(call.method, Verb::Post);
        assert_eq!(call.repeat, Repeat::SameKey { hours: 24 });
    }
}

#[test]
fn a_refund_whose_number_is_unknown_is_asked_for_by_the_same_bytes() {
    let refund = Stage::yookassa(Operation::Refund).call();
    assert_eq!(refund.url, "https://provider.example.test/v3/refunds");
    assert_eq!(refund.headers.get("Idempotence-Key"), Some(REFUND));
    let expected = concat!(
        r#"{"payment_id":"2f1c7a90-000f-5000-8000-1b2c3d4e5f60","#,
        r#""amount":{"value":"40.00","currency":"RUB"},"description":"Order 7"}"#,
    );
    assert_eq!(body(&refund), expected);
    assert_eq!(Stage::yookassa(Operation::CheckRefund).call(), refund);
}

#[test]
fn questions_are_pure_reads() {
    let payment = Stage::yookassa(Operation::Check).call();
    assert_eq!(payment.url, format!("https://provider.example.test/v3/payments/{PAYMENT_NUMBER}"));
    let refund =
        Stage::yookassa(Operation::CheckRefund).with(|stage| stage.refund = Some(REFUND_NUMBER)).call();
    assert_eq!(refund.url, format!("https://provider.example.test/v3/refunds/{REFUND_NUMBER}"));
    for call in [payment, refund] {
        assert_eq!(call.method, Verb::Get);
        assert_eq!(call.repeat, Repeat::Safe);
        assert_eq!(call.body, b"");
        assert_eq!(call.headers.get("Idempotence-Key"), None);
    }
}

#[test]
fn what_cannot_be_expressed_is_not_sent() {
    let nameless = |operation| Stage::yookassa(operation).with(|stage| stage.attempt.memo = None);
    let pay = |change: fn(&mut Stage)| Stage::yookassa(Operation::Pay).with(change);
    let cases = [
        (nameless(Operation::Check), "check a payment whose number is not known"),
        (nameless(Operation::Capture), "capture a payment whose number is not known"),
        (nameless(Operation::Release), "release a payment whose number is not known"),
        (nameless(Operation::Refund), "give back a payment whose number is not known"),
        (nameless(Operation::CheckRefund), "give back a payment whose number is not known"),
        (
            Stage::yookassa(Operation::Check).with(|stage| stage.attempt.memo = Some("a/../b".to_owned())),
            "check a payment whose number is not known",
        ),
        (
            Stage::yookassa(Operation::CheckRefund).with(|stage| stage.refund = Some("a?b")),
            "check a refund under such a number",
        ),
        (
            pay(|stage| {
                stage.attempt.method = Method::MobileBalance;
                stage.attempt.payer.phone = None;
            }),
            "charge a phone that is not known",
        ),
        (pay(|stage| stage.amount = roubles("0.99")), "take this sum by this method"),
        (pay(|stage| stage.amount = roubles("350000.01")), "take this sum by this method"),
        (
            pay(|stage| {
                stage.amount = roubles("1000000.01");
                stage.attempt.method = Method::Sbp;
            }),
            "take this sum by this method",
        ),
        (pay(|stage| stage.reference = "a b"), "use this reference as an idempotency key"),
    ];
    for (stage, expected) in cases {
        let fault = stage.begin().unwrap_err();
        assert_eq!(fault, ConnectorFault::Unsupported { provider: "yookassa", what: expected });
    }
}

#[test]
fn an_account_that_lacks_a_setting_sends_nothing() {
    let lacking = |name: &'static str, value: Option<Setting>| {
        let stage = Stage::yookassa(Operation::Pay).with(|stage| {
            stage.account.settings.retain(|(known, _)| known != name);
            stage.account.settings.extend(value.map(|value| (name.to_owned(), value)));
        });
        assert_eq!(
            stage.begin().unwrap_err(),
            ConnectorFault::Misconfigured { provider: "yookassa", setting: name }
        );
    };
    lacking("shop_id", None);
    lacking("shop_id", Some(Setting::Plain("1:2".to_owned())));
    lacking("secret_key", None);
    lacking("secret_key", Some(Setting::Plain("fake".to_owned())));
    lacking("secret_key", Some(Setting::Secret(Secret::new(String::new()))));
    let nowhere = Stage::yookassa(Operation::Pay).with(|stage| stage.account.base_url.clear());
    assert_eq!(
        nowhere.begin().unwrap_err(),
        ConnectorFault::Misconfigured { provider: "yookassa", setting: "base_url" }
    );
}
