//! Our public identifiers in this dialect's spellings: a GUID, and the 22 letters that stand in a link.
//!
//! Both are the same 128 bits as the 26 letters of the public form, so nothing has to be remembered to find
//! what they mean.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The alphabet of public identifiers.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// So many letters carry 128 bits.
const LETTERS_COUNT: usize = 26;
/// Where the dashes of a GUID stand, counted in its digits.
const DASHES: [usize; 4] = [8, 12, 16, 20];
/// What stands before the letters of a payment's public identifier.
const PAYMENT: &str = "pay";
/// A GUID has so many hexadecimal digits.
const DIGITS: usize = 32;

/// The bits of a public identifier such as `ref_…`; `None` if it has another prefix or is none.
pub fn bits_of(public: &str, prefix: &str) -> Option<u128> {
    let letters = public.strip_prefix(prefix)?.strip_prefix('_')?;
    if letters.len() != LETTERS_COUNT {
        return None;
    }
    let mut bits: u128 = 0;
    for (place, letter) in letters.bytes().enumerate() {
        let five = LETTERS.iter().position(|known| *known == letter)?;
        // 26 letters could carry 130 bits: the first has three only.
        if place == 0 && five > 7 {
            return None;
        }
        bits = (bits << 5) | u128::try_from(five).ok()?;
    }
    Some(bits)
}

/// The public identifier of these bits.
pub fn public_of(bits: u128, prefix: &str) -> String {
    let letters = (0..LETTERS_COUNT).rev().map(|place| {
        let five = (bits >> place.saturating_mul(5)) & 31;
        let letter = usize::try_from(five).ok().and_then(|five| LETTERS.get(five));
        letter.map_or('0', |letter| char::from(*letter))
    });
    format!("{prefix}_{}", letters.collect::<String>())
}

/// The GUID of these bits, in capital letters.
pub fn print(bits: u128) -> String {
    let digits = format!("{bits:032X}");
    let dashed = digits.chars().enumerate().flat_map(|(at, digit)| {
        let dash = DASHES.contains(&at).then_some('-');
        dash.into_iter().chain([digit])
    });
    dashed.collect()
}

/// The bits of a GUID in any case, with or without its dashes and braces.
pub fn parse(text: &str) -> Option<u128> {
    let digits: String = text.trim().chars().filter(|c| !matches!(c, '-' | '{' | '}')).collect();
    let plain = digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit());
    u128::from_str_radix(&digits, 16).ok().filter(|_| plain)
}

/// The 22 letters of these bits, as they stand in a link.
pub fn encode(bits: u128) -> String {
    URL_SAFE_NO_PAD.encode(bits.to_be_bytes())
}

/// The bits of 22 letters; `None` for anything else.
pub fn decode(text: &str) -> Option<u128> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    Some(u128::from_be_bytes(bytes.try_into().ok()?))
}

/// The GUID of a payment in small letters, from its public identifier; `None` if the text is none.
///
/// ```
/// use protocols::robokassa::guid;
/// let made = guid::of_payment("pay_0123456789abcdefghjkmnpqrs").unwrap();
/// assert_eq!(guid::payment_of(&made).as_deref(), Some("pay_0123456789abcdefghjkmnpqrs"));
/// ```
pub fn of_payment(public: &str) -> Option<String> {
    Some(print(bits_of(public, PAYMENT)?).to_ascii_lowercase())
}

/// The public identifier of the payment behind a GUID; `None` if the text is no GUID. Whether it was made here,
/// the identifier itself tells.
pub fn payment_of(guid: &str) -> Option<String> {
    Some(public_of(parse(guid)?, PAYMENT))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_guid_is_written_as_everybody_writes_it() {
        let bits = 0x14d2_b521_4eab_492a_9d91_00d1_2ff2_4d57;
        assert_eq!(print(bits), "14D2B521-4EAB-492A-9D91-00D12FF24D57");
        assert_eq!(parse("{14d2b521-4eab-492a-9d91-00d12ff24d57}"), Some(bits));
        assert_eq!(encode(bits).len(), 22);
    }

    #[test]
    fn what_is_no_identifier_has_no_bits() {
        for text in ["", "ref", "ref_", "pay_0123456789abcdefghjkmnpqrs", "ref_zzzzzzzzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(bits_of(text, "ref"), None, "{text}");
        }
        for text in ["", "ж", "14D2B521", "+4D2B521-4EAB-492A-9D91-00D12FF24D57"] {
            assert_eq!((parse(text), decode(text)), (None, None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_spelling_leads_back(bits: u128) {
            prop_assert_eq!(parse(&print(bits)), Some(bits));
            prop_assert_eq!(parse(&print(bits).to_lowercase()), Some(bits));
            prop_assert_eq!(decode(&encode(bits)), Some(bits));
            prop_assert_eq!(bits_of(&public_of(bits, "ref"), "ref"), Some(bits));
        }

        #[test]
        fn no_text_makes_the_readers_panic(text in "\\PC{0,40}") {
            let _ = (parse(&text), decode(&text), bits_of(&text, "ref"));
        }
    }
}
