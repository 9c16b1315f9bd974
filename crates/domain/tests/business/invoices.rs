//! Payment links: one owner of an order's number, one sale for a link for one, and no way around either.

use crate::scenes::{DAY, HOUR, receipt, terms};
use crate::world::{World, rub};
use domain::decide::Refused;
use domain::ids::{BookKind, Id, InvoiceId, PaymentId, ShopId};
use domain::invoices::{Invoice, InvoiceKind};
use domain::invoices_issuing::{IssueInvoice, Issued, VisitInvoice};
use domain::invoices_withdrawing::WithdrawInvoice;
use domain::jobs::Task;
use domain::opening::Opened;
use domain::payments::{PaymentState, Terms};
use jiff::SignedDuration;

impl World {
    /// A link of 100.00 that was never issued, with one byte of content.
    fn link(&mut self, kind: InvoiceKind, content: u8) -> Invoice {
        Invoice {
            id: self.id(),
            shop: ShopId::new(self.book, 2),
            kind,
            active: true,
            amount: rub(10_000),
            terms: terms(),
            comment: String::new(),
            no_free_sale: false,
            content: [content; 32],
            until: None,
            payment: None,
            created_at: self.now,
            changed_at: self.now,
        }
    }

    fn issue(&mut self, invoice: Invoice, number: Option<i64>) -> Result<Issued, Refused> {
        let payment = self.id();
        self.run(IssueInvoice { invoice, number, payment, shop_version: 1 })
    }

    fn issue_one(&mut self, number: Option<i64>, content: u8) -> Result<Issued, Refused> {
        let link = self.link(InvoiceKind::OneTime, content);
        self.issue(link, number)
    }

    fn visit(&mut self, invoice: InvoiceId, known: Option<PaymentId>) -> Result<Opened, Refused> {
        let payment = self.id();
        self.run(VisitInvoice { invoice, payment, known, shop_version: 1 })
    }

    fn paid(&mut self, payment: PaymentId) {
        let attempt = self.start(payment);
        self.receive(attempt, 10_000);
        assert_eq!(self.get(payment).state, PaymentState::Paid);
    }
}

#[test]
fn a_link_for_one_leads_to_one_payment_and_is_paid_once() {
    let mut world = World::new();
    let issued = world.issue_one(Some(7), 1).unwrap();
    assert_eq!((issued.number, issued.fresh), (7, true));
    let opened = world.visit(issued.invoice, None).unwrap();
    assert_eq!((opened.fresh, world.get(opened.payment).terms.number), (false, 7));
    assert_eq!(world.visit(issued.invoice, None).unwrap().payment, opened.payment);
    let attempt = world.start(opened.payment);
    world.hold(attempt, 10_000);
    assert_eq!(world.visit(issued.invoice, None).unwrap().payment, opened.payment);

    let other = world.issue_one(Some(8), 1).unwrap();
    let payment = world.visit(other.invoice, None).unwrap().payment;
    world.paid(payment);
    assert_eq!(world.visit(other.invoice, None), Err(Refused::AlreadyPaid));
    assert_eq!(world.run(WithdrawInvoice { invoice: other.invoice }), Err(Refused::AlreadyPaid));
    assert_eq!(world.issue_one(Some(8), 2), Err(Refused::AlreadyPaid));
}

#[test]
fn the_same_request_finds_its_link_and_another_takes_the_number_over() {
    let mut world = World::new();
    let first = world.issue_one(Some(7), 1).unwrap();
    let again = world.issue_one(Some(7), 1).unwrap();
    assert_eq!((again.invoice, again.fresh), (first.invoice, false));
    let second = world.issue_one(Some(7), 2).unwrap();
    assert!(second.fresh && second.invoice != first.invoice);
    assert!(!world.get(first.invoice).active);
    let old = world.get(first.invoice).payment.unwrap();
    assert_eq!(world.get(old).state, PaymentState::Cancelled);
    assert_eq!(world.visit(first.invoice, None), Err(Refused::Off { what: "link" }));
    assert!(world.visit(second.invoice, None).is_ok());
    // Without a number two equal requests are two orders.
    let (one, two) = (world.issue_one(None, 3).unwrap(), world.issue_one(None, 3).unwrap());
    assert!(one.invoice != two.invoice && one.number != two.number);
}

#[test]
fn an_order_and_a_link_of_one_number_are_never_both_paid() {
    let mut world = World::new();
    let issued = world.issue_one(Some(7), 1).unwrap();
    let by_link = world.visit(issued.invoice, None).unwrap().payment;
    let by_start = world.again(7, 10_000, 9).unwrap().payment;
    assert_eq!(world.get(by_link).state, PaymentState::Cancelled);
    world.paid(by_start);
    assert_eq!(world.visit(issued.invoice, None), Err(Refused::AlreadyPaid));

    let issued = world.issue_one(Some(8), 1).unwrap();
    let by_start = world.again(8, 10_000, 9).unwrap().payment;
    let by_link = world.visit(issued.invoice, None).unwrap();
    assert!(by_link.fresh);
    assert_eq!(world.get(by_start).state, PaymentState::Cancelled);
    world.paid(by_link.payment);
    assert_eq!(world.again(8, 10_000, 9), Err(Refused::AlreadyPaid));
}

#[test]
fn a_payment_that_ended_unpaid_is_opened_anew_under_its_number_while_the_link_lives() {
    let mut world = World::new();
    let issued = world.issue_one(None, 1).unwrap();
    let first = world.visit(issued.invoice, None).unwrap().payment;
    world.expire(first);
    assert_eq!(world.get(first).state, PaymentState::Expired);
    let second = world.visit(issued.invoice, None).unwrap();
    assert!(second.fresh && second.payment != first);
    assert_eq!(world.get(second.payment).terms.number, issued.number);
    // Money that comes late for the first is nobody's sale.
    assert_eq!(world.get(first).state, PaymentState::Cancelled);
}

#[test]
fn a_reusable_link_opens_a_payment_of_its_own_number_for_each_visitor() {
    let mut world = World::new();
    let link = world.link(InvoiceKind::Reusable, 1);
    let issued = world.issue(link, Some(50)).unwrap();
    assert_eq!(issued.number, 50);
    let one = world.visit(issued.invoice, None).unwrap();
    let two = world.visit(issued.invoice, None).unwrap();
    assert!(one.fresh && two.fresh && one.payment != two.payment);
    let numbers = [one, two].map(|opened| world.get(opened.payment).terms.number);
    assert_eq!(numbers, [1, 2]);
    // A browser comes back to its own payment, and to no other's.
    assert_eq!(world.visit(issued.invoice, Some(one.payment)).unwrap().payment, one.payment);
    let stranger = world.open(70, 10_000);
    assert!(world.visit(issued.invoice, Some(stranger)).unwrap().fresh);
    world.paid(one.payment);
    assert!(world.visit(issued.invoice, Some(one.payment)).unwrap().fresh);

    let taken = world.link(InvoiceKind::Reusable, 2);
    assert_eq!(world.issue(taken, Some(70)), Err(Refused::Taken { what: "number" }));
}

#[test]
fn a_withdrawn_link_opens_nothing_and_its_open_payment_ends() {
    let mut world = World::new();
    let issued = world.issue_one(Some(7), 1).unwrap();
    let payment = world.visit(issued.invoice, None).unwrap().payment;
    assert_eq!(world.run(WithdrawInvoice { invoice: issued.invoice }), Ok(()));
    assert_eq!(world.run(WithdrawInvoice { invoice: issued.invoice }), Ok(()));
    assert_eq!(world.get(payment).state, PaymentState::Cancelled);
    assert_eq!(world.job(Task::ExpirePayment(payment)), None);
    assert_eq!(world.visit(issued.invoice, None), Err(Refused::Off { what: "link" }));
    // The same request again is a new link.
    assert!(world.issue_one(Some(7), 1).unwrap().fresh);

    let link = world.link(InvoiceKind::Reusable, 2);
    let issued = world.issue(link, None).unwrap();
    let payment = world.visit(issued.invoice, None).unwrap().payment;
    world.run(WithdrawInvoice { invoice: issued.invoice }).unwrap();
    assert_eq!(world.get(payment).state, PaymentState::Open, "who is paying finishes");
    assert!(world.visit(issued.invoice, None).is_err());
}

#[test]
fn a_hold_is_not_withdrawn_with_its_link() {
    let mut world = World::new();
    let link = world.link(InvoiceKind::OneTime, 1);
    let held = Invoice { terms: Terms { hold: true, ..terms() }, ..link };
    let issued = world.issue(held, None).unwrap();
    let payment = world.visit(issued.invoice, None).unwrap().payment;
    let attempt = world.start(payment);
    world.hold(attempt, 10_000);
    assert_eq!(world.run(WithdrawInvoice { invoice: issued.invoice }), Err(Refused::AlreadyPaid));
    assert!(matches!(world.get(payment).state, PaymentState::Held { .. }));
}

#[test]
fn a_link_ends_at_its_time_and_its_payment_with_it() {
    let mut world = World::new();
    let until = world.now + SignedDuration::from_secs(30 * DAY);
    let link = world.link(InvoiceKind::OneTime, 1);
    let issued = world.issue(Invoice { until: Some(until), ..link }, None).unwrap();
    let payment = world.visit(issued.invoice, None).unwrap().payment;
    assert_eq!(world.get(payment).ends_at, until, "what is signed may be longer than the shop's lifetime");
    world.expire(payment);
    assert!(matches!(world.visit(issued.invoice, None), Err(Refused::Invalid { what: "end", .. })));
    let link = world.link(InvoiceKind::Reusable, 2);
    let past = Some(world.now - SignedDuration::from_secs(HOUR));
    assert!(matches!(
        world.issue(Invoice { until: past, ..link }, None),
        Err(Refused::Invalid { what: "end", .. })
    ));
}

#[test]
fn what_no_payment_could_be_opened_with_is_refused_when_the_link_is_issued() {
    let mut world = World::new();
    for kind in [InvoiceKind::OneTime, InvoiceKind::Reusable] {
        let link = world.link(kind, 1);
        let other = Invoice { terms: Terms { receipt: Some(receipt(9_999)), ..terms() }, ..link.clone() };
        assert!(matches!(world.issue(other, None), Err(Refused::Invalid { what: "receipt", .. })));
        world.shop_with(|shop| shop.active = false);
        assert_eq!(world.issue(link.clone(), None), Err(Refused::Off { what: "shop" }));
        world.shop_with(|shop| shop.active = true);
        let payment = world.id();
        let stale = IssueInvoice { invoice: link, number: None, payment, shop_version: 2 };
        assert_eq!(world.run(stale), Err(Refused::Stale { what: "shop" }));
    }
}

#[test]
fn a_rehearsed_link_is_paid_once_although_rehearsed_orders_may_be_paid_again() {
    let mut world = World::of_kind(BookKind::Test);
    let issued = world.issue_one(Some(7), 1).unwrap();
    let payment = world.visit(issued.invoice, None).unwrap().payment;
    world.paid(payment);
    assert_eq!(world.visit(issued.invoice, None), Err(Refused::AlreadyPaid));
    assert!(world.issue_one(Some(7), 1).unwrap().fresh, "a rehearsal may use a number again");
}
