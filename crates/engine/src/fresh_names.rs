//! Identifiers for new checkouts, in the forms that their protocol has.

use crate::error::EngineError;
use crate::passwords::random_bytes;

/// An identifier of the second generation: 24 hex digits in small letters, at least one of them a letter, for
/// a shop's login has one.
///
/// # Errors
/// [`EngineError::Store`] when the machine has no randomness.
pub fn fresh_hex_id() -> Result<String, EngineError> {
    let name = hex::encode(random_bytes::<12>()?);
    let has_letter = name.bytes().any(|byte| byte.is_ascii_alphabetic());
    Ok(if has_letter { name } else { name.replacen(|letter: char| letter.is_ascii_digit(), "a", 1) })
}

/// An identifier of the first generation: 32 hex digits in capitals, in groups of 8, 4, 4, 4 and 12.
///
/// # Errors
/// [`EngineError::Store`] when the machine has no randomness.
pub fn fresh_first_id() -> Result<String, EngineError> {
    Ok(in_groups(&hex::encode_upper(random_bytes::<16>()?)))
}

/// The first 32 digits as the first generation groups them.
pub(crate) fn in_groups(digits: &str) -> String {
    let mut name = String::new();
    for (place, digit) in digits.chars().take(32).enumerate() {
        if matches!(place, 8 | 12 | 16 | 20) {
            name.push('-');
        }
        name.push(digit);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::checkouts::{Checkout, is_hex_id};
    use domain::settings::login_fits;

    #[test]
    fn fresh_names_are_names_that_a_checkout_can_have() {
        let (one, other) = (fresh_hex_id().unwrap(), fresh_hex_id().unwrap());
        assert!(is_hex_id(&one) && login_fits(&one).is_ok() && one != other, "{one} {other}");
        let first = fresh_first_id().unwrap();
        assert_eq!(Checkout::usual(first.clone(), one, other).check(), Ok(()), "{first}");
    }
}
