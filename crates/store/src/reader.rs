//! The reading side: a few connections of their own, each query on a thread that may wait.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::sqlite::SqliteReader;
use crate::table::{Table, record};
use crate::value::{Row, Value};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A query with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The text, with `$1` placeholders.
    pub sql: String,
    /// The values.
    pub values: Vec<Value>,
}

impl Query {
    /// A query.
    #[must_use]
    pub fn new(sql: impl Into<String>, values: Vec<Value>) -> Query {
        Query { sql: sql.into(), values }
    }

    /// Whole records under a condition, which also may order and limit.
    #[must_use]
    pub fn records<R: Table>(condition: &str, values: Vec<Value>) -> Query {
        Query { sql: R::SHAPE.select(condition), values }
    }
}

/// Reads, beside the writer, what is committed.
#[derive(Clone)]
pub struct Reader {
    pool: Arc<Pool>,
    sealer: Arc<Sealer>,
}

struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<SqliteReader>>,
    permits: Arc<Semaphore>,
}

impl Pool {
    fn take(&self) -> Result<SqliteReader, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| SqliteReader::open(&self.path), Ok)
    }

    /// Keeps a connection for the next reader, unless its transaction does not end.
    fn put_back(&self, mut connection: SqliteReader) {
        if connection.end().is_ok() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

impl Reader {
    /// Readers of a file, so many at a time.
    #[must_use]
    pub fn new(path: PathBuf, at_once: usize, sealer: Arc<Sealer>) -> Reader {
        let permits = Arc::new(Semaphore::new(at_once.max(1)));
        Reader { pool: Arc::new(Pool { path, idle: Mutex::default(), permits }), sealer }
    }

    /// The rows of one query.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn rows(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        Ok(self.several(vec![query]).await?.pop().unwrap_or_default())
    }

    /// The rows of several queries as of one moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn several(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        let permit = self.permit().await?;
        let pool = self.pool.clone();
        blocking(move || {
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
        let pool = self.pool.clone();
        let begin = move || {
            let mut connection = pool.take()?;
            connection.begin()?;
            Ok(Snapshot { connection: Some(connection), pool, _permit: permit })
        };
        blocking(begin).await
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        self.pool.permits.clone().acquire_owned().await.map_err(|_| StoreError::Closed)
    }
}

/// A view of one moment; it ends when it is dropped.
pub struct Snapshot {
    connection: Option<SqliteReader>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Snapshot {
    /// The rows of one query, as of the moment of the first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        let Some(mut connection) = self.connection.take() else {
            return Err(StoreError::Unavailable("an earlier read of this view was broken off".to_owned()));
        };
        let read = move || {
            let rows = connection.rows(&query.sql, &query.values);
            Ok((connection, rows))
        };
        let (connection, rows) = blocking(read).await?;
        self.connection = Some(connection);
        rows
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.put_back(connection);
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
}
