//! Merchant dialects: a shop's fields in, one order out; a payment in, the shop's notice out.

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

mod bending;
pub mod interkassa;
pub mod order;
pub mod robokassa;
