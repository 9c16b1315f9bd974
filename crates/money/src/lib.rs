//! Exact amounts of money: whole minor units of one currency, never a float.
//! Start here; the table of currencies is next door in `currency.rs`.

#![deny(clippy::wildcard_enum_match_arm, clippy::arithmetic_side_effects, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

pub mod currency;

use std::cmp::Ordering;
use std::fmt;

use crate::currency::Currency;

/// An amount of money in whole minor units of its currency.
///
/// Amounts of different currencies have no order and no sum, so there is no `Ord` and no `+`: every
/// operation that takes a second amount can answer [`MoneyError::CurrenciesDiffer`].
///
/// ```
/// use money::{Money, currency::Currency};
/// let price = Money::parse("100.26", Currency::Rub)?;
/// let fee = Money::from_minor(350, Currency::Rub);
/// assert_eq!(price.minus(fee)?.to_string(), "96.76");
/// assert_eq!(price.decimals(6), "100.260000");
/// # Ok::<(), money::MoneyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Where a fraction of a minor unit goes when a share is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// To the nearest minor unit; exactly half goes away from zero.
    HalfUp,
    /// Toward zero.
    Down,
    /// Away from zero.
    Up,
}

/// Why an amount could not be read or computed. Texts of strangers are not repeated in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MoneyError {
    /// The text is not digits with at most one dot between them.
    #[error("this is not an amount of {currency}: digits are expected, with at most one dot between them")]
    Malformed {
        /// The currency that was to be read.
        currency: Currency,
    },
    /// The text has more digits than the currency has.
    #[error("an amount of {currency} has at most {} digits after the dot", currency.digits())]
    TooPrecise {
        /// The currency that was to be read.
        currency: Currency,
    },
    /// The amount does not fit 64 bits.
    #[error("this amount of {currency} is too large to be counted")]
    TooLarge {
        /// The currency of the amount.
        currency: Currency,
    },
    /// Two amounts of different currencies were brought together.
    #[error("{left} and {right} are different currencies")]
    CurrenciesDiffer {
        /// The currency of the amount that was asked.
        left: Currency,
        /// The currency of the amount that was given to it.
        right: Currency,
    },
    /// A share of nothing was asked for: so many parts of zero.
    #[error("a share needs a whole to be a part of; the whole given is zero")]
    NoWhole,
}

impl Money {
    /// So many minor units: 150 of roubles is one rouble and fifty kopecks.
    ///
    /// ```
    /// use money::{Money, currency::Currency};
    /// assert_eq!(Money::from_minor(150, Currency::Rub).to_string(), "1.50");
    /// assert_eq!(Money::from_minor(150, Currency::Jpy).to_string(), "150");
    /// ```
    pub const fn from_minor(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Nothing, in this currency.
    pub const fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Reads digits with at most one dot between them; no sign, no exponent, no space, no comma.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`] for any other text; [`MoneyError::TooPrecise`] if there is more than
    /// zeros beyond the digits of the currency; [`MoneyError::TooLarge`] if it does not fit.
    ///
    /// ```
    /// use money::{Money, MoneyError, currency::Currency};
    /// assert_eq!(Money::parse("1.5000", Currency::Rub), Ok(Money::from_minor(150, Currency::Rub)));
    /// assert_eq!(Money::parse("1.005", Currency::Rub), Err(MoneyError::TooPrecise { currency: Currency::Rub }));
    /// assert!(Money::parse("1,5", Currency::Rub).is_err());
    /// ```
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if all_digits(fraction) => (whole, fraction.trim_end_matches('0')),
            Some(_) => return Err(MoneyError::Malformed { currency }),
            None => (text, ""),
        };
        if !all_digits(whole) {
            return Err(MoneyError::Malformed { currency });
        }
        let digits = usize::from(currency.digits());
        let Some(missing_zeros) = digits.checked_sub(fraction.len()) else {
            return Err(MoneyError::TooPrecise { currency });
        };
        let padding = std::iter::repeat_n(b'0', missing_zeros);
        let minor = whole.bytes().chain(fraction.bytes()).chain(padding).try_fold(0_i64, |minor, digit| {
            let digit = i64::from(digit.checked_sub(b'0')?);
            minor.checked_mul(10)?.checked_add(digit)
        });
        minor.map(|minor| Money { minor, currency }).ok_or(MoneyError::TooLarge { currency })
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency of the amount.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Both amounts together.
    ///
    /// # Errors
    /// The currencies differ, or the sum does not fit.
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        self.with(other, i64::checked_add)
    }

    /// This amount less the other; it may become negative.
    ///
    /// # Errors
    /// The currencies differ, or the difference does not fit.
    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.with(other, i64::checked_sub)
    }

    /// The same amount with the other sign.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] for the one amount whose opposite does not fit 64 bits.
    pub fn negated(self) -> Result<Money, MoneyError> {
        Money::zero(self.currency).minus(self)
    }

    /// The share `parts / of` of this amount, multiplied in 128 bits and rounded once.
    ///
    /// # Errors
    /// [`MoneyError::NoWhole`] if `of` is zero; [`MoneyError::TooLarge`] if the share does not fit.
    ///
    /// ```
    /// use money::{Money, Rounding, currency::Currency};
    /// // 3.5 % of 100.10 is 3.5035.
    /// let fee = Money::from_minor(10_010, Currency::Rub).share(35, 1_000, Rounding::HalfUp)?;
    /// assert_eq!(fee.to_string(), "3.50");
    /// # Ok::<(), money::MoneyError>(())
    /// ```
    pub fn share(self, parts: u64, of: u64, rounding: Rounding) -> Result<Money, MoneyError> {
        if of == 0 {
            return Err(MoneyError::NoWhole);
        }
        let minor = divided(i128::from(self.minor).checked_mul(i128::from(parts)), i128::from(of), rounding)
            .and_then(|minor| i64::try_from(minor).ok());
        let currency = self.currency;
        minor.map(|minor| Money { minor, currency }).ok_or(MoneyError::TooLarge { currency })
    }

    /// Nothing at all.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// More than nothing.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Less than nothing.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Which of two amounts of one currency is larger.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`]: amounts of different currencies have no order.
    pub fn compare(self, other: Money) -> Result<Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    /// The smaller of the two.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`].
    pub fn smaller(self, other: Money) -> Result<Money, MoneyError> {
        Ok(if self.compare(other)?.is_le() { self } else { other })
    }

    /// The larger of the two.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`].
    pub fn larger(self, other: Money) -> Result<Money, MoneyError> {
        Ok(if self.compare(other)?.is_ge() { self } else { other })
    }

    /// The amount as text with at least so many digits after the dot, filled up with zeros.
    ///
    /// ```
    /// use money::{Money, currency::Currency};
    /// assert_eq!(Money::from_minor(10_026, Currency::Rub).decimals(6), "100.260000");
    /// assert_eq!(Money::from_minor(10_026, Currency::Rub).decimals(0), "100.26");
    /// ```
    pub fn decimals(self, at_least: usize) -> String {
        let digits = usize::from(self.currency.digits());
        let all = format!("{:0width$}", self.minor.unsigned_abs(), width = digits.saturating_add(1));
        let (whole, fraction) =
            all.split_at_checked(all.len().saturating_sub(digits)).unwrap_or((all.as_str(), ""));
        let sign = if self.is_negative() { "-" } else { "" };
        let width = digits.max(at_least);
        if width == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction:0<width$}") }
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrenciesDiffer { left: self.currency, right: other.currency })
    }

    fn with(self, other: Money, operation: fn(i64, i64) -> Option<i64>) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        let currency = self.currency;
        operation(self.minor, other.minor)
            .map(|minor| Money { minor, currency })
            .ok_or(MoneyError::TooLarge { currency })
    }
}

/// The quotient, rounded once; `None` where a number does not fit or the divisor is not positive.
fn divided(product: Option<i128>, of: i128, rounding: Rounding) -> Option<i128> {
    let product = product?;
    let whole = product.checked_div(of)?;
    let rest = product.checked_rem(of)?.checked_abs()?;
    let away = match rounding {
        Rounding::Down => false,
        Rounding::Up => rest > 0,
        Rounding::HalfUp => rest >= of.checked_sub(rest)?,
    };
    if away { whole.checked_add(product.signum()) } else { Some(whole) }
}

impl fmt::Display for Money {
    /// Sign, digits and a plain dot, as many decimals as the currency has; the currency is not named.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.decimals(0))
    }
}

#[cfg(test)]
mod tests;
