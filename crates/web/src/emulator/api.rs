//! The emulator for programs: JSON in and out, problems in words.

use super::{emulation, views};
use crate::messages::{self, Unreadable};
use crate::problem::Problem;
use crate::state::Web;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::decide::Refused;
use domain::ids::PaymentId;
use engine::emulation::outcomes::{OutcomeRefused, Wanted};
use engine::emulation::payments::LISTED_MAX;
use engine::error::EngineError;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use wire::form::RawForm;
use wire::http::HttpRequest;

/// So many messages are told at once; a program asks for the rest with the last number it has.
const EVENTS_TOLD_MAX: usize = 1_000;
/// So long a program may wait for the next message, in seconds.
const WAIT_SECONDS_MAX: u64 = 25;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    outcome: String,
}

/// The payments: of one shop or all, with one number or any; the newest first.
pub async fn payments(State(web): State<Web>, request: Request) -> Response {
    let request = match emulated(&web, request).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let query = match Query::of(&request) {
        Ok(query) => query,
        Err(problem) => return problem.into_response(),
    };
    let number = match query.whole("inv_id") {
        Ok(number) => number.map(u64::cast_signed),
        Err(problem) => return problem.into_response(),
    };
    let login = query.text("login").or_else(|| query.text("checkout"));
    let payment_no = query.text("pm_no");
    let listed =
        web.engine.emulated_payments(login.as_deref(), number, payment_no.as_deref(), LISTED_MAX).await;
    match listed {
        Ok(listed) => answer(listed.iter().map(|listed| views::payment(&web.engine, listed)).collect()),
        Err(error) => Problem::unavailable(&error).into_response(),
    }
}

/// Brings an outcome about; answers with the payment as it stands then.
pub async fn outcome(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Response {
    let request = match emulated(&web, request).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let wanted = match wanted(&request.body) {
        Ok(wanted) => wanted,
        Err(problem) => return problem.into_response(),
    };
    let Ok(payment) = web.engine.parse::<PaymentId>(&id) else {
        return refused(&OutcomeRefused::NotFound).into_response();
    };
    let done = web.engine.emulate_outcome(payment, wanted).await;
    if let Err(why) = done {
        return refused(&why).into_response();
    }
    match web.engine.emulated_payment(payment).await {
        Ok(listed) => answer(views::payment(&web.engine, &listed)),
        Err(error) => Problem::unavailable(&error).into_response(),
    }
}

/// The messages after a number, in order. With `wait` the answer comes with the next message, or when so many
/// seconds are over.
pub async fn events(State(web): State<Web>, request: Request) -> Response {
    let request = match emulated(&web, request).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let asked = Query::of(&request).and_then(|query| Ok((query.whole("after")?, query.whole("wait")?)));
    let (after, wait) = match asked {
        Ok((after, wait)) => (after.unwrap_or(0), wait.unwrap_or(0).min(WAIT_SECONDS_MAX)),
        Err(problem) => return problem.into_response(),
    };
    let log = match emulation(&web, &request) {
        Ok(emulation) => emulation.log(),
        Err(response) => return *response,
    };
    let (mut last, mut stop) = (log.watch(), web.stop.clone());
    if wait > 0 {
        let news = async {
            tokio::select! {
                _ = last.wait_for(|last| *last > after) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        };
        // The end of the wait is an answer too: there is nothing new.
        let _ = tokio::time::timeout(Duration::from_secs(wait), news).await;
    }
    let events = log.after(after, EVENTS_TOLD_MAX);
    answer(events.iter().map(|event| views::event(&web.engine, event)).collect())
}

/// An address of the emulator that nothing answers.
pub async fn missing(State(web): State<Web>, request: Request) -> Response {
    match emulated(&web, request).await {
        Ok(_) => {
            let how = "there are GET /emulator/payments?login=&inv_id=, POST /emulator/payments/{id}/outcome, \
                       GET /emulator/events?after= and POST /emulator/explain";
            Problem::new(StatusCode::NOT_FOUND, "there is nothing at this address", "path", how)
                .into_response()
        }
        Err(response) => response,
    }
}

/// An address of the emulator that takes another method.
pub async fn wrong_method(State(web): State<Web>, request: Request) -> Response {
    match emulated(&web, request).await {
        Ok(_) => {
            let how = "payments and events are read by GET, outcomes and explanations asked for by POST";
            let what = "the method is not taken here";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, what, "method", how).into_response()
        }
        Err(response) => response,
    }
}

/// A request to an emulator that comes from a program or from our own page.
pub(super) async fn emulated(web: &Web, request: Request) -> Result<HttpRequest, Response> {
    let request = messages::read(request).await.map_err(|unreadable| match unreadable {
        Unreadable::Body => {
            let how = "send at most 16 KB";
            let what = "the body is too large or broke off";
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, what, "body", how).into_response()
        }
        Unreadable::Slow | Unreadable::Method => unreadable.into_response(),
    })?;
    emulation(web, &request).map_err(|response| *response)?;
    // A page of somebody else's must not play with an emulator on its reader's machine.
    if crate::checkout::visit::is_from_here(&request) {
        return Ok(request);
    }
    let how = "open the emulator's own page, or ask from a program";
    Err(Problem::new(StatusCode::FORBIDDEN, "another site asks", "header Sec-Fetch-Site", how)
        .into_response())
}

fn wanted(body: &[u8]) -> Result<Wanted, Problem> {
    let words: Vec<&str> = Wanted::ALL.iter().map(|wanted| wanted.code()).collect();
    let how = format!("send {{\"outcome\":\"paid\"}}; there are {}", words.join(", "));
    let bad = |what, place| Problem::new(StatusCode::BAD_REQUEST, what, place, how.clone());
    let choice: Choice =
        serde_json::from_slice(body).map_err(|_| bad("the body is not what is expected here", "body"))?;
    Wanted::from_code(&choice.outcome).ok_or_else(|| bad("there is no such outcome", "body, outcome"))
}

fn refused(why: &OutcomeRefused) -> Problem {
    let conflict = |what, how: String| Problem::new(StatusCode::CONFLICT, what, "path", how);
    match why {
        OutcomeRefused::NotFound | OutcomeRefused::Engine(EngineError::NotFound(_)) => {
            let how = "take an id from GET /emulator/payments";
            Problem::new(StatusCode::NOT_FOUND, "there is no such payment", "path", how)
        }
        OutcomeRefused::Ended { state } => {
            let how = match *state {
                "held" => {
                    "its money is held: the shop takes it or lets it go by /Merchant/Payment/Confirm or Cancel"
                }
                _ => "start another payment: this one has its outcome",
            };
            conflict("the payment waits for no outcome", format!("the payment is {state}; {how}"))
        }
        OutcomeRefused::NoMethod => conflict("no method takes this payment", why.to_string()),
        OutcomeRefused::NotYet => {
            let how = "the machine is busy: ask again in a moment";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the attempt has not begun yet", "server", how)
        }
        OutcomeRefused::Engine(EngineError::Refused(refused)) => {
            conflict("the payment waits for no outcome", in_words(refused))
        }
        OutcomeRefused::Engine(error) => Problem::unavailable(error),
    }
}

fn in_words(refused: &Refused) -> String {
    format!("{refused}: somebody else was faster; look at GET /emulator/payments")
}

/// The query of a request.
struct Query(RawForm);

impl Query {
    fn of(request: &HttpRequest) -> Result<Query, Problem> {
        RawForm::from_urlencoded(request.query.as_bytes()).map(Query).map_err(|_| {
            let how = "write it like ?login=demo&inv_id=7";
            Problem::new(StatusCode::BAD_REQUEST, "the query cannot be read", "query", how)
        })
    }

    /// A value that was given; an empty one is none.
    fn text(&self, name: &str) -> Option<String> {
        crate::checkout::visit::field(&self.0, name).filter(|text| !text.is_empty())
    }

    fn whole(&self, name: &'static str) -> Result<Option<u64>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse::<u64>().ok().filter(|number| i64::try_from(*number).is_ok());
        number.map(Some).ok_or_else(|| {
            let how = format!("write {name} as a whole number, such as {name}=7");
            Problem::new(StatusCode::BAD_REQUEST, "the number cannot be read", "query", how)
        })
    }
}

pub(super) fn answer(said: Value) -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, Json(said)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::http::{Headers, Method};

    fn query(text: &str) -> Query {
        let request = HttpRequest {
            method: Method::Get,
            path: String::new(),
            query: text.to_owned(),
            headers: Headers::new(),
            body: Vec::new(),
            peer: None,
        };
        Query::of(&request).unwrap_or_else(|problem| panic!("{problem:?}"))
    }

    #[test]
    fn a_body_names_one_of_seven_outcomes() {
        assert_eq!(wanted(br#"{"outcome":"paid_late"}"#), Ok(Wanted::PaidLate));
        let place = |body: &[u8]| wanted(body).map_err(|problem| problem.place);
        assert_eq!(place(br#"{"outcome":"PAID"}"#), Err("body, outcome"));
        for body in [&b""[..], b"{}", b"paid", br#"{"outcome":7}"#, br#"{"outcome":"paid","sum":"1"}"#] {
            assert_eq!(place(body), Err("body"));
        }
        assert!(wanted(b"").unwrap_err().how.contains("no_answer"));
    }

    #[test]
    fn empty_filters_are_none_and_wrong_numbers_are_told() {
        let query = query("login=&inv_id=7&after=x&wait=-1&huge=9223372036854775808");
        assert_eq!(query.text("login"), None);
        assert_eq!(query.whole("inv_id"), Ok(Some(7)));
        assert_eq!(query.whole("missing"), Ok(None));
        assert!(["after", "wait", "huge"].into_iter().all(|name| query.whole(name).is_err()));
    }

    #[test]
    fn a_held_payment_says_who_ends_the_hold() {
        let problem = refused(&OutcomeRefused::Ended { state: "held" });
        assert_eq!(problem.status, StatusCode::CONFLICT);
        assert!(problem.how.contains("/Merchant/Payment/Confirm"), "{}", problem.how);
    }
}
