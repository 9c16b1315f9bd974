//! Charges of kept methods that are rehearsed: paid by themselves after a moment, unless something was chosen.

use connectors::connector::Next;
use connectors::registry;
use domain::attempts::{AttemptState, Operation, Prompt};
use domain::ids::{Book, Id};
use domain::outcomes::Outcome;
use domain::stored::Reuse;
use jiff::SignedDuration;

use crate::stage::{Stage, now};

fn stage(operation: Operation, reuse: Reuse) -> Stage {
    let connector = registry::find("test").unwrap();
    Stage::of(connector, operation).with(|stage| {
        stage.attempt.reuse = reuse;
        stage.ends_at = now() + SignedDuration::from_hours(1);
    })
}

fn charge() -> Reuse {
    Reuse::Charge(Id::new(Book::PLATFORM, 9))
}

#[test]
fn an_outcome_can_be_chosen_for_a_moment_and_then_the_charge_is_paid() {
    let Next::Ask(Prompt::Outcome, until) = stage(Operation::Pay, charge()).begin().unwrap().next else {
        panic!("nothing can be chosen")
    };
    assert!(until > now() && until <= now() + SignedDuration::from_secs(5));
    let asked = |reuse, until, hold| {
        let stage = stage(Operation::Check, reuse).with(|stage| {
            stage.attempt.state = AttemptState::Waiting;
            stage.attempt.waits_until = Some(until);
            stage.attempt.hold = hold;
        });
        stage.begin().unwrap().next
    };
    assert_eq!(asked(charge(), until, false), Next::Wait, "there is time yet");
    assert!(matches!(asked(charge(), now(), false), Next::Done(Outcome::Received { .. })));
    assert!(matches!(asked(charge(), now(), true), Next::Done(Outcome::Held { .. })));
    for reuse in [Reuse::Once, Reuse::Keep, Reuse::Confirm(Id::new(Book::PLATFORM, 9))] {
        assert_eq!(asked(reuse, now(), false), Next::Wait, "a buyer is waited for");
    }
}
