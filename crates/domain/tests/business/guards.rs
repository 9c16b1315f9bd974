//! The guards of the ledger, on commands that no feature would write.

use crate::scenes::PROVIDER;
use crate::world::{World, rub};
use domain::admit::admit;
use domain::decide::{Command, Decision, Kind, Refused, Stop};
use domain::facts::{Asks, Facts};
use domain::ids::{Book, BookKind, Id, PaymentId, RefundId};
use domain::jobs::{Lease, Task};
use domain::ledger::{Account, Cause, Entry, chain};
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;

/// Moves money just so.
struct Move<const NEWS: bool>(Vec<(Account, Account, i64)>, Book);

fn entry(book: Book, moves: &[(Account, Account, i64)]) -> Entry {
    let day = "2026-03-02".parse().unwrap();
    let entry = Entry::new(Cause::RefundAsked(RefundId::new(book, 5)), PaymentId::new(book, 6), day);
    moves.iter().fold(entry, |entry, (from, to, minor)| entry.moving(*from, *to, rub(*minor)).unwrap())
}

impl<const NEWS: bool> Command for Move<NEWS> {
    type Answer = ();
    const KIND: Kind = if NEWS { Kind::News } else { Kind::Wish };

    fn book(&self) -> Book {
        self.1
    }

    fn asks(&self, _: &mut Asks<'_>) {}

    fn decide(&self, _: &Facts, _: Timestamp) -> Result<(Decision, ()), Stop> {
        Ok((Decision::nothing().enter(entry(self.1, &self.0)), ()))
    }
}

const SOURCE: Account = Account::Provider(PROVIDER);
const SINK: Account = Account::Suspense(PROVIDER);

fn news(world: &mut World, moves: &[(Account, Account, i64)]) {
    let book = world.book;
    world.run(Move::<true>(moves.to_vec(), book)).unwrap();
}

/// Pending, Available and what is owed. (Money from the provider is put into them by a gain.)
fn stage(pending: i64, available: i64) -> World {
    let mut world = World::empty();
    news(&mut world, &[(SOURCE, Account::Pending, pending), (SOURCE, Account::Available, available)]);
    world
}

fn sellers(world: &World) -> [i64; 3] {
    [Account::Pending, Account::Available, Account::SellerOwes].map(|account| world.holds(account))
}

#[test]
fn a_wish_that_lacks_money_is_refused_with_what_is_missing() {
    let accounts = [
        Account::Pending,
        Account::Available,
        Account::RefundsInTransit,
        Account::PayoutsInTransit,
        Account::PayerCredit(PaymentId::new(World::empty().book, 6)),
        Account::Unclaimed(PaymentId::new(World::empty().book, 6)),
    ];
    for account in accounts {
        let mut world = World::empty();
        news(&mut world, &[(SOURCE, account, 30)]);
        let book = world.book;
        let refused = world.run(Move::<false>(vec![(account, SINK, 100)], book));
        assert_eq!(refused, Err(Refused::Short { account, missing: rub(70) }));
        assert_eq!(world.holds(account), 30);
        world.run(Move::<false>(vec![(account, SINK, 30)], book)).unwrap();
    }
}

#[test]
fn an_entry_may_spend_what_it_brings_but_not_what_comes_after() {
    let mut world = World::empty();
    let book = world.book;
    let early = vec![(Account::Available, SINK, 50), (SOURCE, Account::Available, 50)];
    assert!(world.run(Move::<false>(early, book)).is_err());
    let late = vec![(SOURCE, Account::Available, 50), (Account::Available, SINK, 50)];
    world.run(Move::<false>(late, book)).unwrap();
}

#[test]
fn news_takes_from_available_then_pending_then_the_seller_owes() {
    for (taken, left) in [(40, [100, 10, 0]), (80, [70, 0, 0]), (150, [0, 0, 0]), (190, [0, 0, -40])] {
        let mut world = stage(100, 50);
        news(&mut world, &[(Account::Available, SINK, taken)]);
        assert_eq!(sellers(&world), left);
        assert_eq!(world.holds(SINK), taken, "news is booked in full");
    }
}

#[test]
fn news_about_pending_takes_the_rest_from_available() {
    let mut world = stage(100, 50);
    news(&mut world, &[(Account::Pending, SINK, 130)]);
    assert_eq!(sellers(&world), [0, 20, 0]);
}

#[test]
fn news_about_any_other_account_spares_the_debt_while_the_seller_has_money() {
    let mut world = stage(100, 50);
    news(&mut world, &[(SOURCE, Account::RefundsInTransit, 10), (Account::RefundsInTransit, SINK, 200)]);
    assert_eq!(sellers(&world), [0, 0, -40]);
}

#[test]
fn every_gain_pays_the_debt_first() {
    let gains = [
        (SOURCE, Account::Pending),
        (SOURCE, Account::Available),
        (Account::FeesEarned, Account::Available),
        (Account::RefundsInTransit, Account::Available),
    ];
    for (from, to) in gains {
        let mut world = stage(0, 0);
        news(&mut world, &[(SOURCE, Account::RefundsInTransit, 500), (Account::Available, SINK, 40)]);
        news(&mut world, &[(from, to, 30)]);
        assert_eq!(sellers(&world), [0, 0, -10]);
        news(&mut world, &[(from, to, 30)]);
        let rest = if to == Account::Pending { [20, 0, 0] } else { [0, 20, 0] };
        assert_eq!(sellers(&world), rest);
    }
}

#[test]
fn a_debt_in_one_currency_is_not_paid_by_another() {
    let mut world = World::empty();
    news(&mut world, &[(Account::Available, SINK, 40)]);
    struct Dollars(Book);
    impl Command for Dollars {
        type Answer = ();
        const KIND: Kind = Kind::News;
        fn book(&self) -> Book {
            self.0
        }
        fn asks(&self, _: &mut Asks<'_>) {}
        fn decide(&self, _: &Facts, _: Timestamp) -> Result<(Decision, ()), Stop> {
            let dollars = Money::from_minor(100, Currency::Usd);
            let both = entry(self.0, &[(SOURCE, Account::Pending, 25)]);
            Ok((Decision::nothing().enter(both.moving(SOURCE, Account::Pending, dollars)?), ()))
        }
    }
    let book = world.book;
    // The audit after each command adds up both currencies.
    world.run(Dollars(book)).unwrap();
    assert_eq!(sellers(&world), [0, 0, -15]);
}

#[test]
fn a_decision_stays_in_its_book() {
    let world = World::empty();
    let (book, other) = (world.book, world.book.twin(BookKind::Test));
    let stranger = PaymentId::new(other, 6);
    let reaching = [
        Decision::nothing().then(Task::ExpirePayment(stranger), world.now),
        Decision::nothing().forget(Task::ExpirePayment(stranger)),
        Decision::nothing().finish(Some(Lease { task: Task::ExpirePayment(stranger), number: 1 })),
        Decision::nothing().save(crate::scenes::shop(other)),
        Decision::nothing().enter(entry(other, &[(SOURCE, Account::Pending, 1)])),
        Decision::nothing().enter(entry(book, &[(SOURCE, Account::Unclaimed(stranger), 1)])),
    ];
    for decision in reaching {
        let stopped = admit(&Facts::default(), book, Kind::News, decision, world.now).unwrap_err();
        assert_eq!(stopped, Stop::Refused(Refused::Mistake("a decision reaches into another book")));
    }
}

#[test]
fn entries_are_numbered_without_gaps_and_time_never_goes_back() {
    let mut world = World::empty();
    news(&mut world, &[(SOURCE, Account::Pending, 1)]);
    news(&mut world, &[]);
    let first = world.now;
    world.pass(-3_600);
    news(&mut world, &[(SOURCE, Account::Pending, 2)]);
    world.pass(7_200);
    news(&mut world, &[(SOURCE, Account::Pending, 3)]);
    let numbered: Vec<_> = world.entries.iter().map(|saved| (saved.number, saved.at)).collect();
    assert_eq!(numbered, [(1, first), (2, first), (3, world.now)]);
}

#[test]
fn the_hash_changes_with_every_field() {
    let book = World::empty().book;
    let base = entry(book, &[(SOURCE, Account::Pending, 100), (Account::Pending, Account::FeesEarned, 3)]);
    let at: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let mut hashes = vec![
        chain(&[0; 32], 1, at, &base),
        chain(&[1; 32], 1, at, &base),
        chain(&[0; 32], 2, at, &base),
        chain(&[0; 32], 1, at + jiff::SignedDuration::from_micros(1), &base),
    ];
    let day = "2026-03-03".parse().unwrap();
    let others = [
        Entry { cause: Cause::RefundFailed(RefundId::new(book, 5)), ..base.clone() },
        Entry { cause: Cause::RefundAsked(RefundId::new(book, 7)), ..base.clone() },
        Entry { owner: PaymentId::new(book, 7).into(), ..base.clone() },
        Entry { effective_on: day, ..base.clone() },
        base.reverse(base.cause, base.effective_on),
        entry(book, &[(SOURCE, Account::Pending, 100), (Account::Pending, Account::FeesEarned, 4)]),
        entry(book, &[(SOURCE, Account::Available, 100), (Account::Pending, Account::FeesEarned, 3)]),
        entry(book, &[(SOURCE, Account::Pending, 100), (Account::Pending, SINK, 3)]),
        entry(book, &[(SOURCE, Account::Pending, 100)]),
        entry(book, &[(Account::Pending, Account::FeesEarned, 3), (SOURCE, Account::Pending, 100)]),
    ];
    hashes.extend(others.iter().map(|entry| chain(&[0; 32], 1, at, entry)));
    let mut distinct = hashes.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), hashes.len());
}

#[test]
fn the_chain_is_the_text_that_the_documentation_describes() {
    use sha2::{Digest, Sha256};
    let mut world = World::new();
    let payment = world.sale(1, 10_000);
    let saved = &world.entries[0];
    let attempt = world.get(payment).paid_by.unwrap();
    let text = format!(
        "1|1772442000000000|2026-03-02|sale|{}|{}\n\
         provider:900>pending:0|10000|RUB\n\
         pending:0>fees_earned:0|350|RUB\n",
        attempt.number, payment.number
    );
    let mut bytes = vec![0; 32];
    bytes.extend(text.as_bytes());
    assert_eq!(saved.hash, <[u8; 32]>::from(Sha256::digest(&bytes)));
}

#[test]
fn undoing_an_entry_puts_every_balance_back() {
    let mut world = stage(100, 50);
    let before = sellers(&world);
    let forth = [(Account::Pending, Account::FeesEarned, 30), (Account::Available, SINK, 20)];
    news(&mut world, &forth);
    let reverse = entry(world.book, &forth)
        .reverse(Cause::RefundFailed(RefundId::new(world.book, 5)), "2026-03-02".parse().unwrap());
    let back =
        reverse.postings.iter().map(|posting| (posting.from(), posting.to(), posting.amount().minor()));
    let back: Vec<_> = back.collect();
    news(&mut world, &back);
    assert_eq!(sellers(&world), before);
}

#[test]
fn a_posting_is_positive_and_between_two_accounts() {
    use domain::ledger::{LedgerError, Posting};
    assert_eq!(Posting::new(SOURCE, SINK, rub(0)), Ok(None));
    assert_eq!(Posting::new(SOURCE, SOURCE, rub(5)), Ok(None));
    assert_eq!(Posting::new(SOURCE, SINK, rub(-5)), Err(LedgerError::Negative { amount: rub(-5) }));
}

#[test]
fn every_account_is_found_by_its_word_and_number() {
    let book = World::empty().book;
    let payment = PaymentId::new(book, 6);
    for account in [
        SOURCE,
        SINK,
        Account::Pending,
        Account::Available,
        Account::SellerOwes,
        Account::RefundsInTransit,
        Account::PayoutsInTransit,
        Account::PayerCredit(payment),
        Account::Unclaimed(payment),
        Account::FeesEarned,
        Account::FeesPaid,
    ] {
        assert_eq!(Account::from_parts(account.code(), account.about(), book), Some(account));
    }
    assert_eq!(Account::from_parts("bank", 0, book), None);
}
