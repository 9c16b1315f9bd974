//! Incoming HTTP: the merchants' doors and the checkout.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

pub mod assets;
pub mod checkout;
mod dates;
pub mod language;
mod policy;
mod qr;
mod sums;
mod words;
