//! The answers of YooKassa: every operation, every status, every reason, every error.

use connectors::connector::{ConnectorFault, Next, Step};
use domain::attempts::{AttemptState, Operation, PaidWith, Prompt, Reason};
use domain::methods::Method;
use domain::outcomes::Outcome;
use domain::providers::Setting;
use domain::secrets::Secret;
use jiff::Timestamp;
use proptest::prelude::*;

use crate::stage::{PAYMENT_NUMBER, REFUND_NUMBER, Stage, altered, recorded, roubles};

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn step(remember: Option<&str>, next: Next) -> Result<Step, ConnectorFault> {
    Ok(Step { remember: remember.map(str::to_owned), kept: None, paid_with: PaidWith::default(), next })
}

fn done(remember: Option<&str>, outcome: Outcome) -> Result<Step, ConnectorFault> {
    step(remember, Next::Done(outcome))
}

fn declined(reason: Reason) -> Outcome {
    Outcome::Declined { reason }
}

fn is_bad(read: &Result<Step, ConnectorFault>) -> bool {
    matches!(read, Err(ConnectorFault::BadReply { .. }))
}

fn held(operation: Operation) -> Stage {
    Stage::yookassa(operation).with(|stage| {
        stage.attempt.hold = true;
        stage.attempt.state = AttemptState::Held;
    })
}

#[test]
fn a_new_payment_is_remembered_and_its_prompt_shown_for_an_hour() {
    let url = format!("https://yoomoney.ru/checkout/payments/v2/contract?orderId={PAYMENT_NUMBER}");
    let code =
        "https://qr.nspk.ru/AD100004BAL7227F9BNP6KNE007J9B3K?type=02&bank=100000000007&sum=10026&cur=RUB";
    let cases = [
        ("payment_pending_redirect", Method::BankCard, Prompt::Redirect { url }),
        ("payment_pending_qr", Method::Sbp, Prompt::Qr { data: code.to_owned() }),
        (
            "payment_pending_external",
            Method::MobileBalance,
            Prompt::External { phone: Some("79000000000".to_owned()) },
        ),
    ];
    for (name, method, prompt) in cases {
        let stage = Stage::yookassa(Operation::Pay).with(|stage| stage.attempt.method = method);
        let expected = step(Some(PAYMENT_NUMBER), Next::Ask(prompt, moment("2026-01-15T11:00:00Z")));
        assert_eq!(stage.reply(200, &recorded(name)), expected, "{name}");
    }
}

#[test]
fn a_prompt_never_outlives_the_payment_and_cash_may_be_brought_until_its_end() {
    let until = |stage: Stage| match stage.reply(200, &recorded("payment_pending_redirect")).unwrap().next {
        Next::Ask(_, until) => until,
        other => panic!("{other:?}"),
    };
    let soon = moment("2026-01-15T10:20:00Z");
    assert_eq!(until(Stage::yookassa(Operation::Pay).with(|stage| stage.ends_at = soon)), soon);
    let cash = Stage::yookassa(Operation::Pay).with(|stage| stage.attempt.method = Method::Cash);
    assert_eq!(until(cash), moment("2026-01-22T10:00:00Z"));
}

#[test]
fn a_buyer_is_sent_to_web_addresses_only() {
    let good = "https://yoomoney.ru/checkout";
    for evil in ["javascript:alert(1)//", "http://yoomoney.ru/checkout", "//yoomoney.ru", "https://a b"] {
        let body = altered("payment_pending_redirect", good, evil);
        assert!(is_bad(&Stage::yookassa(Operation::Pay).reply(200, &body)), "{evil}");
    }
    let simulated = Stage::yookassa(Operation::Pay).with(|stage| {
        stage.account.base_url = "http://127.0.0.1:7001/v3".to_owned();
    });
    let body = altered("payment_pending_redirect", good, "http://127.0.0.1:7001/pay");
    assert!(matches!(simulated.reply(200, &body), Ok(Step { next: Next::Ask(..), .. })));
}

#[test]
fn what_was_taken_is_told_with_its_cost_whoever_asks() {
    let cost = Some(roubles("3.51"));
    let amount = roubles("100.26");
    let body = recorded("payment_succeeded");
    let received = Outcome::Received { amount, cost };
    let captured = Outcome::Captured { amount, cost };
    let pay = Stage::yookassa(Operation::Pay);
    assert_eq!(pay.reply(200, &body), done(Some(PAYMENT_NUMBER), received.clone()));
    assert_eq!(Stage::yookassa(Operation::Check).reply(200, &body), done(None, received));
    assert_eq!(Stage::yookassa(Operation::Capture).reply(200, &body), done(None, captured.clone()));
    // The release came too late, or somebody captured the hold at the provider.
    assert_eq!(Stage::yookassa(Operation::Release).reply(200, &body), done(None, captured.clone()));
    assert_eq!(held(Operation::Check).reply(200, &body), done(None, captured));
    let silent = Stage::yookassa(Operation::Check).reply(200, &recorded("payment_succeeded_without_income"));
    assert_eq!(silent, done(None, Outcome::Received { amount, cost: None }));
}

#[test]
fn a_capture_in_part_is_what_the_object_says_after_it() {
    let body = recorded("payment_captured_in_part");
    let part = Outcome::Captured { amount: roubles("60"), cost: Some(roubles("2.10")) };
    let capture = Stage::yookassa(Operation::Capture).with(|stage| stage.amount = roubles("60"));
    assert_eq!(capture.reply(200, &body), done(None, part.clone()));
    assert_eq!(held(Operation::Check).reply(200, &body), done(None, part));
}

#[test]
fn a_hold_has_its_end_and_a_capture_or_release_under_way_waits() {
    let body = recorded("payment_waiting_for_capture");
    let outcome = Outcome::Held { amount: roubles("100.26"), until: moment("2026-01-22T10:00:00Z") };
    let pay = Stage::yookassa(Operation::Pay).reply(200, &body);
    assert_eq!(pay, done(Some(PAYMENT_NUMBER), outcome.clone()));
    assert_eq!(Stage::yookassa(Operation::Check).reply(200, &body), done(None, outcome));
    for operation in [Operation::Capture, Operation::Release] {
        assert_eq!(Stage::yookassa(operation).reply(200, &body), step(None, Next::Wait));
    }
    let endless = altered("payment_waiting_for_capture", "2026-01-22T10:00:00.000Z", "soon");
    assert!(is_bad(&Stage::yookassa(Operation::Check).reply(200, &endless)));
}

#[test]
fn a_payment_still_pending_is_waited_for() {
    let body = recorded("payment_pending_redirect");
    assert_eq!(Stage::yookassa(Operation::Check).reply(200, &body), step(None, Next::Wait));
    for operation in [Operation::Capture, Operation::Release] {
        assert!(is_bad(&Stage::yookassa(operation).reply(200, &body)));
    }
}

#[test]
fn a_hold_that_is_over_is_released_and_a_payment_that_never_was_is_declined() {
    let by_merchant = recorded("payment_canceled_by_merchant");
    let by_time = altered("payment_canceled_by_merchant", "canceled_by_merchant", "expired_on_capture");
    for body in [&by_merchant, &by_time] {
        assert_eq!(Stage::yookassa(Operation::Release).reply(200, body), done(None, Outcome::Released));
        assert_eq!(Stage::yookassa(Operation::Capture).reply(200, body), done(None, Outcome::Released));
        assert_eq!(held(Operation::Check).reply(200, body), done(None, Outcome::Released));
    }
    let check = Stage::yookassa(Operation::Check);
    assert_eq!(check.reply(200, &by_merchant), done(None, declined(Reason::MerchantCanceled)));
    assert_eq!(check.reply(200, &by_time), done(None, declined(Reason::Timeout)));
    let bare = recorded("payment_canceled_without_details");
    assert_eq!(check.reply(200, &bare), done(None, declined(Reason::Unknown)));
}

const REASONS: &[(&str, Reason)] = &[
    ("insufficient_funds", Reason::InsufficientFunds),
    ("card_expired", Reason::ExpiredCard),
    ("invalid_card_number", Reason::InvalidCard),
    ("invalid_csc", Reason::InvalidCvc),
    ("3d_secure_failed", Reason::AuthenticationFailed),
    ("fraud_suspected", Reason::FraudSuspected),
    ("payment_method_limit_exceeded", Reason::LimitExceeded),
    ("payment_method_restricted", Reason::CardRestricted),
    ("country_forbidden", Reason::CardRestricted),
    ("call_issuer", Reason::IssuerDeclined),
    ("general_decline", Reason::IssuerDeclined),
    ("issuer_unavailable", Reason::IssuerUnavailable),
    ("identification_required", Reason::IdentificationRequired),
    ("unsupported_mobile_operator", Reason::MethodUnavailable),
    ("loan_declined", Reason::MethodUnavailable),
    ("loan_declined_by_payer", Reason::PayerCanceled),
    ("canceled_by_merchant", Reason::MerchantCanceled),
    ("expired_on_confirmation", Reason::Timeout),
    ("expired_on_capture", Reason::Timeout),
    ("loan_application_expired", Reason::Timeout),
    ("rejected_by_timeout", Reason::Timeout),
    ("deal_expired", Reason::Timeout),
    ("internal_timeout", Reason::ProviderUnavailable),
    ("permission_revoked", Reason::TokenRevoked),
    ("a_reason_of_tomorrow", Reason::Unknown),
];

#[test]
fn every_reason_of_a_cancelled_payment_has_its_common_word() {
    for &(word, reason) in REASONS {
        let body = altered("payment_canceled", "insufficient_funds", word);
        let pay = Stage::yookassa(Operation::Pay).reply(200, &body);
        assert_eq!(pay, done(Some(PAYMENT_NUMBER), declined(reason)), "{word}");
        assert_eq!(
            Stage::yookassa(Operation::Check).reply(200, &body),
            done(None, declined(reason)),
            "{word}"
        );
    }
}

#[test]
fn every_reason_of_a_cancelled_refund_has_its_common_word() {
    let words = [
        ("insufficient_funds", Reason::InsufficientFunds),
        ("rejected_by_payee", Reason::IssuerDeclined),
        ("yoo_money_account_closed", Reason::IssuerDeclined),
        ("general_decline", Reason::IssuerDeclined),
        ("rejected_by_timeout", Reason::Timeout),
        ("payment_basket_id_not_found", Reason::InvalidRequest),
        ("payment_article_number_not_found", Reason::InvalidRequest),
        ("payment_tru_code_not_found", Reason::InvalidRequest),
        ("too_many_refunding_articles", Reason::InvalidRequest),
        ("some_articles_already_refunded", Reason::InvalidRequest),
    ];
    for (word, reason) in words {
        let body = altered("refund_canceled", "rejected_by_payee", word);
        let read = Stage::yookassa(Operation::Refund).reply(200, &body);
        assert_eq!(read, done(Some(REFUND_NUMBER), declined(reason)), "{word}");
    }
}

#[test]
fn a_refund_is_waited_for_and_then_returned_whoever_asks() {
    let stages = [
        Stage::yookassa(Operation::Refund),
        Stage::yookassa(Operation::CheckRefund),
        Stage::yookassa(Operation::CheckRefund).with(|stage| stage.refund = Some(REFUND_NUMBER)),
    ];
    for stage in stages {
        let pending = stage.reply(200, &recorded("refund_pending"));
        assert_eq!(pending, step(Some(REFUND_NUMBER), Next::Wait));
        let returned = stage.reply(200, &recorded("refund_succeeded"));
        assert_eq!(returned, done(Some(REFUND_NUMBER), Outcome::Returned { amount: roubles("40") }));
    }
}

#[test]
fn an_answer_about_something_else_is_not_believed() {
    let number =
        |stage: &mut Stage| stage.attempt.memo = Some("2f000000-000f-5000-8000-000000000000".to_owned());
    let live_key = |stage: &mut Stage| {
        stage.set("secret_key", Setting::Secret(Secret::new("live_fake_key_of_nobody".to_owned())));
    };
    let check = || Stage::yookassa(Operation::Check);
    let refund = || Stage::yookassa(Operation::Refund);
    let changed = |from, to| altered("payment_succeeded", from, to);
    let refund_changed = |from, to| altered("refund_succeeded", from, to);
    let cases = [
        ("another payment", check().with(number), recorded("payment_succeeded")),
        ("another attempt", check(), changed("try_01arz", "try_02arz")),
        ("no attempt", check(), changed("\"attempt\"", "\"order\"")),
        ("a test payment for live money", check().with(live_key), recorded("payment_succeeded")),
        ("live money for a test key", check(), changed("\"test\": true", "\"test\": false")),
        ("finished and not paid", check(), changed("\"paid\": true", "\"paid\": false")),
        ("another currency", check(), changed("RUB", "USD")),
        ("an income above the amount", check(), changed("96.75", "100.27")),
        ("an amount that is no text", check(), changed("\"100.26\"", "100.26")),
        ("an amount of three decimals", check(), changed("100.26", "100.265")),
        ("nothing", check(), changed("100.26", "0.00")),
        ("a path for a number", Stage::yookassa(Operation::Pay), changed(PAYMENT_NUMBER, "../refunds")),
        (
            "another sum asked for",
            Stage::yookassa(Operation::Pay),
            altered("payment_pending_redirect", "100.26", "10.26"),
        ),
        ("another sum held", check(), altered("payment_waiting_for_capture", "100.26", "10.26")),
        ("a refund of another payment", refund(), refund_changed(PAYMENT_NUMBER, "2f0")),
        ("a refund of another sum", refund(), refund_changed("40.00", "41.00")),
        ("another refund", refund().with(|stage| stage.refund = Some("2f0")), recorded("refund_succeeded")),
        ("a payment for a refund", refund(), recorded("payment_succeeded")),
        ("a refund for a payment", check(), recorded("refund_succeeded")),
    ];
    for (what, stage, body) in cases {
        let read = stage.reply(200, &body);
        assert!(is_bad(&read), "{what}: {read:?}");
    }
}

#[test]
fn a_refusal_is_final_where_something_was_to_be_changed() {
    let refusals = [
        (400, "error_400", Reason::InvalidRequest),
        (401, "error_401", Reason::AuthError),
        (403, "error_403", Reason::InvalidRequest),
        (404, "error_404", Reason::InvalidRequest),
        (410, "error_410", Reason::InvalidRequest),
    ];
    for (status, name, reason) in refusals {
        for operation in [Operation::Pay, Operation::Capture, Operation::Release, Operation::Refund] {
            let first = Stage::yookassa(operation).with(|stage| stage.attempt.state = AttemptState::Planned);
            let read = first.reply(status, &recorded(name));
            assert_eq!(read, done(None, declined(reason)), "{status} {operation:?}");
        }
        // A creation that is sent again may have been carried out before; a key that is not let in
        // now says nothing of that.
        let again = Stage::yookassa(Operation::Pay).with(|stage| stage.attempt.state = AttemptState::Unknown);
        assert_eq!(is_bad(&again.reply(status, &recorded(name))), matches!(status, 401 | 403), "{status}");
        let known = Stage::yookassa(Operation::CheckRefund).with(|stage| stage.refund = Some(REFUND_NUMBER));
        for question in [Stage::yookassa(Operation::Check), known] {
            let read = question.reply(status, &recorded(name));
            assert!(is_bad(&read), "{status}: {read:?}");
        }
        // Asking by repeating the refund: a refusal is final, a changed key of ours is none.
        let repeated = Stage::yookassa(Operation::CheckRefund).reply(status, &recorded(name));
        if matches!(status, 401 | 403) {
            assert!(is_bad(&repeated), "{status}: {repeated:?}");
        } else {
            assert_eq!(repeated, done(None, declined(reason)), "{status}");
        }
    }
}

#[test]
fn whatever_else_comes_leaves_the_outcome_unknown() {
    for &operation in Operation::ALL {
        let stage = Stage::yookassa(operation);
        for (status, body) in [
            (202, recorded("processing_202")),
            (429, recorded("error_429")),
            (500, recorded("error_500")),
            (502, b"<html>bad gateway</html>".to_vec()),
            (503, Vec::new()),
            (504, Vec::new()),
        ] {
            let read = stage.reply(status, &body);
            assert!(matches!(read, Err(ConnectorFault::Busy { .. })), "{operation:?} {status}: {read:?}");
        }
        for (status, body) in [
            (200, Vec::new()),
            (200, b"{}".to_vec()),
            (200, recorded("error_400")),
            (200, recorded("processing_202")),
            (201, recorded("payment_succeeded")),
            (302, Vec::new()),
            (400, recorded("error_400_key")),
            (400, b"<html>a proxy</html>".to_vec()),
            (400, recorded("error_404")),
            (403, b"<html>a firewall</html>".to_vec()),
            (404, b"not found".to_vec()),
            (405, Vec::new()),
            (415, Vec::new()),
        ] {
            let read = stage.reply(status, &body);
            assert!(is_bad(&read), "{operation:?} {status}: {read:?}");
        }
    }
}

#[test]
fn faults_do_not_repeat_what_strangers_wrote() {
    let body = altered("payment_succeeded", "\"id\": \"2f1c", "\"id\": 5555555555554477, \"x\": \"2f1c");
    let fault = Stage::yookassa(Operation::Check).reply(200, &body).unwrap_err().to_string();
    assert!(!fault.contains("5555"), "{fault}");
}

/// Recorded objects with a status, and an operation that reads them.
const OBJECTS: &[(&str, &str, Operation)] = &[
    ("payment_pending_redirect", "\"status\": \"pending\"", Operation::Pay),
    ("payment_waiting_for_capture", "\"status\": \"waiting_for_capture\"", Operation::Check),
    ("payment_succeeded", "\"status\": \"succeeded\"", Operation::Check),
    ("payment_succeeded", "\"status\": \"succeeded\"", Operation::Capture),
    ("payment_canceled", "\"status\": \"canceled\"", Operation::Check),
    ("payment_canceled_by_merchant", "\"status\": \"canceled\"", Operation::Release),
    ("refund_succeeded", "\"status\": \"succeeded\"", Operation::Refund),
    ("refund_canceled", "\"status\": \"canceled\"", Operation::CheckRefund),
];

const STATUSES: [&str; 4] = ["pending", "waiting_for_capture", "succeeded", "canceled"];

proptest! {
    #[test]
    fn an_unknown_status_is_neither_paid_nor_failed(word in "[a-zA-Z_]{0,24}", place in 0..OBJECTS.len()) {
        prop_assume!(!STATUSES.contains(&word.as_str()));
        let (name, status, operation) = OBJECTS[place];
        let body = altered(name, status, &format!("\"status\": \"{word}\""));
        prop_assert!(is_bad(&Stage::yookassa(operation).reply(200, &body)));
    }

    #[test]
    fn a_damaged_answer_never_tells_another_outcome(
        place in 0..OBJECTS.len(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let (name, _, operation) = OBJECTS[place];
        let stage = Stage::yookassa(operation);
        let mut body = recorded(name);
        let whole = stage.reply(200, &body).unwrap();
        let at = at.index(body.len());
        body[at] = byte;
        if let Ok(Step { next: Next::Done(outcome), .. }) = stage.reply(200, &body) {
            let Next::Done(told) = whole.next else { panic!("an outcome out of {:?}", whole.next) };
            prop_assert_eq!(kind(&outcome), kind(&told));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        place in 0..Operation::ALL.len(), status in 100_u16..600,
        body in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let read = Stage::yookassa(Operation::ALL[place]).reply(status, &body);
        prop_assert!(read.is_err());
    }

    #[test]
    fn any_json_is_read_or_refused(place in 0..Operation::ALL.len(), body in json()) {
        let read = Stage::yookassa(Operation::ALL[place]).reply(200, body.to_string().as_bytes());
        prop_assert!(read.is_err());
    }
}

fn kind(outcome: &Outcome) -> std::mem::Discriminant<Outcome> {
    std::mem::discriminant(outcome)
}

/// Documents with the provider's own names in wrong places.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        prop_oneof![Just("succeeded"), Just("RUB"), Just("1.00"), Just(PAYMENT_NUMBER)].prop_map(Into::into),
    ];
    let names = prop_oneof![
        Just("id"),
        Just("status"),
        Just("amount"),
        Just("value"),
        Just("currency"),
        Just("paid"),
        Just("test"),
        Just("metadata"),
        Just("attempt"),
        Just("confirmation"),
        Just("type"),
        Just("payment_id"),
    ];
    leaf.prop_recursive(3, 40, 12, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::Array),
            proptest::collection::hash_map(names.clone().prop_map(str::to_owned), inner, 0..12)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

#[test]
fn the_masked_card_and_the_networks_reference_are_told_as_far_as_they_are_plain() {
    let told = |body: &[u8]| Stage::yookassa(Operation::Check).whole_reply(200, body).unwrap().paid_with;
    let whole = told(&recorded("payment_succeeded"));
    assert_eq!(whole.account.as_deref(), Some("555555******4477"));
    assert_eq!(whole.bank_reference.as_deref(), Some("603668680243"));
    let strange = told(&altered("payment_succeeded", "603668680243", "<b>"));
    assert_eq!(strange, PaidWith { bank_reference: None, ..whole.clone() });
    let hidden = told(&altered("payment_succeeded", "\"4477\"", "\"4477 4477\""));
    assert_eq!(hidden.account.as_deref(), Some("555555******"));
    assert_eq!(told(&recorded("payment_pending_redirect")), PaidWith::default());
}
