//! HTTP messages, forms and digests as plain values: nothing here opens a socket or reads a clock.

#![deny(clippy::wildcard_enum_match_arm, clippy::arithmetic_side_effects, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

pub mod card_numbers;
pub mod digest;
pub mod form;
pub mod http;
pub mod multipart;
pub mod redact;
mod redact_json;
mod rewriting;

#[cfg(test)]
mod redact_sameness;
