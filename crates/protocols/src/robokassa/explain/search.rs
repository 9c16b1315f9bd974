//! The search of this dialect: its bends of the right texts, until a digest fits.

use super::bends::{self, Scene};
use super::draft::Draft;
use super::effort::Effort;
use super::kind::RequestKind;
use super::mistake::Mistake;
use super::pasted::Pasted;
use super::secrets::{PasswordName, ShopSecrets};
use crate::bending::{self, Start};

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
    let starts: Vec<_> =
        bases.iter().map(|base| Start { text: &base.draft, mistakes: base.mistakes.as_slice() }).collect();
    let bends = |at: usize| {
        let scene = |base: &Base| {
            bends::all(&Scene { pasted, shop, kind: base.kind, password: base.password, draft: &base.draft })
        };
        bases.get(at).map(scene).unwrap_or_default()
    };
    let outcome = bending::search(&starts, bends, received, effort);
    let found = outcome.hit.and_then(|hit| {
        let base = bases.get(hit.start)?;
        Some(Found { kind: base.kind, password: base.password, draft: hit.text, mistakes: hit.mistakes })
    });
    Outcome { found, tried: outcome.tried, complete: outcome.complete }
}
