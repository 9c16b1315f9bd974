//! Addresses that belong to one payment, and the certificate of the installation.

use super::Endpoint;

/// What is shown of a payment under its GUID.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The payment's page, for whoever was sent there after a server had started it.
    Page([u8; GUID_BYTES]),
    /// Where the buyer passes when the payment has ended: mobile libraries watch for the address.
    State([u8; GUID_BYTES]),
}

/// So long a GUID is with its dashes, in bytes.
pub const GUID_BYTES: usize = 36;

/// How the certificate is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// As bytes.
    Der,
    /// As text.
    Pem,
}

impl Place {
    /// The GUID as it was written.
    pub fn guid(&self) -> &str {
        let (Place::Page(bytes) | Place::State(bytes)) = self;
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The path of the place where a payment with this GUID has ended.
    pub fn state_path(guid: &str) -> String {
        format!("/Merchant/State/{guid}")
    }
}

/// The place behind a path, in small letters without the end's slash.
pub(super) fn at(plain: &str) -> Option<Endpoint> {
    let of = |rest: &str, place: fn([u8; GUID_BYTES]) -> Place| {
        Some(Endpoint::Place(place(rest.as_bytes().try_into().ok()?)))
    };
    match plain {
        "/jwtsign.cer" | "/merchant/jwtsign.cer" => Some(Endpoint::Certificate(Encoding::Der)),
        "/jwtsign.pem" | "/merchant/jwtsign.pem" => Some(Endpoint::Certificate(Encoding::Pem)),
        _ => match plain.strip_prefix("/merchant/state/") {
            Some(rest) => of(rest, Place::State),
            None => of(plain.strip_prefix("/merchant/index/")?, Place::Page),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::path;
    use super::*;

    const GUID: &str = "41734593-dc97-dc5f-d329-a73158e4cb29";

    #[test]
    fn a_payment_has_its_page_and_the_place_of_its_end() {
        let place = |text: &str| match path(text) {
            Some(Endpoint::Place(place)) => place,
            other => panic!("{text}: {other:?}"),
        };
        let page = place(&format!("/Merchant/Index/{GUID}"));
        assert!(matches!(page, Place::Page(_)));
        assert_eq!(page.guid(), GUID);
        assert_eq!(place(&format!("/merchant/INDEX/{}/", GUID.to_uppercase())), page);
        assert_eq!(place(&Place::state_path(GUID)).guid(), GUID);
    }

    #[test]
    fn what_is_too_long_for_a_guid_is_no_place() {
        for text in ["/Merchant/Index/1", "/Merchant/State/", "/Merchant/State", "/Index/1"] {
            assert_eq!(path(text), None, "{text}");
        }
        assert_eq!(path(&format!("/Merchant/Index/{GUID}0")), None);
        assert_eq!(path(&format!("/Merchant/State/{GUID}/a")), None);
    }

    #[test]
    fn the_certificate_is_there_in_both_encodings() {
        assert_eq!(path("/jwtsign.cer"), Some(Endpoint::Certificate(Encoding::Der)));
        assert_eq!(path("/Merchant/JwtSign.pem"), Some(Endpoint::Certificate(Encoding::Pem)));
    }
}
