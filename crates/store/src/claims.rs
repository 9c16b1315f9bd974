//! Claims as rows: who owns an order's number.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::table::{Shape, Table, blob, inside, int};
use crate::value::{Row, Value};
use domain::payments::{Claim, ClaimKey};

impl Table for Claim {
    const SHAPE: Shape = Shape {
        table: "claims",
        columns: &[int("number"), int("shop"), int("book"), blob("fingerprint"), int("payment")],
        keys: 3,
    };

    fn key_values(key: &ClaimKey) -> Vec<Value> {
        vec![key.number.into(), key.shop.number.into(), key.shop.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = Self::key_values(&self.key);
        values.push(self.fingerprint.into());
        values.push(inside(self.payment, self.key.shop.book)?);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Claim, StoreError> {
        let book = row.book("book")?;
        Ok(Claim {
            key: ClaimKey { number: row.int("number")?, shop: row.id("shop", book)? },
            fingerprint: row.digest("fingerprint")?,
            payment: row.id("payment", book)?,
        })
    }
}
