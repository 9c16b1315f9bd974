//! A PostgreSQL database at either end of a journey, in one transaction, while no node can use it.

use super::address::Address;
use super::faults::{is_lost, unavailable, words};
use super::migrations::statements;
use super::nodes::{Held, try_hold_all};
use super::session::{Array, Sent, Session};
use crate::copying::found::{self, NAMED_MAX, counting};
use crate::copying::plan::{Field, Plan};
use crate::error::StoreError;
use crate::migrate::{MIGRATIONS, SCHEMA_VERSION};
use crate::value::{Row, Value};
use jiff::Timestamp;
use std::time::Duration;

/// Everything is read as of the first read.
const READING: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// A journey may take hours, and one side waits while the other works.
const PATIENCE: &str = "SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0";
/// All tables where ours are or are to be.
const TABLES: &str = "SELECT CAST(t.relname AS TEXT) AS name FROM pg_class t \
     JOIN pg_namespace n ON n.oid = t.relnamespace \
     WHERE t.relkind IN ('r', 'p', 'f') AND n.nspname = current_schema() ORDER BY t.relname";
/// A node that has just ended is seen by the server a moment later: so often we look again, …
const LOOKS_MAX: u32 = 20;
/// … with this pause between.
const PAUSE: Duration = Duration::from_millis(100);

/// Why a database was not entered.
pub(crate) enum Kept {
    /// Somebody else uses it: who.
    InUse(String),
    /// It did not answer.
    Fault(StoreError),
}

impl From<StoreError> for Kept {
    fn from(error: StoreError) -> Kept {
        Kept::Fault(error)
    }
}

/// A connection with a transaction that was begun.
pub(crate) struct Carrier {
    session: Session,
}

impl Carrier {
    /// A database as of now, which nobody else uses.
    ///
    /// # Errors
    /// [`Kept`].
    pub(crate) async fn reading(address: &Address) -> Result<Carrier, Kept> {
        let carrier = Carrier::alone(Session::open(address).await?).await?;
        carrier.session.simple(READING).await.map_err(|error| unavailable(&error))?;
        Ok(carrier)
    }

    /// A database that gets the schema, or what is in it already.
    ///
    /// # Errors
    /// [`Kept`].
    pub(crate) async fn arriving(address: &Address, now: Timestamp) -> Result<(Carrier, Vec<String>), Kept> {
        // Whoever uses it has made tables, and these say more than that it is in use.
        let mut looking = Carrier { session: Session::open(address).await? };
        let mut found = looking.found().await?;
        if !found.is_empty() {
            return Ok((looking, found));
        }
        let mut carrier = Carrier::alone(looking.session).await?;
        found = carrier.found().await?;
        if found.is_empty() {
            let made = format!("SET client_min_messages = warning; BEGIN; {SCHEMA_VERSION}");
            let steps = MIGRATIONS.iter().map(|step| statements(step, now));
            for sql in std::iter::once(made).chain(steps) {
                carrier.session.simple(&sql).await.map_err(|error| unavailable(&error))?;
            }
        }
        Ok((carrier, found))
    }

    /// Takes everybody's locks: a node that only lost its connection cannot come back, and none starts.
    async fn alone(mut session: Session) -> Result<Carrier, Kept> {
        session.simple(PATIENCE).await.map_err(|error| unavailable(&error))?;
        let mut held = try_hold_all(&mut session).await?;
        for _ in 0..LOOKS_MAX {
            if matches!(held, Held::Nothing) {
                break;
            }
            tokio::time::sleep(PAUSE).await;
            // Locks that are ours already count once more, and all end with this connection.
            held = try_hold_all(&mut session).await?;
        }
        match held {
            Held::Nothing => Ok(Carrier { session }),
            Held::House => {
                Err(Kept::InUse("a node is just starting there, or it is being carried already".to_owned()))
            }
            Held::Nodes(nodes) => {
                let nodes: Vec<String> = nodes.iter().map(|node| format!("node {node}")).collect();
                Err(Kept::InUse(format!("running there: {}", nodes.join(", "))))
            }
        }
    }

    async fn found(&mut self) -> Result<Vec<String>, StoreError> {
        let tables = self.tables().await?;
        let mut counted = Vec::new();
        for table in tables.iter().take(NAMED_MAX) {
            let rows = self.rows(&counting(table), &[]).await?;
            counted.push((table.clone(), rows.first().map_or(Ok(0), |row| row.int("found"))?));
        }
        Ok(found::words(&counted, tables.len()))
    }

    /// The names of all tables.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], like everything below.
    pub(crate) async fn tables(&mut self) -> Result<Vec<String>, StoreError> {
        self.rows(TABLES, &[]).await?.iter().map(|row| row.string("name")).collect()
    }

    /// The rows of a query.
    pub(crate) async fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.session.rows(sql, values).await.map_err(|error| unavailable(&error))
    }

    /// Adds rows to a table.
    pub(crate) async fn insert(&mut self, plan: &Plan, rows: &[Row]) -> Result<(), StoreError> {
        let column = |(place, field): (usize, &Field)| {
            Array::of(&field.name, field.holds, rows.iter().map(move |row| row.values().get(place)))
        };
        let arrays = plan.fields.iter().enumerate().map(column).collect::<Result<Vec<_>, _>>()?;
        let failed = |error| StoreError::Unavailable(format!("{}: {}", plan.name, words(&error)));
        let prepared = self.session.prepared(&plan.insert_arrays()).await.map_err(failed)?;
        let sent = Sent::Prepared(prepared, arrays.iter().map(Array::parameter).collect());
        for answer in self.session.pipeline(vec![sent]).await {
            answer.map_err(failed)?;
        }
        Ok(())
    }

    /// Has the server look at tables that nobody else can see yet, or it would plan as if they were empty.
    pub(crate) async fn analyse(&mut self, plans: &[&Plan]) -> Result<(), StoreError> {
        let names: Vec<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
        let sql = format!("ANALYZE {}", names.join(", "));
        self.session.simple(&sql).await.map_err(|error| unavailable(&error))
    }

    /// Runs a statement and tells how many rows it touched.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<u64, StoreError> {
        let prepared = self.session.prepared(sql).await.map_err(|error| unavailable(&error))?;
        let mut touched = 0_u64;
        for answer in self.session.pipeline(vec![Sent::Prepared(prepared, Vec::new())]).await {
            touched = touched.saturating_add(answer.map_err(|error| unavailable(&error))?.touched);
        }
        Ok(touched)
    }

    /// Commits.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.session.simple("COMMIT").await.map_err(|error| {
            if is_lost(&error) { StoreError::Unknown(words(&error)) } else { unavailable(&error) }
        })
    }
}
