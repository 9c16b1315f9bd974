//! What a page sends twice is done once.

use crate::scenes::operator;
use crate::world::{World, rub};
use domain::by_hand::{OpenByHand, RefundOnce};
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{PaymentId, RefundId};
use domain::refunding::RefundPayment;
use domain::refunds::Source;

fn form(id: RefundId, payment: PaymentId, minor: i64) -> RefundOnce {
    RefundOnce(RefundPayment {
        id,
        payment,
        amount: Some(rub(minor)),
        source: Source::Sale,
        receipt: None,
        actor: operator(),
    })
}

#[test]
fn a_refund_whose_form_comes_twice_is_made_once() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let id = world.id();
    assert_eq!(world.run(form(id, payment, 4_000)), Ok(rub(4_000)));
    assert_eq!(world.run(form(id, payment, 4_000)), Ok(rub(4_000)));
    assert_eq!(world.get(payment).refunded, rub(4_000));
    assert_eq!(world.was_told("refund_asked"), 1);
}

#[test]
fn a_form_of_one_payment_refunds_no_other() {
    let mut world = World::new();
    let (first, second) = (world.sale(1, 10_000), world.sale(2, 10_000));
    let id = world.id();
    world.run(form(id, first, 4_000)).unwrap();
    assert_eq!(world.run(form(id, second, 4_000)), Err(Refused::Taken { what: "form" }));
    assert_eq!(world.get(second).refunded, rub(0));
}

#[test]
fn a_refund_by_hand_obeys_the_same_guards() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let id = world.id();
    let too_much = Err(Refused::TooMuch { wish: "refunded", left: rub(10_000) });
    assert_eq!(world.run(form(id, payment, 10_001)), too_much);
}

#[test]
fn a_link_whose_form_comes_twice_is_made_once_and_names_who_made_it() {
    let mut world = World::new();
    let open = world.order(None, 10_000, 1);
    let link = OpenByHand { open, actor: Actor::Operator("anna".to_owned()) };
    let first = world.run(link.clone()).unwrap();
    let second = world.run(link).unwrap();
    assert!(first.fresh && !second.fresh);
    assert_eq!(first.payment, second.payment);
    assert_eq!(world.was_told("payment_opened"), 1);
    assert_eq!(world.events.last().unwrap().actor, Actor::Operator("anna".to_owned()));
}
