//! Every kind of record, in one list, and what a decision may know of them.
//!
//! "Not looked up yet" and "not there" are different answers: a decision that asks for something
//! not looked up gets [`Stop::NeedMore`], the writer fetches it and asks the decision again.

use crate::attaching::{AttachedKey, AttachedReceipt};
use crate::attempts::{Attempt, Call};
use crate::decide::{Added, Refused, Stop};
use crate::ids::Id;
use crate::ids::{
    AttemptId, Book, CallId, InvoiceId, MoveId, NoticeId, PaymentId, PayoutId, ProviderAccountId, RefundId,
    SellerId, ShopId, StoredMethodId, TariffId,
};
use crate::invoices::{Invoice, InvoicePayment, InvoicePaymentKey};
use crate::jobs::{Job, Task};
use crate::ledger::{Balance, BalanceKey, BookHead};
use crate::moving::{Move, MoveEnd, MoveEndKey};
use crate::notices::Notice;
use crate::payments::{Claim, ClaimKey, Payment};
use crate::payouts::{Payout, PayoutNumber, PayoutNumberKey};
use crate::providers::{Installation, InstallationKey, ProviderAccount};
use crate::rates::Rate;
use crate::refunds::{Refund, RefundToken, RefundTokenKey};
use crate::sellers::{Seller, Shop};
use crate::stored::StoredMethod;
use crate::tariffs::Tariff;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A kind of record: it has a key and a shelf of its own.
pub trait Record: Clone + fmt::Debug + Send + Sync + 'static {
    /// What it is found by.
    type Key: Key<Record = Self>;
    /// The word for it in messages.
    const NAME: &'static str;
    /// Its own key.
    fn key(&self) -> Self::Key;
    /// The shelf of its kind.
    fn shelf(facts: &Facts) -> &Shelf<Self>;
    /// The shelf of its kind, to put things on.
    fn shelf_mut(facts: &mut Facts) -> &mut Shelf<Self>;
    /// As a change.
    fn into_change(self) -> Change;
}

/// A key that leads to one kind of record.
pub trait Key: Clone + Ord + fmt::Debug + Send + Sync + 'static {
    /// The kind.
    type Record: Record<Key = Self>;
    /// As a wish to have it looked up.
    fn wanted(&self) -> Wanted;
    /// The book it lives in; only a command of that book may change it.
    fn book(&self) -> Book;
}

/// All that is known of one kind of record: asks, facts and changes in one.
///
/// Records are shared: a shelf that answers from another does not copy them.
#[derive(Clone, Debug)]
pub struct Shelf<R: Record> {
    asked: BTreeSet<R::Key>,
    known: BTreeMap<R::Key, Option<Arc<R>>>,
    changed: BTreeSet<R::Key>,
}

impl<R: Record> Default for Shelf<R> {
    fn default() -> Self {
        Shelf { asked: BTreeSet::new(), known: BTreeMap::new(), changed: BTreeSet::new() }
    }
}

impl<R: Record> Shelf<R> {
    /// Asks for a record unless it is known already.
    pub fn ask(&mut self, key: R::Key) {
        if !self.known.contains_key(&key) {
            self.asked.insert(key);
        }
    }

    /// Takes the keys that wait to be looked up; every one of them must then be answered by [`Shelf::learn`].
    pub fn take_asked(&mut self) -> Vec<R::Key> {
        std::mem::take(&mut self.asked).into_iter().collect()
    }

    /// Whether anything waits to be looked up.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    /// What the store answered: the record, or that there is none.
    pub fn learn(&mut self, key: R::Key, record: Option<R>) {
        self.known.insert(key, record.map(Arc::new));
    }

    /// Takes from another shelf the records that are asked for and stand there; the rest stays asked.
    pub fn answer_from(&mut self, other: &Shelf<R>) {
        let known = &mut self.known;
        self.asked.retain(|key| match other.known.get(key) {
            Some(Some(record)) => {
                known.insert(key.clone(), Some(record.clone()));
                false
            }
            Some(None) | None => true,
        });
    }

    /// Puts the records of another shelf here as well, those that were found or changed there.
    pub fn share(&mut self, other: &Shelf<R>) {
        let there = other.known.iter().filter(|(_, record)| record.is_some());
        self.known.extend(there.map(|(key, record)| (key.clone(), record.clone())));
    }

    /// Forgets everything that another shelf has changed.
    pub fn forget_changes_of(&mut self, other: &Shelf<R>) {
        for key in &other.changed {
            self.known.remove(key);
        }
    }

    /// How many keys are known, those without a record included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.known.len()
    }

    /// A record that stands here, shared.
    #[must_use]
    pub fn shared(&self, key: &R::Key) -> Option<Arc<R>> {
        self.known.get(key).cloned().flatten()
    }

    /// Puts a changed record on the shelf.
    pub fn put(&mut self, record: R) {
        let key = record.key();
        self.changed.insert(key.clone());
        self.known.insert(key, Some(Arc::new(record)));
    }

    /// Takes a record off the shelf.
    pub fn remove(&mut self, key: R::Key) {
        self.changed.insert(key.clone());
        self.known.insert(key, None);
    }

    /// What changed: each key with its record, or `None` where it is to be removed.
    pub fn changes(&self) -> impl Iterator<Item = (&R::Key, Option<&R>)> {
        self.changed.iter().map(|key| (key, self.known.get(key).and_then(Option::as_deref)))
    }

    fn get(&self, key: &R::Key) -> Option<Option<&R>> {
        self.known.get(key).map(Option::as_deref)
    }
}

macro_rules! records {
    ($($shelf:ident: $record:ident, $key:ident, $name:literal, |$this:ident| $own:expr, |$k:ident| $book:expr;)*) => {
        /// What a batch of decisions knows, and what it has changed so far.
        #[derive(Clone, Debug, Default)]
        pub struct Facts {
            $(#[doc = concat!("Known: ", $name, ".")] pub $shelf: Shelf<$record>,)*
            /// What is only ever added.
            pub added: Added,
        }

        impl Facts {
            /// Whether anything waits to be looked up.
            #[must_use]
            pub fn is_asked(&self) -> bool { false $(|| self.$shelf.is_asked())* }

            /// Asks for what a decision found missing.
            pub fn ask(&mut self, wanted: Wanted) {
                match wanted { $(Wanted::$record(key) => self.$shelf.ask(key),)* }
            }

            /// Puts a change on its shelf.
            pub fn put(&mut self, change: Change) {
                match change { $(Change::$record(record) => self.$shelf.put(record),)* }
            }
        }

        /// A record that a decision needs and that was not looked up yet.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Wanted { $(#[doc = $name] $record($key),)* }

        /// A record as it shall be from now on.
        #[allow(clippy::large_enum_variant, reason = "payments are the largest and the most frequent")]
        #[derive(Clone, Debug)]
        pub enum Change { $(#[doc = $name] $record($record),)* }

        impl Change {
            /// The book it lives in.
            #[must_use]
            pub fn book(&self) -> Book {
                match self { $(Change::$record(record) => record.key().book(),)* }
            }
        }

        $(impl Record for $record {
            type Key = $key;
            const NAME: &'static str = $name;
            fn key(&self) -> $key { let $this = self; $own }
            fn shelf(facts: &Facts) -> &Shelf<Self> { &facts.$shelf }
            fn shelf_mut(facts: &mut Facts) -> &mut Shelf<Self> { &mut facts.$shelf }
            fn into_change(self) -> Change { Change::$record(self) }
        }

        impl Key for $key {
            type Record = $record;
            fn wanted(&self) -> Wanted { Wanted::$record(self.clone()) }
            fn book(&self) -> Book { let $k = self; $book }
        })*
    };
}

records! {
    installations: Installation, InstallationKey, "installation", |_this| InstallationKey, |_key| Book::PLATFORM;
    sellers: Seller, SellerId, "seller", |this| this.id, |key| Id::book(*key);
    shops: Shop, ShopId, "shop", |this| this.id, |key| Id::book(*key);
    providers: ProviderAccount, ProviderAccountId, "provider account", |this| this.id, |key| Id::book(*key);
    tariffs: Tariff, TariffId, "tariff", |this| this.id, |key| Id::book(*key);
    payments: Payment, PaymentId, "payment", |this| this.id, |key| Id::book(*key);
    attempts: Attempt, AttemptId, "attempt", |this| this.id, |key| Id::book(*key);
    stored: StoredMethod, StoredMethodId, "stored method", |this| this.id, |key| Id::book(*key);
    calls: Call, CallId, "call", |this| this.id, |key| Id::book(*key);
    refunds: Refund, RefundId, "refund", |this| this.id, |key| Id::book(*key);
    refund_tokens: RefundToken, RefundTokenKey, "refund token", |this| this.key.clone(), |key| key.book;
    invoices: Invoice, InvoiceId, "payment link", |this| this.id, |key| Id::book(*key);
    invoice_payments: InvoicePayment, InvoicePaymentKey, "payment of a link", |this| InvoicePaymentKey(this.payment), |key| key.0.book;
    notices: Notice, NoticeId, "notice", |this| this.id, |key| Id::book(*key);
    attached: AttachedReceipt, AttachedKey, "attached receipt", |this| this.key.clone(), |key| key.shop.book;
    moves: Move, MoveId, "move", |this| this.id, |key| Id::book(*key);
    move_ends: MoveEnd, MoveEndKey, "end of a move", |this| this.key, |key| key.book;
    payouts: Payout, PayoutId, "payout", |this| this.id, |key| Id::book(*key);
    payout_numbers: PayoutNumber, PayoutNumberKey, "number of a payout", |this| this.key.clone(), |key| key.shop.book;
    rates: Rate, Rate, "rate", |this| *this, |_key| Book::PLATFORM;
    claims: Claim, ClaimKey, "claim", |this| this.key, |key| key.shop.book;
    jobs: Job, Task, "job", |this| this.task, |key| Task::book(*key);
    balances: Balance, BalanceKey, "balance", |this| this.key, |key| key.book;
    books: BookHead, Book, "book", |this| this.book, |key| *key;
}

impl Facts {
    /// The record, or that there is none.
    ///
    /// # Errors
    /// [`Stop::NeedMore`] when it was not looked up yet.
    pub fn find<K: Key>(&self, key: &K) -> Result<Option<&K::Record>, Stop> {
        K::Record::shelf(self).get(key).ok_or_else(|| Stop::NeedMore(key.wanted()))
    }

    /// The record, which must be there.
    ///
    /// # Errors
    /// [`Stop::NeedMore`] when it was not looked up yet, [`Refused::NotThere`] when there is none.
    pub fn need<K: Key>(&self, key: &K) -> Result<&K::Record, Stop> {
        self.find(key)?.ok_or(Stop::Refused(Refused::NotThere { what: K::Record::NAME }))
    }

    /// What an account holds; zero where nothing ever moved.
    ///
    /// # Errors
    /// [`Stop::NeedMore`] when it was not looked up yet.
    pub fn balance(&self, key: BalanceKey) -> Result<money::Money, Stop> {
        Ok(self.find(&key)?.map_or(money::Money::zero(key.currency), |balance| balance.amount))
    }

    /// Whether a lease is still the last one given for its job.
    ///
    /// # Errors
    /// [`Stop::NeedMore`] when the job was not looked up yet.
    pub fn holds(&self, lease: &crate::jobs::Lease) -> Result<bool, Stop> {
        let job = self.find(&lease.task)?;
        Ok(job.is_some_and(|job| job.lease.is_some_and(|(number, _)| number == lease.number)))
    }
}

impl Facts {
    /// Whether news may plan a job: nobody has planned it, or the job is the one that this lease closes.
    ///
    /// # Errors
    /// [`Stop::NeedMore`] when the job was not looked up yet.
    pub fn is_free(&self, task: Task, lease: Option<&crate::jobs::Lease>) -> Result<bool, Stop> {
        if self.find(&task)?.is_none() {
            return Ok(true);
        }
        match lease {
            Some(lease) if lease.task == task => self.holds(lease),
            Some(_) | None => Ok(false),
        }
    }
}

/// What a command knows it will need; a hint that saves a round trip, never more.
#[derive(Debug)]
pub struct Asks<'a>(&'a mut Facts);

impl<'a> Asks<'a> {
    /// Asks that end up on the shelves of these facts.
    pub fn new(facts: &'a mut Facts) -> Self {
        Asks(facts)
    }

    /// Asks for a record.
    pub fn know<K: Key>(&mut self, key: K) {
        K::Record::shelf_mut(self.0).ask(key);
    }
}
