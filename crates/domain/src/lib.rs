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
pub mod attaching;
pub mod attempts;
pub mod booking;
pub mod by_hand;
pub mod calendar;
pub mod checkouts;
pub mod closing;
pub mod cutting_short;
pub mod decide;
pub mod facts;
pub mod faults;
pub mod history;
pub mod holding;
pub mod ids;
pub mod invoices;
pub mod invoices_issuing;
pub mod invoices_withdrawing;
pub mod jobs;
pub mod learning;
pub mod ledger;
pub mod lifecycle;
pub mod methods;
pub mod moving;
pub mod notices;
pub mod notifying;
pub mod opening;
pub mod outcomes;
pub mod owners;
pub mod payments;
pub mod payouts;
pub mod payouts_asking;
pub mod payouts_deciding;
pub mod payouts_history;
pub mod payouts_learning;
pub mod payouts_sending;
pub mod providers;
pub mod rates;
pub mod receipts;
pub mod refunding;
pub mod refunding_by_number;
pub mod refunding_by_token;
pub mod refunds;
pub mod returning;
pub mod secrets;
pub mod sellers;
pub mod sending;
pub mod settings;
pub mod settling;
pub mod short_messages;
pub mod splitting;
pub mod stored;
pub mod stored_charging;
pub mod tariffs;
pub mod telling_ends;
pub mod trying;
pub mod waiting;
pub mod working;
