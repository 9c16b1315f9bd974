//! What the engine needs of a network: one call out, one answer or the reason why there is none.

use secrecy::SecretString;
use std::future::Future;
use wire::http::{HttpCall, HttpReply};

/// To whom a call goes; it decides which addresses may be dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A provider, at an address from the operator's own list.
    Provider,
    /// A shop, at an address that a seller typed in.
    Shop,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The call certainly did not leave: nothing happened at the other side.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The call may have arrived and been carried out: the outcome is unknown.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// A way to send calls: the internet, or one that a test imagines.
pub trait Network: Send + Sync + 'static {
    /// Sends one call once, with the value of its `Authorization` header, if any.
    fn send(
        &self,
        call: &HttpCall,
        credential: Option<SecretString>,
        to: Audience,
    ) -> impl Future<Output = Result<HttpReply, SendError>> + Send;
}
