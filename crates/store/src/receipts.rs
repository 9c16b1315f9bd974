//! Receipts as a column: JSON with the business's words, sums in minor units and quantities in thousandths.

use crate::error::StoreError;
use crate::value::{Row, Value, json};
use domain::receipts::words::{PaymentMode, SaleSubject, Tax, TaxSystem};
use domain::receipts::{Line, Quantity, Receipt};
use money::Money;
use money::currency::Currency;
use serde::{Deserialize, Serialize};

/// A receipt as it stands in JSON.
#[derive(Serialize, Deserialize)]
pub(crate) struct ReceiptRow {
    currency: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tax_system: Option<String>,
    lines: Vec<LineRow>,
}

#[derive(Serialize, Deserialize)]
struct LineRow {
    name: String,
    thousandths: u32,
    minor: i64,
    tax: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    marking: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    catalogue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    package: Option<String>,
}

/// A receipt as the value of a column.
pub(crate) fn value(receipt: &Receipt) -> Result<Value, StoreError> {
    json(&row(receipt))
}

/// A receipt as a part of other JSON.
pub(crate) fn row(receipt: &Receipt) -> ReceiptRow {
    ReceiptRow {
        currency: receipt.total().currency().code().to_owned(),
        tax_system: receipt.tax_system().map(|system| system.code().to_owned()),
        lines: receipt.lines().iter().map(line_row).collect(),
    }
}

/// The receipt in a column, if there is one.
pub(crate) fn read(row: &Row, column: &str) -> Result<Option<Receipt>, StoreError> {
    if row.maybe_text(column)?.is_none() {
        return Ok(None);
    }
    of_row(column, row.json(column)?).map(Some)
}

/// The receipt that was a part of other JSON in a column.
pub(crate) fn of_row(column: &str, found: ReceiptRow) -> Result<Receipt, StoreError> {
    let currency = known(column, &found.currency, Currency::from_code)?;
    let tax_system = maybe(column, found.tax_system.as_deref(), TaxSystem::from_code)?;
    let lines: Result<Vec<Line>, StoreError> =
        found.lines.into_iter().map(|line| read_line(column, line, currency)).collect();
    let receipt = Receipt::new(tax_system, lines?);
    receipt.map_err(|fault| StoreError::corrupt(column, fault.to_string()))
}

fn line_row(line: &Line) -> LineRow {
    LineRow {
        name: line.name.clone(),
        thousandths: line.quantity.thousandths(),
        minor: line.sum.minor(),
        tax: line.tax.code().to_owned(),
        mode: line.mode.map(|mode| mode.code().to_owned()),
        subject: line.subject.map(|subject| subject.code().to_owned()),
        marking: line.marking.clone(),
        catalogue: line.catalogue.clone(),
        package: line.package.clone(),
    }
}

fn read_line(column: &str, line: LineRow, currency: Currency) -> Result<Line, StoreError> {
    let quantity = Quantity::from_thousandths(line.thousandths);
    Ok(Line {
        name: line.name,
        quantity: quantity.ok_or_else(|| StoreError::corrupt(column, "a quantity that is none"))?,
        sum: Money::from_minor(line.minor, currency),
        tax: known(column, &line.tax, Tax::from_code)?,
        mode: maybe(column, line.mode.as_deref(), PaymentMode::from_code)?,
        subject: maybe(column, line.subject.as_deref(), SaleSubject::from_code)?,
        marking: line.marking,
        catalogue: line.catalogue,
        package: line.package,
    })
}

fn known<T>(column: &str, code: &str, from_code: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    from_code(code).ok_or_else(|| StoreError::corrupt(column, format!("unknown word \"{code}\"")))
}

fn maybe<T>(
    column: &str,
    code: Option<&str>,
    from_code: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    code.map(|code| known(column, code, from_code)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::payment;

    fn row(text: Value) -> Row {
        Row::new(["receipt"].map(Box::from).to_vec().into(), vec![text])
    }

    #[test]
    fn a_receipt_is_read_back_as_it_was_written() {
        let receipt = payment(1, 1).terms.receipt.unwrap();
        let written = value(&receipt).unwrap();
        assert_eq!(read(&row(written), "receipt"), Ok(Some(receipt)));
        assert_eq!(read(&row(Value::Null), "receipt"), Ok(None));
    }

    #[test]
    fn what_is_no_receipt_is_named_and_never_taken_for_none() {
        let line = |more: &str| {
            format!(
                r#"{{"currency":"RUB","lines":[{{"name":"a","thousandths":1,"minor":1,"tax":"none"{more}}}]}}"#
            )
        };
        assert!(read(&row(line("").into()), "receipt").unwrap().is_some());
        for text in [
            "{}".to_owned(),
            r#"{"currency":"RUB","lines":[]}"#.to_owned(),
            line("").replace("none", "vat18"),
            line("").replace("RUB", "XXX"),
            line("").replace(r#""thousandths":1"#, r#""thousandths":0"#),
            line(r#","mode":"later""#),
        ] {
            assert!(
                read(&row(text.as_str().into()), "receipt").unwrap_err().to_string().contains(".receipt:"),
                "{text}"
            );
        }
    }
}
