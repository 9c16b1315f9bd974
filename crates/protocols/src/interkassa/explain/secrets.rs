//! What of a merchant the check works with: the keys, present and former.

use domain::secrets::Secret;
use domain::sellers::Algorithm;
use wire::digest::Digest;

use super::super::keys::CheckoutKeys;
use super::super::notice::Key;
use super::super::sci1::request::FirstKeys;
use super::kind::Kind;
use crate::robokassa::explain::secrets::MASK;
use crate::robokassa::keys::digest_of;

/// Shorter keys are masked only where a key stands: elsewhere they would hide ordinary text.
const MASKED_CHARS_MIN: usize = 4;

/// The keys by their names in the cabinet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyName {
    /// The sign key of a checkout.
    Sign,
    /// Its test key.
    Test,
    /// The secret key of a shop of the first protocol.
    Shop,
}

impl KeyName {
    /// The key that belongs into a text.
    pub(super) fn of(kind: Kind, payway: &str) -> KeyName {
        match kind {
            Kind::Request => KeyName::Sign,
            Kind::Notice | Kind::Return => match Key::of(payway) {
                Key::Sign => KeyName::Sign,
                Key::Test => KeyName::Test,
            },
            Kind::FirstRequest | Kind::FirstStatus | Kind::FirstReturn => KeyName::Shop,
        }
    }

    /// The word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            KeyName::Sign => "sign_key",
            KeyName::Test => "test_key",
            KeyName::Shop => "secret_key",
        }
    }
}

/// A merchant as the check sees it.
#[derive(Clone, Debug)]
pub struct MerchantSecrets<'a> {
    /// The checkout of the second protocol.
    pub checkout: Option<CheckoutKeys<'a>>,
    /// Its test key.
    pub test: Option<&'a Secret>,
    /// The shop of the first protocol.
    pub first: Option<FirstKeys<'a>>,
    /// Keys that were replaced since.
    pub former: Vec<&'a Secret>,
}

impl<'a> MerchantSecrets<'a> {
    /// The key of a name, if the merchant has it.
    pub(super) fn key(&self, name: KeyName) -> Option<&'a str> {
        match name {
            KeyName::Sign => self.checkout.map(|keys| keys.secret.expose()),
            KeyName::Test => self.test.map(Secret::expose),
            KeyName::Shop => self.first.map(|keys| keys.secret.expose()),
        }
    }

    /// The digest of messages of a kind: the first protocol has only one.
    pub(super) fn digest(&self, kind: Kind) -> Digest {
        let own = self.checkout.map_or(Algorithm::Md5, |keys| keys.algorithm);
        if kind.is_first() { Digest::Md5 } else { digest_of(own) }
    }

    /// Whether requests of a kind must be signed.
    pub(super) fn must_sign(&self, kind: Kind) -> bool {
        if kind.is_first() {
            self.first.is_none_or(|keys| keys.must_sign)
        } else {
            self.checkout.is_none_or(|keys| keys.must_sign)
        }
    }

    /// The text with every key masked, should somebody have put one into a value.
    pub(super) fn masked(&self, text: &str) -> String {
        let present =
            [KeyName::Sign, KeyName::Test, KeyName::Shop].into_iter().filter_map(|name| self.key(name));
        let mut keys: Vec<&str> = present.chain(self.former.iter().map(|key| key.expose())).collect();
        // The longest first: one key may be the beginning of another.
        keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
        let long = keys.into_iter().filter(|key| key.chars().count() >= MASKED_CHARS_MIN);
        long.fold(text.to_owned(), |text, key| text.replace(key, MASK))
    }
}
