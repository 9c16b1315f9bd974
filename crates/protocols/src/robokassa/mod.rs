//! Robokassa's dialect: its addresses, and the rooms that read, verify and answer.

pub mod errors;
pub(crate) mod expiry;
pub mod explain;
mod fields;
pub mod fiscal;
pub mod guid;
pub mod holds;
pub mod invoices;
mod invoices_features;
mod invoices_items;
pub mod invoices_list;
pub mod jwt;
pub mod keys;
pub mod labels;
pub mod members;
mod names;
pub mod notice;
mod oldest;
pub mod op_key;
pub mod op_state;
pub mod partner;
pub mod places;
pub mod receipt;
pub mod recurring;
pub mod refunds;
pub mod request;
pub mod result_url2;
pub mod scripts;
pub mod services;
mod signature;
mod slots;
pub mod sms;
pub mod soap;
mod spelling;
pub mod split;
pub mod start_by_server;
pub mod strict;
mod sums;
pub mod wsdl;
pub(crate) mod xml;

use self::op_state::Detail;
use self::services::Service;

/// What a path of this dialect leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endpoint {
    /// The start of a payment, by GET or POST.
    PaymentStart,
    /// The start of a payment by a shop's server.
    StartByServer,
    /// A file for a shop's own page.
    Script(scripts::Script),
    /// A payment by bank app, whose code our own script draws on a shop's page.
    SbpCode,
    /// A message to a phone.
    Sms,
    /// A second receipt.
    Fiscal(fiscal::FiscalCall),
    /// Where a started payment is shown, or where it has ended.
    Place(places::Place),
    /// The certificate by which signed statements are checked.
    Certificate(places::Encoding),
    /// The start of a payment that several shops share.
    SplitStart,
    /// The end of a hold.
    Hold(holds::HoldWish),
    /// A charge that follows an earlier payment.
    Recurring,
    /// Payment links, for programs.
    Invoices(invoices::InvoiceCall),
    /// A payment link's page; the last part of the path says which.
    InvoiceLink,
    /// A refund that a program asks for, or asks about.
    Refund(refunds::RefundCall),
    /// One of the services, by its own path.
    Service(Call),
    /// Any of the services in a SOAP envelope, which names it.
    Soap,
    /// Registering shops for others, which is not there.
    Partner,
}

/// One of the XML services.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// OpState and OpStateExt: where an operation stands.
    State(Detail),
    /// Methods and prices.
    Prices(Service),
}

/// Where a path leads, in any case, as today's and as the legacy hosts had them; `None` for a path that is
/// not of this dialect or not served.
///
/// ```
/// use protocols::robokassa::{Call, Endpoint, op_state::Detail, path};
/// assert_eq!(path("/merchant/index.aspx"), Some(Endpoint::PaymentStart));
/// assert_eq!(
///     path("/WebService/Service.asmx/OpStateExt"),
///     Some(Endpoint::Service(Call::State(Detail::Extended)))
/// );
/// assert_eq!(path("/api/v1/payments"), None);
/// ```
pub fn path(path: &str) -> Option<Endpoint> {
    let plain = path.to_ascii_lowercase();
    let plain = plain.strip_suffix('/').unwrap_or(&plain);
    if let Some(call) = refunds::RefundCall::at(plain) {
        return Some(Endpoint::Refund(call));
    }
    if let Some(call) = invoices::InvoiceCall::at(plain) {
        return Some(Endpoint::Invoices(call));
    }
    if plain.strip_prefix("/merchant/invoice/").is_some_and(|id| !id.is_empty() && !id.contains('/')) {
        return Some(Endpoint::InvoiceLink);
    }
    if partner::is_partner(plain) {
        return Some(Endpoint::Partner);
    }
    if let Some(place) = places::at(plain).or_else(|| scripts::Script::at(plain).map(Endpoint::Script)) {
        return Some(place);
    }
    match plain.strip_prefix("/merchant").unwrap_or(plain) {
        "/indexjson.aspx" | "/indexjson" if plain.starts_with("/merchant") => Some(Endpoint::StartByServer),
        // The oldest host had the page at its root, but only under its full name: `/index` alone is ours.
        "/index.aspx" => Some(Endpoint::PaymentStart),
        "/index" | "/payment/index" if plain.starts_with("/merchant") => Some(Endpoint::PaymentStart),
        // A payment with a saved card is a payment start that names the card.
        "/payment/cofpayment" if plain.starts_with("/merchant") => Some(Endpoint::PaymentStart),
        "/recurring" if plain.starts_with("/merchant") => Some(Endpoint::Recurring),
        "/payment/createv2" if plain.starts_with("/merchant") => Some(Endpoint::SplitStart),
        "/payment/confirm" if plain.starts_with("/merchant") => {
            Some(Endpoint::Hold(holds::HoldWish::Confirm))
        }
        "/payment/cancel" if plain.starts_with("/merchant") => Some(Endpoint::Hold(holds::HoldWish::Cancel)),
        "/bundle/sbp" if plain.starts_with("/merchant") => Some(Endpoint::SbpCode),
        "/sms" if !plain.starts_with("/merchant") => Some(Endpoint::Sms),
        "/robofiscal/receipt/attach" => Some(Endpoint::Fiscal(fiscal::FiscalCall::Attach)),
        "/robofiscal/receipt/register" => Some(Endpoint::Fiscal(fiscal::FiscalCall::Register)),
        "/robofiscal/receipt/status" => Some(Endpoint::Fiscal(fiscal::FiscalCall::Status)),
        oldest::PATH if !plain.starts_with("/merchant") => Some(Endpoint::PaymentStart),
        "/webservice/service.asmx" => Some(Endpoint::Soap),
        other => call(other.strip_prefix("/webservice/service.asmx/")?).map(Endpoint::Service),
    }
}

/// The service of this name, in any case.
pub fn call(name: &str) -> Option<Call> {
    match name.to_ascii_lowercase().as_str() {
        "opstate" => Some(Call::State(Detail::Short)),
        "opstateext" => Some(Call::State(Detail::Extended)),
        "getcurrencies" => Some(Call::Prices(Service::GetCurrencies)),
        "getpaymentmethods" => Some(Call::Prices(Service::GetPaymentMethods)),
        "getrates" => Some(Call::Prices(Service::GetRates)),
        "calcoutsumm" => Some(Call::Prices(Service::CalcOutSumm)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_payment_page_is_known() {
        for text in [
            "/Merchant/Index.aspx",
            "/Merchant/Index",
            "/merchant/INDEX/",
            "/Merchant/Payment/Index",
            "/Index.aspx",
            "/ssl/calc.asp",
            "/Merchant/Payment/CoFPayment",
        ] {
            assert_eq!(path(text), Some(Endpoint::PaymentStart), "{text}");
        }
        assert_eq!(path("/merchant/recurring/"), Some(Endpoint::Recurring));
        assert_eq!(path("/recurring"), None);
    }

    #[test]
    fn the_state_services_are_known_with_and_without_their_prefix() {
        assert_eq!(
            path("/Merchant/WebService/Service.asmx/OpState"),
            Some(Endpoint::Service(Call::State(Detail::Short)))
        );
        assert_eq!(
            path("/Webservice/Service.asmx/OpState"),
            Some(Endpoint::Service(Call::State(Detail::Short)))
        );
        assert_eq!(
            path("/merchant/webservice/service.asmx/opstateext"),
            Some(Endpoint::Service(Call::State(Detail::Extended)))
        );
    }

    #[test]
    fn the_services_about_prices_and_the_envelope_are_known() {
        for (text, service) in [
            ("/Merchant/WebService/Service.asmx/GetCurrencies", Service::GetCurrencies),
            ("/WebService/Service.asmx/getrates", Service::GetRates),
            ("/Webservice/Service.asmx/CalcOutSumm/", Service::CalcOutSumm),
            ("/Merchant/WebService/Service.asmx/GetPaymentMethods", Service::GetPaymentMethods),
        ] {
            assert_eq!(path(text), Some(Endpoint::Service(Call::Prices(service))), "{text}");
        }
        assert_eq!(path("/Merchant/WebService/Service.asmx"), Some(Endpoint::Soap));
        assert_eq!(path("/Merchant/WebService/Service.asmx/OpRefund"), None);
    }

    #[test]
    fn holds_are_ended_under_the_prefix_only() {
        let hold = |text| path(text);
        assert_eq!(hold("/Merchant/Payment/Confirm"), Some(Endpoint::Hold(holds::HoldWish::Confirm)));
        assert_eq!(hold("/merchant/payment/cancel/"), Some(Endpoint::Hold(holds::HoldWish::Cancel)));
        assert_eq!(hold("/payment/cancel"), None);
    }

    #[test]
    fn other_paths_are_left_to_others() {
        for text in [
            "",
            "/",
            "/index",
            "/payment/index",
            "/merchant",
            "/Merchant/Index/guid",
            "/merchantindex",
            "/merchant/ssl/calc.asp",
        ] {
            assert_eq!(path(text), None, "{text}");
        }
    }
}
