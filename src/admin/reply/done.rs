//! What wishes came to, as the command line shows it.

use serde::{Deserialize, Serialize};

/// What a wish about a payment came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneView {
    /// The payment.
    pub payment: String,
    /// Its state now.
    pub state: String,
    /// What was done: `refund_asked`, `capture_asked`, `release_asked`, `cancelled`, `notice_again`.
    pub done: String,
    /// The refund or the notice that it is about.
    pub about: Option<String>,
    /// How much it is about.
    pub amount: Option<String>,
    /// The currency.
    pub currency: String,
}
