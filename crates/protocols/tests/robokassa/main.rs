//! The dialect of Robokassa from outside: recorded vectors, cases from the field, and hostile requests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod exchanged_slots;
mod field_cases;
mod payment_start;
mod raw_bytes;
mod recurring;
mod splits;
mod strict;
mod support;
mod tokens;
mod vectors;
