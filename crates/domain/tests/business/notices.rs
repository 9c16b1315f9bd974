//! Telling the shop: what is frozen, when it is sent again, and when a person must look.

use crate::scenes::{DAY, address, operator, passwords};
use crate::world::{World, rub};
use domain::ids::{NoticeId, PaymentId};
use domain::jobs::Task;
use domain::methods::Method;
use domain::notices::{Notice, NoticeState};
use domain::notifying::{LearnNoticeTried, NOTICE_TRIES_MAX, SendNoticeAgain};
use domain::sellers::Algorithm;
use jiff::SignedDuration;

/// A sale and the notice that it owes.
fn owed(world: &mut World) -> (PaymentId, NoticeId) {
    let payment = world.sale(1, 10_000);
    (payment, world.all::<Notice>()[0].id)
}

/// One try, as the job makes it.
fn tried(world: &mut World, notice: NoticeId, accepted: bool) {
    let lease = Some(world.take(Task::SendNotice(notice)));
    let accepted = if accepted { Ok(()) } else { Err("status 500".to_owned()) };
    world.run(LearnNoticeTried { notice, accepted, lease }).unwrap();
}

#[test]
fn a_notice_is_frozen_with_the_sale() {
    let mut world = World::new();
    let (payment, notice) = owed(&mut world);
    // Whatever the shop changes now does not touch what was promised.
    world.shop_with(|shop| {
        shop.result = Some(address("moved"));
        shop.algorithm = Algorithm::Md5;
        shop.passwords.push(passwords(2));
    });
    tried(&mut world, notice, false);
    world.refund(payment, None, domain::refunds::Source::Sale).unwrap();
    let frozen = world.get(notice);
    assert_eq!((frozen.payment, frozen.address), (payment, address("result")));
    assert_eq!((frozen.algorithm, frozen.passwords), (Algorithm::Sha256, 1));
    assert_eq!((frozen.method, frozen.paid, frozen.fee), (Method::BankCard, rub(10_000), rub(350)));
    let shop = world.get(domain::ids::ShopId { number: 2, book: world.book });
    assert_eq!(shop.passwords_of(frozen.passwords).unwrap().second.expose(), "fake-password-two-1");
    // The next sale is promised under the new settings.
    world.sale(2, 10_000);
    let next = world.all::<Notice>().pop().unwrap();
    assert_eq!((next.address, next.passwords), (address("moved"), 2));
}

#[test]
fn a_shop_without_an_address_is_owed_none() {
    let mut world = World::new();
    world.shop_with(|shop| shop.result = None);
    world.sale(1, 10_000);
    assert!(world.all::<Notice>().is_empty());
}

#[test]
fn an_accepted_notice_is_done() {
    let mut world = World::new();
    let (_, notice) = owed(&mut world);
    tried(&mut world, notice, true);
    let accepted = world.get(notice);
    assert_eq!(accepted.state, NoticeState::Accepted { at: world.now });
    assert_eq!((accepted.tries, accepted.first_answer_at), (1, Some(world.now)));
    assert_eq!(world.job(Task::SendNotice(notice)), None);
}

#[test]
fn gaps_grow_from_a_minute_over_more_than_a_day_and_then_a_person_must_look() {
    let mut world = World::new();
    let (_, notice) = owed(&mut world);
    let (began, mut gap) = (world.now, SignedDuration::from_mins(1));
    for tries in 1..NOTICE_TRIES_MAX {
        tried(&mut world, notice, false);
        let next = world.due(Task::SendNotice(notice));
        let waited = next.duration_since(world.now);
        assert!(waited >= gap, "try {tries} after {waited}");
        (gap, world.now) = (waited, next);
    }
    assert!(world.now.duration_since(began) >= SignedDuration::from_hours(24));
    tried(&mut world, notice, false);
    assert_eq!(world.get(notice).state, NoticeState::GivenUp);
    assert_eq!(world.job(Task::SendNotice(notice)), None);
    assert_eq!(world.was_told("notice_given_up"), 1);
    // "Send again" begins anew.
    world.run(SendNoticeAgain { notice, actor: operator() }).unwrap();
    assert_eq!((world.get(notice).state, world.get(notice).tries), (NoticeState::Owed, 0));
    assert_eq!(world.due(Task::SendNotice(notice)), world.now);
}

#[test]
fn the_way_back_opens_with_the_first_answer_whatever_it_was() {
    let mut world = World::new();
    let (_, notice) = owed(&mut world);
    assert_eq!(world.get(notice).first_answer_at, None);
    let first = world.now;
    tried(&mut world, notice, false);
    world.pass(60);
    tried(&mut world, notice, true);
    assert_eq!(world.get(notice).first_answer_at, Some(first));
}

#[test]
fn send_again_is_at_once_unless_a_try_is_on_its_way() {
    let mut world = World::new();
    let (_, notice) = owed(&mut world);
    tried(&mut world, notice, false);
    world.run(SendNoticeAgain { notice, actor: operator() }).unwrap();
    assert_eq!(world.due(Task::SendNotice(notice)), world.now);
    let lease = world.take(Task::SendNotice(notice));
    world.run(SendNoticeAgain { notice, actor: operator() }).unwrap();
    assert_eq!(world.job(lease.task).unwrap().lease.unwrap().0, lease.number);
    world.run(LearnNoticeTried { notice, accepted: Ok(()), lease: Some(lease) }).unwrap();
    // An accepted notice can be sent again too; a refusal then changes nothing.
    world.run(SendNoticeAgain { notice, actor: operator() }).unwrap();
    tried(&mut world, notice, false);
    assert!(matches!(world.get(notice).state, NoticeState::Accepted { .. }));
    assert_eq!(world.job(lease.task), None);
}

#[test]
fn an_acceptance_under_an_old_lease_ends_the_sending() {
    let mut world = World::new();
    let (_, notice) = owed(&mut world);
    let old = world.take(Task::SendNotice(notice));
    world.pass(DAY);
    world.take(Task::SendNotice(notice));
    world.run(LearnNoticeTried { notice, accepted: Ok(()), lease: Some(old) }).unwrap();
    assert_eq!(world.job(old.task), None);
}

#[test]
fn a_refusal_under_an_old_lease_is_counted_and_plans_nothing() {
    let mut world = World::new();
    let (_, notice) = owed(&mut world);
    let old = world.take(Task::SendNotice(notice));
    let new = world.take(Task::SendNotice(notice));
    let accepted = Err("no answer".to_owned());
    world.run(LearnNoticeTried { notice, accepted, lease: Some(old) }).unwrap();
    assert_eq!(world.get(notice).tries, 1);
    assert_eq!(world.job(new.task).unwrap().lease.unwrap().0, new.number);
}
