//! History as rows: what happened to a payment, a shop or a seller, only ever added.

use crate::backend::Turn;
use crate::error::StoreError;
use crate::table::{Shape, int, text};
use crate::value::{Value, json};
use domain::history::{Actor, Event};
use domain::ids::{Book, Id, ProviderAccountId};
use jiff::Timestamp;

/// The table of events. Their place within a writer's turn tells two of one moment apart.
pub const HISTORY: Shape = Shape {
    table: "history",
    columns: &[
        int("about"),
        text("subject"),
        int("at"),
        int("writer"),
        int("turn"),
        int("place"),
        int("book"),
        text("actor"),
        text("what"),
        text("details"),
    ],
    keys: 7,
};

/// The values of an event that was saved in this turn at this place.
pub(crate) fn write(
    (at, book, event): &(Timestamp, Book, Event),
    turn: Turn,
    place: usize,
) -> Result<Vec<Value>, StoreError> {
    let (subject, about) = event.subject.parts();
    let (what, details) = event.happened.parts();
    Ok(vec![
        about.into(),
        subject.into(),
        (*at).into(),
        turn.writer.into(),
        turn.number.into(),
        Value::from(place as u64),
        (*book).into(),
        event.actor.code().into(),
        what.into(),
        json(&details)?,
    ])
}

/// The actor with this code.
#[must_use]
pub fn read_actor(code: &str) -> Option<Actor> {
    match code {
        "buyer" => Some(Actor::Buyer),
        "shop" => Some(Actor::Shop),
        "clock" => Some(Actor::Clock),
        other => {
            if let Some(number) = other.strip_prefix("provider:") {
                let number = number.parse().ok()?;
                return Some(Actor::Provider(ProviderAccountId::new(Book::PLATFORM, number)));
            }
            other.strip_prefix("operator:").map(|name| Actor::Operator(name.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_actor_is_read_back() {
        let all = [
            Actor::Buyer,
            Actor::Shop,
            Actor::Clock,
            Actor::Provider(ProviderAccountId::new(Book::PLATFORM, 7)),
            Actor::Operator("ann:e".to_owned()),
        ];
        for actor in all {
            assert_eq!(read_actor(&actor.code()), Some(actor));
        }
        assert_eq!(read_actor("nobody"), None);
    }
}
