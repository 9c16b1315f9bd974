//! Journeys: the real program, over HTTP and its command line, with a shop, a buyer and a simulated provider.
//!
//! Nothing is set from inside. Each test starts a program of its own on free ports, so tests never meet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a journey that cannot go on is a test that fails, and its message is the whole report"
)]

mod bad_input;
mod bad_weather;
mod buyer;
mod fee;
mod first_payment;
mod installation;
mod measured;
mod moving;
mod overload;
mod power_cuts;
mod races;
mod receipts;
mod stopping;
mod two_nodes;
mod world;
