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
pub mod emulation;
pub mod engine;
pub mod error;
pub mod exchanges;
mod explaining;
pub mod framing;
pub mod frozen;
pub mod giving_back;
pub mod health;
pub mod holds;
pub mod invoices;
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
pub mod recurring;
pub mod refund_api;
pub mod returning;
pub mod second_receipts;
pub mod sellers;
pub mod short_messages;
pub mod statements;
pub mod telling;
pub mod time_travel;
pub mod trials;
pub mod workers;
