//! Custom parameters signed in another order, under other names, in another spelling, or not at all.

use super::spellings::LAYERS;
use super::{Aspect, Bend, Scene};
use crate::robokassa::explain::draft::{Draft, Pair};
use crate::robokassa::explain::mistake::Mistake;

/// So many are left out one by one.
const LEFT_OUT_MAX: usize = 32;
/// Up to so many parameters every order is tried.
const PERMUTED_MAX: usize = 4;

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    if scene.draft.custom.is_empty() {
        return;
    }
    names(bends);
    left_out(scene, bends);
    let encoding = scene.pasted.encoding;
    for (cost, layer, spell) in LAYERS {
        bends.push(Bend::new(Aspect::CustomValues, cost, Mistake::ShpEncoding(layer), move |draft| {
            for pair in &mut draft.custom {
                if let Some(value) = spell(&pair.value, encoding) {
                    pair.value = value;
                }
            }
        }));
    }
    orders(scene, bends);
    marks(bends);
}

fn names(bends: &mut Vec<Bend>) {
    type Rename = fn(&str) -> String;
    let bare: Rename = |name| prefix(name).1.to_owned();
    let bare_with_mark: Rename = |name| name.get(3..).unwrap_or(name).to_owned();
    for rename in [bare, bare_with_mark] {
        bends
            .push(Bend::new(Aspect::CustomNames, 1, Mistake::ShpPrefix, move |draft| renamed(draft, rename)));
    }
    let cases: [Rename; 6] = [
        |name| format!("shp_{}", prefix(name).1),
        |name| format!("Shp_{}", prefix(name).1),
        |name| format!("SHP_{}", prefix(name).1),
        str::to_lowercase,
        str::to_uppercase,
        |name| format!("Shp_{}", prefix(name).1.to_lowercase()),
    ];
    for rename in cases {
        bends.push(Bend::new(Aspect::CustomNames, 1, Mistake::ShpNameCase, move |draft| {
            renamed(draft, rename)
        }));
    }
}

/// A name's prefix with its underscore, and the rest.
fn prefix(name: &str) -> (&str, &str) {
    let (start, rest) = name.split_at_checked(3).unwrap_or(("", name));
    rest.strip_prefix('_').map_or((start, rest), |rest| (name.get(..4).unwrap_or(start), rest))
}

fn renamed(draft: &mut Draft, rename: fn(&str) -> String) {
    for pair in &mut draft.custom {
        pair.name = rename(&pair.name);
    }
}

fn left_out(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let gone = |name: Option<String>| Mistake::ShpLeftOut { name };
    bends.push(Bend::new(Aspect::CustomGone, 1, gone(None), |draft| draft.custom.clear()));
    for pair in scene.draft.custom.iter().filter(|_| scene.draft.custom.len() > 1).take(LEFT_OUT_MAX) {
        let at = pair.at;
        bends.push(Bend::new(Aspect::CustomGone, 2, gone(Some(pair.name.clone())), move |draft| {
            draft.custom.retain(|pair| pair.at != at);
        }));
    }
    if let Some(empty) = scene.draft.custom.iter().find(|pair| pair.value.is_empty()) {
        bends.push(Bend::new(Aspect::CustomGone, 1, gone(Some(empty.name.clone())), |draft| {
            draft.custom.retain(|pair| !pair.value.is_empty());
        }));
    }
}

fn orders(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    type Sort = fn(&mut Vec<Pair>);
    let table: [(u8, Sort); 7] = [
        (1, |pairs| pairs.sort_by_key(|pair| pair.at)),
        (1, |pairs| pairs.sort_by(|a, b| a.name.cmp(&b.name))),
        (1, |pairs| pairs.sort_by_key(|pair| format!("{}={}", pair.name, pair.value))),
        (1, |pairs| pairs.sort_by_key(|pair| pair.name.to_lowercase())),
        (2, |pairs| pairs.sort_by_key(|pair| std::cmp::Reverse(pair.at))),
        (2, |pairs| pairs.reverse()),
        (2, |pairs| pairs.sort_by(|a, b| a.value.cmp(&b.value))),
    ];
    for (cost, sort) in table {
        bends.push(Bend::new(Aspect::CustomOrder, cost, Mistake::ShpOrder, move |draft| {
            sort(&mut draft.custom)
        }));
    }
    if scene.draft.custom.len() > PERMUTED_MAX {
        return;
    }
    let places: Vec<usize> = scene.draft.custom.iter().map(|pair| pair.at).collect();
    for order in permutations(&places) {
        bends.push(Bend::new(Aspect::CustomOrder, 3, Mistake::ShpOrder, move |draft| {
            draft.custom.sort_by_key(|pair| order.iter().position(|at| *at == pair.at));
        }));
    }
}

/// Every order of a few things.
fn permutations(all: &[usize]) -> Vec<Vec<usize>> {
    if all.is_empty() {
        return vec![Vec::new()];
    }
    let with_first = all.iter().flat_map(|first| {
        let rest: Vec<usize> = all.iter().filter(|other| *other != first).copied().collect();
        permutations(&rest).into_iter().map(move |tail| [vec![*first], tail].concat())
    });
    with_first.collect()
}

fn marks(bends: &mut Vec<Bend>) {
    bends.push(Bend::new(Aspect::CustomMarks, 2, Mistake::ShpNames, |draft| draft.with_names = false));
    for separator in ["&", ";", ",", "", "|", " "] {
        bends.push(Bend::new(Aspect::CustomMarks, 3, Mistake::ShpMarks, move |draft| {
            draft.pair_separator = Some(separator);
        }));
    }
    for joint in [":", "", "-", "=>", " = "] {
        bends.push(Bend::new(Aspect::CustomMarks, 3, Mistake::ShpMarks, move |draft| draft.joint = joint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_cut_with_and_without_their_underscore() {
        assert_eq!(prefix("Shp_a"), ("Shp_", "a"));
        assert_eq!(prefix("SHPcode"), ("SHP", "code"));
        assert_eq!(prefix("shp"), ("shp", ""));
    }

    #[test]
    fn every_order_of_three_is_tried_once() {
        let mut all = permutations(&[0, 1, 2]);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 6);
    }
}
