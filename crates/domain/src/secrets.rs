//! Texts that nobody may see by accident.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// A secret of a shop or provider; it prints as `***` and is wiped when dropped.
///
/// ```
/// use domain::secrets::Secret;
/// assert_eq!(format!("{:?}", Secret::new("fake".to_owned())), "***");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text in.
    #[must_use]
    pub fn new(text: String) -> Self {
        Secret(SecretString::from(text))
    }

    /// The text itself: for hashing, sealing and authenticating only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
