//! The engine in an imagined world: whole stories, with everything that can go wrong between two steps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod crashes;
mod crowds;
mod ends;
mod holds;
mod lost;
mod notices;
mod records;
mod recurring;
mod refunds;
mod settings;
mod storms;
mod strange;
mod time_travel;
mod whole;
mod workers;
