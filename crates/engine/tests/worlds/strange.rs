//! Money that was not expected: a second success, money after the end, money after a cancellation.

use domain::attempts::AttemptState;
use domain::history::Actor;
use domain::ids::{AttemptId, PaymentId};
use domain::ledger::Account;
use domain::methods::Method;
use domain::payments::PaymentState;
use domain::refunds::{RefundState, Source};
use engine::sellers::ShopChange;
use jiff::SignedDuration;
use serde_json::json;
use testkit::imagined::scenes::{notice_request, rub};
use testkit::imagined::world::{World, yookassa};

#[tokio::test]
async fn a_second_success_goes_back_by_itself() {
    let mut world = World::new(1).await;
    let payment = world.open("100.00", "1").await;
    let first = world.choose(payment, Method::BankCard).await;
    let second = world.choose(payment, Method::Sbp).await;
    assert_ne!(first, second);
    world.pay(second).await;
    world.pay(first).await;
    world.settle().await;
    let paid = world.payment(payment).await;
    assert_eq!((paid.state, paid.paid_by), (PaymentState::Paid, Some(second)));
    let refunds = world.engine.store().refunds_of(payment).await.unwrap();
    assert_eq!(refunds.len(), 1);
    assert_eq!((refunds[0].attempt, refunds[0].source), (first, Source::Unclaimed));
    assert_eq!(refunds[0].state, RefundState::Returned);
    assert_eq!(world.balance(Account::Unclaimed(payment)).await, 0);
    assert_eq!(world.balance(Account::Pending).await, 9_650);
    assert_eq!(world.times(payment, "notice_owed").await, 1, "the shop hears of one payment");
    world.audit_with_provider().await;
}

/// A payment that lives ten minutes and has one by cash, which the provider waits for without an end.
async fn short(world: &mut World, grace: u32) -> (PaymentId, AttemptId) {
    let changes = [ShopChange::Lifetime(600), ShopChange::Grace(grace)];
    world.engine.change_shop(world.shop, &changes, Actor::Clock).await.unwrap();
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::Cash).await;
    world.pass(SignedDuration::from_secs(601)).await;
    let state = world.payment(payment).await.state;
    assert!(matches!(state, PaymentState::Closing { .. }), "an attempt is not final: {state:?}");
    (payment, attempt)
}

#[tokio::test]
async fn money_within_the_grace_is_the_sale_all_the_same() {
    let mut world = World::new(2).await;
    let (payment, attempt) = short(&mut world, 3_600).await;
    world.pay(attempt).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    assert_eq!(world.balance(Account::Pending).await, 9_650);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn money_after_the_grace_is_kept_for_the_payer() {
    let mut world = World::new(3).await;
    let (payment, attempt) = short(&mut world, 3_600).await;
    world.pass(SignedDuration::from_hours(49)).await;
    assert_eq!(
        world.attempt(attempt).await.state,
        AttemptState::Abandoned,
        "waited for until the grace ends"
    );
    assert_eq!(world.payment(payment).await.state, PaymentState::Expired);
    world.pay(attempt).await;
    let late = world.payment(payment).await;
    assert_eq!((late.state, late.credit), (PaymentState::Expired, rub("100.00")));
    assert_eq!(world.balance(Account::PayerCredit(payment)).await, 10_000);
    assert_eq!(world.balance(Account::Pending).await, 0);
    let refund = world.engine.refund(payment, None, Source::Credit, Actor::Buyer).await.unwrap().0;
    world.settle().await;
    assert_eq!(world.refund(refund).await.state, RefundState::Returned);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn money_after_a_cancellation_goes_back() {
    let mut world = World::new(4).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.engine.cancel(payment, Actor::Buyer).await.unwrap();
    world.pay(attempt).await;
    world.settle().await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Cancelled);
    let refunds = world.engine.store().refunds_of(payment).await.unwrap();
    assert_eq!(refunds.iter().map(|refund| refund.state).collect::<Vec<_>>(), [RefundState::Returned]);
    assert!(world.network.outside().shop.told.is_empty(), "no sale, no notice");
    world.audit_with_provider().await;
}

#[tokio::test]
async fn strange_money_that_the_provider_does_not_return_can_be_returned_by_hand_through_its_own_attempt() {
    let mut world = World::new(5).await;
    let payment = world.open("100.00", "1").await;
    let first = world.choose(payment, Method::BankCard).await;
    let second = world.choose(payment, Method::Sbp).await;
    world.pay(second).await;
    let rule =
        json!({"on": "create_refund", "fault": "refund_canceled", "reason": "general_decline", "next": 1});
    world.network.outside().provider.fault(rule);
    world.pay(first).await;
    world.settle().await;
    assert_eq!(world.balance(Account::Unclaimed(payment)).await, 10_000, "listed for a person");
    let refund = world.engine.refund(payment, None, Source::Unclaimed, Actor::Clock).await.unwrap().0;
    world.settle().await;
    let refund = world.refund(refund).await;
    assert_eq!((refund.attempt, refund.state), (first, RefundState::Returned));
    world.ask_refund(payment, "100.00").await.expect("the sale itself can still be refunded");
    world.settle().await;
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_notice_under_another_account_is_refused_and_changes_nothing() {
    let mut world = World::new(6).await;
    let other = engine::operator::NewProvider { name: "another".to_owned(), ..yookassa() };
    let other = world.engine.create_provider(other, Actor::Clock).await.unwrap();
    world.notices_lost = true;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pay(attempt).await;
    let body = world.notices[0].body.to_string();
    let before = world.network.outside().provider.heard.len();
    assert_eq!(
        world.engine.provider_news(other, &notice_request(&body)).await.status,
        200,
        "not ours: no repeats"
    );
    world.settle().await;
    assert_eq!(world.network.outside().provider.heard.len(), before, "nobody is asked");
    assert_eq!(world.payment(payment).await.state, PaymentState::Open);
    let nobody = domain::ids::ProviderAccountId { number: 1, ..other };
    assert_eq!(world.engine.provider_news(nobody, &notice_request(&body)).await.status, 404);
    for nonsense in [
        "",
        "{}",
        "[]",
        "\u{0}",
        "{\"type\":\"notification\",\"event\":\"payment.succeeded\",\"object\":{\"id\":\"../me\"}}",
    ] {
        world.engine.provider_news(world.account, &notice_request(nonsense)).await;
    }
    world.settle().await;
    assert_eq!(world.network.outside().provider.heard.len(), before);
}
