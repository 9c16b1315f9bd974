//! Rates of currencies as the API shows them: each against each, as it buys and sells.

use std::collections::BTreeMap;

use money::currency::Currency;
use serde::Serialize;
use serde_json::value::RawValue;
use wire::http::HttpReply;

use super::envelope::{ApiError, ok};

/// How long a rate may be written, in characters.
const RATE_CHARS_MAX: usize = 32;

/// What one currency costs in another.
#[derive(Clone, Debug)]
pub struct Rate {
    from: Currency,
    to: Currency,
    buy: Box<RawValue>,
    sell: Box<RawValue>,
}

impl Rate {
    /// A rate of two decimals; `None` if one of them is none.
    pub fn new(from: Currency, to: Currency, buy: &str, sell: &str) -> Option<Rate> {
        Some(Rate { from, to, buy: decimal(buy)?, sell: decimal(sell)? })
    }
}

fn decimal(text: &str) -> Option<Box<RawValue>> {
    let plain = text.len() <= RATE_CHARS_MAX && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    Some(text).filter(|_| plain).and_then(|text| RawValue::from_string(text.to_owned()).ok())
}

#[derive(Serialize)]
struct RateView<'a> {
    #[serde(rename = "in")]
    buy: &'a RawValue,
    #[serde(rename = "out")]
    sell: &'a RawValue,
}

type Against<'a> = BTreeMap<&'static str, RateView<'a>>;

fn table(rates: &[Rate]) -> BTreeMap<&'static str, Against<'_>> {
    rates.iter().fold(BTreeMap::new(), |mut table, rate| {
        let view = RateView { buy: &rate.buy, sell: &rate.sell };
        table.entry(rate.from.code()).or_insert_with(Against::new).insert(rate.to.code(), view);
        table
    })
}

/// The answer to a question for all rates.
pub fn currencies(rates: &[Rate]) -> HttpReply {
    ok(table(rates))
}

/// The answer to a question for the rates of one currency.
///
/// # Errors
/// [`ApiError::NotFound`] if there are none.
pub fn currency(rates: &[Rate], code: &str) -> Result<HttpReply, ApiError> {
    let code = code.to_ascii_uppercase();
    table(rates).remove(code.as_str()).map(ok).ok_or(ApiError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_stand_under_both_codes_as_they_are_written() {
        let rates = [Rate::new(Currency::Usd, Currency::Uah, "26.90", "27.1").unwrap()];
        let body = |reply: HttpReply| String::from_utf8(reply.body).unwrap();
        assert!(
            body(currencies(&rates)).contains("\"data\":{\"USD\":{\"UAH\":{\"in\":26.90,\"out\":27.1}}}")
        );
        assert!(body(currency(&rates, "usd").unwrap()).contains("\"data\":{\"UAH\":{"));
        assert_eq!(currency(&rates, "EUR").unwrap_err(), ApiError::NotFound);
        assert!(body(currencies(&[])).contains("\"data\":{}"));
    }

    #[test]
    fn what_is_no_decimal_is_no_rate() {
        for text in ["", "1e3", "-1", "1.2.3", "NaN", "01", ".5"] {
            assert!(Rate::new(Currency::Usd, Currency::Uah, text, "1").is_none(), "{text}");
        }
    }
}
