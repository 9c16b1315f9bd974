//! Ways to bend the right text into what integrators sign instead, each with the mistake that it stands for.

mod fields;
mod keys;
mod orders;
mod values;
mod whole;

use super::draft::Draft;
use super::kind::Kind;
use super::mistake::Mistake;
use super::secrets::{KeyName, MerchantSecrets};
use crate::bending;
use crate::robokassa::explain::pasted::Pasted;

/// What a bend changes. Two bends of one aspect exclude one another, and of two the smaller goes first: values
/// change before fields are sorted by them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Aspect {
    Key,
    KeyDirt,
    KeySpelling,
    Amount,
    Value(usize),
    Values,
    Gone,
    Added,
    EmptyGone,
    Order,
    Names,
    Place,
    Separator,
    Charset,
    Finish,
    Hashing,
}

/// One bend of this dialect's text.
pub(super) type Bend = bending::Bend<Draft, Aspect, Mistake>;

/// What the bends are made from.
pub(super) struct Scene<'a> {
    pub pasted: &'a Pasted,
    pub merchant: &'a MerchantSecrets<'a>,
    pub kind: Kind,
    pub key: KeyName,
    pub draft: &'a Draft,
}

/// Every bend of this draft.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Bend> {
    let mut bends = Vec::new();
    keys::push(scene, &mut bends);
    fields::push(scene, &mut bends);
    values::push(scene, &mut bends);
    orders::push(scene, &mut bends);
    whole::push(scene, &mut bends);
    bends
}
