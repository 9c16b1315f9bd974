//! Payouts as rows; the number that the money goes to is sealed.

use crate::error::StoreError;
use crate::history::read_actor;
use crate::seal::Sealer;
use crate::table::{Shape, Table, inside, int, key_first, text};
use crate::value::{Row, Value};
use domain::attempts::Reason;
use domain::ids::{Book, PayoutId};
use domain::payouts::{
    Destination, DestinationKind, Payout, PayoutCall, PayoutNumber, PayoutNumberKey, PayoutState,
};

impl Table for Payout {
    const SHAPE: Shape = Shape {
        table: "payouts",
        columns: &[
            int("number"),
            int("book"),
            int("shop"),
            text("own_number"),
            text("description"),
            text("currency"),
            int("amount"),
            int("fee"),
            text("kind"),
            text("account"),
            text("mask"),
            text("bank"),
            int("provider"),
            text("state"),
            text("reason"),
            text("request"),
            int("request_saved_at"),
            text("memo"),
            int("checks"),
            text("asked_by"),
            int("asked_at"),
            int("changed_at"),
        ],
        keys: 2,
    };

    fn key_values(key: &PayoutId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, sealer: &Sealer) -> Result<Vec<Value>, StoreError> {
        let sealed = sealer.seal(&place(self.id), &self.to.account);
        let mut values = key_first(self);
        values.extend([
            inside(self.shop, self.id.book)?,
            (&self.number).into(),
            (&self.description).into(),
            self.amount.currency().into(),
            self.amount.minor().into(),
            self.fee.minor().into(),
            self.to.kind.code().into(),
            sealed.map_err(|error| StoreError::corrupt("account", error.to_string()))?.into(),
            (&self.to.mask).into(),
            self.to.bank.as_ref().into(),
            inside(self.provider, Book::PLATFORM)?,
            self.state.code().into(),
            self.state.reason().map(Reason::code).into(),
            self.call.as_ref().map(|call| &call.request).into(),
            self.call.as_ref().map(|call| call.saved_at).into(),
            self.memo.as_ref().into(),
            self.checks.into(),
            self.asked_by.code().into(),
            self.asked_at.into(),
            self.changed_at.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, sealer: &Sealer) -> Result<Payout, StoreError> {
        let id: PayoutId = row.id("number", row.book("book")?)?;
        let currency = row.currency("currency")?;
        Ok(Payout {
            id,
            shop: row.id("shop", id.book)?,
            number: row.string("own_number")?,
            description: row.string("description")?,
            amount: row.money("amount", currency)?,
            fee: row.money("fee", currency)?,
            to: read_destination(id, row, sealer)?,
            provider: row.id("provider", Book::PLATFORM)?,
            state: read_state(row)?,
            call: read_call(row)?,
            memo: row.maybe_string("memo")?,
            checks: row.small("checks")?,
            asked_by: row.word("asked_by", read_actor)?,
            asked_at: row.time("asked_at")?,
            changed_at: row.time("changed_at")?,
        })
    }
}

fn place(id: PayoutId) -> String {
    format!("payouts.account:{}:{}", id.number, id.book.number())
}

fn read_destination(id: PayoutId, row: &Row, sealer: &Sealer) -> Result<Destination, StoreError> {
    let account = sealer.open(&place(id), row.text("account")?);
    Ok(Destination {
        kind: row.word("kind", DestinationKind::from_code)?,
        account: account.map_err(|error| StoreError::corrupt("account", error.to_string()))?,
        mask: row.string("mask")?,
        bank: row.maybe_string("bank")?,
    })
}

fn read_state(row: &Row) -> Result<PayoutState, StoreError> {
    let reason = row.maybe_word("reason", Reason::from_code)?;
    row.word("state", |word| PayoutState::from_parts(word, reason))
}

fn read_call(row: &Row) -> Result<Option<PayoutCall>, StoreError> {
    let Some(request) = row.maybe_string("request")? else { return Ok(None) };
    Ok(Some(PayoutCall { request, saved_at: row.time("request_saved_at")? }))
}

impl Table for PayoutNumber {
    const SHAPE: Shape = Shape {
        table: "payout_numbers",
        columns: &[text("own_number"), int("shop"), int("book"), int("payout")],
        keys: 3,
    };

    fn key_values(key: &PayoutNumberKey) -> Vec<Value> {
        vec![(&key.number).into(), key.shop.number.into(), key.shop.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = key_first(self);
        values.push(inside(self.payout, self.key.shop.book)?);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<PayoutNumber, StoreError> {
        let book = row.book("book")?;
        let key = PayoutNumberKey { number: row.string("own_number")?, shop: row.id("shop", book)? };
        Ok(PayoutNumber { key, payout: row.id("payout", book)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{payout, sealer};

    fn row(values: Vec<Value>) -> Row {
        let names: Vec<Box<str>> = Payout::SHAPE.columns.iter().map(|column| column.name.into()).collect();
        Row::new(names.into(), values)
    }

    #[test]
    fn the_number_that_money_goes_to_stands_nowhere_in_the_row() {
        let written = payout(9).write(&sealer()).unwrap();
        assert!(!format!("{written:?}").contains(payout(9).to.account.expose()));
        let read = Payout::read(&row(written), &sealer()).unwrap();
        assert_eq!((read.to, read.call), (payout(9).to, payout(9).call));
    }

    #[test]
    fn a_number_that_was_put_into_another_row_does_not_open() {
        let mut written = payout(9).write(&sealer()).unwrap();
        written[0] = 10_u64.into();
        let refused = Payout::read(&row(written), &sealer()).unwrap_err();
        assert!(refused.to_string().contains("account"), "{refused}");
    }
}
