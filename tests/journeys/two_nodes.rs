//! Two programs on one database: a buyer may come to either, and either may be lost.

use std::sync::Arc;

use serde_json::json;
use testkit::database::Database;
use testkit::desk::Desk;
use testkit::program::Program;
use testkit::robokassa::{Digest, Link};
use testkit::visitor::client;
use tokio::task::JoinSet;

use crate::buyer::Buyer;
use crate::races::{kopecks, rehearsed};
use crate::world::{BINARY, SOON, World};

/// So many come to each node at once.
const CROWD: usize = 25;
/// So often two refunds meet.
const ROUNDS: usize = 50;

/// The demo with its provider and shop, and a second node beside it.
struct Nodes {
    world: World,
    second: Program,
}

impl Nodes {
    async fn new() -> Nodes {
        let database = Arc::new(Database::new());
        let demo = ["demo", "--json"].map(str::to_owned).to_vec();
        let first = Program::start_on(BINARY, demo, Some((database, 0))).await;
        let second = first.beside().await;
        Nodes { world: World::of(first).await, second }
    }

    /// Where a buyer of an order is sent who comes to the second node.
    fn second_url(&self, order: &Link) -> String {
        order.url(&self.second.ready.url, &self.world.keys.password1, Digest::Sha256)
    }
}

#[tokio::test]
async fn an_order_opened_at_both_nodes_at_once_is_one_payment() {
    let mut nodes = Nodes::new().await;
    let order = nodes.world.order("100.00", "7001");
    let mut crowd = JoinSet::new();
    let links = [nodes.world.url(&order), nodes.second_url(&order)];
    for link in links.into_iter().cycle().take(2 * CROWD) {
        crowd.spawn(async move { client().get(link).send().await.unwrap().status().as_u16() });
    }
    assert_eq!(crowd.join_all().await, [303; 2 * CROWD]);
    assert_eq!(nodes.world.payments().await.len(), 1);
    nodes.world.is_green().await;
}

#[tokio::test]
async fn of_two_refunds_asked_for_at_both_nodes_at_once_only_one_succeeds() {
    let mut nodes = Nodes::new().await;
    let [first, second] = [Desk::of(&nodes.world.program), Desk::of(&nodes.second)];
    for round in 0..ROUNDS {
        let order = nodes.world.order("100.00", &(7_100 + round).to_string());
        let payment = rehearsed(&nodes.world.rehearsal_url(&order)).await;
        let refused = match tokio::join!(first.refund(&payment, "60.00"), second.refund(&payment, "60.00")) {
            (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
            both => panic!("{payment}: {both:?}"),
        };
        assert_eq!(refused["ending"], "refused", "{refused}");
    }
    // Every payment gave 60 back and keeps 40: 3.50 was the fee of each, 2.10 of it came back.
    let left = kopecks(&nodes.world.balance_in("test_balances", "pending").await)
        + kopecks(&nodes.world.balance_in("test_balances", "available").await);
    assert_eq!(left, (10_000 - 350 - 6_000 + 210) * ROUNDS);
    nodes.world.is_green().await;
}

#[tokio::test]
async fn a_notice_delivered_to_both_nodes_at_once_is_credited_once_and_told_once() {
    let mut nodes = Nodes::new().await;
    let weather = json!({"rules": [{"on": "notice", "fault": "late", "seconds": 3600, "per_mille": 1000}]});
    nodes.world.provider.faults(&weather).await;
    let (_, at_provider) = nodes.world.buyer_at_provider("500.00", "7003").await;
    nodes.world.provider.pay(&at_provider).await;
    let shown = nodes.world.program.run(&["provider", "show", "yookassa"]).await;
    let first = shown["callback_url"].as_str().unwrap().to_owned();
    let second = first.replace(&nodes.world.program.ready.url, &nodes.second.ready.url);
    assert_ne!(first, second);
    let notice = json!({
        "type": "notification", "event": "payment.succeeded",
        "object": {"id": at_provider, "status": "succeeded", "paid": true,
                   "amount": {"value": "500.00", "currency": "RUB"}},
    });
    let mut crowd = JoinSet::new();
    for url in [first, second].into_iter().cycle().take(2 * CROWD) {
        let request = client().post(url).header("content-type", "application/json").body(notice.to_string());
        crowd.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    assert_eq!(crowd.join_all().await, [200; 2 * CROWD]);
    nodes.world.shop.wait_for("/result", 1, SOON).await;
    let told = |it: &serde_json::Value| it["notices"][0]["state"] == "accepted";
    let payment = nodes.world.settled_on("7003", "the confirmation", told).await;
    assert_eq!((&payment["captured"], &payment["state"]), (&"500.00".into(), &"paid".into()));
    assert_eq!(nodes.world.balance("pending").await, "482.50");
    assert_eq!(nodes.world.notices("7003").len(), 1);
    nodes.world.is_green().await;
}

#[tokio::test]
async fn what_began_at_a_node_that_is_lost_is_finished_by_the_other() {
    let mut nodes = Nodes::new().await;
    let mut buyer = Buyer::opens(&nodes.second_url(&nodes.world.order("100.00", "7002"))).await;
    buyer.chooses("bank_card").await;
    buyer.waits_for("redirect").await;
    let at_provider = nodes.world.at_provider("7002").await;
    nodes.second.kill9().await;
    nodes.world.provider.pay(&at_provider).await;
    let told = |it: &serde_json::Value| it["notices"][0]["state"] == "accepted";
    let payment = nodes.world.settled_on("7002", "the shop's confirmation", told).await;
    assert_eq!((&payment["state"], &payment["captured"]), (&"paid".into(), &"100.00".into()));
    assert_eq!(nodes.world.notices("7002").len(), 1);
    assert_eq!(nodes.world.balance("pending").await, "96.50");
    nodes.second.restart().await;
    buyer.waits_for("paid").await;
    nodes.world.is_green().await;
}
