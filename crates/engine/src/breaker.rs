//! The circuit breaker: a provider account that keeps failing is left alone for a while.
//!
//! It opens after several failures in a row. When its pause is over one call may try; if that
//! fails too, the pause begins again.

use domain::ids::ProviderAccountId;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So many failures in a row open the breaker.
pub const FAILURES_MAX: u32 = 5;
/// So long an open breaker lets nothing through.
pub const PAUSE: SignedDuration = SignedDuration::from_secs(30);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    failures: u32,
    open_until: Option<Timestamp>,
}

/// The breakers of all provider accounts.
#[derive(Debug, Default)]
pub struct Breakers {
    states: Mutex<HashMap<ProviderAccountId, State>>,
}

impl Breakers {
    /// Whether a call may go out now; when it may not, until when.
    ///
    /// # Errors
    /// The end of the pause.
    pub fn admit(&self, account: ProviderAccountId, now: Timestamp) -> Result<(), Timestamp> {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let state = states.entry(account).or_default();
        match state.open_until {
            Some(until) if now < until => Err(until),
            Some(_) => {
                // The pause is over: this call tries, the others wait for what comes of it.
                state.open_until = now.checked_add(PAUSE).ok();
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Whether an account is left alone now.
    pub fn is_open(&self, account: ProviderAccountId, now: Timestamp) -> bool {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(&account).and_then(|state| state.open_until).is_some_and(|until| now < until)
    }

    /// What came of a call: whether the provider answered like a working one.
    pub fn learn(&self, account: ProviderAccountId, worked: bool, now: Timestamp) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let state = states.entry(account).or_default();
        if worked {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES_MAX {
            state.open_until = now.checked_add(PAUSE).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{Book, Id};

    #[test]
    fn it_opens_after_failures_in_a_row_and_tries_again_after_the_pause() {
        let breakers = Breakers::default();
        let account = ProviderAccountId::new(Book::PLATFORM, 1);
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        for _ in 0..FAILURES_MAX {
            assert!(breakers.admit(account, at(0)).is_ok());
            breakers.learn(account, false, at(0));
        }
        assert_eq!(breakers.admit(account, at(29)), Err(at(30)));
        assert!(breakers.is_open(account, at(29)) && !breakers.is_open(account, at(30)));
        assert!(breakers.admit(account, at(30)).is_ok());
        assert!(breakers.admit(account, at(31)).is_err(), "one call tries, the others wait");
        breakers.learn(account, true, at(32));
        assert!(breakers.admit(account, at(32)).is_ok());
    }
}
