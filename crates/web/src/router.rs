//! The table of contents of our HTTP.

use crate::access::{self, Route};
use crate::assets;
use crate::checkout::{actions, handlers};
use crate::doors::{callbacks, robokassa};
use crate::messages;
use crate::state::Web;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// Every route with its handler.
#[must_use]
pub fn router(web: Web) -> Router {
    let table: [(Route, MethodRouter<Web>); 10] = [
        (access::PAY, get(handlers::show)),
        (access::PAY_STATE, get(handlers::state)),
        (access::PAY_START, post(actions::start)),
        (access::PAY_CANCEL, post(actions::cancel)),
        (access::PAY_OUTCOME, post(actions::outcome)),
        (access::PAY_LANGUAGE, post(actions::language)),
        (access::PAY_BACK, get(actions::back)),
        (access::CALLBACK, any(callbacks::news)),
        (access::STATIC, get(file)),
        (access::DIALECTS, any(dialects)),
    ];
    let router =
        table.into_iter().fold(Router::new(), |router, (route, handler)| router.route(route.path, handler));
    router
        .fallback(dialects)
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_| {
            // One request stumbled over a mistake of ours; the others go on.
            (StatusCode::INTERNAL_SERVER_ERROR, "an internal mistake stopped this one request")
                .into_response()
        }))
        .with_state(web)
}

/// Serves until told to stop; then finishes what is under way.
///
/// # Errors
/// [`std::io::Error`] when the listener fails.
pub async fn serve(web: Web, listener: TcpListener, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
    let service = router(web).into_make_service_with_connect_info::<SocketAddr>();
    let stopped = async move {
        // A sender that is gone stops us as well.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    axum::serve(listener, service).with_graceful_shutdown(stopped).await
}

async fn file(State(web): State<Web>, Path(name): Path<String>, request: Request) -> Response {
    match assets::static_file(&name) {
        Some(file) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(file.kind)),
                (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            ];
            (headers, file.bytes).into_response()
        }
        None => dialects(State(web), request).await,
    }
}

/// Merchant protocols name their paths in any case; only their own paths are looked at that way.
async fn dialects(State(web): State<Web>, request: Request) -> Response {
    let request = match messages::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    match protocols::robokassa::path(&request.path) {
        Some(endpoint) => robokassa::serve(&web, endpoint, &request).await,
        None => handlers::missing(&web, &request),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_has_every_route_of_the_list() {
        let source = include_str!("router.rs");
        let list = include_str!("access.rs");
        for line in list.lines().filter_map(|line| line.strip_prefix("pub const ")) {
            let name = line.split(':').next().unwrap();
            if name != "ROUTES" {
                assert!(source.contains(&format!("(access::{name}, ")), "{name} is served");
                assert!(list.contains(&format!("    {name},\n")), "{name} is listed");
            }
        }
    }
}
