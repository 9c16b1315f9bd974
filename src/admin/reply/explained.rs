//! What the signature check says, as it is printed; nothing in it is a secret.

use serde::{Deserialize, Serialize};

/// A parameter as it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterView {
    /// The name as sent.
    pub name: String,
    /// The official name, where it is sent under another one.
    pub official: Option<String>,
    /// The value after one decoding.
    pub value: String,
    /// Whether it takes part in the signature.
    pub signed: bool,
}

/// A mistake in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MistakeView {
    /// The word for programs, as docs/protocols/ lists them.
    pub code: String,
    /// What is wrong and how to put it right, in English.
    pub en: String,
    /// The same in Russian.
    pub ru: String,
}

/// Why the door refuses the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalView {
    /// The number that the page shows.
    pub error: u16,
    /// The parameter to blame.
    pub parameter: Option<String>,
    /// The reason.
    pub why: String,
}

/// What is known of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedView {
    /// `right`, `accepted` (taken here although written otherwise than documented), `wrong` or `unsigned`.
    pub verdict: String,
    /// Which request it is.
    pub kind: String,
    /// What told that: `path` or `parameters`.
    pub told_by: String,
    /// The login of the shop, or the identifier of the checkout.
    pub shop: String,
    /// Whether it is a rehearsal.
    pub test: bool,
    /// The shop's digest.
    pub digest: String,
    /// The password or key that belongs into the text.
    pub password: String,
    /// What was sent.
    pub parameters: Vec<ParameterView>,
    /// What should be hashed, the password masked.
    pub expected_text: Option<String>,
    /// Its digest: a valid signature of this very request.
    pub expected_signature: Option<String>,
    /// The signature as sent.
    pub received_signature: Option<String>,
    /// What was hashed instead, the password masked, if it was found.
    pub signed_text: Option<String>,
    /// What explains it; empty if nothing known does.
    pub mistakes: Vec<MistakeView>,
    /// Why the door refuses it, if it does.
    pub refusal: Option<RefusalView>,
    /// So many texts were tried.
    pub tried: u64,
    /// Whether all pairs of known mistakes were tried.
    pub complete: bool,
}
