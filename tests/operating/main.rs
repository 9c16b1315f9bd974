//! What an operator does with a running installation, through the real program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod account_api;
mod balances;
mod by_server;
mod cabinet;
mod cabinet_access;
mod cabinet_holds;
mod cabinet_shops;
mod checkout_paths;
mod checkouts;
mod clock;
mod dialect;
mod doctor;
mod emulated_charges;
mod emulated_tokens;
mod emulator;
mod every_path;
mod explaining;
mod holds;
mod invoices;
mod jobs;
mod payouts;
mod prices;
mod rates;
mod recorded_requests;
mod recurring;
mod refund_api;
mod scene;
mod scripts;
mod second_receipts;
mod settings;
mod short_messages;
mod splits;
mod statements;
mod stray;
mod two_step;
