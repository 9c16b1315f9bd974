//! Notices as rows: frozen with the decision that owes them.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::table::{Shape, Table, inside, int, maybe_inside, text};
use crate::value::{Row, Value, address};
use domain::facts::Record;
use domain::ids::NoticeId;
use domain::methods::Method;
use domain::notices::{Notice, NoticeKind, NoticeState};
use domain::sellers::Algorithm;

impl Table for Notice {
    const SHAPE: Shape = Shape {
        table: "notices",
        columns: &[
            int("number"),
            int("book"),
            int("payment"),
            text("kind"),
            int("attempt"),
            text("address_url"),
            text("address_verb"),
            text("algorithm"),
            int("passwords"),
            text("method"),
            text("currency"),
            int("paid"),
            int("fee"),
            text("state"),
            int("accepted_at"),
            int("tries"),
            int("first_answer_at"),
            int("owed_at"),
        ],
        keys: 2,
    };
    const FIXED: &'static [&'static str] = &["payment"];

    fn key_values(key: &NoticeId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = Self::key_values(&self.key());
        values.push(inside(self.payment, self.id.book)?);
        values.push(self.kind.code().into());
        values.push(maybe_inside(self.attempt, self.id.book)?);
        values.extend(address(Some(&self.address)));
        values.extend([
            self.algorithm.code().into(),
            self.passwords.into(),
            self.method.code().into(),
            self.paid.currency().into(),
            self.paid.minor().into(),
            self.fee.minor().into(),
            state_word(self.state).into(),
        ]);
        values.push(match self.state {
            NoticeState::Accepted { at } => at.into(),
            NoticeState::Owed | NoticeState::GivenUp => Value::Null,
        });
        values.extend([self.tries.into(), self.first_answer_at.into(), self.owed_at.into()]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Notice, StoreError> {
        let id: NoticeId = row.id("number", row.book("book")?)?;
        let currency = row.currency("currency")?;
        let nowhere = || StoreError::corrupt("address_url", "a notice without an address");
        Ok(Notice {
            id,
            payment: row.id("payment", id.book)?,
            kind: row.word("kind", NoticeKind::from_code)?,
            attempt: row.maybe_id("attempt", id.book)?,
            address: row.address("address_url", "address_verb")?.ok_or_else(nowhere)?,
            algorithm: row.word("algorithm", Algorithm::from_code)?,
            passwords: row.small("passwords")?,
            method: row.word("method", Method::from_code)?,
            paid: row.money("paid", currency)?,
            fee: row.money("fee", currency)?,
            state: read_state(row)?,
            tries: row.small("tries")?,
            first_answer_at: row.maybe_time("first_answer_at")?,
            owed_at: row.time("owed_at")?,
        })
    }
}

/// The word of a state in the database and in lists.
#[must_use]
pub const fn state_word(state: NoticeState) -> &'static str {
    match state {
        NoticeState::Owed => "owed",
        NoticeState::Accepted { .. } => "accepted",
        NoticeState::GivenUp => "given_up",
    }
}

fn read_state(row: &Row) -> Result<NoticeState, StoreError> {
    Ok(match row.text("state")? {
        "owed" => NoticeState::Owed,
        "accepted" => NoticeState::Accepted { at: row.time("accepted_at")? },
        "given_up" => NoticeState::GivenUp,
        word => return Err(StoreError::corrupt("state", format!("unknown word \"{word}\""))),
    })
}
