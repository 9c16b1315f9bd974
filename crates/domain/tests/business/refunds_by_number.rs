//! Refunds under a program's own number: one number is one refund, however late it comes again.

use crate::world::{World, rub};
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{PaymentId, RefundId};
use domain::refunding::RefundPayment;
use domain::refunding_by_number::RefundByNumber;
use domain::refunds::Source;
use jiff::SignedDuration;

fn asked(world: &mut World, payment: PaymentId, minor: i64, number: u8) -> Result<RefundId, Refused> {
    let id = world.id();
    let (amount, source) = (Some(rub(minor)), Source::Sale);
    let refund = RefundPayment { id, payment, amount, source, receipt: None, actor: Actor::Shop };
    world.run(RefundByNumber { refund, digest: [number; 32] })
}

#[test]
fn a_number_that_comes_again_is_the_refund_that_it_was_even_after_a_year() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let first = asked(&mut world, payment, 4_000, 1).unwrap();
    world.now += SignedDuration::from_hours(24 * 365);
    assert_eq!(asked(&mut world, payment, 4_000, 1), Ok(first));
    assert_ne!(asked(&mut world, payment, 4_000, 2).unwrap(), first);
    assert_eq!(world.get(payment).refunded, rub(8_000));
    assert_eq!(world.was_told("refund_asked"), 2);
}

#[test]
fn a_number_does_not_mean_another_sum_or_another_payment() {
    let mut world = World::new();
    let (payment, other) = (world.sale(1, 10_000), world.sale(2, 10_000));
    asked(&mut world, payment, 1_000, 1).unwrap();
    let taken = Refused::Taken { what: "refund's number" };
    assert_eq!(asked(&mut world, payment, 1_001, 1), Err(taken.clone()));
    assert_eq!(asked(&mut world, other, 1_000, 1), Err(taken));
    assert_eq!((world.get(payment).refunded, world.get(other).refunded), (rub(1_000), rub(0)));
}

#[test]
fn the_number_of_a_refund_that_failed_is_free_again() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let first = asked(&mut world, payment, 1_000, 1).unwrap();
    world.refund_fails(first);
    let second = asked(&mut world, payment, 2_000, 1).unwrap();
    assert_ne!(second, first);
    assert_eq!(asked(&mut world, payment, 2_000, 1), Ok(second));
    assert_eq!(world.get(payment).refunded, rub(2_000));
}
