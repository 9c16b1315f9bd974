//! What the writer asks of a database: look things up, save all at once, say plainly what went wrong.

use crate::error::StoreError;
use crate::value::{Row, Value};
use domain::decide::Refused;
use domain::facts::Facts;
use domain::ids::Book;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

/// One saved batch of one writer. The writer's own row holds the last, and settles doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Which writer.
    pub writer: u32,
    /// Counts its batches; written with each of them.
    pub number: u64,
}

/// Where a look-up shall pass over rows that somebody else is changing, instead of waiting for them.
///
/// A comment for SQLite, where nobody else writes; PostgreSQL is told what it means.
pub const SKIP_LOCKED: &str = "/* skip locked */";

/// How many rows a statement must touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// However many.
    Any,
    /// Exactly so many, else it is undone.
    Exactly(u64),
}

/// A small statement without rules (a lease, a log line, a reservation), run before a batch or between two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The text, with `$1` placeholders.
    pub sql: Arc<str>,
    /// Its values.
    pub values: Vec<Value>,
    /// How many rows it must touch.
    pub expect: Expect,
}

impl Plain {
    /// A statement that may touch any number of rows.
    #[must_use]
    pub fn any(sql: impl Into<Arc<str>>, values: Vec<Value>) -> Plain {
        Plain { sql: sql.into(), values, expect: Expect::Any }
    }

    /// A statement that must touch exactly so many rows.
    #[must_use]
    pub fn exactly(rows: u64, sql: impl Into<Arc<str>>, values: Vec<Value>) -> Plain {
        Plain { sql: sql.into(), values, expect: Expect::Exactly(rows) }
    }
}

/// What a plain statement did.
#[derive(Clone, Debug)]
pub struct PlainDone {
    /// The rows it gave back.
    pub rows: Vec<Row>,
    /// How many rows it touched.
    pub touched: u64,
}

/// What became of one of several plain statements.
pub type PlainAnswer = Result<PlainDone, BackendFault>;

/// Why a database did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendFault {
    /// A constraint is broken: one command of the batch is to blame. Nothing is saved.
    #[error("a constraint of {table} is broken: {detail}")]
    Clash {
        /// The table, as far as the database names it.
        table: String,
        /// The database's own words.
        detail: String,
    },
    /// Nothing is saved; the same may work when it is sent again.
    #[error("{why}")]
    Again {
        /// What happened.
        why: String,
    },
    /// The answer of a commit was lost: nobody knows whether it is saved.
    #[error("the answer of a commit was lost: {why}")]
    Doubt {
        /// What happened.
        why: String,
    },
    /// A row cannot be read, or a record does not fit its table: one command of the batch touches it.
    #[error(transparent)]
    Damage(StoreError),
    /// A plain statement touched another number of rows; it is undone.
    #[error("{expected} rows were to be touched, {found} were")]
    Unmet {
        /// How many were expected.
        expected: u64,
        /// How many there were.
        found: u64,
    },
}

impl From<BackendFault> for StoreError {
    /// For one command or one plain statement alone.
    fn from(fault: BackendFault) -> StoreError {
        match fault {
            BackendFault::Clash { table, .. } if table == "shop_logins" => {
                Refused::Taken { what: "login" }.into()
            }
            BackendFault::Clash { table, .. } if table == "provider_accounts" => {
                Refused::Taken { what: "name" }.into()
            }
            BackendFault::Clash { .. } => Refused::Mistake("a record breaks a rule of its table").into(),
            BackendFault::Again { why } => StoreError::Unavailable(why),
            BackendFault::Doubt { why } => StoreError::Unknown(why),
            BackendFault::Damage(error) => error,
            BackendFault::Unmet { .. } => {
                Refused::Mistake("a statement touched other rows than its own").into()
            }
        }
    }
}

/// A database under the writer.
pub trait Backend: Send {
    /// Begins if nothing is begun, locks the books where others write too, and answers all that the
    /// facts ask for.
    fn look(
        &mut self,
        books: &BTreeSet<Book>,
        facts: &mut Facts,
    ) -> impl Future<Output = Result<(), BackendFault>> + Send;

    /// Writes all that changed, and the writer's own row with it, and commits durably.
    fn write(&mut self, facts: &Facts, turn: Turn) -> impl Future<Output = Result<(), BackendFault>> + Send;

    /// Begins, and runs small statements in the transaction in which a batch is then decided, so that one
    /// commit saves both; each stands or falls alone. Nothing where statements do not go with batches:
    /// they are then run by themselves.
    ///
    /// Only a database on which nobody else writes can do it. Statements touch rows before the batch's
    /// books are locked, and two writers that did so would wait for one another in a circle.
    fn ahead(
        &mut self,
        _plains: &[Plain],
    ) -> impl Future<Output = Result<Option<Vec<PlainAnswer>>, BackendFault>> + Send {
        async { Ok(None) }
    }

    /// Undoes what was begun.
    fn leave(&mut self) -> impl Future<Output = ()> + Send;

    /// Runs small statements in one transaction; each stands or falls alone.
    fn plains(
        &mut self,
        plains: &[Plain],
    ) -> impl Future<Output = Result<Vec<PlainAnswer>, BackendFault>> + Send;

    /// Runs one small statement.
    fn plain(&mut self, plain: &Plain) -> impl Future<Output = PlainAnswer> + Send {
        async move {
            let done = self.plains(std::slice::from_ref(plain)).await?.pop();
            done.unwrap_or_else(|| Err(BackendFault::Again { why: "no answer".to_owned() }))
        }
    }

    /// Does what an engine needs every few seconds: where there are other nodes, it frees the work of
    /// those that were lost.
    fn tend(&mut self, _now: Timestamp) -> impl Future<Output = Result<(), BackendFault>> + Send {
        async { Ok(()) }
    }

    /// Gives up the connection if it is in doubt, and opens another.
    fn reopen(&mut self) -> impl Future<Output = Result<(), BackendFault>> + Send;
}
