//! Finds what looks like a card number in a stranger's text and masks its middle, before it is saved.

use std::borrow::Cow;
use std::ops::Range;

/// The shortest and the longest card number (ISO/IEC 7812), in digits.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;
/// How many digits of a card number may be kept at its beginning and at its end (PCI DSS, 3.4).
const KEPT_FIRST: usize = 6;
const KEPT_LAST: usize = 4;
/// How many spaces or dashes may stand between two groups of digits of one number.
const SEPARATORS_MAX: usize = 2;

/// The text with the middle of every card number replaced by stars; spaces and dashes stay.
///
/// A number is 13 to 19 digits, perhaps in groups, whose check digit (Luhn) is right, and does not begin
/// with 0, 1 or 7, with which no payment card begins: so most clocks, telephone and order numbers pass.
///
/// ```
/// use wire::card_numbers::mask_card_numbers;
/// assert_eq!(mask_card_numbers("pay 4111 1111 1111 1111 now"), "pay 4111 11** **** 1111 now");
/// assert_eq!(mask_card_numbers("order 1759400000123"), "order 1759400000123");
/// ```
pub fn mask_card_numbers(text: &str) -> Cow<'_, str> {
    let hidden = hidden_digits(text);
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let star = |(at, c)| if hidden.binary_search(&at).is_ok() { '*' } else { c };
    Cow::Owned(text.char_indices().map(star).collect())
}

/// Whether anything in the text looks like a card number.
pub fn has_card_number(text: &str) -> bool {
    !hidden_digits(text).is_empty()
}

/// The places of all digits that must be hidden, ascending.
fn hidden_digits(text: &str) -> Vec<usize> {
    // Most texts have too few digits for even one number, and every text of a stranger comes through here.
    if text.bytes().filter(u8::is_ascii_digit).count() < *CARD_DIGITS.start() {
        return Vec::new();
    }
    let mut hidden: Vec<usize> = runs(text).iter().flat_map(hidden_in_run).collect();
    hidden.sort_unstable();
    hidden.dedup();
    hidden
}

/// One digit of a text: where it stands, and its value.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    digit: u32,
}

/// Groups of digits that only few spaces or dashes divide.
#[derive(Default)]
struct Run {
    digits: Vec<Place>,
    /// Each group's digits, as a range of `digits`.
    groups: Vec<Range<usize>>,
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = vec![Run::default()];
    let mut separators = 0_usize;
    for (at, c) in text.char_indices() {
        match (c.to_digit(10), runs.last_mut()) {
            (Some(digit), Some(run)) => {
                let next = run.digits.len();
                let end = next.saturating_add(1);
                match run.groups.last_mut().filter(|_| separators == 0) {
                    Some(group) => group.end = end,
                    None => run.groups.push(next..end),
                }
                run.digits.push(Place { at, digit });
                separators = 0;
            }
            (None, Some(run)) => {
                separators = separators.saturating_add(1);
                let divides = matches!(c, ' ' | '-' | '\u{a0}') && separators <= SEPARATORS_MAX;
                if !divides && !run.digits.is_empty() {
                    runs.push(Run::default());
                }
            }
            (_, None) => {}
        }
    }
    runs
}

/// A card number is a whole number of groups: cutting groups apart would find numbers in any long row of
/// digits. Every such stretch is looked at, so a number beside a card number does not hide it.
fn hidden_in_run(run: &Run) -> Vec<usize> {
    let mut hidden = Vec::new();
    for (number, first) in run.groups.iter().enumerate() {
        for last in run.groups.iter().skip(number) {
            let Some(digits) = run.digits.get(first.start..last.end) else { continue };
            if digits.len() > *CARD_DIGITS.end() {
                break;
            }
            if looks_like_a_card(digits) {
                let end = digits.len().saturating_sub(KEPT_LAST);
                hidden.extend(digits.iter().take(end).skip(KEPT_FIRST).map(|place| place.at));
            }
        }
    }
    hidden
}

fn looks_like_a_card(digits: &[Place]) -> bool {
    let begins_like_a_card = digits.first().is_some_and(|first| !matches!(first.digit, 0 | 1 | 7));
    CARD_DIGITS.contains(&digits.len()) && begins_like_a_card && luhn(digits)
}

/// The check of ISO/IEC 7812-1, annex B: from the right, every second digit counts double, cast out by nine.
fn luhn(digits: &[Place]) -> bool {
    let weigh = |(position, place): (usize, &Place)| {
        let doubled = place.digit.saturating_mul(2);
        match (position.is_multiple_of(2), doubled > 9) {
            (true, _) => place.digit,
            (false, true) => doubled.saturating_sub(9),
            (false, false) => doubled,
        }
    };
    digits.iter().rev().enumerate().map(weigh).fold(0_u32, u32::saturating_add).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_test_numbers_are_masked_in_any_grouping() {
        for (text, masked) in [
            ("4111111111111111", "411111******1111"),
            ("5555-5555-5555-4444", "5555-55**-****-4444"),
            ("3782 822463 10005", "3782 82**** *0005"),
            ("2200000000000004", "220000******0004"),
            ("4111\u{a0}1111  1111--1111", "4111\u{a0}11**  ****--1111"),
            ("4222222222222", "422222***2222"),
            ("card:4111111111111111.", "card:411111******1111."),
            ("a4111111111111111b", "a411111******1111b"),
        ] {
            assert_eq!(mask_card_numbers(text), masked);
            assert_eq!(has_card_number(text), text != masked);
        }
    }

    #[test]
    fn a_number_beside_a_card_does_not_hide_it() {
        assert_eq!(mask_card_numbers("12 4111 1111 1111 1111 05/30 123"), "12 4111 11** **** 1111 05/30 123");
        assert_eq!(
            mask_card_numbers("4111111111111111,5555555555554444"),
            "411111******1111,555555******4444"
        );
    }

    #[test]
    fn ordinary_numbers_pass() {
        for text in [
            "",
            "заказ 42",
            "1759400000123",
            "4111111111111112",
            "411111111111",
            "41111111111111111111111111",
            "0b7c1d2e-1111-4222-8333-000000000042",
            "+7 999 123-45-67",
            "40817810099910004312",
        ] {
            assert_eq!(mask_card_numbers(text), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_length_and_loses_only_digits(text in "[0-9 \\-aж]{0,80}") {
            let masked = mask_card_numbers(&text);
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            prop_assert!(masked.chars().zip(text.chars()).all(|(m, t)| m == t || (m == '*' && t.is_ascii_digit())));
        }
    }
}
