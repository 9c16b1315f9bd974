//! Refunds: carried once whatever is lost, undone when refused, and never more than there is.

use domain::ledger::Account;
use domain::refunds::RefundState;
use jiff::SignedDuration;
use serde_json::json;
use testkit::imagined::network::Weather;
use testkit::imagined::scenes::rub;
use testkit::imagined::world::World;
use wire::http::HttpReply;

#[tokio::test]
async fn a_refund_returns_the_money_and_its_share_of_the_fee() {
    let mut world = World::new(1).await;
    let payment = world.paid("100.00", "1").await;
    let refund = world.ask_refund(payment, "60.00").await.unwrap();
    assert_eq!(world.balance(Account::RefundsInTransit).await, 6_000);
    world.settle().await;
    assert_eq!(world.refund(refund).await.state, RefundState::Returned);
    assert_eq!(world.balance(Account::RefundsInTransit).await, 0);
    assert_eq!(world.balance(Account::Pending).await, 3_860, "40.00 less its fee of 1.40");
    assert!(world.ask_refund(payment, "40.01").await.is_err());
    world.ask_refund(payment, "40.00").await.unwrap();
    world.settle().await;
    assert_eq!(world.payment(payment).await.refunded, rub("100.00"));
    assert_eq!(world.balance(Account::Pending).await, 0);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_lost_answer_to_a_refund_is_asked_for_with_the_same_bytes_and_key() {
    for (seed, fault) in ["lost_answer", "error_after", "refused_before"].into_iter().enumerate() {
        let mut world = World::new(seed as u64).await;
        world.notices_lost = true;
        let payment = world.open("100.00", "1").await;
        let attempt = world.choose(payment, domain::methods::Method::BankCard).await;
        world.pay_quietly(attempt);
        world.pass(SignedDuration::from_secs(11)).await;
        let rule = json!({"on": "create_refund", "fault": fault, "next": 1});
        world.network.outside().provider.fault(rule);
        let refund = world.ask_refund(payment, "60.00").await.unwrap();
        world.settle().await;
        assert_eq!(world.refund(refund).await.state, RefundState::Sent, "{fault}");
        world.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(world.refund(refund).await.state, RefundState::Returned, "{fault}");
        let sent: Vec<_> = {
            let outside = world.network.outside();
            outside.provider.heard.iter().filter(|heard| heard.path == "/v3/refunds").cloned().collect()
        };
        assert_eq!(sent.len(), 2, "{fault}");
        assert_eq!((&sent[0].key, &sent[0].body), (&sent[1].key, &sent[1].body));
        world.audit_with_provider().await;
    }
}

#[tokio::test]
async fn wrong_credentials_say_nothing_of_a_refund_that_was_lost() {
    for (status, code) in [(401, "invalid_credentials"), (403, "forbidden")] {
        let mut world = World::new(2).await;
        world.notices_lost = true;
        let payment = world.open("100.00", "1").await;
        let attempt = world.choose(payment, domain::methods::Method::BankCard).await;
        world.pay_quietly(attempt);
        world.pass(SignedDuration::from_secs(11)).await;
        let no = json!({"type": "error", "id": "fake", "code": code, "description": "No"}).to_string();
        let answered = Weather::Answered(HttpReply::json(status, no));
        world.network.outside().weather.extend([Weather::LostBack, answered]);
        let refund = world.ask_refund(payment, "60.00").await.unwrap();
        world.pass(SignedDuration::from_secs(11)).await;
        assert_eq!(world.refund(refund).await.state, RefundState::Sent, "{status}: the payer may have it");
        world.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(world.refund(refund).await.state, RefundState::Returned);
        world.audit_with_provider().await;
    }
}

#[tokio::test]
async fn a_refused_refund_is_undone_and_can_be_asked_for_again() {
    let mut world = World::new(3).await;
    let payment = world.paid("100.00", "1").await;
    let rule =
        json!({"on": "create_refund", "fault": "refund_canceled", "reason": "insufficient_funds", "next": 1});
    world.network.outside().provider.fault(rule);
    let refund = world.ask_refund(payment, "60.00").await.unwrap();
    world.settle().await;
    assert!(matches!(world.refund(refund).await.state, RefundState::Failed { .. }));
    assert_eq!(world.balance(Account::Pending).await, 9_650);
    assert_eq!(world.payment(payment).await.refunded, rub("0.00"));
    let again = world.ask_refund(payment, "60.00").await.unwrap();
    world.settle().await;
    assert_eq!(world.refund(again).await.state, RefundState::Returned);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_pending_refund_is_learned_from_a_notice_or_by_asking() {
    for notices_lost in [false, true] {
        let mut world = World::new(4).await;
        let payment = world.paid("100.00", "1").await;
        world.notices_lost = notices_lost;
        let rule = json!({"on": "create_refund", "fault": "refund_pending", "seconds": 30, "next": 1});
        world.network.outside().provider.fault(rule);
        let refund = world.ask_refund(payment, "60.00").await.unwrap();
        world.settle().await;
        let sent = world.refund(refund).await;
        assert_eq!(sent.state, RefundState::Sent);
        assert!(sent.memo.is_some(), "its number is known");
        world.pass(SignedDuration::from_secs(31)).await;
        let learned = world.refund(refund).await.state == RefundState::Returned;
        assert_eq!(learned, !notices_lost, "the notice brings it at once");
        world.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(world.refund(refund).await.state, RefundState::Returned);
        world.audit_with_provider().await;
    }
}

#[tokio::test]
async fn a_refund_lost_for_longer_than_the_key_lives_waits_for_a_person_and_stays_in_transit() {
    let mut world = World::new(5).await;
    let payment = world.paid("100.00", "1").await;
    world.network.outside().weather.push_back(Weather::LostBack);
    world.network.outside().climate = Weather::LostThere;
    world.notices_lost = true;
    let refund = world.ask_refund(payment, "60.00").await.unwrap();
    let asked = world.now();
    world.pass(SignedDuration::from_hours(72)).await;
    assert_eq!(world.refund(refund).await.state, RefundState::Sent, "never failed");
    assert_eq!(world.parked().await.len(), 1);
    assert_eq!(world.balance(Account::RefundsInTransit).await, 6_000);
    let tries = world.engine.store().exchanges_of(payment).await.unwrap();
    let tries: Vec<_> = tries.into_iter().filter(|sent| sent.request.contains("/v3/refunds")).collect();
    let end = asked.checked_add(SignedDuration::from_hours(24)).unwrap();
    assert!(tries.iter().all(|sent| sent.at < end), "a forgotten key would refund twice");
    let last_hours = asked.checked_add(SignedDuration::from_hours(23)).unwrap();
    assert!(tries.iter().any(|sent| sent.at > last_hours), "it is tried while the key lives");
    world.audit().await;
}

#[tokio::test]
async fn a_refund_after_settlement_takes_from_available_and_is_refused_when_it_is_not_there() {
    let mut world = World::new(6).await;
    let payment = world.paid("100.00", "1").await;
    world.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(world.balance(Account::Pending).await, 0);
    assert_eq!(world.balance(Account::Available).await, 9_650);
    world.ask_refund(payment, "60.00").await.unwrap();
    world.settle().await;
    assert_eq!(world.balance(Account::Available).await, 3_860);
    world.audit_with_provider().await;
}
