//! Refunds as rows.

use crate::error::StoreError;
use crate::history::read_actor;
use crate::receipts;
use crate::seal::Sealer;
use crate::table::{Shape, Table, blob, inside, int, maybe_inside, text};
use crate::value::{Row, Value};
use domain::attempts::Reason;
use domain::facts::Record;
use domain::ids::RefundId;
use domain::refunds::{Refund, RefundState, RefundToken, RefundTokenKey, Source};

impl Table for Refund {
    const SHAPE: Shape = Shape {
        table: "refunds",
        columns: &[
            int("number"),
            int("book"),
            int("payment"),
            int("attempt"),
            text("currency"),
            int("amount"),
            text("source"),
            text("state"),
            text("reason"),
            int("from_unsettled"),
            int("fee_returned"),
            int("fee_charged"),
            text("memo"),
            int("call"),
            int("checks"),
            text("asked_by"),
            int("asked_at"),
            text("receipt"),
        ],
        keys: 2,
    };
    const FIXED: &'static [&'static str] = &["payment", "attempt"];

    fn key_values(key: &RefundId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let book = self.id.book;
        let mut values = Self::key_values(&self.key());
        values.extend([
            inside(self.payment, book)?,
            inside(self.attempt, book)?,
            self.amount.currency().into(),
            self.amount.minor().into(),
            self.source.code().into(),
            state_word(self.state).into(),
            reason_of(self.state).map(Reason::code).into(),
            self.from_unsettled.minor().into(),
            self.fee_returned.minor().into(),
            self.fee_charged.minor().into(),
            self.memo.as_ref().into(),
            maybe_inside(self.call, book)?,
            self.checks.into(),
            self.asked_by.code().into(),
            self.asked_at.into(),
            match &self.receipt {
                Some(receipt) => receipts::value(receipt)?,
                None => Value::Null,
            },
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Refund, StoreError> {
        let id: RefundId = row.id("number", row.book("book")?)?;
        let currency = row.currency("currency")?;
        Ok(Refund {
            id,
            payment: row.id("payment", id.book)?,
            attempt: row.id("attempt", id.book)?,
            amount: row.money("amount", currency)?,
            source: row.word("source", Source::from_code)?,
            state: read_state(row)?,
            from_unsettled: row.money("from_unsettled", currency)?,
            fee_returned: row.money("fee_returned", currency)?,
            fee_charged: row.money("fee_charged", currency)?,
            memo: row.maybe_string("memo")?,
            call: row.maybe_id("call", id.book)?,
            checks: row.small("checks")?,
            asked_by: row.word("asked_by", read_actor)?,
            asked_at: row.time("asked_at")?,
            receipt: receipts::read(row, "receipt")?,
        })
    }
}

impl Table for RefundToken {
    const SHAPE: Shape = Shape {
        table: "refund_tokens",
        columns: &[blob("digest"), int("book"), int("refund"), int("asked_at")],
        keys: 2,
    };

    fn key_values(key: &RefundTokenKey) -> Vec<Value> {
        vec![key.digest.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = Self::key_values(&self.key);
        values.extend([inside(self.refund, self.key.book)?, self.asked_at.into()]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<RefundToken, StoreError> {
        let book = row.book("book")?;
        Ok(RefundToken {
            key: RefundTokenKey { digest: row.digest("digest")?, book },
            refund: row.id("refund", book)?,
            asked_at: row.time("asked_at")?,
        })
    }
}

/// The word of a state in the database and in lists.
#[must_use]
pub const fn state_word(state: RefundState) -> &'static str {
    match state {
        RefundState::Asked => "asked",
        RefundState::Sent => "sent",
        RefundState::Returned => "returned",
        RefundState::Failed { .. } => "failed",
    }
}

const fn reason_of(state: RefundState) -> Option<Reason> {
    match state {
        RefundState::Failed { reason } => Some(reason),
        RefundState::Asked | RefundState::Sent | RefundState::Returned => None,
    }
}

fn read_state(row: &Row) -> Result<RefundState, StoreError> {
    Ok(match row.text("state")? {
        "asked" => RefundState::Asked,
        "sent" => RefundState::Sent,
        "returned" => RefundState::Returned,
        "failed" => RefundState::Failed { reason: row.word("reason", Reason::from_code)? },
        word => return Err(StoreError::corrupt("state", format!("unknown word \"{word}\""))),
    })
}
