//! Finds what looks like a card number in a stranger's text and masks its middle, before it is saved.

use std::borrow::Cow;
use std::collections::BTreeSet;
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
    masked(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The text with its card numbers masked, if there are any.
pub(crate) fn masked(text: &str) -> Option<String> {
    let hidden = hidden_digits(text.as_bytes());
    if hidden.is_empty() {
        return None;
    }
    let star = |(at, c)| if hidden.contains(&at) { '*' } else { c };
    Some(text.char_indices().map(star).collect())
}

/// Whether anything in the text looks like a card number.
pub fn has_card_number(text: &str) -> bool {
    !hidden_digits(text.as_bytes()).is_empty()
}

/// The places of all digits that must be hidden.
fn hidden_digits(text: &[u8]) -> BTreeSet<usize> {
    let mut hidden = BTreeSet::new();
    let mut from = 0;
    while let Some(stretch) = next_stretch(text, from) {
        from = stretch.end;
        for start in group_starts(text, stretch) {
            hide_numbers(text, start, &mut hidden);
        }
    }
    hidden
}

/// The next stretch of bytes, long enough for a card number, all of which could stand in one.
///
/// Every text of a stranger comes through here, and few have such a stretch: so the end of a window is looked
/// at first, and whatever cannot stand in a number lets the window jump behind it.
fn next_stretch(text: &[u8], from: usize) -> Option<Range<usize>> {
    let could_stand_in_one = |byte: &u8| matches!(byte, b'0'..=b'9' | b' ' | b'-' | 0xc2 | 0xa0);
    let mut start = from;
    loop {
        let rest = text.get(start..)?;
        let window = rest.get(..*CARD_DIGITS.start())?;
        match window.iter().rposition(|byte| !could_stand_in_one(byte)) {
            Some(stranger) => start = start.saturating_add(stranger).saturating_add(1),
            None => {
                let length = rest.iter().take_while(|byte| could_stand_in_one(byte)).count();
                return Some(start..start.saturating_add(length));
            }
        }
    }
}

/// Where groups of digits begin in this stretch.
fn group_starts(text: &[u8], stretch: Range<usize>) -> impl Iterator<Item = usize> {
    let mut before_is_digit = false;
    let bytes = text.iter().enumerate().take(stretch.end).skip(stretch.start);
    bytes.filter_map(move |(at, byte)| {
        let begins = byte.is_ascii_digit() && !before_is_digit;
        before_is_digit = byte.is_ascii_digit();
        begins.then_some(at)
    })
}

/// Hides the middle of every card number that begins at `start`, where a group of digits begins.
///
/// A card number is a whole number of groups: cutting groups apart would find numbers in any long row of
/// digits. Every such row of groups is looked at, so a number beside a card number does not hide it.
fn hide_numbers(text: &[u8], start: usize, hidden: &mut BTreeSet<usize>) {
    let (mut end, mut count) = (start, 0_usize);
    loop {
        let group = group_length(text, end);
        count = count.saturating_add(group);
        end = end.saturating_add(group);
        if group == 0 || count > *CARD_DIGITS.end() {
            return;
        }
        let number = digits(text, start..end);
        if CARD_DIGITS.contains(&count) && looks_like_a_card(number.clone()) {
            let kept_from = count.saturating_sub(KEPT_LAST);
            hidden.extend(number.map(|digit| digit.at).take(kept_from).skip(KEPT_FIRST));
        }
        end = end.saturating_add(separators_length(text, end));
    }
}

/// How many digits stand together here. More than a card number has are not counted.
fn group_length(text: &[u8], at: usize) -> usize {
    let most = CARD_DIGITS.end().saturating_add(1);
    text.iter().skip(at).take(most).take_while(|byte| byte.is_ascii_digit()).count()
}

/// How many bytes the spaces and dashes take that stand here; of too many, those that may stand together.
fn separators_length(text: &[u8], at: usize) -> usize {
    let mut length = 0_usize;
    for _ in 0..SEPARATORS_MAX {
        let one = match text.get(at.saturating_add(length)..) {
            Some([b' ' | b'-', ..]) => 1,
            // The no-break space, U+00A0.
            Some([0xc2, 0xa0, ..]) => 2,
            Some(_) | None => 0,
        };
        length = length.saturating_add(one);
    }
    length
}

/// One digit of a text: where it stands, and its value.
struct Digit {
    at: usize,
    value: u32,
}

/// The digits of a part of the text, without what divides them.
fn digits(text: &[u8], part: Range<usize>) -> impl DoubleEndedIterator<Item = Digit> + Clone {
    let bytes = part.clone().zip(text.get(part).unwrap_or_default());
    bytes.filter_map(|(at, &byte)| char::from(byte).to_digit(10).map(|value| Digit { at, value }))
}

fn looks_like_a_card(mut number: impl DoubleEndedIterator<Item = Digit> + Clone) -> bool {
    luhn(number.clone()) && number.next().is_some_and(|first| !matches!(first.value, 0 | 1 | 7))
}

/// The check of ISO/IEC 7812-1, annex B: from the right, every second digit counts double, cast out by nine.
fn luhn(number: impl DoubleEndedIterator<Item = Digit>) -> bool {
    let weigh = |(position, digit): (usize, Digit)| {
        let doubled = digit.value.saturating_mul(2);
        match (position.is_multiple_of(2), doubled > 9) {
            (true, _) => digit.value,
            (false, true) => doubled.saturating_sub(9),
            (false, false) => doubled,
        }
    };
    number.rev().enumerate().map(weigh).fold(0_u32, u32::saturating_add).is_multiple_of(10)
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
