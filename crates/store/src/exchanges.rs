//! Exchanges with providers and shops as rows: redacted by whoever spoke, cut here, kept for 90 days.

use crate::backend::{Plain, SKIP_LOCKED};
use crate::numbers::first_number_at;
use crate::table::{Shape, int, text};
use crate::value::Value;
use domain::ids::Book;
use domain::owners::Owner;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, LazyLock};

/// So much of a request or a reply is kept, in bytes.
pub const EXCHANGE_BYTES_MAX: usize = 65_536;
/// So long exchanges are kept.
pub const EXCHANGES_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// So many rows are purged by one statement, so that nobody waits long behind it.
pub const PURGE_ROWS_MAX: u32 = 1_000;

/// The table of exchanges.
pub const EXCHANGES: Shape = Shape {
    table: "exchanges",
    columns: &[
        int("number"),
        int("book"),
        int("payment"),
        text("direction"),
        text("peer"),
        text("request"),
        text("reply"),
        int("status"),
        int("took_us"),
        int("at"),
        text("error"),
    ],
    keys: 2,
};

/// The text that adds one, made once.
static INSERT: LazyLock<Arc<str>> = LazyLock::new(|| EXCHANGES.insert().into());

/// Who spoke first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// We asked somebody.
    Out,
    /// Somebody asked us.
    In,
}

impl Direction {
    /// The word in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Direction::Out => "out",
            Direction::In => "in",
        }
    }

    /// The direction with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Direction> {
        [Direction::Out, Direction::In].into_iter().find(|direction| direction.code() == code)
    }
}

/// A request and its reply, already without secrets and card data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The book whose business it was; the platform's where nothing of anybody's is known.
    pub book: Book,
    /// The payment or payout it was about, in that book.
    pub owner: Option<Owner>,
    /// Who spoke first.
    pub direction: Direction,
    /// With whom, in words: the name of a provider account or `shop`.
    pub peer: String,
    /// What was asked; cut at [`EXCHANGE_BYTES_MAX`].
    pub request: String,
    /// What was answered, if anything; cut at [`EXCHANGE_BYTES_MAX`].
    pub reply: Option<String>,
    /// The status of the reply.
    pub status: Option<u16>,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// When it began.
    pub at: Timestamp,
    /// Why there is no reply.
    pub error: Option<String>,
}

/// Writes an exchange down under a number.
pub(crate) fn record(number: u64, exchange: &Exchange) -> Plain {
    let values = vec![
        number.into(),
        exchange.book.into(),
        exchange.owner.map(Owner::number).into(),
        exchange.direction.code().into(),
        (&exchange.peer).into(),
        cut(&exchange.request).into(),
        exchange.reply.as_deref().map(cut).into(),
        exchange.status.into(),
        exchange.took_us.into(),
        exchange.at.into(),
        exchange.error.as_deref().map(cut).into(),
    ];
    Plain::any(INSERT.clone(), values)
}

/// Forgets some of the exchanges that are old enough; their numbers tell their time.
pub(crate) fn purge(now: Timestamp) -> Plain {
    let before = first_number_at(now.saturating_sub(EXCHANGES_KEPT).unwrap_or(now));
    let sql = format!(
        "DELETE FROM exchanges WHERE (number, book) IN (SELECT number, book FROM exchanges \
         WHERE number < $1 ORDER BY number LIMIT $2 {SKIP_LOCKED})"
    );
    Plain::any(sql, vec![Value::from(before), PURGE_ROWS_MAX.into()])
}

/// The text up to the limit, never in the middle of a letter.
fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(EXCHANGE_BYTES_MAX)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_letters() {
        let text = "й".repeat(EXCHANGE_BYTES_MAX);
        assert_eq!(cut(&text).len(), EXCHANGE_BYTES_MAX);
        let odd = format!("x{text}");
        assert_eq!(cut(&odd).len(), EXCHANGE_BYTES_MAX - 1);
        assert_eq!(cut("short"), "short");
    }
}
