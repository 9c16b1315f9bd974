//! The right texts of a request: what the documentation says should have been hashed.

use wire::digest::Digest;

use super::draft::{Charset, Draft, Finish, Hashing, Pair, Place};
use super::kind::RequestKind;
use super::mistake::Mistake;
use super::pasted::Pasted;
use super::search::Base;
use super::secrets::{PasswordName, ShopSecrets};
use super::signature::Received;
use super::slot::Slot;
use crate::robokassa::keys::digest_of;
use crate::robokassa::names::is_custom;

/// The right text of a request; `None` if the shop has no passwords for it.
pub(super) fn right(
    pasted: &Pasted,
    shop: &ShopSecrets<'_>,
    kind: RequestKind,
    test: bool,
) -> Option<(PasswordName, Draft)> {
    let name = PasswordName::of(test, kind.is_signed_with_second());
    let password = shop.password(name)?.to_owned();
    let digest = digest_of(shop.keys(test)?.algorithm);
    let draft = Draft {
        slots: slots(pasted, kind),
        extra: Vec::new(),
        password: Some(password),
        place: Place::BeforeCustom,
        key: String::new(),
        custom: if kind.has_custom() { custom(pasted) } else { Vec::new() },
        with_names: true,
        separator: ":",
        pair_separator: None,
        joint: "=",
        charset: Charset::Utf8,
        finish: Finish::AsIs,
        digest,
        hashing: Hashing::Plain,
    };
    Some((name, draft))
}

/// The texts from which a search sets out: the right one, in every digest that has the received length. One
/// in another digest than the shop's is a mistake already.
pub(super) fn to_search(
    pasted: &Pasted,
    (name, draft): (PasswordName, Draft),
    kind: RequestKind,
    received: &Received,
) -> Vec<Base> {
    let own = draft.digest;
    let in_digest = |digest: &Digest| {
        let wrong = (*digest != own).then_some(Mistake::WrongAlgorithm { used: *digest });
        Base {
            kind,
            password: name,
            draft: Draft { digest: *digest, ..draft.clone() },
            mistakes: wrong.into_iter().collect(),
        }
    };
    let mut bases: Vec<Base> = received.digests.iter().map(in_digest).collect();
    bases.sort_by_key(|base| base.mistakes.len());
    // An open-sum form leaves the slot of the sum empty; one client signs what it proposes.
    let open_sum = !pasted.has(&["OutSum", "out_summ"]) && pasted.has(&["DefaultSum"]);
    let emptied = bases.iter().filter(|_| open_sum).cloned().map(|mut base| {
        base.draft.respell(|slot| slot == Slot::OutSum, |_| Some(String::new()));
        base
    });
    emptied.collect::<Vec<_>>().into_iter().chain(bases).collect()
}

fn slots(pasted: &Pasted, kind: RequestKind) -> Vec<(Slot, String)> {
    let sent = |slot: &Slot| {
        // A release signs no sum, even where one is sent.
        if kind == RequestKind::HoldCancel && *slot == Slot::OutSum {
            return Some((*slot, String::new()));
        }
        match pasted.value(slot.names()) {
            Some(value) if !value.is_empty() || slot.always_has_a_place() => Some((*slot, value.to_owned())),
            None if slot.always_has_a_place() => Some((*slot, String::new())),
            // The method of an address that was sent has its slot even without a value.
            Some(_) | None => {
                let there = slot.address_of_method().and_then(|address| pasted.value(address.names()));
                there.filter(|value| !value.is_empty()).map(|_| (*slot, String::new()))
            }
        }
    };
    kind.slots().iter().filter_map(sent).collect()
}

/// The custom parameters by name in any case, as the service sorts them.
fn custom(pasted: &Pasted) -> Vec<Pair> {
    let own = pasted.parameters.iter().filter(|parameter| is_custom(parameter.name.as_bytes()));
    let mut pairs: Vec<Pair> = own
        .enumerate()
        .map(|(at, parameter)| Pair { name: parameter.name.clone(), value: parameter.value.clone(), at })
        .collect();
    pairs.sort_by_cached_key(|pair| pair.name.to_lowercase());
    pairs
}
