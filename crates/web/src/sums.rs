//! Sums as each language writes them: separators, the currency's sign and its side.

use money::Money;
use money::currency::Currency;

use domain::payments::Language;
use domain::rates::Worth;

const NO_BREAK: char = '\u{a0}';
const MINUS: char = '\u{2212}';

/// How a language writes a sum.
struct Style {
    group: char,
    decimal: char,
    /// The smallest number of whole digits that is grouped.
    groups_from: usize,
    sign_first: bool,
}

fn style(language: Language) -> Style {
    match language {
        Language::Ru | Language::Uk => {
            Style { group: NO_BREAK, decimal: ',', groups_from: 4, sign_first: false }
        }
        Language::En => Style { group: ',', decimal: '.', groups_from: 4, sign_first: true },
        Language::Es => Style { group: '.', decimal: ',', groups_from: 5, sign_first: false },
        Language::Bg => Style { group: NO_BREAK, decimal: ',', groups_from: 5, sign_first: false },
    }
}

/// The sign of a currency, where one is understood everywhere. A sign that several currencies share is
/// not used: a yen and a yuan must not look alike.
fn sign(currency: Currency) -> Option<&'static str> {
    match currency.code() {
        "RUB" => Some("₽"),
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "UAH" => Some("₴"),
        "KZT" => Some("₸"),
        _ => None,
    }
}

/// Writes a sum for readers of a language, such as `1 290,00 ₽` or `₽1,290.00`. All spaces inside are
/// no-break spaces, and a minus is a true one.
pub(crate) fn sum(money: Money, language: Language) -> String {
    let style = style(language);
    let number = number(money, &style);
    let minus = if money.minor() < 0 { MINUS.to_string() } else { String::new() };
    match (sign(money.currency()), style.sign_first) {
        (Some(sign), true) => format!("{minus}{sign}{number}"),
        (None, true) => format!("{minus}{}{NO_BREAK}{number}", money.currency().code()),
        (Some(sign), false) => format!("{minus}{number}{NO_BREAK}{sign}"),
        (None, false) => format!("{minus}{number}{NO_BREAK}{}", money.currency().code()),
    }
}

/// Writes what one unit of a currency is worth with the decimal mark of a language.
pub(crate) fn worth(worth: Worth, language: Language) -> String {
    worth.to_string().replace('.', &style(language).decimal.to_string())
}

fn number(money: Money, style: &Style) -> String {
    let places = usize::from(money.currency().digits());
    // Zeros in front give every amount at least one whole digit, so the text can be cut at the point.
    let digits = format!("{:0>width$}", money.minor().unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let mut text = String::new();
    for (position, digit) in whole.chars().enumerate() {
        let left = whole.len() - position;
        if position > 0 && left % 3 == 0 && whole.len() >= style.groups_from {
            text.push(style.group);
        }
        text.push(digit);
    }
    if places > 0 {
        text.push(style.decimal);
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(minor: i64, currency: Currency, language: Language) -> String {
        sum(Money::from_minor(minor, currency), language).replace(NO_BREAK, "_")
    }

    #[test]
    fn a_rate_has_the_decimal_mark_of_its_reader() {
        let rate = Worth::parse("100.5").unwrap();
        assert_eq!(
            (worth(rate, Language::Ru).as_str(), worth(rate, Language::En).as_str()),
            ("100,5", "100.5")
        );
    }

    #[test]
    fn each_language_writes_sums_in_its_own_way() {
        assert_eq!(written(129_000, Currency::Rub, Language::Ru), "1_290,00_₽");
        assert_eq!(written(129_000, Currency::Uah, Language::Uk), "1_290,00_₴");
        assert_eq!(written(129_000, Currency::Rub, Language::En), "₽1,290.00");
        assert_eq!(written(129_000, Currency::Eur, Language::Es), "1290,00_€");
        assert_eq!(written(1_229_000, Currency::Eur, Language::Es), "12.290,00_€");
        assert_eq!(written(129_000, Currency::Eur, Language::Bg), "1290,00_€");
        assert_eq!(written(1_229_000, Currency::Eur, Language::Bg), "12_290,00_€");
    }

    #[test]
    fn small_and_large_amounts_keep_every_digit() {
        assert_eq!(written(5, Currency::Rub, Language::Ru), "0,05_₽");
        assert_eq!(written(0, Currency::Usd, Language::En), "$0.00");
        assert_eq!(written(i64::MAX, Currency::Rub, Language::Ru), "92_233_720_368_547_758,07_₽");
        assert_eq!(written(i64::MIN, Currency::Usd, Language::En), "−$92,233,720,368,547,758.08");
    }

    #[test]
    fn a_minus_is_a_true_one_and_stands_first() {
        assert_eq!(written(-129_000, Currency::Rub, Language::Ru), "−1_290,00_₽");
        assert_eq!(written(-129_000, Currency::Rub, Language::En), "−₽1,290.00");
    }

    #[test]
    fn a_currency_without_a_sign_of_its_own_shows_its_code_and_its_digits() {
        assert_eq!(written(1_290, Currency::Jpy, Language::Ru), "1_290_JPY");
        assert_eq!(written(1_290, Currency::Jpy, Language::En), "JPY_1,290");
    }
}
