//! What tests share: the running program, a shop that listens, a visitor, the provider's controls, and a
//! whole imagined world around the engine.
//!
//! What tests compare with shares no code with the rooms: an error in a signature or a form would
//! otherwise be made twice and never be seen. A test that cannot be set up fails at once, so this crate may panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a set-up that fails is a test that fails, and its message is the whole report"
)]

pub mod account_api;
pub mod checkpoints;
pub mod crowd;
pub mod database;
pub mod desk;
pub mod echo;
pub mod held;
pub mod html;
pub mod imagined;
pub mod interkassa;
pub mod killable;
pub mod measured_server;
pub mod metrics;
pub mod postgres;
pub mod program;
pub mod provider;
pub mod ready;
pub mod receiver;
pub mod robokassa;
pub mod statements;
pub mod tamper;
pub mod visitor;
pub mod waiting;
