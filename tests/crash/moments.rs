//! Chance that can be repeated: how often something fails, and when.

use std::time::Duration;

use simulators::seeded::Seeded;

/// So often something is killed when nobody says otherwise.
const ROUNDS: usize = 10;
/// The load goes on for at least so long before something is killed, …
const LOAD_MS_MIN: u64 = 50;
/// … and for less than so long.
const LOAD_MS_MAX: u64 = 1_000;

/// So often something is killed in this run.
pub fn rounds() -> usize {
    match std::env::var("CRASH_ROUNDS") {
        Ok(told) => told.parse().expect("CRASH_ROUNDS is a number"),
        Err(_) => ROUNDS,
    }
}

/// A source of chance for a test, and its seed printed, so that a failure can be repeated.
pub fn chance(test: &str) -> Seeded {
    let seed = match std::env::var("CRASH_SEED") {
        Ok(told) => told.parse().expect("CRASH_SEED is a number"),
        Err(_) => {
            let mut bytes = [0; 8];
            getrandom::fill(&mut bytes).expect("the system's chance");
            u64::from_le_bytes(bytes)
        }
    };
    println!("{test}: CRASH_SEED={seed}");
    Seeded::new(seed)
}

/// How long the load goes on before something is killed.
pub fn while_loaded(chance: &mut Seeded) -> Duration {
    Duration::from_millis(LOAD_MS_MIN + chance.below(LOAD_MS_MAX - LOAD_MS_MIN))
}
