//! How many requests are worked at once, how many wait and how long; the rest is told to come again.
//!
//! Each class has places of its own, so a crowd at one door never keeps another shut. Whoever finds no
//! place waits in a line, with nothing read of the request but its head; a full line, or a wait that is
//! longer than it is worth, ends in an early "try again". Places times the largest body bound the memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A crowd is told of in the log so often at most: a line for each request would only make it slower.
const TOLD_EVERY_SECONDS: i64 = 10;

/// Requests that wait together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Providers tell of money: they wait longest before they are sent away.
    Notices,
    /// Shops open payments.
    Payments,
    /// Buyers act: their requests may wait for a provider or a shop, and hold their place meanwhile.
    Steps,
    /// Everything that is only looked at.
    Pages,
}

/// What a class may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many are worked at once.
    pub places: usize,
    /// So many more wait.
    pub line: usize,
    /// So long one waits at most.
    pub patience: Duration,
    /// A body may have so many bytes.
    pub body_bytes: usize,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 4] = [Class::Notices, Class::Payments, Class::Steps, Class::Pages];

    /// The word in metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Class::Notices => "notices",
            Class::Payments => "payments",
            Class::Steps => "steps",
            Class::Pages => "pages",
        }
    }

    /// What the class may take. Together the bodies stay below 220 MiB, whatever is sent.
    pub const fn limits(self) -> Limits {
        let (places, line, seconds, body_bytes) = match self {
            Class::Notices => (256, 2_048, 10, 262_144),
            // A batch of the writer holds 512.
            Class::Payments => (512, 2_048, 2, 262_144),
            Class::Steps => (1_024, 1_024, 2, 16_384),
            Class::Pages => (256, 1_024, 1, 16_384),
        };
        Limits { places, line, patience: Duration::from_secs(seconds), body_bytes }
    }
}

/// No place in time: come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// A place; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    _held: OwnedSemaphorePermit,
}

/// The places and the line of one class.
#[derive(Debug)]
pub struct Room {
    limits: Limits,
    places: Arc<Semaphore>,
    line: Semaphore,
    told_at: AtomicI64,
}

impl Room {
    /// An empty room.
    pub fn new(limits: Limits) -> Room {
        let places = Arc::new(Semaphore::new(limits.places));
        Room { limits, places, line: Semaphore::new(limits.line), told_at: AtomicI64::new(0) }
    }

    /// Whether it is time to tell the log that somebody was sent away; `now` in seconds.
    pub fn is_news(&self, now: i64) -> bool {
        let due = |last: i64| (last.abs_diff(now) >= TOLD_EVERY_SECONDS.unsigned_abs()).then_some(now);
        // Of several who are sent away at once one tells it.
        self.told_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, due).is_ok()
    }

    /// A place, at once or after waiting in the line.
    ///
    /// # Errors
    /// [`Full`] when the line is full, or when no place became free in time.
    pub async fn enter(&self) -> Result<Place, Full> {
        if let Ok(held) = self.places.clone().try_acquire_owned() {
            return Ok(Place { _held: held });
        }
        let _in_line = self.line.try_acquire().map_err(|_| Full)?;
        let free = tokio::time::timeout(self.limits.patience, self.places.clone().acquire_owned());
        match free.await {
            Ok(Ok(held)) => Ok(Place { _held: held }),
            Ok(Err(_)) | Err(_) => Err(Full),
        }
    }

    /// So many are worked at now.
    pub fn busy(&self) -> usize {
        self.limits.places.saturating_sub(self.places.available_permits())
    }

    /// So many wait now.
    pub fn waiting(&self) -> usize {
        self.limits.line.saturating_sub(self.line.available_permits())
    }
}

/// The rooms of all classes.
#[derive(Debug)]
pub struct Crowd {
    notices: Room,
    payments: Room,
    steps: Room,
    pages: Room,
}

impl Default for Crowd {
    fn default() -> Crowd {
        let room = |class: Class| Room::new(class.limits());
        Crowd {
            notices: room(Class::Notices),
            payments: room(Class::Payments),
            steps: room(Class::Steps),
            pages: room(Class::Pages),
        }
    }
}

impl Crowd {
    /// The room of a class.
    pub const fn room(&self, class: Class) -> &Room {
        match class {
            Class::Notices => &self.notices,
            Class::Payments => &self.payments,
            Class::Steps => &self.steps,
            Class::Pages => &self.pages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Room {
        Room::new(Limits { places: 1, line: 1, patience: Duration::from_secs(2), body_bytes: 0 })
    }

    #[tokio::test]
    async fn whoever_finds_no_place_waits_for_the_next_that_is_free() {
        let room = Arc::new(small());
        let first = room.enter().await.unwrap();
        let waits = tokio::task::JoinSet::from_iter([{
            let room = room.clone();
            async move { room.enter().await.map(drop) }
        }]);
        tokio::task::yield_now().await;
        assert_eq!((room.busy(), room.waiting()), (1, 1));
        drop(first);
        assert_eq!(waits.join_all().await, [Ok(())]);
        assert_eq!((room.busy(), room.waiting()), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_line_refuses_at_once_and_a_long_wait_refuses_in_the_end() {
        let room = Arc::new(small());
        let _first = room.enter().await.unwrap();
        let waits = tokio::task::JoinSet::from_iter([{
            let room = room.clone();
            async move { room.enter().await.map(drop) }
        }]);
        tokio::task::yield_now().await;
        assert!(matches!(room.enter().await, Err(Full)), "the line holds one");
        assert_eq!(waits.join_all().await, [Err(Full)]);
        assert_eq!(room.waiting(), 0);
    }

    #[test]
    fn the_log_hears_of_a_crowd_once_in_a_while() {
        let room = small();
        let told = [100, 101, 109, 110, 111, 50].map(|now| room.is_news(now));
        assert_eq!(told, [true, false, false, true, false, true], "a clock that was set back is no silence");
    }

    #[test]
    fn bodies_of_all_places_together_fit_into_the_memory_that_is_promised() {
        let bytes = |class: &Class| class.limits().places * class.limits().body_bytes;
        assert!(Class::ALL.iter().map(bytes).sum::<usize>() <= 220 * 1_024 * 1_024);
    }
}
