//! A clock that stands still until it is moved by hand.

use std::time::Duration;

use engine::clock::{Clock, Movable};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// The clock; clones show the same time.
#[derive(Debug, Clone)]
pub struct ImaginedClock {
    hands: watch::Sender<Timestamp>,
    /// Where it stood at first: what it shows beyond, it is ahead.
    began: Timestamp,
}

impl ImaginedClock {
    /// A clock that shows this moment.
    pub fn at(moment: Timestamp) -> ImaginedClock {
        ImaginedClock { hands: watch::Sender::new(moment), began: moment }
    }

    /// Moves on to a later moment; whoever sleeps until before it wakes up. It never goes back.
    pub fn move_to(&self, moment: Timestamp) {
        self.hands.send_if_modified(|now| {
            let later = moment > *now;
            *now = moment.max(*now);
            later
        });
    }

    /// Moves on by so much.
    ///
    /// # Panics
    /// When that is past the end of time.
    pub fn advance(&self, by: SignedDuration) {
        self.move_to(self.now().checked_add(by).expect("a moment before the end of time"));
    }
}

impl Clock for ImaginedClock {
    fn now(&self) -> Timestamp {
        *self.hands.borrow()
    }

    fn sleep(&self, how_long: Duration) -> impl Future<Output = ()> + Send {
        let mut hands = self.hands.subscribe();
        let end = self.now().saturating_add(how_long).unwrap_or(Timestamp::MAX);
        async move {
            // A clock that is gone wakes everybody.
            let _ = hands.wait_for(|now| *now >= end).await;
        }
    }
}

impl Movable for ImaginedClock {
    fn ahead(&self) -> SignedDuration {
        self.now().duration_since(self.began)
    }

    fn set_ahead(&self, ahead: SignedDuration) {
        self.move_to(self.began.saturating_add(ahead).unwrap_or(Timestamp::MAX));
    }

    fn pause(&self) -> impl Future<Output = ()> + Send {
        // Work that is under way goes on in real time; the clock stands still meanwhile.
        tokio::time::sleep(Duration::from_millis(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_has_been_moved_past_its_end() {
        let clock = ImaginedClock::at(Timestamp::UNIX_EPOCH);
        let sleeper = clock.sleep(Duration::from_secs(10));
        tokio::pin!(sleeper);
        clock.advance(SignedDuration::from_secs(9));
        tokio::select! {
            biased;
            () = &mut sleeper => panic!("woke a second too early"),
            () = tokio::task::yield_now() => {}
        }
        clock.advance(SignedDuration::from_secs(1));
        sleeper.await;
        clock.move_to(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now().as_second(), 10, "it never goes back");
    }
}
