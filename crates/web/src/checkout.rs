//! The hosted payment page: what it shows in every state, in what order, and how it is written.

pub mod actions;
mod email;
pub(crate) mod framing;
pub mod handlers;
mod methods;
pub mod notices;
pub mod offers;
pub mod pages;
mod phone;
pub(crate) mod shell;
mod stage;
pub mod views;
pub mod visit;
