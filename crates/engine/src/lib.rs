//! Use cases: reads what is needed, submits a command, acts on the answer.
#![deny(clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing))]

pub mod addresses;
pub mod asking;
pub mod breaker;
pub mod by_hand;
pub mod cache;
pub mod callbacks;
pub mod carrying;
pub mod checkout;
pub mod clock;
pub mod conversation;
pub mod engine;
pub mod error;
pub mod exchanges;
mod explaining;
pub mod frozen;
pub mod giving_back;
pub mod health;
pub mod holds;
mod known;
pub mod meters;
pub mod months;
pub mod network;
pub mod operator;
pub mod orders;
pub mod outbound;
pub mod passwords;
pub mod people;
pub mod pricing;
pub mod provider_settings;
pub mod rates;
pub mod returning;
pub mod sellers;
pub mod splits;
pub mod telling;
pub mod time_travel;
pub mod trials;
pub mod workers;
