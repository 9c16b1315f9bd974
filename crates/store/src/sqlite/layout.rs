//! How SQLite lays its tables out, which differs from the text of the migrations in one thing: where rows stand.
//!
//! A table whose key has several columns is two trees in SQLite: the rows by a hidden number, and an index
//! of the key that leads there. Each change then touches both, and each page that a batch touches is written
//! to the log whole. So wide records stand by their own number, and narrow rows in the tree of their key.

use crate::table::BY_NUMBER;
use rusqlite::{Connection, Error, ffi};

/// The step of the schema with which the layout came.
pub(super) const STEP: u32 = 14;

/// Tables of narrow rows, in the tree of their key.
const BY_KEY: [&str; 8] =
    ["claims", "jobs", "books", "balances", "entries", "postings", "history", "provider_references"];

/// Lays the tables out anew, with their rows, indexes and triggers; whoever calls has begun a transaction.
///
/// # Errors
/// What SQLite says; a table that does not have the expected text is left as it is and told as an error.
pub(super) fn lay_out(connection: &Connection) -> rusqlite::Result<()> {
    BY_NUMBER.into_iter().try_for_each(|table| move_rows(connection, table, by_number))?;
    BY_KEY.into_iter().try_for_each(|table| move_rows(connection, table, by_key))
}

fn move_rows(
    connection: &Connection,
    table: &str,
    laid_out: fn(&str) -> Option<String>,
) -> rusqlite::Result<()> {
    let of_table = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    let text: String = connection.query_row(of_table, [table], |row| row.get(0))?;
    let text = laid_out(&text).ok_or_else(|| unexpected(table, &text))?;
    let around = "SELECT sql FROM sqlite_schema WHERE type <> 'table' AND tbl_name = ?1 AND sql IS NOT NULL";
    let mut around = connection.prepare(around)?;
    let around = around.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    connection.execute_batch(&format!("ALTER TABLE {table} RENAME TO {table}_before; {text}"))?;
    connection.execute_batch(&format!("INSERT INTO {table} SELECT * FROM {table}_before ORDER BY 1, 2"))?;
    connection.execute_batch(&format!("DROP TABLE {table}_before; {}", around.join("; ")))
}

/// Somebody has changed a table by hand.
fn unexpected(table: &str, text: &str) -> Error {
    let why = format!("{table} was made otherwise than by this program: {text}");
    Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_SCHEMA), Some(why))
}

/// The text of a table that stands by its number.
fn by_number(text: &str) -> Option<String> {
    let (column, key) = ("number BIGINT NOT NULL", "PRIMARY KEY (number, book)");
    let (before, after) = text.rsplit_once(key)?;
    let before = before.trim_end().strip_suffix(',')?;
    let text = format!("{before}{after}");
    text.contains(column).then(|| text.replacen(column, "number INTEGER NOT NULL PRIMARY KEY", 1))
}

/// The text of a table that stands in the tree of its key.
fn by_key(text: &str) -> Option<String> {
    text.contains("PRIMARY KEY").then(|| format!("{text} WITHOUT ROWID"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::MIGRATIONS;
    use crate::sqlite::{SCHEMA_VERSION, apply};
    use jiff::Timestamp;

    fn step(number: u32) -> &'static crate::migrate::Migration {
        MIGRATIONS.iter().find(|step| step.number == number).unwrap()
    }

    fn numbers(connection: &Connection, sql: &str) -> Vec<i64> {
        connection
            .prepare(sql)
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn rows_indexes_and_triggers_live_through_it_and_no_key_has_a_second_tree() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA_VERSION).unwrap();
        for number in 1..STEP {
            apply(&connection, step(number), Timestamp::UNIX_EPOCH).unwrap();
        }
        let around = "SELECT COUNT(*) FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL";
        let before = numbers(&connection, around);
        for number in [30, 10, 20] {
            let call = "INSERT INTO calls VALUES (?1, 2, 5, 'start', 0, '{}', 7)";
            connection.execute(call, [number]).unwrap();
            let history =
                "INSERT INTO history VALUES (?1, 'payment', 5, 1, 1, 0, 2, 'buyer', 'opened', '{}')";
            connection.execute(history, [number]).unwrap();
        }
        apply(&connection, step(STEP), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(numbers(&connection, "SELECT number FROM calls WHERE book = 2"), [10, 20, 30]);
        assert_eq!(numbers(&connection, "SELECT about FROM history"), [10, 20, 30]);
        assert_eq!(numbers(&connection, around), before);
        let second_trees =
            "SELECT COUNT(*) FROM sqlite_schema WHERE name LIKE 'sqlite_autoindex_%' AND tbl_name = ?1";
        for table in BY_NUMBER.iter().chain(&BY_KEY) {
            let trees: i64 = connection.query_row(second_trees, [table], |row| row.get(0)).unwrap();
            assert_eq!(trees, 0, "{table}");
        }
        let refused = connection.execute("UPDATE history SET what = 'paid'", []).unwrap_err();
        assert!(refused.to_string().contains("history is only ever added to"));
    }

    #[test]
    fn a_table_with_another_text_is_not_touched() {
        assert_eq!(by_number("CREATE TABLE payments (number BIGINT NOT NULL)"), None);
        assert_eq!(by_key("CREATE TABLE claims (number BIGINT)"), None);
    }
}
