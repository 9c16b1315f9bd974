//! The paths whose features are not there yet: each answers with the error that its clients understand.

use wire::http::HttpReply;

use super::errors::{Refused, RobokassaError};

/// What is said where a client shows or logs a sentence.
const SENTENCE: &str = "This feature is not available here";

/// A feature that is not there yet, by the path that clients call it at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// A payment started by a server (Indexjson).
    StartByServer,
    /// A charge that follows an earlier one.
    Recurring,
    /// A payment with a saved card.
    SavedCard,
    /// A payment link's page.
    InvoiceLink,
    /// The programs' side of payment links.
    InvoiceApi,
    /// A refund asked by a program.
    RefundCreate,
    /// The state of such a refund.
    RefundState,
    /// A message to a phone.
    Sms,
    /// Registering shops for others.
    Partner,
    /// A second receipt.
    FiscalReceipt,
    /// Where a second receipt stands.
    FiscalStatus,
    /// Buttons, forms and frames for a shop's own pages.
    Script,
}

/// What a client gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// A page with an error's number: a buyer reads it.
    Page(Refused),
    /// Bytes for a program.
    Reply(HttpReply),
}

impl Missing {
    /// The feature behind a path in small letters, without the end's slash.
    pub(super) fn at(path: &str) -> Option<Missing> {
        if path.starts_with("/merchant/paymentform/") || path.starts_with("/merchant/bundle/") {
            return Some(Missing::Script);
        }
        if path.strip_prefix("/merchant/invoice/").is_some_and(|id| !id.is_empty()) {
            return Some(Missing::InvoiceLink);
        }
        if path.starts_with("/partnerregisterservice/api/") {
            return Some(Missing::Partner);
        }
        match path {
            "/merchant/indexjson.aspx" => Some(Missing::StartByServer),
            "/merchant/recurring" => Some(Missing::Recurring),
            "/merchant/payment/cofpayment" => Some(Missing::SavedCard),
            "/invoiceservicewebapi/api/createinvoice"
            | "/invoiceservicewebapi/api/deactivateinvoice"
            | "/invoiceservicewebapi/api/getinvoiceinformationlist" => Some(Missing::InvoiceApi),
            "/refundservice/refund/create" => Some(Missing::RefundCreate),
            "/refundservice/refund/getstate" => Some(Missing::RefundState),
            "/sms" => Some(Missing::Sms),
            "/robofiscal/receipt/attach" | "/robofiscal/receipt/register" => Some(Missing::FiscalReceipt),
            "/robofiscal/receipt/status" => Some(Missing::FiscalStatus),
            _ => None,
        }
    }

    /// Whether a buyer's browser calls it, and not a program.
    pub const fn is_page(self) -> bool {
        matches!(self, Missing::SavedCard | Missing::InvoiceLink)
    }

    /// The answer in the form that the path's clients read.
    pub fn answer(self) -> Answer {
        let page = |error| Answer::Page(Refused::with(error, "the feature is not available here"));
        let json = |body: String| Answer::Reply(HttpReply::json(200, body));
        match self {
            Missing::StartByServer => json(format!(
                "{{\"invoiceID\":null,\"errorCode\":{},\"errorMessage\":\"{SENTENCE}\"}}",
                RobokassaError::CannotStart.number()
            )),
            // Everything that does not begin with OK is a refusal.
            Missing::Recurring => Answer::Reply(HttpReply::text(
                200,
                format!("ERROR {}: {SENTENCE}", RobokassaError::RecurringNotAllowed.number()),
            )),
            Missing::SavedCard => page(RobokassaError::CannotStart),
            Missing::InvoiceLink => page(RobokassaError::LinkNotFound),
            Missing::InvoiceApi => json(format!("{{\"isSuccess\":false,\"message\":\"{SENTENCE}\"}}")),
            Missing::RefundCreate => {
                json(format!("{{\"success\":false,\"message\":\"{SENTENCE}\",\"requestId\":null}}"))
            }
            // No request was ever taken, so none is known.
            Missing::RefundState => {
                json("{\"message\":\"Id is invalid or request id does not exist\"}".to_owned())
            }
            // 4: the service is not enabled.
            Missing::Sms => json(format!(
                "{{\"result\":false,\"count\":0,\"errorCode\":4,\"errorMessage\":\"{SENTENCE}\"}}"
            )),
            Missing::Partner => {
                json(format!("{{\"success\":false,\"error\":\"{SENTENCE}\",\"resultCode\":500}}"))
            }
            // 1000: an error of the service; no code says that there is none.
            Missing::FiscalReceipt => {
                json(format!("{{\"ResultCode\":\"1000\",\"ResultDescription\":\"{SENTENCE}\"}}"))
            }
            Missing::FiscalStatus => json(format!(
                "{{\"Code\":\"1000\",\"Description\":\"{SENTENCE}\",\"Statuses\":null,\"FnNumber\":null,\
                 \"FiscalDocumentNumber\":null,\"FiscalDocumentAttribute\":null,\"FiscalDate\":null,\
                 \"FiscalType\":null}}"
            )),
            Missing::Script => Answer::Reply(HttpReply::text(404, SENTENCE)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_a_missing_feature_answers_with_an_error_of_its_own_form() {
        for (path, expected) in [
            ("/merchant/indexjson.aspx", "\"errorCode\":41"),
            ("/merchant/recurring", "ERROR 34"),
            ("/merchant/payment/cofpayment", "41"),
            ("/merchant/invoice/abc", "53"),
            ("/invoiceservicewebapi/api/createinvoice", "\"isSuccess\":false"),
            ("/refundservice/refund/create", "\"success\":false"),
            ("/refundservice/refund/getstate", "does not exist"),
            ("/sms", "\"errorCode\":4"),
            ("/partnerregisterservice/api/shop/registershop", "\"success\":false"),
            ("/robofiscal/receipt/attach", "\"ResultCode\":\"1000\""),
            ("/robofiscal/receipt/status", "\"Code\":\"1000\""),
            ("/merchant/paymentform/formfls.js", SENTENCE),
            ("/merchant/bundle/robokassa_iframe.js", SENTENCE),
        ] {
            let missing = Missing::at(path).unwrap();
            let said = match missing.answer() {
                Answer::Page(refused) => refused.error.number().to_string(),
                Answer::Reply(reply) => String::from_utf8(reply.body).unwrap(),
            };
            assert!(said.contains(expected), "{path}: {said}");
            assert_eq!(missing.is_page(), matches!(missing.answer(), Answer::Page(_)), "{path}");
        }
        assert_eq!(Missing::at("/merchant/invoice/"), None);
        assert_eq!(Missing::at("/merchant/index.aspx"), None);
    }

    #[test]
    fn what_programs_read_as_json_is_json() {
        for missing in [
            Missing::StartByServer,
            Missing::InvoiceApi,
            Missing::RefundCreate,
            Missing::RefundState,
            Missing::Sms,
            Missing::Partner,
            Missing::FiscalReceipt,
            Missing::FiscalStatus,
        ] {
            let Answer::Reply(reply) = missing.answer() else { panic!("{missing:?}") };
            assert!(serde_json::from_slice::<serde_json::Value>(&reply.body).is_ok(), "{missing:?}");
        }
    }
}
