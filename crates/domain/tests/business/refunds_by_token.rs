//! Refunds that a shop's program asks for: the same token, soon after, is the same request.

use crate::scenes::receipt;
use crate::world::{World, rub};
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{PaymentId, RefundId};
use domain::refunding::RefundPayment;
use domain::refunding_by_token::{RefundByToken, SAME_TOKEN};
use domain::refunds::Source;
use jiff::SignedDuration;

fn asked(world: &mut World, payment: PaymentId, minor: i64, token: u8) -> Result<RefundId, Refused> {
    let id = world.id();
    let (amount, source) = (Some(rub(minor)), Source::Sale);
    let refund = RefundPayment { id, payment, amount, source, receipt: None, actor: Actor::Shop };
    world.run(RefundByToken { refund, digest: [token; 32] })
}

#[test]
fn a_token_that_comes_again_is_the_refund_that_it_was_and_another_token_is_another() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let first = asked(&mut world, payment, 4_000, 1).unwrap();
    assert_eq!(asked(&mut world, payment, 4_000, 1), Ok(first));
    assert_ne!(asked(&mut world, payment, 4_000, 2).unwrap(), first);
    assert_eq!(world.get(payment).refunded, rub(8_000));
    let left = Refused::TooMuch { wish: "refunded", left: rub(2_000) };
    assert_eq!(asked(&mut world, payment, 4_000, 3), Err(left));
    assert_eq!(world.was_told("refund_asked"), 2);
}

#[test]
fn a_token_is_a_new_request_after_a_while_and_at_once_when_its_refund_failed() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let first = asked(&mut world, payment, 1_000, 1).unwrap();
    world.now += SAME_TOKEN - SignedDuration::from_secs(1);
    assert_eq!(asked(&mut world, payment, 1_000, 1), Ok(first));
    world.now += SignedDuration::from_secs(1);
    let second = asked(&mut world, payment, 1_000, 1).unwrap();
    assert_ne!(second, first);
    world.refund_fails(second);
    assert_ne!(asked(&mut world, payment, 1_000, 1).unwrap(), second);
    assert_eq!(world.get(payment).refunded, rub(2_000));
}

#[test]
fn a_receipt_is_kept_with_the_refund_and_must_be_of_its_sum() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let mut refund = |minor: i64| {
        let (id, amount) = (world.id(), Some(rub(1_000)));
        let receipt = Some(receipt(minor));
        let refund = RefundPayment { id, payment, amount, source: Source::Sale, receipt, actor: Actor::Shop };
        world.run(RefundByToken { refund, digest: [7; 32] })
    };
    assert!(matches!(refund(1_001), Err(Refused::Invalid { what: "receipt", .. })));
    let id = refund(1_000).unwrap();
    assert_eq!(world.get(id).receipt, Some(receipt(1_000)));
}
