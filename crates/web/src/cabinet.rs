//! The seller's cabinet: what he sees of his payments and money, and what he may do.

pub mod balance;
pub mod capture;
pub mod components;
mod desk;
pub mod entry;
pub mod export;
pub mod gallery;
pub mod link;
mod missing;
mod moving;
pub mod overview;
pub mod payment;
pub mod payments;
mod query;
pub mod refund;
pub mod release;
pub mod sessions;
pub mod shell;
mod streamed;
mod timeline;
pub(crate) mod visitor;
