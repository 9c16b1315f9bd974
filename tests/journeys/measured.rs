//! What an operator sees from outside: metrics of a payment, the dashboard that shows them, health.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::metrics::Metrics;
use testkit::visitor::client;

use crate::world::World;

const DASHBOARD: &str = include_str!("../../docs/grafana.json");
const RUNNING: &str = include_str!("../../docs/running.md");

/// What a query may hold that begins like a metric of ours.
const OURS: [&str; 2] = ["openkassa_", "process_"];

/// Every word of a text that is the name of a metric of ours.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| OURS.iter().any(|prefix| word.starts_with(prefix))).map(str::to_owned).collect()
}

/// Every query of the dashboard.
fn queries(dashboard: &Value) -> Vec<String> {
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
}

/// The family of a sample: counters end in `_total`, histograms in one of three ways.
fn family(sample: &str, families: &BTreeSet<String>) -> Option<String> {
    let endings = ["", "_total", "_bucket", "_sum", "_count"];
    let bare = endings.iter().filter_map(|ending| sample.strip_suffix(ending));
    bare.chain([sample]).find_map(|bare| families.get(bare).cloned())
}

#[tokio::test]
async fn a_payment_and_its_refund_are_counted_and_the_dashboard_shows_every_metric() {
    let mut world = World::demo().await;
    let paid = world.paid("100.00", "6001").await;
    world.program.run(&["payment", "refund", paid["payment"].as_str().unwrap(), "--amount", "40.00"]).await;
    world.settled_on("6001", "the refund", |it| it["refunds"][0]["state"] == "returned").await;
    world.is_green().await;
    let listener = world.program.ready.metrics.clone().unwrap();
    let metrics = Metrics::at(&listener).await;

    let yookassa = ("account", "yookassa");
    let one = [
        ("openkassa_payments_opened_total", vec![("book", "live")]),
        ("openkassa_http_answers_total", vec![("route", "robokassa/start"), ("status", "3xx")]),
        ("openkassa_provider_outcomes_total", vec![yookassa, ("operation", "pay"), ("result", "waits")]),
        ("openkassa_provider_outcomes_total", vec![yookassa, ("result", "received")]),
        ("openkassa_provider_outcomes_total", vec![yookassa, ("result", "returned")]),
        ("openkassa_shop_notices_total", vec![("result", "accepted")]),
        ("openkassa_books_green", vec![]),
        ("openkassa_ready", vec![("part", "store")]),
    ];
    for (name, labels) in one {
        assert_eq!(metrics.sum(name, &labels), 1.0, "{name} {labels:?}\n{}", metrics.text);
    }
    let saved = [yookassa, ("result", "saved")];
    assert!(metrics.sum("openkassa_provider_notices_total", &saved) >= 1.0, "{}", metrics.text);
    assert!(metrics.sum("openkassa_jobs", &[("kind", "settle_payment"), ("state", "waiting")]) >= 1.0);
    assert_eq!(metrics.sum("openkassa_provider_breaker_open", &[yookassa]), 0.0);
    assert!(metrics.sum("openkassa_books_checked_at_seconds", &[]) > 1.0e9);
    assert_eq!(metrics.sum("openkassa_payments_open", &[]), 0.0);
    assert!(metrics.sum("openkassa_store_batch_commands_count", &[]) >= 5.0);
    says_nothing_of_people(&world, &metrics);

    let (families, samples) = (metrics.families(), metrics.names());
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let shown: BTreeSet<_> = names(&queries(&dashboard).join("\n"));
    let unknown: Vec<_> = shown.difference(&samples).collect();
    assert!(unknown.is_empty(), "the dashboard shows what is not exported: {unknown:?}");
    let shown = shown.iter().filter_map(|sample| family(sample, &families)).collect();
    let missing: Vec<_> = families.difference(&shown).collect();
    assert!(missing.is_empty(), "the dashboard does not show: {missing:?}");
    let described = names(RUNNING);
    let missing = families.iter().filter(|name| described.iter().all(|it| !it.starts_with(name.as_str())));
    let missing: Vec<_> = missing.collect();
    assert!(missing.is_empty(), "docs/running.md does not describe: {missing:?}");
    let unknown: Vec<_> = described.iter().filter(|name| family(name, &families).is_none()).collect();
    assert!(unknown.is_empty(), "docs/running.md describes what is not exported: {unknown:?}");
}

/// Labels are words of the program and names of accounts; nothing of shops and buyers is in them.
fn says_nothing_of_people(world: &World, metrics: &Metrics) {
    let keys = &world.keys;
    for secret in [&keys.password1, &keys.password2, &keys.test_password1, &keys.test_password2] {
        assert!(!metrics.text.contains(secret.as_str()));
    }
    for word in ["6001", "pay_", "shop_", "@", "127.0.0.1", "NotASecret"] {
        let told = metrics.text.lines().find(|line| line.contains(&format!("=\"{word}")));
        assert!(told.is_none(), "{told:?}");
    }
}

#[tokio::test]
async fn strangers_are_told_of_health_and_not_of_metrics() {
    let world = World::demo().await;
    for (path, status) in [("/health", 200), ("/ready", 200), ("/metrics", 404)] {
        let answer = client().get(format!("{}{path}", world.program.ready.url)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert!(!answer.text().await.unwrap().contains("openkassa_"));
    }
}
