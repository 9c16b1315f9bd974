//! The business as its users meet it: commands decided, admitted and applied on books in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what they expect by failing"
)]

mod attaching;
mod audit;
mod by_hand;
mod checkouts;
mod cutting_short;
mod guards;
mod holds;
mod invoices;
mod leases;
mod lifecycle;
mod notices;
mod opening;
mod payouts;
mod receipts;
mod refunds;
mod refunds_by_number;
mod refunds_by_token;
mod sales;
mod scenes;
mod settings;
mod settling;
mod splits;
mod statements;
mod stored;
mod storm;
mod strange_money;
mod trying;
mod world;
