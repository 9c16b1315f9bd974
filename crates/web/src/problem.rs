//! What our API answers when it does not do what it was asked: what is wrong, where, and how to put it right.

use crate::busy;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::error::EngineError;
use serde_json::json;

/// A problem as RFC 9457 writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The status of the answer.
    pub(crate) status: StatusCode,
    /// What is wrong, the same words for the same problem.
    pub(crate) what: &'static str,
    /// Where in the request: a header, or a field of the body.
    pub(crate) place: &'static str,
    /// How to put it right.
    pub(crate) how: String,
}

impl Problem {
    /// A problem.
    pub(crate) fn new(
        status: StatusCode,
        what: &'static str,
        place: &'static str,
        how: impl Into<String>,
    ) -> Problem {
        Problem { status, what, place, how: how.into() }
    }

    /// Something of ours failed; nothing is wrong with the request.
    pub(crate) fn unavailable(error: &EngineError) -> Problem {
        tracing::error!(%error, "a request of the API could not be taken");
        let how = "nothing is wrong with the request: send it again in a moment";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the installation does not answer now", "server", how)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let text = json!({
            "type": "about:blank",
            "title": self.what,
            "status": self.status.as_u16(),
            "detail": self.how,
            "where": self.place,
        });
        let headers = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        let mut response = (self.status, headers, text.to_string()).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"OpenKassa\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE { busy::come_again(response) } else { response }
    }
}
