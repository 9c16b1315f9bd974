//! The doors of shops and providers: they only carry bytes.

pub mod account_api;
pub mod callbacks;
pub mod interkassa;
pub mod places;
pub mod rest;
pub mod robokassa;
pub mod scripts;
mod tokens;
