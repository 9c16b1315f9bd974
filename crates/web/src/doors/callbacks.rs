//! Where providers tell us news.

use crate::messages;
use crate::state::Web;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::ids::ProviderAccountId;

/// News under the callback address of an account.
pub async fn news(State(web): State<Web>, Path(account): Path<String>, request: Request) -> Response {
    let request = match messages::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    match web.engine.parse::<ProviderAccountId>(&account) {
        Ok(account) => messages::reply(web.engine.provider_news(account, &request).await),
        Err(_) => (StatusCode::NOT_FOUND, "there is no such address").into_response(),
    }
}
