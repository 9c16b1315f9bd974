//! The first protocol, of 2008 to 2013: a fixed order of fields, MD5 in hex, one key.

pub mod export;
pub mod notice;
pub mod request;
mod signature;
