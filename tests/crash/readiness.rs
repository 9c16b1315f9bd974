//! Whether the program says that it takes requests, and what it says of its store.

use serde_json::Value;
use testkit::visitor::client;
use testkit::waiting::wait_until;

use crate::world::{SOON, World};

/// Waits until the program says of itself and of its store that they are ready, or that they are not.
pub async fn is_ready(world: &World, ready: bool) {
    let what = if ready { "a program that is ready" } else { "a program that is not ready" };
    wait_until(what, SOON, || async {
        let answer = client().get(format!("{}/ready", world.program.ready.url)).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        let told: Value = serde_json::from_str(&text).unwrap();
        (status == if ready { 200 } else { 503 } && told["store"] == ready).then_some(())
    })
    .await;
}
