//! Books changed behind the program's back, as somebody with an editor for databases would.

use std::path::Path;

use rusqlite::Connection;

/// Runs statements on the books of a data folder that nobody serves.
///
/// # Panics
/// When there are no books, or they do not take it.
pub fn with_books(data: &Path, sql: &str) {
    let books = Connection::open(data.join("openkassa.db")).expect("the books");
    books.execute_batch(sql).expect("the books take it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_stays_changed() {
        let folder = tempfile::tempdir().unwrap();
        with_books(folder.path(), "CREATE TABLE t (a BIGINT)");
        with_books(folder.path(), "INSERT INTO t VALUES (1)");
    }
}
