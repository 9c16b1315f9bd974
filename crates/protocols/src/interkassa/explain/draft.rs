//! A text that may have been hashed, in fields that a mistake can bend, and its digest.

use wire::digest::Digest;

use super::kind::Kind;
use super::secrets::{KeyName, MerchantSecrets};
use crate::bending::Bendable;
use crate::interkassa::names;
use crate::interkassa::tree::Tree;
use crate::robokassa::explain::draft::{Charset, Finish, Hashing};
use crate::robokassa::explain::pasted::Pasted;

/// A field, and its place among those received.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Field {
    /// Its whole name, with the brackets of members.
    pub name: String,
    pub value: String,
    pub at: usize,
}

/// The parts of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Draft {
    /// In the order in which they are joined.
    pub fields: Vec<Field>,
    /// `None` if it is left out.
    pub key: Option<String>,
    pub key_first: bool,
    /// The key of an HMAC.
    pub hmac_key: String,
    pub with_names: bool,
    pub separator: &'static str,
    pub charset: Charset,
    pub finish: Finish,
    pub digest: Digest,
    pub hashing: Hashing,
}

impl Draft {
    /// The right text of a request; `None` if the merchant has no key for it.
    pub(super) fn right(
        pasted: &Pasted,
        merchant: &MerchantSecrets<'_>,
        kind: Kind,
        key: KeyName,
    ) -> Option<Draft> {
        if !kind.is_signed() {
            return None;
        }
        Some(Draft {
            fields: match kind.fixed() {
                Some(fixed) => fixed_fields(pasted, fixed),
                None => sorted_fields(pasted),
            },
            key: Some(merchant.key(key)?.to_owned()),
            key_first: false,
            hmac_key: String::new(),
            with_names: false,
            separator: ":",
            charset: Charset::Utf8,
            finish: Finish::AsIs,
            digest: merchant.digest(kind),
            hashing: Hashing::Plain,
        })
    }

    /// The text with this in the key's place.
    pub(super) fn text(&self, key: Option<&str>) -> String {
        let part = |field: &Field| {
            if self.with_names { format!("{}={}", field.name, field.value) } else { field.value.clone() }
        };
        let mut parts: Vec<String> = self.fields.iter().map(part).collect();
        if let Some(key) = key {
            let place = if self.key_first { 0 } else { parts.len() };
            parts.insert(place, key.to_owned());
        }
        self.finish.of(parts.join(self.separator))
    }

    /// Bends the value of every field that is wanted.
    pub(super) fn respell(&mut self, wanted: impl Fn(&str) -> bool, spell: impl Fn(&str) -> Option<String>) {
        for field in self.fields.iter_mut().filter(|field| wanted(&field.name)) {
            if let Some(respelt) = spell(&field.value) {
                field.value = respelt;
            }
        }
    }

    /// Adds fields and puts all in the order of signatures.
    pub(super) fn add(&mut self, fields: &[Field]) {
        self.fields.extend_from_slice(fields);
        self.fields.sort_by_cached_key(|field| steps(&field.name));
    }
}

impl Bendable for Draft {
    fn bytes(&self) -> Option<Vec<u8>> {
        self.charset.bytes(self.text(self.key.as_deref()))
    }

    fn hex(&self, bytes: &[u8]) -> String {
        self.hashing.hex(self.digest, &self.hmac_key, bytes)
    }
}

/// The steps of a name, in whose order fields are signed.
pub(super) fn steps(name: &str) -> Vec<String> {
    name.split('[').map(|step| step.trim_end_matches(']').to_owned()).collect()
}

fn place(pasted: &Pasted, name: &str) -> usize {
    pasted.parameters.iter().position(|parameter| parameter.name == name).unwrap_or(usize::MAX)
}

fn fixed_fields(pasted: &Pasted, names: &[&str]) -> Vec<Field> {
    let field = |name: &&str| Field {
        name: (*name).to_owned(),
        value: pasted.value(&[name]).unwrap_or_default().to_owned(),
        at: place(pasted, name),
    };
    names.iter().map(field).collect()
}

fn sorted_fields(pasted: &Pasted) -> Vec<Field> {
    let mut tree = Tree::default();
    let ours = |name: &str| name.starts_with("ik_") && name != names::SIGN;
    for parameter in pasted.parameters.iter().filter(|parameter| ours(&parameter.name)) {
        // A name that is taken or malformed is told as a mistake of its own.
        let _placed = tree.insert(&parameter.name, parameter.value.clone());
    }
    let field =
        |(name, value): (String, &str)| Field { value: value.to_owned(), at: place(pasted, &name), name };
    tree.pairs().into_iter().map(field).collect()
}
