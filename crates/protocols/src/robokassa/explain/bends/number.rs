//! The order's number: left out, emptied, or signed as a word or a nought that was not sent.

use super::{Aspect, Bend, Scene};
use crate::robokassa::explain::draft::Draft;
use crate::robokassa::explain::mistake::{Mistake, NumberSlot};
use crate::robokassa::explain::slot::Slot;

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let Some((_, sent)) = scene.draft.slots.iter().find(|(slot, _)| *slot == Slot::InvId) else { return };
    let mut number = |cost, how, change: Box<dyn Fn(&mut Draft)>| {
        bends.push(Bend::new(Aspect::Number, cost, Mistake::Number(how), change));
    };
    number(1, NumberSlot::LeftOut, Box::new(|draft| draft.slots.retain(|(slot, _)| *slot != Slot::InvId)));
    number(1, NumberSlot::Empty, Box::new(|draft| set(draft, "")));
    if sent.is_empty() || sent.chars().all(|c| !c.is_ascii_digit()) {
        number(1, NumberSlot::Zero, Box::new(|draft| set(draft, "0")));
    }
    if sent.is_empty() || sent == "0" {
        for word in ["null", "None", "undefined", "NULL", "nil", "NaN", "false", "-1", "1"] {
            number(3, NumberSlot::Word, Box::new(move |draft| set(draft, word)));
        }
    }
    let plain = sent.trim_start_matches('0').to_owned();
    if !plain.is_empty() {
        number(3, NumberSlot::Word, Box::new(move |draft| set(draft, &plain)));
    }
}

fn set(draft: &mut Draft, text: &str) {
    if let Some(slot) = draft.slot(Slot::InvId) {
        text.clone_into(slot);
    }
}
