//! An SQLite file at either end of a journey: read as of one moment, or filled beside its later place.
//!
//! A file that is being filled has another name until it is whole and on the disk, so nobody can take
//! a part of an installation for an installation.

use super::prepared::Prepared;
use super::{SCHEMA_VERSION, apply, unavailable};
use crate::copying::found::{NAMED_MAX, counting, words};
use crate::copying::plan::Plan;
use crate::error::StoreError;
use crate::migrate::MIGRATIONS;
use crate::sqlite::reader::SqliteReader;
use crate::value::{Row, Value};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What the name of a file ends in while it is filled.
const ARRIVING: &str = "-arriving";
/// What files beside a database end in.
const BESIDE: [&str; 3] = ["-journal", "-wal", "-shm"];

/// A connection with a transaction that was begun.
pub(crate) struct Carrier {
    prepared: Prepared,
    arriving: Option<Arriving>,
}

/// A file on its way to its name.
struct Arriving {
    filled: PathBuf,
    path: PathBuf,
}

impl Drop for Arriving {
    /// What did not arrive is taken away; after it has arrived there is nothing under that name.
    fn drop(&mut self) {
        if let Err(error) = clear(&self.filled) {
            tracing::warn!(%error, "a part of a copy could not be removed");
        }
    }
}

impl Carrier {
    /// A database in memory that has the schema and nothing else.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], like everything below.
    pub(crate) fn blank() -> Result<Carrier, StoreError> {
        let opened = Connection::open_in_memory().and_then(Prepared::new);
        let mut carrier = Carrier { prepared: opened.map_err(|error| unavailable(&error))?, arriving: None };
        carrier.begin_with_schema(Timestamp::UNIX_EPOCH)?;
        Ok(carrier)
    }

    /// A file that is there, as of now.
    pub(crate) fn reading(path: &Path) -> Result<Carrier, StoreError> {
        let mut reader = SqliteReader::open(path)?;
        reader.begin()?;
        Ok(Carrier { prepared: reader.prepared, arriving: None })
    }

    /// A new file that has the schema.
    pub(crate) fn arriving(path: &Path, now: Timestamp) -> Result<Carrier, StoreError> {
        let mut filled = path.as_os_str().to_owned();
        filled.push(ARRIVING);
        let filled = PathBuf::from(filled);
        // A journey that was cut off has left its part.
        clear(&filled).map_err(|error| of_file(&filled, &error))?;
        // Its pages are new, so a journal has nothing to keep; a log would hold all of them twice.
        let opened = Connection::open(&filled).and_then(|connection| {
            connection.pragma_update(None, "journal_mode", "DELETE")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            Prepared::new(connection)
        });
        let prepared = opened.map_err(|error| unavailable(&error))?;
        let arriving = Some(Arriving { filled, path: path.to_owned() });
        let mut carrier = Carrier { prepared, arriving };
        carrier.begin_with_schema(now)?;
        Ok(carrier)
    }

    fn begin_with_schema(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let connection = &self.prepared.connection;
        let made = connection.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA_VERSION}"));
        let made = made.and_then(|()| MIGRATIONS.iter().try_for_each(|step| apply(connection, step, now)));
        made.map_err(|error| unavailable(&error))
    }

    /// The names of all tables.
    pub(crate) fn tables(&mut self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                   ORDER BY name";
        self.rows(sql, &[])?.iter().map(|row| row.string("name")).collect()
    }

    /// The rows of a query.
    pub(crate) fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.prepared.rows(sql, values).map_err(|error| unavailable(&error))
    }

    /// Adds rows to a table.
    pub(crate) fn insert(&mut self, plan: &Plan, rows: &[Row]) -> Result<(), StoreError> {
        let mut insert = || {
            let known = self.prepared.known(&plan.insert())?;
            let mut statement = self.prepared.connection.prepare_cached(&known.sql)?;
            rows.iter().try_for_each(|row| statement.execute(params_from_iter(row.values())).map(|_| ()))
        };
        insert().map_err(|error| StoreError::Unavailable(format!("{}: {error}", plan.name)))
    }

    /// Runs a statement and tells how many rows it touched.
    pub(crate) fn run(&mut self, sql: &str) -> Result<u64, StoreError> {
        let touched = self.prepared.connection.execute(sql, []);
        touched.map(|touched| touched as u64).map_err(|error| unavailable(&error))
    }

    /// Commits, and gives the file its name once all of it is on the disk.
    pub(crate) fn commit(self) -> Result<(), StoreError> {
        let Carrier { prepared, arriving } = self;
        prepared.connection.execute_batch("COMMIT").map_err(|error| unavailable(&error))?;
        prepared.connection.close().map_err(|(_, error)| unavailable(&error))?;
        let Some(arriving) = arriving else { return Ok(()) };
        let path = &arriving.path;
        std::fs::rename(&arriving.filled, path).map_err(|error| of_file(path, &error))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| of_file(folder, &error))
    }
}

/// What is in a file that is to be filled; nothing where there is no file, or an empty one.
///
/// # Errors
/// [`StoreError::Unavailable`] when it cannot be looked at, as when it is no database.
pub(crate) fn found_at(path: &Path) -> Result<Vec<String>, StoreError> {
    if !path.exists() {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        // SQLite would take this log for one of the new file.
        let left =
            Path::new(&log).exists().then(|| format!("the log {} is still there", Path::new(&log).display()));
        return Ok(left.into_iter().collect());
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE);
    let prepared = connection.and_then(Prepared::new).map_err(|error| unavailable(&error))?;
    let mut carrier = Carrier { prepared, arriving: None };
    let tables = carrier.tables()?;
    let mut counted = Vec::new();
    for table in tables.iter().take(NAMED_MAX) {
        let rows = carrier.rows(&counting(table), &[])?;
        counted.push((table.clone(), rows.first().map_or(Ok(0), |row| row.int("found"))?));
    }
    Ok(words(&counted, tables.len()))
}

fn clear(path: &Path) -> std::io::Result<()> {
    let beside = BESIDE.iter().map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    });
    for path in std::iter::once(path.to_owned()).chain(beside) {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn of_file(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {error}", path.display()))
}
