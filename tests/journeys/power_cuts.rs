//! The process is killed at each step of a payment and started again; shop and provider notice nothing wrong.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::desk::Desk;
use testkit::visitor::client;
use testkit::waiting::wait_until;
use tokio::task::JoinSet;

use crate::installation::Installation;
use crate::world::{SOON, World};

/// So long after something has begun the process is killed, to meet it in each of its steps.
const MOMENTS_MS: [u64; 6] = [0, 3, 8, 15, 30, 60];

/// A payment of 100.00 that was paid once, whatever happened on its way.
async fn is_paid_once(world: &mut World, number: &str) {
    let told = |it: &Value| it["notices"][0]["state"] == "accepted";
    let payment = world.settled_on(number, "the shop's confirmation", told).await;
    assert_eq!((&payment["state"], &payment["captured"]), (&"paid".into(), &"100.00".into()), "{payment:#}");
    let ours = payment["attempts"].as_array().unwrap();
    assert_eq!(ours.len(), 1, "{ours:?}");
    let there = world.provider.payments().await;
    let there: Vec<_> = there.iter().filter(|it| it["metadata"]["attempt"] == ours[0]["attempt"]).collect();
    assert_eq!(there.len(), 1, "one payment at the provider: {there:?}");
    assert_eq!(there[0]["status"], "succeeded");
    let notices = world.notices(number);
    // A try that was under way when the process died may come once more, with the same bytes.
    assert!((1..=2).contains(&notices.len()), "{notices:?}");
    assert!(notices.windows(2).all(|pair| pair[0].body == pair[1].body), "{notices:?}");
    assert_eq!(payment["notices"].as_array().unwrap().len(), 1);
    world.is_green().await;
}

#[tokio::test]
async fn killed_after_opening_the_page_is_still_there_and_is_paid() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    let mut buyer = world.buyer("100.00", "3001").await;
    world.program.restart().await;
    assert_eq!(buyer.looks().await, "choose");
    buyer.chooses("bank_card").await;
    buyer.waits_for("redirect").await;
    world.provider.pay(&world.at_provider("3001").await).await;
    is_paid_once(world, "3001").await;
    buyer.waits_for("paid").await;
    assert_eq!(world.balance("pending").await, "96.50");
}

#[tokio::test]
async fn killed_while_the_provider_creates_the_payment_it_asks_again_and_gets_the_same_one() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    let slow = json!({"rules": [{"on": "create_payment", "fault": "slow", "ms": 4000, "next": 1}]});
    world.provider.faults(&slow).await;
    let mut buyer = world.buyer("100.00", "3002").await;
    let sent = starts_by_card(&buyer.home, &buyer.token());
    // The provider has carried it out and keeps its answer back.
    let created = || async { (!world.provider.payments().await.is_empty()).then_some(()) };
    wait_until("the provider's work", SOON, created).await;
    world.program.kill9().await;
    drop(sent);
    world.program.restart().await;
    buyer.waits_for("redirect").await;
    assert_eq!(world.provider.payments().await.len(), 1);
    world.provider.pay(&world.at_provider("3002").await).await;
    is_paid_once(world, "3002").await;
    assert_eq!(world.balance("pending").await, "96.50");
}

#[tokio::test]
async fn killed_at_any_moment_around_the_start_it_goes_on_or_lets_the_buyer_start() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    for (round, moment) in MOMENTS_MS.into_iter().enumerate() {
        let number = format!("{}", 3050 + round);
        let mut buyer = world.buyer("100.00", &number).await;
        let sent = starts_by_card(&buyer.home, &buyer.token());
        tokio::time::sleep(Duration::from_millis(moment)).await;
        world.program.kill9().await;
        drop(sent);
        world.program.restart().await;
        // What was not saved has not happened: the list is still there.
        if buyer.looks().await == "choose" {
            buyer.chooses("bank_card").await;
        }
        buyer.waits_for("redirect").await;
        world.provider.pay(&world.at_provider(&number).await).await;
        is_paid_once(world, &number).await;
    }
    assert_eq!(world.provider.payments().await.len(), MOMENTS_MS.len());
    assert_eq!(world.balance("pending").await, "579.00");
}

/// Presses the card without waiting for what follows: the process that should answer will be dead.
fn starts_by_card(home: &str, csrf: &str) -> JoinSet<()> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("csrf", csrf)
        .append_pair("method", "bank_card")
        .finish();
    let request = client().post(format!("{home}/start")).body(form);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let mut sent = JoinSet::new();
    sent.spawn(async move {
        let _ = request.send().await;
    });
    sent
}

#[tokio::test]
async fn killed_while_the_buyer_is_at_the_provider_it_learns_of_the_money_when_it_is_back() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    let (mut buyer, at_provider) = world.buyer_at_provider("100.00", "3003").await;
    world.program.kill9().await;
    // Nobody is there to be told.
    world.provider.pay(&at_provider).await;
    world.program.restart().await;
    is_paid_once(world, "3003").await;
    buyer.waits_for("paid").await;
    buyer.goes_back().await;
    assert_eq!(world.shop.received("/success").len(), 1);
    assert_eq!(world.balance("pending").await, "96.50");
}

#[tokio::test]
async fn killed_at_any_moment_around_the_provider_s_notice_it_credits_once() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    for (round, moment) in MOMENTS_MS.into_iter().enumerate() {
        let number = format!("{}", 3010 + round);
        let (_, at_provider) = world.buyer_at_provider("100.00", &number).await;
        world.provider.pay(&at_provider).await;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        world.program.kill9().await;
        world.program.restart().await;
        is_paid_once(world, &number).await;
    }
    assert_eq!(world.balance("pending").await, "579.00");
}

#[tokio::test]
async fn killed_while_the_shop_thinks_it_tells_the_shop_again_in_the_same_words() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    world.shop.answer_next([testkit::receiver::Answer::Hang]);
    let (_, at_provider) = world.buyer_at_provider("100.00", "3020").await;
    world.provider.pay(&at_provider).await;
    world.shop.wait_for("/result", 1, SOON).await;
    world.program.kill9().await;
    world.program.restart().await;
    is_paid_once(world, "3020").await;
    assert_eq!(world.notices("3020").len(), 2);
}

#[tokio::test]
async fn killed_during_a_refund_it_asks_again_and_the_money_goes_back_once() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    let payment = world.paid("100.00", "3030").await;
    let slow = json!({"rules": [{"on": "create_refund", "fault": "slow", "ms": 4000, "next": 1}]});
    world.provider.faults(&slow).await;
    let id = payment["payment"].as_str().unwrap();
    world.program.run(&["payment", "refund", id, "--amount", "60.00"]).await;
    let created = || async { (!world.provider.refunds().await.is_empty()).then_some(()) };
    wait_until("the provider's work", SOON, created).await;
    world.program.kill9().await;
    world.program.restart().await;
    let returned = |it: &Value| it["refunds"][0]["state"] == "returned";
    let payment = world.settled_on("3030", "the refund", returned).await;
    assert_eq!((&payment["refunded"], payment["refunds"].as_array().unwrap().len()), (&"60.00".into(), 1));
    assert_eq!(world.provider.refunds().await.len(), 1);
    assert_eq!(world.provider.payments().await[0]["refunded"], "60.00");
    // 96.50 − 60.00 + 2.10 of the fee.
    assert_eq!(world.balance("pending").await, "38.60");
    is_paid_once(world, "3030").await;
}

#[tokio::test]
async fn killed_right_after_a_refund_was_asked_for_it_is_still_carried_out() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    let payment = world.paid("100.00", "3040").await;
    let id = payment["payment"].as_str().unwrap();
    world.program.run(&["payment", "refund", id, "--amount", "60.00"]).await;
    world.program.kill9().await;
    world.program.restart().await;
    let returned = |it: &Value| it["refunds"][0]["state"] == "returned";
    world.settled_on("3040", "the refund", returned).await;
    assert_eq!(world.provider.refunds().await.len(), 1);
    assert_eq!(world.balance("pending").await, "38.60");
    is_paid_once(world, "3040").await;
}

#[tokio::test]
async fn killed_at_any_moment_around_a_refund_it_gives_back_what_was_saved_and_nothing_else() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    let mut returned = 0;
    for (round, moment) in MOMENTS_MS.into_iter().enumerate() {
        let number = format!("{}", 3060 + round);
        let payment = world.paid("100.00", &number).await;
        let (desk, id) = (Desk::of(&world.program), payment["payment"].as_str().unwrap().to_owned());
        let mut asked = JoinSet::new();
        asked.spawn(async move { desk.refund(&id, "60.00").await });
        tokio::time::sleep(Duration::from_millis(moment)).await;
        world.program.kill9().await;
        drop(asked);
        world.program.restart().await;
        let done = |it: &Value| {
            it["refunds"].as_array().is_some_and(|refunds| refunds.iter().all(|it| it["state"] == "returned"))
        };
        let payment = world.settled_on(&number, "the refund", done).await;
        let refunds = payment["refunds"].as_array().unwrap().len();
        assert!(refunds <= 1, "{:#}", payment["refunds"]);
        assert_eq!(payment["refunded"], ["0.00", "60.00"][refunds]);
        returned += refunds;
        assert_eq!(world.provider.refunds().await.len(), returned);
        is_paid_once(world, &number).await;
    }
    // Each brought 96.50; a refund takes 60.00 and brings 2.10 of the fee.
    let left = 9_650 * MOMENTS_MS.len() - (6_000 - 210) * returned;
    assert_eq!(world.balance("pending").await, format!("{}.{:02}", left / 100, left % 100));
}
