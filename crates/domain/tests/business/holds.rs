//! Holds: captured in whole or part, released, lapsed, late, and never forgotten.

use crate::scenes::{DAY, HOUR, operator};
use crate::world::{World, rub};
use domain::attempts::{AttemptState, Operation, Reason};
use domain::closing::CancelPayment;
use domain::decide::Refused;
use domain::holding::{CapturePayment, ReleasePayment};
use domain::ids::{AttemptId, CallId, PaymentId};
use domain::jobs::Task;
use domain::learning::{AbandonAttempt, LearnOutcome};
use domain::outcomes::Outcome;
use domain::payments::PaymentState;
use domain::sending::SaveCall;
use domain::waiting::{LearnLost, LearnWaiting};
use jiff::SignedDuration;
use money::Money;
use money::currency::Currency;

/// A payment of 100.00 that is held.
fn held(world: &mut World) -> (PaymentId, AttemptId) {
    let payment = world.open_hold(1, 10_000);
    let attempt = world.start(payment);
    world.hold(attempt, 10_000);
    assert!(matches!(world.get(payment).state, PaymentState::Held { .. }));
    (payment, attempt)
}

fn capture(world: &mut World, payment: PaymentId, minor: Option<i64>) -> Result<Money, Refused> {
    world.run(CapturePayment { payment, amount: minor.map(rub), receipt: None, actor: operator() })
}

fn release(world: &mut World, payment: PaymentId) -> Result<(), Refused> {
    world.run(ReleasePayment { payment, actor: operator() })
}

/// What a worker learns from a job of the attempt.
fn worked(world: &mut World, task: Task, operation: Operation, outcome: Outcome) {
    let (Task::CheckAttempt(id) | Task::CaptureHold(id) | Task::ReleaseHold(id)) = task else { panic!() };
    let lease = Some(world.take(task));
    let news = world.news(id, outcome);
    world.run(LearnOutcome { operation, lease, ..news }).unwrap();
}

fn still_held(world: &World, attempt: AttemptId) -> Outcome {
    Outcome::Held { amount: rub(10_000), until: world.get(attempt).waits_until.unwrap() }
}

#[test]
fn a_hold_moves_no_money_and_is_watched() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    assert!(world.entries.is_empty());
    assert_eq!(world.get(payment).paid_by, Some(attempt));
    assert_eq!(world.due(Task::CheckAttempt(attempt)), world.soon());
}

#[test]
fn a_capture_of_60_from_100_books_60_and_scales_the_fee() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    assert_eq!(capture(&mut world, payment, Some(6_000)), Ok(rub(6_000)));
    assert_eq!(world.due(Task::CaptureHold(attempt)), world.now);
    let amount = rub(6_000);
    worked(
        &mut world,
        Task::CaptureHold(attempt),
        Operation::Capture,
        Outcome::Captured { amount, cost: None },
    );
    let paid = world.get(payment);
    assert_eq!((paid.state, paid.captured, paid.fee), (PaymentState::Paid, rub(6_000), rub(210)));
    assert_eq!(world.accounts(), [5_790, 0, 0, 0, 210, -6_000]);
    assert!(Task::of_attempt(attempt).iter().all(|task| world.job(*task).is_none()));
}

#[test]
fn a_partial_capture_scales_a_fixed_fee_too() {
    let mut world = World::new();
    let fee = domain::tariffs::Fee::Fixed(rub(500));
    world.tariff_with(|tariff| tariff.steps[0].fee = fee);
    let (payment, attempt) = held(&mut world);
    capture(&mut world, payment, Some(3_333)).unwrap();
    world.learn(attempt, Outcome::Captured { amount: rub(3_333), cost: None });
    assert_eq!(world.get(payment).fee, rub(167));
}

#[test]
fn all_that_is_held_is_captured_unless_a_sum_is_named() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    assert_eq!(
        capture(&mut world, payment, Some(10_001)),
        Err(Refused::TooMuch { wish: "captured", left: rub(10_000) })
    );
    assert!(matches!(capture(&mut world, payment, Some(0)), Err(Refused::Invalid { .. })));
    assert_eq!(capture(&mut world, payment, None), Ok(rub(10_000)));
    world.learn(attempt, Outcome::Captured { amount: rub(10_000), cost: None });
    assert_eq!(world.get(payment).captured, rub(10_000));
}

#[test]
fn a_capture_asked_twice_is_planned_once() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    capture(&mut world, payment, Some(6_000)).unwrap();
    let lease = world.take(Task::CaptureHold(attempt));
    assert_eq!(capture(&mut world, payment, Some(6_000)), Ok(rub(6_000)));
    assert_eq!(world.job(lease.task).unwrap().lease.unwrap().0, lease.number);
    assert!(capture(&mut world, payment, Some(5_000)).is_err());
    assert!(release(&mut world, payment).is_err());
}

#[test]
fn a_release_asked_twice_is_planned_once() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    release(&mut world, payment).unwrap();
    let lease = world.take(Task::ReleaseHold(attempt));
    release(&mut world, payment).unwrap();
    world.run(CancelPayment { payment, actor: operator() }).unwrap();
    assert_eq!(world.job(lease.task).unwrap().lease.unwrap().0, lease.number);
}

#[test]
fn a_released_hold_cancels_the_payment() {
    for by_cancelling in [false, true] {
        let mut world = World::new();
        let (payment, attempt) = held(&mut world);
        if by_cancelling {
            world.run(CancelPayment { payment, actor: operator() }).unwrap();
        } else {
            release(&mut world, payment).unwrap();
        }
        worked(&mut world, Task::ReleaseHold(attempt), Operation::Release, Outcome::Released);
        assert_eq!(world.get(payment).state, PaymentState::Cancelled);
        assert_eq!(world.get(attempt).state, AttemptState::Released);
        assert!(world.entries.is_empty());
    }
}

#[test]
fn a_hold_that_lapses_expires_the_payment() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    world.pass(6 * DAY);
    worked(&mut world, Task::CheckAttempt(attempt), Operation::Check, Outcome::Released);
    assert_eq!(world.get(payment).state, PaymentState::Expired);
}

#[test]
fn the_deadline_of_a_payment_does_not_end_its_hold() {
    let mut world = World::new();
    let (payment, _) = held(&mut world);
    world.expire(payment);
    assert!(matches!(world.get(payment).state, PaymentState::Held { .. }));
}

#[test]
fn a_refused_capture_leaves_the_hold_and_asks_how_it_stands() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    capture(&mut world, payment, Some(6_000)).unwrap();
    let reason = Reason::ProviderUnavailable;
    worked(&mut world, Task::CaptureHold(attempt), Operation::Capture, Outcome::Declined { reason });
    assert!(matches!(world.get(payment).state, PaymentState::Held { .. }));
    assert_eq!(world.job(Task::CaptureHold(attempt)), None);
    assert_eq!(world.due(Task::CheckAttempt(attempt)), world.soon());
    // It can be captured once more.
    capture(&mut world, payment, Some(7_000)).unwrap();
    world.learn(attempt, Outcome::Captured { amount: rub(7_000), cost: None });
    assert_eq!(world.get(payment).captured, rub(7_000));
}

#[test]
fn a_late_refusal_of_a_capture_does_not_stop_a_release() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    release(&mut world, payment).unwrap();
    let news = world.news(attempt, Outcome::Declined { reason: Reason::InvalidState });
    world.run(LearnOutcome { operation: Operation::Capture, ..news }).unwrap();
    assert!(matches!(world.get(payment).state, PaymentState::Releasing { .. }));
}

#[test]
fn a_refused_release_of_captured_money_contradicts_nothing() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    world.learn(attempt, Outcome::Captured { amount: rub(10_000), cost: None });
    let news = world.news(attempt, Outcome::Declined { reason: Reason::InvalidState });
    world.run(LearnOutcome { operation: Operation::Release, ..news }).unwrap();
    assert_eq!(world.was_told("news_contradicts"), 0);
    assert_eq!(world.get(payment).state, PaymentState::Paid);
}

#[test]
fn a_hold_that_still_stands_is_checked_again_until_it_ends() {
    let mut world = World::new();
    let (_, attempt) = held(&mut world);
    for _ in 0..3 {
        world.pass(HOUR);
        let outcome = still_held(&world, attempt);
        worked(&mut world, Task::CheckAttempt(attempt), Operation::Check, outcome);
        assert_eq!(world.due(Task::CheckAttempt(attempt)), world.soon());
    }
    assert_eq!(world.get(attempt).checks, 3);
    // A hold over whose end the provider has not decided is not asked about without a pause.
    world.pass(7 * DAY);
    let outcome = still_held(&world, attempt);
    worked(&mut world, Task::CheckAttempt(attempt), Operation::Check, outcome);
    assert_eq!(world.due(Task::CheckAttempt(attempt)), world.soon());
}

#[test]
fn a_capture_whose_answer_was_lost_is_asked_about_and_then_sent_again() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    capture(&mut world, payment, Some(6_000)).unwrap();
    let lease = Some(world.take(Task::CaptureHold(attempt)));
    let next_check = world.soon();
    world.run(LearnLost { attempt, next_check, lease }).unwrap();
    assert_eq!(world.job(Task::CaptureHold(attempt)), None);
    let outcome = still_held(&world, attempt);
    worked(&mut world, Task::CheckAttempt(attempt), Operation::Check, outcome);
    assert!(matches!(world.get(payment).state, PaymentState::Capturing { .. }));
    assert!(world.job(Task::CaptureHold(attempt)).is_some());
}

#[test]
fn a_release_whose_answer_was_lost_is_asked_about_and_then_sent_again() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    release(&mut world, payment).unwrap();
    let lease = Some(world.take(Task::ReleaseHold(attempt)));
    let next_check = world.soon();
    world.run(LearnLost { attempt, next_check, lease }).unwrap();
    let outcome = still_held(&world, attempt);
    worked(&mut world, Task::CheckAttempt(attempt), Operation::Check, outcome);
    assert!(world.job(Task::ReleaseHold(attempt)).is_some());
}

#[test]
fn a_check_that_still_sees_the_hold_does_not_disturb_the_capture_under_way() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    capture(&mut world, payment, Some(6_000)).unwrap();
    let capturing = world.take(Task::CaptureHold(attempt));
    let outcome = still_held(&world, attempt);
    worked(&mut world, Task::CheckAttempt(attempt), Operation::Check, outcome);
    assert_eq!(world.job(capturing.task).unwrap().lease.unwrap().0, capturing.number);
}

#[test]
fn a_hold_waits_on_and_keeps_its_end() {
    let mut world = World::new();
    let (_, attempt) = held(&mut world);
    let ends = world.get(attempt).waits_until;
    let lease = Some(world.take(Task::CheckAttempt(attempt)));
    let prompt = Some((domain::attempts::Prompt::Outcome, world.now));
    let next_check = world.now + SignedDuration::from_hours(1_000);
    world.run(LearnWaiting { attempt, prompt, remember: None, next_check, lease }).unwrap();
    let after = world.get(attempt);
    assert_eq!((after.state, after.waits_until, after.prompt), (AttemptState::Held, ends, None));
    assert_eq!(world.due(Task::CheckAttempt(attempt)), ends.unwrap() + SignedDuration::from_secs(1));
}

#[test]
fn a_hold_that_arrives_late_is_released() {
    let mut world = World::new();
    let payment = world.open_hold(1, 10_000);
    let attempt = world.start(payment);
    world.expire(payment);
    world.hold(attempt, 10_000);
    assert!(matches!(world.get(payment).state, PaymentState::Closing { .. }));
    assert_eq!(world.due(Task::ReleaseHold(attempt)), world.now);
    worked(&mut world, Task::ReleaseHold(attempt), Operation::Release, Outcome::Released);
    assert_eq!(world.get(payment).state, PaymentState::Expired);
}

/// Two attempts that were both shown to the buyer and both held; the first one is the payment's.
fn held_twice(world: &mut World) -> (PaymentId, AttemptId, AttemptId) {
    let payment = world.open_hold(1, 10_000);
    let (first, second) = (world.start(payment), world.start(payment));
    world.hold(first, 10_000);
    world.hold(second, 10_000);
    (payment, first, second)
}

#[test]
fn a_second_hold_is_released_and_asked_again_until_it_is() {
    let mut world = World::new();
    let (payment, first, second) = held_twice(&mut world);
    let reason = Reason::ProviderUnavailable;
    worked(&mut world, Task::ReleaseHold(second), Operation::Release, Outcome::Declined { reason });
    let outcome = still_held(&world, second);
    worked(&mut world, Task::CheckAttempt(second), Operation::Check, outcome);
    worked(&mut world, Task::ReleaseHold(second), Operation::Release, Outcome::Released);
    let after = world.get(payment);
    assert_eq!((after.paid_by, after.unfinished), (Some(first), vec![first]));
    assert!(matches!(after.state, PaymentState::Held { .. }));
}

#[test]
fn what_becomes_of_a_second_hold_says_nothing_of_the_payments_own() {
    let mut world = World::new();
    let (payment, _, second) = held_twice(&mut world);
    release(&mut world, payment).unwrap();
    let reason = Reason::ProviderUnavailable;
    worked(&mut world, Task::ReleaseHold(second), Operation::Release, Outcome::Declined { reason });
    assert!(matches!(world.get(payment).state, PaymentState::Releasing { .. }));

    let mut world = World::new();
    let (payment, first, second) = held_twice(&mut world);
    capture(&mut world, payment, None).unwrap();
    for (attempt, allowed) in [(second, false), (first, true)] {
        let lease = world.take(Task::CaptureHold(first));
        let (id, request): (CallId, String) = (world.id(), "fake".to_owned());
        let operation = Operation::Capture;
        let call = SaveCall { id, attempt, operation, step: 1, request, remember: None, lease };
        assert_eq!(world.run(call).is_ok(), allowed);
    }
}

#[test]
fn a_hold_of_less_than_the_order_is_let_go() {
    for amount in [rub(5_000), Money::from_minor(10_000, Currency::Usd)] {
        let mut world = World::new();
        let payment = world.open_hold(1, 10_000);
        let attempt = world.start(payment);
        world.learn(attempt, Outcome::Held { amount, until: world.soon() });
        assert_eq!(world.get(payment).state, PaymentState::Open);
        assert_eq!(world.due(Task::ReleaseHold(attempt)), world.now);
        assert_eq!(world.was_told("news_contradicts"), 1);
    }
}

#[test]
fn no_more_is_captured_than_the_buyer_was_asked_for() {
    let mut world = World::new();
    let payment = world.open_hold(1, 10_000);
    let attempt = world.start(payment);
    world.hold(attempt, 15_000);
    assert_eq!(capture(&mut world, payment, None), Ok(rub(10_000)));
    // The provider captured all of it: the sale stays what was asked, the rest goes back.
    world.learn(attempt, Outcome::Captured { amount: rub(15_000), cost: None });
    assert_eq!(world.get(payment).captured, rub(10_000));
    assert_eq!(world.refunds_of(payment)[0].amount, rub(5_000));
}

#[test]
fn a_capture_of_less_than_asked_sells_what_was_captured() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    capture(&mut world, payment, None).unwrap();
    world.learn(attempt, Outcome::Captured { amount: rub(8_000), cost: None });
    let paid = world.get(payment);
    assert_eq!((paid.state, paid.captured, paid.fee), (PaymentState::Paid, rub(8_000), rub(280)));
}

#[test]
fn a_hold_beside_a_credit_sells_both() {
    let mut world = World::new();
    let payment = world.open_hold(1, 10_000);
    let first = world.start(payment);
    world.receive(first, 4_000);
    let second = world.start(payment);
    world.hold(second, 6_000);
    capture(&mut world, payment, None).unwrap();
    world.learn(second, Outcome::Captured { amount: rub(6_000), cost: None });
    let paid = world.get(payment);
    assert_eq!((paid.captured, paid.credit, paid.fee), (rub(10_000), rub(0), rub(350)));
}

#[test]
fn a_part_captured_beside_a_credit_gives_back_no_more_than_it_brought() {
    let mut world = World::new();
    let payment = world.open_hold(1, 10_000);
    let (first, second) = (world.start(payment), world.start(payment));
    world.receive(first, 4_000);
    // The hold was asked for before anything was in credit, and counts on none of it.
    world.hold(second, 10_000);
    capture(&mut world, payment, Some(3_000)).unwrap();
    world.learn(second, Outcome::Captured { amount: rub(3_000), cost: None });
    let paid = world.get(payment);
    assert_eq!((paid.captured, paid.credit), (rub(3_000), rub(1_000)));
    assert_eq!(world.refunds_of(payment)[0].amount, rub(3_000));
    // The rest stands in credit and goes back through the first.
    let rest = world.refund(payment, None, domain::refunds::Source::Credit).unwrap();
    assert_eq!((world.get(rest).attempt, world.get(rest).amount), (first, rub(1_000)));
}

#[test]
fn a_hold_that_counted_on_credit_sells_what_is_left_of_it() {
    let mut world = World::new();
    let payment = world.open_hold(1, 10_000);
    let first = world.start(payment);
    world.receive(first, 4_000);
    let second = world.start(payment);
    world.hold(second, 6_000);
    world.refund(payment, Some(rub(3_000)), domain::refunds::Source::Credit).unwrap();
    world.learn(second, Outcome::Captured { amount: rub(6_000), cost: None });
    let paid = world.get(payment);
    assert_eq!((paid.captured, paid.credit, paid.fee), (rub(7_000), rub(0), rub(245)));
}

#[test]
fn money_that_was_captured_although_it_was_to_be_released_goes_back() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    release(&mut world, payment).unwrap();
    world.learn(attempt, Outcome::Captured { amount: rub(10_000), cost: None });
    assert_eq!(world.get(payment).state, PaymentState::Cancelled);
    assert_eq!(world.refunds_of(payment)[0].attempt, attempt);
}

#[test]
fn a_hold_captured_in_another_currency_ends_the_payment() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    capture(&mut world, payment, None).unwrap();
    let amount = Money::from_minor(10_000, Currency::Usd);
    world.learn(attempt, Outcome::Captured { amount, cost: None });
    assert_eq!(world.get(payment).state, PaymentState::Expired);
}

#[test]
fn a_hold_is_never_given_up() {
    let mut world = World::new();
    let (_, attempt) = held(&mut world);
    let lease = world.take(Task::CheckAttempt(attempt));
    world.run(AbandonAttempt { attempt, lease: Some(lease) }).unwrap();
    assert_eq!(world.get(attempt).state, AttemptState::Held);
    assert!(world.job(lease.task).is_some());
}

#[test]
fn a_hold_of_an_abandoned_attempt_is_taken_up_again() {
    let mut world = World::new();
    let payment = world.open_hold(1, 10_000);
    let attempt = world.start(payment);
    world.run(AbandonAttempt { attempt, lease: None }).unwrap();
    world.hold(attempt, 10_000);
    assert!(matches!(world.get(payment).state, PaymentState::Held { .. }));
    assert_eq!(world.get(payment).unfinished, [attempt]);
}

#[test]
fn a_hold_after_a_refusal_is_let_go_and_told() {
    let mut world = World::new();
    let payment = world.open_hold(1, 10_000);
    let attempt = world.start(payment);
    world.decline(attempt);
    world.hold(attempt, 10_000);
    assert_eq!(world.get(payment).state, PaymentState::Open);
    assert!(world.job(Task::ReleaseHold(attempt)).is_some());
    assert_eq!(world.was_told("news_contradicts"), 1);
}

#[test]
fn only_what_is_asked_for_may_leave() {
    let mut world = World::new();
    let (payment, attempt) = held(&mut world);
    let leaves = |world: &mut World, operation| {
        let lease = world.take(Task::CheckAttempt(attempt));
        let id: CallId = world.id();
        let request = "fake".to_owned();
        world.run(SaveCall { id, attempt, operation, step: 1, request, remember: None, lease }).is_ok()
    };
    assert!(!leaves(&mut world, Operation::Pay));
    assert!(!leaves(&mut world, Operation::Capture));
    assert!(!leaves(&mut world, Operation::Release));
    assert!(leaves(&mut world, Operation::Check));
    capture(&mut world, payment, None).unwrap();
    assert!(leaves(&mut world, Operation::Capture));
    assert!(!leaves(&mut world, Operation::Release));
    assert_eq!(world.get(attempt).state, AttemptState::Held);
}
