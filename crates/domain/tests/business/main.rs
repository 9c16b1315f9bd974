//! The business as its users meet it: commands decided, admitted and applied on books in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what they expect by failing"
)]

mod audit;
mod by_hand;
mod guards;
mod holds;
mod leases;
mod lifecycle;
mod notices;
mod opening;
mod receipts;
mod refunds;
mod sales;
mod scenes;
mod settings;
mod settling;
mod splits;
mod storm;
mod strange_money;
mod trying;
mod world;
