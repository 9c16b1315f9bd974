//! Prices in another currency: the rate is said at the command line, and buyers pay the shop's own currency.

use serde_json::Value;
use testkit::robokassa::{Digest, Link, is_genuine};
use testkit::visitor::{Page, Visitor};

use crate::emulator::Emulator;
use crate::scene::{SOON, Scene};

/// A link of a price in another currency.
fn priced(scene: &Scene, sum: &str, number: &str, currency: &str) -> String {
    let order = Link::new(&scene.keys.login, sum, number).signed("OutSumCurrency", currency);
    order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256)
}

async fn opened(scene: &Scene, link: &str) -> (Visitor, Page) {
    let mut buyer = Visitor::new();
    let page = buyer.open(link).await;
    assert_eq!(page.state().as_deref(), Some("choose"), "{}: {:?}", scene.program.ready.url, page.error());
    (buyer, page)
}

fn holding(rates: &Value) -> Vec<(String, bool)> {
    let all = rates["rates"].as_array().unwrap().iter();
    all.map(|rate| (rate["rate"].as_str().unwrap().to_owned(), rate["holds"] == true)).collect()
}

#[tokio::test]
async fn a_price_in_dollars_is_paid_in_roubles_at_the_rate_that_held_when_it_was_opened() {
    let scene = Scene::demo().await;
    let link = priced(&scene, "10.00", "723", "USD");
    let without = Visitor::new().open(&link).await;
    assert_eq!(without.error().as_deref(), Some("41"));
    assert!(without.text.contains("openkassa rates set"), "{}", without.text);

    scene.program.run(&["rates", "set", "USD", "80.00"]).await;
    let (mut buyer, page) = opened(&scene, &link).await;
    assert!(page.text.contains("10,00") && page.text.contains("800,00"), "{}", page.text);
    // A rate that is said later is for later orders; the same request goes on with its payment.
    scene.program.run(&["rates", "set", "USD", "90.00"]).await;
    assert_eq!(Visitor::new().open(&link).await.url, page.url);
    scene.pays_by_card(&mut buyer, &page).await;
    scene.shop.wait_for("/result", 1, SOON).await;
    let notice = &scene.notices()[0];
    assert_eq!(notice.field("OutSum"), Some("800.000000"));
    assert_eq!(notice.field("IncSum"), Some("800.000000"));
    let (code, answer) = scene.state("723").await;
    assert!(code == 100 && answer.contains("<OutSum>800.000000</OutSum>"), "{answer}");
    assert_eq!(scene.at_provider().await["amount"], "800.00");

    let payment = scene.payment("show", "723", &[]).await;
    assert_eq!((&payment["amount"], &payment["currency"]), (&"800.00".into(), &"RUB".into()));
    let price = &payment["price"];
    assert_eq!(
        (&price["sum"], &price["currency"], &price["rate"]),
        (&"10.00".into(), &"USD".into(), &"80".into())
    );
    assert_eq!(Visitor::new().open(&link).await.error().as_deref(), Some("40"));
    let (_, page) = opened(&scene, &priced(&scene, "10.00", "724", "USD")).await;
    assert!(page.text.contains("900"), "{}", page.text);
    let listed = scene.program.run(&["rates", "list"]).await;
    assert_eq!(holding(&listed), [("90".to_owned(), true), ("80".to_owned(), false)]);
    scene.is_green().await;
}

#[tokio::test]
async fn a_rehearsal_and_a_receipt_are_converted_too_and_the_old_code_of_the_rouble_is_the_rouble() {
    let scene = Scene::demo().await;
    scene.program.run(&["rates", "set", "EUR", "100.5"]).await;
    let json = r#"{"items":[{"name":"a","quantity":1,"sum":3.33,"tax":"none"},{"name":"b","quantity":1,"sum":6.67,"tax":"none"}]}"#;
    let order = Link::new(&scene.keys.login, "10", "725")
        .signed("OutSumCurrency", "EUR")
        .signed("Receipt", json)
        .unsigned("IsTest", "1");
    let link = order.url(&scene.program.ready.url, &scene.keys.test_password1, Digest::Sha256);
    let (mut buyer, page) = opened(&scene, &link).await;
    let form = page.form_with("method", Some("bank_card"));
    buyer.send(&page, &form, &[], Some(("method", "bank_card"))).await;
    let page = buyer.open(page.url.as_str()).await;
    let form = page.form_with("outcome", Some("paid"));
    buyer.send(&page, &form, &[], Some(("outcome", "paid"))).await;
    scene.shop.wait_for("/result", 1, SOON).await;
    assert_eq!(scene.shop.received("/result")[0].field("OutSum"), Some("1005.000000"));
    let payment = scene.payment("show", "725", &["--test"]).await;
    let items = payment["receipt"]["items"].as_array().unwrap();
    assert_eq!((&items[0]["sum"], &items[1]["sum"]), (&"334.67".into(), &"670.33".into()));
    opened(&scene, &priced(&scene, "500.00", "726", "RUR")).await;
    assert_eq!(scene.payment("show", "726", &[]).await["amount"], "500.00");
    scene.is_green().await;
}

#[tokio::test]
async fn a_shops_own_rate_is_nobody_elses_and_rates_begin_when_it_is_said() {
    let scene = Scene::demo().await;
    let run = async |arguments: &[&str]| scene.program.run(arguments).await;
    let seller = run(&["seller", "create", "Lily LLC"]).await["seller"].as_str().unwrap().to_owned();
    run(&["shop", "create", "lily", "--seller", &seller]).await;
    run(&["rates", "set", "USD", "1.00", "--shop", "lily"]).await;
    let link = priced(&scene, "10.00", "727", "USD");
    assert_eq!(Visitor::new().open(&link).await.error().as_deref(), Some("41"), "that rate is lily's");
    run(&["rates", "set", "USD", "70.00", "--shop", "demo", "--at", "2099-01-01T00:00:00Z"]).await;
    assert_eq!(Visitor::new().open(&link).await.error().as_deref(), Some("41"), "that rate has not begun");
    run(&["rates", "set", "USD", "80.00", "--at", "2020-01-01T00:00:00Z"]).await;
    let (_, page) = opened(&scene, &link).await;
    assert!(page.text.contains("800"), "{}", page.text);
    let then = run(&["rates", "list", "--at", "2099-01-02T00:00:00Z"]).await;
    assert!(holding(&then).iter().all(|(_, holds)| *holds), "{then}");
    let none = run(&["rates", "list", "--at", "2019-01-01T00:00:00Z"]).await;
    assert!(holding(&none).iter().all(|(_, holds)| !*holds), "{none}");
}

#[tokio::test]
async fn what_is_no_rate_is_refused_and_leaves_nothing_behind() {
    let scene = Scene::demo().await;
    for (arguments, code) in [
        (&["set", "USD", "0"][..], 2),
        (&["set", "USD", "90,5"], 2),
        (&["set", "USD", "1e3"], 2),
        (&["set", "USD", "90.0000000001"], 2),
        (&["set", "UDS", "90"], 2),
        (&["set", "USD", "90", "--at", "tomorrow"], 2),
        (&["set", "RUB", "1"], 1),
        (&["set", "USD", "90", "--shop", "nobody"], 3),
    ] {
        let refused = scene.program.try_run(&[&["rates"][..], arguments].concat()).await.unwrap_err();
        assert_eq!(refused.code, Some(code), "{arguments:?}: {}", refused.message);
    }
    assert_eq!(scene.program.run(&["rates", "list"]).await["rates"].as_array().unwrap().len(), 0);
    scene.program.run(&["rates", "set", "USD", "0.000000001"]).await;
    // It comes to nothing, or to more than can be counted: the sum is wrong, and nothing is opened.
    for sum in ["0.01", "99999999999999999"] {
        let link = priced(&scene, sum, "728", "USD");
        assert_eq!(Visitor::new().open(&link).await.error().as_deref(), Some("31"), "{sum}");
    }
    assert!(scene.program.try_run(&["payment", "show", "--shop", "demo", "--number", "728"]).await.is_err());
}

#[tokio::test]
async fn the_rates_of_an_account_of_the_emulator_are_its_own() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("accounts.json");
    std::fs::write(&file, r#"[{"login":"rose","rates":{"USD":"90.00"}}]"#).unwrap();
    let emulator = Emulator::start(&["--accounts", file.to_str().unwrap()]).await;
    let priced =
        |login, number, currency| Link::new(login, "10.00", number).signed("OutSumCurrency", currency);
    let payment = emulator.starts(&priced("rose", "7", "USD"), "password1").await;
    assert_eq!(payment["out_sum"], "900.00");
    emulator.chooses(payment["id"].as_str().unwrap(), "paid").await;
    let told = emulator.shop.wait_for("/result", 1, SOON).await;
    assert!(is_genuine(&told[0], "password2", Digest::Md5));
    assert_eq!(told[0].field("OutSum"), Some("900.000000"));
    for link in [priced("rose", "8", "EUR"), priced("tulip", "9", "USD")] {
        let page = Visitor::new().open(&link.url(&emulator.at(""), "password1", Digest::Md5)).await;
        assert_eq!(page.error().as_deref(), Some("41"), "{}", page.text);
    }
    emulator.is_green().await;
}
