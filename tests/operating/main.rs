//! What an operator does with a running installation, through the real program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod balances;
mod cabinet;
mod cabinet_access;
mod cabinet_holds;
mod cabinet_shops;
mod clock;
mod dialect;
mod doctor;
mod explaining;
mod holds;
mod jobs;
mod prices;
mod rates;
mod scene;
mod settings;
mod splits;
mod stray;
mod two_step;
