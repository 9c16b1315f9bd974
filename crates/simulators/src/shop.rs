//! An example shop with Robokassa client code of its own, as a merchant would have written it.
//!
//! It builds signed payment links, checks the notices itself and knows its orders only from them.
//! For tests: `GET /orders.json`, `POST /buy` (`item`, `test`), `POST /misbehave` (`how`, `times`).

pub mod desk;
pub mod digest;
mod doors;
mod link;
mod pages;
mod words;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::net::TcpListener;

use crate::listen::listen;

use self::desk::Desk;
use self::digest::Digest;

/// What the merchant has typed into his shop: the aggregator's technical settings.
#[derive(Clone)]
pub struct Settings {
    /// The aggregator, without a slash at the end.
    pub aggregator_url: String,
    /// The shop identifier there.
    pub login: String,
    /// Signs payment links and `SuccessURL`.
    pub password1: String,
    /// Signs `ResultURL`.
    pub password2: String,
    /// Takes the place of the first password in test mode.
    pub test_password1: String,
    /// Takes the place of the second password in test mode.
    pub test_password2: String,
    /// The digest chosen in the cabinet.
    pub digest: Digest,
    /// Where this shop is reached, without a slash at the end.
    pub public_url: String,
}

/// Serves the shop until the future is dropped.
pub fn serve(
    listener: TcpListener,
    settings: Settings,
) -> impl Future<Output = io::Result<()>> + Send + 'static {
    // The shop forgets its orders when it ends, the aggregator does not: numbers that begin
    // with the seconds of today are never used twice.
    #[expect(clippy::disallowed_methods, reason = "the imitation shop is a stranger with a clock of its own")]
    let first_number = Timestamp::now().as_second();
    let desk = Arc::new(Mutex::new(Desk::new(settings, first_number)));
    listen(listener, move |request| {
        let mut desk = desk.lock().unwrap_or_else(PoisonError::into_inner);
        doors::handle(&mut desk, &request)
    })
}
