//! The answers to requests that could not be taken now; nothing is wrong with them, so they may be repeated.

use crate::checkout::{pages, visit};
use crate::messages;
use crate::state::Web;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::error::EngineError;
use wire::http::{HttpRequest, Method};

/// After so many seconds it may be tried again.
const RETRY_SECONDS: &str = "2";

/// The page of a request that could not be taken because something failed, or too much waits.
pub fn unavailable(web: &Web, request: &HttpRequest, error: &EngineError) -> Response {
    match error {
        // A crowd has its own counter: a line for each of its requests would only make it slower.
        EngineError::Busy => tracing::debug!("a request could not be taken: too much is waiting"),
        EngineError::Refused(_)
        | EngineError::NotFound(_)
        | EngineError::Store(_)
        | EngineError::Connector(_)
        | EngineError::Frozen(_) => tracing::error!(%error, "a request could not be taken"),
    }
    page(web, request)
}

/// The same for a program.
pub fn later(error: &EngineError) -> Response {
    tracing::error!(%error, "a request could not be taken");
    plain()
}

/// The page that asks a person to come again.
pub fn page(web: &Web, request: &HttpRequest) -> Response {
    let page = visit::page(web, request, None, None);
    let again = match request.method {
        Method::Get | Method::Head => Some(if request.query.is_empty() {
            request.path.clone()
        } else {
            format!("{}?{}", request.path, request.query)
        }),
        Method::Post | Method::Put | Method::Delete => None,
    };
    let page = messages::page(StatusCode::SERVICE_UNAVAILABLE, pages::busy(&page, again.as_deref()));
    come_again(page)
}

/// The words that ask a program to come again.
pub fn plain() -> Response {
    let words = "too much at once: try again in a moment";
    let headers = [(header::CACHE_CONTROL, "no-store")];
    come_again((StatusCode::SERVICE_UNAVAILABLE, headers, words).into_response())
}

/// Says when to come again.
pub fn come_again(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
    response
}
