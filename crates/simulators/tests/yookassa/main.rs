//! The YooKassa machine driven from outside, without threads, sockets or a real clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod calls;
mod chance;
mod faults;
mod kept;
mod pages;
mod payments;
mod payouts;
mod stage;
