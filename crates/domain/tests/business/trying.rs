//! Starting attempts: pressed twice, settings that changed, methods that are off, who bears the fee.

use crate::scenes::{DAY, PROVIDER, TARIFF};
use crate::world::{World, rub};
use domain::attempts::{AttemptState, Operation, PayerFields, Prompt};
use domain::decide::{DirectoryLine, Refused};
use domain::ids::CallId;
use domain::jobs::Task;
use domain::learning::AbandonAttempt;
use domain::methods::Method;
use domain::payments::PaymentState;
use domain::sellers::{Seller, Turnover};
use domain::sending::SaveCall;
use domain::tariffs::{Fee, Step, Tariff};
use domain::trying::{ATTEMPTS_MAX, StartAttempt};
use domain::waiting::{CheckSoon, LearnLost, LearnWaiting};
use jiff::SignedDuration;
use money::Money;

#[test]
fn an_attempt_is_saved_with_its_job_before_anything_leaves() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let trial = world.trial(payment, Method::Sbp);
    let attempt = world.run(trial).unwrap();
    assert_eq!(world.get(attempt).state, AttemptState::Planned);
    assert_eq!(world.due(Task::AdvanceAttempt(attempt)), world.now);
    assert_eq!(world.get(payment).unfinished, [attempt]);
}

#[test]
fn a_button_pressed_twice_starts_one_attempt() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let first = world.trial(payment, Method::Sbp);
    let first = world.run(first).unwrap();
    let second = world.trial(payment, Method::Sbp);
    assert_eq!(world.run(second), Ok(first));
    assert_eq!(world.get(payment).attempts, 1);
    let other = world.trial(payment, Method::BankCard);
    assert_ne!(world.run(other), Ok(first));
}

#[test]
fn settings_that_changed_since_they_were_read_are_stale() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let trial = world.trial(payment, Method::Sbp);
    let provider = StartAttempt { provider: (PROVIDER, 2), ..trial.clone() };
    assert_eq!(world.run(provider), Err(Refused::Stale { what: "provider account" }));
    let tariff = StartAttempt { tariff: (TARIFF, 2), ..trial };
    assert_eq!(world.run(tariff), Err(Refused::Stale { what: "tariff" }));
}

#[test]
fn a_method_must_be_offered_by_shop_order_account_and_tariff() {
    let off = Err(Refused::MethodOff { method: Method::Sbp });
    let cases: [fn(&mut World); 6] = [
        |world| world.shop_with(|shop| shop.methods = vec![Method::Cash]),
        |world| world.put(domain::providers::ProviderAccount { active: false, ..crate::scenes::provider() }),
        |world| {
            world.put(domain::providers::ProviderAccount { serves_live: false, ..crate::scenes::provider() })
        },
        |world| {
            let methods = vec![Method::Cash];
            world.put(domain::providers::ProviderAccount { methods, ..crate::scenes::provider() });
        },
        |world| world.tariff_with(|tariff| tariff.method = Some(Method::Cash)),
        |world| {
            for mut payment in world.all::<domain::payments::Payment>() {
                payment.terms.allowed = vec![Method::Cash];
                world.put(payment);
            }
        },
    ];
    for switch_off in cases {
        let mut world = World::new();
        let payment = world.open(1, 10_000);
        switch_off(&mut world);
        let trial = world.trial(payment, Method::Sbp);
        assert_eq!(world.run(trial), off);
    }
}

#[test]
fn a_method_that_charges_a_phone_needs_its_number() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let trial = world.trial(payment, Method::MobileBalance);
    assert!(matches!(world.run(trial.clone()), Err(Refused::Invalid { what: "phone", .. })));
    let payer = PayerFields { phone: Some("79990000000".to_owned()), ..PayerFields::default() };
    assert!(world.run(StartAttempt { payer, ..trial }).is_ok());
}

#[test]
fn a_payment_can_be_tried_only_so_often_and_only_while_it_is_open() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    for _ in 0..ATTEMPTS_MAX {
        let attempt = world.start(payment);
        world.decline(attempt);
    }
    let trial = world.trial(payment, Method::Sbp);
    assert!(matches!(world.run(trial), Err(Refused::TooMany { .. })));
    let paid = world.sale(2, 10_000);
    let trial = world.trial(paid, Method::Sbp);
    assert!(matches!(world.run(trial), Err(Refused::WrongState { .. })));
}

#[test]
fn a_buyer_who_bears_the_fee_pays_it_on_top() {
    let mut world = World::new();
    world.shop_with(|shop| shop.buyer_share = 1_000);
    let payment = world.open(1, 100_000);
    let attempt = world.start(payment);
    assert_eq!(world.get(attempt).amount, rub(103_627));
    world.receive(attempt, 103_627);
    let payment = world.get(payment);
    assert_eq!((payment.captured, payment.fee, payment.unsettled), (rub(103_627), rub(3_627), rub(100_000)));
}

#[test]
fn the_turnover_of_last_month_picks_the_step_and_the_step_is_frozen() {
    let mut world = World::new();
    let steps = [(0, 35), (1_000_000, 20)];
    let steps = steps.map(|(from, parts)| Step { from: rub(from), fee: Fee::Share { parts, of: 1_000 } });
    world.tariff_with(|tariff: &mut Tariff| tariff.steps = steps.to_vec());
    let turnover = vec![Turnover { month: "2026-02-01".parse().unwrap(), sum: rub(1_000_000) }];
    let seller = crate::scenes::seller(world.book);
    world.put(Seller { turnover, ..seller.clone() });
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    // What changes later does not touch what was promised.
    world.put(seller);
    world.tariff_with(|tariff| tariff.steps = steps[..1].to_vec());
    world.receive(attempt, 10_000);
    assert_eq!(world.get(payment).fee, rub(200));
}

#[test]
fn a_lost_answer_is_unknown_and_asked_about() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let trial = world.trial(payment, Method::Sbp);
    let attempt = world.run(trial).unwrap();
    let task = Task::AdvanceAttempt(attempt);
    let lease = world.take(task);
    let id: CallId = world.id();
    let (operation, step, request) = (Operation::Pay, 1, "fake".to_owned());
    world.run(SaveCall { id, attempt, operation, step, request, remember: None, lease }).unwrap();
    assert_eq!(world.get(attempt).state, AttemptState::Sending { step: 1 });
    let next_check = world.soon();
    world.run(LearnLost { attempt, next_check, lease: Some(lease) }).unwrap();
    assert_eq!(world.get(attempt).state, AttemptState::Unknown);
    assert_eq!((world.job(task), world.due(Task::CheckAttempt(attempt))), (None, next_check));
    assert_eq!(world.get(payment).state, PaymentState::Open);
}

#[test]
fn the_providers_number_leads_to_the_attempt() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let reference = format!("fake-{}", attempt.number);
    let line = DirectoryLine::ProviderReference { account: PROVIDER, reference, attempt };
    assert_eq!(world.directory.iter().filter(|known| **known == line).count(), 1);
}

#[test]
fn a_check_is_due_when_the_provider_ends_the_attempt_itself_if_that_comes_first() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let ends = world.get(attempt).waits_until.unwrap();
    let lease = Some(world.take(Task::CheckAttempt(attempt)));
    let next_check = world.now + SignedDuration::from_hours(24);
    world.run(LearnWaiting { attempt, prompt: None, remember: None, next_check, lease }).unwrap();
    assert_eq!(world.due(Task::CheckAttempt(attempt)), ends + SignedDuration::from_secs(1));
    // Once that moment is over the plan counts again, or the check would be due at once for ever.
    world.pass(DAY);
    let lease = Some(world.take(Task::CheckAttempt(attempt)));
    let next_check = world.now + SignedDuration::from_hours(24);
    world.run(LearnLost { attempt, next_check, lease }).unwrap();
    assert_eq!(world.due(Task::CheckAttempt(attempt)), next_check);
}

#[test]
fn a_hint_brings_the_check_forward_and_never_stretches_the_gaps() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let checks = world.get(attempt).checks;
    let now = world.now;
    let hint = LearnWaiting { attempt, prompt: None, remember: None, next_check: now, lease: None };
    world.run(hint.clone()).unwrap();
    assert_eq!(world.due(Task::CheckAttempt(attempt)), now);
    world.run(LearnWaiting { next_check: world.soon(), ..hint.clone() }).unwrap();
    assert_eq!(world.due(Task::CheckAttempt(attempt)), now);
    assert_eq!(world.get(attempt).checks, checks);
    // A check that is being carried out is not planned a second time.
    let lease = world.take(Task::CheckAttempt(attempt));
    world.run(hint).unwrap();
    assert_eq!(world.job(lease.task).unwrap().lease.unwrap().0, lease.number);
}

#[test]
fn nothing_is_sent_for_a_payment_that_closed_before_the_first_call() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let trial = world.trial(payment, Method::Sbp);
    let attempt = world.run(trial).unwrap();
    world.again(1, 12_000, 2).unwrap();
    let lease = world.take(Task::AdvanceAttempt(attempt));
    let id: CallId = world.id();
    let (operation, step, request) = (Operation::Pay, 1, "fake".to_owned());
    let call = SaveCall { id, attempt, operation, step, request, remember: None, lease };
    assert!(matches!(world.run(call), Err(Refused::WrongState { .. })));
    world.run(AbandonAttempt { attempt, lease: Some(lease) }).unwrap();
    assert_eq!(world.get(payment).state, PaymentState::Cancelled);
    assert_eq!(world.job(lease.task), None);
}

#[test]
fn a_call_under_way_goes_on_when_the_payment_closes() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.expire(payment);
    let lease = world.take(Task::CheckAttempt(attempt));
    let id: CallId = world.id();
    let (operation, step, request) = (Operation::Pay, 2, "fake".to_owned());
    world.run(SaveCall { id, attempt, operation, step, request, remember: None, lease }).unwrap();
    assert_eq!(world.get(attempt).state, AttemptState::Sending { step: 2 });
}

#[test]
fn an_abandoned_attempt_of_an_open_payment_leaves_it_open() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let lease = Some(world.take(Task::CheckAttempt(attempt)));
    world.run(AbandonAttempt { attempt, lease }).unwrap();
    let after = world.get(payment);
    assert_eq!((after.state, after.unfinished.len()), (PaymentState::Open, 0));
    assert_eq!(world.get(attempt).state, AttemptState::Abandoned);
    // Money that comes after all is the sale all the same.
    world.receive(attempt, 10_000);
    assert_eq!(world.get(payment).state, PaymentState::Paid);
}

#[test]
fn an_attempt_is_not_abandoned_by_a_check_that_asked_before_the_news_came() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let check = Task::CheckAttempt(attempt);
    let lease = Some(world.take(check));
    world.run(CheckSoon { attempt }).unwrap();
    world.run(AbandonAttempt { attempt, lease }).unwrap();
    assert_eq!(world.get(attempt).state, AttemptState::Waiting);
    assert!(world.find(&check).is_some(), "the news is asked about");
}

#[test]
fn a_prompt_is_shown_while_the_provider_waits_and_never_after() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    assert!(world.get(attempt).prompt.is_some());
    world.receive(attempt, 10_000);
    let prompt = Some((Prompt::Qr { data: "fake".to_owned() }, world.soon()));
    let late = LearnWaiting { attempt, prompt, remember: None, next_check: world.soon(), lease: None };
    world.run(late).unwrap();
    let after = world.get(attempt);
    assert_eq!((after.prompt, after.state), (None, AttemptState::Received));
    assert_eq!(world.job(Task::CheckAttempt(attempt)), None);
}

#[test]
fn credit_beyond_the_price_of_a_method_switches_it_off() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let mut rich = world.get(payment);
    rich.credit = Money::from_minor(10_000, money::currency::Currency::Rub);
    let (shop, seller, tariff) =
        (crate::scenes::shop(world.book), crate::scenes::seller(world.book), crate::scenes::tariff());
    let quote = domain::trying::Quote::of(&rich, &shop, &seller, &tariff, Method::Sbp);
    assert_eq!(quote, Err(Refused::MethodOff { method: Method::Sbp }));
}
