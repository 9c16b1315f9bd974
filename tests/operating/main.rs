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
mod invoices;
mod jobs;
mod prices;
mod refund_api;
mod scene;
mod settings;
mod stray;
mod two_step;
