//! What the live service is known to refuse although it can be understood: for shops that test against us.
//!
//! Spellings of the signed text are the signature's business ([`super::keys::Switches::strict`]); here is what
//! can be told from the request alone.

use wire::http::{HttpRequest, Method};

use super::errors::{Refused, RobokassaError};
use super::fields::Fields;
use super::names::Name;
use super::request::says_no;

/// Refuses a payment start that the live service would refuse.
///
/// # Errors
/// 29 for addresses and receipts in an encoding that it does not take any more, 34 and 64 for features that have
/// no rehearsal; what [`super::request::PaymentStart::read`] refuses.
pub fn check(request: &HttpRequest) -> Result<(), Refused> {
    let fields = Fields::read(request)?;
    let wrong =
        |name: Name, why| Err(Refused::because_of(name.official(), RobokassaError::WrongSignature, why));
    for name in [Name::SuccessUrl2, Name::FailUrl2] {
        let given = fields.strict(name)?;
        if given.text().is_some_and(|text| !is_plain_address(text)) {
            return wrong(name, "the live service takes this address unencoded since 30 June 2025");
        }
    }
    let receipt = fields.strict(Name::Receipt)?;
    let raw = receipt.text().is_some_and(|text| text.trim_start().starts_with('{'));
    if raw && request.method == Method::Get {
        return wrong(Name::Receipt, "in a link the live service takes a receipt that is encoded twice");
    }
    if fields.strict(Name::IsTest)?.text() != Some("1") {
        return Ok(());
    }
    if fields.strict(Name::StepByStep)?.text() == Some("true") {
        let why = "the live service rehearses no holds";
        return Err(Refused::because_of(Name::StepByStep.official(), RobokassaError::HoldNotAllowed, why));
    }
    if fields.strict(Name::Recurring)?.text().is_some_and(|text| !says_no(text)) {
        let why = "the live service rehearses no recurring payments";
        return Err(Refused::because_of(
            Name::Recurring.official(),
            RobokassaError::RecurringNotAllowed,
            why,
        ));
    }
    Ok(())
}

fn is_plain_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["http://", "https://"].iter().any(|scheme| lower.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::http::Headers;

    fn refused(method: Method, query: &str) -> Option<(u16, &'static str)> {
        let request = HttpRequest {
            method,
            path: "/Merchant/Index.aspx".to_owned(),
            query: query.to_owned(),
            headers: Headers::new(),
            body: Vec::new(),
            peer: None,
        };
        check(&request).err().map(|refused| (refused.error.number(), refused.parameter.unwrap_or_default()))
    }

    #[test]
    fn encoded_addresses_are_refused_for_the_ways_back_and_not_for_the_notice() {
        let get = |query: &str| refused(Method::Get, query);
        assert_eq!(get("SuccessUrl2=https%253A%252F%252Fshop.example%252Fok"), Some((29, "SuccessUrl2")));
        assert_eq!(get("FailUrl2=https%253A%252F%252Fshop.example%252F"), Some((29, "FailUrl2")));
        assert_eq!(get("SuccessUrl2=https%3A%2F%2Fshop.example%2Fok"), None);
        assert_eq!(get("ResultUrl2=https%253A%252F%252Fshop.example%252Fok"), None);
    }

    #[test]
    fn a_raw_receipt_is_refused_in_a_link_only() {
        let once = "Receipt=%7B%22items%22%3A%5B%5D%7D";
        assert_eq!(refused(Method::Get, once), Some((29, "Receipt")));
        assert_eq!(refused(Method::Post, once), None);
        assert_eq!(refused(Method::Get, "Receipt=%257B%2522items%2522%253A%255B%255D%257D"), None);
    }

    #[test]
    fn what_has_no_rehearsal_is_refused_in_a_rehearsal_only() {
        for (parameter, number) in [("StepByStep=true", 64), ("Recurring=true", 34), ("recurring=1", 34)] {
            let test = refused(Method::Get, &format!("{parameter}&IsTest=1"));
            assert_eq!(test.map(|(number, _)| number), Some(number), "{parameter}");
            assert_eq!(refused(Method::Get, parameter), None);
            assert_eq!(refused(Method::Get, &format!("{parameter}&IsTest=0")), None);
        }
        assert_eq!(refused(Method::Get, "Recurring=False&IsTest=1"), None);
    }
}
