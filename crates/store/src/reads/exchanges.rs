//! What was said to providers and shops, and what they said.

use crate::error::StoreError;
use crate::exchanges::{Direction, EXCHANGES, Exchange};
use crate::reader::Query;
use crate::store::Store;
use crate::value::Row;
use domain::ids::PaymentId;

/// So many exchanges of a payment are read, the last ones.
pub const EXCHANGES_MAX: u32 = 500;

impl Store {
    /// The exchanges about a payment, the first one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchanges_of(&self, payment: PaymentId) -> Result<Vec<Exchange>, StoreError> {
        let sql = EXCHANGES.select("payment = $1 AND book = $2 ORDER BY number DESC LIMIT $3");
        let values = vec![payment.number.into(), payment.book.into(), EXCHANGES_MAX.into()];
        let rows = self.reader().rows(Query::new(sql, values)).await?;
        let exchanges = rows.iter().rev().map(read);
        exchanges.collect::<Result<_, _>>().map_err(|error| error.of_table("exchanges"))
    }
}

fn read(row: &Row) -> Result<Exchange, StoreError> {
    let book = row.book("book")?;
    let status = match row.maybe_int("status")? {
        Some(_) => Some(row.small("status")?),
        None => None,
    };
    Ok(Exchange {
        book,
        payment: row.maybe_id("payment", book)?,
        direction: row.word("direction", Direction::from_code)?,
        peer: row.string("peer")?,
        request: row.string("request")?,
        reply: row.maybe_string("reply")?,
        status,
        took_us: row.number("took_us")?,
        at: row.time("at")?,
        error: row.maybe_string("error")?,
    })
}
