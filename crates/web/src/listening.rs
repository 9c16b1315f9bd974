//! Connections: so many at most, each with a limit for its silence, ended in good order.

use crate::meters::Meters;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// So many connections of buyers, shops and providers are open at once; further ones wait in the system's
/// own line. More than all that can be worked at or wait, so a crowd at one door leaves room for others.
pub const CONNECTIONS_MAX: usize = 9_216;
/// A head must have arrived, and an idle connection begin its next request, within this: longer than
/// proxies keep theirs, so that it is they who close.
const HEAD_WITHIN: Duration = Duration::from_secs(75);
/// A head may have so many bytes: a receipt in a query is the largest.
const HEAD_BYTES_MAX: usize = 131_072;
/// Usually too many open files: waiting a moment is all that helps.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Whoever has connected and said nothing yet when we are told to stop has this long to begin.
const LAST_CALL: Duration = Duration::from_millis(500);

/// Serves until told to stop; then takes who has connected already, finishes what is under way, and ends.
///
/// # Errors
/// None at present: a connection that cannot be accepted is logged, and the next one is awaited.
pub async fn serve(
    router: Router,
    listener: TcpListener,
    connections_max: usize,
    meters: Arc<Meters>,
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut open = JoinSet::new();
    let told = stop.clone();
    let begin = |open: &mut JoinSet<()>, stream, peer| {
        meters.connections.inc();
        let (router, told, meters) = (router.clone(), told.clone(), meters.clone());
        open.spawn(async move {
            converse(router, stream, peer, told).await;
            meters.connections.dec();
        });
    };
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            accepted = listener.accept(), if open.len() < connections_max => match accepted {
                Ok((stream, peer)) => begin(&mut open, stream, peer),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = open.join_next(), if !open.is_empty() => {}
        }
    }
    // Whoever has connected and was not taken yet would otherwise be cut off in the middle of a sentence.
    while open.len() < connections_max
        && let Ok(Ok((stream, peer))) = tokio::time::timeout(Duration::ZERO, listener.accept()).await
    {
        begin(&mut open, stream, peer);
    }
    drop(listener);
    while open.join_next().await.is_some() {}
    Ok(())
}

/// Comes back when all is to end; a sender that is gone says so as well.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Answers one connection to its end.
async fn converse(router: Router, stream: TcpStream, peer: SocketAddr, mut stop: watch::Receiver<bool>) {
    // Answers are written whole; waiting to fill a packet only makes them late.
    let _ = stream.set_nodelay(true);
    let spoken = Arc::new(AtomicBool::new(false));
    let heard = spoken.clone();
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        heard.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(HEAD_BYTES_MAX);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        ended = connection.as_mut() => return note(ended),
        () = stopped(&mut stop) => {}
    }
    if !spoken.load(Ordering::Relaxed)
        && let Ok(ended) = tokio::time::timeout(LAST_CALL, connection.as_mut()).await
    {
        return note(ended);
    }
    connection.as_mut().graceful_shutdown();
    note(connection.await);
}

/// Connections break all the time; it is of interest only to whoever looks for it.
fn note(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}
