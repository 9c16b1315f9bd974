//! Methods that YooKassa keeps: asked for, told, charged and confirmed.

use connectors::connector::{ConnectorFault, Next};
use domain::attempts::{Operation, Prompt};
use domain::ids::{Book, Id, StoredMethodId};
use domain::methods::Method;
use domain::outcomes::Outcome;
use domain::stored::Reuse;

use crate::stage::{PAYMENT_NUMBER, Stage, altered, recorded};

fn kept_method() -> StoredMethodId {
    Id::new(Book::PLATFORM, 9)
}

fn using(reuse: Reuse) -> Stage {
    Stage::yookassa(Operation::Pay).with(|stage| stage.attempt.reuse = reuse)
}

fn body(stage: &Stage) -> String {
    String::from_utf8(stage.call().with_token("kept-fake-1").body).unwrap()
}

/// A paid payment whose method the provider keeps.
fn paid_and_kept() -> Vec<u8> {
    altered("payment_succeeded", "\"saved\": false", "\"saved\": true")
}

#[test]
fn only_who_asks_has_the_method_kept_and_only_where_it_can_be() {
    assert!(body(&using(Reuse::Keep)).contains(r#""save_payment_method":true,"confirmation""#));
    assert!(!body(&using(Reuse::Once)).contains("save_payment_method"));
    let sbp = using(Reuse::Keep).with(|stage| stage.attempt.method = Method::Sbp);
    assert!(!body(&sbp).contains("save_payment_method"));
}

#[test]
fn a_charge_names_the_kept_method_and_nobody_confirms() {
    let stage = using(Reuse::Charge(kept_method()));
    let call = stage.call();
    assert!(!String::from_utf8_lossy(&call.body).contains("kept-fake-1"), "a call holds no token");
    let expected = concat!(
        r#"{"amount":{"value":"100.26","currency":"RUB"},"capture":true,"payment_method_id":"kept-fake-1","#,
        r#""description":"Order 7","metadata":{"attempt":"try_01arz3ndektsv4rrffq69g5fav"}}"#,
    );
    assert_eq!(body(&stage), expected);
    let other = stage.with(|stage| stage.attempt.method = Method::Cash);
    assert!(matches!(other.begin(), Err(ConnectorFault::Unsupported { .. })));
}

#[test]
fn a_token_is_put_into_its_own_place_whatever_a_stranger_writes() {
    let stage = using(Reuse::Charge(kept_method()))
        .with(|stage| stage.description = r#"","payment_method_id":""#.to_owned());
    let sent: serde_json::Value = serde_json::from_str(&body(&stage)).unwrap();
    assert_eq!(sent["payment_method_id"], "kept-fake-1");
    assert_eq!(sent["description"], r#"","payment_method_id":""#);
}

#[test]
fn a_buyer_confirms_a_kept_card_on_the_providers_page_or_need_not() {
    let stage = using(Reuse::Confirm(kept_method()));
    assert!(body(&stage).contains(r#""payment_method_id":"kept-fake-1","confirmation":{"type":"redirect""#));
    let step = stage.reply(200, &recorded("payment_pending_redirect")).unwrap();
    assert!(matches!(step.next, Next::Ask(Prompt::Redirect { .. }, _)));
    let step = stage.reply(200, &recorded("payment_succeeded")).unwrap();
    assert_eq!(step.remember.as_deref(), Some(PAYMENT_NUMBER));
    assert!(matches!(step.next, Next::Done(Outcome::Received { .. })));
}

#[test]
fn a_charge_that_is_still_under_way_is_waited_for() {
    let pending = String::from_utf8(recorded("payment_pending_redirect")).unwrap();
    let mut shown: serde_json::Value = serde_json::from_str(&pending).unwrap();
    shown.as_object_mut().unwrap().remove("confirmation");
    let bytes = serde_json::to_vec(&shown).unwrap();
    assert_eq!(using(Reuse::Charge(kept_method())).reply(200, &bytes).unwrap().next, Next::Wait);
    assert!(using(Reuse::Once).reply(200, &bytes).is_err(), "a buyer must have something to confirm with");
}

#[test]
fn what_is_kept_is_told_with_the_outcome_of_whoever_asked() {
    let stage = using(Reuse::Keep);
    let kept = stage.reply(200, &paid_and_kept()).unwrap().kept.unwrap();
    assert_eq!(kept.mask, "555555******4477");
    let shown: serde_json::Value = serde_json::from_slice(&paid_and_kept()).unwrap();
    assert_eq!(shown["payment_method"]["id"], kept.token.expose());
    assert_eq!(stage.reply(200, &recorded("payment_succeeded")).unwrap().kept, None, "it was not kept");
    assert_eq!(using(Reuse::Once).reply(200, &paid_and_kept()).unwrap().kept, None, "nobody asked");
}

#[test]
fn a_wallet_shows_its_end_and_a_method_without_a_proper_name_is_not_kept_although_it_paid() {
    let mut shown: serde_json::Value = serde_json::from_slice(&paid_and_kept()).unwrap();
    let method = &mut shown["payment_method"];
    method.as_object_mut().unwrap().remove("card");
    method["account_number"] = "41001614575714".into();
    let read = |shown: &serde_json::Value| using(Reuse::Keep).reply(200, &serde_json::to_vec(shown).unwrap());
    assert_eq!(read(&shown).unwrap().kept.unwrap().mask, "******5714");
    for name in ["", "a/b", "\" or so"] {
        shown["payment_method"]["id"] = name.into();
        let step = read(&shown).unwrap();
        assert_eq!(step.kept, None, "{name}");
        assert!(matches!(step.next, Next::Done(Outcome::Received { .. })), "{name}");
    }
}
