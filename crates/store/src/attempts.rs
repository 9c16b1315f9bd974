//! Attempts as rows; the fee template frozen for them is JSON.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::stored::{REUSE, read_reuse, reuse_values};
use crate::table::{Shape, Table, inside, int, key_first, maybe_inside, text};
use crate::tariffs::{FeeRow, RefundFeeRow};
use crate::value::{Row, Value, json};
use domain::attempts::{Attempt, AttemptState, PaidWith, PayerFields, Prompt, Reason};
use domain::ids::{AttemptId, Book};
use domain::methods::Method;
use domain::stored::Reuse;

impl Table for Attempt {
    const SHAPE: Shape = Shape {
        table: "attempts",
        columns: &[
            int("number"),
            int("book"),
            int("payment"),
            text("method"),
            int("provider"),
            text("currency"),
            int("price"),
            int("amount"),
            int("tariff"),
            int("tariff_version"),
            text("fee"),
            text("refund_fee"),
            int("hold"),
            REUSE[0],
            REUSE[1],
            text("state"),
            int("step"),
            text("reason"),
            text("memo"),
            text("prompt"),
            text("prompt_text"),
            text("phone"),
            text("email"),
            int("call"),
            int("waits_until"),
            int("checks"),
            text("account"),
            text("bank_reference"),
            int("received"),
            text("received_currency"),
            int("returned"),
            int("cost"),
            text("cost_currency"),
            int("started_at"),
        ],
        keys: 2,
    };
    const FIXED: &'static [&'static str] = &["payment"];

    fn key_values(key: &AttemptId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let book = self.id.book;
        let mut values = key_first(self);
        values.extend([
            inside(self.payment, book)?,
            self.method.code().into(),
            inside(self.provider, Book::PLATFORM)?,
            self.amount.currency().into(),
            self.price.minor().into(),
            self.amount.minor().into(),
            inside(self.tariff.0, Book::PLATFORM)?,
            self.tariff.1.into(),
            json(&FeeRow::from(&self.fee))?,
            json(&RefundFeeRow::from(&self.refund_fee))?,
            self.hold.into(),
        ]);
        values.extend(reuse_values(self.reuse, book)?);
        values.extend(state_values(&self.state));
        values.push(self.memo.as_ref().into());
        values.extend(prompt_values(self.prompt.as_ref()));
        values.extend([
            self.payer.phone.as_ref().into(),
            self.payer.email.as_ref().into(),
            maybe_inside(self.call, book)?,
            self.waits_until.into(),
            self.checks.into(),
            self.paid_with.account.as_ref().into(),
            self.paid_with.bank_reference.as_ref().into(),
            self.received.map(|amount| amount.minor()).into(),
            self.received.map(|amount| amount.currency()).into(),
            self.returned.minor().into(),
            self.cost.map(|amount| amount.minor()).into(),
            self.cost.map(|amount| amount.currency()).into(),
            self.started_at.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Attempt, StoreError> {
        let id: AttemptId = row.id("number", row.book("book")?)?;
        let currency = row.currency("currency")?;
        let reuse = read_reuse(row, id.book)?;
        let fee: FeeRow = row.json("fee")?;
        let refund_fee: RefundFeeRow = row.json("refund_fee")?;
        Ok(Attempt {
            id,
            payment: row.id("payment", id.book)?,
            method: row.word("method", Method::from_code)?,
            provider: row.id("provider", Book::PLATFORM)?,
            price: row.money("price", currency)?,
            amount: row.money("amount", currency)?,
            tariff: (row.id("tariff", Book::PLATFORM)?, row.small("tariff_version")?),
            fee: fee.fee("fee")?,
            refund_fee: refund_fee.refund_fee("refund_fee")?,
            hold: row.flag("hold")?,
            reuse,
            state: read_state(row)?,
            memo: row.maybe_string("memo")?,
            prompt: read_prompt(row)?,
            payer: PayerFields {
                phone: row.maybe_string("phone")?,
                email: row.maybe_string("email")?,
                saved: matches!(reuse, Reuse::Confirm(_)),
            },
            call: row.maybe_id("call", id.book)?,
            waits_until: row.maybe_time("waits_until")?,
            checks: row.small("checks")?,
            // News may tell of another currency than was asked for.
            paid_with: PaidWith {
                account: row.maybe_string("account")?,
                bank_reference: row.maybe_string("bank_reference")?,
            },
            received: row.own_money("received", "received_currency")?,
            returned: row.money("returned", currency)?,
            cost: row.own_money("cost", "cost_currency")?,
            started_at: row.time("started_at")?,
        })
    }
}

/// The word of a state in the database and in lists.
#[must_use]
pub const fn state_word(state: &AttemptState) -> &'static str {
    match state {
        AttemptState::Planned => "planned",
        AttemptState::Sending { .. } => "sending",
        AttemptState::Waiting => "waiting",
        AttemptState::Unknown => "unknown",
        AttemptState::Held => "held",
        AttemptState::Received => "received",
        AttemptState::Declined { .. } => "declined",
        AttemptState::Released => "released",
        AttemptState::Abandoned => "abandoned",
    }
}

fn state_values(state: &AttemptState) -> [Value; 3] {
    let word = state_word(state).into();
    match state {
        AttemptState::Sending { step } => [word, (*step).into(), Value::Null],
        AttemptState::Declined { reason } => [word, Value::Null, reason.code().into()],
        AttemptState::Planned
        | AttemptState::Waiting
        | AttemptState::Unknown
        | AttemptState::Held
        | AttemptState::Received
        | AttemptState::Released
        | AttemptState::Abandoned => [word, Value::Null, Value::Null],
    }
}

fn read_state(row: &Row) -> Result<AttemptState, StoreError> {
    Ok(match row.text("state")? {
        "planned" => AttemptState::Planned,
        "sending" => AttemptState::Sending { step: row.small("step")? },
        "waiting" => AttemptState::Waiting,
        "unknown" => AttemptState::Unknown,
        "held" => AttemptState::Held,
        "received" => AttemptState::Received,
        "declined" => AttemptState::Declined { reason: row.word("reason", Reason::from_code)? },
        "released" => AttemptState::Released,
        "abandoned" => AttemptState::Abandoned,
        word => return Err(StoreError::corrupt("state", format!("unknown word \"{word}\""))),
    })
}

fn prompt_values(prompt: Option<&Prompt>) -> [Value; 2] {
    match prompt {
        None => [Value::Null, Value::Null],
        Some(Prompt::Redirect { url }) => ["redirect".into(), url.into()],
        Some(Prompt::Qr { data }) => ["qr".into(), data.into()],
        Some(Prompt::External { phone }) => ["external".into(), phone.as_ref().into()],
        Some(Prompt::Outcome) => ["outcome".into(), Value::Null],
    }
}

fn read_prompt(row: &Row) -> Result<Option<Prompt>, StoreError> {
    let Some(word) = row.maybe_text("prompt")? else { return Ok(None) };
    Ok(Some(match word {
        "redirect" => Prompt::Redirect { url: row.string("prompt_text")? },
        "qr" => Prompt::Qr { data: row.string("prompt_text")? },
        "external" => Prompt::External { phone: row.maybe_string("prompt_text")? },
        "outcome" => Prompt::Outcome,
        word => return Err(StoreError::corrupt("prompt", format!("unknown word \"{word}\""))),
    }))
}
