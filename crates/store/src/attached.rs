//! Receipts that came after the payment, as rows.

use crate::error::StoreError;
use crate::receipts;
use crate::seal::Sealer;
use crate::store::Store;
use crate::table::{Shape, Table, inside, int, key_first, text};
use crate::value::{Row, Value};
use domain::attaching::{AttachedKey, AttachedReceipt};

impl Table for AttachedReceipt {
    const SHAPE: Shape = Shape {
        table: "attached_receipts",
        columns: &[
            text("name"),
            int("shop"),
            int("book"),
            int("payment"),
            text("receipt"),
            text("email"),
            text("phone"),
            int("attached_at"),
        ],
        keys: 3,
    };

    fn key_values(key: &AttachedKey) -> Vec<Value> {
        vec![(&key.name).into(), key.shop.number.into(), key.shop.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = key_first(self);
        values.push(inside(self.payment, self.key.shop.book)?);
        values.push(receipts::value(&self.receipt)?);
        values.extend([self.email.as_ref().into(), self.phone.as_ref().into(), self.attached_at.into()]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<AttachedReceipt, StoreError> {
        let book = row.book("book")?;
        let nothing = || StoreError::corrupt("receipt", "an attached receipt without a receipt");
        Ok(AttachedReceipt {
            key: AttachedKey { name: row.string("name")?, shop: row.id("shop", book)? },
            payment: row.id("payment", book)?,
            receipt: receipts::read(row, "receipt")?.ok_or_else(nothing)?,
            email: row.maybe_string("email")?,
            phone: row.maybe_string("phone")?,
            attached_at: row.time("attached_at")?,
        })
    }
}

impl Store {
    /// A receipt that a shop attached, by its own number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attached_receipt(&self, key: &AttachedKey) -> Result<Option<AttachedReceipt>, StoreError> {
        self.record_of(key).await
    }
}
