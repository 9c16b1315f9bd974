//! The timeline of a payment, a shop or a seller.

use crate::error::StoreError;
use crate::history::read_actor;
use crate::reader::Query;
use crate::store::Store;
use crate::value::Row;
use domain::history::{Actor, Subject};
use domain::ids::Book;
use jiff::Timestamp;

/// A timeline is read up to this many events, the last ones.
pub const TIMELINE_MAX: u32 = 1_000;

/// An event that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// What happened, in one word.
    pub what: String,
    /// The details: names and values.
    pub details: Vec<(String, String)>,
}

impl Store {
    /// What happened to a subject of a book, the first event first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn timeline(&self, subject: Subject, book: Book) -> Result<Vec<HistoryLine>, StoreError> {
        let (kind, about) = subject.parts();
        let sql = "SELECT at, actor, what, details FROM history \
                   WHERE about = $1 AND subject = $2 AND book = $3 \
                   ORDER BY at DESC, writer DESC, turn DESC, place DESC LIMIT $4";
        let values = vec![about.into(), kind.into(), book.into(), TIMELINE_MAX.into()];
        let rows = self.reader().rows(Query::new(sql, values)).await?;
        let lines = rows.iter().rev().map(read_line);
        lines.collect::<Result<_, _>>().map_err(|error| error.of_table("history"))
    }
}

fn read_line(row: &Row) -> Result<HistoryLine, StoreError> {
    Ok(HistoryLine {
        at: row.time("at")?,
        actor: row.word("actor", read_actor)?,
        what: row.string("what")?,
        details: row.json("details")?,
    })
}
