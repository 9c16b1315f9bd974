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
mod run;
mod scene;
mod shops;
mod steps;
mod tasks;
mod world;

use history::History;

#[test]
fn first() {
    let from: u64 = std::env::var("STORM_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let count: u64 = std::env::var("STORM_COUNT").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let began = std::time::Instant::now();
    let mut bad = 0;
    for seed in from..from + count {
        let outcome = run::run(&History::of(seed), count == 1);
        if count == 1 { println!("{}", outcome.log); }
        if let Some(wrong) = outcome.wrong {
            bad += 1;
            println!("seed {seed}: {wrong}");
        }
    }
    println!("{bad} of {count} in {:?}", began.elapsed());
}
