//! The only SQL: the writer, its backends, tables and queries. Start at `writer.rs`.
#![deny(clippy::wildcard_enum_match_arm, clippy::arithmetic_side_effects, clippy::indexing_slicing)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::wildcard_enum_match_arm
    )
)]

pub mod attached;
pub mod attempts;
pub mod backend;
pub mod calls;
mod checkouts;
pub mod checkup;
mod claims;
pub mod clock;
pub mod copying;
pub mod directory;
pub mod errand;
pub mod error;
pub mod exchanges;
pub mod handover;
pub mod history;
pub mod installation;
pub mod invoices;
pub mod jobs;
pub mod kept;
pub mod ledger;
pub mod meters;
pub mod migrate;
mod moves;
pub mod notices;
pub mod numbers;
pub mod owner_token;
pub mod payments;
mod payouts;
pub mod people;
pub mod postgres;
pub mod providers;
mod rates;
pub mod reader;
pub mod reads;
mod receipts;
pub mod refunds;
pub mod seal;
pub mod sealed_keys;
pub mod sellers;
pub mod service;
pub mod shelves;
pub mod shops;
pub mod sqlite;
mod statements;
pub mod store;
pub mod stored;
pub mod table;
pub mod tariffs;
mod texts;
pub mod value;
pub mod writer;

#[cfg(test)]
mod places;
#[cfg(test)]
mod samples;
#[cfg(test)]
#[path = "../../testkit/src/postgres.rs"]
mod server;
