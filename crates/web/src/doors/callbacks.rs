//! Where providers tell us news.

use crate::busy;
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
        Ok(account) => {
            let reply = messages::reply(web.engine.provider_news(account, &request).await);
            // It was not saved, and its repetition is wanted soon.
            if reply.status().is_server_error() { busy::come_again(reply) } else { reply }
        }
        Err(_) => (StatusCode::NOT_FOUND, "there is no such address").into_response(),
    }
}
