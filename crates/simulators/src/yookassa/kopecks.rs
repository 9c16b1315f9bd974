//! Sums as the provider writes them: a string with a dot, counted in whole kopecks here.

use serde_json::{Value, json};

/// The provider's own fee: 28 of 1000 parts, half-up. A figure of the simulator; tariffs are agreed in secret.
const FEE_PER_MILLE: i64 = 28;

/// `"100.00"`, `"100.5"` or `"100"` in kopecks; signs, exponents, commas and a third decimal are refused.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let roubles: i64 = whole.parse().ok()?;
    let kopecks: i64 = format!("{part:0<2}").parse().ok()?;
    roubles.checked_mul(100)?.checked_add(kopecks)
}

/// Kopecks as `100.00`.
pub(crate) fn print(kopecks: i64) -> String {
    let minus = if kopecks < 0 { "-" } else { "" };
    format!("{minus}{}.{:02}", kopecks.unsigned_abs() / 100, kopecks.unsigned_abs() % 100)
}

/// The amount object of the protocol.
pub(crate) fn amount(kopecks: i64) -> Value {
    json!({"value": print(kopecks), "currency": "RUB"})
}

/// What the shop gets of a captured sum after the provider's fee.
pub(crate) fn income(kopecks: i64) -> i64 {
    let fee = kopecks.saturating_mul(FEE_PER_MILLE).saturating_add(500) / 1_000;
    kopecks.saturating_sub(fee)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_plain_decimals_are_sums() {
        assert_eq!(parse("100.00"), Some(10_000));
        assert_eq!(parse("100.5"), Some(10_050));
        assert_eq!(parse("7"), Some(700));
        for text in
            ["", ".", "1.", ".5", "1,5", "-1", "+1", "1e3", "1.005", " 1", "99999999999999999999999999999.00"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_fee_rounds_half_up() {
        assert_eq!(income(10_000), 9_720);
        assert_eq!(income(125), 121); // the fee of 3.5 kopecks becomes 4
        assert_eq!(income(17), 17); // 0.476 of a kopeck becomes none
        assert_eq!(income(18), 17); // 0.504 of a kopeck becomes one
    }

    proptest! {
        #[test]
        fn a_printed_sum_parses_back(kopecks in 0..=i64::MAX) {
            prop_assert_eq!(parse(&print(kopecks)), Some(kopecks));
        }

        #[test]
        fn the_income_never_exceeds_the_sum(kopecks in 0..=35_000_000_i64) {
            let income = income(kopecks);
            prop_assert!((0..=kopecks).contains(&income));
        }
    }
}
