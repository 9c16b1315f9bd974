//! The program is told to end in the middle of its work: what it has acknowledged is there when it is back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use testkit::crowd::{Got, ask, send_all};
use testkit::html::value_of;
use testkit::robokassa::Digest;
use testkit::visitor::client;
use testkit::waiting::wait_until;
use tokio::task::JoinSet;

use crate::installation::Installation;
use crate::world::{SOON, World};

/// So many shops send buyers at the same time.
const SENDERS: usize = 32;
/// So many requests are under way when the program is told to end.
const UNDER_WAY: usize = 50;

/// Every payment that was acknowledged has its page.
async fn are_all_there(world: &World, acknowledged: &[String]) {
    for page in acknowledged {
        let answer = client().get(page).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{page}");
        assert_eq!(value_of(&text, "main", "data-state").as_deref(), Some("choose"), "{page}");
    }
    let log = world.program.whole_log();
    assert!(!log.contains("did not end in time"), "{log}");
}

/// Buyers come one after the other until the program does not answer any more.
fn stream_of_buyers(world: &World) -> JoinSet<Vec<Got>> {
    let next = Arc::new(AtomicU32::new(100_000));
    let (url, keys) = (world.program.ready.url.clone(), world.keys.clone());
    let sender = |_| {
        let (next, url, keys) = (next.clone(), url.clone(), keys.clone());
        async move {
            let mut got = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed).to_string();
                let link = testkit::robokassa::Link::new(&keys.login, "100.00", &number);
                got.push(ask(client().get(link.url(&url, &keys.password1, Digest::Sha256))).await);
                if got.last().is_some_and(|last| last.status().is_none()) {
                    return got;
                }
            }
        }
    };
    (0..SENDERS).map(sender).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_end_under_load_it_keeps_all_that_it_acknowledged() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    let buyers = stream_of_buyers(world);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(world.program.terminate().await, Some(0), "{}", world.program.log());

    let got: Vec<Got> = buyers.join_all().await.into_iter().flatten().collect();
    let acknowledged: Vec<_> = got.iter().filter_map(Got::location).map(str::to_owned).collect();
    assert!(acknowledged.len() > SENDERS, "{} payments", acknowledged.len());
    for got in &got {
        let clean = match got {
            Got::Answer { status, .. } => [303, 503].contains(status),
            Got::NotTaken | Got::Closed => true,
            Got::Silence => false,
        };
        assert!(clean, "{got:?}");
    }
    world.program.restart().await;
    are_all_there(world, &acknowledged).await;
    world.is_green().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_under_way_when_it_is_told_to_end_are_answered() {
    let mut installation = Installation::new().await;
    let world = &mut installation.world;
    let metrics = world.program.ready.metrics.clone().unwrap();
    let held = world.program.hold_books();
    let numbers = (0..UNDER_WAY).map(|place| (200_000 + place).to_string());
    let requests = numbers.map(|number| client().get(world.url(&world.order("100.00", &number))));
    let under_way = send_all(requests.collect::<Vec<_>>());
    tokio::time::sleep(Duration::from_millis(700)).await;
    let url = format!("{metrics}/ready");
    let ending = async {
        let stopping = wait_until("a program that is not ready", SOON, || async {
            let answer = client().get(&url).send().await.unwrap();
            let told: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            (told["stopping"] == true).then_some(told)
        });
        let told = stopping.await;
        drop(held);
        told
    };
    let (code, told) = tokio::join!(world.program.terminate(), ending);
    assert_eq!((code, &told["ready"]), (Some(0), &serde_json::json!(false)));

    let got = under_way.join_all().await;
    let acknowledged: Vec<_> = got.iter().filter_map(Got::location).map(str::to_owned).collect();
    assert_eq!(acknowledged.len(), UNDER_WAY, "{got:?}");
    world.program.restart().await;
    are_all_there(world, &acknowledged).await;
    world.is_green().await;
}
