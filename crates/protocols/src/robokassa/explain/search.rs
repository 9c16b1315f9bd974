//! The search: the right text first, then one mistake, then two, the cheapest first, until a digest fits.

use super::bends::{self, Bend, Scene};
use super::draft::Draft;
use super::effort::Effort;
use super::kind::RequestKind;
use super::mistake::Mistake;
use super::pasted::Pasted;
use super::secrets::{PasswordName, ShopSecrets};

/// So many bends are paired, the likeliest: an ordinary request has fewer.
const PAIRED_MAX: usize = 400;

/// A text that should fit, before it is bent.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub kind: RequestKind,
    pub password: PasswordName,
    pub draft: Draft,
    /// What is already wrong if it does.
    pub mistakes: Vec<Mistake>,
}

/// The text that fits.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub kind: RequestKind,
    pub password: PasswordName,
    pub draft: Draft,
    pub mistakes: Vec<Mistake>,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub found: Option<Found>,
    /// So many texts were hashed.
    pub tried: usize,
    /// Whether every pair was tried.
    pub complete: bool,
}

/// Looks for the text whose digest was received.
pub(super) fn search(
    pasted: &Pasted,
    shop: &ShopSecrets<'_>,
    bases: &[Base],
    received: &str,
    effort: Effort,
) -> Outcome {
    let mut work = Work { received, effort, tried: 0, hashed: 0 };
    let found = looked(pasted, shop, bases, &mut work);
    Outcome { found, tried: work.tried, complete: !work.is_spent() }
}

fn looked(pasted: &Pasted, shop: &ShopSecrets<'_>, bases: &[Base], work: &mut Work<'_>) -> Option<Found> {
    let found = |base: &Base, draft: Draft, bends: &[&Bend]| {
        let bent = bends.iter().flat_map(|bend| bend.mistakes.iter().cloned());
        let mistakes = base.mistakes.iter().cloned().chain(bent).collect();
        Found { kind: base.kind, password: base.password, draft, mistakes }
    };
    if let Some(base) = bases.iter().find(|base| work.fits(&base.draft)) {
        return Some(found(base, base.draft.clone(), &[]));
    }
    let with_bends = bases.iter().map(|base| {
        let scene = Scene { pasted, shop, kind: base.kind, password: base.password, draft: &base.draft };
        (base, bends::all(&scene))
    });
    let with_bends: Vec<(&Base, Vec<Bend>)> = with_bends.collect();
    for (base, bends) in &with_bends {
        for bend in bends {
            let draft = bend.applied(&base.draft);
            if work.fits(&draft) {
                return Some(found(base, draft, &[bend]));
            }
        }
    }
    for (base, bends) in &with_bends {
        for (first, second) in pairs(bends) {
            if work.is_spent() {
                return None;
            }
            let draft = second.applied(&first.applied(&base.draft));
            if work.fits(&draft) {
                return Some(found(base, draft, &[first, second]));
            }
        }
    }
    None
}

/// Every two bends of different aspects, the cheapest first, each in the order in which they are applied.
fn pairs(bends: &[Bend]) -> Vec<(&Bend, &Bend)> {
    let mut pairs: Vec<(&Bend, &Bend)> = Vec::new();
    let likely = || bends.iter().take(PAIRED_MAX);
    for (at, one) in likely().enumerate() {
        for other in likely().skip(at.saturating_add(1)) {
            if one.aspect < other.aspect {
                pairs.push((one, other));
            } else if other.aspect < one.aspect {
                pairs.push((other, one));
            }
        }
    }
    pairs.sort_by_key(|(one, other)| one.cost.saturating_add(other.cost));
    pairs
}

struct Work<'a> {
    received: &'a str,
    effort: Effort,
    tried: usize,
    hashed: usize,
}

impl Work<'_> {
    fn is_spent(&self) -> bool {
        self.tried >= self.effort.candidates || self.hashed >= self.effort.bytes
    }

    fn fits(&mut self, draft: &Draft) -> bool {
        if self.is_spent() {
            return false;
        }
        let Some(bytes) = draft.bytes() else { return false };
        self.tried = self.tried.saturating_add(1);
        self.hashed = self.hashed.saturating_add(bytes.len());
        wire::digest::same_hex(&draft.hex(&bytes), self.received)
    }
}
