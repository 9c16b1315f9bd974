//! The check of all books: entries, chain, balances, payments and refunds must tell the same story.
//!
//! Everything is read as of one moment and in pages, so the books may be large and in use.

pub mod chain;
mod moves;
mod payouts;
pub mod sales;

use crate::error::StoreError;
use crate::reader::{Query, Snapshot};
use crate::seal::Sealer;
use crate::store::Store;
use crate::value::Value;
use domain::ids::{Book, PaymentId};
use domain::moving::Move;
use std::fmt;

/// So many findings are told; one that is hit by more has worse worries than a list.
pub const FINDINGS_MAX: usize = 1_000;
/// So many rows are read at once.
const PAGE: u32 = 500;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// Entries of a book are not numbered without gaps.
    Number,
    /// An entry lies before the one before it.
    Time,
    /// An entry's hash is not the one of its content and the hash before it.
    Hash,
    /// The head of a book is not its last entry.
    Head,
    /// A balance is not the sum of its postings.
    Balance,
    /// A posting does not say what its account held after it.
    BalanceAfter,
    /// An account that may not go below zero is below.
    BelowZero,
    /// An entry has no postings, or their places have gaps.
    Lines,
    /// An entry belongs to a payment or payout that is not there.
    NoPayment,
    /// A captured payment has no entry of its sale.
    NoSale,
    /// What was captured is not what the sale brought.
    Captured,
    /// The commission is not what was taken.
    Fee,
    /// What was refunded is not what the refunds took.
    Refunded,
    /// A refund is not what its entries moved.
    Refund,
    /// What is on its way back or out is not the sum of the unfinished refunds or payouts.
    InTransit,
    /// What stands in Pending is not the sum of the unsettled parts.
    Unsettled,
    /// The payer's credit is not what stands on its account.
    Credit,
    /// Unclaimed money is not what stands on its account.
    Unclaimed,
    /// The two sides of a move between books do not add up, or tell two stories.
    Move,
    /// A payout is not what its entries moved.
    Payout,
    /// A row cannot be read at all.
    Unreadable,
}

impl Wrong {
    /// The word in reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Wrong::Number => "number",
            Wrong::Time => "time",
            Wrong::Hash => "hash",
            Wrong::Head => "head",
            Wrong::Balance => "balance",
            Wrong::BalanceAfter => "balance_after",
            Wrong::BelowZero => "below_zero",
            Wrong::Lines => "lines",
            Wrong::NoPayment => "no_payment",
            Wrong::NoSale => "no_sale",
            Wrong::Captured => "captured",
            Wrong::Fee => "fee",
            Wrong::Refunded => "refunded",
            Wrong::Refund => "refund",
            Wrong::InTransit => "in_transit",
            Wrong::Unsettled => "unsettled",
            Wrong::Credit => "credit",
            Wrong::Unclaimed => "unclaimed",
            Wrong::Move => "move",
            Wrong::Payout => "payout",
            Wrong::Unreadable => "unreadable",
        }
    }
}

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In which book.
    pub book: Book,
    /// At which entry, if it is about one.
    pub entry: Option<u64>,
    /// At which payment, if it is about one.
    pub payment: Option<PaymentId>,
    /// What is wrong.
    pub what: Wrong,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.book)?;
        if let Some(entry) = self.entry {
            write!(f, ", entry {entry}")?;
        }
        if let Some(payment) = self.payment {
            write!(f, ", payment {}", payment.number)?;
        }
        write!(f, ": {}: expected {}, found {}", self.what.code(), self.expected, self.found)
    }
}

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many books were read.
    pub books: u64,
    /// How many entries.
    pub entries: u64,
    /// How many payments.
    pub payments: u64,
    /// Moves between books that are under way, the oldest first; no more than a hundred.
    pub open_moves: Vec<Move>,
    /// What is not as it must be; at most [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// Whether there is more than is told.
    pub more: bool,
}

impl Report {
    /// Whether everything is as it must be.
    #[must_use]
    pub fn is_green(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.more = true;
        }
    }

    /// Notes a difference between what must be and what is.
    fn compare<T: PartialEq + fmt::Display>(&mut self, place: Place, what: Wrong, expected: T, found: T) {
        if expected != found {
            let Place { book, entry, payment } = place;
            let (expected, found) = (expected.to_string(), found.to_string());
            self.find(Finding { book, entry, payment, what, expected, found });
        }
    }

    fn unreadable(&mut self, place: Place, error: &StoreError) {
        self.compare(place, Wrong::Unreadable, "a readable row".to_owned(), error.to_string());
    }
}

/// Where something is found.
#[derive(Clone, Copy, Debug)]
struct Place {
    book: Book,
    entry: Option<u64>,
    payment: Option<PaymentId>,
}

impl Place {
    const fn book(book: Book) -> Place {
        Place { book, entry: None, payment: None }
    }

    const fn entry(book: Book, number: u64) -> Place {
        Place { book, entry: Some(number), payment: None }
    }

    const fn payment(id: PaymentId) -> Place {
        Place { book: id.book, entry: None, payment: Some(id) }
    }
}

impl Store {
    /// Checks all books as of one moment.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; what cannot be read is a finding.
    pub async fn check_books(&self) -> Result<Report, StoreError> {
        let mut snapshot = self.reader().snapshot().await?;
        check(&mut snapshot, self.reader().sealer()).await
    }
}

/// Checks all books of a snapshot.
pub(crate) async fn check(snapshot: &mut Snapshot, sealer: &Sealer) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut last = -1_i64;
    while let Some(book) = next_book(snapshot, last).await? {
        chain::check(snapshot, book, &mut report).await?;
        report.books = report.books.saturating_add(1);
        last = book.number().cast_signed();
    }
    sales::check(sealer, snapshot, &mut report).await?;
    moves::check(sealer, snapshot, &mut report).await?;
    payouts::check(snapshot, &mut report).await?;
    Ok(report)
}

/// The next book in which anything stands.
async fn next_book(snapshot: &mut Snapshot, after: i64) -> Result<Option<Book>, StoreError> {
    let sql = "SELECT MIN(book) AS book FROM (\
               SELECT MIN(book) AS book FROM books WHERE book > $1 \
               UNION ALL SELECT MIN(book) FROM entries WHERE book > $1 \
               UNION ALL SELECT MIN(book) FROM postings WHERE book > $1 \
               UNION ALL SELECT MIN(book) FROM balances WHERE book > $1) AS all_books";
    let rows = snapshot.rows(Query::new(sql, vec![Value::Int(after)])).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let found = row.maybe_int("book").and_then(|book| book.map(|_| row.book("book")).transpose());
    found.map_err(|error| error.of_table("books"))
}

#[cfg(test)]
mod tests;
