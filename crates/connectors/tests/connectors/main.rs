//! Every connector against recorded answers: bytes in, steps out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod contract;
mod rehearsed_charges;
mod stage;
mod yookassa_calls;
mod yookassa_kept;
mod yookassa_notices;
mod yookassa_payouts;
mod yookassa_receipts;
mod yookassa_replies;
