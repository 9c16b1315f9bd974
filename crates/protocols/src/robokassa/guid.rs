//! Our public identifiers as clients of this dialect know identifiers: GUIDs.
//!
//! Both are 128 bits in other letters, so each leads back to the other and nothing is kept.

/// The alphabet of public identifiers.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// So many letters carry 128 bits.
const LETTERS_COUNT: usize = 26;
/// Where the dashes of a GUID stand, counted in its digits.
const DASHES: [usize; 4] = [8, 12, 16, 20];
/// What stands before the letters of a payment's public identifier.
const PAYMENT: &str = "pay_";

/// The GUID of a payment in small letters, from its public identifier; `None` if the text is none.
///
/// ```
/// use protocols::robokassa::guid;
/// let made = guid::of_payment("pay_0123456789abcdefghjkmnpqrs").unwrap();
/// assert_eq!(guid::payment_of(&made).as_deref(), Some("pay_0123456789abcdefghjkmnpqrs"));
/// ```
pub fn of_payment(public: &str) -> Option<String> {
    Some(dashed(value_of(public.strip_prefix(PAYMENT)?)?).to_ascii_lowercase())
}

/// The public identifier of the payment behind a GUID in any case; `None` if the text is no GUID. Whether it
/// was made here, the identifier itself tells.
pub fn payment_of(guid: &str) -> Option<String> {
    let value = value_of_guid(guid)?;
    Some(format!("{PAYMENT}{}", letters(value)?))
}

/// The 128 bits behind the letters of a public identifier.
pub(super) fn value_of(text: &str) -> Option<u128> {
    if text.len() != LETTERS_COUNT {
        return None;
    }
    let mut value: u128 = 0;
    for (place, letter) in text.bytes().enumerate() {
        let five = LETTERS.iter().position(|known| *known == letter)?;
        // 26 letters could carry 130 bits: the first has three only.
        if place == 0 && five > 7 {
            return None;
        }
        value = (value << 5) | u128::try_from(five).ok()?;
    }
    Some(value)
}

/// The 128 bits behind a GUID with its dashes, in any case.
pub(super) fn value_of_guid(guid: &str) -> Option<u128> {
    let digits: String = guid.chars().filter(|c| *c != '-').collect();
    let value = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32)?;
    dashed(value).eq_ignore_ascii_case(guid).then_some(value)
}

/// The letters of 128 bits.
pub(super) fn letters(value: u128) -> Option<String> {
    let letter = |place: usize| {
        let five = usize::try_from((value >> place.saturating_mul(5)) & 31).ok()?;
        LETTERS.get(five).map(|letter| char::from(*letter))
    };
    (0..LETTERS_COUNT).rev().map(letter).collect()
}

/// 128 bits as a GUID in capitals.
pub(super) fn dashed(value: u128) -> String {
    let digits = format!("{value:032X}");
    let with_dashes = digits.chars().enumerate().flat_map(|(at, digit)| {
        let dash = DASHES.contains(&at).then_some('-');
        dash.into_iter().chain([digit])
    });
    with_dashes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_guid_has_the_documented_form_in_small_letters() {
        let guid = of_payment("pay_0123456789abcdefghjkmnpqrs").unwrap();
        assert_eq!(guid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{guid}");
        assert_eq!(guid, guid.to_lowercase());
        assert_eq!(payment_of(&guid.to_uppercase()), payment_of(&guid));
    }

    #[test]
    fn what_is_no_guid_leads_nowhere() {
        let bare = "417345930dc97dc5fd329a73158e4cb2";
        for text in ["", "-", "41734593", "ж", bare, "41734593-dc97-dc5f-d329-a73158e4cb2", "%00"] {
            assert_eq!(payment_of(text), None, "{text}");
        }
        for public in ["", "pay_", "try_0123456789abcdefghjkmnpqrs", "pay_zzzzzzzzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(of_payment(public), None, "{public}");
        }
    }

    proptest! {
        #[test]
        fn every_value_comes_back_from_both_spellings(value: u128) {
            prop_assert_eq!(value_of(&letters(value).unwrap()), Some(value));
            prop_assert_eq!(value_of_guid(&dashed(value)), Some(value));
        }
    }
}
