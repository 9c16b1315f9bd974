//! A text that may have been hashed, in parts that a mistake can bend, and its digest.

use wire::digest::Digest;
use wire::form::{TextEncoding, percent_encode_form};

use super::slot::Slot;
use crate::bending::Bendable;

/// A custom parameter and its place among those received.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pair {
    pub name: String,
    pub value: String,
    pub at: usize,
}

/// Where the password stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    BeforeCustom,
    First,
    Last,
}

/// The bytes of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Charset {
    Utf8,
    Windows1251,
    /// UTF-8 that was taken for Latin-1 or Windows-1251 and encoded again.
    Again(TextEncoding),
}

/// How the digest is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hashing {
    Plain,
    Twice,
    /// HMAC whose key is the password.
    Keyed,
}

/// What was done to the finished text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Finish {
    AsIs,
    After(&'static str),
    Before(&'static str),
    Small,
    Capital,
    Encoded,
}

impl Finish {
    /// The text when this was done to it.
    pub(crate) fn of(self, text: String) -> String {
        match self {
            Finish::AsIs => text,
            Finish::After(more) => text + more,
            Finish::Before(more) => more.to_owned() + &text,
            Finish::Small => text.to_lowercase(),
            Finish::Capital => text.to_uppercase(),
            Finish::Encoded => percent_encode_form(text.as_bytes()),
        }
    }
}

impl Charset {
    /// The bytes of a text; `None` if the encoding has no place for one of its characters.
    pub(crate) fn bytes(self, text: String) -> Option<Vec<u8>> {
        match self {
            Charset::Utf8 => Some(text.into_bytes()),
            Charset::Windows1251 => TextEncoding::WINDOWS_1251.encode(&text),
            Charset::Again(taken_for) => Some(taken_for.decode(text.as_bytes())?.into_bytes()),
        }
    }
}

impl Hashing {
    /// The digest of these bytes, in small letters.
    pub(crate) fn hex(self, digest: Digest, key: &str, bytes: &[u8]) -> String {
        match self {
            Hashing::Plain => digest.hex(bytes),
            Hashing::Twice => digest.hex(digest.hex(bytes).as_bytes()),
            Hashing::Keyed => digest.keyed_hex(key.as_bytes(), bytes),
        }
    }
}

/// The parts of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Draft {
    pub slots: Vec<(Slot, String)>,
    /// Texts that are no slots of this request, just before the password.
    pub extra: Vec<String>,
    /// `None` if it is left out.
    pub password: Option<String>,
    pub place: Place,
    /// The key of an HMAC.
    pub key: String,
    pub custom: Vec<Pair>,
    pub with_names: bool,
    pub separator: &'static str,
    pub pair_separator: Option<&'static str>,
    pub joint: &'static str,
    pub charset: Charset,
    pub finish: Finish,
    pub digest: Digest,
    pub hashing: Hashing,
}

impl Draft {
    /// The text with this in the password's place.
    pub(super) fn text(&self, password: Option<&str>) -> String {
        let mut parts: Vec<&str> = self.slots.iter().map(|(_, text)| text.as_str()).collect();
        parts.extend(self.extra.iter().map(String::as_str));
        let joined = self.custom_text();
        let custom = (!self.custom.is_empty()).then_some(joined.as_str());
        match self.place {
            Place::First => {
                if let Some(password) = password {
                    parts.insert(0, password);
                }
                parts.extend(custom);
            }
            Place::BeforeCustom => {
                parts.extend(password);
                parts.extend(custom);
            }
            Place::Last => {
                parts.extend(custom);
                parts.extend(password);
            }
        }
        self.finish.of(parts.join(self.separator))
    }

    fn custom_text(&self) -> String {
        let pair = |pair: &Pair| {
            if self.with_names {
                format!("{}{}{}", pair.name, self.joint, pair.value)
            } else {
                pair.value.clone()
            }
        };
        let pairs: Vec<String> = self.custom.iter().map(pair).collect();
        pairs.join(self.pair_separator.unwrap_or(self.separator))
    }

    /// The slot's text, to be bent.
    pub(super) fn slot(&mut self, wanted: Slot) -> Option<&mut String> {
        self.slots.iter_mut().find(|(slot, _)| *slot == wanted).map(|(_, text)| text)
    }

    /// Bends the text of every slot that is wanted.
    pub(super) fn respell(&mut self, wanted: impl Fn(Slot) -> bool, spell: impl Fn(&str) -> Option<String>) {
        for (slot, text) in &mut self.slots {
            if let Some(respelt) = Some(*slot).filter(|slot| wanted(*slot)).and_then(|_| spell(text)) {
                *text = respelt;
            }
        }
    }
}

impl Bendable for Draft {
    fn bytes(&self) -> Option<Vec<u8>> {
        self.charset.bytes(self.text(self.password.as_deref()))
    }

    fn hex(&self, bytes: &[u8]) -> String {
        self.hashing.hex(self.digest, &self.key, bytes)
    }
}
