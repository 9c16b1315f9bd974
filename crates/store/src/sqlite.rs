//! SQLite under the writer. All that only SQLite does stands here and in the folder beside.

pub(crate) mod copying;
mod layout;
mod prepared;
pub mod reader;

use crate::backend::{Backend, BackendFault, Expect, Plain, PlainAnswer, Turn};
use crate::error::StoreError;
use crate::kept::Kept;
use crate::migrate::{Engine, FOUND_VERSION, Migration, SCHEMA_VERSION, missing};
use crate::seal::Sealer;
use crate::shelves::Tables;
use crate::table::BY_NUMBER;
use domain::facts::Facts;
use domain::ids::Book;
use jiff::Timestamp;
use prepared::Prepared;
use rusqlite::{CachedStatement, Connection, ErrorCode, params_from_iter};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Negative, as SQLite wants it: so many KiB of the database the writer keeps in memory.
const WRITER_CACHE_KIB: i64 = -16 * 1_024;
/// So many pages of 4 KiB the log holds before they are copied into the database. Pages that many payments
/// touch are then copied once for all of them, and a checkpoint's own syncs are rare.
const LOG_PAGES: u32 = 8_192;

/// What an error means for a transaction whose commit was not sent yet.
fn fault(error: &rusqlite::Error) -> BackendFault {
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => BackendFault::Clash { table: table_in(&detail), detail },
        _ => BackendFault::Again { why: detail },
    }
}

/// The table in "UNIQUE constraint failed: shop_logins.login".
fn table_in(detail: &str) -> String {
    let after = detail.split("constraint failed: ").nth(1).unwrap_or("");
    after.split(['.', ' ', ',']).next().unwrap_or("").to_owned()
}

fn unavailable(error: &rusqlite::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// The one writing connection.
pub struct Sqlite {
    /// Where the file is.
    path: PathBuf,
    prepared: Prepared,
    tables: Tables,
    sealer: Arc<Sealer>,
    /// What was saved last, where nobody else writes to the database.
    kept: Option<Kept>,
}

impl Sqlite {
    /// Opens the file, makes it if it is missing, and brings its schema up to date.
    ///
    /// That nobody else writes to the file is the caller's care: the data folder's lock.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be used, [`StoreError::Newer`] when a newer
    /// program has changed it.
    pub fn open(path: &Path, sealer: Arc<Sealer>, now: Timestamp) -> Result<Sqlite, StoreError> {
        let mut prepared = open_for_writing(path).map_err(|error| unavailable(&error))?;
        migrate(&mut prepared, now)?;
        let tables = Tables::new(Engine::Sqlite);
        Ok(Sqlite { path: path.to_owned(), prepared, tables, sealer, kept: None })
    }

    /// The same for the only writer of its database: it keeps here what it has just saved, and readers of the
    /// same program may look there as well.
    #[must_use]
    pub fn alone(self, kept: Kept) -> Sqlite {
        Sqlite { kept: Some(kept), ..self }
    }

    fn begin(&mut self) -> Result<(), BackendFault> {
        if self.prepared.connection.is_autocommit() {
            self.execute("BEGIN IMMEDIATE")?;
        }
        Ok(())
    }

    fn execute(&mut self, sql: &str) -> Result<(), BackendFault> {
        self.statement(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(|_| ())
            .map_err(|error| fault(&error))
    }

    fn statement(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.prepared.connection.prepare_cached(sql)
    }

    fn commit(&mut self) -> Result<(), BackendFault> {
        let sent = self.statement("COMMIT").and_then(|mut statement| statement.execute([]));
        let Err(error) = sent else { return Ok(()) };
        // A transaction that is still open was not committed. One that is gone may have been, unless the disk
        // was full: the mark that commits is written last, so it found no room either.
        let is_full = error.sqlite_error_code() == Some(ErrorCode::DiskFull);
        if self.prepared.connection.is_autocommit() && !is_full {
            return Err(BackendFault::Doubt { why: error.to_string() });
        }
        self.roll_back();
        Err(fault(&error))
    }

    fn roll_back(&mut self) {
        if self.prepared.connection.is_autocommit() {
            return;
        }
        if let Err(error) = self.execute("ROLLBACK") {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    fn write_all(&mut self, facts: &Facts, turn: Turn) -> Result<(), BackendFault> {
        for write in self.tables.writes(facts, turn, &self.sealer)? {
            let known = self.prepared.known(&write.sql).map_err(|error| fault(&error))?;
            let mut statement = self.statement(&known.sql).map_err(|error| fault(&error))?;
            let is_counted = write.every && BY_NUMBER.contains(&write.shape.table);
            for row in &write.rows {
                let touched = statement.execute(params_from_iter(row)).map_err(|error| fault(&error))?;
                if is_counted && touched != 1 {
                    let (table, detail) =
                        (write.shape.table.to_owned(), "the number of another book".to_owned());
                    return Err(BackendFault::Clash { table, detail });
                }
            }
        }
        Ok(())
    }

    /// Runs each statement so that one that fails takes nothing else with it.
    fn all_plains(&mut self, plains: &[Plain]) -> Result<Vec<PlainAnswer>, BackendFault> {
        self.begin()?;
        let mut answers = Vec::with_capacity(plains.len());
        for plain in plains {
            let answer = match plain.expect {
                Expect::Any => self.prepared.run(plain).map_err(|error| fault(&error)),
                Expect::Exactly(expected) => self.exactly(expected, plain),
            };
            match answer {
                Ok(_)
                | Err(BackendFault::Clash { .. } | BackendFault::Unmet { .. } | BackendFault::Damage(_)) => {
                    answers.push(answer);
                }
                Err(fault @ (BackendFault::Again { .. } | BackendFault::Doubt { .. })) => return Err(fault),
            }
        }
        Ok(answers)
    }

    /// Runs a statement that is undone when it touches other rows than it must. One that breaks a constraint
    /// is undone by SQLite; one that does too much needs a savepoint.
    fn exactly(&mut self, expected: u64, plain: &Plain) -> PlainAnswer {
        self.execute("SAVEPOINT plain")?;
        let done = self.prepared.run(plain).map_err(|error| fault(&error));
        let answer = match done {
            Ok(done) if done.touched != expected => {
                self.execute("ROLLBACK TO plain")?;
                Err(BackendFault::Unmet { expected, found: done.touched })
            }
            done @ (Ok(_) | Err(_)) => done,
        };
        self.execute("RELEASE plain")?;
        answer
    }
}

impl Backend for Sqlite {
    async fn look(&mut self, _: &BTreeSet<Book>, facts: &mut Facts) -> Result<(), BackendFault> {
        // Nobody else writes, so the transaction itself is the lock of all books.
        self.begin()?;
        if let Some(kept) = &self.kept {
            kept.answer(facts);
        }
        for question in self.tables.questions(facts) {
            let rows = self.prepared.rows_of_keys(&question).map_err(|error| fault(&error))?;
            for row in &rows {
                question.learn(facts, row, &self.sealer)?;
            }
        }
        Ok(())
    }

    async fn write(&mut self, facts: &Facts, turn: Turn) -> Result<(), BackendFault> {
        self.begin()?;
        if let Some(kept) = &self.kept {
            kept.forget_changes(facts);
        }
        match self.write_all(facts, turn) {
            Ok(()) => {
                self.commit()?;
                if let Some(kept) = &self.kept {
                    kept.keep(facts);
                }
                Ok(())
            }
            Err(fault) => {
                self.roll_back();
                Err(fault)
            }
        }
    }

    async fn ahead(&mut self, plains: &[Plain]) -> Result<Option<Vec<PlainAnswer>>, BackendFault> {
        self.all_plains(plains).map(Some)
    }

    async fn leave(&mut self) {
        self.roll_back();
    }

    async fn plains(&mut self, plains: &[Plain]) -> Result<Vec<PlainAnswer>, BackendFault> {
        match self.all_plains(plains) {
            Ok(answers) => self.commit().map(|()| answers),
            Err(fault) => {
                self.roll_back();
                Err(fault)
            }
        }
    }

    async fn reopen(&mut self) -> Result<(), BackendFault> {
        self.roll_back();
        self.prepared = open_for_writing(&self.path).map_err(|error| fault(&error))?;
        Ok(())
    }
}

fn open_for_writing(path: &Path) -> rusqlite::Result<Prepared> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", WRITER_CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    Prepared::new(connection)
}

/// Applies what is missing, each migration in a transaction of its own.
fn migrate(prepared: &mut Prepared, now: Timestamp) -> Result<(), StoreError> {
    let failed = |error: &rusqlite::Error| unavailable(error);
    prepared.connection.execute_batch(SCHEMA_VERSION).map_err(|error| failed(&error))?;
    let rows = prepared.rows(FOUND_VERSION, &[]).map_err(|error| failed(&error))?;
    let (found, oldest) = match rows.first() {
        Some(row) => (row.small("found")?, row.small("oldest")?),
        None => (0, 0),
    };
    for migration in missing(found, oldest)? {
        let transaction = prepared.connection.transaction().map_err(|error| failed(&error))?;
        apply(&transaction, migration, now)
            .and_then(|()| transaction.commit())
            .map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// Takes one step of the schema; whoever calls has begun a transaction.
fn apply(connection: &Connection, migration: &Migration, now: Timestamp) -> rusqlite::Result<()> {
    connection.execute_batch(&migration.text(Engine::Sqlite))?;
    if migration.number == layout::STEP {
        layout::lay_out(connection)?;
    }
    let insert = "INSERT INTO schema_version (version, oldest, applied_at) VALUES (?1, ?2, ?3)";
    connection.execute(insert, (migration.number, migration.oldest, now.as_microsecond()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{book, payment};
    use crate::seal::MasterKey;
    use crate::sqlite::prepared::numbered;
    use crate::table::Table;
    use crate::value::Value;
    use domain::facts::Record;
    use domain::ids::Id;
    use domain::jobs::Task;
    use domain::ledger::{Account, BalanceKey};
    use domain::payments::ClaimKey;
    use domain::refunds::Refund;
    use money::currency::Currency;
    use rusqlite::StatementStatus;

    fn empty() -> Sqlite {
        let sealer = Arc::new(Sealer::new(&MasterKey::new([7; 32])));
        Sqlite::open(Path::new(":memory:"), sealer, Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn the_table_of_a_broken_constraint_is_found_in_its_message() {
        assert_eq!(table_in("UNIQUE constraint failed: shop_logins.login"), "shop_logins");
        assert_eq!(table_in("something else"), "");
    }

    #[test]
    fn one_of_several_plain_statements_fails_alone() {
        let mut sqlite = empty();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let insert = |node: i64| {
            let sql = "INSERT INTO nodes (node, reserved_until) VALUES ($1, 0)".to_owned();
            Plain::any(sql, vec![Value::Int(node)])
        };
        let plains = [insert(1), insert(1), insert(99), insert(2)];
        let answers = runtime.block_on(sqlite.plains(&plains)).unwrap();
        assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, true]);
        let read = Plain::any("SELECT node FROM nodes ORDER BY node".to_owned(), Vec::new());
        let rows = runtime.block_on(sqlite.plain(&read)).unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.int("node").unwrap()).collect::<Vec<_>>(), [1, 2]);
    }

    /// How SQLite would find the rows of a statement.
    fn plan(sqlite: &mut Sqlite, sql: &str) -> String {
        let values = vec![Value::Int(1); sql.matches('$').count()];
        let explained = sqlite.prepared.rows(&format!("EXPLAIN QUERY PLAN {sql}"), &values[..highest(sql)]);
        let steps: Vec<String> = explained.unwrap().iter().map(|row| row.string("detail").unwrap()).collect();
        steps.join("\n")
    }

    fn highest(sql: &str) -> usize {
        let numbers = sql.split('$').skip(1);
        let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
        numbers.map(|text| number(text).parse().unwrap()).max().unwrap_or(0)
    }

    #[test]
    fn look_ups_and_claims_go_through_an_index() {
        let mut sqlite = empty();
        let mut facts = Facts::default();
        let book = Book::PLATFORM;
        facts.books.ask(book);
        facts.payments.ask(Id::new(book, 1));
        facts.attempts.ask(Id::new(book, 1));
        facts.jobs.ask(Task::ExpirePayment(Id::new(book, 1)));
        facts.claims.ask(ClaimKey { number: 1, shop: Id::new(book, 1) });
        let account = Account::Available;
        facts.balances.ask(BalanceKey { account, currency: Currency::Rub, book });
        let mut texts: Vec<Arc<str>> = Tables::new(Engine::Sqlite)
            .questions(&mut facts)
            .iter()
            .map(|question| question.sql.clone())
            .collect();
        assert_eq!(texts.len(), 6);
        let task = Task::ExpirePayment(Id::new(book, 1));
        let claims = crate::jobs::claims(1, &[task; 9], Timestamp::UNIX_EPOCH);
        texts.extend(claims.into_iter().map(|(_, claim)| claim.sql));
        texts.push(crate::jobs::due(1, Timestamp::UNIX_EPOCH).sql);
        texts.push(crate::jobs::end_leases_of(&[3], Timestamp::UNIX_EPOCH).sql);
        texts.push(crate::exchanges::purge(Timestamp::UNIX_EPOCH).sql);
        for sql in texts {
            let plan = plan(&mut sqlite, &sql);
            assert!(plan.contains("SEARCH"), "{sql}\n{plan}");
            let scanned = plan.lines().any(|step| {
                step.starts_with("SCAN") && !step.contains("CONSTANT") && !step.contains("VALUES")
            });
            assert!(!scanned, "{sql}\n{plan}");
        }
    }

    #[test]
    fn a_statement_is_planned_once_whatever_its_values_are() {
        let sqlite = empty();
        let sql = numbered(&Refund::SHAPE.select("payment = $1 AND book = $2 ORDER BY number"));
        let mut statement = sqlite.prepared.connection.prepare(&sql).unwrap();
        for number in 0..3 {
            assert!(statement.query((number, 1)).unwrap().next().unwrap().is_none());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }

    #[test]
    fn a_row_that_stands_by_its_number_is_never_overwritten_by_another_book() {
        let mut sqlite = empty();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let turn = Turn { writer: 1, number: 1 };
        let mut of = |seller: u64| {
            let mut facts = Facts::default();
            facts.put(payment(10, seller).into_change());
            runtime.block_on(sqlite.write(&facts, turn))
        };
        assert_eq!((of(1), of(1)), (Ok(()), Ok(())));
        assert!(matches!(of(2), Err(BackendFault::Clash { table, .. }) if table == "payments"));
        let books = sqlite.prepared.rows("SELECT book FROM payments", &[]).unwrap();
        assert_eq!(books.iter().map(|row| row.book("book").unwrap()).collect::<Vec<_>>(), [book(1)]);
    }

    #[test]
    fn a_plain_statement_that_touches_other_rows_is_undone() {
        let mut sqlite = empty();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let sql = "INSERT INTO nodes (node, reserved_until) VALUES ($2, $1)".to_owned();
        let values = vec![Value::Int(70), Value::Int(5)];
        let fault = runtime.block_on(sqlite.plain(&Plain::exactly(2, sql.clone(), values.clone())));
        assert_eq!(fault.unwrap_err(), BackendFault::Unmet { expected: 2, found: 1 });
        runtime.block_on(sqlite.plain(&Plain::exactly(1, sql, values))).unwrap();
        let read = Plain::any("SELECT node, reserved_until FROM nodes".to_owned(), Vec::new());
        let rows = runtime.block_on(sqlite.plain(&read)).unwrap().rows;
        assert_eq!(rows.len(), 1);
        // `$2` stood first in the text and still is the second value.
        assert_eq!(rows[0].int("node"), Ok(5));
    }
}
