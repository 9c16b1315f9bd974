//! ResultUrl2: signed statements to the address that an order named, beside the notices to ResultURL.

use serde_json::Value;
use testkit::receiver::{Answer, Received};
use testkit::robokassa::{Digest, Link};
use testkit::statements::read;
use testkit::visitor::{Visitor, client};

use crate::scene::{SOON, Scene};

/// The certificate as a shop downloads it.
async fn certificate(scene: &Scene) -> Vec<u8> {
    let answer = client().get(format!("{}/jwtsign.cer", scene.program.ready.url)).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/pkix-cert");
    answer.bytes().await.unwrap().to_vec()
}

/// A buyer pays an order that asks for a statement, as far as the provider is concerned.
async fn pays(scene: &Scene, number: &str, more: &[(&str, &str)]) {
    let mut order = Link::new(&scene.keys.login, "100.26", number);
    for (name, value) in more {
        order = order.signed(name, value);
    }
    let order = order.signed("ResultUrl2", &scene.shop.url("/second"));
    let mut buyer = Visitor::new();
    let page = buyer.open(&order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256)).await;
    scene.pays_by_card(&mut buyer, &page).await;
}

fn stated(received: &Received, certificate: &[u8]) -> Value {
    assert_eq!(
        (received.method.as_str(), received.headers["content-type"].as_str()),
        ("POST", "application/json")
    );
    let text = String::from_utf8_lossy(&received.body);
    let payload = text.split('.').nth(1).unwrap();
    assert!(!payload.contains(['-', '_']), "{payload}");
    read(&received.body, certificate).unwrap_or_else(|| panic!("not signed by us: {text}"))
}

fn op_key(answer: &str) -> &str {
    answer.split_once("<OpKey>").and_then(|(_, rest)| rest.split_once("</OpKey>")).unwrap().0
}

#[tokio::test]
async fn a_paid_order_is_stated_under_our_signature_and_told_to_the_shop_as_always() {
    let scene = Scene::demo().await;
    let certificate = certificate(&scene).await;
    pays(&scene, "401", &[]).await;
    let second = scene.shop.wait_for("/second", 1, SOON).await;
    scene.shop.wait_for("/result", 1, SOON).await;
    assert_eq!(scene.notices()[0].field("OutSum"), Some("100.260000"));

    let said = stated(&second[0], &certificate);
    let (code, answer) = scene.state("401").await;
    assert_eq!(code, 100);
    assert_eq!(said["header"]["type"], "PaymentStateNotification");
    assert_eq!(said["header"]["version"], "1.0.0");
    assert!(said["header"]["timestamp"].as_str().unwrap().parse::<u64>().is_ok(), "{said}");
    let expected = serde_json::json!({
        "shop": "demo", "opKey": op_key(&answer), "invId": "401", "paymentMethod": "BankCard", "incSum": "100.26",
        "state": "OK"
    });
    assert_eq!(said["data"], expected);

    let notices = scene
        .until("401", "both answers", |payment| {
            let notices = payment["notices"].as_array().unwrap();
            notices.len() == 2 && notices.iter().all(|notice| notice["state"] == "accepted")
        })
        .await["notices"]
        .clone();
    let kinds: Vec<_> = notices.as_array().unwrap().iter().map(|notice| notice["kind"].clone()).collect();
    assert!(kinds.contains(&"fields".into()) && kinds.contains(&"paid_statement".into()), "{notices:#}");
    assert_eq!(scene.shop.received("/second").len(), 1);
    assert_eq!(certificate, self::certificate(&scene).await, "there is one key");
    let text =
        client().get(format!("{}/Merchant/jwtsign.pem", scene.program.ready.url)).send().await.unwrap();
    assert!(text.text().await.unwrap().starts_with("-----BEGIN CERTIFICATE-----\n"));
    scene.is_green().await;
}

#[tokio::test]
async fn a_statement_that_was_not_taken_is_sent_again_byte_by_byte_and_any_answer_of_the_second_hundred_takes_it()
 {
    let scene = Scene::demo().await;
    scene.shop.answer_next([Answer::Status(500), Answer::Status(500)]);
    pays(&scene, "411", &[]).await;
    scene.shop.wait_for("/second", 1, SOON).await;
    scene.shop.wait_for("/result", 1, SOON).await;
    let waits = |payment: &Value| {
        payment["notices"]
            .as_array()
            .unwrap()
            .iter()
            .all(|notice| notice["state"] == "owed" && notice["tries"] == 1)
    };
    scene.until("411", "both refusals", waits).await;
    // Whatever the body says: one official module answers its own misgivings with status 200.
    scene.shop.answer_next([Answer::Text("BAD SIGN".to_owned()), Answer::Accept]);
    let notices = scene.payment("show", "411", &[]).await["notices"].clone();
    let which = |kind: &str| {
        let found = notices.as_array().unwrap().iter().find(|notice| notice["kind"] == kind);
        found.unwrap()["notice"].as_str().unwrap().to_owned()
    };
    scene.payment("send-again", "411", &["--notice", &which("paid_statement")]).await;
    let second = scene.shop.wait_for("/second", 2, SOON).await;
    assert_eq!(second[0].body, second[1].body);
    scene
        .until("411", "the statement's acceptance", |payment| {
            let of = |kind: &str, state: &str| {
                payment["notices"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|n| n["kind"] == kind && n["state"] == state)
            };
            of("paid_statement", "accepted") && of("fields", "owed")
        })
        .await;
}

#[tokio::test]
async fn a_hold_is_stated_when_it_is_there_and_again_when_its_money_is_taken() {
    let scene = Scene::demo().await;
    let certificate = certificate(&scene).await;
    pays(&scene, "421", &[("StepByStep", "true")]).await;
    let second = scene.shop.wait_for("/second", 1, SOON).await;
    assert_eq!(stated(&second[0], &certificate)["data"]["state"], "HOLD");
    assert_eq!(scene.state("421").await.0, 20, "the state is told no later than the statement");
    assert!(scene.notices().is_empty(), "nothing is paid yet");

    scene.payment("capture", "421", &[]).await;
    let second = scene.shop.wait_for("/second", 2, SOON).await;
    let said = stated(&second[1], &certificate);
    assert_eq!((&said["data"]["state"], &said["data"]["incSum"]), (&"OK".into(), &"100.26".into()));
    scene.shop.wait_for("/result", 1, SOON).await;
    scene.is_green().await;
}

#[tokio::test]
async fn rehearsals_and_unsigned_addresses_have_no_statements() {
    let scene = Scene::demo().await;
    let order = Link::new(&scene.keys.login, "10.00", "431").signed("ResultUrl2", &scene.shop.url("/second"));
    let mut url = order.url(&scene.program.ready.url, "another password", Digest::Sha256);
    assert_eq!(Visitor::new().open(&url).await.error().as_deref(), Some("29"));
    url = Link::new(&scene.keys.login, "10.00", "432").url(
        &scene.program.ready.url,
        &scene.keys.password1,
        Digest::Sha256,
    );
    url += "&ResultUrl2=http%3A%2F%2F127.0.0.1%3A1%2F";
    assert_eq!(
        Visitor::new().open(&url).await.error().as_deref(),
        Some("29"),
        "the buyer could have added it"
    );
    let strange = Link::new(&scene.keys.login, "10.00", "433").signed("ResultUrl2", "javascript:alert(1)");
    let url = strange.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256);
    assert_eq!(Visitor::new().open(&url).await.error().as_deref(), Some("29"));
}
