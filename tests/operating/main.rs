//! What an operator does with a running installation, through the real program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod balances;
mod dialect;
mod doctor;
mod explaining;
mod jobs;
mod prices;
mod scene;
mod settings;
mod stray;
mod two_step;
