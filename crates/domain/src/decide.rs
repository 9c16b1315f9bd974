//! What a command is, what it decides, and why it may stop.

use crate::facts::{Asks, Change, Facts, Record};
use crate::history::Actor;
use crate::history::{Event, Happened, Subject};
use crate::ids::{AttemptId, Book, ProviderAccountId, ShopId};
use crate::jobs::{Lease, Task};
use crate::ledger::{Account, Entry, LedgerError, SavedEntry};
use crate::methods::Method;
use jiff::Timestamp;
use money::{Money, MoneyError};

/// Whether guards may refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody wants it: a guard may say no.
    Wish,
    /// It has happened: it is always booked.
    News,
}

/// An order to decide something, in exactly one book.
pub trait Command: Send + 'static {
    /// What the caller is told once the decision is saved.
    type Answer: Send + 'static;
    /// Wish or news.
    const KIND: Kind;
    /// The book: routing and lock.
    fn book(&self) -> Book;
    /// A hint of what to look up first.
    fn asks(&self, asks: &mut Asks<'_>);
    /// Decides, from facts alone.
    ///
    /// # Errors
    /// [`Stop`]: more facts are needed, or the wish is refused.
    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Self::Answer), Stop>;
}

/// Why a command did not decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Something was not looked up yet.
    NeedMore(crate::facts::Wanted),
    /// A guard said no.
    Refused(Refused),
}

/// Why a wish is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No such record.
    #[error("there is no such {what}")]
    NotThere {
        /// The kind of record.
        what: &'static str,
    },
    /// Settings changed since they were read; try once more.
    #[error("the {what} has changed meanwhile")]
    Stale {
        /// The kind of record.
        what: &'static str,
    },
    /// It is switched off.
    #[error("this {what} is switched off")]
    Off {
        /// The kind of record.
        what: &'static str,
    },
    /// The method is not offered for this payment.
    #[error("{} is not offered for this payment", method.code())]
    MethodOff {
        /// The method.
        method: Method,
    },
    /// The order's number is paid already.
    #[error("an order with this number is paid already")]
    AlreadyPaid,
    /// Not possible where things stand.
    #[error("{wish} is not possible: the {what} is {state}")]
    WrongState {
        /// What was wanted.
        wish: &'static str,
        /// Of what kind of record.
        what: &'static str,
        /// The state it is in.
        state: &'static str,
    },
    /// More than there is.
    #[error("at most {left} {} can be {wish}", left.currency())]
    TooMuch {
        /// What was wanted.
        wish: &'static str,
        /// What is left of it.
        left: Money,
    },
    /// The money is not there.
    #[error("{} lacks {missing} {}; a top-up or new sales would fill it", account.code(), missing.currency())]
    Short {
        /// The account.
        account: Account,
        /// What is missing.
        missing: Money,
    },
    /// The name belongs to another.
    #[error("this {what} is taken")]
    Taken {
        /// The kind of name.
        what: &'static str,
    },
    /// A limit is reached.
    #[error("there can be at most {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        limit: u32,
    },
    /// A value that cannot be.
    #[error("{what}: {why}")]
    Invalid {
        /// Which value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The worker's lease is over; somebody else does the work.
    #[error("the lease of this work is over")]
    LeaseOver,
    /// Sums that do not fit together.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A mistake of ours, found before anything was saved.
    #[error("internal mistake: {0}")]
    Mistake(&'static str),
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Stop::Refused(refused)
    }
}

impl From<MoneyError> for Stop {
    fn from(error: MoneyError) -> Self {
        Stop::Refused(Refused::Money(error))
    }
}

impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        Stop::Refused(match error {
            LedgerError::Money(error) => Refused::Money(error),
            LedgerError::Short { account, missing } => Refused::Short { account, missing },
            LedgerError::Negative { .. } => Refused::Mistake("a movement of a negative amount"),
        })
    }
}

/// What leads from a stranger's words to a book; only ever added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryLine {
    /// A provider's number of a payment leads to our attempt.
    ProviderReference {
        /// The account at the provider.
        account: ProviderAccountId,
        /// The provider's number.
        reference: String,
        /// Our attempt.
        attempt: AttemptId,
    },
    /// A shop's login leads to the shop. Unique: a second shop of that name is refused.
    ShopLogin {
        /// The login.
        login: String,
        /// The shop in its live book.
        shop: ShopId,
    },
}

/// What is only ever added: saved together with the changes.
#[derive(Clone, Debug, Default)]
pub struct Added {
    /// Entries of the ledger, in the order of their books.
    pub entries: Vec<SavedEntry>,
    /// Events of the history, with their moment and book.
    pub events: Vec<(Timestamp, Book, Event)>,
    /// Lines of directories.
    pub directory: Vec<DirectoryLine>,
    /// Leases that were given to this node with the decision.
    pub leased: Vec<Lease>,
}

/// The new state, the ledger entries and the work to do: saved together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// Records as they shall be.
    pub changes: Vec<Change>,
    /// Movements of money.
    pub entries: Vec<Entry>,
    /// What happened.
    pub events: Vec<Event>,
    /// Lines of directories.
    pub directory: Vec<DirectoryLine>,
    /// Jobs with their due times.
    pub work: Vec<(Task, Timestamp)>,
    /// Jobs that are not needed any more.
    pub dropped: Vec<Task>,
    /// The job that brought this, closed by it.
    pub finished: Option<Lease>,
}

impl Decision {
    /// Nothing changes.
    #[must_use]
    pub fn nothing() -> Decision {
        Decision::default()
    }

    /// Saves a record.
    #[must_use]
    pub fn save<R: Record>(mut self, record: R) -> Decision {
        self.changes.push(record.into_change());
        self
    }

    /// Enters movements into the ledger.
    #[must_use]
    pub fn enter(mut self, entry: Entry) -> Decision {
        self.entries.push(entry);
        self
    }

    /// Tells the history.
    #[must_use]
    pub fn tell(mut self, subject: Subject, actor: &Actor, happened: Happened) -> Decision {
        self.events.push(Event { subject, actor: actor.clone(), happened });
        self
    }

    /// Adds a line to a directory.
    #[must_use]
    pub fn list(mut self, line: DirectoryLine) -> Decision {
        self.directory.push(line);
        self
    }

    /// Plans work.
    #[must_use]
    pub fn then(mut self, task: Task, due: Timestamp) -> Decision {
        self.work.push((task, due));
        self
    }

    /// Forgets planned work.
    #[must_use]
    pub fn forget(mut self, task: Task) -> Decision {
        self.dropped.push(task);
        self
    }

    /// Forgets whatever is planned for an attempt that is final.
    #[must_use]
    pub fn forget_attempt(mut self, attempt: AttemptId) -> Decision {
        self.dropped.extend(Task::of_attempt(attempt));
        self
    }

    /// Closes the job that brought this.
    #[must_use]
    pub fn finish(mut self, lease: Option<Lease>) -> Decision {
        self.finished = lease.or(self.finished);
        self
    }
}
