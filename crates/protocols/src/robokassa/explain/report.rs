//! What the check of a signature comes to, as data; every text in it is without secrets.

use wire::digest::Digest;

use super::kind::RequestKind;
use super::mistake::Mistake;
use super::secrets::PasswordName;
use crate::robokassa::errors::Refused;

/// Whether a signature is right.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// It fits the text that the documentation describes.
    Right,
    /// It is accepted here although the text differs from the documented one; the mistakes say how.
    Accepted,
    /// It is not accepted.
    Wrong,
    /// Requests of this kind carry no signature.
    Unsigned,
}

impl Verdict {
    /// The word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Right => "right",
            Verdict::Accepted => "accepted",
            Verdict::Wrong => "wrong",
            Verdict::Unsigned => "unsigned",
        }
    }
}

/// A parameter as it was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadParameter {
    /// The name as it was sent.
    pub name: String,
    /// The official name, where the parameter is known by another one.
    pub official: Option<&'static str>,
    /// The value after one decoding, passwords masked.
    pub value: String,
    /// Whether it takes part in the signature.
    pub signed: bool,
}

/// Everything that is known about one signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Which request it is.
    pub kind: RequestKind,
    /// Whether the path told that; else the parameters did.
    pub by_path: bool,
    /// Whether it is a rehearsal, which the test passwords sign.
    pub test: bool,
    /// The parameters in the order received.
    pub parameters: Vec<ReadParameter>,
    /// The shop's digest.
    pub digest: Digest,
    /// The password that belongs into the text.
    pub password: PasswordName,
    /// The text that should have been hashed, the password masked; none for requests without a signature.
    pub expected_text: Option<String>,
    /// Its digest in small letters. It is a valid signature: show it to nobody but the shop's owner.
    pub expected_digest: Option<String>,
    /// The signature as it was sent.
    pub received: Option<String>,
    /// Whether it is right.
    pub verdict: Verdict,
    /// The door's own refusal, where it has one.
    pub refusal: Option<Refused>,
    /// The mistakes that explain it: one or two, or none if nothing known does.
    pub mistakes: Vec<Mistake>,
    /// The text that was hashed instead, the password masked, if it was found.
    pub signed_text: Option<String>,
    /// So many texts were tried.
    pub tried: usize,
    /// Whether all pairs of known mistakes were tried.
    pub complete: bool,
}
