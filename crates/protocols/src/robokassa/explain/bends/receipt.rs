//! The receipt signed in another spelling than sent: its layers of percent-encoding and its JSON.

use wire::form::TextEncoding;

use super::passwords::html;
use super::spellings::LAYERS;
use super::{Aspect, Bend, Scene};
use crate::robokassa::explain::json_text::{Escape, Spaces, Style, rewritten};
use crate::robokassa::explain::mistake::{JsonSpelling, Mistake};
use crate::robokassa::explain::slot::Slot;
use crate::robokassa::spelling::{Spelling, decoded};

const KEPT: Style = Style { spaces: Spaces::Kept, slashes: Escape::Kept, letters: Escape::Kept };

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let Some((_, sent)) = scene.draft.slots.iter().find(|(slot, _)| *slot == Slot::Receipt) else { return };
    let encoding = scene.pasted.encoding;
    for (cost, layer, spell) in LAYERS {
        bends.push(Bend::new(Aspect::Receipt, cost, Mistake::ReceiptEncoding(layer), move |draft| {
            draft.respell(|slot| slot == Slot::Receipt, |text| spell(text, encoding));
        }));
    }
    for (cost, spelling, text) in other_json(sent, encoding) {
        bends.push(Bend::new(Aspect::ReceiptJson, cost, Mistake::ReceiptJson(spelling), move |draft| {
            draft.respell(|slot| slot == Slot::Receipt, |_| Some(text.clone()));
        }));
    }
}

/// The receipt with its JSON rewritten, under the layers of encoding in which it was sent.
fn other_json(sent: &str, encoding: TextEncoding) -> Vec<(u8, JsonSpelling, String)> {
    let mut layers = Vec::new();
    let mut text = sent.to_owned();
    // Twice encoded is the most that any client does.
    while !text.trim_start().starts_with('{') && layers.len() < 2 {
        let Some(inner) = decoded(&text, encoding) else { return Vec::new() };
        let spelling = [Spelling::Form, Spelling::Raw, Spelling::Script]
            .into_iter()
            .find(|spelling| spelling.of(&inner, encoding).as_deref() == Some(&text));
        layers.push(spelling.unwrap_or(Spelling::Form));
        text = inner;
    }
    if !text.trim_start().starts_with('{') {
        return Vec::new();
    }
    let wrapped =
        |json: String| layers.iter().rev().try_fold(json, |text, spelling| spelling.of(&text, encoding));
    let styled = styles()
        .into_iter()
        .filter_map(|(cost, spelling, style)| Some((cost, spelling, wrapped(rewritten(&text, style)?)?)));
    let escaped = wrapped(html(&text)).map(|text| (3, JsonSpelling::Several, text));
    styled.chain(escaped).collect()
}

fn styles() -> Vec<(u8, JsonSpelling, Style)> {
    let ways = [Escape::Always, Escape::Never];
    let one_by_one = ways
        .into_iter()
        .flat_map(|way| {
            [
                (1, JsonSpelling::Slashes, Style { slashes: way, ..KEPT }),
                (1, JsonSpelling::UnicodeEscapes, Style { letters: way, ..KEPT }),
            ]
        })
        .chain(
            [Spaces::Compact, Spaces::Python]
                .map(|spaces| (1, JsonSpelling::Spaces, Style { spaces, ..KEPT })),
        );
    let all_spaces = [Spaces::Kept, Spaces::Compact, Spaces::Python];
    let together = all_spaces.into_iter().flat_map(move |spaces| {
        ways.into_iter().flat_map(move |slashes| {
            ways.map(move |letters| (2, JsonSpelling::Several, Style { spaces, slashes, letters }))
        })
    });
    one_by_one.chain(together).collect()
}
