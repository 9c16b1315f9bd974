//! The front page: in a demo it says what to click, elsewhere who runs this.

use crate::checkout::pages;
use crate::checkout::visit;
use crate::doors::interkassa;
use crate::emulator;
use crate::messages::{self, Unreadable};
use crate::state::Web;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocols::interkassa::may_be_ours;
use wire::http::Method;

/// The front page, where checkouts send their buyers too; an emulator has its own.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let request = match messages::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    if may_be_ours(request.method, &request.query)
        && let Some(response) = interkassa::start(&web, &request).await
    {
        return response;
    }
    if request.method == Method::Post {
        return Unreadable::Method.into_response();
    }
    if web.engine.emulation().is_some() {
        return emulator::page::shown(&web, &request).await;
    }
    let page = visit::page(&web, &request, None, None);
    messages::page(StatusCode::OK, pages::front(&page, web.tour.as_ref()))
}
