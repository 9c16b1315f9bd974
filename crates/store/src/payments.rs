//! Payments as rows: one column a fact, lists as JSON.

use crate::checkouts;
use crate::error::StoreError;
use crate::moves::{read_split, split_value};
use crate::rates::{price_value, read_price};
use crate::receipts;
use crate::seal::Sealer;
use crate::stored::{REUSE, read_reuse, reuse_values};
use crate::table::{Shape, Table, inside, int, key_first, maybe_inside, text};
use crate::value::{Row, Value, address, json};
use domain::ids::{AttemptId, Book, Id, PaymentId};
use domain::methods::Method;
use domain::payments::{ClosingWhy, CustomField, Language, Payment, PaymentState, Terms};
use money::currency::Currency;

impl Table for Payment {
    const SHAPE: Shape = Shape {
        table: "payments",
        columns: &[
            int("number"),
            int("book"),
            int("shop"),
            text("state"),
            int("state_until"),
            int("state_amount"),
            text("closing_why"),
            int("order_number"),
            text("sum_text"),
            text("description"),
            text("email"),
            text("payer_ip"),
            text("language"),
            text("custom"),
            text("success_url"),
            text("success_verb"),
            text("fail_url"),
            text("fail_verb"),
            text("statement_to"),
            text("preferred"),
            text("allowed"),
            int("hold"),
            text("receipt"),
            text("price"),
            text("split"),
            text("checkout"),
            REUSE[0],
            REUSE[1],
            text("currency"),
            int("amount"),
            int("captured"),
            int("refunded"),
            int("unsettled"),
            int("passed"),
            int("settled"),
            int("fee"),
            int("fee_returned"),
            int("credit"),
            int("receipts_attached"),
            int("unclaimed"),
            int("paid_by"),
            text("brought"),
            text("unfinished"),
            int("attempts"),
            int("last_attempt"),
            int("opened_at"),
            int("ends_at"),
            int("grace_ends_at"),
            int("paid_at"),
            int("changed_at"),
        ],
        keys: 2,
    };
    const FIXED: &'static [&'static str] = &["shop"];

    fn key_values(key: &PaymentId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let book = self.id.book;
        let mut values = key_first(self);
        values.push(inside(self.shop, book)?);
        values.extend(state_values(self.state));
        values.extend(terms_values(&self.terms)?);
        values.extend(reuse_values(self.terms.reuse, book)?);
        values.extend([
            self.currency().into(),
            self.amount.minor().into(),
            self.captured.minor().into(),
            self.refunded.minor().into(),
            self.unsettled.minor().into(),
            self.passed.minor().into(),
            self.settled.into(),
            self.fee.minor().into(),
            self.fee_returned.minor().into(),
            self.credit.minor().into(),
            self.receipts_attached.into(),
            self.unclaimed.minor().into(),
            maybe_inside(self.paid_by, book)?,
            numbers(&self.brought)?,
            numbers(&self.unfinished)?,
            self.attempts.into(),
            maybe_inside(self.last_attempt, book)?,
            self.opened_at.into(),
            self.ends_at.into(),
            self.grace_ends_at.into(),
            self.paid_at.into(),
            self.changed_at.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Payment, StoreError> {
        let id: PaymentId = row.id("number", row.book("book")?)?;
        let book = id.book;
        let currency = row.currency("currency")?;
        let money = |column| row.money(column, currency);
        let attempts = |column| -> Result<Vec<AttemptId>, StoreError> {
            let numbers: Vec<u64> = row.json(column)?;
            Ok(numbers.into_iter().map(|number| AttemptId::new(book, number)).collect())
        };
        Ok(Payment {
            id,
            shop: row.id("shop", book)?,
            state: read_state(row, currency)?,
            terms: read_terms(row, book, currency)?,
            amount: money("amount")?,
            captured: money("captured")?,
            refunded: money("refunded")?,
            unsettled: money("unsettled")?,
            passed: money("passed")?,
            settled: row.flag("settled")?,
            fee: money("fee")?,
            fee_returned: money("fee_returned")?,
            credit: money("credit")?,
            receipts_attached: row.small("receipts_attached")?,
            unclaimed: money("unclaimed")?,
            paid_by: row.maybe_id("paid_by", book)?,
            brought: attempts("brought")?,
            unfinished: attempts("unfinished")?,
            attempts: row.small("attempts")?,
            last_attempt: row.maybe_id("last_attempt", book)?,
            opened_at: row.time("opened_at")?,
            ends_at: row.time("ends_at")?,
            grace_ends_at: row.time("grace_ends_at")?,
            paid_at: row.maybe_time("paid_at")?,
            changed_at: row.time("changed_at")?,
        })
    }
}

/// A list of attempts of the payment's own book.
fn numbers(attempts: &[AttemptId]) -> Result<Value, StoreError> {
    json(&attempts.iter().map(|id| id.number).collect::<Vec<_>>())
}

fn state_values(state: PaymentState) -> [Value; 4] {
    let word = state.word().into();
    match state {
        PaymentState::Held { until } | PaymentState::Releasing { until } => {
            [word, until.into(), Value::Null, Value::Null]
        }
        PaymentState::Capturing { amount, until } => [word, until.into(), amount.minor().into(), Value::Null],
        PaymentState::Closing { why } => [word, Value::Null, Value::Null, why.code().into()],
        PaymentState::Open | PaymentState::Paid | PaymentState::Cancelled | PaymentState::Expired => {
            [word, Value::Null, Value::Null, Value::Null]
        }
    }
}

fn read_state(row: &Row, currency: Currency) -> Result<PaymentState, StoreError> {
    Ok(match row.text("state")? {
        "open" => PaymentState::Open,
        "held" => PaymentState::Held { until: row.time("state_until")? },
        "capturing" => PaymentState::Capturing {
            amount: row.money("state_amount", currency)?,
            until: row.time("state_until")?,
        },
        "releasing" => PaymentState::Releasing { until: row.time("state_until")? },
        "closing" => PaymentState::Closing { why: row.word("closing_why", ClosingWhy::from_code)? },
        "paid" => PaymentState::Paid,
        "cancelled" => PaymentState::Cancelled,
        "expired" => PaymentState::Expired,
        word => return Err(StoreError::corrupt("state", format!("unknown word \"{word}\""))),
    })
}

fn terms_values(terms: &Terms) -> Result<Vec<Value>, StoreError> {
    let custom: Vec<(&str, &str)> =
        terms.custom.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
    let mut values = vec![
        terms.number.into(),
        (&terms.sum_text).into(),
        (&terms.description).into(),
        terms.email.as_ref().into(),
        terms.payer_ip.as_ref().into(),
        terms.language.map(Language::code).into(),
        json(&custom)?,
    ];
    values.extend(address(terms.success.as_ref()));
    values.extend(address(terms.fail.as_ref()));
    values.push(terms.statement_to.as_ref().into());
    values.push(terms.preferred.map(Method::code).into());
    values.push(method_list(&terms.allowed)?);
    values.push(terms.hold.into());
    values.push(terms.receipt.as_ref().map_or(Ok(Value::Null), receipts::value)?);
    values.push(price_value(terms)?);
    values.push(split_value(terms)?);
    values.push(checkouts::terms_value(terms.checkout.as_ref())?);
    Ok(values)
}

fn read_terms(row: &Row, book: Book, currency: Currency) -> Result<Terms, StoreError> {
    let custom: Vec<(String, String)> = row.json("custom")?;
    Ok(Terms {
        number: row.int("order_number")?,
        sum_text: row.string("sum_text")?,
        description: row.string("description")?,
        email: row.maybe_string("email")?,
        payer_ip: row.maybe_string("payer_ip")?,
        language: row.maybe_word("language", Language::from_code)?,
        custom: custom.into_iter().map(|(name, value)| CustomField { name, value }).collect(),
        success: row.address("success_url", "success_verb")?,
        fail: row.address("fail_url", "fail_verb")?,
        statement_to: row.maybe_string("statement_to")?,
        preferred: row.maybe_word("preferred", Method::from_code)?,
        allowed: read_methods(row, "allowed")?,
        hold: row.flag("hold")?,
        receipt: receipts::read(row, "receipt")?,
        reuse: read_reuse(row, book)?,
        price: read_price(row, "price", currency)?,
        split: read_split(row, "split", book, currency)?,
        checkout: checkouts::read_terms(row)?,
    })
}

/// Methods as a list of their codes.
pub(crate) fn method_list(methods: &[Method]) -> Result<Value, StoreError> {
    json(&methods.iter().map(|method| method.code()).collect::<Vec<_>>())
}

/// Methods from a list of their codes.
pub(crate) fn read_methods(row: &Row, column: &str) -> Result<Vec<Method>, StoreError> {
    let codes: Vec<String> = row.json(column)?;
    let known = |code: &String| {
        Method::from_code(code)
            .ok_or_else(|| StoreError::corrupt(column, format!("unknown method \"{code}\"")))
    };
    codes.iter().map(known).collect()
}
