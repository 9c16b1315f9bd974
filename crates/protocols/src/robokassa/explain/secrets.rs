//! What of a shop the check works with: its passwords, present and former, for real payments and rehearsals.

use domain::secrets::Secret;

use crate::robokassa::keys::ShopKeys;

/// What every shown text has in the place of a secret.
pub const MASK: &str = "***";
/// Shorter passwords are masked only where a password stands: elsewhere they would hide ordinary text.
const MASKED_CHARS_MIN: usize = 4;

/// The passwords by their names in the cabinet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PasswordName {
    /// Password 1.
    Live1,
    /// Password 2.
    Live2,
    /// Test password 1.
    Test1,
    /// Test password 2.
    Test2,
}

impl PasswordName {
    /// The password of this kind.
    pub const fn of(test: bool, second: bool) -> PasswordName {
        match (test, second) {
            (false, false) => PasswordName::Live1,
            (false, true) => PasswordName::Live2,
            (true, false) => PasswordName::Test1,
            (true, true) => PasswordName::Test2,
        }
    }

    /// Whether it is one of the two for rehearsals.
    pub const fn is_test(self) -> bool {
        matches!(self, PasswordName::Test1 | PasswordName::Test2)
    }

    /// Whether it is one of the two that sign what the shop is told.
    pub const fn is_second(self) -> bool {
        matches!(self, PasswordName::Live2 | PasswordName::Test2)
    }

    /// The word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            PasswordName::Live1 => "password1",
            PasswordName::Live2 => "password2",
            PasswordName::Test1 => "test_password1",
            PasswordName::Test2 => "test_password2",
        }
    }
}

/// A shop as the check sees it.
#[derive(Clone, Debug)]
pub struct ShopSecrets<'a> {
    /// For real payments.
    pub live: Option<ShopKeys<'a>>,
    /// For rehearsals.
    pub test: Option<ShopKeys<'a>>,
    /// Passwords that were replaced since, of all four kinds.
    pub former: Vec<&'a Secret>,
}

impl<'a> ShopSecrets<'a> {
    /// The settings for real payments or for rehearsals.
    pub fn keys(&self, test: bool) -> Option<&ShopKeys<'a>> {
        if test { self.test.as_ref() } else { self.live.as_ref() }
    }

    /// The password of a name, if the shop has it.
    pub(super) fn password(&self, name: PasswordName) -> Option<&'a str> {
        let keys = self.keys(name.is_test())?;
        Some(if name.is_second() { keys.password2.expose() } else { keys.password1.expose() })
    }

    /// The text with every password of the shop masked, should somebody have put one into a value.
    pub(super) fn masked(&self, text: &str) -> String {
        let all = [PasswordName::Live1, PasswordName::Live2, PasswordName::Test1, PasswordName::Test2];
        let present = all.into_iter().filter_map(|name| self.password(name));
        let mut secrets: Vec<&str> =
            present.chain(self.former.iter().map(|secret| secret.expose())).collect();
        // The longest first: one password may be the beginning of another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let long = secrets.into_iter().filter(|secret| secret.chars().count() >= MASKED_CHARS_MIN);
        long.fold(text.to_owned(), |text, secret| text.replace(secret, MASK))
    }
}
