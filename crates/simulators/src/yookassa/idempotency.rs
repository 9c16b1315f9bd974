//! Idempotence keys: the same request under the same key gets the first answer again.
//!
//! Only what was carried out is remembered. A refused request changed nothing, so it is judged anew.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::message::{Reply, Request};

use super::problem::Problem;
use super::state::World;

/// How long the provider keeps a key.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// The longest key.
const KEY_LENGTH_MAX: usize = 64;

/// What was asked under a key, and what was answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Remembered {
    path: String,
    body: Value,
    reply: Reply,
    at: Timestamp,
}

/// The key of a request.
///
/// # Errors
/// The key is missing or malformed.
pub(crate) fn key(request: &Request) -> Result<&str, Problem> {
    let key = request.header("idempotence-key").unwrap_or("");
    if key.is_empty() {
        return Err(Problem::invalid("Idempotence-Key", "Idempotence key is missing"));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+_.-".contains(&byte);
    if key.len() > KEY_LENGTH_MAX || !key.bytes().all(allowed) {
        return Err(Problem::invalid("Idempotence-Key", "Idempotence key has a wrong format"));
    }
    Ok(key)
}

/// The first answer, if this request was carried out under this key before.
///
/// # Errors
/// The key was used for another request. What the live service does then is not published;
/// a strict answer finds mistakes.
pub(crate) fn recall(
    world: &World,
    shop: &str,
    key: &str,
    (path, body): (&str, &Value),
    now: Timestamp,
) -> Result<Option<Reply>, Problem> {
    let Some(seen) = world.remembered.get(&(shop.to_owned(), key.to_owned())) else { return Ok(None) };
    if is_forgotten(seen, now) {
        return Ok(None);
    }
    if seen.path != path || seen.body != *body {
        return Err(Problem::invalid("Idempotence-Key", "This key was used for another request"));
    }
    Ok(Some(seen.reply.clone()))
}

/// Remembers what was carried out.
pub(crate) fn remember(
    world: &mut World,
    shop: &str,
    key: &str,
    (path, body): (&str, Value),
    reply: &Reply,
    now: Timestamp,
) {
    // Looking through all keys now and then keeps a long storm's memory flat.
    if world.remembered.len().is_multiple_of(1_024) {
        world.remembered.retain(|_, seen| !is_forgotten(seen, now));
    }
    let seen = Remembered { path: path.to_owned(), body, reply: reply.clone(), at: now };
    world.remembered.insert((shop.to_owned(), key.to_owned()), seen);
}

fn is_forgotten(seen: &Remembered, now: Timestamp) -> bool {
    now.duration_since(seen.at) >= KEPT_FOR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_to_their_alphabet_and_length() {
        let with = |value: &str| Request::new("POST", "/").with_header("Idempotence-Key", value);
        for good in ["a", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "A+b_c.d-9", &"x".repeat(64)] {
            assert_eq!(key(&with(good)), Ok(good));
        }
        for bad in ["", "with space", "ключ", "a/b", &"x".repeat(65)] {
            assert_eq!(key(&with(bad)).unwrap_err().parameter(), Some("Idempotence-Key"), "{bad:?}");
        }
        assert!(key(&Request::new("POST", "/")).is_err());
    }
}
