//! The reading side on PostgreSQL: a few connections, used one reader at a time.

use super::address::Address;
use super::faults::{is_lost, unavailable};
use super::session::{Answer, Sent, Session};
use crate::error::StoreError;
use crate::reader::Query;
use crate::value::Row;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_postgres::Error;

/// Until it ends, everything is read as of its first read.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Connections that wait for readers.
pub(crate) struct Pool {
    address: Address,
    idle: Mutex<Vec<Session>>,
}

impl Pool {
    /// No connection yet; they are opened when somebody reads.
    pub(crate) fn new(address: Address) -> Pool {
        Pool { address, idle: Mutex::default() }
    }

    /// A connection that waited and still lives.
    fn waiting(&self) -> Option<Session> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| idle.pop()).find(|session| !session.is_closed())
    }

    fn put_back(&self, session: Session) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }

    /// The rows of several queries as of one moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub(crate) async fn several(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        // A connection that waited may have died unseen; reading twice harms nobody.
        if let Some(session) = self.waiting() {
            match self.read(session, queries).await {
                Err(error) if is_lost(&error) => tracing::debug!(%error, "a reading connection was lost"),
                read => return read.map_err(|error| unavailable(&error)),
            }
        }
        let session = Session::open(&self.address).await?;
        self.read(session, queries).await.map_err(|error| unavailable(&error))
    }

    async fn read(&self, mut session: Session, queries: &[Query]) -> Result<Vec<Vec<Row>>, Error> {
        let read = all(&mut session, queries).await;
        if read.as_ref().err().is_none_or(|error| !is_lost(error)) {
            self.put_back(session);
        }
        read
    }

    /// Begins a view of one moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub(crate) async fn view(self: Arc<Pool>) -> Result<View, StoreError> {
        if let Some(session) = self.waiting()
            && session.simple(BEGIN).await.is_ok()
        {
            return Ok(View { session: Some(session), pool: self });
        }
        let session = Session::open(&self.address).await?;
        session.simple(BEGIN).await.map_err(|error| unavailable(&error))?;
        Ok(View { session: Some(session), pool: self })
    }
}

/// All queries in one round trip, and in one transaction if there are several.
async fn all(session: &mut Session, queries: &[Query]) -> Result<Vec<Vec<Row>>, Error> {
    if let [query] = queries {
        return Ok(vec![session.rows(&query.sql, &query.values).await?]);
    }
    session.prepare(queries.iter().map(|query| &*query.sql)).await?;
    let mut sent = vec![Sent::Simple(BEGIN)];
    for query in queries {
        let prepared = session.prepared(&query.sql).await?;
        let values = prepared.parameters(&query.values);
        sent.push(Sent::Prepared(prepared, values));
    }
    sent.push(Sent::Simple("COMMIT"));
    let answers: Result<Vec<Answer>, Error> = session.pipeline(sent).await.into_iter().collect();
    Ok(answers?.into_iter().skip(1).take(queries.len()).map(|answer| answer.rows).collect())
}

/// A view of one moment; it ends when it is dropped.
pub(crate) struct View {
    session: Option<Session>,
    pool: Arc<Pool>,
}

impl View {
    /// The rows of one query, as of the moment of the first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; the view is over then.
    pub(crate) async fn rows(&mut self, query: &Query) -> Result<Vec<Row>, StoreError> {
        let Some(session) = &mut self.session else {
            return Err(StoreError::Unavailable("an earlier read of this view was broken off".to_owned()));
        };
        let read = session.rows(&query.sql, &query.values).await;
        if read.as_ref().err().is_some_and(is_lost) {
            self.session = None;
        }
        read.map_err(|error| unavailable(&error))
    }
}

impl Drop for View {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            session.send_off("ROLLBACK");
            self.pool.put_back(session);
        }
    }
}
