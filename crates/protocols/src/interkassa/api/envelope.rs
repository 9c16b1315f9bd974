//! The envelope of every answer of the API, and its refusals.

use std::collections::BTreeMap;

use serde::Serialize;
use wire::http::HttpReply;

use super::super::errors::Refused;

/// The text of every success.
pub(super) const SUCCESS: &str = "Success";

/// Why the API refuses.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ApiError {
    /// No credentials, or wrong ones.
    #[error("Auth: access denied")]
    BadCredentials,
    /// The caller's address is not on the user's list. The text is the service's own.
    #[error("Auth: forbidden for current ip")]
    AddressForbidden,
    /// The account is not one of the user's.
    #[error("Auth: forbidden for current account")]
    AccountForbidden,
    /// Nothing is there.
    #[error("Unknown resource")]
    UnknownPath,
    /// Something is there, but not for this method.
    #[error("The resource does not have this method")]
    WrongMethod,
    /// No such object of the account.
    #[error("Object not found")]
    NotFound,
    /// The operation is refused by one of its codes.
    #[error("{}", .0.message())]
    Operation(Refused),
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> ApiError {
        ApiError::Operation(refused)
    }
}

impl ApiError {
    /// The number in the envelope. The service's own are known for operations only; the others have those of
    /// HTTP.
    pub fn code(&self) -> u16 {
        match self {
            ApiError::BadCredentials => 401,
            ApiError::AddressForbidden | ApiError::AccountForbidden => 403,
            ApiError::UnknownPath | ApiError::NotFound => 404,
            ApiError::WrongMethod => 405,
            ApiError::Operation(refused) => refused.code.number(),
        }
    }

    /// The status. Clients look at the number where it is not zero; the status is that of HTTP only where the
    /// request did not reach an operation.
    pub fn status(&self) -> u16 {
        match self {
            ApiError::Operation(_) => 200,
            ApiError::BadCredentials
            | ApiError::AddressForbidden
            | ApiError::AccountForbidden
            | ApiError::UnknownPath
            | ApiError::WrongMethod
            | ApiError::NotFound => self.code(),
        }
    }
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    status: &'static str,
    code: u16,
    data: T,
    message: &'a str,
}

#[derive(Serialize)]
struct Outcome<'a> {
    #[serde(rename = "@resultCode")]
    code: u16,
    #[serde(rename = "@resultMessage")]
    message: &'a str,
}

/// The answer with this data.
pub(super) fn ok(data: impl Serialize) -> HttpReply {
    reply(200, &Envelope { status: "ok", code: 0, data, message: SUCCESS })
}

/// The answer with these objects under their identifiers. Lists are maps in this API, and an empty one too.
pub(super) fn map<T: Serialize>(objects: impl Iterator<Item = (String, T)>) -> HttpReply {
    ok(objects.collect::<BTreeMap<String, T>>())
}

/// The answer to a request that was refused.
pub fn refusal(error: &ApiError) -> HttpReply {
    let (code, message) = (error.code(), error.to_string());
    let data = Outcome { code, message: &message };
    reply(error.status(), &Envelope { status: "error", code, data, message: &message })
}

fn reply(status: u16, envelope: &impl Serialize) -> HttpReply {
    // Texts, integers and numbers written from decimals always serialise.
    HttpReply::json(status, serde_json::to_string(envelope).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::super::errors::Code;
    use super::*;

    fn body(reply: &HttpReply) -> &str {
        std::str::from_utf8(&reply.body).unwrap()
    }

    #[test]
    fn an_operation_is_refused_with_its_code_in_three_places_and_status_200() {
        let refused =
            Refused::because_of("paymentNo", Code::NumberTaken, "it was used").naming("7".to_owned());
        let reply = refusal(&refused.into());
        assert_eq!(
            body(&reply),
            "{\"status\":\"error\",\"code\":1412,\"data\":{\"@resultCode\":1412,\"@resultMessage\":\
             \"the payment number must be unique: paymentNo: 7 (it was used)\"},\
             \"message\":\"the payment number must be unique: paymentNo: 7 (it was used)\"}"
        );
        assert_eq!(reply.status, 200);
    }

    #[test]
    fn what_reached_no_operation_has_the_status_of_http_and_a_number_that_is_not_zero() {
        for (error, status) in [
            (ApiError::BadCredentials, 401),
            (ApiError::AddressForbidden, 403),
            (ApiError::UnknownPath, 404),
            (ApiError::WrongMethod, 405),
        ] {
            let reply = refusal(&error);
            assert_eq!((reply.status, error.code()), (status, status));
            assert!(body(&reply).starts_with("{\"status\":\"error\",\"code\":4"), "{error}");
        }
    }

    #[test]
    fn an_empty_list_is_an_empty_map() {
        let reply = map::<u8>(std::iter::empty());
        assert_eq!(body(&reply), "{\"status\":\"ok\",\"code\":0,\"data\":{},\"message\":\"Success\"}");
    }
}
