//! Robokassa's dialect: its addresses, and the rooms that read, verify and answer.

pub mod errors;
mod expiry;
mod fields;
pub mod holds;
pub mod keys;
pub mod labels;
mod names;
pub mod notice;
pub mod op_state;
pub mod receipt;
pub mod request;
mod signature;
mod slots;
mod spelling;
mod sums;
mod xml;

/// What a path of this dialect leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endpoint {
    /// The start of a payment, by GET or POST.
    PaymentStart,
    /// The end of a hold.
    Hold(holds::HoldWish),
    /// The state of an operation, in short.
    OpState,
    /// The state of an operation with keys and custom fields.
    OpStateExt,
}

/// Where a path leads, in any case, as today's and as the legacy hosts had them; `None` for a path that is
/// not of this dialect or not served.
///
/// ```
/// use protocols::robokassa::{Endpoint, path};
/// assert_eq!(path("/merchant/index.aspx"), Some(Endpoint::PaymentStart));
/// assert_eq!(path("/WebService/Service.asmx/OpStateExt"), Some(Endpoint::OpStateExt));
/// assert_eq!(path("/api/v1/payments"), None);
/// ```
pub fn path(path: &str) -> Option<Endpoint> {
    let plain = path.to_ascii_lowercase();
    let plain = plain.strip_suffix('/').unwrap_or(&plain);
    match plain.strip_prefix("/merchant").unwrap_or(plain) {
        // The oldest host had the page at its root, but only under its full name: `/index` alone is ours.
        "/index.aspx" => Some(Endpoint::PaymentStart),
        "/index" | "/payment/index" if plain.starts_with("/merchant") => Some(Endpoint::PaymentStart),
        "/payment/confirm" if plain.starts_with("/merchant") => {
            Some(Endpoint::Hold(holds::HoldWish::Confirm))
        }
        "/payment/cancel" if plain.starts_with("/merchant") => Some(Endpoint::Hold(holds::HoldWish::Cancel)),
        "/webservice/service.asmx/opstate" => Some(Endpoint::OpState),
        "/webservice/service.asmx/opstateext" => Some(Endpoint::OpStateExt),
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
        ] {
            assert_eq!(path(text), Some(Endpoint::PaymentStart), "{text}");
        }
    }

    #[test]
    fn the_state_services_are_known_with_and_without_their_prefix() {
        assert_eq!(path("/Merchant/WebService/Service.asmx/OpState"), Some(Endpoint::OpState));
        assert_eq!(path("/Webservice/Service.asmx/OpState"), Some(Endpoint::OpState));
        assert_eq!(path("/merchant/webservice/service.asmx/opstateext"), Some(Endpoint::OpStateExt));
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
        for text in
            ["", "/", "/index", "/payment/index", "/merchant", "/Merchant/Index/guid", "/merchantindex"]
        {
            assert_eq!(path(text), None, "{text}");
        }
    }
}
