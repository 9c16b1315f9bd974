//! The key of an operation, in the form that clients know: `14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf`.
//!
//! It is our own public identifier of an attempt in another spelling: its 128 bits as a GUID, then nine letters
//! and digits by which a key that was mistyped or made up is told from ours.

use wire::digest::sha256;

/// What stands before the letters of an attempt's public identifier.
const PREFIX: &str = "try_";
/// The alphabet of public identifiers.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// So many letters carry 128 bits.
const LETTERS_COUNT: usize = 26;
/// The alphabet of the last nine.
const CHECK: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// So many of them there are.
const CHECK_COUNT: usize = 9;
/// Where the dashes of a GUID stand, counted in its digits.
const DASHES: [usize; 4] = [8, 12, 16, 20];

/// The key of the operation behind a public identifier; `None` if the text is none.
pub fn of_public(public: &str) -> Option<String> {
    let letters = public.strip_prefix(PREFIX).filter(|letters| letters.len() == LETTERS_COUNT)?;
    let mut value: u128 = 0;
    for (place, letter) in letters.bytes().enumerate() {
        let five = LETTERS.iter().position(|known| *known == letter)?;
        // 26 letters could carry 130 bits: the first has three only.
        if place == 0 && five > 7 {
            return None;
        }
        value = (value << 5) | u128::try_from(five).ok()?;
    }
    Some(key(value))
}

/// The public identifier behind a key, in any case of its GUID; `None` if it was not made from one.
pub fn public_of(text: &str) -> Option<String> {
    let (guid, check) = text.rsplit_once('-')?;
    let digits: String = guid.chars().filter(|c| *c != '-').collect();
    let value = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32)?;
    let made = key(value);
    let (made_guid, made_check) = made.rsplit_once('-')?;
    if !made_guid.eq_ignore_ascii_case(guid) || made_check != check {
        return None;
    }
    let letter = |place: usize| {
        let five = usize::try_from((value >> place.saturating_mul(5)) & 31).ok()?;
        LETTERS.get(five).map(|letter| char::from(*letter))
    };
    let letters: Option<String> = (0..LETTERS_COUNT).rev().map(letter).collect();
    Some(format!("{PREFIX}{}", letters?))
}

fn key(value: u128) -> String {
    let digits = format!("{value:032X}");
    let dashed = digits.chars().enumerate().flat_map(|(at, digit)| {
        let dash = DASHES.contains(&at).then_some('-');
        dash.into_iter().chain([digit])
    });
    format!("{}-{}", dashed.collect::<String>(), check(value))
}

fn check(value: u128) -> String {
    let digest = sha256(format!("operation key {value:032X}").as_bytes());
    let letters = digest.iter().take(CHECK_COUNT).filter_map(|byte| CHECK.get(usize::from(byte % 62)));
    letters.map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_has_the_documented_form_and_leads_back() {
        let public = "try_0123456789abcdefghjkmnpqrs";
        let key = of_public(public).unwrap();
        let parts: Vec<usize> = key.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12, 9], "{key}");
        assert_eq!(public_of(&key).as_deref(), Some(public));
    }

    #[test]
    fn keys_that_were_made_up_lead_nowhere() {
        for text in ["", "-", "14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf", "14D2B521", "ж-ж"] {
            assert_eq!(public_of(text), None, "{text}");
        }
        for public in ["", "try_", "pay_0123456789abcdefghjkmnpqrs", "try_zzzzzzzzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(of_public(public), None, "{public}");
        }
    }

    proptest! {
        #[test]
        fn every_identifier_has_one_key(value: u128) {
            let made = key(value);
            let public = public_of(&made).unwrap();
            prop_assert_eq!(of_public(&public), Some(made.clone()));
            let (guid, check) = made.rsplit_once('-').unwrap();
            prop_assert_eq!(public_of(&format!("{}-{check}", guid.to_lowercase())), Some(public));
        }
    }
}
