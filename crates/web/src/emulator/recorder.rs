//! Hears everything that shops, buyers and programs ask an emulator, and what it answers.

use crate::messages::{self, Unreadable};
use crate::state::Web;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::ids::PaymentId;
use engine::emulation::log::{Event, EventKind, Way};
use protocols::interkassa::may_be_ours;
use wire::http::{Headers, HttpRequest, Method};

/// The addresses that are the emulator's own business, by their beginnings.
const UNHEARD: [&str; 9] =
    ["/emulator", "/static/", "/cabinet", "/clock", "/api/", "/gallery", "/health", "/ready", "/favicon.ico"];

/// Lets a request through; in an emulator it is heard on its way, and so is its answer.
pub async fn pass(State(web): State<Web>, request: Request, next: Next) -> Response {
    if web.engine.emulation().is_none() || !is_heard(request.uri().path()) && !is_checkouts(&request) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(head) = messages::head(&parts) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let bytes = match messages::whole_body(&parts, body).await {
        Ok(bytes) => bytes,
        // It is heard without its body, and refused by whoever reads it for being too large.
        Err(Unreadable::Body) => {
            let heard = hear_request(&web, &head);
            let too_large = Body::from(vec![b' '; messages::body_max(&parts).saturating_add(1)]);
            let answered = next.run(Request::from_parts(parts, too_large)).await;
            return hear_answer(&web, &head, heard, answered).await;
        }
        Err(unreadable) => return unreadable.into_response(),
    };
    let head = HttpRequest { body: bytes.clone(), ..head };
    let heard = hear_request(&web, &head);
    let answered = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    hear_answer(&web, &head, heard, answered).await
}

/// A request to the root that is a checkout's: the emulator's own page stands there too.
fn is_checkouts(request: &Request) -> bool {
    let method = Method::parse(request.method().as_str()).unwrap_or(Method::Get);
    request.uri().path() == "/" && may_be_ours(method, request.uri().query().unwrap_or_default())
}

/// Pages that only watch, and the emulator's own addresses, would drown what matters.
fn is_heard(path: &str) -> bool {
    let watches = path.starts_with("/pay/") && path.ends_with("/state");
    path != "/" && !watches && !UNHEARD.iter().any(|own| path.starts_with(own))
}

fn hear_request(web: &Web, request: &HttpRequest) -> u64 {
    let event = Event {
        number: 0,
        at: web.engine.now(),
        kind: EventKind::Request,
        way: Way::In,
        method: request.method.as_str(),
        url: address(web, request),
        status: None,
        headers: request.headers.clone(),
        body: request.body.clone(),
        error: None,
        answers: None,
        payment: payment_in(web, &request.path),
    };
    web.engine.emulation().map_or(0, |emulation| emulation.log().hear(event))
}

async fn hear_answer(web: &Web, request: &HttpRequest, heard: u64, answered: Response) -> Response {
    let (parts, body) = answered.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return (StatusCode::INTERNAL_SERVER_ERROR, "the answer broke off").into_response();
    };
    let location = parts.headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
    let event = Event {
        number: 0,
        at: web.engine.now(),
        kind: EventKind::Answer,
        way: Way::Out,
        method: request.method.as_str(),
        url: address(web, request),
        status: Some(parts.status.as_u16()),
        headers: lines(&parts.headers),
        body: bytes.to_vec(),
        error: None,
        answers: Some(heard),
        payment: payment_in(web, &request.path).or_else(|| payment_in(web, location?)),
    };
    if let Some(emulation) = web.engine.emulation() {
        emulation.log().hear(event);
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn address(web: &Web, request: &HttpRequest) -> String {
    let mark = if request.query.is_empty() { "" } else { "?" };
    format!("{}{}{mark}{}", web.engine.public_url(), request.path, request.query)
}

fn lines(headers: &HeaderMap) -> Headers {
    let line = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(line).collect()
}

/// The payment whose page an address is.
fn payment_in(web: &Web, address: &str) -> Option<PaymentId> {
    let (_, rest) = address.split_once("/pay/")?;
    let id = rest.split(['/', '?']).next()?;
    web.engine.parse(id).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shops_and_buyers_ask_is_heard_and_the_emulators_own_pages_are_not() {
        for path in ["/Merchant/Index.aspx", "/merchant/indx.aspx", "/pay/pay_x", "/pay/pay_x/back", "/SMS/"]
        {
            assert!(is_heard(path), "{path}");
        }
        for path in ["/", "/emulator", "/emulator/events", "/pay/pay_x/state", "/static/a.js", "/favicon.ico"]
        {
            assert!(!is_heard(path), "{path}");
        }
    }
}
