//! The signature check: what of a request or a notice was signed, whether it fits, and which known mistake
//! explains it.
//!
//! Pasted text is taken apart, and the text that fits is found, as for the other dialect; what can be bent is
//! this one's own.

mod bends;
mod draft;
pub mod kind;
pub mod mistake;
mod received;
pub mod report;
pub mod secrets;

use wire::http::HttpRequest;

use self::bends::Scene;
use self::draft::Draft;
use self::kind::{Kind, kind_of};
use self::mistake::Mistake;
use self::received::{Coding, Received};
use self::report::Report;
use self::secrets::{KeyName, MerchantSecrets};
use super::errors::{Code, Refused};
use super::payways::{PaywayList, is_test};
use super::sci1::request::{ALIAS, SHOP_ID};
use super::{Entry, entry, names};
use crate::bending::{self, Bendable, Hit, Outcome, Start};
use crate::robokassa::explain::effort::Effort;
use crate::robokassa::explain::pasted::Pasted;
use crate::robokassa::explain::report::{ReadParameter, Verdict};
use crate::robokassa::explain::secrets::MASK;

/// A request that was taken apart and not yet judged: it says whose settings are needed.
#[derive(Clone, Debug)]
pub struct Explained(Pasted);

impl Explained {
    /// Takes apart what a person pasted: an address with or without its host, a form body, lines of
    /// `name=value`, a JSON object, or a whole request. `None` if there is no field of this dialect in it.
    pub fn read(text: &str) -> Option<Explained> {
        Pasted::read(text).map(Explained).filter(Explained::is_ours)
    }

    /// Takes apart a request that came through a door. `None` if there is no field of this dialect in it.
    pub fn of_request(request: &HttpRequest) -> Option<Explained> {
        Pasted::of_request(request).map(Explained).filter(Explained::is_ours)
    }

    fn is_ours(&self) -> bool {
        self.0.parameters.iter().any(|parameter| parameter.name.starts_with("ik_"))
    }

    /// The checkout that it names, or the shop of the first protocol, as written.
    pub fn merchant(&self) -> Option<&str> {
        let named = self.0.value(&[names::CO_ID, SHOP_ID]);
        named.filter(|name| !name.is_empty())
    }

    /// Which request it is.
    pub fn kind(&self) -> Kind {
        kind_of(&self.0)
    }

    /// Whether it asks for a rehearsal, or tells of one: it names the test payway, or allows no other.
    pub fn is_test(&self) -> bool {
        let named = |names: &[&str]| self.0.value(names).filter(|value| !value.is_empty());
        let via = named(&[names::PW_VIA, ALIAS, names::PAYMENT_METHOD]);
        match via {
            Some(via) => is_test(via),
            None => {
                named(&[names::PAYMENT_CURRENCY]) == Some("XTS")
                    || named(&[names::PW_ON]).is_some_and(|list| PaywayList::read(list).is_test_only())
            }
        }
    }

    /// Judges the signature with a merchant's settings.
    pub fn report(&self, merchant: &MerchantSecrets<'_>, effort: Effort) -> Report {
        report(&self.0, merchant, effort)
    }
}

fn report(pasted: &Pasted, merchant: &MerchantSecrets<'_>, effort: Effort) -> Report {
    let kind = kind_of(pasted);
    let sent = pasted.value(&[kind.signature()]);
    let received = received::read(sent.unwrap_or_default(), kind.coding());
    let key = KeyName::of(kind, pasted.value(&[names::PW_VIA]).unwrap_or_default());
    let right = Draft::right(pasted, merchant, kind, key);
    let outcome = searched(pasted, merchant, (kind, key), right.as_ref(), &received, effort);
    let refusal = refusal(pasted, merchant, kind);
    let mistakes = if kind.is_signed() { mistakes(pasted, &received, &outcome) } else { Vec::new() };
    let masked = |draft: &Draft| {
        let key = draft.key.as_deref().map(|text| if text.is_empty() { "" } else { MASK });
        merchant.masked(&draft.text(key))
    };
    Report {
        kind,
        parameters: parameters(pasted, merchant, right.as_ref()),
        digest: merchant.digest(kind),
        key,
        expected_signature: right.as_ref().and_then(|draft| kind.written(&draft.hex(&draft.bytes()?))),
        expected_text: right.as_ref().map(masked),
        received: sent.map(|sent| merchant.masked(sent)),
        verdict: verdict(pasted, merchant, kind, &outcome, &mistakes, refusal.as_ref()),
        refusal,
        signed_text: outcome.hit.as_ref().map(|hit| masked(&hit.text)),
        mistakes,
        tried: outcome.tried,
        complete: outcome.complete,
    }
}

/// The search from the right text, in every digest that has the received length. One in another digest than
/// the merchant's is a mistake already.
fn searched(
    pasted: &Pasted,
    merchant: &MerchantSecrets<'_>,
    (kind, key): (Kind, KeyName),
    right: Option<&Draft>,
    received: &Received,
    effort: Effort,
) -> Outcome<Draft, Mistake> {
    let bases: Vec<(Draft, Vec<Mistake>)> = right
        .into_iter()
        .flat_map(|right| {
            let mut bases: Vec<(Draft, Vec<Mistake>)> = received
                .digests
                .iter()
                .map(|&used| {
                    let wrong = (used != right.digest).then_some(Mistake::WrongAlgorithm { used });
                    (Draft { digest: used, ..right.clone() }, wrong.into_iter().collect())
                })
                .collect();
            bases.sort_by_key(|(_, mistakes)| mistakes.len());
            bases
        })
        .collect();
    let starts: Vec<Start<'_, Draft, Mistake>> =
        bases.iter().map(|(text, mistakes)| Start { text, mistakes }).collect();
    let bends = |at: usize| {
        let scene =
            |(draft, _): &(Draft, Vec<Mistake>)| bends::all(&Scene { pasted, merchant, kind, key, draft });
        bases.get(at).map(scene).unwrap_or_default()
    };
    bending::search(&starts, bends, &received.hex, effort)
}

/// What the door itself says of the signature of a payment start.
fn refusal(pasted: &Pasted, merchant: &MerchantSecrets<'_>, kind: Kind) -> Option<Refused> {
    let none = || Refused::with(Code::Invalid, "there are no settings for this protocol");
    match kind {
        Kind::Notice | Kind::Return | Kind::FirstStatus | Kind::FirstReturn => None,
        Kind::Request | Kind::FirstRequest => match entry(&pasted.request()) {
            Err(refused) => Some(refused),
            Ok(Some(Entry::Second(start))) => match &merchant.checkout {
                Some(keys) => start.check_signature(keys).err(),
                None => Some(none()),
            },
            Ok(Some(Entry::First(start))) => match &merchant.first {
                Some(keys) => start.check_signature(keys).err(),
                None => Some(none()),
            },
            Ok(Some(Entry::Saved(_) | Entry::Filled(_)) | None) => None,
        },
    }
}

fn verdict(
    pasted: &Pasted,
    merchant: &MerchantSecrets<'_>,
    kind: Kind,
    outcome: &Outcome<Draft, Mistake>,
    mistakes: &[Mistake],
    refusal: Option<&Refused>,
) -> Verdict {
    let absent = pasted.value(&[kind.signature()]).unwrap_or_default().is_empty();
    match kind {
        Kind::Return | Kind::FirstReturn => Verdict::Unsigned,
        Kind::Request | Kind::FirstRequest if absent && !merchant.must_sign(kind) => Verdict::Unsigned,
        Kind::Request | Kind::FirstRequest => match (refusal, mistakes.is_empty()) {
            (Some(_), _) => Verdict::Wrong,
            (None, true) if outcome.hit.is_some() => Verdict::Right,
            (None, _) => Verdict::Accepted,
        },
        Kind::Notice | Kind::FirstStatus => {
            if outcome.hit.is_some() && mistakes.is_empty() {
                Verdict::Right
            } else {
                Verdict::Wrong
            }
        }
    }
}

/// What explains the signature, and what is wrong with the request besides.
fn mistakes(pasted: &Pasted, received: &Received, outcome: &Outcome<Draft, Mistake>) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if pasted.html_ampersands {
        mistakes.push(Mistake::HtmlAmpersands);
    }
    if received.hex.is_empty() && pasted.cut {
        mistakes.push(Mistake::LinkCut);
    }
    mistakes.extend(repeated(pasted).map(|name| Mistake::Repeated { name }));
    mistakes.extend(received.mistakes.iter().cloned());
    if let Some(Hit { mistakes: found, text, start: _ }) = &outcome.hit {
        mistakes.extend(found.iter().cloned());
        if pasted.encoding_not_named && !text.text(None).is_ascii() {
            mistakes.push(Mistake::EncodingNotNamed);
        }
    }
    mistakes
}

/// The name of a field that is sent more than once.
fn repeated(pasted: &Pasted) -> Option<String> {
    let ours: Vec<&str> = pasted
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str())
        .filter(|name| name.starts_with("ik_") && !name.contains("[]"))
        .collect();
    let twice = |name: &&&str| ours.iter().filter(|other| other == name).count() > 1;
    ours.iter().find(twice).map(|name| (*name).to_owned())
}

fn parameters(pasted: &Pasted, merchant: &MerchantSecrets<'_>, right: Option<&Draft>) -> Vec<ReadParameter> {
    let signed = |name: &str| right.is_some_and(|draft| draft.fields.iter().any(|field| field.name == name));
    let read = pasted.parameters.iter().map(|parameter| ReadParameter {
        name: merchant.masked(&parameter.name),
        official: None,
        value: merchant.masked(&parameter.value),
        signed: signed(&parameter.name),
    });
    read.collect()
}
