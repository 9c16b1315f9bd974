//! Many at once: two refunds that do not fit together, one order fifty times, one notice fifty times.

use std::sync::Arc;

use domain::methods::Method;
use domain::payments::PaymentState;
use testkit::imagined::scenes::rub;
use testkit::imagined::world::World;
use tokio::task::JoinSet;

/// Payments in one go of the crowd; the writer saves what arrives together.
const CROWD: usize = 100;

/// Does everything that is due side by side, until nothing is left at this moment.
async fn settle_together(world: &mut World) {
    loop {
        let work = world.due_work().await;
        let notices = world.network.outside().provider.happen(world.now());
        if work.is_empty() && notices.is_empty() {
            return;
        }
        let mut crowd = JoinSet::new();
        for lease in work {
            let engine = world.engine.clone();
            crowd.spawn(async move { engine.work(lease).await });
        }
        for notice in notices {
            let (engine, account) = (world.engine.clone(), world.account);
            let request = testkit::imagined::scenes::notice_request(&notice.body.to_string());
            crowd.spawn(async move { assert_eq!(engine.provider_news(account, &request).await.status, 200) });
        }
        while let Some(done) = crowd.join_next().await {
            done.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_refunds_of_60_on_100_only_one_is_ever_given_a_thousand_times_over() {
    let mut world = World::new(1).await;
    for round in 0..1_000 / CROWD {
        let mut opening = JoinSet::new();
        for place in 0..CROWD {
            let number = (round * CROWD + place + 1).to_string();
            let (engine, request) = (world.engine.clone(), world.order("100.00", &number));
            opening.spawn(async move {
                let payment = engine.start_robokassa(&request).await.unwrap().payment;
                let fields = domain::attempts::PayerFields::default();
                (payment, engine.start_attempt(payment, Method::BankCard, fields).await.unwrap())
            });
        }
        let opened = opening.join_all().await;
        settle_together(&mut world).await;
        for (_, attempt) in &opened {
            world.pay_quietly(*attempt);
        }
        world.clock.advance(jiff::SignedDuration::from_millis(100));
        settle_together(&mut world).await;
        let mut asking = JoinSet::new();
        for (payment, _) in opened.iter().copied().flat_map(|opened| [opened, opened]) {
            let engine = world.engine.clone();
            asking.spawn(async move {
                let source = domain::refunds::Source::Sale;
                let shop = domain::history::Actor::Shop;
                (payment, engine.refund(payment, Some(rub("60.00")), source, shop).await.is_ok())
            });
        }
        let given = asking.join_all().await;
        for (payment, _) in &opened {
            let of_this = given.iter().filter(|(of, given)| of == payment && *given).count();
            assert_eq!(of_this, 1, "exactly one of the two");
        }
        settle_together(&mut world).await;
        for (payment, _) in opened {
            assert_eq!(world.payment(payment).await.refunded, rub("60.00"));
        }
    }
    world.audit_with_provider().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_equal_orders_at_once_are_one_payment() {
    let world = World::new(2).await;
    let request = Arc::new(world.order("100.00", "7"));
    let mut crowd = JoinSet::new();
    for _ in 0..50 {
        let (engine, request) = (world.engine.clone(), request.clone());
        crowd.spawn(async move { engine.start_robokassa(&request).await.unwrap() });
    }
    let opened = crowd.join_all().await;
    assert_eq!(opened.iter().filter(|opened| opened.fresh).count(), 1);
    assert!(opened.iter().all(|other| other.payment == opened[0].payment));
    assert_eq!(world.times(opened[0].payment, "payment_opened").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_button_pressed_fifty_times_starts_one_attempt() {
    let mut world = World::new(3).await;
    let payment = world.open("100.00", "7").await;
    let mut crowd = JoinSet::new();
    for _ in 0..50 {
        let engine = world.engine.clone();
        let fields = domain::attempts::PayerFields::default();
        crowd.spawn(async move { engine.start_attempt(payment, Method::Sbp, fields).await.unwrap() });
    }
    let attempts = crowd.join_all().await;
    assert!(attempts.iter().all(|attempt| *attempt == attempts[0]));
    settle_together(&mut world).await;
    assert_eq!(world.network.outside().provider.books().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_notices_at_once_are_one_credit() {
    let mut world = World::new(4).await;
    world.notices_lost = true;
    let payment = world.open("100.00", "7").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pay_quietly(attempt);
    world.clock.advance(jiff::SignedDuration::from_millis(100));
    let notice = world.network.outside().provider.happen(world.now()).pop().expect("a notice");
    let request = Arc::new(testkit::imagined::scenes::notice_request(&notice.body.to_string()));
    let mut crowd = JoinSet::new();
    for _ in 0..50 {
        let (engine, account, request) = (world.engine.clone(), world.account, request.clone());
        crowd.spawn(async move { engine.provider_news(account, &request).await.status });
    }
    assert!(crowd.join_all().await.iter().all(|status| *status == 200));
    settle_together(&mut world).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    for word in ["funds_received", "payment_paid", "notice_owed", "notice_accepted"] {
        assert_eq!(world.times(payment, word).await, 1, "{word}");
    }
    assert_eq!(world.network.outside().shop.told.len(), 1);
    let asked = {
        let outside = world.network.outside();
        outside.provider.heard.iter().filter(|heard| heard.method == "GET").count()
    };
    assert!(asked <= 2, "fifty hints are one question, or one more where the first had begun: {asked}");
    world.audit_with_provider().await;
}
