//! What is sold: said with the order, said anew when a part of a hold is captured, and never of another sum.

use crate::scenes::{operator, receipt, terms};
use crate::world::{World, rub};
use domain::decide::Refused;
use domain::holding::CapturePayment;
use domain::ids::PaymentId;
use domain::opening::OpenPayment;
use domain::payments::Terms;

/// A payment of 100.00 that is held.
fn held(world: &mut World) -> PaymentId {
    let payment = world.open_hold(1, 10_000);
    let attempt = world.start(payment);
    world.hold(attempt, 10_000);
    payment
}

#[test]
fn a_receipt_of_another_sum_opens_nothing() {
    let mut world = World::new();
    let said = Terms { receipt: Some(receipt(9_999)), ..terms() };
    let order = OpenPayment { terms: said, ..world.order(None, 10_000, 1) };
    assert!(matches!(world.run(order), Err(Refused::Invalid { what: "receipt", .. })));
}

#[test]
fn a_capture_says_anew_what_is_sold_and_its_receipt_must_be_of_its_sum() {
    let mut world = World::new();
    let payment = held(&mut world);
    let mut wish = |amount: Option<i64>, receipt| {
        let amount = amount.map(rub);
        let asked = world.run(CapturePayment { payment, amount, receipt, actor: operator() });
        (asked, world.get(payment).terms.receipt.map(|receipt| receipt.total()))
    };
    for (amount, minor) in [(Some(6_000), 5_999), (Some(6_000), 10_000), (None, 6_000)] {
        let (refused, kept) = wish(amount, Some(receipt(minor)));
        assert!(matches!(refused, Err(Refused::Invalid { what: "receipt", .. })), "{amount:?}");
        assert_eq!(kept, None);
    }
    assert_eq!(wish(Some(6_000), Some(receipt(6_000))), (Ok(rub(6_000)), Some(rub(6_000))));
}

#[test]
fn of_a_part_of_what_has_a_receipt_only_the_shop_knows_what_is_sold() {
    let mut world = World::new();
    let payment = held(&mut world);
    let mut said = world.get(payment);
    said.terms.receipt = Some(receipt(10_000));
    world.put(said);
    let refused =
        world.run(CapturePayment { payment, amount: Some(rub(6_000)), receipt: None, actor: operator() });
    assert!(matches!(refused, Err(Refused::Invalid { what: "receipt", .. })));
    assert_eq!(
        world.run(CapturePayment { payment, amount: None, receipt: None, actor: operator() }),
        Ok(rub(10_000))
    );
}
