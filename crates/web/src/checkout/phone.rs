//! Phone numbers as people type them.

/// The digits of a number with its country's code, as providers want them; `None` when it cannot be one.
///
/// A Russian number may begin with 8 or with its own ten digits.
pub(crate) fn digits(typed: &str) -> Option<String> {
    let plus = typed.trim_start().starts_with('+');
    let mut digits = String::new();
    for letter in typed.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            ' ' | '-' | '(' | ')' | '.' | '+' | '\u{a0}' | '\u{2011}' => {}
            _ => return None,
        }
    }
    let national = match (plus, digits.len(), digits.chars().next()) {
        (false, 11, Some('8')) => digits.get(1..).map(|rest| format!("7{rest}")),
        (false, 10, Some('9')) => Some(format!("7{digits}")),
        _ => None,
    };
    // E.164: at most fifteen digits.
    Some(national.unwrap_or(digits)).filter(|digits| (10..=15).contains(&digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_are_one_number() {
        for typed in
            ["+7 900 000-00-00", "8 (900) 000-00-00", "9000000000", "79000000000", "7\u{a0}900.000.00.00"]
        {
            assert_eq!(digits(typed).as_deref(), Some("79000000000"), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_a_number_is_none() {
        for typed in ["", "123", "phone", "+7 900 000 00 00 ext 5", "1234567890123456"] {
            assert_eq!(digits(typed), None, "{typed}");
        }
    }
}
