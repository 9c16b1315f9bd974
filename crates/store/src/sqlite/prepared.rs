//! A connection to SQLite that remembers its statements, and values as SQLite takes and gives them.

use crate::backend::{Plain, PlainDone};
use crate::shelves::Question;
use crate::value::{Row, Value};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql, params_from_iter};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// So many prepared statements a connection keeps.
const PREPARED_MAX: usize = 256;
/// So long a connection waits for a lock that another program holds.
const BUSY_WAIT: Duration = Duration::from_secs(5);

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Blob(value) => ValueRef::Blob(value),
            Value::Null => ValueRef::Null,
        }))
    }
}

/// `$1` is a name in SQLite, numbered by first appearance; `?1` is a number.
pub(super) fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

/// A connection that remembers its statements.
pub(super) struct Prepared {
    pub(super) connection: Connection,
    /// The rewritten text and the column names of every statement seen.
    known: HashMap<String, Known>,
}

#[derive(Clone)]
pub(super) struct Known {
    pub(super) sql: Arc<str>,
    names: Arc<[Box<str>]>,
}

impl Prepared {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Prepared> {
        connection.busy_timeout(BUSY_WAIT)?;
        // Else a plan that might depend on the values is made anew whenever they change, which costs more
        // than reading the few rows that an index leads to.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(PREPARED_MAX);
        Ok(Prepared { connection, known: HashMap::new() })
    }

    pub(super) fn known(&mut self, sql: &str) -> rusqlite::Result<Known> {
        if let Some(known) = self.known.get(sql) {
            return Ok(known.clone());
        }
        let text: Arc<str> = numbered(sql).into();
        let statement = self.connection.prepare_cached(&text)?;
        let names: Vec<Box<str>> = statement.column_names().map(Box::from).collect();
        let known = Known { sql: text, names: names.into() };
        drop(statement);
        if self.known.len() >= PREPARED_MAX {
            self.known.clear();
        }
        self.known.insert(sql.to_owned(), known.clone());
        Ok(known)
    }

    pub(super) fn rows(&mut self, sql: &str, values: &[Value]) -> rusqlite::Result<Vec<Row>> {
        let known = self.known(sql)?;
        let mut statement = self.connection.prepare_cached(&known.sql)?;
        let mut rows = Vec::new();
        read_into(&mut rows, &mut statement, &known, values)?;
        Ok(rows)
    }

    /// One statement, run again for each key: a list of keys in one statement would be copied into a
    /// table of its own first, which costs more than the look-ups.
    pub(super) fn rows_of_keys(&mut self, question: &Question) -> rusqlite::Result<Vec<Row>> {
        let known = self.known(&question.sql)?;
        let mut statement = self.connection.prepare_cached(&known.sql)?;
        let mut rows = Vec::new();
        for key in question.values.chunks(question.shape.keys) {
            read_into(&mut rows, &mut statement, &known, key)?;
        }
        Ok(rows)
    }

    /// Runs a statement that may give rows back.
    pub(super) fn run(&mut self, plain: &Plain) -> rusqlite::Result<PlainDone> {
        let known = self.known(&plain.sql)?;
        if known.names.is_empty() {
            let mut statement = self.connection.prepare_cached(&known.sql)?;
            let touched = statement.execute(params_from_iter(&plain.values))?;
            return Ok(PlainDone { rows: Vec::new(), touched: touched as u64 });
        }
        let rows = self.rows(&plain.sql, &plain.values)?;
        let touched = rows.len() as u64;
        Ok(PlainDone { rows, touched })
    }
}

fn read_into(
    rows: &mut Vec<Row>,
    statement: &mut CachedStatement<'_>,
    known: &Known,
    values: &[Value],
) -> rusqlite::Result<()> {
    let mut found = statement.query(params_from_iter(values))?;
    while let Some(row) = found.next()? {
        let values = (0..known.names.len()).map(|place| row.get_ref(place).map(owned));
        rows.push(Row::new(known.names.clone(), values.collect::<Result<_, _>>()?));
    }
    Ok(())
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        // We never write floats; whoever did finds the text where a number is expected.
        ValueRef::Real(value) => Value::Text(value.to_string()),
        // Text that is none is bytes; whoever expects text is told.
        ValueRef::Text(value) => match std::str::from_utf8(value) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Blob(value.to_vec()),
        },
        ValueRef::Blob(value) => Value::Blob(value.to_vec()),
    }
}
