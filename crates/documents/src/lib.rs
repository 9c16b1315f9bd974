//! Documents that people take along: tables as CSV and XLSX, written row by row.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

pub mod cell;
pub mod csv;
pub mod xlsx;
