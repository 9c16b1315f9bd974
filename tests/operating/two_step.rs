//! Shops whose payments are authorised only: captured in part, released, and offered only where that works.

use testkit::html::values_of;
use testkit::robokassa::{Digest, is_genuine};

use crate::scene::{SOON, Scene};

async fn two_step_demo() -> Scene {
    let scene = Scene::demo().await;
    let shop = scene.program.run(&["shop", "set", "demo", "--two-step", "yes"]).await;
    assert_eq!(shop["two_step"], true);
    scene
}

#[tokio::test]
async fn a_part_of_a_hold_is_captured_and_the_shop_is_told_that_part_and_only_then() {
    let scene = two_step_demo().await;
    let mut buyer = scene.pays("100.00", "71").await;
    scene.until("71", "the hold", |payment| payment["state"] == "held").await;
    assert_eq!(scene.state("71").await.0, 20);
    assert_eq!(scene.at_provider().await["status"], "waiting_for_capture");
    assert_eq!((scene.balance("pending").await.as_str(), scene.notices().len()), ("0.00", 0));
    // The buyer has done all there is to do and goes back as one who has paid.
    let back = scene.goes_back(&mut buyer, "71").await;
    assert!(back.url.as_str().starts_with(&scene.shop.url("/success")), "{}", back.url);
    assert!(is_genuine(&scene.shop.received("/success")[0], &scene.keys.password1, Digest::Sha256));

    scene.payment("capture", "71", &["--amount", "60.00"]).await;
    scene.shop.wait_for("/result", 1, SOON).await;
    let notice = scene.notices().remove(0);
    assert_eq!(notice.field("OutSum"), Some("60.000000"));
    assert_eq!((notice.field("IncSum"), notice.field("Fee")), (Some("60.000000"), Some("2.100000")));
    let payment =
        scene.until("71", "the answer", |payment| payment["notices"][0]["state"] == "accepted").await;
    assert_eq!((&payment["state"], &payment["captured"]), (&"paid".into(), &"60.00".into()));
    let (code, answer) = scene.state("71").await;
    assert_eq!(code, 100);
    assert!(answer.contains("<OutSum>60.000000</OutSum>") && answer.contains("<IncSum>60.000000</IncSum>"));
    let there = scene.at_provider().await;
    assert_eq!((&there["status"], &there["amount"]), (&"succeeded".into(), &"60.00".into()));
    assert_eq!(scene.balance("pending").await, "57.90");
    scene.is_green().await;
}

#[tokio::test]
async fn a_hold_that_is_released_is_money_for_nobody_but_the_payer() {
    let scene = two_step_demo().await;
    scene.pays("100.00", "72").await;
    scene.until("72", "the hold", |payment| payment["state"] == "held").await;
    scene.payment("release", "72", &[]).await;
    let payment = scene.until("72", "the release", |payment| payment["state"] == "cancelled").await;
    assert_eq!(payment["attempts"][0]["state"], "released");
    assert_eq!(scene.state("72").await.0, 60);
    assert_eq!(scene.at_provider().await["status"], "canceled");
    assert!(scene.notices().is_empty());
    assert_eq!(
        (scene.balance("pending").await, scene.balance("available").await),
        ("0.00".into(), "0.00".into())
    );
    scene.is_green().await;
}

#[tokio::test]
async fn a_two_step_shop_offers_only_methods_that_can_hold_and_takes_a_whole_capture_as_the_orders_sum() {
    let scene = two_step_demo().await;
    let (_, page) = scene.opens("100.00", "73").await;
    let offered = |text: &str| {
        let values = values_of(text, "value");
        ["bank_card", "sbp", "cash"].map(|method| values.iter().any(|value| value == method))
    };
    assert_eq!(offered(&page.text), [true, false, false], "{}", page.text);

    scene.program.run(&["shop", "set", "demo", "--buyer-share", "100%"]).await;
    scene.pays("100.00", "74").await;
    scene.until("74", "the hold", |payment| payment["state"] == "held").await;
    scene.payment("capture", "74", &[]).await;
    scene.shop.wait_for("/result", 1, SOON).await;
    let notice = scene.notices().remove(0);
    assert_eq!((notice.field("OutSum"), notice.field("IncSum")), (Some("100.000000"), Some("103.630000")));

    scene.program.run(&["shop", "set", "demo", "--two-step", "no", "--buyer-share", "0%"]).await;
    let (_, page) = scene.opens("100.00", "75").await;
    assert_eq!(offered(&page.text), [true; 3]);
    scene.is_green().await;
}
