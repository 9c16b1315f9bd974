//! Robokassa's services that take signed tokens: refunds.

use crate::busy;
use crate::messages;
use crate::state::Web;
use axum::response::Response;
use engine::error::EngineError;
use engine::refund_api::RefundError;
use protocols::robokassa::refunds::{self, RefundCall};
use wire::http::{HttpReply, HttpRequest};

/// A program gives money back, or asks where that stands.
pub(super) async fn refund(web: &Web, call: RefundCall, request: &HttpRequest) -> Response {
    match call {
        RefundCall::Create => match web.engine.refund_by_program(request).await {
            Ok(answer) => json(answer),
            Err(RefundError::Denied(why)) => {
                tracing::info!(%why, "a program's refund is not taken on");
                json(refunds::denied(&why))
            }
            Err(RefundError::Engine(error)) => later(&error),
        },
        RefundCall::State => match web.engine.refund_state(request).await {
            Ok(answer) => json(answer),
            Err(error) => later(&error),
        },
    }
}

fn json(body: String) -> Response {
    messages::reply(HttpReply::json(200, body))
}

/// A program that is told so comes again.
fn later(error: &EngineError) -> Response {
    tracing::error!(%error, "a program's request could not be taken");
    busy::plain()
}
