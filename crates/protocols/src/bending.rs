//! The search for the text that was signed: the right one first, then bent in one known way, then in two,
//! the cheapest first, until a digest fits. What can be bent, and how, is each dialect's to say.

use crate::robokassa::explain::effort::Effort;

/// So many bends are paired, the likeliest: an ordinary request has fewer.
const PAIRED_MAX: usize = 400;

/// A text that may have been signed, in parts that can be bent.
pub(crate) trait Bendable: Clone + PartialEq {
    /// The bytes that are hashed; `None` if the encoding has no place for one of them.
    fn bytes(&self) -> Option<Vec<u8>>;
    /// The digest of these bytes, as hex in small letters.
    fn hex(&self, bytes: &[u8]) -> String;
}

/// One bend: it changes a text of kind `T` in an aspect `A`, and stands for mistakes `M`. Two bends of one
/// aspect exclude one another, and of two the smaller goes first.
pub(crate) struct Bend<T, A, M> {
    pub aspect: A,
    /// The lower, the more often it is seen; 0 for what is no mistake.
    pub cost: u8,
    /// What it stands for; nothing if the text is right this way too.
    pub mistakes: Vec<M>,
    change: Box<dyn Fn(&mut T)>,
}

impl<T: Bendable, A, M> Bend<T, A, M> {
    /// A bend that stands for one mistake.
    pub(crate) fn new(aspect: A, cost: u8, mistake: M, change: impl Fn(&mut T) + 'static) -> Bend<T, A, M> {
        Bend::standing_for(aspect, cost, vec![mistake], change)
    }

    /// A bend that stands for any number of mistakes.
    pub(crate) fn standing_for(
        aspect: A,
        cost: u8,
        mistakes: Vec<M>,
        change: impl Fn(&mut T) + 'static,
    ) -> Bend<T, A, M> {
        Bend { aspect, cost, mistakes, change: Box::new(change) }
    }

    /// A text that is as right as the first.
    pub(crate) fn harmless(aspect: A, change: impl Fn(&mut T) + 'static) -> Bend<T, A, M> {
        Bend::standing_for(aspect, 0, Vec::new(), change)
    }

    /// The text with this bend.
    pub(crate) fn applied(&self, text: &T) -> T {
        let mut bent = text.clone();
        (self.change)(&mut bent);
        bent
    }
}

/// A text that should fit, before it is bent, and what is already wrong if it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'a, T, M> {
    pub text: &'a T,
    pub mistakes: &'a [M],
}

/// The text that fits.
#[derive(Clone, Debug)]
pub(crate) struct Hit<T, M> {
    /// From which start it was bent.
    pub start: usize,
    pub text: T,
    pub mistakes: Vec<M>,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub(crate) struct Outcome<T, M> {
    pub hit: Option<Hit<T, M>>,
    /// So many texts were hashed.
    pub tried: usize,
    /// Whether every pair was tried.
    pub complete: bool,
}

/// Looks for the text whose digest was received, in hex. The bends of a start are asked for only if no start
/// fits as it is.
pub(crate) fn search<T: Bendable, A: Ord, M: Clone>(
    starts: &[Start<'_, T, M>],
    bends: impl Fn(usize) -> Vec<Bend<T, A, M>>,
    received: &str,
    effort: Effort,
) -> Outcome<T, M> {
    let mut work = Work { received, effort, tried: 0, hashed: 0 };
    let hit = looked(starts, bends, &mut work);
    Outcome { hit, tried: work.tried, complete: !work.is_spent() }
}

fn looked<T: Bendable, A: Ord, M: Clone>(
    starts: &[Start<'_, T, M>],
    bends: impl Fn(usize) -> Vec<Bend<T, A, M>>,
    work: &mut Work<'_>,
) -> Option<Hit<T, M>> {
    let hit = |start: usize, given: &Start<'_, T, M>, text: T, bends: &[&Bend<T, A, M>]| {
        let bent = bends.iter().flat_map(|bend| bend.mistakes.iter().cloned());
        Hit { start, text, mistakes: given.mistakes.iter().cloned().chain(bent).collect() }
    };
    if let Some((at, start)) = starts.iter().enumerate().find(|(_, start)| work.fits(start.text)) {
        return Some(hit(at, start, start.text.clone(), &[]));
    }
    let with_bends: Vec<_> =
        starts.iter().enumerate().map(|(at, start)| (at, start, likely(start.text, bends(at)))).collect();
    for (at, start, bends) in &with_bends {
        for bend in bends {
            let text = bend.applied(start.text);
            if work.fits(&text) {
                return Some(hit(*at, start, text, &[bend]));
            }
        }
    }
    for (at, start, bends) in &with_bends {
        for (first, second) in pairs(bends) {
            if work.is_spent() {
                return None;
            }
            let text = second.applied(&first.applied(start.text));
            if work.fits(&text) {
                return Some(hit(*at, start, text, &[first, second]));
            }
        }
    }
    None
}

/// The bends that change this text, the likeliest first.
fn likely<T: Bendable, A, M>(text: &T, mut bends: Vec<Bend<T, A, M>>) -> Vec<Bend<T, A, M>> {
    bends.retain(|bend| bend.applied(text) != *text);
    bends.sort_by_key(|bend| bend.cost);
    bends
}

/// Two bends, the one that is applied first before the other.
type Pair<'a, T, A, M> = (&'a Bend<T, A, M>, &'a Bend<T, A, M>);

/// Every two bends of different aspects, the cheapest first, each in the order in which they are applied.
fn pairs<T, A: Ord, M>(bends: &[Bend<T, A, M>]) -> Vec<Pair<'_, T, A, M>> {
    let mut pairs: Vec<Pair<'_, T, A, M>> = Vec::new();
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

    fn fits<T: Bendable>(&mut self, text: &T) -> bool {
        if self.is_spent() {
            return false;
        }
        let Some(bytes) = text.bytes() else { return false };
        self.tried = self.tried.saturating_add(1);
        self.hashed = self.hashed.saturating_add(bytes.len());
        wire::digest::same_hex(&text.hex(&bytes), self.received)
    }
}

#[cfg(test)]
mod tests {
    use wire::digest::Digest;

    use super::*;

    /// Letters that are joined and hashed.
    #[derive(Clone, PartialEq, Debug)]
    struct Letters(String);

    impl Bendable for Letters {
        fn bytes(&self) -> Option<Vec<u8>> {
            (self.0 != "x").then(|| self.0.clone().into_bytes())
        }

        fn hex(&self, bytes: &[u8]) -> String {
            Digest::Md5.hex(bytes)
        }
    }

    fn bends() -> Vec<Bend<Letters, u8, char>> {
        let push = |aspect, cost, letter: char| {
            Bend::new(aspect, cost, letter, move |text: &mut Letters| text.0.push(letter))
        };
        vec![
            push(2, 3, 'c'),
            push(1, 1, 'b'),
            push(1, 2, 'd'),
            Bend::harmless(3, |text: &mut Letters| text.0 = "x".to_owned()),
        ]
    }

    fn found(signed: &str, candidates: usize) -> (Option<Vec<char>>, usize) {
        let effort = Effort { candidates, ..Effort::QUICK };
        let starts = [Start { text: &Letters("a".to_owned()), mistakes: &['?'] }];
        let outcome = search(&starts, |_| bends(), &Digest::Md5.hex(signed.as_bytes()), effort);
        (outcome.hit.map(|hit| hit.mistakes), outcome.tried)
    }

    #[test]
    fn the_cheapest_text_that_fits_is_found_and_two_bends_keep_their_order() {
        assert_eq!(found("a", 100), (Some(vec!['?']), 1));
        assert_eq!(found("ab", 100), (Some(vec!['?', 'b']), 2));
        assert_eq!(found("abc", 100).0, Some(vec!['?', 'b', 'c']));
        for nothing in ["acb", "abd", "abb", "z"] {
            assert_eq!(found(nothing, 100).0, None, "{nothing}");
        }
    }

    #[test]
    fn the_work_ends_where_it_was_told_to() {
        assert_eq!(found("abc", 3), (None, 3));
    }
}
