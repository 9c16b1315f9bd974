//! The key of an operation, in the form that clients know: `14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf`.
//!
//! It is our own public identifier of an attempt in another spelling: its 128 bits as a GUID, then nine letters
//! and digits by which a key that was mistyped or made up is told from ours.

use wire::digest::sha256;

use super::guid;

/// What stands before the letters of an attempt's public identifier.
const PREFIX: &str = "try";
/// The alphabet of the last nine.
const CHECK: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// So many of them there are.
const CHECK_COUNT: usize = 9;

/// The key of the operation behind a public identifier; `None` if the text is none.
pub fn of_public(public: &str) -> Option<String> {
    guid::bits_of(public, PREFIX).map(key)
}

/// The public identifier behind a key, in any case of its GUID; `None` if it was not made from one.
pub fn public_of(text: &str) -> Option<String> {
    let (guid, check) = text.rsplit_once('-')?;
    let value = guid::parse(guid)?;
    let made = key(value);
    let (made_guid, made_check) = made.rsplit_once('-')?;
    let same = made_guid.eq_ignore_ascii_case(guid) && made_check == check;
    same.then(|| guid::public_of(value, PREFIX))
}

fn key(value: u128) -> String {
    format!("{}-{}", guid::print(value), check(value))
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
