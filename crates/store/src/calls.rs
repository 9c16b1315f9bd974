//! Frozen calls as rows.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::table::{Shape, Table, inside, int, text};
use crate::value::{Row, Value};
use domain::attempts::{Call, Operation};
use domain::facts::Record;
use domain::ids::CallId;

impl Table for Call {
    const SHAPE: Shape = Shape {
        table: "calls",
        columns: &[
            int("number"),
            int("book"),
            int("attempt"),
            text("operation"),
            int("step"),
            text("request"),
            int("saved_at"),
        ],
        keys: 2,
    };

    fn key_values(key: &CallId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = Self::key_values(&self.key());
        values.extend([
            inside(self.attempt, self.id.book)?,
            self.operation.code().into(),
            self.step.into(),
            (&self.request).into(),
            self.saved_at.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Call, StoreError> {
        let id: CallId = row.id("number", row.book("book")?)?;
        Ok(Call {
            id,
            attempt: row.id("attempt", id.book)?,
            operation: row.word("operation", Operation::from_code)?,
            step: row.small("step")?,
            request: row.string("request")?,
            saved_at: row.time("saved_at")?,
        })
    }
}
