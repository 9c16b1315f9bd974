//! Our own API: JSON in and out, the owner's token in the head, problems in words.

use crate::messages;
use crate::owner::is_owner;
use crate::problem::Problem;
use crate::state::Web;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::ids::BookKind;
use engine::time_travel::{Destination, Shown, TravelError};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::http::HttpRequest;

/// Where the clock shall go; one of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    /// By so much, such as `3d4h`.
    advance: Option<String>,
    /// To this moment, such as `2026-12-01T10:00:00Z`.
    to: Option<String>,
}

/// What the clock shows.
pub async fn show_clock(State(web): State<Web>, request: Request) -> Response {
    match authorized(&web, request).await {
        Ok(_) => answer(&json(web.engine.clock_shown())),
        Err(response) => response,
    }
}

/// Moves the clock forward; the answer comes when everything on the way is done.
pub async fn move_clock(State(web): State<Web>, request: Request) -> Response {
    let request = match authorized(&web, request).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let destination = match destination(&request.body) {
        Ok(destination) => destination,
        Err(problem) => return problem.into_response(),
    };
    match web.engine.move_clock(destination).await {
        Ok(moved) => {
            let mut said = json(moved.shown);
            if let Value::Object(fields) = &mut said {
                fields.insert("steps".to_owned(), moved.steps.into());
                fields.insert("reached".to_owned(), moved.arrived.into());
            }
            answer(&said)
        }
        Err(error) => refused(&error).into_response(),
    }
}

/// An address of the API that nothing answers.
pub async fn missing() -> Response {
    let how = "the API has /api/v1/clock: GET shows the clock, POST moves it";
    Problem::new(StatusCode::NOT_FOUND, "there is nothing at this address", "path", how).into_response()
}

/// An address of the API that takes other methods.
pub async fn wrong_method() -> Response {
    let how = "this address takes GET and POST";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "the method is not taken here", "method", how)
        .into_response()
}

/// The request of somebody who may ask. Who asks a live installation is told that before anything else:
/// no token would help.
async fn authorized(web: &Web, request: Request) -> Result<HttpRequest, Response> {
    let request = messages::read(request).await.map_err(IntoResponse::into_response)?;
    if web.engine.kind() == BookKind::Live {
        return Err(refused(&TravelError::Live).into_response());
    }
    // Whoever reaches an emulator may do everything in it.
    if web.engine.emulation().is_some() {
        return Ok(request);
    }
    let token = request.headers.get("authorization").and_then(bearer);
    let known = match token {
        Some(token) => is_owner(web, token).await,
        None => Ok(false),
    };
    match known {
        Ok(true) => Ok(request),
        Ok(false) => {
            let how = "send \"Authorization: Bearer TOKEN\" with the owner's token: the demo tells it in its \
                       JSON line, elsewhere `openkassa clock new-token` makes one";
            let what = "the owner's token is missing or not the present one";
            let problem = Problem::new(StatusCode::UNAUTHORIZED, what, "header Authorization", how);
            Err(problem.into_response())
        }
        Err(error) => Err(Problem::unavailable(&error).into_response()),
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn destination(body: &[u8]) -> Result<Destination, Problem> {
    let bad = |what, place, how: &str| Problem::new(StatusCode::BAD_REQUEST, what, place, how);
    let like = "send one of {\"advance\":\"3d4h\"} and {\"to\":\"2026-12-01T10:00:00Z\"}";
    let asked: Move = serde_json::from_slice(body)
        .map_err(|_| bad("the body is not what is expected here", "body", like))?;
    match (asked.advance, asked.to) {
        (Some(by), None) => Destination::by(&by).ok_or_else(|| {
            bad("the length cannot be read", "body, advance", "write it like 3d4h, 90m or 1w")
        }),
        (None, Some(to)) => Destination::to(&to).ok_or_else(|| {
            let how = "write it like 2026-12-01T10:00:00Z, with its zone";
            bad("the moment cannot be read", "body, to", how)
        }),
        (None, None) | (Some(_), Some(_)) => Err(bad("the body names no single destination", "body", like)),
    }
}

fn refused(error: &TravelError) -> Problem {
    let how = error.to_string();
    match error {
        TravelError::Live => Problem::new(StatusCode::FORBIDDEN, "this is a live installation", "path", how),
        TravelError::Back(_) => Problem::new(StatusCode::CONFLICT, "the moment has passed", "body", how),
        TravelError::TooFar => Problem::new(StatusCode::BAD_REQUEST, "that is too far at once", "body", how),
        TravelError::UnderWay => {
            Problem::new(StatusCode::CONFLICT, "the clock is being moved already", "server", how)
        }
        TravelError::NoWorkers => {
            Problem::new(StatusCode::CONFLICT, "nobody would do the work", "server", how)
        }
        TravelError::Engine(error) => Problem::unavailable(error),
    }
}

fn json(shown: Shown) -> Value {
    let now = Timestamp::from_second(shown.now.as_second()).unwrap_or(shown.now);
    json!({ "now": now.to_string(), "offset_s": shown.ahead.as_secs() })
}

fn answer(said: &Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(said)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_stands_after_its_scheme_in_any_case() {
        assert_eq!(bearer("Bearer owner_fake"), Some("owner_fake"));
        assert_eq!(bearer("bearer owner_fake"), Some("owner_fake"));
        assert_eq!(bearer("Basic owner_fake"), None);
    }

    #[test]
    fn a_body_names_one_destination_and_a_wrong_one_is_told_where() {
        let hour = jiff::SignedDuration::from_hours(1);
        assert_eq!(destination(br#"{"advance":"1h"}"#), Ok(Destination::By(hour)));
        let place = |body: &[u8]| destination(body).map_err(|problem| problem.place);
        assert_eq!(place(br#"{"advance":"soon"}"#), Err("body, advance"));
        assert_eq!(place(br#"{"to":"2026-12-01"}"#), Err("body, to"));
        for body in [&b""[..], b"{}", br#"{"advance":"1h","to":"2026-12-01T00:00:00Z"}"#, br#"{"by":"1h"}"#] {
            assert_eq!(place(body), Err("body"));
        }
    }
}
