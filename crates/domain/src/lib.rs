//! The business: pure decisions over plain records.
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

pub mod admit;
pub mod attempts;
pub mod decide;
pub mod facts;
pub mod history;
pub mod ids;
pub mod jobs;
pub mod ledger;
pub mod methods;
pub mod notices;
pub mod payments;
pub mod providers;
pub mod refunds;
pub mod secrets;
pub mod sellers;
pub mod tariffs;
