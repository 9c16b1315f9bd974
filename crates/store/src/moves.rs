//! Moves between books as rows, on both sides; and what of a payment goes to other shops.

use crate::error::StoreError;
use crate::receipts::{self, ReceiptRow};
use crate::seal::Sealer;
use crate::table::{Shape, Table, inside, int, key_first, text};
use crate::value::{Row, Value, json};
use domain::ids::{Book, Id, MoveId, ShopId};
use domain::methods::Method;
use domain::moving::{Move, MoveEnd, MoveEndKey, MoveState};
use domain::payments::Terms;
use domain::splitting::Part;
use money::Money;
use money::currency::Currency;
use serde::{Deserialize, Serialize};

impl Table for Move {
    const SHAPE: Shape = Shape {
        table: "moves",
        columns: &[
            int("number"),
            int("book"),
            int("payment"),
            int("to_shop"),
            int("to_book"),
            text("currency"),
            int("amount"),
            text("method"),
            text("state"),
            int("tries"),
            int("sent_at"),
            int("deadline"),
            int("ended_at"),
        ],
        keys: 2,
    };

    fn key_values(key: &MoveId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = key_first(self);
        values.extend([
            inside(self.payment, self.id.book)?,
            self.shop.number.into(),
            self.shop.book.into(),
            self.amount.currency().into(),
            self.amount.minor().into(),
            self.method.code().into(),
            self.state.code().into(),
            self.tries.into(),
            self.sent_at.into(),
            self.deadline.into(),
            self.ended_at.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Move, StoreError> {
        let id: MoveId = row.id("number", row.book("book")?)?;
        let to = row.number("to_shop")?;
        let currency = row.currency("currency");
        Ok(Move {
            id,
            payment: row.id("payment", id.book)?,
            shop: ShopId::new(row.book("to_book")?, to),
            amount: row.money("amount", currency?)?,
            method: row.word("method", Method::from_code)?,
            state: row.word("state", MoveState::from_code)?,
            tries: row.small("tries")?,
            sent_at: row.time("sent_at")?,
            deadline: row.time("deadline")?,
            ended_at: row.maybe_time("ended_at")?,
        })
    }
}

impl Table for MoveEnd {
    const SHAPE: Shape = Shape {
        table: "move_ends",
        columns: &[
            int("number"),
            int("book"),
            int("from_book"),
            int("payment"),
            text("method"),
            int("ended_at"),
        ],
        keys: 2,
    };

    fn key_values(key: &MoveEndKey) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = key_first(self);
        values.extend([
            self.from.into(),
            self.payment.map_or(Ok(Value::Null), |payment| inside(payment, self.key.book))?,
            self.method.code().into(),
            self.at.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<MoveEnd, StoreError> {
        let key = MoveEndKey { number: row.number("number")?, book: row.book("book")? };
        Ok(MoveEnd {
            key,
            from: row.book("from_book")?,
            payment: row.maybe_id("payment", key.book)?,
            method: row.word("method", Method::from_code)?,
            at: row.time("ended_at")?,
        })
    }
}

/// A part of a payment, as it stands in the JSON.
#[derive(Serialize, Deserialize)]
struct PartRow {
    id: u64,
    shop: u64,
    book: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    minor: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptRow>,
}

/// The value of the column; nothing where the whole sum is the shop's own.
pub(crate) fn split_value(terms: &Terms) -> Result<Value, StoreError> {
    if terms.split.is_empty() {
        return Ok(Value::Null);
    }
    let part = |part: &Part| PartRow {
        id: part.id.number,
        shop: part.shop.number,
        book: part.shop.book.number(),
        number: part.number,
        minor: part.amount.minor(),
        receipt: part.receipt.as_ref().map(receipts::row),
    };
    json(&terms.split.iter().map(part).collect::<Vec<_>>())
}

/// The parts in a column, of a payment of this book in this currency.
pub(crate) fn read_split(
    row: &Row,
    column: &str,
    book: Book,
    currency: Currency,
) -> Result<Vec<Part>, StoreError> {
    if row.maybe_text(column)?.is_none() {
        return Ok(Vec::new());
    }
    let found: Vec<PartRow> = row.json(column)?;
    let parts = found.into_iter().map(|part| {
        let theirs = Book::from_number(part.book);
        Ok(Part {
            id: MoveId::new(book, part.id),
            shop: ShopId::new(theirs.ok_or_else(|| StoreError::corrupt(column, "not a book"))?, part.shop),
            number: part.number,
            amount: Money::from_minor(part.minor, currency),
            receipt: part.receipt.map(|row| receipts::of_row(column, row)).transpose()?,
        })
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{at, book, payment, rub, sealer};
    use domain::ids::PaymentId;

    fn again<R: Table>(record: &R) -> R {
        let names: Vec<Box<str>> = R::SHAPE.columns.iter().map(|column| column.name.into()).collect();
        R::read(&Row::new(names.into(), record.write(&sealer()).unwrap()), &sealer()).unwrap()
    }

    #[test]
    fn both_sides_of_a_move_are_read_back() {
        let sent = Move {
            id: MoveId::new(book(1), 5),
            payment: PaymentId::new(book(1), 4),
            shop: ShopId::new(book(2), 9),
            amount: rub(200),
            method: Method::Sbp,
            state: MoveState::Returned,
            tries: 3,
            sent_at: at(1),
            deadline: at(86_401),
            ended_at: Some(at(90_000)),
        };
        assert_eq!(again(&sent), sent);
        let key = MoveEndKey { number: 5, book: book(2) };
        let end = MoveEnd { key, from: book(1), payment: None, method: Method::Sbp, at: at(2) };
        assert_eq!(again(&end), end);
        let received = MoveEnd { payment: Some(PaymentId::new(book(2), 5)), ..end };
        assert_eq!(again(&received), received);
    }

    #[test]
    fn parts_are_read_back_with_their_receipts_and_damage_is_named() {
        let row = |value| Row::new(["split"].map(Box::from).to_vec().into(), vec![value]);
        let terms = payment(7, 1).terms;
        assert!(terms.split[0].receipt.is_some());
        let read = |value| read_split(&row(value), "split", book(1), Currency::Rub);
        assert_eq!(read(split_value(&terms).unwrap()), Ok(terms.split));
        assert_eq!(read(Value::Null), Ok(Vec::new()));
        assert!(read(Value::from("[{}]")).unwrap_err().to_string().contains("split"));
    }
}
