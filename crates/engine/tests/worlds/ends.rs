//! How payments end without a sale: by time, by a wish, and only when every attempt is final.

use domain::attempts::AttemptState;
use domain::history::Actor;
use domain::jobs::Task;
use domain::methods::Method;
use domain::payments::PaymentState;
use engine::sellers::ShopChange;
use jiff::SignedDuration;
use serde_json::json;
use testkit::imagined::network::Weather;
use testkit::imagined::world::World;

#[tokio::test]
async fn a_payment_that_nobody_pays_expires_after_seven_days() {
    let mut world = World::new(1).await;
    let payment = world.open("100.00", "1").await;
    world.pass(SignedDuration::from_hours(7 * 24 - 1)).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Open);
    world.pass(SignedDuration::from_hours(1)).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Expired);
    assert!(world.start(payment, Method::BankCard).await.is_err());
}

#[tokio::test]
async fn a_payment_with_an_unfinished_attempt_closes_when_the_provider_has_ended_it() {
    let mut world = World::new(2).await;
    world.engine.change_shop(world.shop, &[ShopChange::Lifetime(600)], Actor::Clock).await.unwrap();
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.notices_lost = true;
    world.pass(SignedDuration::from_secs(700)).await;
    assert!(matches!(world.payment(payment).await.state, PaymentState::Closing { .. }));
    world.pass(SignedDuration::from_hours(2)).await;
    assert!(matches!(world.attempt(attempt).await.state, AttemptState::Declined { .. }));
    assert_eq!(world.payment(payment).await.state, PaymentState::Expired);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_payment_whose_creation_is_unknown_never_ends_by_guessing() {
    let mut world = World::new(3).await;
    world.engine.change_shop(world.shop, &[ShopChange::Lifetime(600)], Actor::Clock).await.unwrap();
    world.network.outside().weather.push_back(Weather::LostBack);
    world.network.outside().climate = Weather::LostThere;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::MobileBalance).await;
    world.pass(SignedDuration::from_hours(10 * 24)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Unknown);
    assert!(matches!(world.payment(payment).await.state, PaymentState::Closing { .. }));
}

#[tokio::test]
async fn an_attempt_that_was_not_sent_yet_is_given_up_with_its_payment() {
    let mut world = World::new(4).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.start(payment, Method::BankCard).await.unwrap();
    world.engine.cancel(payment, Actor::Buyer).await.unwrap();
    world.settle().await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Abandoned);
    assert_eq!(world.payment(payment).await.state, PaymentState::Cancelled);
    assert!(world.network.outside().provider.heard.is_empty(), "nothing left");
}

#[tokio::test]
async fn a_paid_payment_cannot_be_cancelled_and_its_number_is_taken() {
    let mut world = World::new(5).await;
    let payment = world.paid("100.00", "1").await;
    assert!(world.engine.cancel(payment, Actor::Buyer).await.is_err());
    let again = world.engine.start_robokassa(&world.order("100.00", "1")).await.unwrap_err();
    let engine::orders::StartRefused::Robokassa(refused) = again else { panic!("{again:?}") };
    assert_eq!(refused.error.number(), 40);
}

#[tokio::test]
async fn another_order_under_the_same_number_closes_the_first_one() {
    let mut world = World::new(6).await;
    let first = world.open("100.00", "1").await;
    let attempt = world.choose(first, Method::BankCard).await;
    let second = world.open("120.00", "1").await;
    assert_ne!(first, second);
    assert!(matches!(world.payment(first).await.state, PaymentState::Closing { .. }));
    world.pay(attempt).await;
    world.settle().await;
    assert_eq!(world.payment(first).await.state, PaymentState::Cancelled);
    let refunds = world.engine.store().refunds_of(first).await.unwrap();
    assert_eq!(refunds.len(), 1, "money for the old order goes back");
    assert_eq!(world.payment(second).await.state, PaymentState::Open);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn an_attempt_without_an_end_of_its_own_is_given_up_when_its_payment_was_paid_in_another_way() {
    let mut world = World::new(9).await;
    let payment = world.open("100.00", "1").await;
    let cash = world.choose(payment, Method::Cash).await;
    let card = world.choose(payment, Method::BankCard).await;
    world.pay(card).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    world.pass(SignedDuration::from_hours(9 * 24)).await;
    assert_eq!(
        world.attempt(cash).await.state,
        AttemptState::Waiting,
        "cash may come until the grace is over"
    );
    world.pass(SignedDuration::from_hours(3 * 24)).await;
    assert_eq!(world.attempt(cash).await.state, AttemptState::Abandoned, "nobody asks for ever");
    let asking = world.engine.store().job(Task::CheckAttempt(cash)).await.unwrap();
    assert_eq!(asking, None);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn an_attempt_that_the_provider_ends_itself_is_waited_for_even_after_the_grace() {
    let mut world = World::new(10).await;
    let short = [ShopChange::Lifetime(60), ShopChange::Grace(60)];
    world.engine.change_shop(world.shop, &short, Actor::Clock).await.unwrap();
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pass(SignedDuration::from_mins(50)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting, "it can still be paid there");
    assert!(matches!(world.payment(payment).await.state, PaymentState::Closing { .. }));
    // Its notice comes too late to be of use.
    let late = json!({"on": "notice", "fault": "late", "seconds": 86_400, "per_mille": 1_000});
    world.network.outside().provider.fault(late);
    world.pass(SignedDuration::from_mins(16)).await;
    assert!(matches!(world.attempt(attempt).await.state, AttemptState::Declined { .. }));
    assert_eq!(world.payment(payment).await.state, PaymentState::Expired);
    world.audit_with_provider().await;
}
