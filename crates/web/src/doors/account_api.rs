//! The account API of Interkassa's protocol: everything is answered in its envelope, refusals too.

use crate::busy;
use crate::messages;
use crate::state::Web;
use axum::response::Response;
use engine::account_api::ApiFault;
use protocols::interkassa::api::envelope::{ApiError, refusal};
use protocols::interkassa::errors::{Code, Refused};
use wire::http::{HttpReply, HttpRequest};

/// How a program proves itself that has not: HTTP Basic.
const CHALLENGE: &str = "Basic realm=\"account API\", charset=\"UTF-8\"";

/// A request to a path of the API.
pub async fn serve(web: &Web, request: &HttpRequest) -> Response {
    match web.engine.account_api(request).await {
        Ok(reply) => messages::reply(reply),
        Err(ApiFault::Denied(error)) => denied(&error),
        Err(ApiFault::Engine(error)) => {
            tracing::error!(%error, "a request to the account API could not be taken");
            let why = "it could not be taken now, try again in a moment";
            let reply = refusal(&Refused::with(Code::Processing380, why).into());
            busy::come_again(messages::reply(HttpReply { status: 503, ..reply }))
        }
    }
}

/// The answer to a body that is larger than anything a program has to say, or broke off.
pub fn too_large() -> Response {
    denied(&Refused::with(Code::WrongFormat, "the body is too large or broke off").into())
}

/// The answer to a method that no resource has.
pub fn wrong_method() -> Response {
    denied(&ApiError::WrongMethod)
}

fn denied(error: &ApiError) -> Response {
    tracing::info!(code = error.code(), "a request to the account API is refused");
    let mut reply = refusal(error);
    if *error == ApiError::BadCredentials {
        reply.headers.push("WWW-Authenticate", CHALLENGE);
    }
    messages::reply(reply)
}
