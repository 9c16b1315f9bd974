//! Ways to bend the right text into what integrators sign instead, each with the mistake that it stands for.

mod custom;
mod number;
mod passwords;
mod receipt;
mod slots;
mod spellings;
mod sums;
mod whole;

use super::draft::Draft;
use super::kind::RequestKind;
use super::mistake::Mistake;
use super::pasted::Pasted;
use super::secrets::{PasswordName, ShopSecrets};
use super::slot::Slot;

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

/// The change itself.
type Change = Box<dyn Fn(&mut Draft)>;

/// One bend.
pub(super) struct Bend {
    pub aspect: Aspect,
    /// The lower, the more often it is seen; 0 for what is no mistake.
    pub cost: u8,
    /// What it stands for; nothing if the text is right this way too.
    pub mistakes: Vec<Mistake>,
    change: Change,
}

impl Bend {
    fn new(aspect: Aspect, cost: u8, mistake: Mistake, change: impl Fn(&mut Draft) + 'static) -> Bend {
        Bend { aspect, cost, mistakes: vec![mistake], change: Box::new(change) }
    }

    /// A text that is as right as the first.
    fn harmless(aspect: Aspect, change: impl Fn(&mut Draft) + 'static) -> Bend {
        Bend { aspect, cost: 0, mistakes: Vec::new(), change: Box::new(change) }
    }

    /// The draft with this bend.
    pub(super) fn applied(&self, draft: &Draft) -> Draft {
        let mut bent = draft.clone();
        (self.change)(&mut bent);
        bent
    }
}

/// What the bends are made from.
pub(super) struct Scene<'a> {
    pub pasted: &'a Pasted,
    pub shop: &'a ShopSecrets<'a>,
    pub kind: RequestKind,
    pub password: PasswordName,
    pub draft: &'a Draft,
}

/// Every bend that changes this draft, the likeliest first.
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
    bends.retain(|bend| bend.applied(scene.draft) != *scene.draft);
    bends.sort_by_key(|bend| bend.cost);
    bends
}
