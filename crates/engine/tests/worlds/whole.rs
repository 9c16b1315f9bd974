//! Payments that go well, by every method, and what everybody hears of them.

use domain::attempts::{AttemptState, Prompt};
use domain::ledger::Account;
use domain::methods::Method;
use domain::payments::PaymentState;
use jiff::SignedDuration;
use testkit::imagined::scenes::rub;
use testkit::imagined::world::World;
use testkit::robokassa::{Digest, is_genuine};

#[tokio::test]
async fn a_payment_by_every_method_is_paid_told_and_booked() {
    let mut world = World::new(1).await;
    for (place, method) in Method::ALL.iter().enumerate() {
        let payment = world.open("100.00", &(place + 1).to_string()).await;
        let attempt = world.choose(payment, *method).await;
        let waiting = world.attempt(attempt).await;
        assert_eq!(waiting.state, AttemptState::Waiting, "{method:?}");
        let fits = match waiting.prompt.expect("something to show") {
            Prompt::Redirect { url } => url.starts_with("http://yookassa.imagined/"),
            Prompt::Qr { .. } => *method == Method::Sbp,
            Prompt::External { phone } => phone.as_deref() == Some("79000000000"),
            Prompt::Outcome => false,
        };
        assert!(fits, "{method:?}");
        world.pay(attempt).await;
        let paid = world.payment(payment).await;
        assert_eq!(paid.state, PaymentState::Paid, "{method:?}");
        assert_eq!((paid.captured, paid.fee), (rub("100.00"), rub("3.50")));
        assert_eq!(world.times(payment, "notice_accepted").await, 1, "{method:?}");
    }
    let of_each = |sum: i64| sum * i64::try_from(Method::ALL.len()).unwrap();
    assert_eq!(world.balance(Account::Pending).await, of_each(9_650));
    assert_eq!(world.balance(Account::FeesEarned).await, of_each(350));
    assert_eq!(world.balance(Account::FeesPaid).await, of_each(-280));
    let genuine = {
        let outside = world.network.outside();
        assert_eq!(outside.shop.told.len(), Method::ALL.len(), "each once");
        let password2 = world.passwords.password2.expose();
        outside.shop.told.iter().all(|(_, call)| is_genuine(call, password2, Digest::Sha256))
    };
    assert!(genuine, "the shop's own client verifies every notice");
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_payment_is_learned_without_any_notice_by_asking() {
    let mut world = World::new(2).await;
    world.notices_lost = true;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pay_quietly(attempt);
    world.pass(SignedDuration::from_secs(9)).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Open);
    world.pass(SignedDuration::from_secs(2)).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid, "the first check comes after 10 s");
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_declined_attempt_leaves_the_payment_open_for_another_one() {
    let mut world = World::new(3).await;
    let payment = world.open("100.00", "1").await;
    let first = world.choose(payment, Method::BankCard).await;
    world.decline(first, "insufficient_funds").await;
    assert!(matches!(world.attempt(first).await.state, AttemptState::Declined { .. }));
    assert_eq!(world.payment(payment).await.state, PaymentState::Open);
    let second = world.choose(payment, Method::Sbp).await;
    world.pay(second).await;
    let paid = world.payment(payment).await;
    assert_eq!((paid.state, paid.paid_by), (PaymentState::Paid, Some(second)));
    assert!(paid.unfinished.is_empty());
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_rehearsal_is_paid_in_the_test_book_and_touches_no_live_money() {
    let mut world = World::new(4).await;
    let link = testkit::robokassa::Link::new(testkit::imagined::world::LOGIN, "10.00", "1");
    let link = link.unsigned("IsTest", "1");
    let url = link.url("", world.passwords.test_password1.expose(), Digest::Sha256);
    let mut request = world.order("10.00", "1");
    request.query = url.split_once('?').unwrap().1.to_owned();
    let payment = world.engine.start_robokassa(&request).await.unwrap().payment;
    let attempt = world.choose(payment, Method::BankCard).await;
    assert_eq!(world.attempt(attempt).await.prompt, Some(Prompt::Outcome));
    world.engine.choose_outcome(payment, "paid").await.unwrap();
    world.settle().await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    assert_eq!(world.balance(Account::Pending).await, 0, "the live book has nothing of it");
    assert!(world.engine.choose_outcome(payment, "paid").await.is_err(), "a choice is made once");
    world.audit_with_provider().await;
}
