//! The dialect of Interkassa from outside: recorded vectors, cases from the field, and hostile requests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod api;
mod explained;
mod field_cases;
mod mistaken;
mod payment_start;
mod support;
mod vectors;
