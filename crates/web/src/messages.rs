//! Between the server's messages and plain values.

use crate::checkout::pages::{RenderFault, Rendered};
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use std::net::SocketAddr;
use std::time::Duration;
use wire::http::{Headers, HttpReply, HttpRequest, Method};

/// A request's body may have so many bytes; the largest thing a shop sends is a receipt.
pub const BODY_BYTES_MAX: usize = 262_144;

/// A body must have arrived within this: whoever sends slower holds a place that others need.
const BODY_WITHIN: Duration = Duration::from_secs(20);

/// So many bytes of a body that is too large are taken and thrown away: a client that is cut off in the middle
/// of sending never reads why.
const DISCARDED_BYTES_MAX: usize = 4_194_304;

/// How large the body of a request may be, where that is less than [`BODY_BYTES_MAX`].
#[derive(Clone, Copy, Debug)]
pub struct BodyMax(pub usize);

/// Why a request cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The body is too large or broke off.
    Body,
    /// The body did not arrive in time.
    Slow,
    /// A method that no door of ours knows.
    Method,
}

impl IntoResponse for Unreadable {
    fn into_response(self) -> Response {
        let (status, why) = match self {
            Unreadable::Body => (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large or broke off"),
            Unreadable::Slow => (StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time"),
            Unreadable::Method => (StatusCode::METHOD_NOT_ALLOWED, "this address takes GET and POST"),
        };
        (status, [(header::CACHE_CONTROL, "no-store")], why).into_response()
    }
}

/// The whole request as a value.
///
/// # Errors
/// [`Unreadable`] for a body that is too large or too slow, or an unusual method.
pub async fn read(request: Request) -> Result<HttpRequest, Unreadable> {
    let (parts, body) = request.into_parts();
    let mut request = head(&parts)?;
    request.body = whole_body(&parts, body).await?;
    Ok(request)
}

/// So many bytes a request's body may have.
pub fn body_max(parts: &Parts) -> usize {
    parts.extensions.get::<BodyMax>().map_or(BODY_BYTES_MAX, |most| most.0)
}

/// The body of a request.
///
/// # Errors
/// [`Unreadable`] for one that is too large, too slow, or broke off.
pub async fn whole_body(parts: &Parts, body: Body) -> Result<Vec<u8>, Unreadable> {
    let read = tokio::time::timeout(BODY_WITHIN, within(body, body_max(parts))).await;
    read.map_err(|_| Unreadable::Slow)?
}

/// A body of at most so many bytes.
async fn within(mut body: Body, most: usize) -> Result<Vec<u8>, Unreadable> {
    let (mut bytes, mut discarded) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unreadable::Body)?;
        let Some(data) = frame.data_ref() else { continue };
        if discarded == 0 && bytes.len().saturating_add(data.len()) <= most {
            bytes.extend_from_slice(data);
            continue;
        }
        bytes = Vec::new();
        discarded = discarded.saturating_add(data.len()).max(1);
        if discarded > DISCARDED_BYTES_MAX {
            break;
        }
    }
    if discarded == 0 { Ok(bytes) } else { Err(Unreadable::Body) }
}

/// What a request says before its body.
///
/// # Errors
/// [`Unreadable::Method`] for an unusual method.
pub fn head(parts: &Parts) -> Result<HttpRequest, Unreadable> {
    let method = Method::parse(parts.method.as_str()).ok_or(Unreadable::Method)?;
    let mut headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.push(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    Ok(HttpRequest {
        method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers,
        body: Vec::new(),
        peer,
    })
}

/// A plain value as the server's answer.
pub fn reply(reply: HttpReply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::new();
    for (name, value) in reply.headers.iter() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (status, headers, Body::from(reply.body)).into_response()
}

/// A page as the server's answer; never cached, never framed, and without a trace in other sites' logs.
pub fn page(status: StatusCode, page: Result<Rendered, RenderFault>) -> Response {
    let page = match page {
        Ok(page) => page,
        Err(fault) => {
            tracing::error!(%fault, "a page cannot be written");
            return (StatusCode::INTERNAL_SERVER_ERROR, "this page cannot be shown").into_response();
        }
    };
    let policy = HeaderValue::try_from(page.policy);
    let policy = policy.unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    ];
    (status, headers, page.html).into_response()
}

/// "Look there instead", by GET.
pub fn see_other(address: &str) -> Response {
    match HeaderValue::try_from(address) {
        Ok(address) => {
            let headers = [
                (header::LOCATION, address),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            ];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "this address cannot be followed").into_response(),
    }
}
