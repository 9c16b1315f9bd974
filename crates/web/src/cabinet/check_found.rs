//! What the signature check found, as its page shows it: the reports of both dialects in one form.

use crate::words::Words;
use domain::sellers::Shop;
use protocols::interkassa;
use protocols::robokassa;
use protocols::robokassa::explain::report::{ReadParameter, Verdict};
use protocols::robokassa::explain::secrets::PasswordName;

/// What came of it.
#[derive(Clone, Debug)]
pub struct FoundView {
    /// The colour of the notice.
    pub kind: &'static str,
    /// Whether the signature is right, in a sentence.
    pub verdict: &'static str,
    /// The mistakes that explain it, in words.
    pub mistakes: Vec<String>,
    /// Shop, digest, password, signatures.
    pub facts: Vec<(String, String)>,
    /// The text that should be hashed, secrets masked.
    pub expected: Option<String>,
    /// The text that was hashed instead, secrets masked.
    pub signed: Option<String>,
    /// The parameters: name, value, whether it is signed.
    pub parameters: Vec<(String, String, bool)>,
}

/// What came of a request of the first dialect.
pub(crate) fn of_robokassa(w: Words, shop: &Shop, report: robokassa::explain::report::Report) -> FoundView {
    let (kind, verdict) = verdict(w, report.verdict, report.mistakes.is_empty());
    let mut mistakes: Vec<String> = report.mistakes.iter().map(|mistake| w.mistake(mistake)).collect();
    mistakes.extend(report.refusal.map(|refused| w.ck_refused(refused.error.number().into())));
    let mut facts = vec![
        (w.ck_shop().to_owned(), shop.name.clone()),
        (w.ck_digest().to_owned(), report.digest.name().to_owned()),
        (w.ck_password().to_owned(), password(w, report.password).to_owned()),
    ];
    facts.extend(signatures(w, report.received, report.expected_digest));
    let (expected, signed) = (report.expected_text, report.signed_text);
    FoundView { kind, verdict, mistakes, facts, expected, signed, parameters: parameters(report.parameters) }
}

/// What came of a request of a checkout's.
pub(crate) fn of_interkassa(w: Words, shop: &Shop, report: interkassa::explain::report::Report) -> FoundView {
    let (kind, verdict) = verdict(w, report.verdict, report.mistakes.is_empty());
    let mut mistakes: Vec<String> =
        report.mistakes.iter().map(|mistake| w.checkout_mistake(mistake)).collect();
    mistakes.extend(report.refusal.map(|refused| w.ck_refused(refused.code.number().into())));
    let mut facts = vec![
        (w.ck_shop().to_owned(), shop.name.clone()),
        (w.iks_kind().to_owned(), w.checkout_kind(report.kind).to_owned()),
    ];
    if report.kind.is_signed() {
        facts.push((w.ck_digest().to_owned(), report.digest.name().to_owned()));
        facts.push((w.iks_key().to_owned(), w.checkout_key(report.key).to_owned()));
    }
    facts.extend(signatures(w, report.received, report.expected_signature));
    let (expected, signed) = (report.expected_text, report.signed_text);
    FoundView { kind, verdict, mistakes, facts, expected, signed, parameters: parameters(report.parameters) }
}

fn verdict(w: Words, verdict: Verdict, unexplained: bool) -> (&'static str, &'static str) {
    match (verdict, unexplained) {
        (Verdict::Right, _) => ("paid", w.ck_right()),
        (Verdict::Accepted, _) => ("note", w.ck_accepted()),
        (Verdict::Wrong, false) => ("failed", w.ck_wrong()),
        (Verdict::Wrong, true) => ("failed", w.ck_unexplained()),
        (Verdict::Unsigned, _) => ("note", w.ck_unsigned()),
    }
}

/// Whoever is signed in for this shop may see what its signature should be: he has the secrets.
fn signatures(
    w: Words,
    sent: Option<String>,
    right: Option<String>,
) -> impl Iterator<Item = (String, String)> {
    let sent = sent.map(|sent| (w.ck_received().to_owned(), sent));
    sent.into_iter().chain(right.map(|right| (w.ck_right_signature().to_owned(), right)))
}

fn parameters(read: Vec<ReadParameter>) -> Vec<(String, String, bool)> {
    read.into_iter().map(|parameter| (parameter.name, parameter.value, parameter.signed)).collect()
}

fn password(w: Words, name: PasswordName) -> &'static str {
    match name {
        PasswordName::Live1 => w.ck_live_first(),
        PasswordName::Live2 => w.ck_live_second(),
        PasswordName::Test1 => w.ck_test_first(),
        PasswordName::Test2 => w.ck_test_second(),
    }
}
