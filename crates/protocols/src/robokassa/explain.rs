//! The signature check: what of a request was signed, whether it fits, and which known mistake explains it.
//!
//! A person pastes a request, the shop's settings are at hand, and the answer is data without secrets: rooms
//! that show it put the codes into words. The text that fits is found by bending the right one in the ways
//! that integrators do, at most two at once.

mod bases;
pub(crate) mod bends;
pub(crate) mod draft;
pub mod effort;
mod json_text;
pub mod kind;
pub mod mistake;
pub(crate) mod pasted;
pub mod report;
mod search;
pub mod secrets;
mod signature;
pub mod slot;

use wire::http::HttpRequest;

use self::effort::Effort;
use self::kind::{RequestKind, kinds};
use self::mistake::Mistake;
use self::pasted::Pasted;
use self::report::{ReadParameter, Report, Verdict};
use self::search::{Found, Outcome, search};
use self::secrets::{MASK, PasswordName, ShopSecrets};
use self::slot::Slot;
use super::errors::{Refused, RobokassaError};
use super::keys::digest_of;
use super::names::{Name, is_custom};
use super::request::PaymentStart;
use crate::bending::Bendable;

/// The names under which a signature is sent.
const SIGNATURES: [&str; 3] = ["SignatureValue", "crc", "Signature"];

/// A request that was taken apart and not yet judged: it says whose settings are needed.
#[derive(Clone, Debug)]
pub struct Explained(Pasted);

impl Explained {
    /// Takes apart what a person pasted: an address with or without its host, a form body, lines of
    /// `name=value`, a JSON object, or a whole request. `None` if there is no parameter in it.
    pub fn read(text: &str) -> Option<Explained> {
        Pasted::read(text).map(Explained)
    }

    /// Takes apart a request that came through a door. `None` if there is no parameter in it.
    pub fn of_request(request: &HttpRequest) -> Option<Explained> {
        Pasted::of_request(request).map(Explained)
    }

    /// The shop that it names, as written. Messages to a shop name none.
    pub fn login(&self) -> Option<&str> {
        self.0.value(Slot::Login.names()).filter(|login| !login.is_empty())
    }

    /// Whether it says that it is a rehearsal.
    pub fn is_test(&self) -> bool {
        is_test(&self.0)
    }

    /// Judges the signature with a shop's settings.
    pub fn report(&self, shop: &ShopSecrets<'_>, effort: Effort) -> Report {
        report(&self.0, shop, effort)
    }
}

/// Only 1 is a rehearsal, as the door has it.
fn is_test(pasted: &Pasted) -> bool {
    pasted.value(&["IsTest"]) == Some("1")
}

fn report(pasted: &Pasted, shop: &ShopSecrets<'_>, effort: Effort) -> Report {
    let test = is_test(pasted);
    let (kinds, by_path) = kinds(pasted);
    let first = kinds.first().copied().unwrap_or(RequestKind::PaymentStart);
    let sent = pasted.value(&SIGNATURES);
    let received = signature::received(sent.unwrap_or_default());
    let signed = kinds.iter().filter(|kind| kind.is_signed());
    let bases = signed.filter_map(|kind| Some((*kind, bases::right(pasted, shop, *kind, test)?)));
    let bases =
        bases.flat_map(|(kind, right)| bases::to_search(pasted, right, kind, &received)).collect::<Vec<_>>();
    let outcome = search(pasted, shop, &bases, &received.hex, effort);
    let kind = outcome.found.as_ref().map_or(first, |found| found.kind);
    // What fits without a mistake is the right text, should there be more than one.
    let fitting = outcome.found.as_ref().filter(|found| found.mistakes.is_empty());
    let right = match fitting {
        Some(found) => Some(found.draft.clone()),
        None => bases::right(pasted, shop, kind, test).filter(|_| kind.is_signed()).map(|(_, draft)| draft),
    };
    let refusal = refusal(pasted, shop, kind, test);
    let mistakes =
        if kind.is_signed() { mistakes(pasted, shop, &received, &outcome, refusal) } else { Vec::new() };
    let masked = |draft: &draft::Draft| {
        let password = draft.password.as_deref().map(|text| if text.is_empty() { "" } else { MASK });
        shop.masked(&draft.text(password))
    };
    Report {
        kind,
        by_path,
        test,
        parameters: parameters(pasted, shop, kind),
        digest: digest_of(shop.keys(test).map_or(domain::sellers::Algorithm::Md5, |keys| keys.algorithm)),
        password: PasswordName::of(test, kind.is_signed_with_second()),
        expected_digest: right.as_ref().and_then(|draft| Some(draft.hex(&draft.bytes()?))),
        expected_text: right.as_ref().map(masked),
        received: sent.map(|sent| shop.masked(sent)),
        verdict: verdict(kind, &outcome, &mistakes, refusal),
        refusal,
        signed_text: outcome.found.as_ref().map(|found| masked(&found.draft)),
        mistakes,
        tried: outcome.tried,
        complete: outcome.complete,
    }
}

/// What the door itself says of the signature of a payment start; of other requests the texts decide.
fn refusal(pasted: &Pasted, shop: &ShopSecrets<'_>, kind: RequestKind, test: bool) -> Option<Refused> {
    let Some(keys) = shop.keys(test) else {
        return Some(Refused::with(
            RobokassaError::NoTestSettings,
            "the shop has no passwords for this mode",
        ));
    };
    if kind != RequestKind::PaymentStart {
        return None;
    }
    let read = PaymentStart::read(&pasted.request());
    read.and_then(|start| start.check_signature(keys)).err()
}

fn verdict(kind: RequestKind, outcome: &Outcome, mistakes: &[Mistake], refusal: Option<Refused>) -> Verdict {
    match kind {
        RequestKind::FailReturn | RequestKind::OpenService => Verdict::Unsigned,
        // Signed with the test password, it is a question about the rehearsal of that number.
        RequestKind::StateQuery if mistakes == [Mistake::TestAndLiveMixed] && refusal.is_none() => {
            Verdict::Accepted
        }
        // A question of prices may be signed and need not be.
        RequestKind::CalcOutSumm if mistakes == [Mistake::SignatureMissing] => Verdict::Unsigned,
        RequestKind::PaymentStart => match (refusal, mistakes.is_empty()) {
            (Some(_), _) => Verdict::Wrong,
            (None, true) if outcome.found.is_some() => Verdict::Right,
            (None, _) => Verdict::Accepted,
        },
        RequestKind::Recurring
        | RequestKind::HoldConfirm
        | RequestKind::HoldCancel
        | RequestKind::ResultNotice
        | RequestKind::SuccessReturn
        | RequestKind::StateQuery
        | RequestKind::CalcOutSumm
        | RequestKind::Sms => {
            let right = outcome.found.is_some() && mistakes.is_empty() && refusal.is_none();
            if right { Verdict::Right } else { Verdict::Wrong }
        }
    }
}

/// What explains the signature, and what is wrong with the request besides.
fn mistakes(
    pasted: &Pasted,
    shop: &ShopSecrets<'_>,
    received: &signature::Received,
    outcome: &Outcome,
    refusal: Option<Refused>,
) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if pasted.html_ampersands {
        mistakes.push(Mistake::HtmlAmpersands);
    }
    if received.hex.is_empty() && pasted.cut {
        mistakes.push(Mistake::LinkCut);
    }
    mistakes.extend(repeated(pasted).map(|name| Mistake::Repeated { name: name.to_owned() }));
    mistakes.extend(received.mistakes.iter().cloned());
    if let Some(found) = &outcome.found {
        mistakes.extend(of_search(shop, found));
        if pasted.encoding_not_named && !found.draft.text(None).is_ascii() {
            mistakes.push(Mistake::EncodingNotNamed);
        }
        // What fits and is refused all the same was refused for what it says.
        let refused = refusal.filter(|refused| refused.error == RobokassaError::WrongSignature);
        match refused.and_then(|refused| refused.parameter) {
            Some("Shp_") => mistakes.push(Mistake::ShpInValue),
            Some("FailUrl2") => mistakes.push(Mistake::LoneFailAddress),
            Some("MerchantLogin") if !mistakes.contains(&Mistake::LoginSpelling) => {
                mistakes.push(Mistake::LoginSpelling);
            }
            Some(_) | None => {}
        }
    }
    mistakes
}

/// The mistakes of the text that was found. The digest of the other mode is no mistake of its own where the
/// other mode's password was used.
fn of_search(shop: &ShopSecrets<'_>, found: &Found) -> Vec<Mistake> {
    let mixed = found.mistakes.contains(&Mistake::TestAndLiveMixed);
    let others = shop.keys(!found.password.is_test()).map(|keys| digest_of(keys.algorithm));
    let explained =
        |mistake: &Mistake| mixed && others.is_some_and(|used| *mistake == Mistake::WrongAlgorithm { used });
    found.mistakes.iter().filter(|mistake| !explained(mistake)).cloned().collect()
}

/// The official name of a parameter that is sent more than once although it may not be.
fn repeated(pasted: &Pasted) -> Option<&'static str> {
    let names = pasted.parameters.iter().filter_map(|parameter| Name::from_bytes(parameter.name.as_bytes()));
    let single: Vec<Name> = names.filter(|name| name.is_single()).collect();
    let twice = |name: &&Name| single.iter().filter(|other| other == name).count() > 1;
    single.iter().find(twice).map(|name| name.official())
}

fn parameters(pasted: &Pasted, shop: &ShopSecrets<'_>, kind: RequestKind) -> Vec<ReadParameter> {
    let slot_of = |name: &str| {
        let called = |slot: &&Slot| slot.names().iter().any(|known| known.eq_ignore_ascii_case(name));
        kind.slots().iter().find(called).copied()
    };
    let read = |parameter: &pasted::Parameter| {
        let slot = slot_of(&parameter.name);
        let known = slot.map(Slot::official);
        let known = known.or_else(|| Name::from_bytes(parameter.name.as_bytes()).map(Name::official));
        ReadParameter {
            official: known.filter(|official| *official != parameter.name),
            name: shop.masked(&parameter.name),
            value: shop.masked(&parameter.value),
            signed: slot.is_some() || (kind.has_custom() && is_custom(parameter.name.as_bytes())),
        }
    };
    pasted.parameters.iter().map(read).collect()
}
