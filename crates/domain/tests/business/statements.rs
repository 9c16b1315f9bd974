//! Signed statements of a payment's state: who is owed one, what it freezes, and how often it is sent.

use crate::scenes::terms;
use crate::world::{World, rub};
use domain::attempts::Operation;
use domain::history::Actor;
use domain::holding::CapturePayment;
use domain::ids::{BookKind, NoticeId, PaymentId};
use domain::jobs::Task;
use domain::learning::LearnOutcome;
use domain::notices::{Notice, NoticeKind, NoticeState};
use domain::notifying::{LearnNoticeTried, STATEMENT_TRIES_MAX};
use domain::opening::OpenPayment;
use domain::outcomes::Outcome;
use domain::payments::Terms;
use domain::sellers::Verb;

const ADDRESS: &str = "https://shop.example/statement";

/// An order that asks for statements.
fn opened(world: &mut World, number: i64, hold: bool) -> PaymentId {
    let order = world.order(Some(number), 10_000, 1);
    let terms = Terms { statement_to: Some(ADDRESS.to_owned()), hold, ..terms() };
    world.run(OpenPayment { terms, ..order }).unwrap().payment
}

fn kinds(world: &World) -> Vec<NoticeKind> {
    world.all::<Notice>().iter().map(|notice| notice.kind).collect()
}

fn refused(world: &mut World, notice: NoticeId) {
    let lease = Some(world.take(Task::SendNotice(notice)));
    world.run(LearnNoticeTried { notice, accepted: Err("status 500".to_owned()), lease }).unwrap();
}

#[test]
fn a_sale_owes_a_statement_beside_the_notice_to_the_address_of_the_order() {
    let mut world = World::new();
    let payment = opened(&mut world, 1, false);
    let attempt = world.start(payment);
    world.receive(attempt, 10_000);
    assert_eq!(kinds(&world), [NoticeKind::Fields, NoticeKind::PaidStatement]);
    let notices = world.all::<Notice>();
    assert_eq!((notices[1].address.url.as_str(), notices[1].address.verb), (ADDRESS, Verb::Post));
    assert_eq!((notices[1].attempt, notices[1].paid), (Some(attempt), rub(10_000)));
    assert!(notices.iter().all(|notice| world.due(Task::SendNotice(notice.id)) == world.now));
    assert_eq!(world.was_told("notice_owed"), 2);
}

#[test]
fn a_shop_without_an_address_of_its_own_gets_the_statement_all_the_same() {
    let mut world = World::new();
    world.shop_with(|shop| shop.result = None);
    let payment = opened(&mut world, 1, false);
    let attempt = world.start(payment);
    world.receive(attempt, 10_000);
    assert_eq!(kinds(&world), [NoticeKind::PaidStatement]);
}

#[test]
fn a_hold_owes_a_statement_once_and_its_capture_the_other() {
    let mut world = World::new();
    let payment = opened(&mut world, 1, true);
    let attempt = world.start(payment);
    world.hold(attempt, 10_000);
    assert_eq!(kinds(&world), [NoticeKind::HeldStatement]);
    assert_eq!(world.all::<Notice>()[0].paid, rub(10_000));
    world.hold(attempt, 10_000);
    assert_eq!(world.all::<Notice>().len(), 1, "nothing new is no news");
    world
        .run(CapturePayment { payment, amount: Some(rub(6_000)), receipt: None, actor: Actor::Shop })
        .unwrap();
    let news = world.news(attempt, Outcome::Captured { amount: rub(6_000), cost: None });
    world.run(LearnOutcome { operation: Operation::Capture, ..news }).unwrap();
    let mut all = kinds(&world);
    all.sort_by_key(|kind| kind.code());
    assert_eq!(all, [NoticeKind::Fields, NoticeKind::HeldStatement, NoticeKind::PaidStatement]);
    let paid = world.all::<Notice>().into_iter().find(|notice| notice.kind == NoticeKind::PaidStatement);
    assert_eq!(paid.unwrap().paid, rub(6_000));
}

#[test]
fn a_hold_that_nobody_wants_any_more_owes_none() {
    let mut world = World::new();
    let payment = opened(&mut world, 1, true);
    let attempt = world.start(payment);
    world.run(domain::closing::CancelPayment { payment, actor: Actor::Shop }).unwrap();
    world.hold(attempt, 10_000);
    assert!(kinds(&world).is_empty());
}

#[test]
fn rehearsals_owe_none() {
    let mut world = World::of_kind(BookKind::Test);
    let payment = opened(&mut world, 1, false);
    let attempt = world.start(payment);
    world.receive(attempt, 10_000);
    assert_eq!(kinds(&world), [NoticeKind::Fields]);
}

#[test]
fn a_statement_is_sent_five_times_again_and_then_a_person_must_look() {
    let mut world = World::new();
    world.shop_with(|shop| shop.result = None);
    let payment = opened(&mut world, 1, false);
    let attempt = world.start(payment);
    world.receive(attempt, 10_000);
    let notice = world.all::<Notice>()[0].id;
    for _ in 1..STATEMENT_TRIES_MAX {
        refused(&mut world, notice);
        assert_eq!(world.get(notice).state, NoticeState::Owed);
        world.now = world.due(Task::SendNotice(notice));
    }
    refused(&mut world, notice);
    assert_eq!((world.get(notice).state, world.get(notice).tries), (NoticeState::GivenUp, 6));
    assert_eq!(world.job(Task::SendNotice(notice)), None);
}
