//! One connection to PostgreSQL: its prepared statements, and many of them in one round trip.

use super::address::Address;
use super::faults::unavailable;
use crate::error::StoreError;
use crate::table::Holds;
use crate::value::{Row, Value};
use std::collections::HashMap;
use std::error::Error as StdError;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::task::JoinSet;
use tokio_postgres::types::{FromSql, ToSql, Type};
use tokio_postgres::{Client, Connection, Error, NoTls, Statement};

/// So many prepared statements a connection keeps.
const PREPARED_MAX: usize = 512;

/// A value as a statement takes it.
pub(super) type Parameter<'a> = &'a (dyn ToSql + Sync);

/// A connection, and the task that carries its bytes; both end together.
pub(super) struct Session {
    client: Client,
    _carrier: JoinSet<()>,
    prepared: HashMap<Arc<str>, Prepared>,
    /// The number of the server's process for this connection.
    pub(super) process: i32,
}

/// A statement that the server knows.
#[derive(Clone)]
pub(super) struct Prepared {
    statement: Statement,
    names: Arc<[Box<str>]>,
}

impl Prepared {
    /// Whether it gives rows back.
    pub(super) fn gives_rows(&self) -> bool {
        !self.names.is_empty()
    }

    /// The values of one row, as the parameters take them.
    pub(super) fn parameters<'a>(&self, values: &'a [Value]) -> Vec<Parameter<'a>> {
        let types = self.statement.params();
        values.iter().enumerate().map(|(place, value)| parameter(value, types.get(place))).collect()
    }
}

/// One of several statements of a round trip.
pub(super) enum Sent<'a> {
    /// Without parameters and answer.
    Simple(&'a str),
    /// With parameters; its rows or the number of rows touched are told.
    Prepared(Prepared, Vec<Parameter<'a>>),
}

/// What one of several statements answered.
pub(super) struct Answer {
    /// The rows it gave back.
    pub(super) rows: Vec<Row>,
    /// How many rows it touched.
    pub(super) touched: u64,
}

impl Session {
    /// Connects.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub(super) async fn open(address: &Address) -> Result<Session, StoreError> {
        let (client, carrier) = match address.encryption.connector()? {
            Some(encrypted) => carried(address.config.connect(encrypted).await),
            None => carried(address.config.connect(NoTls).await),
        }
        .map_err(|error| unavailable(&error))?;
        let mut session = Session { client, _carrier: carrier, prepared: HashMap::new(), process: 0 };
        // A server may be set to call saved what is not on its disk yet; we answer for money.
        let sql = "SELECT CAST(pg_backend_pid() AS BIGINT) AS process, set_config('synchronous_commit', \
                   CASE WHEN current_setting('synchronous_commit') = 'off' THEN 'on' \
                   ELSE current_setting('synchronous_commit') END, false) AS durable";
        let rows = session.rows(sql, &[]).await.map_err(|error| unavailable(&error))?;
        session.process = rows.first().map_or(Ok(0), |row| row.small("process"))?;
        Ok(session)
    }

    /// Whether the connection is gone.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Has the server learn all texts that it does not know yet, in one round trip.
    pub(super) async fn prepare<'a>(&mut self, texts: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let mut texts: Vec<&str> = texts.collect();
        texts.sort_unstable();
        texts.dedup();
        let is_new = |text: &&str| !self.prepared.contains_key(*text);
        let new = texts.iter().copied().filter(is_new).count();
        if new == 0 {
            return Ok(());
        }
        if self.prepared.len().saturating_add(new) > PREPARED_MAX {
            // Texts repeat; only somebody who makes new ones all the time comes here.
            self.prepared.clear();
        }
        let new: Vec<&str> = texts.into_iter().filter(|text| !self.prepared.contains_key(*text)).collect();
        let client = &self.client;
        let learning = new.iter().map(|text| Box::pin(learn(client, text)) as Waiting<'_, _>).collect();
        for (text, prepared) in new.iter().zip(in_order(learning).await) {
            self.prepared.insert(Arc::from(*text), prepared?);
        }
        Ok(())
    }

    /// A text that the server knows.
    pub(super) async fn prepared(&mut self, text: &str) -> Result<Prepared, Error> {
        if let Some(known) = self.known(text) {
            return Ok(known);
        }
        let prepared = learn(&self.client, text).await?;
        self.prepared.insert(Arc::from(text), prepared.clone());
        Ok(prepared)
    }

    /// The statement of a text that was prepared before.
    pub(super) fn known(&self, text: &str) -> Option<Prepared> {
        self.prepared.get(text).cloned()
    }

    /// Runs one statement and gives its rows.
    pub(super) async fn rows(&mut self, text: &str, values: &[Value]) -> Result<Vec<Row>, Error> {
        let prepared = self.prepared(text).await?;
        run(&self.client, &prepared, &prepared.parameters(values)).await.map(|answer| answer.rows)
    }

    /// Runs statements without parameters, all in one text.
    pub(super) async fn simple(&self, text: &str) -> Result<(), Error> {
        self.client.batch_execute(text).await
    }

    /// Has the server run a statement without waiting for it: what is sent next comes after it.
    pub(super) fn send_off(&self, text: &str) {
        let sending = pin!(self.client.batch_execute(text));
        // A request is on its way as soon as it is polled once. Nobody waits for the answer.
        let _ = sending.poll(&mut Context::from_waker(Waker::noop()));
    }

    /// Sends everything before it waits for the first answer: one round trip for all.
    pub(super) async fn pipeline(&self, all: Vec<Sent<'_>>) -> Vec<Result<Answer, Error>> {
        let client = &self.client;
        let waiting = all.into_iter().map(|sent| Box::pin(send(client, sent)) as Waiting<'_, _>);
        in_order(waiting.collect()).await
    }
}

/// A connection with the task that carries its bytes.
fn carried<S, T>(connected: Result<(Client, Connection<S, T>), Error>) -> Result<(Client, JoinSet<()>), Error>
where
    Connection<S, T>: Future<Output = Result<(), Error>> + Send + 'static,
{
    let (client, connection) = connected?;
    let mut carrier = JoinSet::new();
    carrier.spawn(async move {
        if let Err(error) = connection.await {
            // Whoever waits for an answer is told as well, and decides what it means.
            tracing::debug!(%error, "a connection to the database ended");
        }
    });
    Ok((client, carrier))
}

type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

async fn learn(client: &Client, text: &str) -> Result<Prepared, Error> {
    let statement = client.prepare(text).await?;
    let names: Vec<Box<str>> = statement.columns().iter().map(|column| Box::from(column.name())).collect();
    Ok(Prepared { statement, names: names.into() })
}

async fn send(client: &Client, sent: Sent<'_>) -> Result<Answer, Error> {
    match sent {
        Sent::Simple(text) => {
            client.batch_execute(text).await.map(|()| Answer { rows: Vec::new(), touched: 0 })
        }
        Sent::Prepared(prepared, values) => run(client, &prepared, &values).await,
    }
}

async fn run(client: &Client, prepared: &Prepared, values: &[Parameter<'_>]) -> Result<Answer, Error> {
    if !prepared.gives_rows() {
        let touched = client.execute(&prepared.statement, values).await?;
        return Ok(Answer { rows: Vec::new(), touched });
    }
    let found = client.query(&prepared.statement, values).await?;
    let rows = found.iter().map(|row| {
        let values = (0..row.len()).map(|place| row.try_get(place)).collect::<Result<_, _>>()?;
        Ok(Row::new(prepared.names.clone(), values))
    });
    let rows: Vec<Row> = rows.collect::<Result<_, Error>>()?;
    Ok(Answer { touched: rows.len() as u64, rows })
}

/// Starts all in their order, then waits for one after the other. A request is on its way as soon
/// as it is polled once, and answers come in the order of the requests.
async fn in_order<T>(mut all: Vec<Waiting<'_, T>>) -> Vec<T> {
    let started: Vec<Poll<T>> =
        poll_fn(|context| Poll::Ready(all.iter_mut().map(|one| one.as_mut().poll(context)).collect())).await;
    let mut answers = Vec::with_capacity(all.len());
    for (poll, waiting) in started.into_iter().zip(all) {
        answers.push(match poll {
            Poll::Ready(answer) => answer,
            Poll::Pending => waiting.await,
        });
    }
    answers
}

/// A value as its parameter takes it. "Nothing" has a type too in PostgreSQL.
fn parameter<'a>(value: &'a Value, expected: Option<&Type>) -> Parameter<'a> {
    match value {
        Value::Int(number) => number,
        Value::Text(text) => text,
        Value::Blob(bytes) => bytes,
        Value::Null if expected == Some(&Type::INT8) => &None::<i64>,
        Value::Null if expected == Some(&Type::BYTEA) => &None::<&[u8]>,
        Value::Null => &None::<&str>,
    }
}

/// A column of many rows.
#[derive(Debug)]
pub(super) enum Array<'a> {
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<&'a str>>),
    Blobs(Vec<Option<&'a [u8]>>),
}

impl<'a> Array<'a> {
    /// One column of rows.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] naming a column that is given another kind of value than it holds.
    pub(super) fn of(
        name: &str,
        holds: Holds,
        values: impl Iterator<Item = Option<&'a Value>>,
    ) -> Result<Array<'a>, StoreError> {
        let wrong = || StoreError::corrupt(name, "another kind of value than the column holds");
        let values = values.map(|value| value.unwrap_or(&Value::Null));
        Ok(match holds {
            Holds::Int => Array::Ints(
                values
                    .map(|value| match value {
                        Value::Int(number) => Ok(Some(*number)),
                        Value::Null => Ok(None),
                        Value::Text(_) | Value::Blob(_) => Err(wrong()),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            Holds::Text => Array::Texts(
                values
                    .map(|value| match value {
                        Value::Text(text) => Ok(Some(text.as_str())),
                        Value::Null => Ok(None),
                        Value::Int(_) | Value::Blob(_) => Err(wrong()),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            Holds::Blob => Array::Blobs(
                values
                    .map(|value| match value {
                        Value::Blob(bytes) => Ok(Some(bytes.as_slice())),
                        Value::Null => Ok(None),
                        Value::Int(_) | Value::Text(_) => Err(wrong()),
                    })
                    .collect::<Result<_, _>>()?,
            ),
        })
    }

    /// As a statement takes it.
    pub(super) fn parameter(&self) -> Parameter<'_> {
        match self {
            Array::Ints(all) => all,
            Array::Texts(all) => all,
            Array::Blobs(all) => all,
        }
    }
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Value, Box<dyn StdError + Sync + Send>> {
        Ok(match *kind {
            Type::INT8 => Value::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(kind, raw)?.into()),
            Type::BYTEA => Value::Blob(raw.to_vec()),
            _ => Value::Text(String::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Value, Box<dyn StdError + Sync + Send>> {
        Ok(Value::Null)
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::BYTEA].contains(kind) || <String as FromSql>::accepts(kind)
    }
}
