//! The hosted payment page: what it shows in every state, in what order, and how it is written.

mod methods;
pub mod notices;
pub mod offers;
pub mod pages;
mod shell;
pub mod views;
