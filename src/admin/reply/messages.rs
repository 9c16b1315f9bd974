//! Messages to phones as the command line shows them.

use serde::{Deserialize, Serialize};

/// A message that was kept instead of being sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// When the shop asked for it.
    pub at: String,
    /// To which phone.
    pub phone: String,
    /// What it says.
    pub text: String,
}
