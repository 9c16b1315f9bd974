//! `OutSum` and `InvId`: this dialect's own rules for money and numbers in text.

use money::Money;
use money::currency::Currency;

/// How long a sum may be written, in characters; the longest seen is a float's twenty.
const SUM_CHARS_MAX: usize = 64;
/// An excess below a millionth is a binary float's tail and is rounded away: so many digits are looked at.
const TAIL_DIGITS: usize = 6;

/// Reads a sum: digits, at most one dot between them, no sign, exponent or comma. A value that misses a
/// whole minor unit by less than 10⁻⁶ was computed in binary floats and means that unit; more digits than
/// that are not money. Zero is read as zero; whether that is wanted is the caller's question.
pub(super) fn read_sum(text: &str, currency: Currency) -> Option<Money> {
    if text.len() > SUM_CHARS_MAX {
        return None;
    }
    if let Ok(sum) = Money::parse(text, currency) {
        return Some(sum);
    }
    let (whole, fraction) = text.split_once('.')?;
    let (kept, tail) = fraction.split_at_checked(usize::from(currency.digits()))?;
    // Only digits may be thrown away, and the rest must be an amount for itself.
    if !tail.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let below = if kept.is_empty() { whole.to_owned() } else { format!("{whole}.{kept}") };
    let below = Money::parse(&below, currency).ok()?;
    let (decisive, rest) = tail.split_at_checked(TAIL_DIGITS.checked_sub(kept.len())?)?;
    if decisive.bytes().all(|b| b == b'0') {
        Some(below)
    } else if decisive.bytes().all(|b| b == b'9') && rest.bytes().any(|b| b != b'0') {
        below.plus(Money::from_minor(1, currency)).ok()
    } else {
        None
    }
}

/// What a number says: 1 or more is the shop's own, nothing and zero ask for one to be assigned.
///
/// # Errors
/// `None` inside: not an integer of 1 … 9223372036854775807 in plain digits.
pub(super) fn read_number(text: &str) -> Result<Option<i64>, NotANumber> {
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotANumber);
    }
    let number: i64 = text.parse().map_err(|_| NotANumber)?;
    Ok((number > 0).then_some(number))
}

/// The text is not a number of an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct NotANumber;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rub(text: &str) -> Option<i64> {
        read_sum(text, Currency::Rub).map(Money::minor)
    }

    #[test]
    fn plain_sums_are_read_with_any_number_of_zeros() {
        assert_eq!(rub("100"), Some(10_000));
        assert_eq!(rub("100.0"), Some(10_000));
        assert_eq!(rub("100.260000"), Some(10_026));
        assert_eq!(rub("0.00"), Some(0));
    }

    #[test]
    fn the_tail_of_a_binary_float_is_rounded_to_the_unit_it_means() {
        assert_eq!(rub("1195.6000000000001"), Some(119_560));
        assert_eq!(rub("1195.5999999999999"), Some(119_560));
        assert_eq!(rub("0.30000000000000004"), Some(30));
        assert_eq!(rub("99.99999999999999"), Some(10_000));
        assert_eq!(rub("100.2600009"), Some(10_026));
        assert_eq!(read_sum("99.9999999", Currency::Jpy).map(Money::minor), Some(100));
    }

    #[test]
    fn an_excess_of_a_millionth_or_more_is_not_money() {
        for text in ["100.260001", "100.259999", "100.2599990", "100.265", "100.005", "0.001"] {
            assert_eq!(rub(text), None, "{text}");
        }
    }

    #[test]
    fn anything_but_a_plain_decimal_is_refused() {
        for text in [
            "",
            "-1",
            "+1",
            "1,5",
            "1e3",
            "0.1e3",
            " 1",
            "1 ",
            ".5",
            "5.",
            "1.2.3",
            "1.50000000x",
            "NaN",
            "0x10",
            "999999999999999999999999999999",
            "1.0000000-1",
        ] {
            assert_eq!(rub(text), None, "{text}");
        }
        assert_eq!(rub(&format!("1.{}", "0".repeat(SUM_CHARS_MAX))), None);
    }

    #[test]
    fn numbers_are_plain_positive_integers_or_ask_for_one() {
        assert_eq!(read_number(""), Ok(None));
        assert_eq!(read_number("0"), Ok(None));
        assert_eq!(read_number("1"), Ok(Some(1)));
        assert_eq!(read_number("9223372036854775807"), Ok(Some(i64::MAX)));
        for text in ["9223372036854775808", "-1", "+1", "1.0", "123e4567", " 1", "1 ", "١"] {
            assert_eq!(read_number(text), Err(NotANumber), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_readers_panic(text in "\\PC{0,80}", digits in "[0-9]{0,12}\\.[0-9]{0,20}") {
            let _ = (rub(&text), read_number(&text), rub(&digits));
        }

        #[test]
        fn what_a_float_prints_means_the_kopecks_it_was_made_from(kopecks in 1_i64..10_000_000_000) {
            #[allow(clippy::float_arithmetic, clippy::cast_precision_loss)]
            let printed = (kopecks as f64 / 100.0 * 3.0 / 3.0).to_string();
            prop_assert_eq!(rub(&printed), Some(kopecks));
        }
    }
}
