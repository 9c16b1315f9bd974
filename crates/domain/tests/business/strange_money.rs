//! Money that is no sale, or not yet one: other sums, late money, second successes.

use crate::scenes::{DAY, HOUR};
use crate::world::{World, rub};
use domain::decide::Refused;
use domain::jobs::Task;
use domain::ledger::Account;
use domain::methods::Method;
use domain::payments::{ClosingWhy, PaymentState};
use domain::refunds::Source;

#[test]
fn a_second_success_is_unclaimed_and_goes_back_by_a_job() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let (first, second) = (world.start(payment), world.start(payment));
    world.receive(first, 10_000);
    world.receive(second, 10_000);
    assert_eq!(world.holds(Account::RefundsInTransit), 10_000);
    assert_eq!(world.get(payment).captured, rub(10_000));
    let refund = world.refunds_of(payment).remove(0);
    assert_eq!((refund.attempt, refund.source, refund.amount), (second, Source::Unclaimed, rub(10_000)));
    assert_eq!(world.due(Task::CarryRefund(refund.id)), world.now);
    world.returned(refund.id);
    assert_eq!(world.accounts(), [9_650, 0, 0, 0, 350, -10_000]);
    assert_eq!(world.job(Task::CarryRefund(refund.id)), None);
}

#[test]
fn unclaimed_money_that_cannot_go_back_is_listed_and_returned_by_a_person() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let (first, second) = (world.start(payment), world.start(payment));
    world.receive(first, 10_000);
    world.receive(second, 10_000);
    let refund = world.refunds_of(payment).remove(0);
    world.refund_fails(refund.id);
    assert_eq!(world.get(payment).unclaimed, rub(10_000));
    // It goes back through the attempt that brought it, and the sale keeps its own.
    let again = world.refund(payment, None, Source::Unclaimed).unwrap();
    assert_eq!((world.get(again).attempt, world.get(again).amount), (second, rub(10_000)));
    let sale = world.refund(payment, None, Source::Sale).unwrap();
    assert_eq!((world.get(sale).attempt, world.get(sale).amount), (first, rub(10_000)));
}

#[test]
fn unclaimed_money_finds_its_attempt_when_the_sale_came_later() {
    let mut world = World::new();
    let payment = world.open_hold(1, 10_000);
    let (first, second) = (world.start(payment), world.start(payment));
    world.hold(first, 10_000);
    world.receive(second, 10_000);
    let refund = world.refunds_of(payment).remove(0);
    world.refund_fails(refund.id);
    world.receive(first, 10_000);
    assert_eq!(world.get(payment).brought, [second, first]);
    let again = world.refund(payment, None, Source::Unclaimed).unwrap();
    assert_eq!(world.get(again).attempt, second);
}

#[test]
fn a_part_is_credit_and_the_rest_completes_the_sale() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let first = world.start(payment);
    world.receive(first, 4_000);
    let open = world.get(payment);
    assert_eq!((open.state, open.credit, open.captured), (PaymentState::Open, rub(4_000), rub(0)));
    let second = world.start(payment);
    assert_eq!((world.get(second).amount, world.get(second).price), (rub(6_000), rub(10_000)));
    world.receive(second, 6_000);
    let paid = world.get(payment);
    assert_eq!((paid.state, paid.credit, paid.captured), (PaymentState::Paid, rub(0), rub(10_000)));
    assert_eq!(world.accounts(), [9_650, 0, 0, 0, 350, -10_000]);
}

#[test]
fn an_overpayment_pays_and_the_rest_goes_back() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.receive(attempt, 12_500);
    let paid = world.get(payment);
    assert_eq!((paid.state, paid.captured, paid.credit), (PaymentState::Paid, rub(10_000), rub(0)));
    let refund = world.refunds_of(payment).remove(0);
    assert_eq!((refund.source, refund.amount), (Source::Credit, rub(2_500)));
    world.refund_fails(refund.id);
    assert_eq!(world.get(payment).credit, rub(2_500));
    assert_eq!(world.get(payment).state, PaymentState::Paid);
}

#[test]
fn attempts_that_ran_beside_each_other_never_sell_for_more_than_the_price() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let (first, second) = (world.start(payment), world.start(payment));
    world.receive(first, 4_000);
    // The second was asked for all of it, before anything was in credit.
    world.receive(second, 10_000);
    let paid = world.get(payment);
    assert_eq!((paid.state, paid.captured), (PaymentState::Paid, rub(10_000)));
    let refund = world.refunds_of(payment).remove(0);
    assert_eq!((refund.amount, refund.source), (rub(4_000), Source::Credit));
}

#[test]
fn two_parts_that_reach_the_price_pay_it() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let (first, second) = (world.start(payment), world.start(payment));
    world.receive(first, 4_000);
    world.receive(second, 7_000);
    assert_eq!(world.get(payment).captured, rub(10_000));
    assert_eq!(world.refunds_of(payment)[0].amount, rub(1_000));
}

#[test]
fn a_rest_does_not_pay_when_the_credit_went_back_meanwhile() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let first = world.start(payment);
    world.receive(first, 4_000);
    let second = world.start(payment);
    let refund = world.refund(payment, None, Source::Credit).unwrap();
    world.returned(refund);
    world.receive(second, 6_000);
    let open = world.get(payment);
    assert_eq!((open.state, open.credit), (PaymentState::Open, rub(6_000)));
}

#[test]
fn credit_goes_back_through_the_attempt_that_brought_it() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let first = world.start(payment);
    world.receive(first, 4_000);
    let second = world.start(payment);
    world.decline(second);
    let refund = world.refund(payment, None, Source::Credit).unwrap();
    assert_eq!((world.get(refund).attempt, world.get(refund).amount), (first, rub(4_000)));
    assert_eq!(world.get(payment).credit, rub(0));
    assert!(matches!(world.refund(payment, None, Source::Credit), Err(Refused::TooMuch { .. })));
}

#[test]
fn a_sale_of_two_parts_goes_back_through_both_attempts() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let first = world.start(payment);
    world.receive(first, 4_000);
    let second = world.start(payment);
    world.receive(second, 6_000);
    let refused = world.refund(payment, Some(rub(10_000)), Source::Sale);
    assert_eq!(refused, Err(Refused::TooMuch { wish: "refunded", left: rub(6_000) }));
    // What one attempt can give back goes through the one that completed the sale.
    let part = world.refund(payment, Some(rub(3_000)), Source::Sale).unwrap();
    assert_eq!(world.get(part).attempt, second);
    world.refund_fails(part);
    let one = world.refund(payment, None, Source::Sale).unwrap();
    let other = world.refund(payment, None, Source::Sale).unwrap();
    let of = |refund: domain::ids::RefundId| (world.get(refund).attempt, world.get(refund).amount);
    assert_eq!((of(one), of(other)), ((second, rub(6_000)), (first, rub(4_000))));
    assert_eq!(world.accounts(), [0, 0, 0, 10_000, 0, -10_000]);
}

#[test]
fn credit_stays_visible_when_the_payment_ends_and_goes_back_by_a_wish() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.receive(attempt, 4_000);
    world.expire(payment);
    let ended = world.get(payment);
    assert_eq!((ended.state, ended.credit), (PaymentState::Expired, rub(4_000)));
    let refund = world.refund(payment, None, Source::Credit).unwrap();
    world.returned(refund);
    assert_eq!(world.accounts(), [0; 6]);
}

#[test]
fn late_money_within_the_grace_pays() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.expire(payment);
    assert_eq!(world.get(payment).state, PaymentState::Closing { why: ClosingWhy::TimeOver });
    world.pass(DAY);
    world.receive(attempt, 10_000);
    assert_eq!(world.get(payment).state, PaymentState::Paid);
    assert_eq!(world.was_told("notice_owed"), 1);
}

#[test]
fn late_money_of_an_expired_payment_pays_within_the_grace() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.decline(attempt);
    world.expire(payment);
    assert_eq!(world.get(payment).state, PaymentState::Expired);
    world.receive(attempt, 10_000);
    assert_eq!(world.get(payment).state, PaymentState::Paid);
}

#[test]
fn money_after_the_grace_is_credit_and_the_order_stays_expired() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.expire(payment);
    world.pass(3 * DAY + HOUR);
    world.receive(attempt, 10_000);
    let ended = world.get(payment);
    assert_eq!((ended.state, ended.credit), (PaymentState::Expired, rub(10_000)));
    assert_eq!(world.was_told("payment_paid"), 0);
    let refund = world.refund(payment, None, Source::Credit).unwrap();
    assert_eq!(world.get(refund).amount, rub(10_000));
}

#[test]
fn money_for_a_cancelled_payment_is_unclaimed_and_goes_back() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let actor = domain::history::Actor::Buyer;
    world.run(domain::closing::CancelPayment { payment, actor }).unwrap();
    assert_eq!(world.get(payment).state, PaymentState::Closing { why: ClosingWhy::Cancelled });
    assert_eq!(world.was_told("payment_cancelled"), 0);
    world.receive(attempt, 10_000);
    assert_eq!(world.get(payment).state, PaymentState::Cancelled);
    assert_eq!(world.refunds_of(payment)[0].source, Source::Unclaimed);
}

#[test]
fn a_part_paid_by_a_dearer_method_counts_in_full() {
    let mut world = World::new();
    world.shop_with(|shop| shop.buyer_share = 1_000);
    let payment = world.open(1, 100_000);
    let attempt = world.start(payment);
    world.receive(attempt, 50_000);
    let trial = world.trial(payment, Method::Sbp);
    let rest = world.run(trial).unwrap();
    assert_eq!(world.get(rest).amount, rub(103_627 - 50_000));
    world.receive(rest, 53_627);
    let paid = world.get(payment);
    assert_eq!((paid.captured, paid.fee, paid.credit), (rub(103_627), rub(3_627), rub(0)));
}
