//! Money that is held: captured in part or whole, released, lapsed, and answers lost on the way.

use domain::attempts::AttemptState;
use domain::history::Actor;
use domain::ids::{AttemptId, PaymentId};
use domain::ledger::Account;
use domain::methods::Method;
use domain::payments::PaymentState;
use jiff::SignedDuration;
use serde_json::json;
use testkit::imagined::network::Weather;
use testkit::imagined::scenes::rub;
use testkit::imagined::world::World;

async fn held(world: &mut World) -> (PaymentId, AttemptId) {
    let payment = world.open_hold("100.00", 1).await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pay(attempt).await;
    assert!(matches!(world.payment(payment).await.state, PaymentState::Held { .. }));
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Held);
    assert_eq!(world.balance(Account::Pending).await, 0, "a hold is no money");
    (payment, attempt)
}

#[tokio::test]
async fn a_hold_is_captured_whole() {
    let mut world = World::new(1).await;
    let (payment, _) = held(&mut world).await;
    assert_eq!(world.engine.capture(payment, None, Actor::Shop).await.unwrap(), rub("100.00"));
    world.settle().await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    assert_eq!(world.balance(Account::Pending).await, 9_650);
    assert_eq!(world.times(payment, "notice_accepted").await, 1);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_part_of_a_hold_is_captured_and_no_more_than_is_held() {
    let mut world = World::new(2).await;
    let (payment, _) = held(&mut world).await;
    assert!(world.engine.capture(payment, Some(rub("100.01")), Actor::Shop).await.is_err());
    world.engine.capture(payment, Some(rub("60.00")), Actor::Shop).await.unwrap();
    assert!(world.engine.capture(payment, Some(rub("61.00")), Actor::Shop).await.is_err());
    world.settle().await;
    let paid = world.payment(payment).await;
    assert_eq!((paid.state, paid.captured, paid.fee), (PaymentState::Paid, rub("60.00"), rub("2.10")));
    assert_eq!(world.balance(Account::Pending).await, 5_790);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_hold_is_released() {
    let mut world = World::new(3).await;
    let (payment, attempt) = held(&mut world).await;
    world.engine.release(payment, Actor::Shop).await.unwrap();
    world.settle().await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Cancelled);
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Released);
    assert!(world.network.outside().shop.told.is_empty());
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_hold_that_lapses_is_learned_with_a_notice_and_without() {
    for notices_lost in [false, true] {
        let mut world = World::new(4).await;
        let (payment, attempt) = held(&mut world).await;
        world.notices_lost = notices_lost;
        world.pass(SignedDuration::from_hours(6 * 24)).await;
        assert_eq!(world.attempt(attempt).await.state, AttemptState::Held);
        assert!(world.engine.store().idle_attempts().await.unwrap().is_empty(), "somebody goes on asking");
        world.pass(SignedDuration::from_hours(25)).await;
        assert_eq!(world.attempt(attempt).await.state, AttemptState::Released, "lost: {notices_lost}");
        assert_eq!(world.payment(payment).await.state, PaymentState::Expired);
        world.audit_with_provider().await;
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_capture_is_asked_for_and_captures_once() {
    for fault in ["lost_answer", "error_after", "refused_before"] {
        let mut world = World::new(5).await;
        world.notices_lost = true;
        let (payment, _) = held_by_check(&mut world).await;
        let rule = json!({"on": "capture", "fault": fault, "next": 1});
        world.network.outside().provider.fault(rule);
        world.engine.capture(payment, Some(rub("40.00")), Actor::Shop).await.unwrap();
        world.settle().await;
        assert!(matches!(world.payment(payment).await.state, PaymentState::Capturing { .. }), "{fault}");
        world.pass(SignedDuration::from_mins(2)).await;
        let paid = world.payment(payment).await;
        assert_eq!((paid.state, paid.captured), (PaymentState::Paid, rub("40.00")), "{fault}");
        world.audit_with_provider().await;
    }
}

async fn held_by_check(world: &mut World) -> (PaymentId, AttemptId) {
    let payment = world.open_hold("100.00", 1).await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pay_quietly(attempt);
    world.pass(SignedDuration::from_secs(11)).await;
    assert!(matches!(world.payment(payment).await.state, PaymentState::Held { .. }));
    (payment, attempt)
}

#[tokio::test]
async fn a_lost_answer_to_a_release_is_asked_for() {
    let mut world = World::new(6).await;
    world.notices_lost = true;
    let (payment, attempt) = held_by_check(&mut world).await;
    world.network.outside().weather.push_back(Weather::LostBack);
    world.engine.release(payment, Actor::Shop).await.unwrap();
    world.settle().await;
    assert!(matches!(world.payment(payment).await.state, PaymentState::Releasing { .. }));
    world.pass(SignedDuration::from_mins(2)).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Cancelled);
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Released);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_hold_for_a_cancelled_payment_is_released_at_once() {
    let mut world = World::new(7).await;
    let payment = world.open_hold("100.00", 1).await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.engine.cancel(payment, Actor::Buyer).await.unwrap();
    world.settle().await;
    assert!(matches!(world.payment(payment).await.state, PaymentState::Closing { .. }));
    world.pay(attempt).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Released);
    assert_eq!(world.payment(payment).await.state, PaymentState::Cancelled);
    world.audit_with_provider().await;
}
