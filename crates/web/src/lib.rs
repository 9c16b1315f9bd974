//! Incoming HTTP: the merchants' doors and the checkout.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

pub mod access;
pub mod assets;
pub mod checkout;
mod dates;
pub mod doors;
pub mod front;
pub mod language;
pub mod messages;
mod policy;
mod qr;
pub mod router;
pub mod state;
mod sums;
mod words;
