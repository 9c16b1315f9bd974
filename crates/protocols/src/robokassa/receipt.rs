//! `Receipt`: the JSON of what is sold, read without floats and checked before a payment starts (protocol,
//! section 16).

use std::fmt;

use domain::receipts::words::{PaymentMode, SaleSubject, Tax, TaxSystem};
use domain::receipts::{Line, Quantity, Receipt, ReceiptFault};
use money::currency::Currency;
use money::{Money, Rounding};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::has_control;
use super::sums::read_sum;

/// How long a quantity may be written, in characters; the longest seen is a float's twenty.
const QUANTITY_CHARS_MAX: usize = 64;
/// So many digits behind a quantity's dot are looked at: three that count, and a float's tail.
const QUANTITY_DIGITS: usize = 9;
/// One thousandth, in the smallest part that is looked at.
const THOUSANDTH: u64 = 1_000_000;
/// A tail below a millionth was computed in binary floats, as with sums.
const TAIL: u64 = 1_000;

/// The receipt as it is sent. Numbers keep their text, so no digit of theirs passes through a float.
#[derive(Deserialize)]
struct Sent<'a> {
    sno: Option<String>,
    #[serde(borrow)]
    items: Vec<SentItem<'a>>,
}

#[derive(Deserialize)]
struct SentItem<'a> {
    name: String,
    #[serde(borrow)]
    quantity: Option<&'a RawValue>,
    #[serde(borrow)]
    sum: Option<&'a RawValue>,
    #[serde(borrow)]
    cost: Option<&'a RawValue>,
    tax: Option<String>,
    payment_method: Option<String>,
    payment_object: Option<String>,
    nomenclature_code: Option<String>,
    #[serde(borrow)]
    spic: Option<&'a RawValue>,
    #[serde(borrow)]
    packagecode: Option<&'a RawValue>,
}

/// Why a receipt is refused. What it says names the member to blame and repeats nothing that was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReceiptError {
    /// No JSON of the documented form.
    Form,
    /// `sno`.
    TaxSystem,
    /// `quantity`.
    Quantity,
    /// Neither `sum` nor `cost`.
    NoSum,
    /// `sum` or `cost`.
    Sum,
    /// `tax`.
    Tax,
    /// `payment_method`.
    PaymentMethod,
    /// `payment_object`.
    PaymentObject,
    /// `spic` or `packagecode`.
    Catalogue,
    /// What every receipt must keep to.
    Rule(ReceiptFault),
    /// The items add up to something else.
    OtherSum,
}

impl ReceiptError {
    /// The reason in English.
    pub const fn why(self) -> &'static str {
        match self {
            ReceiptError::Form => "the receipt is not a JSON object with items that each have a name",
            ReceiptError::TaxSystem => "sno of the receipt is not in the documented list",
            ReceiptError::Quantity => "quantity of an item is not of 0.001 to 99999.999",
            ReceiptError::NoSum => "an item of the receipt has neither sum nor cost",
            ReceiptError::Sum => "sum or cost of an item is not a plain decimal of the currency",
            ReceiptError::Tax => "tax of an item is not in the documented list",
            ReceiptError::PaymentMethod => "payment_method of an item is not in the documented list",
            ReceiptError::PaymentObject => "payment_object of an item is not in the documented list",
            ReceiptError::Catalogue => "spic or packagecode of an item is neither text nor a number",
            ReceiptError::Rule(fault) => fault.why(),
            ReceiptError::OtherSum => "the items of the receipt do not add up to the sum",
        }
    }
}

impl fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

impl std::error::Error for ReceiptError {}

impl From<ReceiptFault> for ReceiptError {
    fn from(fault: ReceiptFault) -> ReceiptError {
        ReceiptError::Rule(fault)
    }
}

/// Reads the JSON of a receipt whose items must add up to this sum.
///
/// # Errors
/// [`ReceiptError`]: the first thing that is wrong.
pub(super) fn read_receipt(json: &str, sum: Money) -> Result<Receipt, ReceiptError> {
    let sent: Sent<'_> = serde_json::from_str(json).map_err(|_| ReceiptError::Form)?;
    let tax_system = match given(sent.sno.as_deref()) {
        Some(word) => Some(TaxSystem::from_code(word).ok_or(ReceiptError::TaxSystem)?),
        None => None,
    };
    let lines: Result<Vec<Line>, ReceiptError> =
        sent.items.into_iter().map(|item| read_item(item, sum.currency())).collect();
    let receipt = Receipt::new(tax_system, lines?)?;
    if receipt.total() != sum {
        return Err(ReceiptError::OtherSum);
    }
    Ok(receipt)
}

fn read_item(item: SentItem<'_>, currency: Currency) -> Result<Line, ReceiptError> {
    let quantity = item.quantity.and_then(text_of).and_then(|text| read_quantity(&text));
    let quantity = quantity.ok_or(ReceiptError::Quantity)?;
    let mode = match given(item.payment_method.as_deref()) {
        Some(word) => Some(PaymentMode::from_code(word).ok_or(ReceiptError::PaymentMethod)?),
        None => None,
    };
    let subject = match given(item.payment_object.as_deref()) {
        // Two client libraries write this one word otherwise than the documentation does.
        Some("operating_gain") => Some(SaleSubject::NonOperatingGain),
        Some(word) => Some(SaleSubject::from_code(word).ok_or(ReceiptError::PaymentObject)?),
        None => None,
    };
    Ok(Line {
        // JSON can say control characters that a form cannot; printers cannot print them.
        name: item.name.replace(char::is_control, " ").trim().to_owned(),
        quantity,
        sum: line_sum(item.sum, item.cost, quantity, currency)?,
        tax: item.tax.as_deref().and_then(Tax::from_code).ok_or(ReceiptError::Tax)?,
        mode,
        subject,
        marking: given(item.nomenclature_code.as_deref()).map(str::to_owned),
        catalogue: catalogue(item.spic)?,
        package: catalogue(item.packagecode)?,
    })
}

/// The sum of a line; without one, the price of one times the quantity, half-up.
fn line_sum(
    sum: Option<&RawValue>,
    cost: Option<&RawValue>,
    quantity: Quantity,
    currency: Currency,
) -> Result<Money, ReceiptError> {
    let read =
        |raw: &RawValue| text_of(raw).and_then(|text| read_sum(&text, currency)).ok_or(ReceiptError::Sum);
    match (sum, cost) {
        (Some(sum), _) => read(sum),
        (None, Some(cost)) => read(cost)?
            .share(u64::from(quantity.thousandths()), 1_000, Rounding::HalfUp)
            .map_err(|_| ReceiptError::Sum),
        (None, None) => Err(ReceiptError::NoSum),
    }
}

fn catalogue(raw: Option<&RawValue>) -> Result<Option<String>, ReceiptError> {
    let Some(raw) = raw else { return Ok(None) };
    let text = text_of(raw).filter(|text| !has_control(text, &[])).ok_or(ReceiptError::Catalogue)?;
    Ok(given(Some(&text)).map(str::to_owned))
}

/// Clients send members that they have nothing to say in with an empty text.
fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// The text of a number as it was written, or of a number written as text.
pub(super) fn text_of(raw: &RawValue) -> Option<String> {
    let raw = raw.get();
    match raw.bytes().next()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'-' | b'0'..=b'9' => Some(raw.to_owned()),
        _ => None,
    }
}

/// Reads a quantity: digits, at most one dot between them, no sign and no exponent. What misses a whole
/// thousandth by less than 10⁻⁶ was computed in binary floats and means that thousandth.
pub(super) fn read_quantity(text: &str) -> Option<Quantity> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if text.len() > QUANTITY_CHARS_MAX || !digits(whole) || !digits(fraction) {
        return None;
    }
    let looked_at = fraction.get(..QUANTITY_DIGITS).unwrap_or(fraction);
    let parts: u64 = format!("{whole}{looked_at:0<QUANTITY_DIGITS$}").parse().ok()?;
    let thousandths = parts.checked_add(THOUSANDTH / 2)?.checked_div(THOUSANDTH)?;
    if thousandths.checked_mul(THOUSANDTH)?.abs_diff(parts) >= TAIL {
        return None;
    }
    Quantity::from_thousandths(u32::try_from(thousandths).ok()?)
}

#[cfg(test)]
mod tests;
