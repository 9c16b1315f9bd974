//! The one place where the time is read.

use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

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

/// A clock that can be moved ahead of real time, and never back.
pub trait Movable: Clock {
    /// How far it is ahead.
    fn ahead(&self) -> SignedDuration;
    /// Sets it so far ahead, unless it is further already.
    fn set_ahead(&self, ahead: SignedDuration);
    /// Comes back after a moment of real time, in which others can work.
    fn pause(&self) -> impl Future<Output = ()> + Send;
}

/// So long a pause is: work that follows from work begins at once, so little is enough.
const PAUSE: Duration = Duration::from_millis(25);

/// The clock of an installation: the machine's, and in an installation for tests so far ahead of it as it
/// was moved. Clones show the same time.
#[derive(Clone, Debug)]
pub struct InstallationClock(Arc<Hands>);

#[derive(Debug)]
struct Hands {
    /// In microseconds; read with every look at the clock.
    ahead: AtomicI64,
    /// Tells the clocks that follow.
    moved: watch::Sender<SignedDuration>,
}

impl Default for InstallationClock {
    fn default() -> InstallationClock {
        let moved = watch::Sender::new(SignedDuration::ZERO);
        InstallationClock(Arc::new(Hands { ahead: AtomicI64::new(0), moved }))
    }
}

impl InstallationClock {
    /// How far it is ahead, as it is moved: for clocks of others that shall follow.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<SignedDuration> {
        self.0.moved.subscribe()
    }
}

impl Clock for InstallationClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        now.saturating_add(self.ahead()).unwrap_or(now)
    }

    fn sleep(&self, how_long: Duration) -> impl Future<Output = ()> + Send {
        SystemClock.sleep(how_long)
    }
}

impl Movable for InstallationClock {
    fn ahead(&self) -> SignedDuration {
        SignedDuration::from_micros(self.0.ahead.load(Ordering::Relaxed))
    }

    fn set_ahead(&self, ahead: SignedDuration) {
        let ahead = i64::try_from(ahead.as_micros()).unwrap_or(i64::MAX);
        let before = self.0.ahead.fetch_max(ahead, Ordering::Relaxed);
        if before < ahead {
            self.0.moved.send_replace(self.ahead());
        }
    }

    fn pause(&self) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_of_an_installation_is_moved_for_all_who_have_it_and_never_back() {
        let clock = InstallationClock::default();
        let (other, before) = (clock.clone(), clock.now());
        let followed = clock.follow();
        clock.set_ahead(SignedDuration::from_hours(3));
        other.set_ahead(SignedDuration::from_hours(1));
        assert_eq!(other.ahead(), SignedDuration::from_hours(3));
        assert_eq!(*followed.borrow(), SignedDuration::from_hours(3));
        assert!(other.now().duration_since(before) >= SignedDuration::from_hours(3));
    }
}
