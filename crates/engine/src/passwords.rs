//! New secrets, from the machine's randomness.

use crate::error::EngineError;
use domain::secrets::Secret;
use store::error::StoreError;

/// Letters and digits that are not taken for one another; 32 of them, five bits each.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 26 letters carry 130 bits.
const LENGTH: usize = 26;

/// A password of at least 128 bits.
///
/// # Errors
/// [`EngineError::Store`] when the machine has no randomness.
pub fn fresh_password() -> Result<Secret, EngineError> {
    let bytes = random_bytes::<LENGTH>()?;
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 31)));
    Ok(Secret::new(letters.map(|letter| char::from(*letter)).collect()))
}

/// Bytes that nobody can guess.
///
/// # Errors
/// [`EngineError::Store`] when the machine has no randomness.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], EngineError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        EngineError::Store(StoreError::Unavailable(format!("the machine has no randomness: {error}")))
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_has_enough_bits_and_is_never_the_same() {
        let (one, other) = (fresh_password().unwrap(), fresh_password().unwrap());
        assert_eq!(one.expose().len(), LENGTH);
        assert_ne!(one.expose(), other.expose());
    }
}
