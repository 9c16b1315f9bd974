//! Waiting for something to become true, instead of sleeping and hoping.

use std::future::Future;
use std::time::Duration;

/// How often `wait_until` looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until `look` answers with something and returns it.
///
/// # Panics
/// When `limit` is over; the message names `what` was waited for.
pub async fn wait_until<T, Look, Answer>(what: &str, limit: Duration, mut look: Look) -> T
where
    Look: FnMut() -> Answer,
    Answer: Future<Output = Option<T>>,
{
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    match tokio::time::timeout(limit, looking).await {
        Ok(found) => found,
        Err(_) => panic!("{what}: not within {limit:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_appears_later_is_found() {
        let mut looks = 0;
        let found = wait_until("the third look", Duration::from_secs(5), || {
            looks += 1;
            let now = looks;
            async move { (now == 3).then_some(now) }
        });
        assert_eq!(found.await, 3);
    }

    #[tokio::test]
    #[should_panic(expected = "a miracle: not within")]
    async fn what_never_appears_is_named() {
        wait_until("a miracle", Duration::from_millis(50), || async { None::<()> }).await;
    }
}
