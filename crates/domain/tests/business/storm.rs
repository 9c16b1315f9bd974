//! Random lives of one book: whatever comes in whatever order, the audit holds after every step,
//! no news is refused, and everything that waits comes to an end.

use crate::scenes::operator;
use crate::world::{World, rub};
use domain::attempts::{Attempt, AttemptState, Operation, Reason};
use domain::closing::{CancelPayment, ExpirePayment};
use domain::decide::{Command, Refused};
use domain::holding::{CapturePayment, ReleasePayment};
use domain::ids::{AttemptId, RefundId};
use domain::jobs::{Job, Lease, Task};
use domain::learning::{AbandonAttempt, LearnOutcome};
use domain::ledger::Account;
use domain::methods::Method;
use domain::notices::Notice;
use domain::notifying::{LearnNoticeTried, SendNoticeAgain};
use domain::outcomes::Outcome;
use domain::payments::{Payment, PaymentState};
use domain::refunding::{LearnRefund, RefundPayment};
use domain::refunds::{Refund, Source};
use domain::settling::SettlePayment;
use domain::tariffs::RefundFee;
use domain::waiting::{LearnLost, LearnWaiting};
use jiff::SignedDuration;
use money::Money;
use money::currency::Currency;
use proptest::prelude::*;

/// One thing that happens; the numbers pick the record and how much of it.
#[derive(Clone, Copy, Debug)]
enum Move {
    Open { number: u8, content: u8, hold: bool },
    Start { which: u8, method: bool },
    Told { which: u8, outcome: u8, part: u8, operation: u8 },
    Work { which: u8, outcome: u8, part: u8, stale: bool },
    Capture { which: u8, part: u8 },
    Release { which: u8 },
    Cancel { which: u8 },
    Refund { which: u8, source: u8, part: u8 },
    RefundTold { which: u8, outcome: u8 },
    SendAgain { which: u8 },
    Pass { hours: u8 },
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        3 => (1u8..4, prop::bool::weighted(0.2), any::<bool>())
            .prop_map(|(number, other, hold)| Move::Open { number, content: other.into(), hold }),
        4 => (any::<u8>(), any::<bool>()).prop_map(|(which, method)| Move::Start { which, method }),
        4 => (any::<u8>(), 0u8..8, any::<u8>(), 0u8..4)
            .prop_map(|(which, outcome, part, operation)| Move::Told { which, outcome, part, operation }),
        8 => (any::<u8>(), 0u8..8, any::<u8>(), prop::bool::weighted(0.15))
            .prop_map(|(which, outcome, part, stale)| Move::Work { which, outcome, part, stale }),
        4 => (any::<u8>(), any::<u8>()).prop_map(|(which, part)| Move::Capture { which, part }),
        2 => any::<u8>().prop_map(|which| Move::Release { which }),
        1 => any::<u8>().prop_map(|which| Move::Cancel { which }),
        3 => (any::<u8>(), 0u8..6, any::<u8>())
            .prop_map(|(which, source, part)| Move::Refund { which, source, part }),
        2 => (any::<u8>(), 0u8..4).prop_map(|(which, outcome)| Move::RefundTold { which, outcome }),
        1 => any::<u8>().prop_map(|which| Move::SendAgain { which }),
        2 => (1u8..60).prop_map(|hours| Move::Pass { hours }),
    ];
    prop::collection::vec(one, 5..80)
}

fn pick<T: Clone>(list: &[T], which: u8) -> Option<T> {
    if list.is_empty() { None } else { list.get(usize::from(which) % list.len()).cloned() }
}

/// Mostly all of it, else a third, two thirds, or half as much again.
fn part(all: Money, part: u8) -> Money {
    rub(match part % 8 {
        0 => all.minor() / 3,
        1 => all.minor() * 2 / 3,
        2 => all.minor() * 3 / 2,
        _ => all.minor(),
    }
    .max(1))
}

/// A wish may be refused, but never for a mistake of ours.
fn wish<C: Command>(world: &mut World, command: C) {
    if let Err(refused) = world.run(command) {
        assert!(!matches!(refused, Refused::Mistake(_) | Refused::Money(_)), "{refused}");
    }
}

/// News is never refused.
fn news<C: Command>(world: &mut World, command: C) {
    world.run(command).map(|_| ()).unwrap();
}

fn outcome(world: &World, attempt: AttemptId, outcome: u8, of: u8) -> Outcome {
    let asked = world.get(attempt);
    let amount = match of {
        255 => Money::from_minor(10_000, Currency::Usd),
        _ => part(asked.amount, of),
    };
    let until = world.now + SignedDuration::from_hours(100);
    // What is to be held is held at first, as a rule.
    let held = asked.hold && asked.received.is_none() && !of.is_multiple_of(4);
    match outcome % 6 {
        0 | 1 if held => Outcome::Held { amount, until },
        0 => Outcome::Received { amount, cost: Some(rub(i64::from(of))) },
        1 => Outcome::Captured { amount, cost: None },
        2 => Outcome::Held { amount, until },
        3 => Outcome::Released,
        4 => Outcome::Declined { reason: Reason::IssuerDeclined },
        _ => Outcome::Returned { amount },
    }
}

/// What a worker brings from the provider about an attempt.
fn ask(world: &mut World, id: AttemptId, operation: Operation, (which, of): (u8, u8), lease: Lease) {
    let (attempt, lease, next_check) = (id, Some(lease), world.soon());
    match which {
        6 => news(world, LearnWaiting { attempt, prompt: None, remember: None, next_check, lease }),
        7 => news(world, LearnLost { attempt, next_check, lease }),
        5 => news(world, AbandonAttempt { attempt, lease }),
        other => {
            let outcome = outcome(world, attempt, other, of);
            let told = world.news(attempt, outcome);
            news(world, LearnOutcome { operation, lease, ..told });
        }
    }
}

fn refund_outcome(world: &World, refund: RefundId, outcome: u8) -> Option<Outcome> {
    let amount = world.get(refund).amount;
    match outcome % 4 {
        0 | 1 => Some(Outcome::Returned { amount }),
        2 => Some(Outcome::Declined { reason: Reason::InvalidState }),
        _ => None,
    }
}

fn work(world: &mut World, lease: Lease, (which, of): (u8, u8)) {
    match lease.task {
        Task::AdvanceAttempt(id) => ask(world, id, Operation::Pay, (which, of), lease),
        Task::CheckAttempt(id) => ask(world, id, Operation::Check, (which, of), lease),
        Task::CaptureHold(id) => ask(world, id, Operation::Capture, (which, of), lease),
        Task::ReleaseHold(id) => ask(world, id, Operation::Release, (which, of), lease),
        Task::ExpirePayment(payment) => news(world, ExpirePayment { payment, lease: Some(lease) }),
        Task::SettlePayment(payment) => news(world, SettlePayment { payment, lease: Some(lease) }),
        Task::CarryRefund(refund) => {
            let (outcome, next_check) = (refund_outcome(world, refund, which), world.soon());
            news(world, LearnRefund { refund, outcome, remember: None, next_check, lease: Some(lease) });
        }
        Task::SendNotice(notice) => {
            let accepted = if which < 4 { Ok(()) } else { Err("status 500".to_owned()) };
            news(world, LearnNoticeTried { notice, accepted, lease: Some(lease) });
        }
        Task::CarryMove(_) | Task::CarryPayout(_) | Task::TellEnd(_) | Task::MeasureTurnover(_) => {}
    }
}

fn step(world: &mut World, next: Move) {
    let payments: Vec<_> = world.all::<Payment>().iter().map(|payment| payment.id).collect();
    match next {
        Move::Open { number, content, hold } => {
            let sum = 10_000 + 1_111 * i64::from(content);
            let mut order = world.order(Some(i64::from(number)), sum, content);
            order.terms.hold = hold;
            wish(world, order);
        }
        Move::Start { which, method } => {
            let Some(payment) = pick(&payments, which) else { return };
            let trial = world.trial(payment, if method { Method::Sbp } else { Method::BankCard });
            wish(world, trial);
        }
        Move::Told { which, outcome: told, part, operation } => {
            let attempts: Vec<_> = world.all::<Attempt>().iter().map(|attempt| attempt.id).collect();
            let Some(attempt) = pick(&attempts, which) else { return };
            let outcome = outcome(world, attempt, told, part);
            let operation = match operation {
                0 => Operation::Capture,
                1 => Operation::Release,
                _ => Operation::Check,
            };
            let told = world.news(attempt, outcome);
            news(world, LearnOutcome { operation, ..told });
        }
        Move::Work { which, outcome, part, stale } => {
            let tasks: Vec<_> = world.all::<Job>().iter().map(|job| job.task).collect();
            let Some(task) = pick(&tasks, which) else { return };
            let lease = world.take(task);
            if stale {
                world.take(task);
            }
            work(world, lease, (outcome, part));
        }
        Move::Capture { which, part: of } => {
            let Some(payment) = pick(&payments, which) else { return };
            let amount = Some(part(world.get(payment).amount, of));
            wish(world, CapturePayment { payment, amount, receipt: None, actor: operator() });
        }
        Move::Release { which } => {
            let Some(payment) = pick(&payments, which) else { return };
            wish(world, ReleasePayment { payment, actor: operator() });
        }
        Move::Cancel { which } => {
            let Some(payment) = pick(&payments, which) else { return };
            wish(world, CancelPayment { payment, actor: operator() });
        }
        Move::Refund { which, source, part: of } => {
            let Some(payment) = pick(&payments, which) else { return };
            let source = [Source::Credit, Source::Unclaimed, Source::Sale][usize::from(source.min(2))];
            let amount = (of % 2 == 0).then(|| part(world.get(payment).amount, of / 2));
            let id = world.id();
            wish(world, RefundPayment { id, payment, amount, source, receipt: None, actor: operator() });
        }
        Move::RefundTold { which, outcome } => {
            let refunds: Vec<_> = world.all::<Refund>().iter().map(|refund| refund.id).collect();
            let Some(refund) = pick(&refunds, which) else { return };
            let (outcome, next_check) = (refund_outcome(world, refund, outcome), world.soon());
            news(world, LearnRefund { refund, outcome, remember: None, next_check, lease: None });
        }
        Move::SendAgain { which } => {
            let notices: Vec<_> = world.all::<Notice>().iter().map(|notice| notice.id).collect();
            let Some(notice) = pick(&notices, which) else { return };
            wish(world, SendNoticeAgain { notice, actor: operator() });
        }
        Move::Pass { hours } => world.pass(i64::from(hours) * 3_600),
    }
}

/// Does all work that is planned until none is left; the providers end whatever they know.
fn bring_to_an_end(world: &mut World) {
    for _ in 0..2_000 {
        let jobs = world.all::<Job>();
        let next = jobs.iter().filter(|job| !matches!(job.task, Task::MeasureTurnover(_)));
        let Some(job) = next.min_by_key(|job| job.due) else { return };
        world.now = world.now.max(job.due);
        let lease = world.take(job.task);
        let end = match lease.task {
            Task::CheckAttempt(id) | Task::ReleaseHold(id) | Task::AdvanceAttempt(id) => {
                if world.get(id).state == AttemptState::Held { 3 } else { 4 }
            }
            Task::CaptureHold(_) => 1,
            Task::ExpirePayment(_)
            | Task::SettlePayment(_)
            | Task::CarryRefund(_)
            | Task::SendNotice(_)
            | Task::CarryMove(_)
            | Task::CarryPayout(_)
            | Task::TellEnd(_)
            | Task::MeasureTurnover(_) => 0,
        };
        work(world, lease, (end, 3));
    }
    panic!("the work never ends: {:?}", world.all::<Job>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_happens_the_books_hold_and_everything_ends(
        moves in moves(),
        refund_fee in 0u8..3,
        buyer_share in prop_oneof![Just(0u16), Just(1_000), Just(500)],
    ) {
        let mut world = World::new();
        world.shop_with(|shop| shop.buyer_share = buyer_share);
        world.tariff_with(|tariff| {
            tariff.refund_fee =
                [RefundFee::Keep, RefundFee::Return, RefundFee::Fixed(rub(25))][usize::from(refund_fee)].clone();
        });
        for next in moves {
            step(&mut world, next);
        }
        bring_to_an_end(&mut world);
        for payment in world.all::<Payment>() {
            let ended = matches!(
                payment.state,
                PaymentState::Paid | PaymentState::Cancelled | PaymentState::Expired
            );
            prop_assert!(ended && payment.unfinished.is_empty(), "{:?}", payment);
            prop_assert!(payment.state != PaymentState::Paid || payment.settled);
        }
        prop_assert_eq!(world.holds(Account::RefundsInTransit), 0);
        prop_assert_eq!(world.holds(Account::Pending), 0);
    }
}
