//! Incoming HTTP: the merchants' doors and the checkout.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

pub mod access;
pub mod assets;
pub mod busy;
pub mod cabinet;
pub mod checkout;
pub mod crowd;
mod dates;
pub mod doors;
pub mod emulator;
pub mod explained;
pub mod front;
pub mod gate;
pub mod health;
pub mod language;
pub mod listening;
pub mod messages;
pub mod meters;
mod owner;
mod policy;
mod problem;
mod qr;
pub mod router;
pub mod spots;
pub mod state;
mod sums;
pub mod time_bar;
mod words;
