//! The signature check against requests that other code made and signed: right ones, and 200 with mistakes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)]

mod integrator;
mod mistaken;
mod recorded;
mod right;
mod shop;
