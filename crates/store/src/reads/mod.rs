//! Queries by hand, one file a feature: they answer views and never write.

pub mod whole;
