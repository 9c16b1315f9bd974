//! A body that is made while it is being sent: the next piece is begun when the last one has left, and nothing
//! is made any more once the reader is gone.

use axum::body::HttpBody;
use hyper::body::{Bytes, Frame};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

/// A piece of a body.
pub(crate) type Chunk = Result<Bytes, std::io::Error>;
type Step<S> = Pin<Box<dyn Future<Output = (Chunk, Option<S>)> + Send>>;
type Next<S> = Box<dyn Fn(S) -> Step<S> + Send + Sync>;

/// The body: a step that makes a piece and says what the step after it works with.
pub(crate) struct Streamed<S> {
    next: Next<S>,
    // A body must be usable from several threads, which a step alone is not.
    step: Mutex<Option<Step<S>>>,
}

impl<S: Send + 'static> Streamed<S> {
    /// A body that begins with this.
    pub(crate) fn new<F>(first: S, next: fn(S) -> F) -> Streamed<S>
    where
        F: Future<Output = (Chunk, Option<S>)> + Send + 'static,
    {
        let next: Next<S> = Box::new(move |state| Box::pin(next(state)));
        let step = Mutex::new(Some(next(first)));
        Streamed { next, step }
    }
}

impl<S: Send + 'static> HttpBody for Streamed<S> {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let this = self.get_mut();
        let slot = this.step.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(step) = slot else { return Poll::Ready(None) };
        let (chunk, state) = ready!(step.as_mut().poll(context));
        *slot = state.map(|state| (this.next)(state));
        Poll::Ready(Some(chunk.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};

    async fn counted(left: u32) -> (Chunk, Option<u32>) {
        let more = left.checked_sub(1).filter(|left| *left > 0);
        (Ok(Bytes::from(left.to_string())), more)
    }

    #[tokio::test]
    async fn the_pieces_come_in_their_order_and_end() {
        let body = Body::new(Streamed::new(3, counted));
        assert_eq!(to_bytes(body, 100).await.unwrap(), "321");
    }

    #[tokio::test]
    async fn a_piece_that_fails_breaks_the_body_off() {
        async fn failing(_: ()) -> (Chunk, Option<()>) {
            (Err(std::io::Error::other("no")), None)
        }
        let body = Body::new(Streamed::new((), failing));
        assert!(to_bytes(body, 100).await.is_err());
    }
}
