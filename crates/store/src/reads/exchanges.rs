//! What was said to providers and shops, and what they said.

use crate::error::StoreError;
use crate::exchanges::{Direction, EXCHANGES, Exchange};
use crate::reader::Query;
use crate::store::Store;
use crate::value::Row;
use domain::ids::PaymentId;
use domain::owners::Owner;
use jiff::Timestamp;

/// So many exchanges of a payment are read, the last ones.
pub const EXCHANGES_MAX: u32 = 500;

/// What was said once between us and a provider or shop, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// Whether we spoke first.
    pub ours: bool,
    /// The provider's name, or `shop`.
    pub peer: String,
    /// The request, redacted.
    pub request: String,
    /// The answer, redacted; none came otherwise.
    pub reply: Option<String>,
    /// The answer's status.
    pub status: Option<u16>,
    /// Why no answer came.
    pub error: Option<String>,
}

impl Store {
    /// What was said about a payment, the first one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn said_about(&self, payment: PaymentId) -> Result<Vec<Said>, StoreError> {
        let said = |exchange: Exchange| Said {
            at: exchange.at,
            ours: matches!(exchange.direction, Direction::Out),
            peer: exchange.peer,
            request: exchange.request,
            reply: exchange.reply,
            status: exchange.status,
            error: exchange.error,
        };
        Ok(self.exchanges_of(payment).await?.into_iter().map(said).collect())
    }

    /// The exchanges about a payment or payout, the first one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchanges_of(&self, owner: impl Into<Owner>) -> Result<Vec<Exchange>, StoreError> {
        let owner: Owner = owner.into();
        let sql = EXCHANGES.select("payment = $1 AND book = $2 ORDER BY number DESC LIMIT $3");
        let values = vec![owner.number().into(), owner.book().into(), EXCHANGES_MAX.into()];
        let rows = self.reader().rows(Query::new(sql, values)).await?;
        let exchanges = rows.iter().rev().map(|row| read(row, owner));
        exchanges.collect::<Result<_, _>>().map_err(|error| error.of_table("exchanges"))
    }
}

fn read(row: &Row, owner: Owner) -> Result<Exchange, StoreError> {
    let book = row.book("book")?;
    let status = match row.maybe_int("status")? {
        Some(_) => Some(row.small("status")?),
        None => None,
    };
    Ok(Exchange {
        book,
        owner: Some(owner),
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
