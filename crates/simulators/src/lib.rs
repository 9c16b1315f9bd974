//! Imitation providers and shops for demo and tests.
//!
//! Each one is a pure machine, `(request, now, seed) → reply and later messages`, behind a thin
//! HTTP shell. Nothing here shares code with the connector or the front door that it imitates,
//! or one mistake would hide the other.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

pub mod language;
pub mod listen;
pub mod message;
mod render;
pub mod seeded;
pub mod shop;
pub mod yookassa;
