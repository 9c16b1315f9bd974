//! The process is killed at every step and started again; leases of the lost end, and work is repaired.

use domain::attempts::AttemptState;
use domain::history::Actor;
use domain::jobs::Task;
use domain::methods::Method;
use domain::payments::PaymentState;
use domain::refunds::RefundState;
use domain::waiting::LearnWaiting;
use jiff::SignedDuration;
use testkit::imagined::network::Weather;
use testkit::imagined::world::World;

/// Longer than any lease.
const LEASE_OVER: SignedDuration = SignedDuration::from_secs(121);

#[tokio::test]
async fn a_creation_that_was_under_way_when_the_process_died_is_repeated_with_the_same_bytes() {
    for weather in [Weather::KilledBefore, Weather::KilledAfter] {
        let mut world = World::new(1).await;
        world.network.outside().weather.push_back(weather.clone());
        let payment = world.open("100.00", "1").await;
        let attempt = world.choose(payment, Method::BankCard).await;
        assert_eq!(world.deaths, 1);
        // The node that is back ends the leases of its earlier run, and goes on at once.
        assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting, "{weather:?}");
        let heard = world.network.outside().provider.heard.clone();
        let sent: Vec<_> = heard.iter().filter(|heard| heard.path == "/v3/payments").collect();
        assert!(sent.windows(2).all(|pair| (&pair[0].key, &pair[0].body) == (&pair[1].key, &pair[1].body)));
        assert_eq!(world.network.outside().provider.books().len(), 1);
        world.pay(attempt).await;
        assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
        world.audit_with_provider().await;
    }
}

#[tokio::test]
async fn wherever_the_process_dies_each_payment_ends_once_and_the_books_agree() {
    // The calls of this story in order: create, check, capture, refund, refund's repeat or check.
    for deadly in 0..5 {
        for weather in [Weather::KilledBefore, Weather::KilledAfter] {
            let mut world = World::new(2).await;
            let mut calls = vec![Weather::Fair; 5];
            calls[deadly] = weather.clone();
            world.network.outside().weather.extend(calls);
            let payment = world.open_hold("100.00", 1).await;
            let attempt = world.choose(payment, Method::BankCard).await;
            world.pass(LEASE_OVER).await;
            world.pay(attempt).await;
            world.pass(LEASE_OVER).await;
            world.engine.capture(payment, None, Actor::Shop).await.unwrap();
            world.pass(LEASE_OVER).await;
            assert_eq!(world.payment(payment).await.state, PaymentState::Paid, "call {deadly}, {weather:?}");
            let refund = world.ask_refund(payment, "60.00").await.unwrap();
            world.pass(LEASE_OVER).await;
            world.pass(LEASE_OVER).await;
            assert_eq!(world.refund(refund).await.state, RefundState::Returned, "call {deadly}, {weather:?}");
            world.audit_with_provider().await;
        }
    }
}

#[tokio::test]
async fn work_that_was_handed_over_and_never_begun_is_taken_as_soon_as_the_node_is_back() {
    let mut world = World::new(3).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.start(payment, Method::BankCard).await.unwrap();
    world.restart().await;
    world.settle().await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting);
    world.pass(LEASE_OVER).await;
    assert_eq!(world.network.outside().provider.books().len(), 1);
}

#[tokio::test]
async fn a_worker_that_comes_back_with_an_old_lease_sends_nothing() {
    let mut world = World::new(4).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.start(payment, Method::BankCard).await.unwrap();
    let old = world.due_work().await.pop().expect("the work");
    assert_eq!(old.task, Task::AdvanceAttempt(attempt));
    world.clock.advance(LEASE_OVER);
    let new = world.due_work().await.pop().expect("the work again");
    assert_ne!(old.number, new.number);
    world.work(old).await;
    assert!(world.network.outside().provider.heard.is_empty(), "the old lease sends nothing");
    world.work(new).await;
    assert_eq!(world.network.outside().provider.heard.len(), 1);
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting);
}

#[tokio::test]
async fn an_answer_that_comes_under_an_old_lease_leaves_nobody_without_work() {
    let mut world = World::new(8).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.start(payment, Method::BankCard).await.unwrap();
    let old = world.due_work().await.pop().expect("the work");
    world.clock.advance(LEASE_OVER);
    let new = world.due_work().await.pop().expect("the work again");
    let next_check = world.now();
    let late = LearnWaiting { attempt, prompt: None, remember: None, next_check, lease: Some(old) };
    world.engine.store().submit(late).await.unwrap();
    world.work(new).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting);
    assert!(world.engine.store().idle_attempts().await.unwrap().is_empty(), "somebody goes on asking");
}

#[tokio::test]
async fn a_notice_is_not_sent_under_an_old_lease_either() {
    let mut world = World::new(5).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    let old = world.pay_untold(attempt).await;
    world.clock.advance(LEASE_OVER);
    let new = world.due_work().await.pop().expect("the notice again");
    world.work(old).await;
    assert!(world.network.outside().shop.told.is_empty(), "somebody else has it by now");
    world.work(new).await;
    assert_eq!(world.network.outside().shop.told.len(), 1);
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
}

#[tokio::test]
async fn unfinished_attempts_without_work_are_found_and_finished() {
    let mut world = World::new(6).await;
    let payment = world.open("100.00", "1").await;
    let planned = world.start(payment, Method::BankCard).await.unwrap();
    let work = world.due_work().await.pop().expect("the work");
    // A mistake of some former version: the work is gone and the attempt is not finished.
    world.engine.store().submit(domain::working::CloseJob { lease: work }).await.unwrap();
    world.settle().await;
    assert_eq!(world.attempt(planned).await.state, AttemptState::Planned);
    assert_eq!(world.engine.repair().await.unwrap(), 1);
    world.settle().await;
    assert_eq!(world.attempt(planned).await.state, AttemptState::Waiting, "it was begun after all");
    assert_eq!(world.engine.repair().await.unwrap(), 0, "and a sweep may run twice");
    world.pay(planned).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_shop_whose_notice_was_owed_when_the_process_died_is_told_once() {
    let mut world = World::new(7).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pay_untold(attempt).await;
    world.restart().await;
    world.settle().await;
    assert_eq!(world.network.outside().shop.told.len(), 1, "the node that is back goes on at once");
    world.pass(SignedDuration::from_hours(48)).await;
    assert_eq!(world.network.outside().shop.told.len(), 1);
    assert_eq!(world.times(payment, "notice_accepted").await, 1);
    world.audit_with_provider().await;
}
