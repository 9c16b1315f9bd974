//! An order's number is a claim: it never leads to two sales.

use crate::scenes::{address, receipt, terms};
use crate::world::{World, rub};
use domain::decide::Refused;
use domain::ids::{BookKind, Id, ShopId};
use domain::jobs::Task;
use domain::opening::{ASSIGNED_NUMBER_MAX, OpenPayment};
use domain::payments::{ClosingWhy, PaymentState, Terms};
use jiff::SignedDuration;
use money::Money;
use money::currency::Currency;

#[test]
fn an_order_opens_a_payment_with_a_deadline() {
    let mut world = World::new();
    let opened = world.again(7, 10_000, 1).unwrap();
    assert!(opened.fresh);
    let payment = world.get(opened.payment);
    assert_eq!((payment.state, payment.terms.number), (PaymentState::Open, 7));
    assert_eq!(payment.ends_at, world.now + SignedDuration::from_hours(7 * 24));
    assert_eq!(payment.grace_ends_at, payment.ends_at + SignedDuration::from_hours(3 * 24));
    assert_eq!(world.due(Task::ExpirePayment(payment.id)), payment.ends_at);
}

#[test]
fn the_same_content_goes_on_with_the_same_payment() {
    let mut world = World::new();
    let first = world.again(7, 10_000, 1).unwrap();
    let second = world.again(7, 10_000, 1).unwrap();
    assert_eq!((second.payment, second.fresh), (first.payment, false));
    let attempt = world.start(first.payment);
    world.hold(attempt, 10_000);
    assert_eq!(world.again(7, 10_000, 1).unwrap().payment, first.payment);
}

#[test]
fn other_content_takes_the_number_over_and_closes_the_old_payment() {
    let mut world = World::new();
    let old = world.again(7, 10_000, 1).unwrap().payment;
    let new = world.again(7, 12_000, 2).unwrap();
    assert!(new.fresh);
    assert_eq!(world.get(old).state, PaymentState::Cancelled);
    assert_eq!(world.job(Task::ExpirePayment(old)), None);
    assert_eq!(world.again(7, 12_000, 2).unwrap().payment, new.payment);
    // The first content is other content now.
    assert!(world.again(7, 10_000, 1).unwrap().fresh);
}

#[test]
fn a_replaced_payment_waits_for_its_attempts_and_their_money_is_unclaimed() {
    let mut world = World::new();
    let old = world.open(7, 10_000);
    let attempt = world.start(old);
    let new = world.again(7, 12_000, 2).unwrap().payment;
    assert_eq!(world.get(old).state, PaymentState::Closing { why: ClosingWhy::Replaced });
    world.receive(attempt, 10_000);
    assert_eq!(world.get(old).state, PaymentState::Cancelled);
    assert_eq!(world.get(new).state, PaymentState::Open);
    assert_eq!(world.refunds_of(old)[0].amount, rub(10_000));
    assert_eq!(world.was_told("payment_paid"), 0);
}

#[test]
fn a_paid_number_is_refused_whatever_the_content() {
    let mut world = World::new();
    world.sale(7, 10_000);
    assert_eq!(world.again(7, 10_000, 1), Err(Refused::AlreadyPaid));
    assert_eq!(world.again(7, 12_000, 2), Err(Refused::AlreadyPaid));
}

#[test]
fn a_number_whose_money_is_held_is_refused_to_other_content() {
    let mut world = World::new();
    let payment = world.open_hold(7, 10_000);
    let attempt = world.start(payment);
    world.hold(attempt, 10_000);
    assert_eq!(world.again(7, 12_000, 2), Err(Refused::AlreadyPaid));
}

#[test]
fn rehearsals_use_a_paid_number_again() {
    let mut world = World::of_kind(BookKind::Test);
    let first = world.sale(7, 10_000);
    let second = world.again(7, 10_000, 1).unwrap();
    assert!(second.fresh && second.payment != first);
    assert_eq!(world.get(first).state, PaymentState::Paid);
    assert_eq!(world.again(7, 10_000, 1).unwrap().payment, second.payment);
}

#[test]
fn an_ended_order_is_opened_anew_and_its_late_money_belongs_to_no_sale() {
    let mut world = World::new();
    let expired = world.open(7, 10_000);
    world.expire(expired);
    assert_eq!(world.get(expired).state, PaymentState::Expired);
    let new = world.again(7, 10_000, 1).unwrap();
    assert!(new.fresh);
    assert_eq!(world.get(expired).state, PaymentState::Cancelled);
    let actor = crate::scenes::operator();
    world.run(domain::closing::CancelPayment { payment: new.payment, actor }).unwrap();
    assert!(world.again(7, 10_000, 1).unwrap().fresh);
}

#[test]
fn assigned_numbers_rise_and_skip_taken_ones() {
    let mut world = World::new();
    for taken in [1, 3, 4] {
        world.open(taken, 10_000);
    }
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let order = world.order(None, 10_000, 1);
        let opened = world.run(order).unwrap();
        numbers.push(world.get(opened.payment).terms.number);
    }
    assert_eq!(numbers, [2, 5, 6]);
    assert_eq!(world.get(ShopId::new(world.book, 2)).version, 1);
}

#[test]
fn assigned_numbers_stay_within_32_bits_and_begin_again() {
    let mut world = World::new();
    world.open(1, 10_000);
    world.shop_with(|shop| shop.last_number = ASSIGNED_NUMBER_MAX - 1);
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let order = world.order(None, 10_000, 1);
        let opened = world.run(order).unwrap();
        numbers.push(world.get(opened.payment).terms.number);
    }
    assert_eq!(numbers, [ASSIGNED_NUMBER_MAX, 2]);
}

#[test]
fn an_order_that_cannot_be_is_refused() {
    let mut world = World::new();
    let good = world.order(Some(7), 10_000, 1);
    let stale = OpenPayment { shop_version: 2, ..good.clone() };
    assert_eq!(world.run(stale), Err(Refused::Stale { what: "shop" }));
    for amount in [rub(0), rub(-1), Money::from_minor(100, Currency::Usd)] {
        let refused = world.run(OpenPayment { amount, ..good.clone() });
        assert!(matches!(refused, Err(Refused::Invalid { what: "sum", .. })));
    }
    let over = OpenPayment { ends_at: Some(world.now), ..good.clone() };
    assert!(matches!(world.run(over), Err(Refused::Invalid { what: "end", .. })));
    world.shop_with(|shop| shop.active = false);
    assert_eq!(world.run(good), Err(Refused::Off { what: "shop" }));
    assert!(world.all::<domain::payments::Payment>().is_empty());
}

#[test]
fn a_blocked_seller_opens_nothing_new() {
    let mut world = World::new();
    let seller = domain::sellers::Seller { active: false, ..crate::scenes::seller(world.book) };
    world.put(seller);
    assert_eq!(world.again(7, 10_000, 1), Err(Refused::Off { what: "seller" }));
}

#[test]
fn a_refused_replacement_leaves_the_old_payment_alone() {
    let mut world = World::new();
    let old = world.open(7, 10_000);
    assert!(world.again(7, -5, 2).is_err());
    assert_eq!(world.get(old).state, PaymentState::Open);
    assert!(world.job(Task::ExpirePayment(old)).is_some());
}

#[test]
fn what_the_shop_said_is_kept_with_the_number_settled_on() {
    let mut world = World::new();
    let said =
        Terms { success: Some(address("thanks")), number: 99, receipt: Some(receipt(10_000)), ..terms() };
    let order = OpenPayment { terms: said.clone(), ..world.order(None, 10_000, 1) };
    let payment = world.run(order).unwrap().payment;
    assert_eq!(world.get(payment).terms, Terms { number: 1, ..said });
}
