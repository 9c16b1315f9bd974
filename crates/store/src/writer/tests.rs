//! The writer, driven step by step: no thread, no queue, no clock.

use super::*;
use crate::backend::PlainDone;
use crate::errand::{Reply, errand};
use crate::migrate::Engine;
use crate::places::{AnyBackend, Place, on_both_engines};
use crate::samples::{Deed, Do, at, book, count, provider, rub};
use domain::decide::Command;
use domain::jobs::Lease;
use proptest::prelude::*;
use std::collections::VecDeque;
use tokio::sync::oneshot;

on_both_engines! {
    later_commands_of_a_batch_see_earlier_decisions
    of_200_callers_one_panics_and_one_breaks_a_constraint_and_198_are_saved
    a_panic_while_asking_and_a_record_that_does_not_fit_harm_nobody_else
    a_damaged_row_harms_only_the_command_that_needs_it
    work_due_at_once_is_handed_over_leased_as_long_as_there_is_room
    a_command_that_asks_without_end_is_stopped
    a_lost_commit_is_settled_by_the_writers_own_row_and_nothing_is_done_twice
    doubt_that_cannot_be_settled_is_told_as_unknown_and_never_repeated
    a_database_that_always_asks_again_is_unavailable
    a_small_statement_is_run_once_whatever_becomes_of_the_batch_it_came_with
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn boxed(deeds: impl IntoIterator<Item = Do>) -> (Batch, Vec<Reply<u64>>) {
    deeds.into_iter().map(errand).unzip()
}

fn answers(replies: Vec<Reply<u64>>) -> Vec<Result<u64, StoreError>> {
    replies.into_iter().map(|mut reply| reply.try_recv().unwrap()).collect()
}

async fn turn<B: Backend>(
    writer: &mut Writer<B>,
    deeds: impl IntoIterator<Item = Do>,
    second: i64,
) -> Vec<Result<u64, StoreError>> {
    let (batch, replies) = boxed(deeds);
    writer.turn(batch, Statements::default(), at(second)).await;
    answers(replies)
}

async fn later_commands_of_a_batch_see_earlier_decisions(place: Place) {
    let (mut writer, _leased) = place.writer().await;
    let deeds = [Do(1, Deed::Open(10)), Do(1, Deed::Sell(10, 500)), Do(1, Deed::Sell(10, 500))];
    let told = turn(&mut writer, deeds, 1).await;
    assert_eq!(told[0], Ok(1));
    assert_eq!(told[1], Ok(1));
    assert_eq!(told[2], Err(Refused::AlreadyPaid.into()));
    let sold = turn(&mut writer, [Do(1, Deed::Sell(10, 500))], 2).await;
    assert_eq!(sold, [Err(Refused::AlreadyPaid.into())]);
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM entries").await, 1);
    assert_eq!(count(writer.backend(), "SELECT amount FROM balances WHERE account = 'pending'").await, 450);
}

async fn of_200_callers_one_panics_and_one_breaks_a_constraint_and_198_are_saved(place: Place) {
    let (mut writer, _leased) = place.writer().await;
    turn(&mut writer, [Do(500, Deed::Shop("tea".to_owned()))], 1).await;
    let deeds = (0..200).map(|place| match place {
        77 => Do(place, Deed::Panic),
        133 => Do(place, Deed::Shop("tea".to_owned())),
        _ => Do(place, Deed::Open(1_000 + place)),
    });
    let told = turn(&mut writer, deeds, 2).await;
    for (place, answer) in told.into_iter().enumerate() {
        match place {
            77 => assert_eq!(answer, Err(StoreError::Panicked)),
            133 => assert_eq!(answer, Err(Refused::Taken { what: "login" }.into())),
            _ => assert_eq!(answer, Ok(place as u64)),
        }
    }
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM payments").await, 198);
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM shops").await, 1);
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM history").await, 198);
}

async fn a_panic_while_asking_and_a_record_that_does_not_fit_harm_nobody_else(place: Place) {
    let (mut writer, _leased) = place.writer().await;
    let deeds = [
        Do(1, Deed::PanicAsking),
        Do(2, Deed::Open(20)),
        Do(3, Deed::Reach(30)),
        Do(4, Deed::Refuse),
        Do(5, Deed::Open(50)),
    ];
    let told = turn(&mut writer, deeds, 1).await;
    let mistake = Refused::Mistake("a record refers into another book");
    assert_eq!(told[0], Err(StoreError::Panicked));
    assert_eq!(told[1], Ok(2));
    assert_eq!(told[2], Err(mistake.into()));
    assert_eq!(told[3], Err(Refused::Off { what: "shop" }.into()));
    assert_eq!(told[4], Ok(5));
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM payments").await, 2);
}

async fn a_damaged_row_harms_only_the_command_that_needs_it(place: Place) {
    let (mut writer, _leased) = place.writer().await;
    turn(&mut writer, [Do(1, Deed::Open(10)), Do(2, Deed::Open(20))], 1).await;
    let damage = "UPDATE payments SET allowed = '[' WHERE number = 10";
    writer.backend().plain(&Plain::any(damage.to_owned(), Vec::new())).await.unwrap();
    drop(writer);
    let (mut writer, _leased) = place.writer().await;
    let told = turn(&mut writer, [Do(1, Deed::Sell(10, 500)), Do(2, Deed::Sell(20, 500))], 2).await;
    assert!(matches!(&told[0], Err(StoreError::Corrupt { table: "payments", .. })), "{told:?}");
    assert_eq!(told[1], Ok(2));
}

#[test]
fn a_book_that_twice_brings_a_batch_down_runs_alone_for_a_minute() {
    let book = book(1);
    let mut trouble = Trouble::default();
    let batch = || boxed([Do(1, Deed::Refuse), Do(2, Deed::Refuse), Do(1, Deed::Refuse)]).0;
    trouble.remember(book, at(0));
    assert_eq!(trouble.sorted(batch(), at(1)).len(), 1);
    trouble.remember(book, at(1));
    let sorted = trouble.sorted(batch(), at(2));
    // The last of the list is taken first: the others, then the book in trouble.
    assert_eq!(sorted.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(sorted[0][0].book(), book);
    assert_eq!(trouble.sorted(batch(), at(61)).len(), 1);
}

async fn work_due_at_once_is_handed_over_leased_as_long_as_there_is_room(place: Place) {
    let (mut writer, mut leased) = place.writer().await;
    turn(&mut writer, (0..10).map(|place| Do(place, Deed::Open(100 + place))), 5).await;
    let handed: Vec<Lease> = std::iter::from_fn(|| leased.try_recv().ok()).collect();
    assert_eq!(handed.len(), 8);
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM jobs WHERE lease IS NOT NULL").await, 8);
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM jobs").await, 20);
    let lease = handed[0];
    let told = turn(&mut writer, [Do(lease.task.book().number() >> 1, Deed::Finish(lease))], 6).await;
    assert!(told[0].is_ok());
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM jobs").await, 19);
    // A lease that is not the last one closes nothing.
    let old = Lease { task: handed[1].task, number: 7 };
    turn(&mut writer, [Do(old.task.book().number() >> 1, Deed::Finish(old))], 7).await;
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM jobs").await, 19);
}

/// A command that never has enough.
struct Endless;

impl Command for Endless {
    type Answer = u64;
    const KIND: domain::decide::Kind = domain::decide::Kind::News;

    fn book(&self) -> Book {
        book(1)
    }

    fn asks(&self, _: &mut domain::facts::Asks<'_>) {}

    fn decide(&self, _: &Facts, _: Timestamp) -> Result<(Decision, u64), Stop> {
        Err(Stop::NeedMore(domain::facts::Key::wanted(&domain::providers::InstallationKey)))
    }
}

async fn a_command_that_asks_without_end_is_stopped(place: Place) {
    let (mut writer, _leased) = place.writer().await;
    let (endless, mut reply) = errand(Endless);
    writer.turn(vec![endless], Statements::default(), at(1)).await;
    let told = reply.try_recv().unwrap();
    assert_eq!(told, Err(Refused::Mistake("a command asks for more facts without end").into()));
}

/// What a flaky database does with the next write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mishap {
    /// Nothing.
    None,
    /// Saves it and loses the answer.
    LostAfter,
    /// Loses it before it is saved.
    LostBefore,
    /// Asks to send it again.
    Again,
    /// Saves it, loses the answer and does not answer any more.
    Silence,
}

struct Flaky {
    inner: AnyBackend,
    mishaps: VecDeque<Mishap>,
    silent: bool,
}

impl Backend for Flaky {
    async fn look(&mut self, books: &BTreeSet<Book>, facts: &mut Facts) -> Result<(), BackendFault> {
        self.inner.look(books, facts).await
    }

    async fn write(&mut self, facts: &Facts, turn: Turn) -> Result<(), BackendFault> {
        let why = || "planned".to_owned();
        match self.mishaps.pop_front().unwrap_or(Mishap::None) {
            Mishap::None => self.inner.write(facts, turn).await,
            Mishap::LostAfter => {
                self.inner.write(facts, turn).await?;
                Err(BackendFault::Doubt { why: why() })
            }
            Mishap::LostBefore => {
                self.inner.leave().await;
                Err(BackendFault::Doubt { why: why() })
            }
            Mishap::Again => Err(BackendFault::Again { why: why() }),
            Mishap::Silence => {
                self.inner.write(facts, turn).await?;
                self.silent = true;
                Err(BackendFault::Doubt { why: why() })
            }
        }
    }

    async fn ahead(&mut self, plains: &[Plain]) -> Result<Option<Vec<PlainAnswer>>, BackendFault> {
        if self.silent {
            return Err(BackendFault::Again { why: "planned silence".to_owned() });
        }
        self.inner.ahead(plains).await
    }

    async fn leave(&mut self) {
        self.inner.leave().await;
    }

    async fn plains(&mut self, plains: &[Plain]) -> Result<Vec<PlainAnswer>, BackendFault> {
        if self.silent {
            return Err(BackendFault::Again { why: "planned silence".to_owned() });
        }
        self.inner.plains(plains).await
    }

    async fn reopen(&mut self) -> Result<(), BackendFault> {
        self.inner.reopen().await
    }
}

async fn flaky(place: &Place, mishaps: &[Mishap]) -> Writer<Flaky> {
    let mut inner = place.backend().await;
    let fresh = Arc::new(Fresh::reserve(&mut inner, 3, at(0)).await.unwrap());
    let number = inner.writer();
    let backend = Flaky { inner, mishaps: mishaps.iter().copied().collect(), silent: false };
    Writer::new(backend, number, fresh, Handover::new(8).0).await.unwrap()
}

async fn a_lost_commit_is_settled_by_the_writers_own_row_and_nothing_is_done_twice(place: Place) {
    for (seller, mishap) in [(1, Mishap::LostAfter), (3, Mishap::LostBefore), (5, Mishap::Again)] {
        let mut writer = flaky(&place, &[Mishap::None, mishap]).await;
        turn(&mut writer, [Do(seller, Deed::Open(seller))], 1).await;
        let deeds = [Do(seller, Deed::Sell(seller, 500)), Do(seller + 1, Deed::Open(seller + 1))];
        assert_eq!(turn(&mut writer, deeds, 2).await, [Ok(seller), Ok(seller + 1)], "{mishap:?}");
        let own = book(seller).number();
        let entries = format!("SELECT COUNT(*) FROM entries WHERE book = {own}");
        assert_eq!(count(writer.backend(), &entries).await, 1, "{mishap:?}");
        let pending = format!("SELECT amount FROM balances WHERE account = 'pending' AND book = {own}");
        assert_eq!(count(writer.backend(), &pending).await, 450, "{mishap:?}");
    }
}

async fn doubt_that_cannot_be_settled_is_told_as_unknown_and_never_repeated(place: Place) {
    let mut writer = flaky(&place, &[Mishap::Silence]).await;
    let told = turn(&mut writer, [Do(1, Deed::Open(10))], 1).await;
    assert_eq!(told, [Err(StoreError::Unknown("planned".to_owned()))]);
    writer.backend().silent = false;
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM payments").await, 1);
}

async fn a_database_that_always_asks_again_is_unavailable(place: Place) {
    let mut writer = flaky(&place, &[Mishap::Again; SEND_TRIES_MAX as usize]).await;
    let told = turn(&mut writer, [Do(1, Deed::Open(10))], 1).await;
    assert_eq!(told, [Err(StoreError::Unavailable("planned".to_owned()))]);
    assert_eq!(turn(&mut writer, [Do(1, Deed::Open(10))], 2).await, [Ok(1)]);
}

/// A turn with a small statement: a node of this number is written down.
async fn noted(
    writer: &mut Writer<Flaky>,
    node: u32,
    deeds: impl IntoIterator<Item = Do>,
) -> (Result<PlainDone, StoreError>, Vec<Result<u64, StoreError>>) {
    let insert = "INSERT INTO nodes (node, reserved_until) VALUES ($1, 0)".to_owned();
    let (reply, mut awaited) = oneshot::channel();
    let mut statements = Statements::default();
    statements.push(Plain::exactly(1, insert, vec![node.into()]), Some(reply));
    let (batch, replies) = boxed(deeds);
    writer.turn(batch, statements, at(2)).await;
    (awaited.try_recv().unwrap(), answers(replies))
}

async fn nodes(writer: &mut Writer<Flaky>, node: u32) -> i64 {
    count(writer.backend(), &format!("SELECT COUNT(*) FROM nodes WHERE node = {node}")).await
}

async fn a_small_statement_is_run_once_whatever_becomes_of_the_batch_it_came_with(place: Place) {
    let mishaps = [Mishap::None, Mishap::LostAfter, Mishap::LostBefore, Mishap::Again];
    let mut writer = flaky(&place, &mishaps).await;
    for (node, mishap) in (40..).zip(mishaps) {
        let opened = Do(u64::from(node), Deed::Open(node.into()));
        let (done, told) = noted(&mut writer, node, [opened]).await;
        assert_eq!(done.unwrap().touched, 1, "{mishap:?}");
        assert_eq!(told, [Ok(u64::from(node))], "{mishap:?}");
        assert_eq!(nodes(&mut writer, node).await, 1, "{mishap:?}");
    }
    // Nothing of the batch is saved, or half of it, or it is the statement that cannot be.
    let (done, told) = noted(&mut writer, 50, [Do(1, Deed::Refuse)]).await;
    assert_eq!((done.unwrap().touched, told[0].is_err()), (1, true));
    let twins = [Do(2, Deed::Shop("tea".to_owned())), Do(3, Deed::Shop("tea".to_owned()))];
    let (done, told) = noted(&mut writer, 51, twins).await;
    assert_eq!((done.unwrap().touched, told[0].is_ok(), told[1].is_ok()), (1, true, false));
    let (done, told) = noted(&mut writer, 51, [Do(4, Deed::Open(10))]).await;
    assert_eq!((done.is_err(), told), (true, vec![Ok(4)]));
    let counted = [nodes(&mut writer, 50).await, nodes(&mut writer, 51).await];
    assert_eq!(counted, [1, 1]);
}

#[test]
fn on_sqlite_a_small_statement_shares_the_fate_of_its_batch() {
    block_on(async {
        let place = Place::new(Engine::Sqlite).await;
        let mut writer = flaky(&place, &[Mishap::Silence]).await;
        let (done, told) = noted(&mut writer, 40, [Do(1, Deed::Open(10))]).await;
        let unknown = StoreError::Unknown("planned".to_owned());
        assert_eq!((done.unwrap_err(), &told[0]), (unknown.clone(), &Err(unknown)));
        let mut writer = flaky(&place, &[Mishap::Again; SEND_TRIES_MAX as usize]).await;
        let (done, told) = noted(&mut writer, 41, [Do(2, Deed::Open(11))]).await;
        let unavailable = StoreError::Unavailable("planned".to_owned());
        assert_eq!((done.unwrap_err(), &told[0]), (unavailable.clone(), &Err(unavailable)));
        assert_eq!(nodes(&mut writer, 41).await, 0);
    });
}

/// What the books of a few sellers must hold, in plain Rust.
#[derive(Default)]
struct Model {
    open: BTreeSet<(u64, u64)>,
    sold: BTreeMap<(u64, u64), i64>,
    logins: BTreeSet<String>,
}

impl Model {
    fn expect(&mut self, Do(seller, deed): &Do) -> Result<u64, StoreError> {
        match deed {
            Deed::Open(number) => {
                // Opening overwrites: tests open a number once only.
                self.open.insert((*seller, *number));
            }
            Deed::Sell(number, minor) => {
                let key = (*seller, *number);
                if self.sold.contains_key(&key) {
                    return Err(Refused::AlreadyPaid.into());
                }
                if !self.open.contains(&key) {
                    return Err(Refused::NotThere { what: "payment" }.into());
                }
                self.sold.insert(key, *minor);
            }
            Deed::Take(_, minor) => {
                let account = domain::ledger::Account::Available;
                return Err(Refused::Short { account, missing: rub(*minor) }.into());
            }
            Deed::Shop(login) => {
                if !self.logins.insert(login.clone()) {
                    return Err(Refused::Taken { what: "login" }.into());
                }
            }
            Deed::Panic | Deed::PanicAsking => return Err(StoreError::Panicked),
            Deed::Refuse => return Err(Refused::Off { what: "shop" }.into()),
            Deed::Reach(_) => return Err(Refused::Mistake("a record refers into another book").into()),
            Deed::Finish(_) | Deed::Put(_) => {}
        }
        Ok(*seller)
    }
}

fn deed(unique: u64) -> impl Strategy<Value = Do> {
    let known = 0..8_u64;
    let what = prop_oneof![
        4 => Just(Deed::Open(unique)),
        6 => (known, 1i64..1_000).prop_map(|(number, minor)| Deed::Sell(number, minor * 10)),
        1 => (1i64..50).prop_map(|minor| Deed::Take(1, minor)),
        1 => "[a-c]".prop_map(Deed::Shop),
        1 => Just(Deed::Panic),
        1 => Just(Deed::Refuse),
        1 => Just(Deed::Reach(999)),
    ];
    (1..4_u64, what).prop_map(|(seller, deed)| match deed {
        // Order is kept within a book only: one in trouble comes last. So no two books want one login.
        Deed::Shop(login) => Do(seller, Deed::Shop(format!("{login}{seller}"))),
        // A number is drawn once, so no two books have the same.
        Deed::Open(number) => Do(seller, Deed::Open(number * 4 + seller)),
        Deed::Sell(number, minor) => Do(seller, Deed::Sell(number * 4 + seller, minor)),
        deed => Do(seller, deed),
    })
}

fn mishap() -> impl Strategy<Value = Mishap> {
    prop_oneof![4 => Just(Mishap::None), 1 => Just(Mishap::LostAfter), 1 => Just(Mishap::LostBefore)]
}

fn batches() -> impl Strategy<Value = Vec<Vec<Do>>> {
    prop::collection::vec(prop::collection::vec((0..8_u64).prop_flat_map(deed), 1..12), 1..8)
}

fn mishaps() -> impl Strategy<Value = Vec<Mishap>> {
    prop::collection::vec(mishap(), 0..12)
}

async fn hold_what_a_simple_model_says(place: Place, batches: Vec<Vec<Do>>, mishaps: Vec<Mishap>) {
    // A quiet write after each mishap: a database that never works is another test's.
    let mishaps: Vec<Mishap> = mishaps.into_iter().flat_map(|mishap| [mishap, Mishap::None]).collect();
    let mut writer = flaky(&place, &mishaps).await;
    let mut model = Model::default();
    let mut opened = BTreeSet::new();
    for (second, batch) in batches.into_iter().enumerate() {
        // A payment is opened once only, as identifiers are.
        let batch: Vec<Do> = batch
            .into_iter()
            .filter(|Do(seller, deed)| match deed {
                Deed::Open(number) => opened.insert((*seller, *number)),
                _ => true,
            })
            .collect();
        let expected: Vec<_> = batch.iter().map(|deed| model.expect(deed)).collect();
        assert_eq!(turn(&mut writer, batch, second as i64).await, expected);
    }
    check(&mut writer, &model).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn from_any_seed_the_books_hold_what_a_simple_model_says(batches in batches(), mishaps in mishaps()) {
        block_on(async {
            let place = Place::new(Engine::Sqlite).await;
            hold_what_a_simple_model_says(place, batches, mishaps).await;
        });
    }
}

proptest! {
    // Fewer, for every one of them makes a database on a server.
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn from_any_seed_the_books_on_a_server_hold_it_too(batches in batches(), mishaps in mishaps()) {
        block_on(async {
            let place = Place::new(Engine::Postgres).await;
            hold_what_a_simple_model_says(place, batches, mishaps).await;
        });
    }
}

async fn check(writer: &mut Writer<Flaky>, model: &Model) {
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM payments").await, model.open.len() as i64);
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM entries").await, model.sold.len() as i64);
    assert_eq!(count(writer.backend(), "SELECT COUNT(*) FROM shop_logins").await, model.logins.len() as i64);
    for seller in 1..4 {
        let sold: i64 = model.sold.iter().filter(|((of, _), _)| *of == seller).map(|(_, minor)| *minor).sum();
        let own = book(seller).number();
        let held = |account: &str| {
            format!(
                "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM balances WHERE book = {own} AND account = '{account}'"
            )
        };
        assert_eq!(count(writer.backend(), &held("pending")).await, sold / 10 * 9);
        assert_eq!(count(writer.backend(), &held("fees_earned")).await, sold / 10);
        assert_eq!(count(writer.backend(), &held(provider().code())).await, -sold);
    }
}
