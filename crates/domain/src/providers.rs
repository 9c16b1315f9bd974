//! The platform's accounts with providers, and what the installation is.

use crate::ids::{BookKind, ProviderAccountId};
use crate::methods::Method;
use crate::secrets::Secret;

/// A value of a provider account's settings.
#[derive(Clone, Debug)]
pub enum Setting {
    /// May be shown.
    Plain(String),
    /// Is never shown.
    Secret(Secret),
}

/// The platform's account with a provider. Lives in the platform's book; every book may read it.
#[derive(Clone, Debug)]
pub struct ProviderAccount {
    /// Which.
    pub id: ProviderAccountId,
    /// The connector that speaks its protocol.
    pub connector: String,
    /// A name for people; unique.
    pub name: String,
    /// Where its API stands, without a slash at the end; empty for built-in connectors.
    pub base_url: String,
    /// What the connector's profile asks for.
    pub settings: Vec<(String, Setting)>,
    /// Whether it serves live books.
    pub serves_live: bool,
    /// Whether it serves test books.
    pub serves_test: bool,
    /// The methods it is used for.
    pub methods: Vec<Method>,
    /// Whether new attempts may start.
    pub active: bool,
    /// Counts changes.
    pub version: u32,
}

impl ProviderAccount {
    /// Whether it serves books of this kind.
    #[must_use]
    pub const fn serves(&self, kind: BookKind) -> bool {
        match kind {
            BookKind::Live => self.serves_live,
            BookKind::Test => self.serves_test,
        }
    }

    /// The setting of this name.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// The key of the one record about the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstallationKey;

/// What kind of installation this is; fixed when it is first set up.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Live or test.
    pub kind: BookKind,
    /// The number the next seller gets; its books follow from it.
    pub next_seller: u64,
}
