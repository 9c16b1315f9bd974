//! Balances now and then, and where the money of a payment went.

use crate::error::StoreError;
use crate::ledger::{read_account, read_cause};
use crate::reader::{Query, Snapshot};
use crate::store::Store;
use crate::value::Row;
use domain::ids::Book;
use domain::ledger::{Account, Balance, BalanceKey, Cause, Line, Posting};
use domain::owners::Owner;
use jiff::Timestamp;
use jiff::civil::Date;
use money::Money;

/// An entry of a payment with its movements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryView {
    /// Its number in the book.
    pub number: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Why.
    pub cause: Cause,
    /// The seller's day to which it belongs.
    pub effective_on: Date,
    /// The movements with the balances they left.
    pub lines: Vec<Line>,
}

const LINES: &str = "e.number, e.at, e.cause, e.cause_about, e.effective_on, p.from_account, p.from_about, \
     p.to_account, p.to_about, p.currency, p.amount, p.from_after, p.to_after \
     FROM entries e JOIN postings p ON p.book = e.book AND p.entry = e.number";

impl Store {
    /// The balances of a book that are not zero.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn balances(&self, book: Book) -> Result<Vec<Balance>, StoreError> {
        let condition = "book = $1 AND amount <> 0 ORDER BY account, about, currency";
        self.reader().records(Query::records::<Balance>(condition, vec![book.into()])).await
    }

    /// What an account holds now; zero where nothing ever moved.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn balance(&self, key: BalanceKey) -> Result<Money, StoreError> {
        let found: Option<Balance> = self.record_of(&key).await?;
        Ok(found.map_or(Money::zero(key.currency), |balance| balance.amount))
    }

    /// What the accounts of a book held at a moment, as the entries written at or before it add up;
    /// accounts that held nothing are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn balances_as_of(&self, book: Book, moment: Timestamp) -> Result<Vec<Balance>, StoreError> {
        let mut snapshot = self.reader().snapshot().await?;
        let last = last_entry(&mut snapshot, book, moment).await?;
        let sql = "SELECT account, about, currency, CAST(SUM(amount) AS BIGINT) AS held FROM \
                   (SELECT to_account AS account, to_about AS about, currency, amount FROM postings \
                   WHERE book = $1 AND entry <= $2 UNION ALL \
                   SELECT from_account AS account, from_about AS about, currency, -amount FROM postings \
                   WHERE book = $1 AND entry <= $2) AS moved \
                   GROUP BY account, about, currency HAVING SUM(amount) <> 0 \
                   ORDER BY account, about, currency";
        let rows = snapshot.rows(Query::new(sql, vec![book.into(), last.into()])).await?;
        let held = rows.iter().map(|row| held(row, book)).collect::<Result<_, _>>();
        held.map_err(|error| error.of_table("postings"))
    }

    /// Where the money of a payment or payout went: its entries in their order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn entries_of(&self, owner: impl Into<Owner>) -> Result<Vec<EntryView>, StoreError> {
        let owner: Owner = owner.into();
        let sql = format!("SELECT {LINES} WHERE e.payment = $1 AND e.book = $2 ORDER BY e.number, p.line");
        let values = vec![owner.number().into(), owner.book().into()];
        let rows = self.reader().rows(Query::new(sql, values)).await?;
        entries(&rows, owner.book()).map_err(|error| error.of_table("entries"))
    }

    /// What sales brought into a book from a moment until before another, by currency.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn captured_between(
        &self,
        book: Book,
        begins: Timestamp,
        ends: Timestamp,
    ) -> Result<Vec<Money>, StoreError> {
        let instant = jiff::SignedDuration::from_micros(1);
        let before = |moment: Timestamp| moment.saturating_sub(instant).unwrap_or(moment);
        let mut snapshot = self.reader().snapshot().await?;
        let first = last_entry(&mut snapshot, book, before(begins)).await?;
        let last = last_entry(&mut snapshot, book, before(ends)).await?;
        let sql = "SELECT p.currency, CAST(SUM(p.amount) AS BIGINT) AS total \
                   FROM entries e JOIN postings p ON p.book = e.book AND p.entry = e.number \
                   WHERE e.book = $1 AND e.number > $2 AND e.number <= $3 AND e.cause = 'sale' \
                   AND p.to_account = 'pending' AND p.from_account IN ('provider', 'payer_credit') \
                   GROUP BY p.currency ORDER BY p.currency";
        let rows = snapshot.rows(Query::new(sql, vec![book.into(), first.into(), last.into()])).await?;
        let sums = rows.iter().map(|row| row.money("total", row.currency("currency")?));
        sums.collect::<Result<_, _>>().map_err(|error| error.of_table("postings"))
    }
}

fn held(row: &Row, book: Book) -> Result<Balance, StoreError> {
    let currency = row.currency("currency")?;
    let key = BalanceKey { account: read_account(row, "account", "about", book)?, currency, book };
    Ok(Balance { key, amount: row.money("held", currency)? })
}

/// The number of the last entry of a book written at or before a moment; 0 if there is none.
/// Entries never go back in time, so halving finds it without an index.
pub(crate) async fn last_entry(
    snapshot: &mut Snapshot,
    book: Book,
    moment: Timestamp,
) -> Result<u64, StoreError> {
    let head = Query::new("SELECT entries FROM books WHERE book = $1", vec![book.into()]);
    let rows = snapshot.rows(head).await?;
    let entries = rows.first().map(|row| row.number("entries")).transpose();
    let (mut at_or_before, mut after) =
        (0, entries.map_err(|error| error.of_table("books"))?.unwrap_or(0).saturating_add(1));
    while after.saturating_sub(at_or_before) > 1 {
        let middle = u64::midpoint(at_or_before, after);
        let sql = "SELECT at FROM entries WHERE book = $1 AND number = $2";
        let rows = snapshot.rows(Query::new(sql, vec![book.into(), middle.into()])).await?;
        let at = rows.first().ok_or_else(|| StoreError::corrupt("number", "an entry is missing"));
        let at = at.and_then(|row| row.time("at")).map_err(|error| error.of_table("entries"))?;
        if at <= moment { at_or_before = middle } else { after = middle }
    }
    Ok(at_or_before)
}

/// Rows of entries joined with their postings, put together again.
fn entries(rows: &[Row], book: Book) -> Result<Vec<EntryView>, StoreError> {
    let mut all: Vec<EntryView> = Vec::new();
    for row in rows {
        let number = row.number("number")?;
        if all.last().is_none_or(|entry| entry.number != number) {
            let about = row.number("cause_about")?;
            all.push(EntryView {
                number,
                at: row.time("at")?,
                cause: row.word("cause", |word| read_cause(word, about, book))?,
                effective_on: row.date("effective_on")?,
                lines: Vec::new(),
            });
        }
        if let Some(entry) = all.last_mut() {
            entry.lines.push(read_line(row, book)?);
        }
    }
    Ok(all)
}

/// A posting with the balances it left, from a row of `postings`.
pub(crate) fn read_line(row: &Row, book: Book) -> Result<Line, StoreError> {
    let currency = row.currency("currency")?;
    let from: Account = read_account(row, "from_account", "from_about", book)?;
    let to = read_account(row, "to_account", "to_about", book)?;
    let posting = Posting::new(from, to, row.money("amount", currency)?).ok().flatten();
    Ok(Line {
        posting: posting.ok_or_else(|| StoreError::corrupt("amount", "not a movement"))?,
        from_after: row.money("from_after", currency)?,
        to_after: row.money("to_after", currency)?,
    })
}
