//! Receipts that are attached to a paid order.

use crate::scenes::receipt;
use crate::world::World;
use domain::attaching::{AttachReceipt, AttachedKey, AttachedReceipt};
use domain::decide::Refused;
use domain::ids::{Id, PaymentId, ShopId};
use jiff::Timestamp;

fn attached(world: &World, payment: PaymentId, name: &str, minor: i64) -> AttachReceipt {
    let attached = AttachedReceipt {
        key: AttachedKey { name: name.to_owned(), shop: ShopId::new(world.book, 2) },
        payment,
        receipt: receipt(minor),
        email: Some("buyer@shop.example".to_owned()),
        phone: None,
        attached_at: Timestamp::UNIX_EPOCH,
    };
    AttachReceipt { attached, first: false }
}

fn attach(world: &mut World, payment: PaymentId, name: &str, minor: i64) -> Result<(), Refused> {
    let wish = attached(world, payment, name, minor);
    world.run(wish)
}

#[test]
fn a_receipt_is_kept_with_a_paid_order_once() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    attach(&mut world, payment, "14", 10_000).unwrap();
    let began = world.now;
    world.pass(60);
    attach(&mut world, payment, "14", 10_000).unwrap();
    assert_eq!(world.was_told("receipt_attached"), 1);
    let kept = world.all::<AttachedReceipt>();
    assert_eq!((kept.len(), kept[0].attached_at), (1, began));
    assert_eq!(attach(&mut world, payment, "14", 9_000), Err(Refused::Taken { what: "receipt number" }));
}

#[test]
fn an_order_has_two_receipts_at_most_and_none_for_more_than_was_paid() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    assert!(matches!(attach(&mut world, payment, "14", 10_001), Err(Refused::TooMuch { .. })));
    attach(&mut world, payment, "14", 4_000).unwrap();
    attach(&mut world, payment, "15", 6_000).unwrap();
    assert!(matches!(attach(&mut world, payment, "16", 1), Err(Refused::TooMany { .. })));
}

#[test]
fn an_order_that_is_not_paid_has_none_and_its_own_number_is_no_receipts() {
    let mut world = World::new();
    let open = world.open(1, 10_000);
    assert!(matches!(attach(&mut world, open, "14", 10_000), Err(Refused::WrongState { .. })));
    let paid = world.sale(2, 10_000);
    assert!(matches!(attach(&mut world, paid, "2", 10_000), Err(Refused::Invalid { .. })));
}

#[test]
fn an_order_that_was_paid_without_a_receipt_gets_its_first_one_later() {
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let first = |world: &World, name| AttachReceipt { first: true, ..attached(world, payment, name, 10_000) };
    let wish = first(&world, "1");
    world.run(wish).unwrap();
    let another = first(&world, "7");
    assert!(matches!(world.run(another), Err(Refused::TooMany { .. })));
    attach(&mut world, payment, "8", 10_000).unwrap();
}
