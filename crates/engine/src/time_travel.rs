//! Moving the clock of an installation for tests, so that whatever waits for time follows in order.
//!
//! Moving is not jumping. The clock is set to the moment of the next work that waits; the workers do it and
//! all that follows from it; only when nothing is under way any more does it go on to the next moment.

use crate::clock::Movable;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use domain::ids::BookKind;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::error::StoreError;
use tokio::sync::{Mutex, Notify, watch};

/// The clock is moved by so much at once at most.
pub const MOVE_MAX: SignedDuration = SignedDuration::from_hours(400 * 24);
/// A move stops at so many moments at most; then it says how far it came.
pub const STEPS_MAX: u32 = 2_000;
/// So many pauses a move waits for work that is under way, before it says how far it came: about a minute
/// of real time.
const PAUSES_MAX: u32 = 2_400;
/// So many pauses workers are waited for that have just been started.
const START_PAUSES_MAX: u32 = 40;
/// So many quiet looks in a row are believed: news that follows from work, such as a simulated provider's,
/// is on its way for a moment.
const QUIET_LOOKS: u32 = 2;
/// So often a node looks whether another one has moved the clock.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);

/// What movers and workers of one node know of one another.
#[derive(Debug, Default)]
pub(crate) struct Travels {
    under_way: Mutex<()>,
    workers: Arc<AtomicUsize>,
    hurry: Notify,
}

impl Travels {
    /// Says that workers are there, until it is dropped.
    pub(crate) fn at_work(&self) -> AtWork {
        self.workers.fetch_add(1, Ordering::Relaxed);
        AtWork(self.workers.clone())
    }

    /// Comes back when due work shall be looked for at once.
    pub(crate) async fn hurried(&self) {
        self.hurry.notified().await;
    }
}

/// Workers are there as long as this is.
pub(crate) struct AtWork(Arc<AtomicUsize>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Where the clock shall go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// By so much.
    By(SignedDuration),
    /// To this moment.
    To(Timestamp),
}

impl Destination {
    /// A length such as `3d4h`, `90m` or `1w`: weeks have seven days, days 24 hours.
    #[must_use]
    pub fn by(text: &str) -> Option<Destination> {
        let span: Span = text.trim().parse().ok()?;
        span.to_duration(SpanRelativeTo::days_are_24_hours()).ok().map(Destination::By)
    }

    /// A moment such as `2026-12-01T10:00:00Z`.
    #[must_use]
    pub fn to(text: &str) -> Option<Destination> {
        text.trim().parse().ok().map(Destination::To)
    }
}

/// What the clock of an installation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The installation's time.
    pub now: Timestamp,
    /// How far that is ahead of the machine's time.
    pub ahead: SignedDuration,
}

/// How a move of the clock ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// What the clock shows now.
    pub shown: Shown,
    /// At so many moments it stopped for work.
    pub steps: u32,
    /// Whether it came where it was sent. If not, there was more work on the way than one move does, or
    /// some did not end in time; the same destination may be asked for again.
    pub arrived: bool,
}

/// Why the clock is not moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TravelError {
    /// Real money.
    #[error(
        "the clock of a live installation is never moved: it takes real money at real time. Set up another \
         one for tests with `openkassa serve --set-up test`, or look at `openkassa demo`"
    )]
    Live,
    /// The clock goes forward only.
    #[error("the clock only goes forward, and it is {0} already: name a later moment")]
    Back(Timestamp),
    /// Too far at once.
    #[error("the clock is moved by 400 days at once at most: go there in several moves")]
    TooFar,
    /// One at a time.
    #[error("the clock is being moved already: wait until that move has ended, then ask again")]
    UnderWay,
    /// Nobody would do what becomes due.
    #[error(
        "the clock is moved by a server that runs, for its workers do what becomes due on the way: start \
         `openkassa serve` first"
    )]
    NoWorkers,
    /// The store does not answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<StoreError> for TravelError {
    fn from(error: StoreError) -> Self {
        TravelError::Engine(error.into())
    }
}

impl<N: Network, C: Movable> Engine<N, C> {
    /// What the installation's clock shows.
    pub fn clock_shown(&self) -> Shown {
        Shown { now: self.now(), ahead: self.clock.ahead() }
    }

    /// Moves the clock, stopping at every moment at which something is due until it is done. What waited at
    /// the start is done first.
    ///
    /// # Errors
    /// [`TravelError`] when it may not be moved so; or the store failed on the way, and the clock stands
    /// where it came by then.
    pub async fn move_clock(&self, destination: Destination) -> Result<Moved, TravelError> {
        if self.kind() == BookKind::Live {
            return Err(TravelError::Live);
        }
        let _alone = self.travels.under_way.try_lock().map_err(|_| TravelError::UnderWay)?;
        if !self.has_workers().await {
            return Err(TravelError::NoWorkers);
        }
        self.follow_once().await?;
        let by = self.way(destination)?;
        let end = self.clock.ahead().saturating_add(by);
        let (mut steps, mut pauses) = (0_u32, 0_u32);
        let arrived = loop {
            if !self.quieten(&mut pauses).await? {
                break false;
            }
            if self.clock.ahead() >= end {
                break true;
            }
            let next = match self.store.next_due().await? {
                Some(due) => self.clock.ahead().saturating_add(due.duration_since(self.now())).min(end),
                None => end,
            };
            if next < end {
                if steps >= STEPS_MAX {
                    break false;
                }
                steps = steps.saturating_add(1);
            }
            // Saved before it is shown: after a crash the clock is nowhere behind what was written under it.
            self.store.move_clock(next).await?;
            self.clock.set_ahead(next);
        };
        let shown = self.clock_shown();
        tracing::info!(now = %shown.now, steps, arrived, "the clock was moved");
        Ok(Moved { shown, steps, arrived })
    }

    /// Whether anybody works here; who has just been started is waited for.
    async fn has_workers(&self) -> bool {
        for _ in 0..START_PAUSES_MAX {
            if self.travels.workers.load(Ordering::Relaxed) > 0 {
                return true;
            }
            self.clock.pause().await;
        }
        false
    }

    fn way(&self, destination: Destination) -> Result<SignedDuration, TravelError> {
        let now = self.now();
        let by = match destination {
            Destination::By(by) => by,
            Destination::To(moment) => moment.duration_since(now),
        };
        if by.is_negative() {
            return Err(TravelError::Back(now));
        }
        if by > MOVE_MAX { Err(TravelError::TooFar) } else { Ok(by) }
    }

    /// Waits until nothing is due and nothing is under way; false when that takes too long.
    async fn quieten(&self, pauses: &mut u32) -> Result<bool, TravelError> {
        let mut quiet = 0_u32;
        loop {
            let counts = self.store.job_counts(self.now()).await?;
            quiet = if counts.due == 0 && counts.leased == 0 { quiet.saturating_add(1) } else { 0 };
            if quiet >= QUIET_LOOKS {
                return Ok(true);
            }
            if *pauses >= PAUSES_MAX {
                return Ok(false);
            }
            if counts.due > 0 {
                self.travels.hurry.notify_one();
            }
            *pauses = pauses.saturating_add(1);
            self.clock.pause().await;
        }
    }

    /// Moves this node's clock to where another node has moved the installation's.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn follow_once(&self) -> Result<(), EngineError> {
        self.clock.set_ahead(self.store.clock_ahead().await?);
        Ok(())
    }
}

/// Follows other nodes of the installation until told to stop. A live one has nothing to follow.
pub async fn follow<N: Network, C: Movable>(engine: Arc<Engine<N, C>>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            () = engine.clock.sleep(FOLLOW_EVERY), if engine.kind() == BookKind::Test => {}
            _ = stop.changed() => continue,
        }
        if let Err(error) = engine.follow_once().await {
            tracing::debug!(%error, "it is not known whether the clock was moved");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_read_as_people_write_it() {
        let hours = |text| match Destination::by(text) {
            Some(Destination::By(by)) => Some(by.as_hours()),
            Some(Destination::To(_)) | None => None,
        };
        assert_eq!(hours("3d4h"), Some(76));
        assert_eq!(hours("1w"), Some(168));
        assert_eq!(hours("90m"), Some(1));
        // A month has no length of its own.
        assert!(["1mo", "", "soon", "3"].iter().all(|text| hours(text).is_none()));
    }

    #[test]
    fn a_moment_names_its_zone() {
        let noon = "2026-12-01T12:00:00Z".parse().unwrap();
        assert_eq!(Destination::to("2026-12-01T15:00:00+03:00"), Some(Destination::To(noon)));
        assert_eq!(Destination::to("2026-12-01T12:00:00"), None);
    }
}
