//! SQLite under the readers.

use super::prepared::Prepared;
use super::unavailable;
use crate::error::StoreError;
use crate::value::{Row, Value};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// A connection that only reads, one transaction at a time.
pub struct SqliteReader {
    pub(super) prepared: Prepared,
    /// Whether a read has failed. A connection that was opened while the disk was bad may stay bad.
    failed: bool,
}

impl SqliteReader {
    /// Opens a file for reading; it must be there and migrated.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be read.
    pub fn open(path: &Path) -> Result<SqliteReader, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            // Opened for writing because the log's index is shared memory; `query_only` forbids the rest.
            let connection = Connection::open_with_flags(path, flags)?;
            connection.pragma_update(None, "query_only", true)?;
            Prepared::new(connection)
        };
        let open = || open().map(|prepared| SqliteReader { prepared, failed: false });
        open().map_err(|error| unavailable(&error))
    }

    /// Whether no read has failed so far; another connection may do better.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        !self.failed
    }

    /// Begins a transaction: until it ends, everything is read as of its first read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.prepared.connection.execute_batch("BEGIN").map_err(|error| unavailable(&error))
    }

    /// Ends the transaction, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn end(&mut self) -> Result<(), StoreError> {
        if self.prepared.connection.is_autocommit() {
            return Ok(());
        }
        self.prepared.connection.execute_batch("COMMIT").map_err(|error| unavailable(&error))
    }

    /// The rows of a query.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let rows = self.prepared.rows(sql, values);
        self.failed |= rows.is_err();
        rows.map_err(|error| unavailable(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_whose_read_failed_is_not_sound_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("books.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE one (number)").unwrap();
        let mut reader = SqliteReader::open(&path).unwrap();
        assert!(reader.rows("SELECT number FROM one", &[]).unwrap().is_empty());
        assert!(reader.is_sound());
        assert!(reader.rows("SELECT number FROM two", &[]).is_err());
        assert!(reader.rows("SELECT number FROM one", &[]).is_ok());
        assert!(!reader.is_sound());
    }
}
