//! The oldest address of the payment page, `/ssl/calc.asp`, and the names that its clients still use.

use wire::form::{FormError, RawForm};

/// The path in small letters.
pub(super) const PATH: &str = "/ssl/calc.asp";

/// The oldest names and those of today.
const NAMES: [(&str, &str); 5] = [
    ("mrh", "MerchantLogin"),
    ("out_summ", "OutSum"),
    ("inv_id", "InvId"),
    ("inv_desc", "Description"),
    ("crc", "SignatureValue"),
];

/// Whether a request came to the oldest address.
pub(super) fn is_path(path: &str) -> bool {
    path.strip_suffix('/').unwrap_or(path).eq_ignore_ascii_case(PATH)
}

/// The form with today's names. Only the oldest address knows the others: elsewhere they would stand beside
/// today's names and repeat them.
///
/// # Errors
/// As [`RawForm::push`].
pub(super) fn renamed(form: &RawForm) -> Result<RawForm, FormError> {
    let mut today = RawForm::default();
    for field in form.fields() {
        let known = NAMES.iter().find(|(oldest, _)| field.is_called(oldest));
        let name = known.map_or_else(|| field.name.clone(), |(_, name)| name.as_bytes().to_vec());
        today.push(name, field.value.clone())?;
    }
    Ok(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_names_become_todays_and_others_stay() {
        let form = RawForm::from_urlencoded(b"mrh=demo&OUT_SUMM=45.00&shp_item=2&crc=x").unwrap();
        let renamed = renamed(&form).unwrap();
        let names: Vec<&str> =
            renamed.fields().iter().map(|field| std::str::from_utf8(&field.name).unwrap()).collect();
        assert_eq!(names, ["MerchantLogin", "OutSum", "shp_item", "SignatureValue"]);
        assert!(is_path("/SSL/calc.asp/") && !is_path("/calc.asp"));
    }
}
