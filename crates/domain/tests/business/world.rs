//! A store in memory: every command is decided from nothing, asks for what it lacks, and is applied.

use domain::admit::admit;
use domain::decide::{Command, DirectoryLine, Refused, Stop};
use domain::facts::{Asks, Facts, Key, Record};
use domain::history::{Event, Happened};
use domain::ids::{Book, BookKind, Id};
use domain::jobs::{Job, Lease, Task};
use domain::ledger::{Account, BalanceKey, SavedEntry};
use jiff::{SignedDuration, Timestamp};
use money::Money;
use money::currency::Currency;

/// Roubles, in kopecks.
pub fn rub(minor: i64) -> Money {
    Money::from_minor(minor, Currency::Rub)
}

/// Everything that was ever saved.
pub struct World {
    kept: Facts,
    pub now: Timestamp,
    pub book: Book,
    pub entries: Vec<SavedEntry>,
    pub events: Vec<Event>,
    pub directory: Vec<DirectoryLine>,
    numbers: u64,
    /// Whether all movements are those of payments, so that these can be audited too.
    pub business: bool,
    /// Whether work that is due at once is leased with the decision.
    pub leases: bool,
    /// How often a command had to be asked again.
    pub rounds: u32,
}

macro_rules! on_each_shelf {
    ($body:ident, $($given:expr),*) => {
        $body!(installations, $($given),*); $body!(sellers, $($given),*); $body!(shops, $($given),*);
        $body!(providers, $($given),*); $body!(tariffs, $($given),*); $body!(payments, $($given),*);
        $body!(attempts, $($given),*); $body!(calls, $($given),*); $body!(refunds, $($given),*);
        $body!(notices, $($given),*); $body!(claims, $($given),*); $body!(jobs, $($given),*);
        $body!(balances, $($given),*); $body!(books, $($given),*); $body!(stored, $($given),*);
        $body!(refund_tokens, $($given),*); $body!(attached, $($given),*);
        $body!(invoices, $($given),*); $body!(invoice_payments, $($given),*);
        $body!(moves, $($given),*); $body!(move_ends, $($given),*);
        $body!(payouts, $($given),*); $body!(payout_numbers, $($given),*);
        $body!(rates, $($given),*);
    };
}

macro_rules! look {
    ($shelf:ident, $kept:expr, $facts:expr) => {
        for key in $facts.$shelf.take_asked() {
            let record = $kept.find(&key).ok().flatten().cloned();
            $facts.$shelf.learn(key, record);
        }
    };
}

macro_rules! keep {
    ($shelf:ident, $kept:expr, $facts:expr) => {
        for (key, record) in $facts.$shelf.changes() {
            match record {
                Some(record) => $kept.$shelf.put(record.clone()),
                None => $kept.$shelf.remove(key.clone()),
            }
        }
    };
}

impl World {
    /// A world in which nothing was ever saved, on a Monday noon in Moscow.
    pub fn empty() -> World {
        World {
            kept: Facts::default(),
            now: "2026-03-02T09:00:00Z".parse().unwrap(),
            book: Book::of_seller(1, BookKind::Live).unwrap(),
            entries: Vec::new(),
            events: Vec::new(),
            directory: Vec::new(),
            numbers: 0,
            business: false,
            leases: false,
            rounds: 0,
        }
    }

    /// Decides, admits and applies a command, and audits the books after it.
    pub fn run<C: Command>(&mut self, command: C) -> Result<C::Answer, Refused> {
        let mut facts = Facts::default();
        command.asks(&mut Asks::new(&mut facts));
        look_up(&self.kept, &mut facts);
        let (admitted, answer) = loop {
            let decided = command.decide(&facts, self.now).and_then(|(decision, answer)| {
                Ok((admit(&facts, command.book(), C::KIND, decision, self.now)?, answer))
            });
            match decided {
                Ok(decided) => break decided,
                Err(Stop::Refused(refused)) => return Err(refused),
                Err(Stop::NeedMore(wanted)) => {
                    self.rounds += 1;
                    facts.ask(wanted);
                    look_up(&self.kept, &mut facts);
                }
            }
        };
        let (leases, mut numbers) = (self.leases, self.numbers);
        facts.apply(admitted, self.now, |_| {
            numbers += 1;
            leases.then_some(numbers)
        });
        self.numbers = numbers;
        on_each_shelf!(keep, self.kept, facts);
        self.entries.extend(facts.added.entries);
        self.events.extend(facts.added.events.into_iter().map(|(_, _, event)| event));
        self.directory.extend(facts.added.directory);
        crate::audit::audit(self);
        Ok(answer)
    }

    /// A fresh identifier in the book of the world.
    pub fn id<I: Id>(&mut self) -> I {
        self.numbers += 1;
        I::new(self.book, self.numbers)
    }

    /// The record with this key, if there is one.
    pub fn find<K: Key>(&self, key: &K) -> Option<K::Record> {
        self.kept.find(key).ok().flatten().cloned()
    }

    /// The record with this key.
    pub fn get<K: Key>(&self, key: K) -> K::Record {
        self.find(&key).unwrap()
    }

    /// Every record of a kind.
    pub fn all<R: Record>(&self) -> Vec<R> {
        R::shelf(&self.kept).changes().filter_map(|(_, record)| record.cloned()).collect()
    }

    /// Saves a record that no command could have made.
    pub fn put<R: Record>(&mut self, record: R) {
        self.kept.put(record.into_change());
    }

    /// What an account of the book holds, in kopecks.
    pub fn holds(&self, account: Account) -> i64 {
        let key = BalanceKey { account, currency: Currency::Rub, book: self.book };
        self.find(&key).map_or(0, |balance| balance.amount.minor())
    }

    /// The job of a task, if it is planned.
    pub fn job(&self, task: Task) -> Option<Job> {
        self.find(&task)
    }

    /// When a task is due; it must be planned.
    pub fn due(&self, task: Task) -> Timestamp {
        self.job(task).unwrap_or_else(|| panic!("{task:?} is not planned")).due
    }

    /// Takes a job as a worker does; every lease before it is over.
    pub fn take(&mut self, task: Task) -> Lease {
        self.numbers += 1;
        let until = self.now + domain::admit::LEASE;
        let job = self.job(task).unwrap_or_else(|| panic!("{task:?} is not planned"));
        self.put(Job { lease: Some((self.numbers, until)), ..job });
        Lease { task, number: self.numbers }
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    /// Whether the history tells something of this kind.
    pub fn was_told(&self, word: &str) -> usize {
        self.events.iter().filter(|event| event.happened.parts().0 == word).count()
    }

    /// The last thing that happened.
    pub fn last(&self) -> &Happened {
        &self.events.last().unwrap().happened
    }
}

fn look_up(kept: &Facts, facts: &mut Facts) {
    on_each_shelf!(look, kept, facts);
}
