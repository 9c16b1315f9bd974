//! The HTTP shell that all simulators share: bytes in, one pure call, bytes out.
//! It speaks to hyper directly, because a server framework always answers,
//! and a simulator must be able to close a connection without a word.

use std::io;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::message::{Delivery, Reply, Request};

/// A receipt of 100 lines stays well below this.
const BODY_BYTES_MAX: usize = 262_144;

/// Longer than any client waits; then the silent connection is closed after all.
const HANG_LIMIT: Duration = Duration::from_secs(300);

/// Serves until it is dropped; dropping it closes every connection.
///
/// # Errors
/// None at present: a connection that cannot be accepted is logged, and the next one is awaited.
pub async fn listen<H>(listener: TcpListener, handler: H) -> io::Result<()>
where
    H: Fn(Request) -> Reply + Clone + Send + Sync + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(converse(stream, handler.clone())); }
                Err(error) => {
                    // Usually too many open files: waiting a moment is all that helps.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

/// Hyper closes the connection without an answer when a service fails with this.
#[derive(Debug)]
struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the simulator closed the connection on purpose")
    }
}

impl std::error::Error for Closed {}

async fn converse<H>(stream: TcpStream, handler: H)
where
    H: Fn(Request) -> Reply + Clone + Send + Sync + 'static,
{
    let service = service_fn(move |incoming| {
        let handler = handler.clone();
        async move {
            let reply = match read(incoming).await {
                Ok(request) => handler(request),
                Err(refusal) => refusal,
            };
            deliver(reply).await
        }
    });
    let served =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn read(incoming: hyper::Request<Incoming>) -> Result<Request, Reply> {
    let (head, body) = incoming.into_parts();
    let body = Limited::new(body, BODY_BYTES_MAX).collect().await;
    let body = body.map_err(|_| Reply::text(413, "Payload Too Large"))?.to_bytes().to_vec();
    let method = if head.method == hyper::Method::HEAD { "GET".to_owned() } else { head.method.to_string() };
    let headers = head.headers.iter();
    Ok(Request {
        method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or("").to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body,
    })
}

async fn deliver(reply: Reply) -> Result<hyper::Response<Full<Bytes>>, Closed> {
    match reply.delivery {
        Delivery::AtOnce => {}
        Delivery::After(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Delivery::Lost => return Err(Closed),
        Delivery::Hang => {
            tokio::time::sleep(HANG_LIMIT).await;
            return Err(Closed);
        }
    }
    let mut response = hyper::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    // A header value that HTTP cannot carry was a stranger's text; the answer then simply fails.
    response.body(Full::new(Bytes::from(reply.body))).map_err(|_| Closed)
}
