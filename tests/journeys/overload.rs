//! More comes than can be saved: early and proper refusals, news first, bounded memory, recovery by itself.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::crowd::{Got, connections_max, send_all};
use testkit::html::value_of;
use testkit::metrics::Metrics;
use testkit::visitor::client;

use crate::world::World;

/// More at once than the places and the line of the door for payments hold together.
const CROWD: usize = 4_000;
/// So many notices come in the middle of it.
const NOTICES: usize = 100;
/// What a server may hold in memory under load, with room for what a debug build wastes.
const MEMORY_BYTES_MAX: f64 = 300_000_000.0;

/// A page that asks to come again, at once and in words.
fn asks_to_come_again(got: &Got) -> bool {
    let Got::Answer { status: 503, retry_after, text, .. } = got else { return false };
    assert_eq!(retry_after.as_deref(), Some("2"));
    assert_eq!(value_of(text, "main", "data-error").as_deref(), Some("503"), "{text}");
    true
}

async fn status(url: &str) -> (u16, Value) {
    let answer = client().get(url).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_before_a_slow_store_is_refused_in_words_and_news_is_taken_all_the_same() {
    let mut world = World::demo().await;
    let metrics = world.program.ready.metrics.clone().unwrap();
    let (_, at_provider) = world.buyer_at_provider("500.00", "5000").await;
    let crowd = CROWD.min(connections_max() / 2);
    let callback = world.program.run(&["provider", "show", "yookassa"]).await["callback_url"].clone();
    let callback = callback.as_str().unwrap().to_owned();
    let notice = json!({
        "type": "notification", "event": "payment.waiting_for_capture",
        "object": {"id": at_provider, "status": "pending", "paid": false,
                   "amount": {"value": "500.00", "currency": "RUB"}},
    });

    let held = world.program.hold_books();
    let starts = (0..crowd)
        .map(|place| client().get(world.url(&world.order("100.00", &(10_000 + place).to_string()))));
    let starts = send_all(starts);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let json = |text: String| client().post(&callback).header("content-type", "application/json").body(text);
    let notices = send_all((0..NOTICES).map(|_| json(notice.to_string())));
    let (ready, told) = status(&format!("{metrics}/ready")).await;
    assert_eq!((ready, &told["store"], &told["numbers"]), (503, &json!(false), &json!(true)), "{told}");
    assert_eq!(status(&format!("{metrics}/health")).await.0, 200);
    drop(held);

    let (starts, notices) = (starts.join_all().await, notices.join_all().await);
    let refused = starts.iter().filter(|got| asks_to_come_again(got)).count();
    let opened = starts.iter().filter(|got| got.location().is_some_and(|to| to.contains("/pay/"))).count();
    assert!(refused > 0 && opened > 0, "{refused} refused, {opened} opened");
    assert_eq!(refused + opened, crowd, "everybody got one of the two answers");
    assert!(notices.iter().all(|got| got.status() == Some(200)), "{notices:?}");

    let counted = Metrics::at(&metrics).await;
    let live = counted.sum("openkassa_payments_opened_total", &[("book", "live")]);
    assert_eq!(live, opened as f64 + 1.0, "what was acknowledged was opened, and nothing else");
    assert_eq!(counted.sum("openkassa_http_refused_total", &[("class", "payments")]), refused as f64);
    assert_eq!(counted.sum("openkassa_http_refused_total", &[("class", "notices")]), 0.0);
    assert_eq!(counted.sum("openkassa_http_waiting", &[]), 0.0);
    let memory = counted.sum("process_resident_memory_bytes", &[]);
    assert!(memory > 0.0 && memory < MEMORY_BYTES_MAX, "{memory} bytes");

    // Nobody has to do anything: the next payment is made as ever.
    let payment = world.paid("100.00", "5001").await;
    assert_eq!(payment["state"], "paid");
    // What a stranger asked two seconds ago may still be told.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(status(&format!("{}/ready", world.program.ready.url)).await.0, 200);
    world.is_green().await;
}
