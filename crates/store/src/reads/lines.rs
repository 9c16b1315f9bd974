//! The lines of an account, the newest first, as of any moment.

use crate::checkouts;
use crate::error::StoreError;
use crate::ledger::read_cause;
use crate::reader::Query;
use crate::reads::ledger::{last_entry, read_line};
use crate::store::Store;
use crate::value::Row;
use domain::ids::Book;
use domain::ledger::{Cause, Line};
use domain::owners::Owner;
use jiff::Timestamp;

/// A page is this long at most.
pub const LINES_MAX: u32 = 200;
/// So many entries are looked through for one page at most.
pub const ENTRIES_LOOKED_THROUGH_MAX: u64 = 20_000;

/// A movement in or out of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    /// The entry's number in the book.
    pub entry: u64,
    /// The line's place in the entry.
    pub place: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Why.
    pub cause: Cause,
    /// Of which payment or payout.
    pub owner: Owner,
    /// The shop's own number of it.
    pub number: String,
    /// The movement with the balances it left.
    pub line: Line,
}

/// A page of an account's lines.
#[derive(Clone, Debug, Default)]
pub struct LinesPage {
    /// The lines, the newest first.
    pub lines: Vec<AccountLine>,
    /// Whether there are older ones.
    pub more: bool,
    /// Enough entries were looked through: the next page begins below this entry.
    pub looked_to: Option<u64>,
}

impl Store {
    /// The lines of an account, by its word, written at or before a moment, below a line of an earlier page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn account_lines(
        &self,
        book: Book,
        account: &str,
        moment: Timestamp,
        below: Option<(u64, u64)>,
        limit: u32,
    ) -> Result<LinesPage, StoreError> {
        let limit = limit.clamp(1, LINES_MAX);
        let mut snapshot = self.reader().snapshot().await?;
        let last = last_entry(&mut snapshot, book, moment).await?;
        let (entry, place) = below.unwrap_or((u64::MAX >> 1, 0));
        let top = last.min(entry);
        let floor = top.saturating_sub(ENTRIES_LOOKED_THROUGH_MAX);
        let sql = "SELECT e.number, e.at, e.cause, e.cause_about, e.payment, p.line, p.from_account, \
                   p.from_about, p.to_account, p.to_about, p.currency, p.amount, p.from_after, p.to_after, \
                   o.order_number, o.checkout, w.own_number \
                   FROM postings p JOIN entries e ON e.book = p.book AND e.number = p.entry \
                   LEFT JOIN payments o ON o.number = e.payment AND o.book = e.book \
                   LEFT JOIN payouts w ON w.number = e.payment AND w.book = e.book \
                   WHERE p.book = $1 AND p.entry <= $2 AND p.entry > $3 \
                   AND (p.entry < $4 OR p.line < $5) AND (p.from_account = $6 OR p.to_account = $6) \
                   ORDER BY p.entry DESC, p.line DESC LIMIT $7";
        let values = vec![
            book.into(),
            top.into(),
            floor.into(),
            entry.into(),
            place.into(),
            account.into(),
            limit.saturating_add(1).into(),
        ];
        let rows = snapshot.rows(Query::new(sql, values)).await?;
        let lines = rows.iter().map(|row| read(row, book)).collect::<Result<Vec<_>, _>>();
        let mut lines = lines.map_err(|error| error.of_table("postings"))?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = lines.len() > wanted;
        lines.truncate(wanted);
        Ok(LinesPage { lines, more, looked_to: (!more && floor > 0).then(|| floor.saturating_add(1)) })
    }
}

fn read(row: &Row, book: Book) -> Result<AccountLine, StoreError> {
    let about = row.number("cause_about")?;
    let cause = row.word("cause", |word| read_cause(word, about, book))?;
    let own = row.maybe_string("own_number")?;
    let ordered = row.maybe_int("order_number")?.is_some();
    let order = ordered.then(|| checkouts::order_text(row)).transpose()?;
    Ok(AccountLine {
        entry: row.number("number")?,
        place: row.number("line")?,
        at: row.time("at")?,
        cause,
        owner: cause.owner(book, row.number("payment")?),
        number: own.or(order).unwrap_or_default(),
        line: read_line(row, book)?,
    })
}
