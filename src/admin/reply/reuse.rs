//! What a payment has to do with a kept method, as the command line shows it.

use serde::{Deserialize, Serialize};

/// A method that a provider keeps, and what the payment does with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredView {
    /// `kept` under this payment, or a `charge` or `confirmation` of one that another payment had kept.
    pub role: String,
    /// The method's identifier.
    pub stored_method: String,
    /// What people may see of it.
    pub mask: String,
    /// Whether it can be charged: `active` or `ended`.
    pub state: String,
    /// The payment under which its payer agreed.
    pub parent: String,
    /// The shop's number of that payment.
    pub parent_order: Option<String>,
}
