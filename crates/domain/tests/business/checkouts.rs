//! Checkouts: numbers that are texts, currencies beside the shop's own, and what is told of invoices.

use crate::scenes::terms;
use crate::world::World;
use domain::checkouts::{Checkout, CheckoutTerms, Generation, Telling};
use domain::closing::{CancelPayment, ExpirePayment};
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{BookKind, NoticeId, PaymentId};
use domain::jobs::Task;
use domain::notices::{Notice, NoticeKind, NoticeState};
use domain::notifying::{INVOICE_TRIES_MAX, LearnNoticeTried};
use domain::opening::{OpenPayment, Opened};
use domain::payments::{Payment, PaymentState, Terms};
use domain::sellers::{ShopAddress, Verb};
use domain::telling_ends::OweEnd;
use money::Money;
use money::currency::Currency;

fn stage(kind: BookKind) -> World {
    let mut world = World::of_kind(kind);
    world.shop_with(|shop| {
        let id = "5534b1683b1eaf00758b4567".to_owned();
        let first = "392894CA-62C4-E3B3-14DC-1CD6058AC6A7".to_owned();
        let currencies = vec![Currency::Uah];
        shop.checkout =
            Some(Checkout { currencies, tells_ended: true, ..Checkout::usual(first, id.clone(), id) });
    });
    world
}

fn said(payment_no: &str) -> CheckoutTerms {
    CheckoutTerms {
        generation: Generation::Second,
        payment_no: payment_no.to_owned(),
        telling: Telling::Own,
        pending: None,
        plain: (false, false),
        via: String::new(),
        newer: (String::new(), String::new()),
        process: false,
        contact: None,
    }
}

fn order(world: &mut World, said: CheckoutTerms, content: u8) -> OpenPayment {
    let order = world.order(None, 10_000, content);
    let claim = said.claim(&world.get(order.shop));
    OpenPayment { claim, terms: Terms { checkout: Some(said), ..terms() }, ..order }
}

fn opens(world: &mut World, payment_no: &str, content: u8) -> Result<Opened, Refused> {
    let order = order(world, said(payment_no), content);
    world.run(order)
}

fn pays(world: &mut World, payment: PaymentId) {
    let attempt = world.start(payment);
    world.receive(attempt, 10_000);
}

fn ends(world: &mut World, payment: PaymentId) {
    let lease = Some(world.take(Task::TellEnd(payment)));
    let notice: NoticeId = world.id();
    world.run(OweEnd { payment, notice, lease }).unwrap();
}

#[test]
fn a_text_is_a_number_that_leads_to_one_sale() {
    let mut world = stage(BookKind::Live);
    let first = opens(&mut world, "ID_4233", 1).unwrap();
    assert!(first.fresh);
    let again = opens(&mut world, "ID_4233", 1).unwrap();
    assert_eq!((again.payment, again.fresh), (first.payment, false), "the same request, the same payment");
    let other = opens(&mut world, "ID_4234", 1).unwrap();
    assert_ne!(other.payment, first.payment, "another text is another order");
    let numbers = [first, other].map(|opened| world.get(opened.payment).terms.number);
    assert_eq!(numbers, [1, 2], "the shop's counter gives them their numbers");
    let changed = opens(&mut world, "ID_4233", 2).unwrap();
    assert_eq!(world.get(first.payment).state, PaymentState::Cancelled, "other content replaces it");
    pays(&mut world, changed.payment);
    assert_eq!(opens(&mut world, "ID_4233", 2), Err(Refused::AlreadyPaid));
}

#[test]
fn without_a_number_or_where_numbers_need_not_be_unique_every_request_is_an_order() {
    let mut world = stage(BookKind::Live);
    let one = opens(&mut world, "", 1).unwrap();
    let other = opens(&mut world, "", 1).unwrap();
    assert!(one.fresh && other.fresh && one.payment != other.payment);
    world.shop_with(|shop| {
        shop.checkout = shop.checkout.clone().map(|checkout| Checkout { unique_numbers: false, ..checkout });
    });
    let [one, other] = [1, 1].map(|content| opens(&mut world, "ID_1", content).unwrap().payment);
    assert_ne!(one, other);
}

#[test]
fn a_checkout_takes_its_own_currencies_and_no_others() {
    let mut world = stage(BookKind::Live);
    let order = order(&mut world, said("U-1"), 1);
    let hryvnias = OpenPayment { amount: Money::from_minor(500, Currency::Uah), ..order.clone() };
    assert!(world.run(hryvnias).unwrap().fresh);
    let order = self::order(&mut world, said("U-2"), 1);
    let euros = OpenPayment { amount: Money::from_minor(500, Currency::Eur), ..order };
    assert!(matches!(world.run(euros), Err(Refused::Invalid { what: "sum", .. })));
}

#[test]
fn a_sale_is_told_where_the_order_said_and_so_often_as_interkassa_does() {
    let mut world = stage(BookKind::Live);
    let at = ShopAddress { url: "https://shop.example/own".to_owned(), verb: Verb::Get };
    let terms = CheckoutTerms { telling: Telling::At(at.clone()), ..said("N-1") };
    let order = order(&mut world, terms, 1);
    let payment = world.run(order).unwrap().payment;
    pays(&mut world, payment);
    let notice = world.all::<Notice>().remove(0);
    assert_eq!((notice.kind, &notice.address), (NoticeKind::PaidInvoice, &at));
    for tries in 1..=INVOICE_TRIES_MAX {
        let lease = Some(world.take(Task::SendNotice(notice.id)));
        let accepted = Err("status 500".to_owned());
        world.run(LearnNoticeTried { notice: notice.id, accepted, lease }).unwrap();
        assert_eq!(world.job(Task::SendNotice(notice.id)).is_some(), tries < INVOICE_TRIES_MAX, "{tries}");
    }
    assert_eq!(world.get(notice.id).state, NoticeState::GivenUp);
    let quiet = CheckoutTerms { telling: Telling::Off, ..said("N-2") };
    let order = self::order(&mut world, quiet, 1);
    let payment = world.run(order).unwrap().payment;
    pays(&mut world, payment);
    assert_eq!(world.all::<Notice>().len(), 1, "an order that asked for silence is not told of");
}

#[test]
fn an_end_without_a_sale_is_told_once_to_whoever_wants_it() {
    let mut world = stage(BookKind::Live);
    let cancelled = opens(&mut world, "E-1", 1).unwrap().payment;
    world.run(CancelPayment { payment: cancelled, actor: Actor::Buyer }).unwrap();
    ends(&mut world, cancelled);
    let notice = world.all::<Notice>().remove(0);
    assert_eq!((notice.kind, notice.payment), (NoticeKind::EndedInvoice, cancelled));
    assert_eq!(world.due(Task::SendNotice(notice.id)), world.now);
    let expired = opens(&mut world, "E-2", 1).unwrap().payment;
    world.now = world.get(expired).ends_at;
    let lease = Some(world.take(Task::ExpirePayment(expired)));
    world.run(ExpirePayment { payment: expired, lease }).unwrap();
    ends(&mut world, expired);
    assert_eq!(world.all::<Notice>().len(), 2);
    let replaced = opens(&mut world, "E-3", 1).unwrap().payment;
    opens(&mut world, "E-3", 2).unwrap();
    assert!(world.job(Task::TellEnd(replaced)).is_none(), "the order lives on");
    world.shop_with(|shop| {
        shop.checkout = shop.checkout.clone().map(|checkout| Checkout { tells_ended: false, ..checkout });
    });
    let unwanted = opens(&mut world, "E-4", 1).unwrap().payment;
    world.run(CancelPayment { payment: unwanted, actor: Actor::Buyer }).unwrap();
    ends(&mut world, unwanted);
    assert_eq!(world.all::<Notice>().len(), 2);
    let ordinary = world.open(77, 10_000);
    world.run(CancelPayment { payment: ordinary, actor: Actor::Buyer }).unwrap();
    assert!(world.job(Task::TellEnd(ordinary)).is_none(), "other shops are never told of ends");
}

#[test]
fn rehearsals_use_a_text_again_and_again() {
    let mut world = stage(BookKind::Test);
    let first = opens(&mut world, "T-1", 1).unwrap().payment;
    pays(&mut world, first);
    let second = opens(&mut world, "T-1", 1).unwrap();
    assert!(second.fresh);
    assert_eq!(world.all::<Payment>().len(), 2);
}
