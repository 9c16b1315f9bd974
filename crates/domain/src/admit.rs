//! What every decision passes before it is applied: one book, and the guards of the ledger.
//!
//! No feature can forget the guards, so no feature writes them. A wish that would take a guarded
//! account below zero is refused; news has happened, so what it takes comes from the accounts
//! that follow, and every later credit pays what the seller owes first.

use crate::decide::{Decision, Kind, Refused, Stop};
use crate::facts::{Change, Facts};
use crate::faults::{Planted, planted};
use crate::ids::Book;
use crate::jobs::{Job, Lease, Task};
use crate::ledger::{
    Account, Balance, BalanceKey, BookHead, Entry, Floor, LedgerError, Line, Posting, SavedEntry, chain,
};
use jiff::{SignedDuration, Timestamp};
use money::Money;
use money::currency::Currency;
use std::collections::{BTreeMap, BTreeSet};

/// How long a job belongs to the worker that took it. Longer than every deadline of its work.
pub const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// A decision that may be applied.
#[derive(Debug)]
pub struct Admitted {
    book: Book,
    decision: Decision,
    entries: Vec<SavedEntry>,
    balances: BTreeMap<BalanceKey, Money>,
    head: Option<BookHead>,
    finishes: bool,
}

/// Checks a decision of a command of `book` against the guards.
///
/// # Errors
/// [`Stop::NeedMore`] when a balance or the book's head was not looked up yet; [`Stop::Refused`]
/// when a guard says no.
pub fn admit(
    facts: &Facts,
    book: Book,
    kind: Kind,
    decision: Decision,
    now: Timestamp,
) -> Result<Admitted, Stop> {
    if reaches_out(&decision, book) {
        return Err(Refused::Mistake("a decision reaches into another book").into());
    }
    let finishes = match &decision.finished {
        Some(lease) => facts.holds(lease)?,
        None => false,
    };
    let mut books = Books { facts, book, moved: BTreeMap::new() };
    let mut head = None;
    let mut entries = Vec::new();
    for entry in &decision.entries {
        if entry.postings.is_empty() {
            continue;
        }
        let last = match head.take() {
            Some(last) => last,
            None => facts.find(&book)?.cloned().unwrap_or(BookHead::empty(book)),
        };
        let saved = books.enter(entry, kind, &last, now)?;
        head = Some(BookHead { book, entries: saved.number, last_at: saved.at, hash: saved.hash });
        entries.push(saved);
    }
    let balances = books.moved;
    Ok(Admitted { book, decision, entries, balances, head, finishes })
}

fn reaches_out(decision: &Decision, book: Book) -> bool {
    let planned = decision.work.iter().map(|(task, _)| task);
    let closed = decision.finished.iter().map(|lease| &lease.task);
    let mut tasks = planned.chain(&decision.dropped).chain(closed);
    decision.changes.iter().any(|change| change.book() != book)
        || tasks.any(|task| task.book() != book)
        || decision.entries.iter().any(|entry| !entry.is_inside(book))
}

/// The balances of one book while entries are tried.
struct Books<'a> {
    facts: &'a Facts,
    book: Book,
    moved: BTreeMap<BalanceKey, Money>,
}

impl Books<'_> {
    fn balance(&self, account: Account, currency: Currency) -> Result<Money, Stop> {
        let key = BalanceKey { account, currency, book: self.book };
        match self.moved.get(&key) {
            Some(amount) => Ok(*amount),
            None => self.facts.balance(key),
        }
    }

    fn enter(
        &mut self,
        entry: &Entry,
        kind: Kind,
        last: &BookHead,
        now: Timestamp,
    ) -> Result<SavedEntry, Stop> {
        let mut lines = Vec::new();
        for posting in &entry.postings {
            self.guarded(*posting, kind, &mut lines)?;
        }
        self.pay_debt(&mut lines)?;
        let number = last.entries.checked_add(1).ok_or(Refused::Mistake("the book is full"))?;
        let at = now.max(last.last_at);
        let mut entry = entry.clone();
        entry.postings = lines.iter().map(|line| line.posting).collect();
        let hash = chain(&last.hash, number, at, &entry);
        Ok(SavedEntry { book: self.book, number, at, entry, lines, hash })
    }

    /// Moves what the account has; what is missing is refused (wish) or taken from what follows (news).
    fn guarded(&mut self, posting: Posting, kind: Kind, lines: &mut Vec<Line>) -> Result<(), Stop> {
        let amount = posting.amount();
        let from = posting.from();
        let zero = Money::zero(amount.currency());
        let missing = match from.floor() {
            Floor::None => zero,
            Floor::Zero => {
                let has = self.balance(from, amount.currency())?.larger(zero)?;
                amount.minus(has)?.larger(zero)?
            }
        };
        if missing.is_zero() {
            return self.shift(posting, lines);
        }
        if kind == Kind::Wish && !planted(Planted::SkipFloor) {
            return Err(LedgerError::Short { account: from, missing }.into());
        }
        let mut left = missing;
        self.shift_if(from, posting.to(), amount.minus(missing)?, lines)?;
        for next in follows(from) {
            let part = match next.floor() {
                Floor::None => left,
                Floor::Zero => self.balance(*next, amount.currency())?.larger(zero)?.smaller(left)?,
            };
            self.shift_if(*next, posting.to(), part, lines)?;
            left = left.minus(part)?;
        }
        Ok(())
    }

    /// What a seller gains pays what the seller owes first.
    fn pay_debt(&mut self, lines: &mut Vec<Line>) -> Result<(), Stop> {
        let gains = lines.iter().map(|line| line.posting).filter(is_gain);
        let gains: BTreeSet<_> = gains.map(|posting| (posting.to(), posting.amount().currency())).collect();
        for (account, currency) in gains {
            let zero = Money::zero(currency);
            let debt = self.balance(Account::SellerOwes, currency)?.negated()?.larger(zero)?;
            let has = self.balance(account, currency)?.larger(zero)?;
            self.shift_if(account, Account::SellerOwes, debt.smaller(has)?, lines)?;
        }
        Ok(())
    }

    fn shift_if(
        &mut self,
        from: Account,
        to: Account,
        amount: Money,
        lines: &mut Vec<Line>,
    ) -> Result<(), Stop> {
        match Posting::new(from, to, amount)? {
            Some(posting) => self.shift(posting, lines),
            None => Ok(()),
        }
    }

    fn shift(&mut self, posting: Posting, lines: &mut Vec<Line>) -> Result<(), Stop> {
        let amount = posting.amount();
        let from_after = self.balance(posting.from(), amount.currency())?.minus(amount)?;
        let to_after = self.balance(posting.to(), amount.currency())?.plus(amount)?;
        let key = |account| BalanceKey { account, currency: amount.currency(), book: self.book };
        self.moved.insert(key(posting.from()), from_after);
        self.moved.insert(key(posting.to()), to_after);
        lines.push(Line { posting, from_after, to_after });
        Ok(())
    }
}

/// Whether the seller gains: money reaches the seller that is not the seller's own moving on.
/// A refund that failed is such a gain too.
const fn is_gain(posting: &Posting) -> bool {
    is_sellers(posting.to()) && !is_sellers(posting.from()) && !matches!(posting.from(), Account::SellerOwes)
}

/// Whether the seller's money stands there.
const fn is_sellers(account: Account) -> bool {
    match account {
        Account::Pending | Account::Available => true,
        Account::Provider(_)
        | Account::SellerOwes
        | Account::RefundsInTransit
        | Account::PayoutsInTransit
        | Account::PayerCredit(_)
        | Account::Unclaimed(_)
        | Account::InTransit(_)
        | Account::FeesEarned
        | Account::FeesPaid
        | Account::Suspense(_) => false,
    }
}

/// From where news takes what an account lacks, in order; the last has no floor.
const fn follows(account: Account) -> &'static [Account] {
    match account {
        Account::Available => &[Account::Pending, Account::SellerOwes],
        Account::Pending => &[Account::Available, Account::SellerOwes],
        Account::Provider(_)
        | Account::SellerOwes
        | Account::RefundsInTransit
        | Account::PayoutsInTransit
        | Account::PayerCredit(_)
        | Account::Unclaimed(_)
        | Account::InTransit(_)
        | Account::FeesEarned
        | Account::FeesPaid
        | Account::Suspense(_) => &[Account::Available, Account::Pending, Account::SellerOwes],
    }
}

impl Facts {
    /// Puts an admitted decision on the shelves, where later commands of the batch see it.
    ///
    /// `lease` gives a number for work that is due at once and that this node can take now.
    pub fn apply(&mut self, admitted: Admitted, now: Timestamp, mut lease: impl FnMut(Task) -> Option<u64>) {
        let Admitted { book, decision, entries, balances, head, finishes } = admitted;
        for change in decision.changes {
            self.put(change);
        }
        for (key, amount) in balances {
            self.put(Change::Balance(Balance { key, amount }));
        }
        if let Some(head) = head {
            self.put(Change::BookHead(head));
        }
        if let (true, Some(done)) = (finishes, decision.finished) {
            self.jobs.remove(done.task);
        }
        for task in decision.dropped {
            self.jobs.remove(task);
        }
        for (task, due) in decision.work {
            let number = if due <= now { lease(task) } else { None };
            let until = now.saturating_add(LEASE).unwrap_or(now);
            self.added.leased.extend(number.map(|number| Lease { task, number }));
            self.put(Change::Job(Job {
                task,
                due,
                tries: 0,
                lease: number.map(|number| (number, until)),
                parked: None,
            }));
        }
        self.added.events.extend(decision.events.into_iter().map(|event| (now, book, event)));
        self.added.entries.extend(entries);
        self.added.directory.extend(decision.directory);
    }
}
