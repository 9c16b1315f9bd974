//! Upstream payment providers: calls built and answers read, nothing sent.
//!
//! A connector is six pure functions. The engine sends what they build, saves what they say, and
//! brings the answers back; so a test of a connector is bytes in, [`Step`] out.
#![deny(clippy::wildcard_enum_match_arm, clippy::arithmetic_side_effects, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::wildcard_enum_match_arm
    )
)]

pub mod connector;
pub mod payouts;
pub mod registry;
pub mod rehearsal;

mod yookassa;
