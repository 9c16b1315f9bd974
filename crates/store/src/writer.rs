//! The one place where anything is decided and saved.
//!
//! One turn: ask for everything, look it up, decide each command in order (each decision is on the
//! shelves before the next command decides), write the union, commit durably, answer all. There is
//! no thread, queue or clock in here, so a test can drive it step by step.

use crate::backend::{Backend, BackendFault, Plain, PlainAnswer, Turn};
use crate::errand::{Batch, Errand};
use crate::error::StoreError;
use crate::handover::Handover;
use crate::numbers::Fresh;
use crate::shelves::{Tables, table_of};
use crate::statements::Statements;
use domain::admit::admit;
use domain::decide::{Decision, Refused, Stop};
use domain::facts::Facts;
use domain::faults::{Planted, planted};
use domain::ids::Book;
use domain::ledger::{Account, BalanceKey};
use jiff::{SignedDuration, Timestamp};
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// So often a batch is sent again when the database asks for it.
pub const SEND_TRIES_MAX: u32 = 5;
/// So often the writer's own row is asked for after a lost commit.
pub const SETTLE_TRIES_MAX: u32 = 20;
/// So often a command may ask for more facts before it counts as a mistake.
pub const ROUNDS_MAX: u32 = 64;
/// So often the commands of a batch are asked together what they miss; beyond that each asks alone.
const GATHER_ROUNDS_MAX: u32 = 8;
/// A book that brings down this many batches within [`TROUBLE_KEPT`] runs alone.
const TROUBLE_MAX: usize = 2;
/// So long a batch that was brought down is remembered.
pub const TROUBLE_KEPT: SignedDuration = SignedDuration::from_secs(60);

/// Decides and saves batches on one connection.
pub struct Writer<B> {
    backend: B,
    turn: Turn,
    fresh: Arc<Fresh>,
    handover: Handover,
    trouble: Trouble,
}

/// How one command of a batch ended, provided that the batch is saved.
type Outcome = Result<(), StoreError>;

/// Why nothing of a batch is saved.
enum Unsaved {
    /// One of its commands is to blame.
    Culprit(BackendFault),
    /// None of them is.
    Lost(StoreError),
}

impl<B: Backend> Writer<B> {
    /// A writer of this number; its turns go on after the last one saved.
    ///
    /// Work that is due at once goes to `handover`, already leased, as long as there is room.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn new(
        mut backend: B,
        writer: u32,
        fresh: Arc<Fresh>,
        handover: Handover,
    ) -> Result<Writer<B>, StoreError> {
        let number = last_turn(&mut backend, writer).await?;
        let turn = Turn { writer, number };
        Ok(Writer { backend, turn, fresh, handover, trouble: Trouble::default() })
    }

    /// The database, for small statements between turns.
    pub fn backend(&mut self) -> &mut B {
        &mut self.backend
    }

    /// Decides, saves and answers a batch, and runs and answers the small statements that came with it.
    ///
    /// The statements go before the commands and are saved with the first part of the batch that is: an
    /// exchange is written down before, or with, what is decided from it.
    pub(crate) async fn turn(&mut self, batch: Batch, mut statements: Statements, now: Timestamp) {
        // Rows hold microseconds; facts decided in this turn must equal what the next turn reads.
        let now = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        let mut waiting = self.trouble.sorted(batch, now);
        let whole = waiting.len();
        while let Some(mut batch) = waiting.pop() {
            match self.save(&mut batch, &mut statements, now).await {
                Ok(outcomes) => answer(batch, outcomes),
                Err(Unsaved::Lost(error)) => {
                    statements.fail(&error);
                    let outcomes = vec![Err(error); batch.len()];
                    answer(batch, outcomes);
                }
                Err(Unsaved::Culprit(fault)) if batch.len() == 1 => {
                    tracing::error!(%fault, "a command could not be saved");
                    let books = batch.iter().map(|errand| errand.book());
                    books.for_each(|book| self.trouble.remember(book, now));
                    answer(batch, vec![Err(fault.into())]);
                }
                Err(Unsaved::Culprit(fault)) => {
                    tracing::warn!(%fault, commands = batch.len(), whole, "a batch is halved");
                    let second = batch.split_off(batch.len().div_ceil(2));
                    waiting.extend([second, batch]);
                }
            }
        }
        if !statements.is_empty() {
            self.state(&mut statements).await;
        }
    }

    /// Runs and answers small statements by themselves, with one commit for all of them.
    async fn state(&mut self, statements: &mut Statements) {
        let plains = statements.plains();
        let answers = self.backend.plains(plains).await.unwrap_or_else(|fault| {
            tracing::warn!(%fault, statements = plains.len(), "small statements were not run");
            vec![Err(fault); plains.len()]
        });
        if answers.iter().any(|answer| matches!(answer, Err(BackendFault::Again { .. }))) {
            // A connection that is gone shows again with the next statement.
            let _ = self.backend.reopen().await;
        }
        statements.answer(answers);
    }

    /// Decides and saves a batch, or nothing of it.
    async fn save(
        &mut self,
        batch: &mut Batch,
        statements: &mut Statements,
        now: Timestamp,
    ) -> Result<Vec<Outcome>, Unsaved> {
        let mut last = StoreError::Unavailable("the database asked to send again too often".to_owned());
        for _ in 0..SEND_TRIES_MAX {
            let fault = match self.once(batch, statements, now).await {
                Ok(outcomes) => return Ok(outcomes),
                Err(fault) => fault,
            };
            self.backend.leave().await;
            match fault {
                BackendFault::Clash { .. } | BackendFault::Damage(_) => return Err(Unsaved::Culprit(fault)),
                BackendFault::Unmet { .. } => return Err(Unsaved::Lost(fault.into())),
                BackendFault::Again { why } => {
                    tracing::warn!(why, "a batch is sent again");
                    // A connection that is gone shows again when the batch is sent.
                    let _ = self.backend.reopen().await;
                    last = StoreError::Unavailable(why);
                }
                // Doubt that could not be settled: repeating might do it twice.
                BackendFault::Doubt { why } => return Err(Unsaved::Lost(StoreError::Unknown(why))),
            }
        }
        Err(Unsaved::Lost(last))
    }

    /// One try: run the statements, decide all from fresh facts, write, commit.
    async fn once(
        &mut self,
        batch: &mut Batch,
        statements: &mut Statements,
        now: Timestamp,
    ) -> Result<Vec<Outcome>, BackendFault> {
        let stated = self.ahead(statements).await?;
        let (facts, outcomes) = self.decide(batch, now).await?;
        if !Tables::is_changed(&facts) && stated.is_empty() {
            self.backend.leave().await;
            return Ok(outcomes);
        }
        self.turn.number = self.turn.number.saturating_add(1);
        match self.backend.write(&facts, self.turn).await {
            Ok(()) => {}
            Err(BackendFault::Again { .. }) if planted(Planted::AcknowledgeUnsaved) => {}
            Err(BackendFault::Doubt { why }) => self.settle(why).await?,
            Err(fault) => return Err(fault),
        }
        // Only now: what they did is saved, or is found saved, by the commit of the batch.
        statements.answer(stated);
        for lease in &facts.added.leased {
            self.handover.give(&facts, *lease, now);
        }
        Ok(outcomes)
    }

    /// Runs the statements in the transaction of the batch, where the database does that; else by themselves,
    /// and they are answered then. What they did there is answered once the batch is saved.
    async fn ahead(&mut self, statements: &mut Statements) -> Result<Vec<PlainAnswer>, BackendFault> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(answers) = self.backend.ahead(statements.plains()).await? {
            return Ok(answers);
        }
        self.state(statements).await;
        Ok(Vec::new())
    }

    /// After a lost commit: the writer's own row tells whether the turn is saved.
    async fn settle(&mut self, why: String) -> Result<(), BackendFault> {
        tracing::warn!(why, turn = self.turn.number, "the answer of a commit was lost");
        for _ in 0..SETTLE_TRIES_MAX {
            if self.backend.reopen().await.is_err() {
                continue;
            }
            match last_turn(&mut self.backend, self.turn.writer).await {
                Ok(_) if planted(Planted::DoubtIsSaved) => return Ok(()),
                Ok(_) if planted(Planted::DoubtIsLost) => return Err(BackendFault::Again { why }),
                Ok(saved) if saved == self.turn.number => return Ok(()),
                Ok(_) => return Err(BackendFault::Again { why }),
                Err(error) => tracing::warn!(%error, "a lost commit cannot be settled yet"),
            }
        }
        Err(BackendFault::Doubt { why })
    }

    /// Decides every command of a batch in order.
    async fn decide(
        &mut self,
        batch: &mut Batch,
        now: Timestamp,
    ) -> Result<(Facts, Vec<Outcome>), BackendFault> {
        let mut facts = Facts::default();
        let mut panicked = Vec::with_capacity(batch.len());
        for errand in batch.iter() {
            let asked = catch_unwind(AssertUnwindSafe(|| errand.asks(&mut facts)));
            panicked.push(asked.map_err(|payload| panic_of(errand.book(), &*payload)));
        }
        let books: BTreeSet<Book> = batch.iter().map(|errand| errand.book()).collect();
        self.backend.look(&books, &mut facts).await?;
        self.gather(batch, &panicked, &mut facts, &books, now).await?;
        let mut room = self.handover.room();
        let mut outcomes = Vec::with_capacity(batch.len());
        for (errand, asked) in batch.iter_mut().zip(panicked) {
            outcomes.push(match asked {
                Ok(()) => self.decide_one(&mut **errand, &mut facts, &books, now, &mut room).await?,
                Err(error) => Err(error),
            });
        }
        Ok((facts, outcomes))
    }

    /// Looks up for the whole batch at once what its commands will find missing.
    ///
    /// What one record leads to cannot be asked for beforehand: a payment names its shop, the shop its
    /// seller. If each command fetched that when its turn comes, a batch would cost a look-up, on a
    /// server a round trip, for each of them. So all are tried first. What they decide here is thrown
    /// away, because only in their order they see what the others before them have changed.
    async fn gather(
        &mut self,
        batch: &mut Batch,
        asked: &[Outcome],
        facts: &mut Facts,
        books: &BTreeSet<Book>,
        now: Timestamp,
    ) -> Result<(), BackendFault> {
        if batch.len() < 2 {
            return Ok(());
        }
        let errands = batch.iter_mut().zip(asked).filter(|(_, asked)| asked.is_ok());
        let mut trying: Vec<&mut Box<dyn Errand>> = errands.map(|(errand, _)| errand).collect();
        for _ in 0..GATHER_ROUNDS_MAX {
            trying.retain_mut(|errand| misses_more(&mut ***errand, facts, now));
            if !facts.is_asked() {
                return Ok(());
            }
            self.backend.look(books, facts).await?;
        }
        Ok(())
    }

    /// Decides one command, fetching what it finds missing, and puts its decision on the shelves.
    async fn decide_one(
        &mut self,
        errand: &mut dyn Errand,
        facts: &mut Facts,
        books: &BTreeSet<Book>,
        now: Timestamp,
        room: &mut usize,
    ) -> Result<Outcome, BackendFault> {
        let (book, kind) = (errand.book(), errand.kind());
        for _ in 0..ROUNDS_MAX {
            let decided = match catch_unwind(AssertUnwindSafe(|| errand.decide(facts, now))) {
                Ok(decided) => decided,
                Err(payload) => return Ok(Err(panic_of(book, &*payload))),
            };
            let admitted = match decided {
                Ok(decision) => {
                    ask_for_guards(&decision, book, facts);
                    if facts.is_asked() {
                        self.backend.look(books, facts).await?;
                    }
                    match catch_unwind(AssertUnwindSafe(|| admit(facts, book, kind, decision, now))) {
                        Ok(admitted) => admitted,
                        Err(payload) => return Ok(Err(panic_of(book, &*payload))),
                    }
                }
                Err(stop) => Err(stop),
            };
            match admitted {
                Ok(admitted) => {
                    let fresh = &self.fresh;
                    facts.apply(admitted, now, |_| {
                        *room = room.checked_sub(1)?;
                        fresh.number(now).ok()
                    });
                    return Ok(Ok(()));
                }
                Err(Stop::Refused(refused)) => return Ok(Err(refused.into())),
                Err(Stop::NeedMore(wanted)) => {
                    tracing::trace!(table = table_of(&wanted), "a command needs more");
                    facts.ask(wanted);
                    self.backend.look(books, facts).await?;
                }
            }
        }
        Ok(Err(Refused::Mistake("a command asks for more facts without end").into()))
    }
}

/// Tries a command and asks for what it misses; whether it may miss more once it has that.
fn misses_more(errand: &mut dyn Errand, facts: &mut Facts, now: Timestamp) -> bool {
    let book = errand.book();
    match catch_unwind(AssertUnwindSafe(|| errand.decide(facts, now))) {
        Ok(Ok(decision)) => {
            ask_for_guards(&decision, book, facts);
            false
        }
        Ok(Err(Stop::NeedMore(wanted))) => {
            facts.ask(wanted);
            true
        }
        // It will say so again when its turn comes, and then its caller is told.
        Ok(Err(Stop::Refused(_))) | Err(_) => false,
    }
}

/// Asks at once for what the guards will look at, instead of one round for each balance.
fn ask_for_guards(decision: &Decision, book: Book, facts: &mut Facts) {
    if let Some(lease) = &decision.finished {
        facts.jobs.ask(lease.task);
    }
    if decision.entries.is_empty() {
        return;
    }
    facts.books.ask(book);
    for posting in decision.entries.iter().flat_map(|entry| &entry.postings) {
        let currency = posting.amount().currency();
        let sides = [posting.from(), posting.to()];
        for account in sides.into_iter().chain([Account::Pending, Account::Available, Account::SellerOwes]) {
            facts.balances.ask(BalanceKey { account, currency, book });
        }
    }
}

fn answer(batch: Batch, outcomes: Vec<Outcome>) {
    for (errand, outcome) in batch.into_iter().zip(outcomes) {
        errand.answer(outcome);
    }
}

fn panic_of(book: Book, payload: &(dyn Any + Send)) -> StoreError {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    tracing::error!(%book, panic = text.unwrap_or("no message"), "a command panicked");
    StoreError::Panicked
}

async fn last_turn(backend: &mut impl Backend, writer: u32) -> Result<u64, StoreError> {
    let sql = "SELECT turn FROM writers WHERE writer = $1";
    let done = backend.plain(&Plain::any(sql.to_owned(), vec![writer.into()])).await?;
    let turn = done.rows.first().map(|row| row.number("turn")).transpose();
    Ok(turn.map_err(|error| error.of_table("writers"))?.unwrap_or(0))
}

/// Which books brought down batches lately.
#[derive(Debug, Default)]
struct Trouble(BTreeMap<Book, Vec<Timestamp>>);

impl Trouble {
    fn remember(&mut self, book: Book, now: Timestamp) {
        self.0.entry(book).or_default().push(now);
    }

    /// The batches of a turn, the last to be taken first: every book in trouble has one of its own.
    fn sorted(&mut self, batch: Batch, now: Timestamp) -> Vec<Batch> {
        let since = now.saturating_sub(TROUBLE_KEPT).unwrap_or(now);
        self.0.retain(|_, moments| {
            moments.retain(|moment| *moment >= since);
            !moments.is_empty()
        });
        let mut together = Batch::new();
        let mut alone: BTreeMap<Book, Batch> = BTreeMap::new();
        for errand in batch {
            let troubled = self.0.get(&errand.book()).is_some_and(|moments| moments.len() >= TROUBLE_MAX);
            if troubled {
                alone.entry(errand.book()).or_default().push(errand)
            } else {
                together.push(errand)
            }
        }
        let mut all: Vec<Batch> = alone.into_values().rev().collect();
        all.push(together);
        all.retain(|batch| !batch.is_empty());
        all
    }
}

#[cfg(test)]
mod tests;
