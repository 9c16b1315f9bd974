//! Work that was saved with decisions, and sweeps that only repair.

pub mod books;
pub mod jobs;
pub mod sweeps;
