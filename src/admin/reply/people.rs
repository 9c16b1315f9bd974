//! A seller's people in answers.

use serde::{Deserialize, Serialize};

/// With what somebody signs in, told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmissionView {
    /// The organisation's login.
    pub organisation: String,
    /// The personal login.
    pub login: String,
    /// The password.
    pub password: String,
}

/// Somebody in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    /// The organisation's login.
    pub organisation: String,
    /// The personal login.
    pub login: String,
    /// The name for other people.
    pub name: String,
    /// What he may do.
    pub role: String,
    /// Whether he may sign in.
    pub active: bool,
}
