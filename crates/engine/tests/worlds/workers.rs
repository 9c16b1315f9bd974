//! The real workers: new work and due work take turns, and stopping finishes what is under way.

use std::time::Duration;

use domain::attempts::{AttemptState, PayerFields};
use domain::ids::AttemptId;
use domain::methods::Method;
use domain::payments::PaymentState;
use jiff::SignedDuration;
use testkit::imagined::world::World;
use testkit::waiting::wait_until;

const SOON: Duration = Duration::from_secs(10);

async fn until_begun(world: &World, attempt: AttemptId) {
    wait_until("an attempt that is begun", SOON, || async {
        (world.attempt(attempt).await.state == AttemptState::Waiting).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_due_is_done_however_much_new_work_comes() {
    let mut world = World::new(1).await;
    world.notices_lost = true;
    let first = world.open("100.00", "1").await;
    let attempt = world.choose(first, Method::BankCard).await;
    world.pay_quietly(attempt);
    let workers = world.employ().await;
    // New work more often than due work is looked for, for longer than the first check waits.
    for number in 2..60 {
        let request = world.order("100.00", &number.to_string());
        let payment = world.engine.start_robokassa(&request).await.unwrap().payment;
        let fields = PayerFields::default();
        let begun = world.engine.start_attempt(payment, Method::BankCard, fields).await.unwrap();
        until_begun(&world, begun).await;
        world.clock.advance(SignedDuration::from_millis(400));
    }
    wait_until("the check that was due long ago", SOON, || async {
        (world.payment(first).await.state == PaymentState::Paid).then_some(())
    })
    .await;
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_are_told_to_stop_finish_what_is_under_way_and_begin_nothing_more() {
    let mut world = World::new(2).await;
    let workers = world.employ().await;
    let payment = world.engine.start_robokassa(&world.order("100.00", "1")).await.unwrap().payment;
    let attempt = world.start(payment, Method::BankCard).await.unwrap();
    until_begun(&world, attempt).await;
    workers.stop().await;
    let later = world.start(payment, Method::Sbp).await.unwrap();
    world.clock.advance(SignedDuration::from_secs(1));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(world.attempt(later).await.state, AttemptState::Planned, "nobody works any more");
}
