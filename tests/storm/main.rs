//! The storm: whole histories of the system from one seed each, in one thread, with everything that can go
//! wrong. `STORM_SEED=42 cargo test --test storm replay -- --nocapture` tells one of them. See `docs/storm.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::arithmetic_side_effects)]

mod books;
mod buyers;
mod calm;
mod clock;
mod counter;
mod flaky;
mod history;
mod judge;
mod log;
mod mail;
mod merchants;
mod moves;
mod network;
mod node;
mod orders;
#[cfg(feature = "faults")]
mod planted;
mod run;
mod scene;
mod shops;
mod shrink;
mod steps;
mod tasks;
mod world;

use std::time::Instant;

use history::{History, STEPS_MIN};
use run::run;

/// So many seeds are the same in every run.
const FIXED_SEEDS: u64 = 200;
/// So long fresh seeds are tried, unless `STORM_SECONDS` says otherwise, or `STORM_SEEDS` how many.
const FRESH_SECONDS: u64 = 20;

fn number(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// Runs a seed; a failure says how to see it again.
fn weathers(seed: u64) {
    if let Some(wrong) = run(&History::of(seed), false).wrong {
        panic!(
            "seed {seed}: {wrong}\n\
             STORM_SEED={seed} cargo test --test storm replay -- --nocapture\n"
        );
    }
}

#[test]
fn the_fixed_seeds_are_weathered() {
    (0..FIXED_SEEDS).for_each(weathers);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how long to go on, and where to begin, is no part of a history"
)]
fn fresh_seeds_are_weathered() {
    let began = Instant::now();
    let most = number("STORM_SEEDS");
    let limit = number("STORM_SECONDS").unwrap_or(FRESH_SECONDS);
    let first = jiff::Timestamp::now().as_millisecond().unsigned_abs();
    let (mut seed, mut steps) = (first, 0);
    while most.map_or(began.elapsed().as_secs() < limit, |most| seed - first < most) {
        weathers(seed);
        steps += History::of(seed).steps.len();
        seed += 1;
    }
    let (count, took) = (seed - first, began.elapsed());
    println!("fresh seeds from {first}: {count} histories, {steps} steps in {took:.1?}");
}

#[test]
fn the_same_seed_tells_the_same_story_to_the_byte() {
    for seed in [7, 42] {
        let history = History::of(seed);
        assert!(history.steps.len() as u64 >= STEPS_MIN);
        let (once, again) = (run(&history, true), run(&history, true));
        assert!(once.log.lines().count() > history.steps.len(), "a story that says something");
        assert_eq!(once, again, "seed {seed}");
    }
    assert_ne!(run(&History::of(7), true).log, run(&History::of(42), true).log);
}

#[test]
fn replay() {
    let seed = number("STORM_SEED").unwrap_or(42);
    #[cfg(feature = "faults")]
    planted::plant_by_name();
    let history = History::of(seed);
    println!("{history:#?}");
    let outcome = run(&history, true);
    println!("{}", outcome.log);
    let Some(wrong) = outcome.wrong else {
        return println!("seed {seed} is weathered in {} steps", history.steps.len());
    };
    let small = shrink::shrink(&history, |smaller| run(smaller, false).wrong.is_some());
    println!("-- the same with the {} steps that it needs", small.steps.len());
    let outcome = run(&small, true);
    println!("{}", outcome.log);
    panic!("seed {seed}: {wrong}\nin {} steps: {}", small.steps.len(), outcome.wrong.unwrap_or_default());
}
