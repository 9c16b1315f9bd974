//! Running a history from its beginning to its end, and what came of it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::history::History;
use crate::world::World;

/// What came of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What was wrong, if anything was.
    pub wrong: Option<String>,
    /// The log, if it was wanted.
    pub log: String,
}

/// Runs a history.
pub fn run(history: &History, log: bool) -> Outcome {
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::of(history, log);
        for step in &history.steps {
            world.step(*step);
            if world.wrong.is_some() {
                break;
            }
        }
        if world.wrong.is_none() {
            world.calm(history.seed);
        }
        if world.wrong.is_some() {
            world.tell_histories();
        }
        Outcome { wrong: world.wrong.take(), log: world.log.text() }
    }));
    ran.unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        let wrong = format!("a panic: {}", text.unwrap_or_default());
        Outcome { wrong: Some(wrong), log: String::new() }
    })
}
