//! What the one writer of a database has just saved, so that nobody has to read it again from there.
//!
//! Only where a single writer changes these records (SQLite) is what it saved last also what the database
//! holds. What is about to change is forgotten before it is committed and kept again after it, so a reader
//! never goes back in time: between the two it asks the database.

use domain::facts::{Facts, Record, Shelf};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many records of a kind are kept in a generation; there are two. A payment has 2 KB.
const GENERATION_MAX: usize = 4_096;

/// Records as they were saved last; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Kept(Arc<Mutex<Generations>>);

/// What was used lately, and what was used before that. When the first is full it becomes the second, and
/// what was in the second and was not used since is forgotten.
#[derive(Debug, Default)]
struct Generations {
    young: Facts,
    old: Facts,
}

impl Kept {
    /// Answers what is asked and was kept; the rest stays asked.
    pub(crate) fn answer(&self, facts: &mut Facts) {
        self.generations().answer(facts);
    }

    /// Forgets what is about to be changed: until it is saved, nobody knows what the database holds.
    pub(crate) fn forget_changes(&self, facts: &Facts) {
        self.generations().forget_changes(facts);
    }

    /// Keeps what was found or changed, now that it is saved.
    pub(crate) fn keep(&self, facts: &Facts) {
        self.generations().keep(facts);
    }

    /// A record, if it was kept.
    pub(crate) fn find<R: Record>(&self, key: &R::Key) -> Option<R> {
        let shared = {
            let generations = self.generations();
            let young = R::shelf(&generations.young).shared(key);
            young.or_else(|| R::shelf(&generations.old).shared(key))
        };
        shared.map(Arc::unwrap_or_clone)
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

macro_rules! kept {
    ($($shelf:ident),* $(,)?) => {
        impl Generations {
            fn answer(&self, facts: &mut Facts) {
                $(answer(&mut facts.$shelf, &self.young.$shelf, &self.old.$shelf);)*
            }

            fn forget_changes(&mut self, facts: &Facts) {
                $(self.young.$shelf.forget_changes_of(&facts.$shelf);)*
                $(self.old.$shelf.forget_changes_of(&facts.$shelf);)*
            }

            fn keep(&mut self, facts: &Facts) {
                $(keep(&mut self.young.$shelf, &mut self.old.$shelf, &facts.$shelf);)*
            }
        }
    };
}

// Settings, which every decision needs, and what the next step of a payment needs. Jobs are not among them:
// small statements change those beside the decisions.
kept! {
    installations, sellers, shops, providers, tariffs, payments, attempts, notices, balances, books,
}

fn answer<R: Record>(asked: &mut Shelf<R>, young: &Shelf<R>, old: &Shelf<R>) {
    asked.answer_from(young);
    asked.answer_from(old);
}

fn keep<R: Record>(young: &mut Shelf<R>, old: &mut Shelf<R>, saved: &Shelf<R>) {
    young.share(saved);
    if young.count() > GENERATION_MAX {
        *old = mem::take(young);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::book;
    use domain::ledger::BookHead;

    fn head(number: u64, entries: u64) -> BookHead {
        BookHead { entries, ..BookHead::empty(book(number)) }
    }

    fn saved(heads: impl IntoIterator<Item = BookHead>) -> Facts {
        let mut facts = Facts::default();
        heads.into_iter().for_each(|head| facts.books.put(head));
        facts
    }

    /// What a turn is told of these books without asking the database.
    fn answered(kept: &Kept, numbers: [u64; 2]) -> [Option<u64>; 2] {
        let mut facts = Facts::default();
        numbers.iter().for_each(|number| facts.books.ask(book(*number)));
        kept.answer(&mut facts);
        let still_asked = facts.books.take_asked();
        numbers.map(|number| {
            let found = facts.books.shared(&book(number)).map(|head| head.entries);
            assert_eq!(found.is_none(), still_asked.contains(&book(number)));
            found
        })
    }

    #[test]
    fn what_was_saved_is_known_and_the_rest_stays_asked() {
        let kept = Kept::default();
        kept.keep(&saved([head(1, 7)]));
        assert_eq!(answered(&kept, [1, 2]), [Some(7), None]);
        assert_eq!(kept.find::<BookHead>(&book(1)), Some(head(1, 7)));
        assert_eq!(kept.find::<BookHead>(&book(2)), None);
    }

    #[test]
    fn what_is_about_to_change_is_forgotten_until_it_is_saved() {
        let kept = Kept::default();
        kept.keep(&saved([head(1, 7), head(2, 1)]));
        let changed = saved([head(1, 8)]);
        kept.forget_changes(&changed);
        assert_eq!(answered(&kept, [1, 2]), [None, Some(1)]);
        kept.keep(&changed);
        assert_eq!(answered(&kept, [1, 2]), [Some(8), Some(1)]);
    }

    #[test]
    fn what_was_removed_is_asked_of_the_database() {
        let kept = Kept::default();
        kept.keep(&saved([head(1, 7)]));
        let mut removed = Facts::default();
        removed.books.remove(book(1));
        kept.forget_changes(&removed);
        kept.keep(&removed);
        assert_eq!(answered(&kept, [1, 2]), [None, None]);
    }

    #[test]
    fn a_full_generation_becomes_the_old_one_and_what_is_used_lives_on() {
        let kept = Kept::default();
        let many = |from: u64| (from..).take(GENERATION_MAX).map(|number| head(number, number));
        kept.keep(&saved([head(1, 7), head(2, 1)]));
        kept.keep(&saved(many(10)));
        assert_eq!(answered(&kept, [1, 2]), [Some(7), Some(1)]);
        let mut used = Facts::default();
        used.books.ask(book(1));
        kept.answer(&mut used);
        kept.keep(&used);
        kept.keep(&saved(many(100_000)));
        assert_eq!(answered(&kept, [1, 2]), [Some(7), None]);
    }
}
