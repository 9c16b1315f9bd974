//! A very small executor: each piece of work is a future that the world moves on when it chooses to.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use domain::jobs::Lease;

use crate::world::World;

/// What a piece of work does to the world once it is finished, or once it is known that it never will be.
pub type Then = Box<dyn FnOnce(&mut World)>;

/// Whether somebody has something for a future that waits.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Flag>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A piece of work in a node.
pub struct Task {
    /// The lease of the job that it is, if it is one; of jobs a node does only so many at once.
    pub lease: Option<Lease>,
    future: Pin<Box<dyn Future<Output = Then>>>,
    lost: Then,
    flag: Arc<Flag>,
    waker: Waker,
}

impl Task {
    /// Work that begins when it is first moved on; `lost` follows if its node dies before the end.
    pub fn new(lease: Option<Lease>, future: impl Future<Output = Then> + 'static, lost: Then) -> Task {
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(flag.clone());
        Task { lease, future: Box::pin(future), lost, flag, waker }
    }

    /// Whether it can be moved on.
    pub fn is_ready(&self) -> bool {
        self.flag.0.load(Ordering::SeqCst)
    }

    /// Moves it on; what follows, if it is finished.
    pub fn move_on(&mut self) -> Option<Then> {
        self.flag.0.store(false, Ordering::SeqCst);
        match self.future.as_mut().poll(&mut Context::from_waker(&self.waker)) {
            Poll::Ready(then) => Some(then),
            Poll::Pending => None,
        }
    }

    /// Its node has died.
    pub fn into_lost(self) -> Then {
        self.lost
    }
}

/// Nothing follows.
pub fn nothing() -> Then {
    Box::new(|_| {})
}

/// The result of something that needs nobody else; none when it waits for somebody.
pub fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}
