//! Values in another format or spelling than sent: amounts, cases, encodings, spaces, line ends.

use super::{Aspect, Bend, Scene};
use crate::interkassa::explain::mistake::Mistake;
use crate::interkassa::names;
use crate::robokassa::explain::bends::spellings::LAYERS;
use crate::robokassa::explain::bends::sums::{Otherwise, otherwise};

/// The fields that hold amounts.
const AMOUNTS: [&str; 4] = [names::AM, names::CO_RFN, names::PS_PRICE, "ik_payment_amount"];
/// So many fields are spelt otherwise one by one.
const SINGLE_MAX: usize = 40;

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    amounts(scene, bends);
    let encoding = scene.pasted.encoding;
    for (cost, layer, spell) in LAYERS {
        let mistake = Mistake::ValueEncoding { layer, name: None };
        bends.push(Bend::new(Aspect::Values, cost.saturating_add(1), mistake, move |draft| {
            draft.respell(|_| true, |text| spell(text, encoding));
        }));
    }
    for (at, field) in scene.draft.fields.iter().enumerate().take(SINGLE_MAX) {
        for (cost, layer, spell) in LAYERS {
            let name = field.name.clone();
            let mistake = Mistake::ValueEncoding { layer, name: Some(name.clone()) };
            bends.push(Bend::new(Aspect::Value(at), cost, mistake, move |draft| {
                draft.respell(|known| known == name, |text| spell(text, encoding));
            }));
        }
        for spell in TRIMS {
            let name = field.name.clone();
            let mistake = Mistake::ValueTrimmed { name: name.clone() };
            bends.push(Bend::new(Aspect::Value(at), 1, mistake, move |draft| {
                draft.respell(|known| known == name, |text| Some(spell(text)));
            }));
        }
        for spell in [|text: &str| text.to_lowercase(), |text: &str| text.to_uppercase()] {
            let name = field.name.clone();
            let mistake = Mistake::ValueCase { name: name.clone() };
            bends.push(Bend::new(Aspect::Value(at), 2, mistake, move |draft| {
                draft.respell(|known| known == name, |text| Some(spell(text)));
            }));
        }
    }
}

/// What happens to the spaces and line ends of a value between a shop's code and its form.
const TRIMS: [fn(&str) -> String; 4] = [
    |text| text.trim().to_owned(),
    |text| text.replace("\r\n", "\n"),
    |text| text.replace("\r\n", "\n").replace('\n', "\r\n"),
    |text| text.split_whitespace().collect::<Vec<_>>().join(" "),
];

fn amounts(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    for field in scene.draft.fields.iter().filter(|field| AMOUNTS.contains(&field.name.as_str())) {
        for (cost, change, signed) in otherwise(&field.value) {
            let mistake = match change {
                Otherwise::Format => Mistake::AmountFormat { signed: signed.clone() },
                Otherwise::Rounded => Mistake::AmountRounded { signed: signed.clone() },
            };
            let name = field.name.clone();
            bends.push(Bend::new(Aspect::Amount, cost, mistake, move |draft| {
                draft.respell(|known| known == name, |_| Some(signed.clone()));
            }));
        }
    }
}
