//! Use cases: reads what is needed, submits a command, acts on the answer.
#![deny(clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing))]

pub mod addresses;
pub mod breaker;
pub mod clock;
pub mod frozen;
pub mod network;
pub mod outbound;
