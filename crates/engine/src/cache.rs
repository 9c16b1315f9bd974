//! Settings are read again after two seconds at most; decisions read them anew anyway.

use crate::error::EngineError;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// How old a cached setting may be.
pub const CACHE_AGE_MAX: SignedDuration = SignedDuration::from_secs(2);
/// A cache that holds more than this is emptied: strangers may ask for names without end.
const ENTRIES_MAX: usize = 10_000;

/// Values that are read often and change seldom.
#[derive(Debug)]
pub struct Cache<K, V> {
    kept: Mutex<HashMap<K, (Timestamp, V)>>,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Cache { kept: Mutex::new(HashMap::new()) }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    /// The value, read by `read` when it is not kept or too old.
    ///
    /// # Errors
    /// What `read` answers.
    pub async fn get(
        &self,
        key: K,
        now: Timestamp,
        read: impl Future<Output = Result<V, EngineError>>,
    ) -> Result<V, EngineError> {
        if let Some(value) = self.kept(&key, now) {
            return Ok(value);
        }
        let value = read.await?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ENTRIES_MAX {
            kept.clear();
        }
        kept.insert(key, (now, value.clone()));
        Ok(value)
    }

    /// Forgets everything: something is known to have changed.
    pub fn forget(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn kept(&self, key: &K, now: Timestamp) -> Option<V> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, value) = kept.get(key)?;
        (now.duration_since(*at).abs() <= CACHE_AGE_MAX).then(|| value.clone())
    }
}
