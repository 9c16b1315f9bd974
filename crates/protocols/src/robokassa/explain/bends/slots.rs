//! Slots left out, emptied, added or moved, and the login in other letters.

use super::{Aspect, Bend, Scene};
use crate::robokassa::explain::mistake::Mistake;
use crate::robokassa::explain::slot::Slot;
use crate::robokassa::names::is_custom;

/// So many parameters without a part in the signature are looked at; the protocol knows fewer.
const ADDED_MAX: usize = 16;
/// With more slots than this only neighbours are tried in each other's place.
const FREELY_MOVED_MAX: usize = 6;

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    login(scene, bends);
    gone(scene, bends);
    kept_empty(scene, bends);
    gaps(scene, bends);
    added(scene, bends);
    moved(scene, bends);
}

fn login(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let Some((_, sent)) = scene.draft.slots.iter().find(|(slot, _)| *slot == Slot::Login) else { return };
    let own = scene.shop.live.or(scene.shop.test).map_or("", |keys| keys.login);
    let mut capital = sent.to_lowercase();
    if let Some(first) = capital.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let trimmed = sent.trim().to_owned();
    for text in [own.to_owned(), sent.to_lowercase(), sent.to_uppercase(), capital, trimmed] {
        bends.push(Bend::new(Aspect::Login, 1, Mistake::LoginSpelling, move |draft| {
            draft.respell(|slot| slot == Slot::Login, |_| Some(text.clone()));
        }));
    }
}

/// Slots without their value, with and without their colon.
fn gone(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    for &(gone, ref text) in scene.draft.slots.iter().filter(|(slot, _)| *slot != Slot::InvId) {
        bends.push(Bend::new(Aspect::Slot(gone), 1, Mistake::SlotLeftOut(gone), move |draft| {
            // An address and its method are one thing to whoever forgets them.
            draft.slots.retain(|(slot, _)| *slot != gone && slot.address_of_method() != Some(gone));
        }));
        if matches!(gone, Slot::SuccessUrl2 | Slot::FailUrl2) {
            bends.push(Bend::new(Aspect::Slot(gone), 2, Mistake::SlotLeftOut(gone), move |draft| {
                draft.slots.retain(|(slot, _)| *slot != gone);
            }));
        }
        if !text.is_empty() && !matches!(gone, Slot::OutSum | Slot::IncSum) {
            bends.push(Bend::new(Aspect::Slot(gone), 2, Mistake::SlotEmptied(gone), move |draft| {
                draft.respell(|slot| slot == gone, |_| Some(String::new()));
            }));
        }
    }
    let addresses =
        |slot: Slot| slot.is_address() || matches!(slot, Slot::SuccessUrl2Method | Slot::FailUrl2Method);
    if scene.draft.slots.iter().any(|(slot, _)| *slot == Slot::SuccessUrl2) {
        bends.push(Bend::new(Aspect::Addresses, 2, Mistake::SlotLeftOut(Slot::SuccessUrl2), move |draft| {
            draft.slots.retain(|(slot, _)| !addresses(*slot));
        }));
    }
}

/// Parameters sent without a value may have kept their slots: both are right.
fn kept_empty(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let is_empty = |slot: &&Slot| scene.pasted.value(slot.names()) == Some("") && !slot.always_has_a_place();
    let empty: Vec<Slot> = scene.kind.slots().iter().filter(is_empty).copied().collect();
    if empty.is_empty() {
        return;
    }
    let all = empty.clone();
    bends.push(Bend::harmless(Aspect::EmptyKept, move |draft| {
        draft.slots.extend(all.iter().map(|slot| (*slot, String::new())));
        draft.slots.sort_by_key(|(slot, _)| *slot);
    }));
    for one in empty {
        bends.push(Bend::harmless(Aspect::EmptyKept, move |draft| {
            draft.slots.push((one, String::new()));
            draft.slots.sort_by_key(|(slot, _)| *slot);
        }));
    }
}

/// Empty slots for what was not sent; several in a row come from clients that always write all of them.
fn gaps(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    for (at, &(after, _)) in scene.draft.slots.iter().enumerate() {
        for (count, cost) in [(1_usize, 2), (2, 3), (3, 3)] {
            let mistake = Mistake::EmptySlotAdded { after };
            bends.push(Bend::new(Aspect::Gap, cost, mistake, move |draft| {
                let place = at.saturating_add(1).min(draft.slots.len());
                let empty = std::iter::repeat_n((after, String::new()), count);
                draft.slots.splice(place..place, empty);
            }));
        }
    }
}

/// Values that take no part in the signature.
fn added(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let takes_part = |name: &str| {
        let slot =
            scene.kind.slots().iter().any(|slot| slot.names().iter().any(|n| n.eq_ignore_ascii_case(name)));
        let signature = ["SignatureValue", "Signature", "crc"].iter().any(|n| n.eq_ignore_ascii_case(name));
        slot || signature || (scene.kind.has_custom() && is_custom(name.as_bytes()))
    };
    let sent = scene.pasted.parameters.iter().filter(|parameter| !takes_part(&parameter.name));
    let sent = sent.take(ADDED_MAX);
    let sent = sent.map(|parameter| (parameter.name.clone(), parameter.value.clone()));
    let own = scene.shop.live.or(scene.shop.test).map(|keys| keys.login.to_owned());
    let login = own.filter(|_| !scene.kind.slots().contains(&Slot::Login));
    let login = login.map(|login| (Slot::Login.official().to_owned(), login));
    for (name, value) in sent.chain(login) {
        let mistake = || Mistake::SlotAdded { name: name.clone() };
        for place in [0, 1, 2, 3] {
            let value = value.clone();
            bends.push(Bend::new(Aspect::Added, 2, mistake(), move |draft| {
                // The slot's own name plays no part from here on.
                let place = place.min(draft.slots.len());
                draft.slots.insert(place, (Slot::Message, value.clone()));
            }));
        }
        bends.push(Bend::new(Aspect::Added, 2, mistake(), move |draft| draft.extra.push(value.clone())));
    }
}

fn moved(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let count = scene.draft.slots.len();
    let reach = if count > FREELY_MOVED_MAX { 1 } else { count };
    for (from, &(slot, _)) in scene.draft.slots.iter().enumerate() {
        for to in 0..count {
            if from == to || from.abs_diff(to) > reach {
                continue;
            }
            bends.push(Bend::new(Aspect::Moved, 2, Mistake::SlotMoved(slot), move |draft| {
                if let Some(at) = draft.slots.iter().position(|(known, _)| *known == slot) {
                    let taken = draft.slots.remove(at);
                    draft.slots.insert(to.min(draft.slots.len()), taken);
                }
            }));
        }
        // Behind everything, next to the password, is where one official library puts an address.
        bends.push(Bend::new(Aspect::Moved, 2, Mistake::SlotMoved(slot), move |draft| {
            if let Some(at) = draft.slots.iter().position(|(known, _)| *known == slot) {
                let taken = draft.slots.remove(at);
                draft.slots.push(taken);
            }
        }));
    }
}
