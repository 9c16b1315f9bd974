//! Ways to bend the right text into what integrators sign instead, each with the mistake that it stands for.

mod custom;
mod number;
pub(crate) mod passwords;
mod receipt;
mod slots;
pub(crate) mod spellings;
pub(crate) mod sums;
pub(crate) mod whole;

use super::draft::Draft;
use super::kind::RequestKind;
use super::mistake::Mistake;
use super::pasted::Pasted;
use super::secrets::{PasswordName, ShopSecrets};
use super::slot::Slot;
use crate::bending;

/// What a bend changes. Two bends of one aspect exclude one another, and of two the smaller goes first: names
/// change before they are sorted, a receipt is written before it is encoded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Aspect {
    Password,
    PasswordDirt,
    PasswordSpelling,
    Login,
    Sum,
    ReceiptJson,
    Receipt,
    Addresses,
    CustomNames,
    CustomGone,
    CustomValues,
    CustomOrder,
    CustomMarks,
    Slot(Slot),
    EmptyKept,
    Number,
    Added,
    Moved,
    Gap,
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
    pub shop: &'a ShopSecrets<'a>,
    pub kind: RequestKind,
    pub password: PasswordName,
    pub draft: &'a Draft,
}

/// Every bend of this draft.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Bend> {
    let mut bends = Vec::new();
    passwords::push(scene, &mut bends);
    slots::push(scene, &mut bends);
    number::push(scene, &mut bends);
    sums::push(scene, &mut bends);
    receipt::push(scene, &mut bends);
    spellings::push_addresses(scene, &mut bends);
    custom::push(scene, &mut bends);
    whole::push(scene, &mut bends);
    bends
}
