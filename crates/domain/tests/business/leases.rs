//! Leases: nothing is done twice while one is held, and what an old one brings is kept.

use crate::world::{World, rub};
use domain::admit::LEASE;
use domain::attempts::{AttemptState, Operation};
use domain::closing::ExpirePayment;
use domain::decide::Refused;
use domain::ids::CallId;
use domain::jobs::{Lease, Task};
use domain::learning::LearnOutcome;
use domain::methods::Method;
use domain::outcomes::Outcome;
use domain::payments::PaymentState;
use domain::sending::SaveCall;
use domain::waiting::{LearnLost, LearnWaiting};

#[test]
fn work_due_at_once_is_leased_with_the_decision() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    world.leases = true;
    let trial = world.trial(payment, Method::Sbp);
    let attempt = world.run(trial).unwrap();
    let job = world.job(Task::AdvanceAttempt(attempt)).unwrap();
    assert_eq!(job.lease.unwrap().1, world.now + LEASE);
    assert!(job.is_leased(world.now) && !job.is_leased(world.now + LEASE));
    // What is due later is not.
    assert_eq!(world.job(Task::ExpirePayment(payment)).unwrap().lease, None);
}

#[test]
fn an_old_lease_starts_no_work() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let trial = world.trial(payment, Method::Sbp);
    let attempt = world.run(trial).unwrap();
    let old = world.take(Task::AdvanceAttempt(attempt));
    let new = world.take(Task::AdvanceAttempt(attempt));
    let id: CallId = world.id();
    let (operation, step, request) = (Operation::Pay, 1, "fake".to_owned());
    let call = SaveCall { id, attempt, operation, step, request, remember: None, lease: old };
    assert_eq!(world.run(call), Err(Refused::LeaseOver));
    let next_check = world.soon();
    world.run(LearnLost { attempt, next_check, lease: Some(old) }).unwrap();
    assert_eq!(world.job(Task::CheckAttempt(attempt)), None);
    assert_eq!(world.job(new.task).unwrap().lease.unwrap().0, new.number);
}

#[test]
fn the_facts_of_an_old_lease_are_kept() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let trial = world.trial(payment, Method::Sbp);
    let attempt = world.run(trial).unwrap();
    let old = world.take(Task::AdvanceAttempt(attempt));
    world.take(Task::AdvanceAttempt(attempt));
    let (next_check, remember) = (world.soon(), Some("fake-7".to_owned()));
    world.run(LearnWaiting { attempt, prompt: None, remember, next_check, lease: Some(old) }).unwrap();
    let after = world.get(attempt);
    assert_eq!((after.memo.as_deref(), after.state), (Some("fake-7"), AttemptState::Waiting));
    assert_eq!(world.job(Task::CheckAttempt(attempt)), None);
    let outcome = Outcome::Received { amount: rub(10_000), cost: None };
    let news = world.news(attempt, outcome);
    world.run(LearnOutcome { lease: Some(old), ..news }).unwrap();
    assert_eq!(world.get(payment).state, PaymentState::Paid);
    assert_eq!(world.job(old.task), None, "a final attempt has no work left, whoever holds it");
}

#[test]
fn a_hold_seen_under_an_old_lease_plans_nothing() {
    let mut world = World::new();
    let payment = world.open_hold(1, 10_000);
    let attempt = world.start(payment);
    world.hold(attempt, 10_000);
    let old = world.take(Task::CheckAttempt(attempt));
    let new = world.take(Task::CheckAttempt(attempt));
    let news = world.news(attempt, Outcome::Held { amount: rub(10_000), until: world.soon() });
    world.run(LearnOutcome { lease: Some(old), ..news }).unwrap();
    assert_eq!(world.job(new.task).unwrap().lease.unwrap().0, new.number);
}

#[test]
fn news_closes_the_job_that_brought_it() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let lease = Some(world.take(Task::CheckAttempt(attempt)));
    let outcome = Outcome::Received { amount: rub(10_000), cost: None };
    let news = world.news(attempt, outcome);
    world.run(LearnOutcome { lease, ..news }).unwrap();
    assert_eq!(world.job(Task::CheckAttempt(attempt)), None);
}

#[test]
fn a_deadline_that_comes_too_early_is_planned_again() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let lease = Some(world.take(Task::ExpirePayment(payment)));
    world.run(ExpirePayment { payment, lease }).unwrap();
    let open = world.get(payment);
    assert_eq!(open.state, PaymentState::Open);
    assert_eq!(world.due(Task::ExpirePayment(payment)), open.ends_at);
}

#[test]
fn an_expired_payment_says_so_only_when_its_attempts_have_ended() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.expire(payment);
    assert_eq!((world.was_told("payment_closing"), world.was_told("payment_expired")), (1, 0));
    world.decline(attempt);
    assert_eq!(world.was_told("payment_expired"), 1);
    assert_eq!(world.get(payment).state, PaymentState::Expired);
}

#[test]
fn a_lease_of_another_job_does_not_hold_this_one() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let lease = world.take(Task::CheckAttempt(attempt));
    let forged = Lease { task: Task::ExpirePayment(payment), number: lease.number };
    let next_check = world.soon();
    world.run(LearnLost { attempt, next_check, lease: Some(forged) }).unwrap();
    assert!(world.job(Task::ExpirePayment(payment)).is_some());
}
