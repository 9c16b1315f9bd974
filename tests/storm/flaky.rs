//! A database that fails: SQLite in memory, with mishaps on its way that the world has planned.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use domain::facts::Facts;
use domain::ids::Book;
use store::backend::{Backend, BackendFault, Plain, PlainAnswer, Turn};
use store::sqlite::Sqlite;

/// What becomes of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// It is rolled back, and the database says so.
    Fails,
    /// It is saved, and the answer is lost.
    SavedUnheard,
    /// It is rolled back, and the answer is lost.
    LostUnheard,
    /// It is saved, the answer is lost, and the database cannot be asked for a while.
    SavedSilent,
    /// It is rolled back, the answer is lost, and the database cannot be asked for a while.
    LostSilent,
    /// The process dies before it.
    DiesBefore,
    /// The process dies after it, before anybody hears of it.
    DiesAfter,
    /// What is looked up before it is not found out at all.
    LooksUpNothing,
}

impl Mishap {
    /// Every one of them.
    pub const ALL: [Mishap; 8] = [
        Mishap::Fails,
        Mishap::SavedUnheard,
        Mishap::LostUnheard,
        Mishap::SavedSilent,
        Mishap::LostSilent,
        Mishap::DiesBefore,
        Mishap::DiesAfter,
        Mishap::LooksUpNothing,
    ];

    const fn is_deadly(self) -> bool {
        matches!(self, Mishap::DiesBefore | Mishap::DiesAfter)
    }

    /// Whether it strikes commits, not what is looked up before them.
    const fn strikes_commits(self) -> bool {
        !matches!(self, Mishap::LooksUpNothing)
    }
}

/// Where a mishap can strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    LookUp,
    Decisions,
    Statements,
}

/// More questions in vain than a writer asks.
const SILENCE: u32 = 21;

/// What is planned for the next commits, and how long nobody answers.
#[derive(Debug, Default)]
struct Plan {
    /// Each with whether it strikes decisions only, and no small statements.
    next: VecDeque<(Mishap, bool)>,
    silent: u32,
}

/// The mishaps of one node; clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Mishaps(Arc<Mutex<Plan>>);

impl Mishaps {
    /// Plans one more.
    pub fn plan(&self, mishap: Mishap, only_decisions: bool) {
        self.held().next.push_back((mishap, only_decisions));
    }

    /// Forgets all that is planned.
    pub fn clear(&self) {
        *self.held() = Plan::default();
    }

    fn held(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().expect("one thread only")
    }

    fn strike(&self, at: At) -> Option<Mishap> {
        let mut plan = self.held();
        let (mishap, only_decisions) = *plan.next.front()?;
        let strikes = match at {
            At::LookUp => !mishap.strikes_commits(),
            At::Decisions => mishap.strikes_commits(),
            At::Statements => mishap.strikes_commits() && !only_decisions,
        };
        if !strikes {
            return None;
        }
        plan.next.pop_front();
        if matches!(mishap, Mishap::SavedSilent | Mishap::LostSilent) {
            plan.silent = SILENCE;
        }
        Some(mishap)
    }

    fn answers(&self) -> bool {
        let mut plan = self.held();
        let silent = plan.silent > 0;
        plan.silent = plan.silent.saturating_sub(1);
        !silent
    }
}

/// SQLite with mishaps.
pub struct Flaky {
    inner: Sqlite,
    mishaps: Mishaps,
}

impl Flaky {
    /// A database on which these mishaps come.
    pub fn new(inner: Sqlite, mishaps: Mishaps) -> Flaky {
        Flaky { inner, mishaps }
    }

    /// What comes of a commit that meets a mishap; `inner` carries it out where it is to be saved.
    async fn struck<T>(&mut self, mishap: Mishap, saved: Result<T, BackendFault>) -> Result<T, BackendFault> {
        if mishap.is_deadly() {
            std::future::pending::<()>().await;
        }
        let why = || "the storm".to_owned();
        match (mishap, saved) {
            (Mishap::Fails | Mishap::LooksUpNothing, _) => Err(BackendFault::Again { why: why() }),
            // What could not be saved for a reason of its own says so.
            (_, Err(fault @ (BackendFault::Clash { .. } | BackendFault::Damage(_)))) => Err(fault),
            _ => Err(BackendFault::Doubt { why: why() }),
        }
    }

    const fn saves(mishap: Mishap) -> bool {
        matches!(mishap, Mishap::SavedUnheard | Mishap::SavedSilent | Mishap::DiesAfter)
    }
}

impl Backend for Flaky {
    async fn look(&mut self, books: &BTreeSet<Book>, facts: &mut Facts) -> Result<(), BackendFault> {
        match self.mishaps.strike(At::LookUp) {
            Some(mishap) => self.struck(mishap, Ok(())).await,
            None => self.inner.look(books, facts).await,
        }
    }

    async fn write(&mut self, facts: &Facts, turn: Turn) -> Result<(), BackendFault> {
        let Some(mishap) = self.mishaps.strike(At::Decisions) else {
            return self.inner.write(facts, turn).await;
        };
        let saved = if Flaky::saves(mishap) {
            self.inner.write(facts, turn).await
        } else {
            self.inner.leave().await;
            Ok(())
        };
        self.struck(mishap, saved).await
    }

    async fn ahead(&mut self, plains: &[Plain]) -> Result<Option<Vec<PlainAnswer>>, BackendFault> {
        if !self.mishaps.answers() {
            return Err(BackendFault::Again { why: "nobody answers".to_owned() });
        }
        self.inner.ahead(plains).await
    }

    async fn leave(&mut self) {
        self.inner.leave().await;
    }

    async fn plains(&mut self, plains: &[Plain]) -> Result<Vec<PlainAnswer>, BackendFault> {
        if !self.mishaps.answers() {
            return Err(BackendFault::Again { why: "nobody answers".to_owned() });
        }
        let Some(mishap) = self.mishaps.strike(At::Statements) else {
            return self.inner.plains(plains).await;
        };
        let saved = if Flaky::saves(mishap) { self.inner.plains(plains).await } else { Ok(Vec::new()) };
        self.struck(mishap, saved).await
    }

    async fn reopen(&mut self) -> Result<(), BackendFault> {
        if !self.mishaps.answers() {
            return Err(BackendFault::Again { why: "nobody answers".to_owned() });
        }
        // The connection beneath is whole: only its answers were lost.
        self.inner.leave().await;
        Ok(())
    }
}
