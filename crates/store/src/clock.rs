//! How far the clock of an installation for tests was moved: one row, which every node and every start reads.

use crate::backend::Plain;
use crate::error::StoreError;
use crate::reader::{Query, Reader};
use crate::store::Store;
use domain::ids::Book;
use jiff::SignedDuration;

/// The version of the schema since which clocks move.
pub(crate) const SINCE: u32 = 2;

/// How far a database says that the installation's clock is ahead.
pub(crate) async fn ahead(reader: &Reader) -> Result<SignedDuration, StoreError> {
    let rows = reader.rows(Query::new("SELECT ahead_us FROM clock", Vec::new())).await?;
    let ahead = rows.first().map(|row| row.int("ahead_us")).transpose();
    let ahead = ahead.map_err(|error| error.of_table("clock"))?.unwrap_or(0);
    Ok(SignedDuration::from_micros(ahead))
}

impl Store {
    /// How far the installation's clock is ahead of the machine's; zero where it was never moved.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn clock_ahead(&self) -> Result<SignedDuration, StoreError> {
        ahead(self.reader()).await
    }

    /// Saves how far the clock is ahead, unless it is further already: it is only ever moved forward,
    /// whichever node comes last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_clock(&self, ahead: SignedDuration) -> Result<(), StoreError> {
        let ahead = i64::try_from(ahead.as_micros()).unwrap_or(i64::MAX);
        let sql = "INSERT INTO clock (book, ahead_us) VALUES ($1, $2) ON CONFLICT (book) DO UPDATE \
                   SET ahead_us = excluded.ahead_us WHERE clock.ahead_us < excluded.ahead_us";
        let save = Plain::any(sql.to_owned(), vec![Book::PLATFORM.into(), ahead.into()]);
        self.plain(save, Book::PLATFORM).await.map(drop)
    }
}
