//! Refunds: what they take from where, what of the fee comes back, and how a failure undoes them.

use crate::scenes::PROVIDER;
use crate::world::{World, rub};
use domain::attempts::{Operation, Reason};
use domain::decide::Refused;
use domain::ids::{CallId, PaymentId, RefundId};
use domain::jobs::Task;
use domain::ledger::Account;
use domain::outcomes::Outcome;
use domain::payments::Payment;
use domain::refunding::{LearnRefund, SaveRefundCall};
use domain::refunds::{RefundState, Source};
use domain::tariffs::{Fee, RefundFee, Step};

fn give_back(world: &mut World, payment: PaymentId, minor: i64) -> Result<RefundId, Refused> {
    world.refund(payment, Some(rub(minor)), Source::Sale)
}

/// What of a payment a failed refund must leave as it was.
fn totals(payment: &Payment) -> [i64; 6] {
    [payment.captured, payment.refunded, payment.unsettled, payment.fee, payment.fee_returned, payment.credit]
        .map(money::Money::minor)
}

#[test]
fn a_full_refund_before_settlement_leaves_nothing_anywhere() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let refund = world.refund(payment, None, Source::Sale).unwrap();
    assert_eq!(world.accounts(), [0, 0, 0, 10_000, 0, -10_000]);
    assert_eq!(world.due(Task::CarryRefund(refund)), world.now);
    world.returned(refund);
    assert_eq!(world.accounts(), [0; 6]);
    assert_eq!(world.get(refund).state, RefundState::Returned);
    world.settle(payment);
    assert_eq!(world.accounts(), [0; 6]);
}

#[test]
fn a_full_refund_after_settlement_takes_from_available() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    world.sale(2, 10_000);
    world.settle(payment);
    // The fee that comes back makes the refund possible, and the other sale stays in Pending.
    let refund = world.refund(payment, None, Source::Sale).unwrap();
    assert_eq!(world.accounts(), [9_650, 0, 0, 10_000, 350, -20_000]);
    world.returned(refund);
    assert_eq!(world.accounts(), [9_650, 0, 0, 0, 350, -10_000]);
}

#[test]
fn a_partial_refund_takes_the_payments_own_unsettled_part_first() {
    let mut world = World::new();
    let settled = world.sale(1, 10_000);
    world.settle(settled);
    let payment = world.sale(2, 10_000);
    give_back(&mut world, payment, 4_000).unwrap();
    assert_eq!(world.accounts(), [9_650 + 140 - 4_000, 9_650, 0, 4_000, 700 - 140, -20_000]);
    assert_eq!(world.get(payment).unsettled, rub(5_790));
}

#[test]
fn three_thirds_return_the_sum_and_the_fee_exactly() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let mut fees = Vec::new();
    for minor in [3_333, 3_333, 3_334] {
        let refund = give_back(&mut world, payment, minor).unwrap();
        fees.push(world.get(refund).fee_returned.minor());
        world.returned(refund);
    }
    assert_eq!(fees, [117, 116, 117]);
    assert_eq!(world.accounts(), [0; 6]);
    assert!(matches!(give_back(&mut world, payment, 1), Err(Refused::TooMuch { .. })));
}

#[test]
fn two_refunds_of_60_never_both() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    give_back(&mut world, payment, 6_000).unwrap();
    let second = give_back(&mut world, payment, 6_000);
    assert_eq!(second, Err(Refused::TooMuch { wish: "refunded", left: rub(4_000) }));
}

#[test]
fn a_failed_refund_puts_everything_back() {
    for (settled_before, settled_between) in [(false, false), (false, true), (true, false)] {
        for keep in [RefundFee::Return, RefundFee::Keep, RefundFee::Fixed(rub(25))] {
            let mut world = World::new();
            world.tariff_with(|tariff| tariff.refund_fee = keep.clone());
            // Another sale pays what the refund itself cannot.
            let other = world.sale(1, 10_000);
            world.settle(other);
            let payment = world.sale(2, 10_000);
            if settled_before {
                world.settle(payment);
            }
            let refund = world.refund(payment, None, Source::Sale).unwrap();
            if settled_between {
                world.settle(payment);
            }
            world.refund_fails(refund);
            // As if there had been no refund: what was settled meanwhile is settled.
            let mut alike = World::new();
            alike.sale(1, 10_000);
            let first = alike.all::<Payment>()[0].id;
            alike.settle(first);
            let untouched = alike.sale(2, 10_000);
            if settled_before || settled_between {
                alike.settle(untouched);
            }
            let case = format!("{keep:?}, settled {settled_before} {settled_between}");
            assert_eq!(world.accounts(), alike.accounts(), "{case}");
            assert_eq!(totals(&world.get(payment)), totals(&alike.get(untouched)), "{case}");
            assert_eq!(world.get(payment).brought.len(), 1);
            // And it can be asked for once more.
            world.refund(payment, None, Source::Sale).unwrap();
        }
    }
}

#[test]
fn the_fee_is_kept_returned_or_a_fixed_one_is_charged() {
    for (keep, left, fees) in [
        (RefundFee::Keep, 9_650 - 5_000, 350),
        (RefundFee::Return, 9_650 - 5_000 + 175, 175),
        (RefundFee::Fixed(rub(25)), 9_650 - 5_000 - 25, 375),
    ] {
        let mut world = World::new();
        world.tariff_with(|tariff| tariff.refund_fee = keep.clone());
        let payment = world.sale(1, 10_000);
        give_back(&mut world, payment, 5_000).unwrap();
        assert_eq!(world.accounts(), [left, 0, 0, 5_000, fees, -10_000], "{keep:?}");
        assert_eq!(world.get(payment).unsettled, rub(left));
    }
}

#[test]
fn what_a_refund_does_to_the_fee_is_frozen_when_the_attempt_starts() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.tariff_with(|tariff| tariff.refund_fee = RefundFee::Keep);
    world.receive(attempt, 10_000);
    let refund = world.refund(payment, None, Source::Sale).unwrap();
    assert_eq!(world.get(refund).fee_returned, rub(350));
}

#[test]
fn a_refund_that_is_not_covered_is_refused_with_what_is_missing() {
    let mut world = World::new();
    world.tariff_with(|tariff| tariff.refund_fee = RefundFee::Keep);
    let payment = world.sale(1, 10_000);
    let before = world.accounts();
    let refused = world.refund(payment, None, Source::Sale);
    assert_eq!(refused, Err(Refused::Short { account: Account::Available, missing: rub(350) }));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "available lacks 3.50 RUB; a top-up or new sales would fill it"
    );
    assert_eq!((world.accounts(), world.get(payment).refunded), (before, rub(0)));
    give_back(&mut world, payment, 9_650).unwrap();
}

#[test]
fn what_paid_a_debt_is_not_taken_from_pending_again() {
    let mut world = World::new();
    let fee = Fee::Fixed(rub(300));
    world.tariff_with(|tariff| {
        tariff.steps = vec![Step { from: rub(0), fee }];
        tariff.refund_fee = RefundFee::Keep;
    });
    let settled = world.sale(1, 1_000);
    world.settle(settled);
    // A fee of 3.00 on 1.00: the missing 2.00 come from Available.
    world.sale(2, 100);
    let twice = world.sale(3, 1_000);
    assert_eq!(world.accounts(), [700, 500, 0, 0, 900, -2_100]);
    give_back(&mut world, twice, 900).unwrap();
    assert_eq!(world.accounts(), [0, 300, 0, 900, 900, -2_100]);
}

#[test]
fn a_refund_takes_from_pending_only_what_a_debt_has_left_there() {
    let mut world = World::new();
    let fee = Fee::Fixed(rub(300));
    world.tariff_with(|tariff| {
        tariff.steps = vec![Step { from: rub(0), fee }];
        tariff.refund_fee = RefundFee::Keep;
    });
    world.sale(1, 100);
    let payment = world.sale(2, 1_000);
    // 7.00 are unsettled on the payment, but 2.00 of them paid the debt of the first sale.
    assert_eq!((world.get(payment).unsettled, world.holds(Account::Pending)), (rub(700), 500));
    let refused = give_back(&mut world, payment, 600);
    assert_eq!(refused, Err(Refused::Short { account: Account::Available, missing: rub(100) }));
}

#[test]
fn only_what_is_paid_can_be_refunded() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    assert!(matches!(give_back(&mut world, payment, 100), Err(Refused::WrongState { .. })));
    let attempt = world.start(payment);
    assert!(matches!(give_back(&mut world, payment, 100), Err(Refused::WrongState { .. })));
    assert!(matches!(
        world.refund(payment, Some(rub(100)), Source::Credit),
        Err(Refused::WrongState { .. } | Refused::TooMuch { .. })
    ));
    world.receive(attempt, 10_000);
    for minor in [0, -100] {
        assert!(matches!(give_back(&mut world, payment, minor), Err(Refused::TooMuch { .. })));
    }
}

#[test]
fn an_unknown_refund_stays_in_transit_and_is_asked_about() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let refund = give_back(&mut world, payment, 1_000).unwrap();
    let task = Task::CarryRefund(refund);
    let lease = world.take(task);
    let id: CallId = world.id();
    let (operation, request) = (Operation::Refund, "fake".to_owned());
    world.run(SaveRefundCall { id, refund, operation, step: 1, request, lease }).unwrap();
    assert_eq!((world.get(refund).state, world.get(refund).call), (RefundState::Sent, Some(id)));
    world.learn_refund(refund, None);
    assert_eq!(world.due(task), world.soon());
    // Another sum, or an outcome that is none of a refund, is nothing certain.
    world.learn_refund(refund, Some(Outcome::Returned { amount: rub(900) }));
    world.learn_refund(refund, Some(Outcome::Released));
    assert_eq!((world.get(refund).checks, world.holds(Account::RefundsInTransit)), (3, 1_000));
    world.returned(refund);
    assert_eq!((world.job(task), world.holds(Account::RefundsInTransit)), (None, 0));
}

#[test]
fn news_of_a_refund_told_again_changes_nothing() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let refund = give_back(&mut world, payment, 1_000).unwrap();
    world.returned(refund);
    let before = (world.accounts(), world.entries.len());
    world.returned(refund);
    world.learn_refund(refund, None);
    assert_eq!((world.accounts(), world.entries.len()), before);
    // A refusal after the return contradicts: nothing is booked, a person is told.
    world.refund_fails(refund);
    assert_eq!((world.accounts(), world.was_told("news_contradicts")), (before.0, 1));
}

#[test]
fn a_refund_that_returned_although_it_had_failed_is_booked() {
    for source in [Source::Sale, Source::Unclaimed] {
        let mut world = World::new();
        let payment = world.open(1, 10_000);
        let (first, second) = (world.start(payment), world.start(payment));
        world.receive(first, 10_000);
        let refund = match source {
            Source::Sale => give_back(&mut world, payment, 10_000).unwrap(),
            Source::Unclaimed | Source::Credit => {
                world.receive(second, 10_000);
                world.refunds_of(payment)[0].id
            }
        };
        world.refund_fails(refund);
        world.returned(refund);
        let left = if source == Source::Sale { [0; 6] } else { [9_650, 0, 0, 0, 350, -10_000] };
        assert_eq!(world.accounts(), left);
        assert_eq!(world.get(refund).state, RefundState::Returned);
        assert_eq!(world.was_told("news_contradicts"), 1);
    }
}

#[test]
fn a_refund_that_went_out_twice_becomes_a_debt() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let failed = give_back(&mut world, payment, 10_000).unwrap();
    world.refund_fails(failed);
    let again = give_back(&mut world, payment, 10_000).unwrap();
    world.returned(again);
    world.returned(failed);
    assert_eq!(world.accounts(), [0, 0, -10_000, 0, 0, 10_000]);
    assert_eq!(world.get(payment).refunded, rub(20_000));
    // The next income pays it before anything else.
    world.sale(2, 20_000);
    assert_eq!(world.accounts(), [20_000 - 700 - 10_000, 0, 0, 0, 700, -10_000]);
    assert!(matches!(
        world.refund(payment, None, Source::Sale),
        Err(Refused::TooMuch { left, .. }) if left.is_zero()
    ));
}

#[test]
fn a_failure_between_other_refunds_never_asks_for_a_negative_fee() {
    let mut world = World::new();
    let fee = Fee::Share { parts: 35, of: 1_000 };
    world.tariff_with(|tariff| tariff.steps = vec![Step { from: rub(0), fee }]);
    let payment = world.sale(1, 10_000);
    let first = give_back(&mut world, payment, 14).unwrap();
    let second = give_back(&mut world, payment, 1).unwrap();
    assert_eq!((world.get(first).fee_returned, world.get(second).fee_returned), (rub(0), rub(1)));
    world.refund_fails(first);
    // round(350 × 2 ÷ 10000) is 0, and 1 was returned: nothing is taken back.
    let third = give_back(&mut world, payment, 1).unwrap();
    assert_eq!(world.get(third).fee_returned, rub(0));
    world.refund(payment, None, Source::Sale).unwrap();
    assert_eq!(world.get(payment).fee_returned, rub(350));
}

#[test]
fn a_refund_call_needs_the_lease_and_an_open_refund() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let refund = give_back(&mut world, payment, 1_000).unwrap();
    let old = world.take(Task::CarryRefund(refund));
    let new = world.take(Task::CarryRefund(refund));
    let save = |world: &mut World, lease| {
        let id: CallId = world.id();
        let (operation, request) = (Operation::Refund, "fake".to_owned());
        world.run(SaveRefundCall { id, refund, operation, step: 1, request, lease })
    };
    assert_eq!(save(&mut world, old), Err(Refused::LeaseOver));
    save(&mut world, new).unwrap();
    // News under the old lease is kept, but plans nothing.
    let reason = Reason::InvalidState;
    let (outcome, remember, next_check) = (None, Some("fake-1".to_owned()), world.soon());
    world.run(LearnRefund { refund, outcome, remember, next_check, lease: Some(old) }).unwrap();
    assert_eq!(world.get(refund).memo.as_deref(), Some("fake-1"));
    assert_eq!(world.job(new.task).unwrap().lease.unwrap().0, new.number);
    let outcome = Some(Outcome::Declined { reason });
    world.run(LearnRefund { refund, outcome, remember: None, next_check, lease: Some(old) }).unwrap();
    assert_eq!(world.get(refund).state, RefundState::Failed { reason });
    assert_eq!(world.job(new.task), None);
    assert_eq!(world.holds(Account::Provider(PROVIDER)), -10_000);
}
