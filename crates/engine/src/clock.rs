//! The one place where the time is read.

use jiff::Timestamp;
use std::future::Future;
use std::time::Duration;

/// A source of time: the system's, or one that a test or a rehearsal moves.
pub trait Clock: Send + Sync + 'static {
    /// The time now, in whole microseconds, as the database keeps it.
    fn now(&self) -> Timestamp;
    /// Comes back after so long.
    fn sleep(&self, how_long: Duration) -> impl Future<Output = ()> + Send;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the time is read")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    fn sleep(&self, how_long: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(how_long)
    }
}
