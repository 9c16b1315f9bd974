//! Tariffs as rows; fee templates and amounts inside lists are JSON.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::table::{Shape, Table, int, text};
use crate::value::{Row, Value, json};
use domain::facts::Record;
use domain::ids::{Book, Id, TariffId};
use domain::methods::Method;
use domain::tariffs::{Fee, RefundFee, Step, Tariff};
use money::Money;
use money::currency::Currency;
use serde::{Deserialize, Serialize};

/// An amount as it stands in JSON: minor units and the code of the currency.
#[derive(Serialize, Deserialize)]
pub(crate) struct MoneyRow(i64, String);

impl From<Money> for MoneyRow {
    fn from(amount: Money) -> Self {
        MoneyRow(amount.minor(), amount.currency().code().to_owned())
    }
}

impl MoneyRow {
    pub(crate) fn money(&self, column: &str) -> Result<Money, StoreError> {
        let currency = Currency::from_code(&self.1)
            .ok_or_else(|| StoreError::corrupt(column, format!("unknown currency \"{}\"", self.1)))?;
        Ok(Money::from_minor(self.0, currency))
    }
}

/// A fee template as it stands in JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FeeRow {
    Fixed(MoneyRow),
    Share { parts: u32, of: u32 },
    Smallest(Vec<FeeRow>),
    Largest(Vec<FeeRow>),
    Sum(Vec<FeeRow>),
}

impl From<&Fee> for FeeRow {
    fn from(fee: &Fee) -> Self {
        let rows = |fees: &[Fee]| fees.iter().map(FeeRow::from).collect();
        match fee {
            Fee::Fixed(amount) => FeeRow::Fixed((*amount).into()),
            Fee::Share { parts, of } => FeeRow::Share { parts: *parts, of: *of },
            Fee::Smallest(fees) => FeeRow::Smallest(rows(fees)),
            Fee::Largest(fees) => FeeRow::Largest(rows(fees)),
            Fee::Sum(fees) => FeeRow::Sum(rows(fees)),
        }
    }
}

impl FeeRow {
    pub(crate) fn fee(&self, column: &str) -> Result<Fee, StoreError> {
        let fees = |rows: &[FeeRow]| rows.iter().map(|row| row.fee(column)).collect::<Result<_, _>>();
        Ok(match self {
            FeeRow::Fixed(amount) => Fee::Fixed(amount.money(column)?),
            FeeRow::Share { parts, of } => Fee::Share { parts: *parts, of: *of },
            FeeRow::Smallest(rows) => Fee::Smallest(fees(rows)?),
            FeeRow::Largest(rows) => Fee::Largest(fees(rows)?),
            FeeRow::Sum(rows) => Fee::Sum(fees(rows)?),
        })
    }
}

/// What becomes of a fee on refunds, as it stands in JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundFeeRow {
    Keep,
    Return,
    Fixed(MoneyRow),
}

impl From<&RefundFee> for RefundFeeRow {
    fn from(fee: &RefundFee) -> Self {
        match fee {
            RefundFee::Keep => RefundFeeRow::Keep,
            RefundFee::Return => RefundFeeRow::Return,
            RefundFee::Fixed(amount) => RefundFeeRow::Fixed((*amount).into()),
        }
    }
}

impl RefundFeeRow {
    pub(crate) fn refund_fee(&self, column: &str) -> Result<RefundFee, StoreError> {
        Ok(match self {
            RefundFeeRow::Keep => RefundFee::Keep,
            RefundFeeRow::Return => RefundFee::Return,
            RefundFeeRow::Fixed(amount) => RefundFee::Fixed(amount.money(column)?),
        })
    }
}

/// A step of a tariff as it stands in JSON.
#[derive(Serialize, Deserialize)]
struct StepRow {
    from: MoneyRow,
    fee: FeeRow,
}

impl Table for Tariff {
    const SHAPE: Shape = Shape {
        table: "tariffs",
        columns: &[
            int("number"),
            int("book"),
            int("seller"),
            int("seller_book"),
            int("shop"),
            int("shop_book"),
            text("method"),
            text("currency"),
            text("steps"),
            text("refund_fee"),
            int("active"),
            int("version"),
        ],
        keys: 2,
    };

    fn key_values(key: &TariffId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let steps = self.steps.iter().map(|step| StepRow { from: step.from.into(), fee: (&step.fee).into() });
        let mut values = Self::key_values(&self.key());
        values.extend([
            self.seller.map(|seller| seller.number).into(),
            self.seller.map(|seller| seller.book).into(),
            self.shop.map(|shop| shop.number).into(),
            self.shop.map(|shop| shop.book).into(),
            self.method.map(Method::code).into(),
            self.currency.into(),
            json(&steps.collect::<Vec<_>>())?,
            json(&RefundFeeRow::from(&self.refund_fee))?,
            self.active.into(),
            self.version.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Tariff, StoreError> {
        let steps: Vec<StepRow> = row.json("steps")?;
        let steps = steps
            .iter()
            .map(|step| Ok(Step { from: step.from.money("steps")?, fee: step.fee.fee("steps")? }));
        let refund_fee: RefundFeeRow = row.json("refund_fee")?;
        Ok(Tariff {
            id: row.id("number", row.book("book")?)?,
            seller: elsewhere(row, "seller", "seller_book")?,
            shop: elsewhere(row, "shop", "shop_book")?,
            method: row.maybe_word("method", Method::from_code)?,
            currency: row.currency("currency")?,
            steps: steps.collect::<Result<_, StoreError>>()?,
            refund_fee: refund_fee.refund_fee("refund_fee")?,
            active: row.flag("active")?,
            version: row.small("version")?,
        })
    }
}

/// A reference out of the platform's book: its number and its book, or nothing.
fn elsewhere<I: Id>(row: &Row, number: &str, book: &str) -> Result<Option<I>, StoreError> {
    if row.maybe_int(number)?.is_none() {
        return Ok(None);
    }
    let book: Book = row.book(book)?;
    row.maybe_id(number, book)
}
