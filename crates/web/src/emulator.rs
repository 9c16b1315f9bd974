//! The emulator's own addresses: its page, and the same for programs. Elsewhere they lead nowhere.

pub mod api;
pub mod explain;
pub mod page;
pub mod recorder;
mod views;

use crate::checkout::handlers;
use crate::state::Web;
use axum::response::Response;
use engine::emulation::Emulation;
use wire::http::HttpRequest;

/// What is emulated, or the page of an address that leads nowhere.
fn emulation<'a>(web: &'a Web, request: &HttpRequest) -> Result<&'a Emulation, Box<Response>> {
    web.engine.emulation().ok_or_else(|| Box::new(handlers::missing(web, request)))
}
