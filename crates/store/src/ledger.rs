//! The ledger as rows: heads of books, balances, and the entries with their postings.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::table::{Shape, Table, blob, inside, int, text};
use crate::value::{Row, Value};
use domain::facts::Record;
use domain::ids::{Book, Id};
use domain::ledger::{Account, Balance, BalanceKey, BookHead, Cause, Line, SavedEntry};
use domain::owners::Owner;

impl Table for BookHead {
    const SHAPE: Shape = Shape {
        table: "books",
        columns: &[int("book"), int("entries"), int("last_at"), blob("hash")],
        keys: 1,
    };

    fn key_values(key: &Book) -> Vec<Value> {
        vec![(*key).into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        Ok(vec![self.book.into(), self.entries.into(), self.last_at.into(), self.hash.into()])
    }

    fn read(row: &Row, _: &Sealer) -> Result<BookHead, StoreError> {
        Ok(BookHead {
            book: row.book("book")?,
            entries: row.number("entries")?,
            last_at: row.time("last_at")?,
            hash: row.digest("hash")?,
        })
    }
}

impl Table for Balance {
    const SHAPE: Shape = Shape {
        table: "balances",
        columns: &[int("about"), text("account"), text("currency"), int("book"), int("amount")],
        keys: 4,
    };

    fn key_values(key: &BalanceKey) -> Vec<Value> {
        vec![key.account.about().into(), key.account.code().into(), key.currency.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = Self::key_values(&self.key());
        values.push(self.amount.minor().into());
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Balance, StoreError> {
        let book = row.book("book")?;
        let currency = row.currency("currency")?;
        let account = read_account(row, "account", "about", book)?;
        Ok(Balance { key: BalanceKey { account, currency, book }, amount: row.money("amount", currency)? })
    }
}

/// The table of entries. Here the book comes first: entry numbers begin anew in each book, and a book
/// is read in their order.
pub const ENTRIES: Shape = Shape {
    table: "entries",
    columns: &[
        int("book"),
        int("number"),
        int("at"),
        text("cause"),
        int("cause_about"),
        int("payment"),
        text("effective_on"),
        blob("hash"),
    ],
    keys: 2,
};

/// The table of postings, each with the balances it left.
pub const POSTINGS: Shape = Shape {
    table: "postings",
    columns: &[
        int("book"),
        int("entry"),
        int("line"),
        text("from_account"),
        int("from_about"),
        text("to_account"),
        int("to_about"),
        text("currency"),
        int("amount"),
        int("from_after"),
        int("to_after"),
    ],
    keys: 3,
};

/// The values of an entry.
pub(crate) fn write_entry(saved: &SavedEntry) -> Result<Vec<Value>, StoreError> {
    let (cause, about) = saved.entry.cause.parts();
    Ok(vec![
        saved.book.into(),
        saved.number.into(),
        saved.at.into(),
        cause.into(),
        about.into(),
        owned(saved.entry.owner, saved.book)?,
        saved.entry.effective_on.into(),
        saved.hash.into(),
    ])
}

/// The number of what the money belongs to, which lies in the entry's own book.
fn owned(owner: Owner, book: Book) -> Result<Value, StoreError> {
    match owner {
        Owner::Payment(id) => inside(id, book),
        Owner::Payout(id) => inside(id, book),
    }
}

/// The values of a posting at its place in an entry.
pub(crate) fn write_line(saved: &SavedEntry, place: usize, line: &Line) -> Vec<Value> {
    let posting = line.posting;
    vec![
        saved.book.into(),
        saved.number.into(),
        Value::from(place as u64),
        posting.from().code().into(),
        posting.from().about().into(),
        posting.to().code().into(),
        posting.to().about().into(),
        posting.amount().currency().into(),
        posting.amount().minor().into(),
        line.from_after.minor().into(),
        line.to_after.minor().into(),
    ]
}

/// An account from its two columns.
pub(crate) fn read_account(row: &Row, code: &str, about: &str, book: Book) -> Result<Account, StoreError> {
    let number = row.number(about)?;
    row.word(code, |word| Account::from_parts(word, number, book))
}

/// The cause with this word and number in this book.
#[must_use]
pub fn read_cause(word: &str, about: u64, book: Book) -> Option<Cause> {
    Some(match word {
        "sale" => Cause::Sale(Id::new(book, about)),
        "set_aside" => Cause::SetAside(Id::new(book, about)),
        "settled" => Cause::Settled(Id::new(book, about)),
        "refund_asked" => Cause::RefundAsked(Id::new(book, about)),
        "refund_returned" => Cause::RefundReturned(Id::new(book, about)),
        "refund_failed" => Cause::RefundFailed(Id::new(book, about)),
        "move_sent" => Cause::MoveSent(Id::new(book, about)),
        "move_returned" => Cause::MoveReturned(Id::new(book, about)),
        "part_received" => Cause::PartReceived(Id::new(book, about)),
        "payout_asked" => Cause::PayoutAsked(Id::new(book, about)),
        "payout_settled" => Cause::PayoutSettled(Id::new(book, about)),
        "payout_bounced" => Cause::PayoutBounced(Id::new(book, about)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_read_back() {
        let book = Book::from_number(4).unwrap();
        let all = [
            Cause::Sale(Id::new(book, 1)),
            Cause::SetAside(Id::new(book, 2)),
            Cause::Settled(Id::new(book, 4)),
            Cause::RefundAsked(Id::new(book, 5)),
            Cause::RefundReturned(Id::new(book, 6)),
            Cause::RefundFailed(Id::new(book, 7)),
            Cause::MoveSent(Id::new(book, 8)),
            Cause::MoveReturned(Id::new(book, 9)),
            Cause::PartReceived(Id::new(book, 10)),
            Cause::PayoutAsked(Id::new(book, 11)),
            Cause::PayoutSettled(Id::new(book, 12)),
            Cause::PayoutBounced(Id::new(book, 13)),
        ];
        for cause in all {
            let (word, about) = cause.parts();
            assert_eq!(read_cause(word, about, book), Some(cause));
        }
    }
}
