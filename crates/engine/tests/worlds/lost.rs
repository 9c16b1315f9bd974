//! Answers that are lost, late or nonsense: unknown is never failed, and nothing is done twice.

use domain::attempts::{AttemptState, Reason};
use domain::history::Actor;
use domain::methods::Method;
use domain::payments::PaymentState;
use engine::sellers::ShopChange;
use jiff::SignedDuration;
use serde_json::json;
use testkit::imagined::network::Weather;
use testkit::imagined::provider::Heard;
use testkit::imagined::world::World;
use wire::http::HttpReply;

/// The creations that reached the provider.
fn creations(world: &World) -> Vec<Heard> {
    let outside = world.network.outside();
    outside.provider.heard.iter().filter(|heard| heard.path == "/v3/payments").cloned().collect()
}

fn problem(status: u16, code: &str) -> Weather {
    let body = json!({"type": "error", "id": "fake", "code": code, "description": "No", "parameter": "x"});
    Weather::Answered(HttpReply::json(status, body.to_string()))
}

#[tokio::test]
async fn a_lost_answer_to_a_creation_is_asked_for_with_the_same_bytes_and_key() {
    let mut world = World::new(1).await;
    world.network.outside().weather.push_back(Weather::LostBack);
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Unknown);
    world.pass(SignedDuration::from_secs(11)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting);
    let sent = creations(&world);
    assert_eq!(sent.len(), 2);
    assert_eq!((&sent[0].key, &sent[0].body), (&sent[1].key, &sent[1].body));
    assert_eq!(world.network.outside().provider.books().len(), 1, "one payment at the provider");
    world.pay(attempt).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn every_uncertain_answer_to_a_creation_ends_in_one_payment() {
    let fault = |fault: &str| json!({"on": "create_payment", "fault": fault, "next": 1});
    for (seed, rule) in
        [fault("lost_answer"), fault("error_after"), fault("refused_before")].into_iter().enumerate()
    {
        let mut world = World::new(seed as u64).await;
        world.network.outside().provider.fault(rule.clone());
        let payment = world.open("100.00", "1").await;
        let attempt = world.choose(payment, Method::BankCard).await;
        assert_eq!(world.attempt(attempt).await.state, AttemptState::Unknown, "{rule}");
        world.pass(SignedDuration::from_secs(11)).await;
        world.pay(attempt).await;
        assert_eq!(world.payment(payment).await.state, PaymentState::Paid, "{rule}");
        assert_eq!(world.network.outside().provider.books().len(), 1, "{rule}");
        world.audit_with_provider().await;
    }
}

#[tokio::test]
async fn a_creation_that_never_left_leaves_soon_and_a_slow_provider_is_waited_for() {
    let mut world = World::new(2).await;
    world.network.outside().weather.extend([Weather::NoWay, Weather::LostThere]);
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::Sbp).await;
    world.pass(SignedDuration::from_secs(11)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Unknown);
    world.pass(SignedDuration::from_mins(2)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting);
    let late = json!({"on": "create_payment", "fault": "slow", "ms": 40_000, "next": 1});
    world.network.outside().provider.fault(late);
    let other = world.open("100.00", "2").await;
    let attempt = world.choose(other, Method::Sbp).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Unknown);
    world.pass(SignedDuration::from_secs(11)).await;
    world.pay(attempt).await;
    assert_eq!(world.payment(other).await.state, PaymentState::Paid);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn an_answer_lost_for_longer_than_the_key_lives_waits_for_a_person_after_a_last_try() {
    let mut world = World::new(3).await;
    world.network.outside().weather.push_back(Weather::LostBack);
    world.network.outside().climate = Weather::LostThere;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pass(SignedDuration::from_hours(22)).await;
    assert!(world.parked().await.is_empty(), "while the key lives it is tried");
    let begun = world.now();
    world.network.outside().provider.heard.clear();
    world.network.outside().climate = Weather::Fair;
    // The provider ends a payment that nobody confirms; the last try is told so.
    world.pass(SignedDuration::from_hours(2)).await;
    let last = creations(&world).pop().expect("a last try before the key is forgotten");
    assert!(last.at > begun);
    assert!(world.attempt(attempt).await.memo.is_some());

    let mut world = World::new(4).await;
    world.network.outside().weather.push_back(Weather::LostBack);
    world.network.outside().climate = Weather::LostThere;
    let payment_too = world.open("100.00", "1").await;
    let attempt = world.choose(payment_too, Method::BankCard).await;
    world.pass(SignedDuration::from_hours(72)).await;
    let parked = world.parked().await;
    assert_eq!(parked.len(), 1, "{parked:?}");
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Unknown, "never failed");
    assert_eq!(world.payment(payment).await.state, PaymentState::Open);
    let sent = creations(&world);
    let key_forgotten = sent[0].at.checked_add(SignedDuration::from_hours(24)).unwrap();
    assert!(sent.iter().all(|sent| sent.at < key_forgotten), "a forgotten key would pay twice");
    world.audit_with_provider().await;
}

#[tokio::test]
async fn wrong_credentials_refuse_the_first_call_and_say_nothing_of_one_that_was_lost() {
    let mut world = World::new(5).await;
    world.network.outside().weather.push_back(problem(401, "invalid_credentials"));
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    let refused = AttemptState::Declined { reason: Reason::AuthError };
    assert_eq!(world.attempt(attempt).await.state, refused, "nothing was carried out");

    world.network.outside().weather.extend([Weather::LostBack, problem(401, "invalid_credentials")]);
    let attempt = world.choose(payment, Method::MobileBalance).await;
    world.pass(SignedDuration::from_secs(11)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Unknown, "it may have been carried out");
    world.pass(SignedDuration::from_mins(2)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting);
    world.pay(attempt).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_page_of_nonsense_is_no_answer() {
    for (seed, reply) in [
        HttpReply::text(200, "<html>maintenance</html>"),
        HttpReply::text(404, "<html>not found</html>"),
        HttpReply::json(200, "{\"status\":\"succeeded\"}"),
        HttpReply::text(302, ""),
        HttpReply::text(200, ""),
    ]
    .into_iter()
    .enumerate()
    {
        let mut world = World::new(seed as u64).await;
        world.network.outside().weather.push_back(Weather::Answered(reply.clone()));
        let payment = world.open("100.00", "1").await;
        let attempt = world.choose(payment, Method::BankCard).await;
        assert_eq!(world.attempt(attempt).await.state, AttemptState::Unknown, "{reply:?}");
        world.pass(SignedDuration::from_secs(11)).await;
        assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting, "{reply:?}");
        // And nonsense in the place of a check changes nothing either.
        world.pay_quietly(attempt);
        world.network.outside().weather.push_back(Weather::Answered(reply.clone()));
        world.pass(SignedDuration::from_secs(1)).await;
        assert_eq!(world.payment(payment).await.state, PaymentState::Open, "{reply:?}");
        world.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(world.payment(payment).await.state, PaymentState::Paid, "{reply:?}");
        world.audit_with_provider().await;
    }
}

#[tokio::test]
async fn the_breaker_spares_a_provider_that_is_down_and_notices_when_it_is_back() {
    let mut world = World::new(6).await;
    world.network.outside().climate = Weather::NoWay;
    let mut attempts = Vec::new();
    for number in 1..=10 {
        let payment = world.open("100.00", &number.to_string()).await;
        attempts.push(world.choose(payment, Method::BankCard).await);
    }
    let mut outgoing = Vec::new();
    for attempt in &attempts {
        let payment = world.attempt(*attempt).await.payment;
        outgoing.extend(world.engine.store().exchanges_of(payment).await.unwrap());
    }
    assert_eq!(outgoing.len(), 5, "after five failures it is left alone");
    world.pass(SignedDuration::from_mins(5)).await;
    world.network.outside().climate = Weather::Fair;
    world.pass(SignedDuration::from_mins(2)).await;
    for attempt in attempts {
        assert_eq!(world.attempt(attempt).await.state, AttemptState::Waiting, "soon after it is back");
        world.pay(attempt).await;
    }
    world.audit_with_provider().await;
}

#[tokio::test]
async fn money_for_an_abandoned_attempt_is_found_although_the_answer_about_it_was_lost() {
    let mut world = World::new(30).await;
    let short = [ShopChange::Lifetime(60), ShopChange::Grace(60)];
    world.engine.change_shop(world.shop, &short, Actor::Clock).await.unwrap();
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::Cash).await;
    world.pass(SignedDuration::from_mins(15)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Abandoned);
    world.pay_quietly(attempt);
    // A question is asked twice when its answer is lost, and both are.
    world.network.outside().weather.extend([Weather::LostBack, Weather::LostBack]);
    world.pass(SignedDuration::from_secs(2)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Abandoned, "nothing is known yet");
    world.pass(SignedDuration::from_hours(25)).await;
    assert_eq!(world.attempt(attempt).await.state, AttemptState::Received);
    assert_eq!(world.payment(payment).await.credit.minor(), 10_000, "too late for the sale, and not lost");
    world.audit_with_provider().await;
}
