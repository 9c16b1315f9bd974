//! What everybody is told while nothing can be saved, and what must be so when it can again.

use serde_json::Value;
use testkit::crowd::{Got, send_all};
use testkit::html::value_of;
use testkit::program::CommandRefused;
use testkit::visitor::client;

use crate::readiness::is_ready;
use crate::world::World;

/// So many buyers come at once while the disk fails.
pub const CROWD: usize = 20;
/// So often they come before all of them must have been turned away.
const ROUNDS: usize = 10;

/// A crowd of buyers, all of whom are led to their page or asked to come again; the pages, and how many were
/// turned away.
pub async fn crowd(world: &World, first: usize) -> (Vec<String>, usize) {
    let orders = (first..first + CROWD).map(|number| world.order("100.00", &number.to_string()));
    let got = send_all(orders.map(|order| client().get(world.url(&order)))).join_all().await;
    let (mut opened, mut refused) = (Vec::new(), 0);
    for got in got {
        match got {
            Got::Answer { status: 303, location: Some(page), .. } => opened.push(page),
            Got::Answer { status: 503, retry_after: Some(_), text, .. } => {
                assert_eq!(value_of(&text, "main", "data-error").as_deref(), Some("503"), "{text}");
                refused += 1;
            }
            other => panic!("{other:?}\n{}", world.program.log()),
        }
    }
    (opened, refused)
}

/// While nothing can be saved nobody is told that it was, and a payment at the provider waits.
pub async fn says_not_now(world: &mut World, at_provider: &str, paid: &Value, words: &str) {
    world.provider.pay(at_provider).await;
    let (mut opened, mut refused) = crowd(world, 100).await;
    // A write may still find room where a former one was.
    for round in 1..ROUNDS {
        let (more, not_now) = crowd(world, 100 + round * CROWD).await;
        opened.extend(more);
        refused = not_now;
    }
    assert_eq!(refused, CROWD, "in the end nothing is saved any more");
    let payment = paid["payment"].as_str().unwrap();
    let told = world.program.try_run(&["payment", "refund", payment, "--amount", "60.00"]).await;
    let CommandRefused { code, message } = told.expect_err("a refund cannot be saved");
    assert_eq!(code, Some(4), "{message}");
    assert!(message.contains(words), "{message}");
    assert!(world.program.whole_log().contains(words), "{}", world.program.log());
    // What can be read is read.
    assert_eq!(world.payment("1").await["state"], "paid");
    is_there(&opened).await;
    assert!(world.program.is_running());
}

async fn is_there(pages: &[String]) {
    for page in pages {
        assert_eq!(client().get(page).send().await.unwrap().status().as_u16(), 200, "{page}");
    }
}

/// When the disk is well again, everything goes on and nothing was spoiled.
pub async fn goes_on(world: &mut World) {
    is_ready(world, true).await;
    let told = |it: &Value| it["notices"][0]["state"] == "accepted";
    world.settled_on("2", "what the provider has told meanwhile", told).await;
    let (opened, refused) = crowd(world, 1_000).await;
    assert_eq!(refused, 0, "{}", world.program.log());
    is_there(&opened).await;
    world.paid("100.00", "3").await;
    assert_eq!(world.notices("2").len(), 1);
    assert_eq!(world.balance("pending").await, "289.50");
    world.is_green().await;
}
