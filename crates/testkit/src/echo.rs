//! A bare server of the library that the product uses: what it costs to answer without any work.

use axum::Router;
use axum::http::Uri;
use tokio::net::TcpListener;

/// Answers every request with its own path, until it is dropped.
///
/// # Errors
/// `io::Error` when the listener fails.
pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let router = Router::new().fallback(|uri: Uri| async move { uri.path().to_owned() });
    axum::serve(listener, router).await
}
