//! Values percent-encoded or escaped otherwise than sent: addresses, and the layers that others share.

use wire::form::TextEncoding;

use super::passwords::html;
use super::{Aspect, Bend, Scene};
use crate::robokassa::explain::mistake::{Layer, Mistake};
use crate::robokassa::explain::slot::Slot;
use crate::robokassa::spelling::{Spelling, decoded};

/// A way to spell a value.
pub(crate) type Spell = fn(&str, TextEncoding) -> Option<String>;

/// Every layer that a value may have gained or lost, the likeliest first, with its cost.
pub(crate) const LAYERS: [(u8, Layer, Spell); 12] = [
    (1, Layer::Encoded, |text, encoding| Spelling::Form.of(text, encoding)),
    (1, Layer::Encoded, |text, encoding| Spelling::Raw.of(text, encoding)),
    (1, Layer::Encoded, |text, encoding| Spelling::Script.of(text, encoding)),
    (1, Layer::Encoded, |text, encoding| {
        Some(Spelling::Script.of(text, encoding)?.replace("%2F", "/").replace("%3A", ":"))
    }),
    (1, Layer::Decoded, decoded),
    (2, Layer::Decoded, |text, encoding| decoded(&decoded(text, encoding)?, encoding)),
    (2, Layer::SmallEscapes, |text, encoding| Some(small(&Spelling::Form.of(text, encoding)?))),
    (2, Layer::SmallEscapes, |text, encoding| Some(small(&Spelling::Raw.of(text, encoding)?))),
    (2, Layer::SmallEscapes, |text, _| text.contains('%').then(|| small(text))),
    (2, Layer::EncodedTwice, |text, encoding| {
        Spelling::Form.of(&Spelling::Form.of(text, encoding)?, encoding)
    }),
    (2, Layer::EncodedTwice, |text, encoding| Spelling::Raw.of(&Spelling::Raw.of(text, encoding)?, encoding)),
    (2, Layer::Html, |text, _| Some(html(text))),
];

/// Percent-escapes with small letters, as .NET and old PHP code write them.
fn small(text: &str) -> String {
    let mut pieces = text.split('%');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |written, piece| match piece.split_at_checked(2) {
        Some((escape, rest)) => written + "%" + &escape.to_ascii_lowercase() + rest,
        None => written + "%" + piece,
    })
}

pub(super) fn push_addresses(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    if !scene.draft.slots.iter().any(|(slot, _)| slot.is_address()) {
        return;
    }
    let encoding = scene.pasted.encoding;
    for (cost, layer, spell) in LAYERS {
        bends.push(Bend::new(Aspect::Addresses, cost, Mistake::AddressEncoding(layer), move |draft| {
            draft.respell(Slot::is_address, |text| spell(text, encoding));
        }));
        // The three come from one piece of code as a rule, but the notice's address may have its own.
        for one in [Slot::ResultUrl2, Slot::SuccessUrl2, Slot::FailUrl2] {
            bends.push(Bend::new(
                Aspect::Addresses,
                cost.saturating_add(1),
                Mistake::AddressEncoding(layer),
                move |draft| {
                    draft.respell(|slot| slot == one, |text| spell(text, encoding));
                },
            ));
        }
    }
    for verb in ["GET", "POST", "get", "post", "Get", "Post"] {
        for slot in [Slot::SuccessUrl2Method, Slot::FailUrl2Method] {
            bends.push(Bend::new(Aspect::Slot(slot), 3, Mistake::AddressMethod(slot), move |draft| {
                draft.respell(|known| known == slot, |_| Some(verb.to_owned()));
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_escapes_become_small() {
        assert_eq!(small("A%3AB%2FC%"), "A%3aB%2fC%");
        assert_eq!(small("%D0%AF"), "%d0%af");
    }
}
