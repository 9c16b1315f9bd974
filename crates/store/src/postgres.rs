//! PostgreSQL under the writer. All that only PostgreSQL does stands here and in the folder beside.
//!
//! One transaction a batch: the batch's books are locked in their order, the facts are read by later
//! statements of the same round trip, all rows of a table go in one statement as arrays, and the
//! commit travels with the writes.

pub mod address;
pub(crate) mod copying;
mod encryption;
mod faults;
mod indexes;
mod migrations;
mod nodes;
mod plains;
pub mod reader;
mod session;

use crate::backend::{Backend, BackendFault, Plain, PlainAnswer, Turn};
use crate::error::StoreError;
use crate::jobs::end_leases_of;
use crate::migrate::Engine;
use crate::seal::Sealer;
use crate::shelves::{Question, Tables, Write};
use crate::table::{Column, OR_NOTHING, Table};
use crate::value::Value;
use address::Address;
use domain::facts::Facts;
use domain::ids::Book;
use domain::ledger::BookHead;
use faults::{fault, is_lost, is_refusal, unavailable};
use jiff::Timestamp;
use session::{Answer, Array, Sent, Session};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Error;

/// Facts are read by statements after the lock, each of which must see what was committed before it.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// A statement finds rows by their keys, however small the tables were when it was planned.
const BY_KEYS: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
     SET plan_cache_mode = force_generic_plan";
/// Locks the batch's books, always in the same order, so that no two batches wait for one another.
const LOCK: &str = "SELECT book FROM books WHERE book IN (SELECT * FROM unnest(CAST($1 AS BIGINT[]))) \
     ORDER BY book FOR NO KEY UPDATE";
/// So long we wait after a server could not be reached, before we say so: it may be starting.
const UNREACHED: Duration = Duration::from_millis(500);
/// So many books are remembered as having their row.
const BOOKS_MAX: usize = 65_536;

/// A writing connection of one of the writers.
pub struct Postgres {
    address: Address,
    session: Session,
    /// The writer whose lock this connection holds.
    writer: u32,
    /// Whether it is the node's first writer, which looks after lost nodes.
    first: bool,
    /// Whether a transaction is open.
    begun: bool,
    /// Whether an answer was lost: the connection is not to be used again.
    lost: bool,
    /// Books that are known to have their row.
    books: HashSet<Book>,
    /// The statement that gives a book its row.
    found_books: String,
    tables: Tables,
    sealer: Arc<Sealer>,
    watch: nodes::Watch,
}

impl Postgres {
    /// Connects as a node's first writer: brings the schema up to date and takes the node's number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be used or the number is in use,
    /// [`StoreError::Newer`] when a newer program has changed it.
    pub async fn first(
        address: &Address,
        sealer: Arc<Sealer>,
        now: Timestamp,
    ) -> Result<(Postgres, u8), StoreError> {
        let mut session = Session::open(address).await?;
        nodes::enter(&session).await?;
        migrations::migrate(&mut session, now).await?;
        let node = nodes::take(&mut session, address.node, now).await?;
        nodes::leave(&session).await?;
        session.simple(BY_KEYS).await.map_err(|error| unavailable(&error))?;
        Ok((Postgres::of(address, session, nodes::writer_of(node, 0), true, sealer), node))
    }

    /// Connects as another writer of a node.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn further(
        address: &Address,
        node: u8,
        place: u32,
        sealer: Arc<Sealer>,
    ) -> Result<Postgres, StoreError> {
        let writer = nodes::writer_of(node, place);
        let session = Session::open(address).await?;
        let held = async {
            nodes::hold(&session, writer).await?;
            session.simple(BY_KEYS).await
        };
        held.await.map_err(|error| unavailable(&error))?;
        Ok(Postgres::of(address, session, writer, false, sealer))
    }

    fn of(address: &Address, session: Session, writer: u32, first: bool, sealer: Arc<Sealer>) -> Postgres {
        let tables = Tables::new(Engine::Postgres);
        let found_books = BookHead::SHAPE.insert_arrays() + OR_NOTHING;
        Postgres {
            address: address.clone(),
            session,
            writer,
            first,
            begun: false,
            lost: false,
            books: HashSet::new(),
            found_books,
            tables,
            sealer,
            watch: nodes::Watch::default(),
        }
    }

    /// The number under which this connection writes its turns.
    #[must_use]
    pub fn writer(&self) -> u32 {
        self.writer
    }

    /// Sees to it that there is a connection, unless a transaction went away with the last one.
    async fn ready(&mut self) -> Result<(), BackendFault> {
        if !self.lost && !self.session.is_closed() {
            return Ok(());
        }
        if self.begun {
            return Err(BackendFault::Again { why: "the connection to the database was lost".to_owned() });
        }
        self.reopen().await
    }

    /// What an error means before a commit was sent; remembers what it says of the connection.
    fn met(&mut self, error: &Error) -> BackendFault {
        self.lost |= is_lost(error);
        fault(error)
    }

    /// A connection that holds the writer's lock, after the former one was ended wherever it still lives.
    async fn connect(&self) -> Result<Session, StoreError> {
        let mut session = Session::open(&self.address).await?;
        let held = async {
            nodes::end_former(&mut session, self.writer, self.session.process).await?;
            nodes::hold(&session, self.writer).await?;
            session.simple(BY_KEYS).await
        };
        held.await.map_err(|error| unavailable(&error))?;
        Ok(session)
    }

    /// Has the server learn the texts.
    async fn prepare(&mut self, texts: impl Iterator<Item = &str>) -> Result<(), BackendFault> {
        match self.session.prepare(texts).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.met(&error)),
        }
    }

    /// A text that was prepared, with arrays.
    fn sent<'a>(&self, sql: &str, arrays: &'a [Array<'_>]) -> Result<Sent<'a>, BackendFault> {
        let prepared = self.session.known(sql);
        let prepared =
            prepared.ok_or_else(|| BackendFault::Again { why: "a statement was forgotten".to_owned() })?;
        Ok(Sent::Prepared(prepared, arrays.iter().map(Array::parameter).collect()))
    }

    /// Begins and locks if nothing is begun, and asks everything, in one round trip.
    async fn ask(
        &mut self,
        books: &BTreeSet<Book>,
        questions: &[Question],
    ) -> Result<Vec<Answer>, BackendFault> {
        let begins = !self.begun;
        let new = books.iter().filter(|book| begins && !self.books.contains(book));
        let rows = new.map(|book| BookHead::empty(*book).write(&self.sealer)).collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(BackendFault::Damage)?;
        let new = arrays(BookHead::SHAPE.columns, rows.iter().map(Vec::as_slice))?;
        let numbers = [Array::Ints(books.iter().map(|book| Some(book.number().cast_signed())).collect())];
        let keys = questions.iter().map(|question| {
            let keys = question.values.chunks(question.shape.keys.max(1));
            arrays(question.shape.key_columns(), keys)
        });
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let found_books = self.found_books.clone();
        let texts = questions.iter().map(|question| &*question.sql).chain([LOCK, &found_books]);
        self.prepare(texts).await?;
        let mut all = Vec::with_capacity(questions.len().saturating_add(3));
        if begins {
            if !rows.is_empty() {
                // Committed by itself: books are never removed, so whoever locks finds them all.
                all.push(self.sent(&found_books, &new)?);
            }
            all.push(Sent::Simple(BEGIN));
            all.push(self.sent(LOCK, &numbers)?);
        }
        for (question, keys) in questions.iter().zip(&keys) {
            all.push(self.sent(&question.sql, keys)?);
        }
        self.begun = true;
        let before = all.len().saturating_sub(questions.len());
        let answers: Result<Vec<Answer>, Error> = self.session.pipeline(all).await.into_iter().collect();
        let mut answers = answers.map_err(|error| self.met(&error))?;
        let asked = answers.split_off(before);
        if begins {
            self.locked(books, answers.last().map_or(0, |lock| lock.touched))?;
        }
        Ok(asked)
    }

    /// Counts the books that were locked.
    fn locked(&mut self, books: &BTreeSet<Book>, found: u64) -> Result<(), BackendFault> {
        if found != books.len() as u64 {
            self.books.clear();
            return Err(BackendFault::Again { why: format!("{found} of {} books were locked", books.len()) });
        }
        if self.books.len().saturating_add(books.len()) > BOOKS_MAX {
            self.books.clear();
        }
        self.books.extend(books);
        Ok(())
    }

    /// What became of the writes and the commit behind them. The commit of a failed transaction
    /// reports success, so every answer counts.
    fn judge(&mut self, answers: Vec<Result<Answer, Error>>, writes: &[Write]) -> Result<(), BackendFault> {
        let mut answers = answers.into_iter();
        let commit = answers.next_back();
        let before = answers.len().saturating_sub(writes.len());
        for (place, answer) in answers.enumerate() {
            let write = place.checked_sub(before).and_then(|place| writes.get(place));
            match (answer, write) {
                (Ok(answer), Some(write)) if write.every && answer.touched != write.rows.len() as u64 => {
                    // Something in the database that is not ours swallows rows. They are committed or gone
                    // by now; the check of the books tells which.
                    let (rows, table) = (write.rows.len(), write.shape.table);
                    tracing::error!(table, rows, answer.touched, "a statement did not write all its rows");
                }
                (Ok(_), _) => {}
                // The server answered no more, and the commit was sent with the rest.
                (Err(error), _) if error.as_db_error().is_none() => return Err(self.doubt(&error)),
                (Err(error), _) => return Err(self.met(&error)),
            }
        }
        match commit {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(self.of_commit(&error)),
            None => Err(BackendFault::Again { why: "nothing was sent".to_owned() }),
        }
    }

    /// What an error of the commit itself means: only what the server refused is certainly not saved.
    fn of_commit(&mut self, error: &Error) -> BackendFault {
        if is_refusal(error) { fault(error) } else { self.doubt(error) }
    }

    /// Nobody knows what became of the commit; only another connection can tell.
    fn doubt(&mut self, error: &Error) -> BackendFault {
        self.lost = true;
        BackendFault::Doubt { why: faults::words(error) }
    }
}

/// Rows as arrays, one for each column.
fn arrays<'a>(
    columns: &[Column],
    rows: impl Iterator<Item = &'a [Value]> + Clone,
) -> Result<Vec<Array<'a>>, BackendFault> {
    let column = |(place, column): (usize, &Column)| {
        Array::of(column.name, column.holds, rows.clone().map(|row| row.get(place)))
    };
    columns.iter().enumerate().map(column).collect::<Result<_, _>>().map_err(BackendFault::Damage)
}

impl Backend for Postgres {
    async fn look(&mut self, books: &BTreeSet<Book>, facts: &mut Facts) -> Result<(), BackendFault> {
        let questions = self.tables.questions(facts);
        if self.begun && questions.is_empty() {
            return Ok(());
        }
        self.ready().await?;
        let answers = self.ask(books, &questions).await?;
        for (question, answer) in questions.iter().zip(&answers) {
            for row in &answer.rows {
                question.learn(facts, row, &self.sealer)?;
            }
        }
        Ok(())
    }

    async fn write(&mut self, facts: &Facts, turn: Turn) -> Result<(), BackendFault> {
        self.ready().await?;
        let writes = self.tables.writes(facts, turn, &self.sealer)?;
        self.prepare(writes.iter().map(|write| &*write.sql)).await?;
        let columns = writes.iter().map(|write| {
            let rows = arrays(columns_of(write), write.rows.iter().map(Vec::as_slice));
            rows.map_err(|fault| named(fault, write.shape.table))
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let mut all = Vec::with_capacity(writes.len().saturating_add(2));
        if !self.begun {
            all.push(Sent::Simple(BEGIN));
        }
        for (write, columns) in writes.iter().zip(&columns) {
            all.push(self.sent(&write.sql, columns)?);
        }
        all.push(Sent::Simple("COMMIT"));
        let answers = self.session.pipeline(all).await;
        self.begun = false;
        self.judge(answers, &writes)
    }

    async fn leave(&mut self) {
        if !std::mem::take(&mut self.begun) || self.lost {
            return;
        }
        if let Err(error) = self.session.simple("ROLLBACK").await {
            self.met(&error);
        }
    }

    async fn plains(&mut self, plains: &[Plain]) -> Result<Vec<PlainAnswer>, BackendFault> {
        self.ready().await?;
        self.all_plains(plains).await
    }

    async fn tend(&mut self, now: Timestamp) -> Result<(), BackendFault> {
        self.ready().await?;
        if !self.first || self.begun {
            return Ok(());
        }
        let lost = match self.watch.look(&mut self.session).await {
            Ok(lost) => lost,
            Err(error) => return Err(self.met(&error)),
        };
        if !lost.is_empty() {
            let done = self.plain(&end_leases_of(&lost, now)).await?;
            tracing::info!(nodes = ?lost, jobs = done.touched, "the work of lost nodes is free");
        }
        Ok(())
    }

    async fn reopen(&mut self) -> Result<(), BackendFault> {
        self.leave().await;
        if !self.lost && !self.session.is_closed() {
            return Ok(());
        }
        match self.connect().await {
            Ok(session) => self.session = session,
            Err(error) => {
                tokio::time::sleep(UNREACHED).await;
                return Err(BackendFault::Again { why: error.to_string() });
            }
        }
        self.lost = false;
        // Behind the address may be another server now that lost the last transactions.
        self.books.clear();
        Ok(())
    }
}

/// The columns that a statement takes: all, or those of the key where rows are removed.
fn columns_of(write: &Write) -> &'static [Column] {
    let width = write.rows.first().map_or(0, Vec::len);
    write.shape.columns.get(..width).unwrap_or(write.shape.columns)
}

fn named(fault: BackendFault, table: &'static str) -> BackendFault {
    match fault {
        BackendFault::Damage(error) => BackendFault::Damage(error.of_table(table)),
        BackendFault::Clash { .. }
        | BackendFault::Again { .. }
        | BackendFault::Doubt { .. }
        | BackendFault::Unmet { .. } => fault,
    }
}

#[cfg(test)]
mod tests;
