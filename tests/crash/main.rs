//! Crashes: the program, its database and its disk fail under load, again and again, and nothing that was
//! acknowledged is lost.
//!
//! `CRASH_ROUNDS` says how often something is killed (ten times, unless it says otherwise), `CRASH_IMAGES` how
//! many power cuts are made of one record (500), and `CRASH_SEED` repeats the chance of an earlier run, which
//! every test prints. A longer run: `CRASH_ROUNDS=200 cargo test --test crash is_killed -- --nocapture`, and
//! `cargo test --test crash disk -- --nocapture --include-ignored`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and its message is the whole report"
)]

#[allow(dead_code, reason = "journeys need more of a buyer than a crash does")]
#[path = "../journeys/buyer.rs"]
mod buyer;
mod disk;
mod disk_fails;
mod image_is_sound;
mod images;
#[allow(dead_code, reason = "journeys set up installations that need nothing around them")]
#[path = "../journeys/installation.rs"]
mod installation;
mod judge;
mod load;
mod moments;
mod nodes;
mod not_now;
mod program_is_killed;
mod readiness;
mod record;
mod server_disk_fails;
mod server_is_killed;
mod small_disk;
#[allow(dead_code, reason = "journeys need more of the world than a crash does")]
#[path = "../journeys/world.rs"]
mod world;
