//! The time of a storm: one for the world, and a watch of every node that may run ahead of it or behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use engine::clock::Clock;
use jiff::{SignedDuration, Timestamp};

/// When every storm begins: a Thursday, 13:00 in Moscow, in microseconds.
const BEGINS: i64 = 1_768_471_200_000_000;

/// The world's time. Clones show the same.
#[derive(Debug, Clone)]
pub struct WorldTime(Arc<AtomicI64>);

impl WorldTime {
    /// The time at which every storm begins.
    pub fn beginning() -> WorldTime {
        WorldTime(Arc::new(AtomicI64::new(BEGINS)))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("a moment before the end of time")
    }

    /// Moves on to a later moment; it never goes back.
    pub fn move_to(&self, moment: Timestamp) {
        self.0.fetch_max(moment.as_microsecond(), Ordering::SeqCst);
    }

    /// Moves on by so much.
    pub fn advance(&self, by: SignedDuration) {
        self.move_to(self.now().checked_add(by).expect("a moment before the end of time"));
    }
}

/// The watch of a node: the world's time and how far it is off.
#[derive(Debug, Clone)]
pub struct Watch {
    world: WorldTime,
    off: Arc<AtomicI64>,
}

impl Watch {
    /// A watch that is right.
    pub fn new(world: &WorldTime) -> Watch {
        Watch { world: world.clone(), off: Arc::new(AtomicI64::new(0)) }
    }

    /// Sets it to run so much ahead of the world; behind it, if that is negative.
    pub fn set_off(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).expect("a watch is not years off");
        self.off.store(micros, Ordering::SeqCst);
    }
}

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        let off = SignedDuration::from_micros(self.off.load(Ordering::SeqCst));
        self.world.now().checked_add(off).expect("a moment before the end of time")
    }

    // Nobody sleeps in a storm: what the workers' own loops wait for, the world brings about.
    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}
