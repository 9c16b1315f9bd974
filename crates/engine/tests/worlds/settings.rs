//! Days, months and settings that change: settlement, turnover, stale versions, closed shops.

use domain::history::Actor;
use domain::ledger::Account;
use domain::methods::Method;
use domain::payments::PaymentState;
use domain::tariffs::{Fee, RefundFee, Step};
use engine::operator::NewTariff;
use engine::sellers::ShopChange;
use jiff::{SignedDuration, Timestamp};
use money::currency::Currency;
use testkit::imagined::scenes::rub;
use testkit::imagined::world::World;

#[tokio::test]
async fn money_becomes_available_at_the_next_midnight_of_the_shop() {
    let mut world = World::new(1).await;
    let payment = world.paid("100.00", "1").await;
    let midnight: Timestamp = "2026-01-15T21:00:00Z".parse().unwrap();
    world.pass(midnight.duration_since(world.now()) - SignedDuration::from_millis(1)).await;
    assert_eq!((world.balance(Account::Pending).await, world.balance(Account::Available).await), (9_650, 0));
    world.pass(SignedDuration::from_millis(1)).await;
    assert_eq!((world.balance(Account::Pending).await, world.balance(Account::Available).await), (0, 9_650));
    assert!(world.payment(payment).await.settled);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn the_turnover_of_the_last_month_decides_the_step_from_the_first_of_the_next() {
    let mut world = World::new(2).await;
    let share = |parts| Fee::Share { parts, of: 1_000 };
    let steps =
        vec![Step { from: rub("0.00"), fee: share(50) }, Step { from: rub("1000.00"), fee: share(20) }];
    let tariff = NewTariff {
        method: Some(Method::BankCard),
        currency: Currency::Rub,
        steps,
        refund_fee: RefundFee::Keep,
        seller: None,
        shop: None,
    };
    world.engine.create_tariff(tariff, Actor::Clock).await.unwrap();
    let first = world.paid("1000.00", "1").await;
    assert_eq!(world.payment(first).await.fee, rub("50.00"));
    let second = world.paid("100.00", "2").await;
    assert_eq!(world.payment(second).await.fee, rub("5.00"), "not within the month");
    let february: Timestamp = "2026-01-31T21:00:00Z".parse().unwrap();
    world.pass(february.duration_since(world.now())).await;
    let third = world.paid("100.00", "3").await;
    assert_eq!(world.payment(third).await.fee, rub("2.00"));
    let march: Timestamp = "2026-02-28T21:00:00Z".parse().unwrap();
    world.pass(march.duration_since(world.now())).await;
    let fourth = world.paid("100.00", "4").await;
    assert_eq!(world.payment(fourth).await.fee, rub("5.00"), "February was a poor month");
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_month_without_any_sale_is_measured_as_nothing() {
    let mut world = World::new(3).await;
    world.paid("1000.00", "1").await;
    let april: Timestamp = "2026-03-31T21:00:00Z".parse().unwrap();
    world.pass(april.duration_since(world.now())).await;
    let seller = world.engine.store().seller(world.seller).await.unwrap().unwrap();
    assert_eq!(seller.turnover_of(Currency::Rub), rub("0.00"));
}

#[tokio::test]
async fn settings_that_changed_since_they_were_read_are_read_again_once() {
    let mut world = World::new(4).await;
    let payment = world.open("100.00", "1").await;
    // All caches are warm; another node's change is not told to this one.
    let scene = world.engine.scene(payment).await.unwrap();
    assert!(!world.engine.choices(&scene).await.unwrap().is_empty());
    let mut shop = world.engine.store().shop(world.shop).await.unwrap().unwrap();
    shop.version += 1;
    let save = |shop| domain::settings::SaveShop {
        shop,
        names: Vec::new(),
        fields: "name".to_owned(),
        actor: Actor::Clock,
    };
    world.engine.store().submit(save(shop)).await.unwrap();
    let mut account = world.engine.store().provider(world.account).await.unwrap().unwrap();
    account.version += 1;
    let change = domain::settings::SaveProvider { account, actor: Actor::Clock };
    world.engine.store().submit(change).await.unwrap();
    world.open("100.00", "2").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pay(attempt).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
}

#[tokio::test]
async fn a_shop_that_is_switched_off_takes_nothing_new_but_what_was_begun_is_finished() {
    let mut world = World::new(5).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.engine.change_shop(world.shop, &[ShopChange::Active(false)], Actor::Clock).await.unwrap();
    assert!(world.engine.start_robokassa(&world.order("100.00", "2")).await.is_err());
    assert!(world.start(payment, Method::Sbp).await.is_err());
    world.pay(attempt).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    assert_eq!(world.times(payment, "notice_accepted").await, 1);
}

#[tokio::test]
async fn a_provider_that_is_switched_off_begins_nothing_and_still_answers_for_what_it_has() {
    let mut world = World::new(6).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.engine.change_provider(world.account, None, Some(false), Actor::Clock).await.unwrap();
    let scene = world.engine.scene(payment).await.unwrap();
    assert_eq!(world.engine.choices(&scene).await.unwrap(), Vec::new());
    world.pay(attempt).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    world.ask_refund(payment, "100.00").await.unwrap();
    world.settle().await;
    world.audit_with_provider().await;
}
