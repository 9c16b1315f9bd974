//! Indexjson: a shop's server starts a payment and is told in JSON where the buyer goes (protocol, section 6).

use serde::Serialize;

use super::errors::{Refused, RobokassaError};

/// What the server is told. One client refuses what has no `errorCode`, one looks for `error`, and mobile
/// libraries need text and a whole number: so all three members are always there and no other.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(rename = "invoiceID")]
    invoice_id: Option<&'a str>,
    error_code: u16,
    error_message: Option<String>,
}

/// The payment is started: the GUID under which the buyer finds it.
///
/// ```
/// use protocols::robokassa::start_by_server::started;
/// let told = started("41734593-dc97-dc5f-d329-a73158e4cb29");
/// assert_eq!(
///     told,
///     r#"{"invoiceID":"41734593-dc97-dc5f-d329-a73158e4cb29","errorCode":0,"errorMessage":null}"#
/// );
/// ```
pub fn started(guid: &str) -> String {
    written(&Answer { invoice_id: Some(guid), error_code: 0, error_message: None })
}

/// The payment is not started, by the number that the page would show and the reason in a sentence.
pub fn refused(refused: &Refused) -> String {
    let of = refused.parameter.map(|name| format!("{name}: ")).unwrap_or_default();
    let message = format!("{} ({of}{})", refused.error.meaning(), refused.why);
    written(&Answer { invoice_id: None, error_code: refused.error.number(), error_message: Some(message) })
}

/// Nothing is wrong with the request, and it can be sent again.
pub fn unavailable() -> String {
    refused(&Refused::with(RobokassaError::Internal500, "try again later"))
}

/// The body cannot be read to its end.
pub fn unreadable() -> String {
    refused(&Refused::with(RobokassaError::WrongInvoiceParameter, "the body is too large or broke off"))
}

/// A struct of texts and numbers has nothing that JSON cannot say.
fn written(answer: &Answer<'_>) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_its_number_and_says_which_parameter_is_to_blame() {
        let told = refused(&Refused::because_of("OutSum", RobokassaError::WrongSum, "no sum was sent"));
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["errorCode"], 31);
        assert!(told["invoiceID"].is_null());
        assert_eq!(told["errorMessage"], "the sum is missing, zero or malformed (OutSum: no sum was sent)");
        assert!(told.get("error").is_none(), "one client takes any such member for a failure");
    }

    #[test]
    fn a_failure_of_ours_is_a_number_of_the_service_too() {
        assert!(unavailable().contains("\"errorCode\":500"));
    }
}
