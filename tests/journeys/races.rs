//! Everything at the same moment: what must happen once happens once.

use std::collections::BTreeSet;

use testkit::desk::Desk;
use testkit::robokassa::Digest;
use testkit::visitor::client;
use tokio::task::JoinSet;

use crate::buyer::token;
use crate::world::{SOON, World};

/// So often two refunds meet.
const ROUNDS: usize = 1_000;
/// So many rounds are under way at once; more would wait for the same two processors.
const LANES: usize = 8;
/// So many come at once.
const CROWD: usize = 50;

#[tokio::test]
async fn of_two_refunds_of_60_on_a_payment_of_100_only_one_succeeds_a_thousand_times_over() {
    let mut world = World::demo().await;
    let desk = Desk::of(&world.program);
    let links = (1..=ROUNDS).map(|number| world.rehearsal_url(&world.order("100.00", &number.to_string())));
    let links: Vec<String> = links.collect();
    let mut lanes = JoinSet::new();
    for lane in links.chunks(ROUNDS / LANES) {
        lanes.spawn(refunds_meet(desk.clone(), lane.to_vec()));
    }
    assert_eq!(lanes.join_all().await.into_iter().sum::<usize>(), ROUNDS);
    // Every payment gave 60 back and keeps 40: 3.50 was the fee of each, 2.10 of it came back.
    let left = kopecks(&world.balance_in("test_balances", "pending").await)
        + kopecks(&world.balance_in("test_balances", "available").await);
    assert_eq!(left, (10_000 - 350 - 6_000 + 210) * ROUNDS);
    world.is_green().await;
}

/// Pays each rehearsal and asks for two refunds of it at once; returns how many were decided well.
async fn refunds_meet(desk: Desk, links: Vec<String>) -> usize {
    let mut decided = 0;
    for link in links {
        let payment = rehearsed(&link).await;
        let refused = match tokio::join!(desk.refund(&payment, "60.00"), desk.refund(&payment, "60.00")) {
            (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
            both => panic!("{payment}: {both:?}"),
        };
        assert_eq!(refused["ending"], "refused", "{refused}");
        decided += 1;
    }
    decided
}

/// A rehearsal that was paid; its identifier.
pub async fn rehearsed(link: &str) -> String {
    let opened = client().get(link).send().await.unwrap();
    let page_url = opened.headers()["location"].to_str().unwrap().to_owned();
    let page = client().get(&page_url).send().await.unwrap().text().await.unwrap();
    let csrf = token(&page);
    for (action, name, value) in [("start", "method", "bank_card"), ("outcome", "outcome", "paid")] {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf", &csrf)
            .append_pair(name, value)
            .finish();
        let sent = client().post(format!("{page_url}/{action}")).body(form);
        let sent = sent.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        assert_eq!(sent.status().as_u16(), 303, "{action} of {page_url}");
    }
    page_url.rsplit('/').next().unwrap().to_owned()
}

/// A sum as the program prints it, in kopecks.
pub fn kopecks(sum: &str) -> usize {
    let (whole, part) = sum.split_once('.').unwrap_or_else(|| panic!("not a sum: {sum}"));
    assert_eq!(part.len(), 2, "{sum}");
    format!("{whole}{part}").parse().unwrap_or_else(|fault| panic!("{sum}: {fault}"))
}

#[tokio::test]
async fn an_order_opened_by_fifty_requests_at_once_is_one_payment() {
    let mut world = World::demo().await;
    let mut crowd = JoinSet::new();
    for place in 0..CROWD {
        let order = world.order("500.00", "2001").custom("Shp_cart", "tea");
        let fields = order.fields(&world.keys.password1, Digest::Sha256);
        let sent = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let door = format!("{}/Merchant/Index.aspx", world.program.ready.url);
        // Half of them by link, half by form: both say the same.
        let request = match place % 2 {
            0 => client().get(format!("{door}?{sent}")),
            _ => client().post(door).header("content-type", "application/x-www-form-urlencoded").body(sent),
        };
        crowd.spawn(async move {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 303);
            answer.headers()["location"].to_str().unwrap().to_owned()
        });
    }
    let places: BTreeSet<String> = crowd.join_all().await.into_iter().collect();
    assert_eq!(places.len(), 1, "{places:?}");
    let payments = world.payments().await;
    assert_eq!(payments.len(), 1, "{payments:?}");
    assert!(places.iter().all(|place| place.ends_with(payments[0]["payment"].as_str().unwrap())));
    world.is_green().await;
}

#[tokio::test]
async fn a_notice_delivered_fifty_times_at_once_is_credited_once() {
    let mut world = World::demo().await;
    let weather =
        serde_json::json!({"rules": [{"on": "notice", "fault": "late", "seconds": 3600, "per_mille": 1000}]});
    world.provider.faults(&weather).await;
    let (_, at_provider) = world.buyer_at_provider("500.00", "2002").await;
    world.provider.pay(&at_provider).await;

    let callback = world.program.run(&["provider", "show", "yookassa"]).await["callback_url"].clone();
    let callback = callback.as_str().unwrap().to_owned();
    let notice = serde_json::json!({
        "type": "notification", "event": "payment.succeeded",
        "object": {"id": at_provider, "status": "succeeded", "paid": true,
                   "amount": {"value": "500.00", "currency": "RUB"}},
    });
    let mut crowd = JoinSet::new();
    for _ in 0..CROWD {
        let request =
            client().post(&callback).header("content-type", "application/json").body(notice.to_string());
        crowd.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    let answers = crowd.join_all().await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");

    world.shop.wait_for("/result", 1, SOON).await;
    let paid = |it: &serde_json::Value| it["notices"][0]["state"] == "accepted";
    let payment = world.settled_on("2002", "the confirmation", paid).await;
    assert_eq!((&payment["captured"], &payment["state"]), (&"500.00".into(), &"paid".into()));
    let sales = payment["ledger"].as_array().unwrap().iter().filter(|line| line["to"] == "pending").count();
    assert_eq!(sales, 1, "{:#}", payment["ledger"]);
    assert_eq!(world.balance("pending").await, "482.50");
    assert_eq!(world.notices("2002").len(), 1);
    world.is_green().await;
}
