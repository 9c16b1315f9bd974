//! Amounts as this protocol writes them: a dot or a comma, at most two digits behind it.

use money::Money;
use money::currency::Currency;

/// The most digits before the separator.
const WHOLE_DIGITS_MAX: usize = 8;
/// The most digits behind it.
const FRACTION_DIGITS_MAX: usize = 2;

/// Reads `ik_am`: up to eight digits, then perhaps a dot or comma and up to two digits, in all more than
/// nothing. No sign, no exponent. `None` for anything else, and for more digits than the currency has.
pub(super) fn read_amount(text: &str, currency: Currency) -> Option<Money> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let fits = whole.len() <= WHOLE_DIGITS_MAX && fraction.len() <= FRACTION_DIGITS_MAX;
    if !fits || !digits(whole) || !digits(fraction) {
        return None;
    }
    let or_zero = |part: &str| if part.is_empty() { "0".to_owned() } else { part.to_owned() };
    let plain = format!("{}.{}", or_zero(whole), or_zero(fraction));
    Money::parse(&plain, currency).ok().filter(|amount| amount.is_positive())
}

/// The currency of a code in any case; `RUR` is the old one of the rouble, which some shops still send.
pub(super) fn read_currency(code: &str) -> Option<Currency> {
    match code.to_ascii_uppercase().as_str() {
        "RUR" => Some(Currency::Rub),
        upper => Currency::from_code(upper),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<i64> {
        read_amount(text, Currency::Uah).map(Money::minor)
    }

    #[test]
    fn amounts_have_a_dot_or_a_comma() {
        for (text, minor) in [
            ("100", 10_000),
            ("100,00", 10_000),
            ("100.0", 10_000),
            ("0.1", 10),
            (".5", 50),
            ("5.", 500),
            ("0001", 100),
            ("99999999.99", 9_999_999_999),
        ] {
            assert_eq!(read(text), Some(minor), "{text}");
        }
        assert_eq!(read_amount("10.00", Currency::Jpy).map(Money::minor), Some(10));
    }

    #[test]
    fn anything_else_is_no_amount() {
        for text in [
            "",
            "0",
            "0.00",
            ".",
            ",",
            "1.0E7",
            "10.000000",
            "1.001",
            "100000000",
            "-1",
            "+1",
            " 1",
            "1 ",
            "1,000.00",
            "1.2.3",
            "0x1",
            "١",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read_amount("10.01", Currency::Jpy), None);
    }

    #[test]
    fn currencies_are_read_in_any_case() {
        assert_eq!(read_currency("uah"), Some(Currency::Uah));
        assert_eq!(read_currency("RUR"), Some(Currency::Rub));
        for text in ["", "2", "XAU", "BYR", "UAH "] {
            assert_eq!(read_currency(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,20}", digits in "[0-9]{0,9}[.,][0-9]{0,3}") {
            let _ = (read(&text), read(&digits));
        }
    }
}
