//! Payments whose time is ended early, in installations for tests.

use crate::scenes::{DAY, HOUR, operator};
use crate::world::World;
use domain::attempts::{AttemptState, Reason};
use domain::cutting_short::CutShort;
use domain::decide::Refused;
use domain::ids::PaymentId;
use domain::jobs::Task;
use domain::outcomes::Outcome;
use domain::payments::{ClosingWhy, PaymentState};

fn cut_short(world: &mut World, payment: PaymentId) -> Result<(), Refused> {
    world.run(CutShort { payment, actor: operator() })
}

#[test]
fn a_payment_without_an_attempt_is_expired_at_once_and_its_job_is_gone() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    cut_short(&mut world, payment).unwrap();
    let ended = world.get(payment);
    assert_eq!((ended.state, ended.ends_at), (PaymentState::Expired, world.now));
    assert!(world.job(Task::ExpirePayment(payment)).is_none());
}

#[test]
fn an_attempt_that_waits_is_waited_for_and_its_money_counts_while_the_grace_lasts() {
    for (later, paid) in [(HOUR, true), (30 * DAY, false)] {
        let mut world = World::new();
        let payment = world.open(1, 10_000);
        let attempt = world.start(payment);
        let grace = world.get(payment).grace_ends_at.duration_since(world.get(payment).ends_at);
        cut_short(&mut world, payment).unwrap();
        let ended = world.get(payment);
        assert_eq!(ended.state, PaymentState::Closing { why: ClosingWhy::TimeOver });
        assert_eq!(ended.grace_ends_at.duration_since(ended.ends_at), grace);
        world.pass(later);
        world.receive(attempt, 10_000);
        assert_eq!(world.get(payment).state == PaymentState::Paid, paid, "{later}");
    }
}

#[test]
fn a_refusal_after_the_end_expires_the_payment_and_late_money_pays_it_all_the_same() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    cut_short(&mut world, payment).unwrap();
    world.learn(attempt, Outcome::Declined { reason: Reason::Timeout });
    assert_eq!(world.get(payment).state, PaymentState::Expired);
    assert_eq!(world.get(attempt).state, AttemptState::Declined { reason: Reason::Timeout });
    world.receive(attempt, 10_000);
    assert_eq!(world.get(payment).state, PaymentState::Paid);
}

#[test]
fn only_an_open_payment_has_time_to_lose() {
    let mut world = World::new();
    let paid = world.sale(1, 10_000);
    let held = world.open_hold(2, 10_000);
    let attempt = world.start(held);
    world.hold(attempt, 10_000);
    for payment in [paid, held] {
        assert!(matches!(cut_short(&mut world, payment), Err(Refused::WrongState { .. })));
    }
}
