//! A text that may have been hashed, in parts that a mistake can bend, and its digest.

use wire::digest::Digest;
use wire::form::{TextEncoding, percent_encode_form};

use super::slot::Slot;

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
pub(super) enum Charset {
    Utf8,
    Windows1251,
    /// UTF-8 that was taken for Latin-1 or Windows-1251 and encoded again.
    Again(TextEncoding),
}

/// How the digest is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hashing {
    Plain,
    Twice,
    /// HMAC whose key is the password.
    Keyed,
}

/// What was done to the finished text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Finish {
    AsIs,
    After(&'static str),
    Before(&'static str),
    Small,
    Capital,
    Encoded,
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
        self.finished(parts.join(self.separator))
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

    fn finished(&self, text: String) -> String {
        match self.finish {
            Finish::AsIs => text,
            Finish::After(more) => text + more,
            Finish::Before(more) => more.to_owned() + &text,
            Finish::Small => text.to_lowercase(),
            Finish::Capital => text.to_uppercase(),
            Finish::Encoded => percent_encode_form(text.as_bytes()),
        }
    }

    /// The bytes that are hashed; `None` if the encoding has no place for one of them.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        let text = self.text(self.password.as_deref());
        match self.charset {
            Charset::Utf8 => Some(text.into_bytes()),
            Charset::Windows1251 => TextEncoding::WINDOWS_1251.encode(&text),
            Charset::Again(taken_for) => Some(taken_for.decode(text.as_bytes())?.into_bytes()),
        }
    }

    /// The digest of these bytes, in small letters.
    pub(super) fn hex(&self, bytes: &[u8]) -> String {
        match self.hashing {
            Hashing::Plain => self.digest.hex(bytes),
            Hashing::Twice => self.digest.hex(self.digest.hex(bytes).as_bytes()),
            Hashing::Keyed => self.digest.keyed_hex(self.key.as_bytes(), bytes),
        }
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
