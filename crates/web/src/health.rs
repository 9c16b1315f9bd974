//! Whether the process is up, whether it can take requests, and what it counts of itself.

use crate::access::{Route, Who};
use crate::listening;
use crate::router::handler;
use crate::state::Web;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry::Registry;
use serde_json::json;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How the text of metrics is named.
const METRICS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Nobody but the operator's own programs connects there.
const CONNECTIONS_MAX: usize = 64;

/// The process is up, or nobody would answer.
pub async fn up() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "up": true }))).into_response()
}

/// Whether requests can be taken: 200, or 503 with what is missing.
pub async fn ready(State(web): State<Web>) -> Response {
    let found = web.engine.readiness().await;
    let stopping = web.is_stopping();
    let ready = found.store && found.numbers && !stopping;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let told = json!({
        "ready": ready, "store": found.store, "numbers": found.numbers, "stopping": stopping,
    });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(told)).into_response()
}

/// Serves metrics and health on the operator's own listener, until it is told to stop: later than the
/// rest, so that somebody sees how it ends.
///
/// # Errors
/// [`std::io::Error`] when the listener fails.
pub async fn serve(
    web: Web,
    mut registry: Registry,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    web.register(&mut registry);
    let registry = Arc::new(registry);
    let metrics = get(move |State(web): State<Web>| text(web, registry.clone()));
    let of_operator = |route: &&Route| matches!(route, Route::Health | Route::Ready);
    let router = Route::ALL.iter().filter(of_operator);
    let router = router.fold(Router::new(), |router, route| router.route(route.path(), handler(*route)));
    let router = router.route(Route::Metrics.path(), metrics).with_state(web.clone());
    listening::serve(router, listener, CONNECTIONS_MAX, web.meters.clone(), stop).await
}

async fn text(web: Web, registry: Arc<Registry>) -> Response {
    web.engine.measure().await;
    web.meters.measure(&web.crowd);
    let mut text = String::new();
    match prometheus_text::encode(&mut text, &registry) {
        Ok(()) => ([(header::CONTENT_TYPE, METRICS_TEXT)], text).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "metrics cannot be written").into_response(),
    }
}

/// Whether a route belongs to the listener of buyers, shops and providers.
pub(crate) fn is_public(route: Route) -> bool {
    match route.who() {
        Who::Anyone | Who::Payer | Who::Shop | Who::Provider | Who::Owner | Who::Visitor | Who::Tester => {
            true
        }
        Who::Operator => false,
    }
}
