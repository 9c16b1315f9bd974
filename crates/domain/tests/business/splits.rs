//! Payments that shops share: each part leaves one seller's book and arrives in another's, or comes back.

use crate::scenes::{DAY, HOUR, receipt, seller, shop, terms};
use crate::world::{World, rub};
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{Book, BookKind, Id, MoveId, PaymentId, ShopId};
use domain::jobs::Task;
use domain::ledger::Account;
use domain::methods::Method;
use domain::moving::{Landing, LearnMove, Move, MoveState, ReceiveMove, RefuseMove};
use domain::notices::Notice;
use domain::opening::OpenPayment;
use domain::payments::{Payment, PaymentState, Terms};
use domain::refunds::Source;
use domain::sellers::{Shop, Switch};
use domain::settings::{SaveSeller, SaveShop};
use domain::splitting::Part;
use money::Money;
use money::currency::Currency;
use proptest::prelude::*;

/// Two sellers, each with a book and a shop that shares.
struct Stage {
    master: World,
    other: World,
}

impl Stage {
    fn new() -> Stage {
        let mut master = World::new();
        master.shop_with(|shop| shop.switches = vec![Switch::Split]);
        let mut other = World::empty();
        other.book = Book::of_seller(2, BookKind::Live).unwrap();
        other.business = true;
        // Numbers are of one source for all books; here each world counts for itself.
        for _ in 0..1_000 {
            let _: PaymentId = other.id();
        }
        let (actor, fields) = (Actor::Clock, "all".to_owned());
        other.run(SaveSeller { seller: seller(other.book), actor: actor.clone() }).unwrap();
        let shop = Shop { login: "lily".to_owned(), switches: vec![Switch::Split], ..shop(other.book) };
        other.run(SaveShop { shop, names: Vec::new(), fields, actor }).unwrap();
        Stage { master, other }
    }

    fn shop(&self) -> ShopId {
        ShopId::new(self.other.book, 2)
    }

    fn part(&mut self, number: Option<i64>, minor: i64) -> Part {
        Part {
            id: self.master.id(),
            shop: self.shop(),
            number,
            amount: rub(minor),
            receipt: Some(receipt(minor)),
        }
    }

    /// An order of 100.00 of which the other shop gets so much, paid.
    fn sale(&mut self, order: i64, part: Part) -> PaymentId {
        let open = self.master.order(Some(order), 10_000, 1);
        let open = OpenPayment { terms: Terms { split: vec![part], ..terms() }, ..open };
        let payment = self.master.run(open).unwrap().payment;
        let attempt = self.master.start(payment);
        self.master.receive(attempt, 10_000);
        payment
    }

    fn receive(&mut self, part: &Part) -> ReceiveMove {
        ReceiveMove {
            id: part.id,
            shop: part.shop,
            amount: part.amount,
            method: Method::BankCard,
            terms: Terms { receipt: part.receipt.clone(), ..terms() },
            number: part.number,
            notice: self.other.id(),
        }
    }

    /// One try of the job: what the other book says is learned in the first.
    fn carry(&mut self, part: &Part) -> Landing {
        self.master.now = self.master.now.max(self.other.now);
        self.other.now = self.master.now;
        let lease = Some(self.master.take(Task::CarryMove(part.id)));
        let known = self.master.get(part.id);
        let landing = if self.master.now >= known.deadline {
            let refuse = RefuseMove { id: part.id, shop: part.shop, method: known.method };
            self.other.run(refuse).unwrap()
        } else {
            let receive = self.receive(part);
            self.other.run(receive).unwrap()
        };
        self.master.run(LearnMove { id: part.id, landing, lease }).unwrap();
        landing
    }

    /// What is under way over both books.
    fn in_transit(&self, part: &Part) -> i64 {
        let account = Account::InTransit(part.id.number);
        self.master.holds(account) + self.other.holds(account)
    }

    fn state(&self, part: &Part) -> MoveState {
        self.master.get(part.id).state
    }
}

#[test]
fn a_part_leaves_with_the_sale_and_arrives_as_a_sale_of_the_other_shop() {
    let mut stage = Stage::new();
    let part = stage.part(Some(7), 3_000);
    let payment = stage.sale(1, part.clone());
    // 100.00 less the fee of the whole less the part.
    assert_eq!(stage.master.holds(Account::Pending), 10_000 - 350 - 3_000);
    assert_eq!(stage.master.get(payment).unsettled, rub(6_650));
    assert_eq!(stage.in_transit(&part), 3_000);

    let Landing::Arrived(arrived) = stage.carry(&part) else { panic!() };
    assert_eq!(stage.in_transit(&part), 0);
    assert_eq!(stage.state(&part), MoveState::Arrived);
    assert_eq!(stage.other.holds(Account::Pending), 3_000);
    let sold = stage.other.get(arrived);
    assert_eq!((sold.state, sold.terms.number, sold.captured), (PaymentState::Paid, 7, rub(3_000)));
    assert!(sold.is_part() && !stage.master.get(payment).is_part());
    assert_eq!((sold.fee, sold.terms.receipt), (rub(0), Some(receipt(3_000))));
    let told: Vec<Notice> = stage.other.all();
    assert_eq!(
        told.iter().map(|notice| (notice.payment, notice.paid)).collect::<Vec<_>>(),
        [(arrived, rub(3_000))]
    );
    stage.other.settle(arrived);
    assert_eq!(stage.other.holds(Account::Available), 3_000);
    assert!(stage.master.job(Task::CarryMove(part.id)).is_none());
}

#[test]
fn a_part_that_is_told_twice_arrives_once() {
    let mut stage = Stage::new();
    let part = stage.part(Some(7), 3_000);
    stage.sale(1, part.clone());
    let (first, again) = (stage.receive(&part), stage.receive(&part));
    let landing = stage.other.run(first).unwrap();
    // The node stopped here: the receiver has it, and the sender does not know.
    assert_eq!((stage.state(&part), stage.in_transit(&part)), (MoveState::InTransit, 0));
    assert_eq!(stage.other.run(again).unwrap(), landing);
    assert_eq!(stage.other.holds(Account::Pending), 3_000);
    assert_eq!(stage.carry(&part), landing);
    assert_eq!(stage.other.all::<Payment>().len(), 1);
    // What comes under a lease that is over changes nothing more.
    stage.master.run(LearnMove { id: part.id, landing: Landing::Refused, lease: None }).unwrap();
    assert_eq!(stage.state(&part), MoveState::Arrived);
    assert_eq!(stage.in_transit(&part), 0);
}

#[test]
fn a_receiver_that_takes_nothing_is_tried_again_until_the_deadline_and_then_the_money_is_back() {
    let mut stage = Stage::new();
    stage.other.shop_with(|shop| shop.active = false);
    let part = stage.part(Some(7), 3_000);
    let payment = stage.sale(1, part.clone());
    let began = stage.master.now;
    let mut tries = 0;
    while stage.state(&part) == MoveState::InTransit {
        let landing = stage.carry(&part);
        tries += 1;
        if let Some(job) = stage.master.job(Task::CarryMove(part.id)) {
            assert_eq!(landing, Landing::Waits("the shop is switched off"));
            assert!(job.due > stage.master.now && job.due <= stage.master.get(part.id).deadline);
            stage.master.now = job.due;
        }
    }
    assert_eq!(stage.master.now.duration_since(began).as_secs(), DAY);
    assert!((20..40).contains(&tries), "{tries}");
    assert_eq!(stage.state(&part), MoveState::Returned);
    assert_eq!((stage.in_transit(&part), stage.master.holds(Account::Pending)), (0, 9_650));
    assert_eq!(stage.master.get(payment).unsettled, rub(9_650));
    assert_eq!(stage.master.was_told("part_waits"), 1);
    // The receiver is there again, and a message that was on its way for a day arrives now.
    stage.other.shop_with(|shop| shop.active = true);
    let late = stage.receive(&part);
    assert_eq!(stage.other.run(late).unwrap(), Landing::Refused);
    assert_eq!(stage.other.holds(Account::Pending), 0);
}

#[test]
fn a_part_that_arrived_unheard_of_is_not_given_back_after_the_deadline() {
    let mut stage = Stage::new();
    let part = stage.part(Some(7), 3_000);
    stage.sale(1, part.clone());
    let receive = stage.receive(&part);
    stage.other.run(receive).unwrap();
    stage.master.pass(2 * DAY);
    assert!(matches!(stage.carry(&part), Landing::Arrived(_)));
    assert_eq!((stage.state(&part), stage.in_transit(&part)), (MoveState::Arrived, 0));
}

#[test]
fn what_comes_back_after_the_settlement_stands_in_available() {
    let mut stage = Stage::new();
    stage.other.shop_with(|shop| shop.switches.clear());
    let part = stage.part(None, 3_000);
    let payment = stage.sale(1, part.clone());
    assert_eq!(stage.carry(&part), Landing::Waits("the shop takes no part in shared payments any more"));
    stage.master.pass(25 * HOUR);
    stage.master.settle(payment);
    assert_eq!(stage.master.holds(Account::Available), 6_650);
    assert_eq!(stage.carry(&part), Landing::Refused);
    assert_eq!((stage.master.holds(Account::Available), stage.in_transit(&part)), (9_650, 0));
}

#[test]
fn a_number_that_is_taken_or_not_named_is_assigned_and_told_to_nobody() {
    let mut stage = Stage::new();
    let open = stage.other.order(Some(7), 5_000, 1);
    let theirs = stage.other.run(open).unwrap().payment;
    for (order, number) in [(1, Some(7)), (2, None)] {
        let part = stage.part(number, 1_000);
        stage.sale(order, part.clone());
        let Landing::Arrived(arrived) = stage.carry(&part) else { panic!() };
        assert_eq!(stage.other.get(arrived).terms.number, order);
    }
    assert!(stage.other.all::<Notice>().is_empty());
    assert_eq!(stage.other.get(theirs).state, PaymentState::Open);
}

#[test]
fn the_fee_of_the_whole_is_the_masters_even_where_nothing_is_left_to_it() {
    let mut stage = Stage::new();
    let part = stage.part(Some(7), 10_000);
    let payment = stage.sale(1, part.clone());
    assert_eq!((stage.master.holds(Account::Pending), stage.master.holds(Account::SellerOwes)), (0, -350));
    assert_eq!(stage.master.get(payment).unsettled, rub(0));
    stage.carry(&part);
    assert_eq!(stage.other.holds(Account::Pending), 10_000);
}

#[test]
fn a_refund_is_the_masters_and_a_part_cannot_be_refunded_by_itself() {
    let mut stage = Stage::new();
    let part = stage.part(Some(7), 3_000);
    let payment = stage.sale(1, part.clone());
    let Landing::Arrived(arrived) = stage.carry(&part) else { panic!() };
    let refused = stage.other.refund(arrived, None, Source::Sale).unwrap_err();
    assert!(matches!(refused, Refused::Invalid { what: "refund", .. }), "{refused}");
    // The fee comes back with it: 6,650 of its own and 350 are there, and no more.
    let short = stage.master.refund(payment, Some(rub(10_000)), Source::Sale).unwrap_err();
    assert_eq!(short, Refused::Short { account: Account::Available, missing: rub(3_000) });
    let refund = stage.master.refund(payment, Some(rub(6_000)), Source::Sale).unwrap();
    stage.master.returned(refund);
    assert_eq!(stage.other.holds(Account::Pending), 3_000);
}

#[test]
fn a_split_that_cannot_be_is_refused_before_anything_is_saved() {
    let mut stage = Stage::new();
    let good = stage.part(Some(7), 3_000);
    let twin = ShopId { book: stage.other.book.twin(BookKind::Test), ..stage.shop() };
    let foreign = MoveId::new(stage.other.book, 5);
    let mut refused = |split: Vec<Part>, hold| {
        let open = stage.master.order(Some(9), 10_000, 1);
        let open = OpenPayment { terms: Terms { split, hold, ..terms() }, ..open };
        stage.master.run(open).is_err()
    };
    assert!(refused(vec![good.clone()], true), "held money is not shared");
    assert!(refused(vec![good.clone(), good.clone()], false), "one shop twice");
    assert!(refused(vec![Part { amount: rub(10_001), ..good.clone() }], false), "more than the sum");
    assert!(refused(vec![Part { amount: rub(0), ..good.clone() }], false), "a part of nothing");
    assert!(refused(vec![Part { shop: twin, ..good.clone() }], false), "live and test money meet");
    assert!(refused(vec![Part { id: foreign, ..good.clone() }], false), "a move of another book");
    let dollars = Money::from_minor(3_000, Currency::Usd);
    assert!(refused(vec![Part { amount: dollars, ..good.clone() }], false), "another currency");
    assert!(!refused(vec![good], false));
    assert!(stage.master.all::<Move>().is_empty(), "nothing moves before it is paid");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever the receiver does and however often messages are lost, over all books nothing is lost or made.
    #[test]
    fn the_books_of_both_sellers_add_up_whatever_becomes_of_the_parts(
        parts in prop::collection::vec((1_i64..9_000, 0_u8..6), 1..5),
    ) {
        let mut stage = Stage::new();
        let mut all = Vec::new();
        for (order, (minor, luck)) in parts.into_iter().enumerate() {
            stage.other.shop_with(|shop| shop.active = luck != 0);
            let part = stage.part((luck > 1).then_some(order as i64 + 100), minor);
            stage.sale(order as i64 + 1, part.clone());
            if luck == 3 {
                // It arrives, and nobody hears of it.
                let receive = stage.receive(&part);
                stage.other.run(receive).unwrap();
            }
            if luck == 4 {
                stage.master.pass(2 * DAY);
            }
            stage.carry(&part);
            all.push(part);
        }
        stage.other.shop_with(|shop| shop.active = true);
        stage.master.pass(2 * DAY);
        for part in &all {
            if stage.state(part) == MoveState::InTransit {
                stage.carry(part);
            }
            prop_assert_eq!(stage.in_transit(part), 0);
            prop_assert!(stage.state(part) != MoveState::InTransit);
        }
        let arrived = all.iter().filter(|part| stage.state(part) == MoveState::Arrived);
        let arrived: i64 = arrived.map(|part| part.amount.minor()).sum();
        prop_assert_eq!(stage.other.holds(Account::Pending), arrived);
        let sold = 10_000 * all.len() as i64;
        let own = [Account::Pending, Account::Available, Account::SellerOwes, Account::FeesEarned];
        let own: i64 = own.into_iter().map(|account| stage.master.holds(account)).sum();
        prop_assert_eq!(own, sold - arrived);
    }
}
