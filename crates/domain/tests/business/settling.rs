//! The settlement delay: when it ends and what it moves.

use crate::scenes::DAY;
use crate::world::{World, rub};
use domain::history::Happened;
use domain::jobs::Task;
use domain::ledger::Account;
use domain::refunds::Source;
use domain::sellers::SettlementDelay;
use domain::settling::SettlePayment;
use domain::tariffs::{Fee, RefundFee, Step};
use jiff::Timestamp;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_delay_ends_at_midnight_of_the_next_day_in_the_shops_zone() {
    for (paid, zone, days, due) in [
        ("2026-03-02T09:00:00Z", "Europe/Moscow", 1, "2026-03-02T21:00:00Z"),
        // A quarter past midnight in Moscow, a day later.
        ("2026-03-02T21:15:00Z", "Europe/Moscow", 1, "2026-03-03T21:00:00Z"),
        ("2026-03-02T09:00:00Z", "Asia/Vladivostok", 1, "2026-03-02T14:00:00Z"),
        ("2026-03-02T09:00:00Z", "Europe/Moscow", 3, "2026-03-04T21:00:00Z"),
        // The night in which the clocks go forward is an hour shorter.
        ("2026-03-28T23:30:00Z", "Europe/Berlin", 1, "2026-03-29T22:00:00Z"),
    ] {
        let mut world = World::new();
        world.now = at(paid);
        world.shop_with(|shop| {
            shop.zone = zone.to_owned();
            shop.delay = SettlementDelay::Days(days);
        });
        let payment = world.sale(1, 10_000);
        assert_eq!(world.due(Task::SettlePayment(payment)), at(due), "{paid} in {zone}");
    }
}

#[test]
fn a_delay_in_seconds_counts_from_the_payment() {
    let mut world = World::new();
    world.shop_with(|shop| shop.delay = SettlementDelay::Seconds(60));
    let payment = world.sale(1, 10_000);
    assert_eq!(world.due(Task::SettlePayment(payment)), at("2026-03-02T09:01:00Z"));
}

#[test]
fn what_of_a_payment_stands_in_pending_becomes_available_once() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    world.sale(2, 20_000);
    world.pass(DAY);
    world.settle(payment);
    assert_eq!(world.accounts(), [19_300, 9_650, 0, 0, 1_050, -30_000]);
    let settled = world.get(payment);
    assert!(settled.settled && settled.unsettled.is_zero());
    assert_eq!(world.job(Task::SettlePayment(payment)), None);
    world.run(SettlePayment { payment, lease: None }).unwrap();
    assert_eq!(world.holds(Account::Available), 9_650);
    assert_eq!(world.was_told("payment_settled"), 1);
}

#[test]
fn a_refund_in_between_lessens_what_is_settled() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    world.refund(payment, Some(rub(4_000)), Source::Sale).unwrap();
    world.settle(payment);
    assert_eq!(world.holds(Account::Available), 9_650 + 140 - 4_000);
}

#[test]
fn no_more_is_settled_than_pending_holds() {
    let mut world = World::new();
    let fee = Fee::Fixed(rub(300));
    world.tariff_with(|tariff| {
        tariff.steps = vec![Step { from: rub(0), fee }];
        tariff.refund_fee = RefundFee::Keep;
    });
    world.sale(1, 100);
    // 10.00 less the fee of 3.00; 2.00 of it paid the debt of the first sale.
    let payment = world.sale(2, 1_000);
    assert_eq!(world.get(payment).unsettled, rub(700));
    world.settle(payment);
    assert_eq!(world.accounts(), [0, 500, 0, 0, 600, -1_100]);
    assert_eq!(*world.last(), Happened::PaymentSettled { amount: rub(500) });
}

#[test]
fn without_a_sale_nothing_is_settled_and_a_later_sale_still_is() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.run(SettlePayment { payment, lease: None }).unwrap();
    assert!(!world.get(payment).settled);
    world.receive(attempt, 10_000);
    world.settle(payment);
    assert_eq!(world.holds(Account::Available), 9_650);
}

#[test]
fn a_settlement_of_nothing_writes_no_entry() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    world.refund(payment, None, Source::Sale).unwrap();
    let entries = world.entries.len();
    world.settle(payment);
    assert_eq!(world.entries.len(), entries);
    assert!(world.get(payment).settled);
}
