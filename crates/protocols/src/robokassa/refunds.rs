//! The refund service: a shop's program gives money back (protocol, section 12).

use domain::receipts::Receipt;
use domain::refunds::RefundState;
use domain::secrets::Secret;
use money::Money;
use money::currency::Currency;
use wire::digest::Digest;
use wire::form::{RawForm, TextEncoding};
use wire::http::{HttpRequest, Method};

use super::guid;
use super::invoices_items::read_items;
use super::jwt::{Named, Token};
use super::members::{Members, Wrong};
use super::sums::read_sum;

/// What stands before the letters of a refund's public identifier.
const PREFIX: &str = "ref";
/// With these digests a request may be signed, whatever the shop's own is.
const DIGESTS: [Digest; 3] = [Digest::Sha256, Digest::Sha384, Digest::Sha512];

/// What is asked of the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefundCall {
    /// Give money back.
    Create,
    /// Where a refund stands.
    State,
}

impl RefundCall {
    /// The call behind a path in small letters, without the end's slash.
    pub(super) fn at(path: &str) -> Option<RefundCall> {
        match path {
            "/refundservice/refund/create" => Some(RefundCall::Create),
            "/refundservice/refund/getstate" => Some(RefundCall::State),
            _ => None,
        }
    }
}

/// Why no refund is made; the word of it is what the client reads.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RefundDenied {
    /// The body is no token, or its payload lacks what it needs.
    #[error("BadRequest: {0}")]
    BadRequest(String),
    /// Not signed with password 3 by one of the three digests.
    #[error("InvalidSignature")]
    InvalidSignature,
    /// The shop has no password 3: it may not give money back by its program.
    #[error("AccessDenied")]
    AccessDenied,
    /// No operation has this key.
    #[error("OperationNotFound")]
    OperationNotFound,
    /// The operation brought no money that could go back.
    #[error("InvalidOperationState")]
    InvalidOperationState,
    /// `RefundSum` is no sum of money above zero.
    #[error("InvalidRefundSum")]
    InvalidRefundSum,
    /// `InvoiceItems` is no receipt of what is given back.
    #[error("InvalidInvoiceItems: {0}")]
    InvalidInvoiceItems(Wrong),
    /// More than is left of the operation, or than the shop has.
    #[error("NotEnoughOperationFunds")]
    NotEnoughOperationFunds,
}

/// A request that was read but not verified: its key says whose it is.
#[derive(Debug)]
pub struct RefundRequest {
    token: Token,
    op_key: String,
}

impl RefundRequest {
    /// Reads the token in the body.
    ///
    /// # Errors
    /// [`RefundDenied::BadRequest`].
    pub fn read(request: &HttpRequest) -> Result<RefundRequest, RefundDenied> {
        // Money is not moved by following a link.
        if request.method != Method::Post {
            return Err(bad("expected a POST"));
        }
        let token = Token::read(&request.body).map_err(bad)?;
        let op_key = members(&token)?.text("OpKey").map_err(bad)?;
        let op_key = op_key.ok_or_else(|| bad(Wrong::of("OpKey", "missing")))?;
        Ok(RefundRequest { token, op_key })
    }

    /// The key of the operation.
    pub fn op_key(&self) -> &str {
        &self.op_key
    }

    /// Verifies the token: its key is password 3 alone, and the header chooses among three digests.
    ///
    /// # Errors
    /// [`RefundDenied::InvalidSignature`].
    pub fn verify(&self, password3: &Secret) -> Result<(), RefundDenied> {
        let digest = match self.token.named() {
            Named::Hmac(digest) if DIGESTS.contains(&digest) => digest,
            Named::Hmac(_) | Named::Nothing | Named::Other => return Err(RefundDenied::InvalidSignature),
        };
        let signed = self.token.is_signed(digest, password3.expose());
        signed.then_some(()).ok_or(RefundDenied::InvalidSignature)
    }

    /// How much is to go back; nothing means all that is left.
    ///
    /// # Errors
    /// [`RefundDenied::InvalidRefundSum`].
    pub fn sum(&self, currency: Currency) -> Result<Option<Money>, RefundDenied> {
        let text = members(&self.token)?.text("RefundSum").map_err(|_| RefundDenied::InvalidRefundSum)?;
        let Some(text) = text else { return Ok(None) };
        let sum = read_sum(&text, currency).filter(|sum| sum.is_positive());
        sum.map(Some).ok_or(RefundDenied::InvalidRefundSum)
    }

    /// What is given back, if the shop says it.
    ///
    /// # Errors
    /// [`RefundDenied::InvalidInvoiceItems`], also where the items are not of the sum that is named.
    pub fn receipt(&self, sum: Option<Money>, currency: Currency) -> Result<Option<Receipt>, RefundDenied> {
        let receipt =
            read_items(&members(&self.token)?, None, currency).map_err(RefundDenied::InvalidInvoiceItems)?;
        match (&receipt, sum) {
            (Some(receipt), Some(sum)) if receipt.total() != sum => Err(other_sum()),
            (Some(_), _) | (None, _) => Ok(receipt),
        }
    }

    /// The same token has the same fingerprint, whenever it comes.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.token.fingerprint()
    }
}

/// The items are not those of what is given back.
pub fn other_sum() -> RefundDenied {
    RefundDenied::InvalidInvoiceItems(Wrong::of(
        "InvoiceItems",
        "the items do not add up to the sum given back",
    ))
}

fn bad(why: impl std::fmt::Display) -> RefundDenied {
    RefundDenied::BadRequest(why.to_string())
}

fn members(token: &Token) -> Result<Members<'_>, RefundDenied> {
    Members::of(token.payload()).ok_or_else(|| bad("the payload is not a JSON object"))
}

/// The public identifier behind the `id` of a question about a refund.
pub fn asked_refund(request: &HttpRequest) -> Option<String> {
    let query = RawForm::from_urlencoded(request.query.as_bytes()).ok()?;
    let body = RawForm::from_body(request.headers.get("content-type"), &request.body).ok();
    let id = [Some(query), body].into_iter().flatten().find_map(|form| {
        let field = ["id", "requestId"].into_iter().find_map(|name| form.first(name))?;
        field.text(TextEncoding::UTF_8).ok()
    })?;
    Some(guid::public_of(guid::parse(&id)?, PREFIX))
}

/// The answer to a refund that was taken on.
pub fn taken(public: &str) -> Option<String> {
    Some(format!("{{\"success\":true,\"message\":null,\"requestId\":\"{}\"}}", request_id(public)?))
}

/// The answer to one that was not.
pub fn denied(why: &RefundDenied) -> String {
    let message = serde_json::Value::from(why.to_string());
    format!("{{\"success\":false,\"message\":{message},\"requestId\":null}}")
}

/// Where a refund stands: the sum as a number with six decimals.
pub fn state(public: &str, amount: Money, state: RefundState) -> Option<String> {
    let label = match state {
        RefundState::Asked | RefundState::Sent => "processing",
        RefundState::Returned => "finished",
        RefundState::Failed { .. } => "canceled",
    };
    let (id, amount) = (request_id(public)?, amount.decimals(6));
    Some(format!("{{\"requestId\":\"{id}\",\"amount\":{amount},\"label\":\"{label}\"}}"))
}

/// The answer about a refund that nobody asked for.
pub const UNKNOWN: &str = "{\"message\":\"Id is invalid or request id does not exist\"}";

fn request_id(public: &str) -> Option<String> {
    Some(guid::print(guid::bits_of(public, PREFIX)?).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use domain::attempts::Reason;
    use wire::http::Headers;

    use super::*;

    const PUBLIC: &str = "ref_0123456789abcdefghjkmnpqrs";

    fn request(query: &str, body: &str) -> HttpRequest {
        HttpRequest {
            method: Method::Post,
            path: "/RefundService/Refund/Create".to_owned(),
            query: query.to_owned(),
            headers: Headers::new(),
            body: body.as_bytes().to_vec(),
            peer: None,
        }
    }

    fn asked(alg: &str, digest: Digest, payload: &str) -> Result<RefundRequest, RefundDenied> {
        let header = format!("{{\"typ\":\"JWT\",\"alg\":\"{alg}\"}}");
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let mac = hex::decode(digest.keyed_hex(b"three", signed.as_bytes())).unwrap();
        RefundRequest::read(&request("", &format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac))))
    }

    fn of(payload: &str) -> RefundRequest {
        asked("HS256", Digest::Sha256, payload).unwrap()
    }

    #[test]
    fn three_digests_sign_a_refund_and_no_other_does() {
        let password = Secret::new("three".to_owned());
        for digest in Digest::ALL {
            let read = asked(digest.name(), digest, r#"{"OpKey":"K-1"}"#).unwrap();
            assert_eq!(read.verify(&password).is_ok(), DIGESTS.contains(&digest), "{digest:?}");
            assert_eq!(read.verify(&Secret::new("two".to_owned())), Err(RefundDenied::InvalidSignature));
        }
        let unsigned = asked("none", Digest::Sha256, r#"{"OpKey":"K-1"}"#).unwrap();
        assert_eq!(unsigned.verify(&password), Err(RefundDenied::InvalidSignature));
    }

    #[test]
    fn a_sum_is_read_from_a_number_or_a_text_and_none_means_all() {
        let sum = |more: &str| of(&format!("{{\"OpKey\":\"K\"{more}}}")).sum(Currency::Rub);
        assert_eq!((sum(""), sum(",\"RefundSum\":null")), (Ok(None), Ok(None)));
        for text in ["1.5", "1.50", "\"1.50\"", "1.500000"] {
            assert_eq!(
                sum(&format!(",\"RefundSum\":{text}")).unwrap().map(Money::minor),
                Some(150),
                "{text}"
            );
        }
        for text in ["0", "-1", "1.005", "1e2", "\"1,5\"", "{}", "true"] {
            assert_eq!(sum(&format!(",\"RefundSum\":{text}")), Err(RefundDenied::InvalidRefundSum), "{text}");
        }
    }

    #[test]
    fn items_must_be_a_receipt_of_what_is_given_back() {
        let items = r#"{"OpKey":"K","InvoiceItems":[{"Name":"Tea","Quantity":2,"Cost":0.75,"Tax":"none"}]}"#;
        let receipt = |minor: Option<i64>| {
            of(items).receipt(minor.map(|minor| Money::from_minor(minor, Currency::Rub)), Currency::Rub)
        };
        assert_eq!(receipt(Some(150)).unwrap().unwrap().total().minor(), 150);
        assert_eq!(receipt(None).unwrap().unwrap().total().minor(), 150);
        assert_eq!(receipt(Some(151)), Err(other_sum()));
        let wrong = of(&items.replace("Cost", "Sum")).receipt(None, Currency::Rub).unwrap_err();
        assert!(wrong.to_string().starts_with("InvalidInvoiceItems: InvoiceItems[0].Cost"), "{wrong}");
    }

    #[test]
    fn a_body_that_is_no_request_is_told_so() {
        for payload in ["{}", r#"{"OpKey":""}"#, r#"{"OpKey":[]}"#] {
            let denied = asked("HS256", Digest::Sha256, payload).unwrap_err();
            assert!(denied.to_string().starts_with("BadRequest: OpKey"), "{denied}");
        }
        let denied = RefundRequest::read(&request("", "{}")).unwrap_err();
        assert!(denied.to_string().starts_with("BadRequest"), "{denied}");
    }

    #[test]
    fn answers_have_the_documented_form() {
        let taken = taken(PUBLIC).unwrap();
        let id = taken.strip_prefix("{\"success\":true,\"message\":null,\"requestId\":\"").unwrap();
        let id = id.strip_suffix("\"}").unwrap();
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(asked_refund(&request(&format!("ID={id}"), "")).as_deref(), Some(PUBLIC));
        assert_eq!(asked_refund(&request("id=1", "")), None);
        assert_eq!(asked_refund(&request("", "")), None);
        assert_eq!(
            denied(&RefundDenied::NotEnoughOperationFunds),
            r#"{"success":false,"message":"NotEnoughOperationFunds","requestId":null}"#
        );
        let amount = Money::from_minor(100, Currency::Rub);
        let said = |of| state(PUBLIC, amount, of).unwrap();
        assert_eq!(
            said(RefundState::Returned),
            format!(r#"{{"requestId":"{id}","amount":1.000000,"label":"finished"}}"#)
        );
        assert!(said(RefundState::Sent).ends_with(r#""processing"}"#));
        assert!(said(RefundState::Failed { reason: Reason::Unknown }).ends_with(r#""canceled"}"#));
    }
}
