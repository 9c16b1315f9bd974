//! How a record becomes a row: a table lists its columns, the statements are made from the list.

use crate::error::StoreError;
use crate::migrate::Engine;
use crate::seal::Sealer;
use crate::value::{Row, Value};
use domain::decide::Refused;
use domain::facts::Record;
use domain::ids::{Book, Id};
use std::fmt::Write as _;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// `BIGINT`.
    Int,
    /// `TEXT`.
    Text,
    /// `BLOB`.
    Blob,
}

impl Holds {
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Holds::Int => "BIGINT",
            Holds::Text => "TEXT",
            Holds::Blob => "BLOB",
        }
    }

    /// What PostgreSQL calls it; only there are arrays.
    pub(crate) const fn array(self) -> &'static str {
        match self {
            Holds::Int => "BIGINT",
            Holds::Text => "TEXT",
            Holds::Blob => "BYTEA",
        }
    }
}

/// A column: its name and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name, the same in every engine.
    pub name: &'static str,
    /// The type.
    pub holds: Holds,
}

/// A column of numbers, amounts, flags or times.
pub(crate) const fn int(name: &'static str) -> Column {
    Column { name, holds: Holds::Int }
}

/// A column of text.
pub(crate) const fn text(name: &'static str) -> Column {
    Column { name, holds: Holds::Text }
}

/// A column of bytes.
pub(crate) const fn blob(name: &'static str) -> Column {
    Column { name, holds: Holds::Blob }
}

/// The shape of a table: what its statements are made from.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The name of the table.
    pub table: &'static str,
    /// Its columns, the key first.
    pub columns: &'static [Column],
    /// So many of the columns are the key.
    pub keys: usize,
}

/// A record with a table of its own.
pub trait Table: Record {
    /// Name, columns and key.
    const SHAPE: Shape;
    /// The values of a key, in the order of the key's columns.
    fn key_values(key: &Self::Key) -> Vec<Value>;
    /// The values of all columns, in their order.
    ///
    /// # Errors
    /// [`StoreError`] when the record does not fit its table, such as a reference into another book.
    fn write(&self, sealer: &Sealer) -> Result<Vec<Value>, StoreError>;
    /// The record that a row holds.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] naming the column that cannot be read.
    fn read(row: &Row, sealer: &Sealer) -> Result<Self, StoreError>;
    /// Columns of indexes that say to what a record belongs and never change: an engine that is told to set
    /// them writes their indexes anew, whether they have changed or not.
    const FIXED: &'static [&'static str] = &[];
}

/// The record that a row holds; an error names its table.
///
/// # Errors
/// [`StoreError::Corrupt`].
pub fn record<R: Table>(row: &Row, sealer: &Sealer) -> Result<R, StoreError> {
    R::read(row, sealer).map_err(|error| error.of_table(R::SHAPE.table))
}

/// The values of a record's key, with room for the rest of its row: rows are many and wide, so they
/// should not move while they grow.
pub(crate) fn key_first<R: Table>(record: &R) -> Vec<Value> {
    let mut values = Vec::with_capacity(R::SHAPE.columns.len());
    values.extend(R::key_values(&record.key()));
    values
}

/// The number of an identifier that must lie in the record's own book.
pub(crate) fn inside(id: impl Id, book: Book) -> Result<Value, StoreError> {
    if id.book() == book {
        return Ok(Value::from(id.number()));
    }
    Err(Refused::Mistake("a record refers into another book").into())
}

/// The same for a reference that may be missing.
pub(crate) fn maybe_inside(id: Option<impl Id>, book: Book) -> Result<Value, StoreError> {
    id.map_or(Ok(Value::Null), |id| inside(id, book))
}

/// Tables of wide records, which SQLite lays out by their number alone; see `sqlite/layout.rs`. Numbers are
/// drawn once in an installation, so the book adds nothing to the key; the book of a row still never changes.
pub(crate) const BY_NUMBER: [&str; 6] = ["payments", "attempts", "calls", "refunds", "notices", "exchanges"];

/// What makes an insert leave rows alone whose key is there.
pub const OR_NOTHING: &str = " ON CONFLICT DO NOTHING";

impl Shape {
    /// The names of all columns, separated by commas.
    #[must_use]
    pub fn names(&self) -> String {
        join(self.columns.iter().map(|column| column.name.to_owned()), ", ")
    }

    /// The columns of the key.
    #[must_use]
    pub fn key_columns(&self) -> &'static [Column] {
        self.columns.get(..self.keys).unwrap_or(self.columns)
    }

    /// Reads rows under a condition, which also may order and limit.
    #[must_use]
    pub fn select(&self, condition: &str) -> String {
        format!("SELECT {} FROM {} WHERE {condition}", self.names(), self.table)
    }

    /// Reads the row of a key.
    #[must_use]
    pub fn select_key(&self) -> String {
        self.select(&self.key_condition())
    }

    /// Reads the rows of the keys in a set of arrays, one for each column of the key.
    #[must_use]
    pub fn select_arrays(&self) -> String {
        self.select(&self.in_arrays())
    }

    /// Deletes the rows of the keys in a set of arrays, one for each column of the key.
    #[must_use]
    pub fn delete_arrays(&self) -> String {
        format!("DELETE FROM {} WHERE {}", self.table, self.in_arrays())
    }

    fn in_arrays(&self) -> String {
        let keys = self.key_columns();
        let names = join(keys.iter().map(|column| column.name.to_owned()), ", ");
        format!("({names}) IN (SELECT * FROM {})", unnest(keys))
    }

    /// Inserts one row, or refuses where its key is there.
    #[must_use]
    pub fn insert(&self) -> String {
        let places = join((1..=self.columns.len()).map(|place| format!("${place}")), ", ");
        format!("INSERT INTO {} ({}) VALUES ({places})", self.table, self.names())
    }

    /// Inserts all rows of a set of arrays, one for each column.
    #[must_use]
    pub fn insert_arrays(&self) -> String {
        format!("INSERT INTO {} ({}) SELECT * FROM {}", self.table, self.names(), unnest(self.columns))
    }

    /// What makes an insert overwrite the row of its key, save for columns that never change.
    ///
    /// A row that stands by its number alone is overwritten by its own book only; whoever writes counts rows.
    #[must_use]
    pub fn or_overwrite(&self, engine: Engine, fixed: &[&str]) -> String {
        let keys = join(self.key_columns().iter().map(|column| column.name.to_owned()), ", ");
        let others = self.columns.get(self.keys..).unwrap_or_default();
        let others = others.iter().filter(|column| !fixed.contains(&column.name));
        let sets = join(others.map(|column| format!("{0} = excluded.{0}", column.name)), ", ");
        let or = if sets.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {sets}") };
        if engine == Engine::Sqlite && BY_NUMBER.contains(&self.table) {
            return format!(" ON CONFLICT (number) DO {or} WHERE {}.book = excluded.book", self.table);
        }
        format!(" ON CONFLICT ({keys}) DO {or}")
    }

    /// Deletes the row of a key.
    #[must_use]
    pub fn delete(&self) -> String {
        format!("DELETE FROM {} WHERE {}", self.table, self.key_condition())
    }

    fn key_condition(&self) -> String {
        let columns = self.key_columns().iter().enumerate();
        let equal = columns.map(|(place, column)| format!("{} = ${}", column.name, place.saturating_add(1)));
        join(equal, " AND ")
    }
}

/// Arrays as rows, `$1` for the first column.
fn unnest(columns: &[Column]) -> String {
    let arrays = columns
        .iter()
        .enumerate()
        .map(|(place, column)| format!("CAST(${} AS {}[])", place.saturating_add(1), column.holds.array()));
    format!("unnest({})", join(arrays, ", "))
}

fn join(parts: impl Iterator<Item = String>, between: &str) -> String {
    let mut all = String::new();
    for (place, part) in parts.enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(all, "{}{part}", if place == 0 { "" } else { between });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        table: "things",
        columns: &[int("number"), int("book"), text("name"), blob("hash")],
        keys: 2,
    };

    #[test]
    fn statements_are_made_from_the_columns() {
        assert_eq!(
            SHAPE.select_key(),
            "SELECT number, book, name, hash FROM things WHERE number = $1 AND book = $2"
        );
        assert_eq!(
            SHAPE.insert() + &SHAPE.or_overwrite(Engine::Sqlite, &[]),
            "INSERT INTO things (number, book, name, hash) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (number, book) DO UPDATE SET name = excluded.name, hash = excluded.hash"
        );
        assert_eq!(
            SHAPE.or_overwrite(Engine::Postgres, &["name"]),
            " ON CONFLICT (number, book) DO UPDATE SET hash = excluded.hash"
        );
        let payments = Shape { table: "payments", ..SHAPE }.or_overwrite(Engine::Sqlite, &["name"]);
        let by_number = " ON CONFLICT (number) DO UPDATE SET hash = excluded.hash";
        assert_eq!(payments, format!("{by_number} WHERE payments.book = excluded.book"));
        assert_eq!(SHAPE.delete(), "DELETE FROM things WHERE number = $1 AND book = $2");
    }

    #[test]
    fn statements_for_arrays_take_one_for_each_column() {
        let keys = "(number, book) IN (SELECT * FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[])))";
        assert_eq!(
            SHAPE.select_arrays(),
            format!("SELECT number, book, name, hash FROM things WHERE {keys}")
        );
        assert_eq!(SHAPE.delete_arrays(), format!("DELETE FROM things WHERE {keys}"));
        assert_eq!(
            SHAPE.insert_arrays(),
            "INSERT INTO things (number, book, name, hash) SELECT * FROM unnest(CAST($1 AS BIGINT[]), \
             CAST($2 AS BIGINT[]), CAST($3 AS TEXT[]), CAST($4 AS BYTEA[]))"
        );
    }
}
