//! Bad weather on both sides: shops that answer badly, a provider whose answers are lost or late.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::receiver::Answer;

use crate::world::{SOON, World};

async fn send_again(world: &World, number: &str) {
    world.program.run(&["payment", "send-again", "--shop", &world.keys.login, "--number", number]).await;
}

async fn tried(world: &World, number: &str, tries: u32) -> Value {
    let what = format!("try {tries} of the notice");
    world.settled_on(number, &what, |it| it["notices"][0]["tries"] == tries).await
}

#[tokio::test]
async fn a_shop_that_fails_is_told_again_in_the_same_words_until_it_says_ok() {
    let mut world = World::demo().await;
    let bad = [Answer::Status(500), Answer::Status(500), Answer::Close, Answer::Text("OK".to_owned())];
    world.shop.answer_next(bad.clone());
    let (mut buyer, at_provider) = world.buyer_at_provider("100.00", "4001").await;
    world.provider.pay(&at_provider).await;
    let payment = tried(&world, "4001", 1).await;
    assert_eq!((&payment["state"], &payment["notices"][0]["state"]), (&"paid".into(), &"owed".into()));
    let next = gap(&payment);
    assert!((59..=62).contains(&next), "the first repeat comes after about a minute, not {next} s");

    for tries in 2..=4 {
        send_again(&world, "4001").await;
        let payment = tried(&world, "4001", tries).await;
        assert_eq!(payment["notices"][0]["state"], "owed", "{:#}", payment["history"]);
    }
    send_again(&world, "4001").await;
    let payment = tried(&world, "4001", 5).await;
    assert_eq!(payment["notices"][0]["state"], "accepted");
    assert_eq!(payment["notices"][0]["next_at"], Value::Null);

    let told = world.notices("4001");
    assert_eq!(told.len(), 5);
    assert!(told.iter().all(|notice| notice.body == told[0].body), "every repeat is the same bytes");
    // Each try is on record with what was said.
    let exchanges = payment["exchanges"].as_array().unwrap();
    let shop: Vec<_> = exchanges.iter().filter(|it| it["peer"] == "shop").collect();
    assert_eq!(shop.len(), 5, "{exchanges:#?}");
    buyer.waits_for("paid").await;
    assert_eq!(payment["captured"], "100.00");
    world.is_green().await;
}

/// Seconds from the last try of the notice to the next.
fn gap(payment: &Value) -> i64 {
    let moment =
        |text: &Value| -> jiff::Timestamp { text.as_str().expect("a moment").parse().expect("a moment") };
    let exchanges = payment["exchanges"].as_array().expect("exchanges");
    let tried = exchanges.iter().rfind(|it| it["peer"] == "shop").expect("a try on record");
    moment(&payment["notices"][0]["next_at"]).duration_since(moment(&tried["at"])).as_secs()
}

#[tokio::test]
async fn a_shop_that_hangs_keeps_nobody_the_buyer_goes_back_after_three_seconds() {
    let mut world = World::demo().await;
    world.shop.answer_next([Answer::Hang]);
    let (mut buyer, at_provider) = world.buyer_at_provider("100.00", "4002").await;
    world.provider.pay(&at_provider).await;
    buyer.waits_for("paid").await;
    let there = tokio::time::timeout(Duration::from_secs(6), buyer.goes_back()).await;
    assert!(there.expect("the way back opens").url.as_str().starts_with(&world.shop.url("/success")));
    assert_eq!(world.payment("4002").await["notices"][0]["tries"], 0, "the shop still thinks");

    // After twenty seconds the try is over.
    tried(&world, "4002", 1).await;
    send_again(&world, "4002").await;
    assert_eq!(tried(&world, "4002", 2).await["notices"][0]["state"], "accepted");
    world.is_green().await;
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_asked_for_again_and_is_one_payment() {
    let mut world = World::demo().await;
    let mut buyers = Vec::new();
    for (number, fault) in [("4011", "lost_answer"), ("4012", "error_after"), ("4013", "refused_before")] {
        world.provider.faults(&json!({"rules": [{"on": "create_payment", "fault": fault, "next": 1}]})).await;
        let mut buyer = world.buyer("100.00", number).await;
        buyer.chooses("bank_card").await;
        buyer.waits_for("checking").await;
        buyers.push((number, buyer));
    }
    for (number, mut buyer) in buyers {
        buyer.waits_for("redirect").await;
        world.provider.pay(&world.at_provider(number).await).await;
        buyer.waits_for("paid").await;
        let payment = world.payment(number).await;
        assert_eq!(
            (payment["attempts"].as_array().unwrap().len(), &payment["captured"]),
            (1, &"100.00".into())
        );
    }
    assert_eq!(world.provider.payments().await.len(), 3, "nothing was created twice");
    assert_eq!(world.balance("pending").await, "289.50");
    world.is_green().await;
}

#[tokio::test]
async fn a_provider_that_never_tells_is_asked() {
    let mut world = World::demo().await;
    let late = json!({"rules": [{"on": "notice", "fault": "late", "seconds": 3600, "per_mille": 1000}]});
    world.provider.faults(&late).await;
    let (mut buyer, at_provider) = world.buyer_at_provider("100.00", "4021").await;
    world.provider.pay(&at_provider).await;
    buyer.waits_for("paid").await;
    world.shop.wait_for("/result", 1, SOON).await;
    assert_eq!(world.balance("pending").await, "96.50");
    world.is_green().await;
}

#[tokio::test]
async fn doubled_and_reordered_notices_change_nothing() {
    let mut world = World::demo().await;
    // The notice of the payment is overtaken by that of the refund; whatever is told comes five times.
    let storm = json!({"rules": [
        {"on": "notice", "fault": "reordered", "next": 1},
        {"on": "notice", "fault": "duplicate", "times": 5, "per_mille": 1000},
        {"on": "read_payment", "fault": "error_after", "next": 1},
    ]});
    world.provider.faults(&storm).await;
    let payment = world.paid("100.00", "4031").await;
    let id = payment["payment"].as_str().unwrap();
    world.program.run(&["payment", "refund", id, "--amount", "10.00"]).await;
    let returned = |it: &Value| it["refunds"][0]["state"] == "returned";
    world.settled_on("4031", "the refund", returned).await;
    assert_eq!(world.notices("4031").len(), 1);
    // 96.50 − 10.00 + 0.35 of the fee.
    assert_eq!(world.balance("pending").await, "86.85");
    world.is_green().await;
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_asked_about_and_goes_back_once() {
    let mut world = World::demo().await;
    let payment = world.paid("100.00", "4041").await;
    let id = payment["payment"].as_str().unwrap();
    let returned = |it: &Value| {
        it["refunds"].as_array().is_some_and(|refunds| refunds.iter().all(|it| it["state"] == "returned"))
    };
    for (amount, fault) in [("60.00", "lost_answer"), ("20.00", "error_after")] {
        world.provider.faults(&json!({"rules": [{"on": "create_refund", "fault": fault, "next": 1}]})).await;
        world.program.run(&["payment", "refund", id, "--amount", amount]).await;
        world.settled_on("4041", "the refund", returned).await;
    }
    assert_eq!(world.provider.refunds().await.len(), 2);
    assert_eq!(world.provider.payments().await[0]["refunded"], "80.00");
    assert_eq!(world.balance("refunds_in_transit").await, "0.00");
    world.is_green().await;
}

#[tokio::test]
async fn a_refund_that_the_provider_refuses_gives_the_money_back_to_the_seller() {
    let mut world = World::demo().await;
    let payment = world.paid("100.00", "4051").await;
    let refuse = json!({"rules": [
        {"on": "create_refund", "fault": "refund_canceled", "reason": "insufficient_funds", "next": 1},
    ]});
    world.provider.faults(&refuse).await;
    world
        .program
        .run(&["payment", "refund", payment["payment"].as_str().unwrap(), "--amount", "60.00"])
        .await;
    let failed = |it: &Value| it["refunds"][0]["state"] == "failed";
    let payment = world.settled_on("4051", "the refusal", failed).await;
    assert_eq!((&payment["refunded"], &payment["fee_returned"]), (&"0.00".into(), &"0.00".into()));
    assert_eq!(world.balance("pending").await, "96.50");
    world.is_green().await;
}
