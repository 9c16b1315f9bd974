//! Values and rows as both engines know them: integers, text, bytes, nothing.

use crate::error::StoreError;
use domain::ids::{Book, Id};
use domain::sellers::{ShopAddress, Verb};
use jiff::Timestamp;
use jiff::civil::Date;
use money::Money;
use money::currency::Currency;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::sync::Arc;

/// A value of a column or a parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// `BIGINT`: numbers, minor units, flags as 0 and 1, times as microseconds UTC.
    Int(i64),
    /// `TEXT`.
    Text(String),
    /// `BLOB`, which PostgreSQL calls `BYTEA`.
    Blob(Vec<u8>),
    /// Nothing.
    Null,
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<u64> for Value {
    /// Identifiers have 63 bits, so they keep their order; the tables refuse anything larger.
    fn from(value: u64) -> Self {
        Value::Int(value.cast_signed())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Int(i64::from(value))
    }
}

impl From<u16> for Value {
    fn from(value: u16) -> Self {
        Value::Int(i64::from(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Value::Text(value.clone())
    }
}

impl From<[u8; 32]> for Value {
    fn from(value: [u8; 32]) -> Self {
        Value::Blob(value.to_vec())
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Value::Int(value.as_microsecond())
    }
}

impl From<Date> for Value {
    fn from(value: Date) -> Self {
        Value::Text(value.to_string())
    }
}

impl From<Book> for Value {
    fn from(value: Book) -> Self {
        Value::from(value.number())
    }
}

impl From<Currency> for Value {
    fn from(value: Currency) -> Self {
        Value::from(value.code())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// The value of a list or of nested data, as JSON text.
pub(crate) fn json(value: &impl Serialize) -> Result<Value, StoreError> {
    let text =
        serde_json::to_string(value).map_err(|error| StoreError::corrupt("json", error.to_string()))?;
    Ok(Value::Text(text))
}

/// The two values of an optional address: its URL and its verb.
pub(crate) fn address(value: Option<&ShopAddress>) -> [Value; 2] {
    [value.map(|to| to.url.as_str()).into(), value.map(|to| to.verb.code()).into()]
}

/// A row with the names of its columns; every reading names the column it could not read.
#[derive(Clone, Debug)]
pub struct Row {
    names: Arc<[Box<str>]>,
    values: Vec<Value>,
    /// Where the next column is expected: columns are mostly read in their order.
    next: Cell<usize>,
}

impl Row {
    /// A row of values under these names.
    #[must_use]
    pub fn new(names: Arc<[Box<str>]>, values: Vec<Value>) -> Row {
        Row { names, values, next: Cell::new(0) }
    }

    /// The values in their order.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    fn get(&self, column: &str) -> Result<&Value, StoreError> {
        let expected = self.next.get();
        let here = self.names.get(expected).is_some_and(|name| &**name == column);
        let place = if here { Some(expected) } else { self.names.iter().position(|name| &**name == column) };
        let place = place.ok_or_else(|| StoreError::corrupt(column, "no such column"))?;
        self.next.set(place.saturating_add(1));
        self.values.get(place).ok_or_else(|| StoreError::corrupt(column, "no such column"))
    }

    /// An integer.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], like every reading below: the column is missing or holds something else.
    pub fn int(&self, column: &str) -> Result<i64, StoreError> {
        self.maybe_int(column)?
            .ok_or_else(|| StoreError::corrupt(column, "nothing where a number is expected"))
    }

    /// An integer or nothing.
    pub fn maybe_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        match self.get(column)? {
            Value::Int(value) => Ok(Some(*value)),
            Value::Null => Ok(None),
            Value::Text(_) | Value::Blob(_) => Err(StoreError::corrupt(column, "not a number")),
        }
    }

    /// Text.
    pub fn text(&self, column: &str) -> Result<&str, StoreError> {
        self.maybe_text(column)?.ok_or_else(|| StoreError::corrupt(column, "nothing where text is expected"))
    }

    /// Text or nothing.
    pub fn maybe_text(&self, column: &str) -> Result<Option<&str>, StoreError> {
        match self.get(column)? {
            Value::Text(value) => Ok(Some(value)),
            Value::Null => Ok(None),
            Value::Int(_) | Value::Blob(_) => Err(StoreError::corrupt(column, "not text")),
        }
    }

    /// Bytes.
    pub fn bytes(&self, column: &str) -> Result<&[u8], StoreError> {
        match self.get(column)? {
            Value::Blob(value) => Ok(value),
            Value::Null | Value::Int(_) | Value::Text(_) => Err(StoreError::corrupt(column, "not bytes")),
        }
    }

    /// A digest of 32 bytes.
    pub fn digest(&self, column: &str) -> Result<[u8; 32], StoreError> {
        self.bytes(column)?.try_into().map_err(|_| StoreError::corrupt(column, "not 32 bytes"))
    }

    /// An owned text.
    pub fn string(&self, column: &str) -> Result<String, StoreError> {
        self.text(column).map(str::to_owned)
    }

    /// An owned text or nothing.
    pub fn maybe_string(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.maybe_text(column)?.map(str::to_owned))
    }

    /// A number that is never negative.
    pub fn number(&self, column: &str) -> Result<u64, StoreError> {
        self.small(column)
    }

    /// A number of a smaller type.
    pub fn small<T: TryFrom<i64>>(&self, column: &str) -> Result<T, StoreError> {
        T::try_from(self.int(column)?).map_err(|_| StoreError::corrupt(column, "the number does not fit"))
    }

    /// A flag.
    pub fn flag(&self, column: &str) -> Result<bool, StoreError> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(StoreError::corrupt(column, "a flag that is neither 0 nor 1")),
        }
    }

    /// A moment.
    pub fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        Timestamp::from_microsecond(self.int(column)?)
            .map_err(|_| StoreError::corrupt(column, "not a moment in time"))
    }

    /// A moment or nothing.
    pub fn maybe_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        self.maybe_int(column)?.map(|_| self.time(column)).transpose()
    }

    /// A day.
    pub fn date(&self, column: &str) -> Result<Date, StoreError> {
        self.text(column)?.parse().map_err(|_| StoreError::corrupt(column, "not a date"))
    }

    /// A word of a list.
    pub fn word<T>(&self, column: &str, known: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let word = self.text(column)?;
        known(word).ok_or_else(|| StoreError::corrupt(column, format!("unknown word \"{word}\"")))
    }

    /// A word of a list or nothing.
    pub fn maybe_word<T>(
        &self,
        column: &str,
        known: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        self.maybe_text(column)?.map(|_| self.word(column, known)).transpose()
    }

    /// A book.
    pub fn book(&self, column: &str) -> Result<Book, StoreError> {
        Book::from_number(self.number(column)?).ok_or_else(|| StoreError::corrupt(column, "not a book"))
    }

    /// An identifier in a book.
    pub fn id<I: Id>(&self, column: &str, book: Book) -> Result<I, StoreError> {
        Ok(I::new(book, self.number(column)?))
    }

    /// An identifier in a book or nothing.
    pub fn maybe_id<I: Id>(&self, column: &str, book: Book) -> Result<Option<I>, StoreError> {
        self.maybe_int(column)?.map(|_| self.id(column, book)).transpose()
    }

    /// A currency by its code.
    pub fn currency(&self, column: &str) -> Result<Currency, StoreError> {
        self.word(column, Currency::from_code)
    }

    /// An amount in minor units of a currency read before.
    pub fn money(&self, column: &str, currency: Currency) -> Result<Money, StoreError> {
        Ok(Money::from_minor(self.int(column)?, currency))
    }

    /// An amount with a currency of its own, or nothing.
    pub fn own_money(&self, column: &str, currency: &str) -> Result<Option<Money>, StoreError> {
        let Some(minor) = self.maybe_int(column)? else { return Ok(None) };
        Ok(Some(Money::from_minor(minor, self.currency(currency)?)))
    }

    /// Nested data, or nothing.
    pub fn maybe_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let Some(text) = self.maybe_string(column)? else { return Ok(None) };
        let read = serde_json::from_str(&text);
        read.map(Some).map_err(|error| StoreError::corrupt(column, error.to_string()))
    }

    /// A list or nested data.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        serde_json::from_str(self.text(column)?)
            .map_err(|error| StoreError::corrupt(column, error.to_string()))
    }

    /// An address from its two columns; nothing where the first is empty.
    pub fn address(&self, url: &str, verb: &str) -> Result<Option<ShopAddress>, StoreError> {
        let Some(url) = self.maybe_string(url)? else { return Ok(None) };
        Ok(Some(ShopAddress { url, verb: self.word(verb, Verb::from_code)? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: Vec<Value>) -> Row {
        Row::new(["a", "b"].map(Box::from).to_vec().into(), values)
    }

    #[test]
    fn columns_are_found_in_any_order() {
        let row = row(vec![Value::Int(1), Value::from("x")]);
        assert_eq!(row.text("b"), Ok("x"));
        assert_eq!(row.int("a"), Ok(1));
        assert_eq!(row.text("b"), Ok("x"));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let row = row(vec![Value::Int(-1), Value::Null]);
        for wrong in [row.number("a").err(), row.flag("a").err(), row.text("a").err(), row.book("a").err()] {
            assert!(wrong.unwrap().to_string().contains(".a:"));
        }
        assert!(row.int("b").unwrap_err().to_string().contains(".b:"));
        assert!(row.int("c").unwrap_err().to_string().contains("no such column"));
        assert_eq!(row.maybe_time("b"), Ok(None));
    }
}
