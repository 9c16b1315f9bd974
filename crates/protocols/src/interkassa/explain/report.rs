//! What the check of a signature comes to, as data; every text in it is without secrets.

use wire::digest::Digest;

use super::super::errors::Refused;
use super::kind::Kind;
use super::mistake::Mistake;
use super::secrets::KeyName;
use crate::robokassa::explain::report::{ReadParameter, Verdict};

/// Everything that is known about one signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Which request or message it is.
    pub kind: Kind,
    /// The fields in the order received.
    pub parameters: Vec<ReadParameter>,
    /// The merchant's digest.
    pub digest: Digest,
    /// The key that belongs into the text.
    pub key: KeyName,
    /// The text that should have been hashed, the key masked; none if the merchant has no such key.
    pub expected_text: Option<String>,
    /// Its signature as it is sent. It is a valid one: show it to nobody but the merchant.
    pub expected_signature: Option<String>,
    /// The signature as it was sent.
    pub received: Option<String>,
    /// Whether it is right.
    pub verdict: Verdict,
    /// The door's own refusal, where it has one.
    pub refusal: Option<Refused>,
    /// The mistakes that explain it: one or two, or none if nothing known does.
    pub mistakes: Vec<Mistake>,
    /// The text that was hashed instead, the key masked, if it was found.
    pub signed_text: Option<String>,
    /// So many texts were tried.
    pub tried: usize,
    /// Whether all pairs of known mistakes were tried.
    pub complete: bool,
}
