//! Kept methods as rows; the provider's name of one is sealed.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::table::{Column, Shape, Table, inside, int, maybe_inside, text};
use crate::value::{Row, Value};
use domain::facts::Record;
use domain::ids::{Book, StoredMethodId};
use domain::methods::Method;
use domain::stored::{Kept, Reuse, StoredMethod, StoredState};

impl Table for StoredMethod {
    const SHAPE: Shape = Shape {
        table: "stored_methods",
        columns: &[
            int("number"),
            int("book"),
            int("shop"),
            int("provider"),
            int("payment"),
            text("method"),
            text("token"),
            text("mask"),
            text("state"),
            int("stored_at"),
        ],
        keys: 2,
    };

    fn key_values(key: &StoredMethodId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, sealer: &Sealer) -> Result<Vec<Value>, StoreError> {
        let book = self.id.book;
        let sealed = sealer.seal(&place(self.id), &self.kept.token);
        let mut values = Self::key_values(&self.key());
        values.extend([
            inside(self.shop, book)?,
            inside(self.provider, Book::PLATFORM)?,
            inside(self.payment, book)?,
            self.method.code().into(),
            sealed.map_err(|error| StoreError::corrupt("token", error.to_string()))?.into(),
            (&self.kept.mask).into(),
            self.state.code().into(),
            self.stored_at.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, sealer: &Sealer) -> Result<StoredMethod, StoreError> {
        let id: StoredMethodId = row.id("number", row.book("book")?)?;
        let token = sealer.open(&place(id), row.text("token")?);
        let token = token.map_err(|error| StoreError::corrupt("token", error.to_string()))?;
        Ok(StoredMethod {
            id,
            shop: row.id("shop", id.book)?,
            provider: row.id("provider", Book::PLATFORM)?,
            payment: row.id("payment", id.book)?,
            method: row.word("method", Method::from_code)?,
            kept: Kept { token, mask: row.string("mask")? },
            state: row.word("state", StoredState::from_code)?,
            stored_at: row.time("stored_at")?,
        })
    }
}

fn place(id: StoredMethodId) -> String {
    format!("stored_methods.token:{}:{}", id.number, id.book.number())
}

/// The columns of a use of kept methods, in payments and attempts alike: nothing in both means once.
pub(crate) const REUSE: [Column; 2] = [text("reuse"), int("stored")];

/// What stands in these columns.
pub(crate) fn reuse_values(reuse: Reuse, book: Book) -> Result<[Value; 2], StoreError> {
    match reuse {
        Reuse::Once => Ok([Value::Null, Value::Null]),
        Reuse::Keep | Reuse::Charge(_) | Reuse::Confirm(_) => {
            Ok([reuse.code().into(), maybe_inside(reuse.stored(), book)?])
        }
    }
}

/// What these columns say.
pub(crate) fn read_reuse(row: &Row, book: Book) -> Result<Reuse, StoreError> {
    let stored: Option<StoredMethodId> = row.maybe_id("stored", book)?;
    match row.maybe_text("reuse")? {
        None => Ok(Reuse::Once),
        Some(code) => Reuse::from_parts(code, stored)
            .ok_or_else(|| StoreError::corrupt("reuse", format!("unknown word \"{code}\""))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{at, book, sealer, stored_method};

    fn row(values: Vec<Value>) -> Row {
        let names: Vec<Box<str>> =
            StoredMethod::SHAPE.columns.iter().map(|column| column.name.into()).collect();
        Row::new(names.into(), values)
    }

    #[test]
    fn a_kept_method_is_read_back_and_its_token_stands_nowhere_in_its_row() {
        let written = stored_method(9).write(&sealer()).unwrap();
        assert!(!format!("{written:?}").contains("fake-token"));
        let read = StoredMethod::read(&row(written), &sealer()).unwrap();
        assert_eq!(
            (read.id, read.kept, read.state),
            (stored_method(9).id, stored_method(9).kept, StoredState::Active)
        );
        assert_eq!(
            (read.shop, read.payment, read.stored_at),
            (stored_method(9).shop, stored_method(9).payment, at(7))
        );
    }

    #[test]
    fn a_token_that_was_put_into_another_row_does_not_open() {
        let mut written = stored_method(9).write(&sealer()).unwrap();
        written[0] = 10_u64.into();
        let refused = StoredMethod::read(&row(written), &sealer()).unwrap_err();
        assert!(refused.to_string().contains("token"), "{refused}");
    }

    #[test]
    fn every_use_is_read_back_and_half_of_one_is_told() {
        let named: Vec<Box<str>> = REUSE.iter().map(|column| column.name.into()).collect();
        let read = |values: Vec<Value>| read_reuse(&Row::new(named.clone().into(), values), book(1));
        let id = stored_method(9).id;
        for reuse in [Reuse::Once, Reuse::Keep, Reuse::Charge(id), Reuse::Confirm(id)] {
            assert_eq!(read(reuse_values(reuse, book(1)).unwrap().to_vec()), Ok(reuse));
        }
        assert!(read(vec!["charge".into(), Value::Null]).is_err());
        assert!(reuse_values(Reuse::Charge(id), book(2)).is_err(), "a method of another book");
    }
}
