//! The passwords of a shop in an answer.

use serde::{Deserialize, Serialize};

/// The passwords of a shop, told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordsView {
    /// The shop's identifier.
    pub shop: String,
    /// The identifier in merchant protocols.
    pub login: String,
    /// Signs live requests and ways back.
    pub password1: String,
    /// Signs live notices.
    pub password2: String,
    /// Signs rehearsals.
    pub test_password1: String,
    /// Signs notices of rehearsals.
    pub test_password2: String,
}
