//! The reading side: a few connections of their own. SQLite reads on threads that may wait.

use crate::copying::side::Side;
use crate::error::StoreError;
use crate::kept::Kept;
use crate::postgres::address::Address;
use crate::postgres::reader as postgres;
use crate::seal::Sealer;
use crate::sqlite::reader::SqliteReader;
use crate::table::{Table, record};
use crate::texts;
use crate::value::{Row, Value};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A query with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The text, with `$1` placeholders.
    pub sql: Arc<str>,
    /// The values.
    pub values: Vec<Value>,
}

impl Query {
    /// A query.
    #[must_use]
    pub fn new(sql: impl Into<Arc<str>>, values: Vec<Value>) -> Query {
        Query { sql: sql.into(), values }
    }

    /// Whole records under a condition, which also may order and limit.
    #[must_use]
    pub fn records<R: Table>(condition: &'static str, values: Vec<Value>) -> Query {
        Query { sql: texts::of_condition(R::SHAPE, condition), values }
    }

    /// The record of a key.
    #[must_use]
    pub fn record<R: Table>(key: &R::Key) -> Query {
        Query { sql: texts::of_key(R::SHAPE), values: R::key_values(key) }
    }
}

/// Reads, beside the writer, what is committed.
#[derive(Clone)]
pub struct Reader {
    pools: Pools,
    permits: Arc<Semaphore>,
    sealer: Arc<Sealer>,
    /// What the writer has just saved; nothing where others write as well.
    kept: Kept,
}

/// The connections of each engine.
#[derive(Clone)]
enum Pools {
    Sqlite(Arc<Pool>),
    Postgres(Arc<postgres::Pool>),
}

struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<SqliteReader>>,
    place: Place,
}

/// Where SQLite reads.
#[derive(Clone, Copy)]
enum Place {
    /// On a thread that may wait for the disk.
    Aside,
    /// Where it is asked: a database in memory never waits, and its caller counts on one thread.
    Here,
}

impl Pool {
    fn take(&self) -> Result<SqliteReader, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| SqliteReader::open(&self.path), Ok)
    }

    /// Keeps a connection for the next reader, unless a read of it failed or its transaction does not end.
    fn put_back(&self, mut connection: SqliteReader) {
        if connection.end().is_ok() && connection.is_sound() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

impl Reader {
    /// Readers of a file, so many at a time.
    #[must_use]
    pub fn new(path: PathBuf, at_once: usize, sealer: Arc<Sealer>) -> Reader {
        Reader::of_file(path, Place::Aside, at_once, sealer)
    }

    /// A reader that answers where it is asked, without a thread: of a database in memory, for stores
    /// that are driven [by hand](crate::store::Store::by_hand).
    #[must_use]
    pub fn here(path: PathBuf, sealer: Arc<Sealer>) -> Reader {
        Reader::of_file(path, Place::Here, 1, sealer)
    }

    fn of_file(path: PathBuf, place: Place, at_once: usize, sealer: Arc<Sealer>) -> Reader {
        let pool = Pool { path, idle: Mutex::default(), place };
        Reader::of(Pools::Sqlite(Arc::new(pool)), at_once, sealer)
    }

    /// Readers of a PostgreSQL database, so many at a time.
    #[must_use]
    pub fn of_server(address: Address, at_once: usize, sealer: Arc<Sealer>) -> Reader {
        Reader::of(Pools::Postgres(Arc::new(postgres::Pool::new(address))), at_once, sealer)
    }

    fn of(pools: Pools, at_once: usize, sealer: Arc<Sealer>) -> Reader {
        let permits = Arc::new(Semaphore::new(at_once.max(1)));
        Reader { pools, permits, sealer, kept: Kept::default() }
    }

    /// The same reader, which asks first what the one writer of its database has kept.
    #[must_use]
    pub fn beside(mut self, kept: Kept) -> Reader {
        self.kept = kept;
        self
    }

    /// The record of a key, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer or the row cannot be read.
    pub async fn record_of<R: Table>(&self, key: &R::Key) -> Result<Option<R>, StoreError> {
        match self.kept.find(key) {
            Some(record) => Ok(Some(record)),
            None => Ok(self.look_up_all(Query::record::<R>(key)).await?.pop()),
        }
    }

    /// The rows of one query.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn rows(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        Ok(self.several(vec![query]).await?.pop().unwrap_or_default())
    }

    /// The rows of a look-up by key: a few pages, mostly in memory. With SQLite, handing it to a thread
    /// that may wait, and its answer back, costs several times what the reading does, so it is read where
    /// it is asked for.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn look_up(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        let _permit = self.permit().await?;
        match &self.pools {
            Pools::Sqlite(pool) => {
                let mut connection = pool.take()?;
                let rows = connection.rows(&query.sql, &query.values);
                pool.put_back(connection);
                rows
            }
            Pools::Postgres(pool) => Ok(pool.several(&[query]).await?.pop().unwrap_or_default()),
        }
    }

    /// Whole records of a look-up by key, or of the few rows that an index leads to.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer or a row cannot be read.
    pub async fn look_up_all<R: Table>(&self, query: Query) -> Result<Vec<R>, StoreError> {
        self.read_all(&self.look_up(query).await?)
    }

    /// The rows of several queries as of one moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn several(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        let permit = self.permit().await?;
        let pool = match &self.pools {
            Pools::Sqlite(pool) => pool.clone(),
            Pools::Postgres(pool) => return pool.several(&queries).await,
        };
        reading(pool.place, move || {
            let mut connection = pool.take()?;
            if queries.len() > 1 {
                connection.begin()?;
            }
            let rows = queries.iter().map(|query| connection.rows(&query.sql, &query.values)).collect();
            pool.put_back(connection);
            drop(permit);
            rows
        })
        .await
    }

    /// Whole records of one query.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer or a row cannot be read.
    pub async fn records<R: Table>(&self, query: Query) -> Result<Vec<R>, StoreError> {
        self.read_all(&self.rows(query).await?)
    }

    /// Whole records from rows.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be read.
    pub fn read_all<R: Table>(&self, rows: &[Row]) -> Result<Vec<R>, StoreError> {
        rows.iter().map(|row| record(row, &self.sealer)).collect()
    }

    /// A view of one moment for several queries that follow from one another.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let permit = self.permit().await?;
        let pool = match &self.pools {
            Pools::Sqlite(pool) => pool.clone(),
            Pools::Postgres(pool) => {
                let view = View::Postgres(pool.clone().view().await?);
                return Ok(Snapshot { view, _permit: Some(permit) });
            }
        };
        let place = pool.place;
        let begin = move || {
            let mut connection = pool.take()?;
            connection.begin()?;
            let view = View::Sqlite(SqliteView { connection: Some(connection), pool });
            Ok(Snapshot { view, _permit: Some(permit) })
        };
        reading(place, begin).await
    }

    /// What opens the secrets that are read.
    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        self.permits.clone().acquire_owned().await.map_err(|_| StoreError::Closed)
    }
}

/// A view of one moment; it ends when it is dropped.
pub struct Snapshot {
    view: View,
    _permit: Option<OwnedSemaphorePermit>,
}

enum View {
    Sqlite(SqliteView),
    Postgres(postgres::View),
    /// A database that is just being filled, as whoever fills it sees it.
    Arriving(Box<Side>),
}

impl Snapshot {
    /// The rows of one query, as of the moment of the first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        match &mut self.view {
            View::Sqlite(view) => view.rows(query).await,
            View::Postgres(view) => view.rows(&query).await,
            View::Arriving(side) => side.rows(&query).await,
        }
    }

    /// What a database holds that is not committed yet.
    pub(crate) fn of_arriving(side: Side) -> Snapshot {
        Snapshot { view: View::Arriving(Box::new(side)), _permit: None }
    }

    /// The database that is being filled, back from [`Snapshot::of_arriving`].
    pub(crate) fn into_arriving(self) -> Option<Side> {
        match self.view {
            View::Arriving(side) => Some(*side),
            View::Sqlite(_) | View::Postgres(_) => None,
        }
    }
}

struct SqliteView {
    connection: Option<SqliteReader>,
    pool: Arc<Pool>,
}

impl SqliteView {
    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        let Some(mut connection) = self.connection.take() else {
            return Err(StoreError::Unavailable("an earlier read of this view was broken off".to_owned()));
        };
        let read = move || {
            let rows = connection.rows(&query.sql, &query.values);
            Ok((connection, rows))
        };
        let (connection, rows) = reading(self.pool.place, read).await?;
        self.connection = Some(connection);
        rows
    }
}

impl Drop for SqliteView {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.put_back(connection);
        }
    }
}

async fn reading<T: Send + 'static>(
    place: Place,
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match place {
        Place::Here => work(),
        Place::Aside => {
            let done = tokio::task::spawn_blocking(work).await;
            done.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
        }
    }
}
