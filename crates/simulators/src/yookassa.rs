//! A simulated YooKassa (API v3): written from the provider's documentation, proven by its own SDK.
//!
//! The machine is pure ([`machine`]); the shell gives it a listener, a clock and a sender. A person
//! decides each payment on the payer's page, a test through `/control`:
//!
//! - `GET /control/payments`, `/control/refunds`, `/control/notices`, `/control/faults`
//! - `POST /control/payments/{id}` `{"outcome":"pay","after_seconds":5,"method":"bank_card"}` or
//!   `{"outcome":"decline","reason":"insufficient_funds"}`
//! - `POST /control/refunds/{id}` `{"outcome":"succeed"}` or `{"outcome":"cancel","reason":"…"}`
//! - `GET /control/payouts`, and `POST /control/payouts/{id}` `{"outcome":"succeed"}` or
//!   `{"outcome":"cancel","reason":"…"}` for a payout that the fault `payout_pending` keeps under way
//! - `GET /control/methods`, and `POST /control/methods/{id}` `{"outcome":"revoke"}`, `{"outcome":"refuse",
//!   "reason":"insufficient_funds"}` or `{"outcome":"allow"}` for a method that is kept
//! - `POST /control/faults` `{"rules":[{"on":"create_payment","fault":"lost_answer","next":1}]}`
//! - `POST /control/notice_url` `{"url":"http://…"}`
//! - `POST /control/clock` `{"advance_seconds":3600}`

mod api;
mod control;
mod course;
pub mod faults;
mod fields;
mod idempotency;
mod kept;
mod kopecks;
mod lists;
pub mod machine;
pub mod methods;
pub mod notices;
mod order;
mod pages;
mod payments;
mod payouts;
mod problem;
mod receipt_check;
mod receipts;
mod refunds;
pub mod shell;
mod show;
pub mod state;
mod words;

use std::io;

use tokio::net::TcpListener;

use self::faults::Faults;
use self::shell::Handle;

/// What a simulator starts with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Shop identifiers and their secrets; a secret that begins with `test_` makes a test shop.
    pub shops: Vec<(String, String)>,
    /// Payout gateways and their secrets, which are not those of the shops.
    pub gateways: Vec<(String, String)>,
    /// Where payers reach the pages, without a slash at the end.
    pub public_url: String,
    /// Where notices go, plain http only; may be set later through the handle.
    pub notice_url: Option<String>,
    /// Identifiers and faults follow from it.
    pub seed: u64,
    /// Faults in force from the start.
    pub faults: Faults,
}

/// Makes a simulator. The future serves until it is dropped, and everything ends with it;
/// the handle reaches into it meanwhile.
pub fn serve(
    listener: TcpListener,
    settings: Settings,
) -> (Handle, impl Future<Output = io::Result<()>> + Send + 'static) {
    let handle = Handle::new(settings);
    let running = handle.clone().run(listener);
    (handle, running)
}
