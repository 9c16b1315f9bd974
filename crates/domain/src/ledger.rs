//! Accounts, postings and entries, and the guards that no feature can forget.
//!
//! A posting names both sides, so an unbalanced entry cannot be written. An entry lies wholly in
//! one book, is never changed, and is undone by its reverse.

use crate::ids::{AttemptId, Book, Id, MoveId, PaymentId, PayoutId, ProviderAccountId, RefundId};
use crate::owners::Owner;
use jiff::Timestamp;
use jiff::civil::Date;
use money::currency::Currency;
use money::{Money, MoneyError};
use sha2::{Digest, Sha256};

/// Why a movement cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Movements are positive.
    #[error("a movement of {amount} {} would be negative", amount.currency())]
    Negative {
        /// The amount asked for.
        amount: Money,
    },
    /// A wish would take a guarded account below zero.
    #[error("{} lacks {missing} {}", account.code(), missing.currency())]
    Short {
        /// The account.
        account: Account,
        /// What is missing on it.
        missing: Money,
    },
    /// Sums that do not fit together.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Where money stands. An asset is a source and stands negative while it owes us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a provider holds for this book; negative while it owes us.
    Provider(ProviderAccountId),
    /// The seller's money before the settlement delay is over.
    Pending,
    /// The seller's money that may leave.
    Available,
    /// What the seller owes; negative while it does.
    SellerOwes,
    /// Refunds asked for and not yet confirmed.
    RefundsInTransit,
    /// Payouts asked for and not yet confirmed.
    PayoutsInTransit,
    /// Part payments and overpayments of a payment.
    PayerCredit(PaymentId),
    /// Money that belongs to no sale and goes back to the payer.
    Unclaimed(PaymentId),
    /// Money between two books, by the number of its move: what left this one stands positive, what arrived
    /// negative, and the two books' sides add up to nothing.
    InTransit(u64),
    /// Commission taken from the seller.
    FeesEarned,
    /// What providers charge us; negative.
    FeesPaid,
    /// Sums that contradict what we know, until a person decides.
    Suspense(ProviderAccountId),
}

/// Whether an account may go below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floor {
    /// Never below zero by a wish.
    Zero,
    /// No floor.
    None,
}

impl Account {
    /// The word in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Account::Provider(_) => "provider",
            Account::Pending => "pending",
            Account::Available => "available",
            Account::SellerOwes => "seller_owes",
            Account::RefundsInTransit => "refunds_in_transit",
            Account::PayoutsInTransit => "payouts_in_transit",
            Account::PayerCredit(_) => "payer_credit",
            Account::Unclaimed(_) => "unclaimed",
            Account::InTransit(_) => "in_transit",
            Account::FeesEarned => "fees_earned",
            Account::FeesPaid => "fees_paid",
            Account::Suspense(_) => "suspense",
        }
    }

    /// The number of what it is about; zero where it stands alone.
    #[must_use]
    pub fn about(self) -> u64 {
        match self {
            Account::Provider(id) | Account::Suspense(id) => id.number(),
            Account::PayerCredit(id) | Account::Unclaimed(id) => id.number(),
            Account::InTransit(number) => number,
            Account::Pending
            | Account::Available
            | Account::SellerOwes
            | Account::RefundsInTransit
            | Account::PayoutsInTransit
            | Account::FeesEarned
            | Account::FeesPaid => 0,
        }
    }

    /// The account with this word and number in this book, if the word is known.
    #[must_use]
    pub fn from_parts(code: &str, about: u64, book: Book) -> Option<Account> {
        Some(match code {
            "provider" => Account::Provider(Id::new(Book::PLATFORM, about)),
            "pending" => Account::Pending,
            "available" => Account::Available,
            "seller_owes" => Account::SellerOwes,
            "refunds_in_transit" => Account::RefundsInTransit,
            "payouts_in_transit" => Account::PayoutsInTransit,
            "payer_credit" => Account::PayerCredit(Id::new(book, about)),
            "unclaimed" => Account::Unclaimed(Id::new(book, about)),
            "in_transit" => Account::InTransit(about),
            "fees_earned" => Account::FeesEarned,
            "fees_paid" => Account::FeesPaid,
            "suspense" => Account::Suspense(Id::new(Book::PLATFORM, about)),
            _ => return None,
        })
    }

    /// Whether it can stand in this book: money set aside for a payment stays in the payment's book.
    #[must_use]
    pub fn is_inside(self, book: Book) -> bool {
        match self {
            Account::PayerCredit(id) | Account::Unclaimed(id) => id.book == book,
            Account::Provider(_)
            | Account::Pending
            | Account::Available
            | Account::SellerOwes
            | Account::RefundsInTransit
            | Account::PayoutsInTransit
            | Account::InTransit(_)
            | Account::FeesEarned
            | Account::FeesPaid
            | Account::Suspense(_) => true,
        }
    }

    /// Whether a wish may take it below zero.
    #[must_use]
    pub const fn floor(self) -> Floor {
        match self {
            Account::Pending
            | Account::Available
            | Account::RefundsInTransit
            | Account::PayoutsInTransit
            | Account::PayerCredit(_)
            | Account::Unclaimed(_) => Floor::Zero,
            Account::Provider(_)
            | Account::SellerOwes
            | Account::InTransit(_)
            | Account::FeesEarned
            | Account::FeesPaid
            | Account::Suspense(_) => Floor::None,
        }
    }
}

/// A movement between two different accounts, of a positive amount.
///
/// ```
/// use domain::ledger::{Account, Posting};
/// use money::{Money, currency::Currency};
/// let fee = Money::from_minor(350, Currency::Rub);
/// let posting = Posting::new(Account::Pending, Account::FeesEarned, fee)?.expect("it moves something");
/// assert_eq!(posting.reverse().to(), Account::Pending);
/// // Nothing to move is no posting, and a negative one is an error.
/// assert_eq!(Posting::new(Account::Pending, Account::Available, Money::zero(Currency::Rub))?, None);
/// assert!(Posting::new(Account::Pending, Account::Available, fee.negated()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    from: Account,
    to: Account,
    amount: Money,
}

impl Posting {
    /// A movement; `None` when nothing would move (no amount, or the same account).
    ///
    /// # Errors
    /// [`LedgerError::Negative`]: a movement the other way names the sides the other way.
    pub fn new(from: Account, to: Account, amount: Money) -> Result<Option<Posting>, LedgerError> {
        if amount.is_negative() {
            return Err(LedgerError::Negative { amount });
        }
        Ok((!amount.is_zero() && from != to).then_some(Posting { from, to, amount }))
    }

    /// Where the money leaves.
    #[must_use]
    pub const fn from(&self) -> Account {
        self.from
    }

    /// Where it arrives.
    #[must_use]
    pub const fn to(&self) -> Account {
        self.to
    }

    /// How much; always positive.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// The movement back.
    #[must_use]
    pub const fn reverse(self) -> Posting {
        Posting { from: self.to, to: self.from, amount: self.amount }
    }
}

/// Why an entry was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A sale: the provider has the money.
    Sale(AttemptId),
    /// Money that is no sale, or not yet one.
    SetAside(AttemptId),
    /// The settlement delay of a payment is over.
    Settled(PaymentId),
    /// A refund was asked for.
    RefundAsked(RefundId),
    /// A refund is done.
    RefundReturned(RefundId),
    /// A refund failed; the reverse of its asking.
    RefundFailed(RefundId),
    /// Money left for another book.
    MoveSent(MoveId),
    /// Money came back that another book did not take.
    MoveReturned(MoveId),
    /// Money arrived from another book, as this payment.
    PartReceived(PaymentId),
    /// A payout was asked for.
    PayoutAsked(PayoutId),
    /// A payout has left.
    PayoutSettled(PayoutId),
    /// A payout does not leave; the reverse of its asking.
    PayoutBounced(PayoutId),
}

impl Cause {
    /// Word and number in the database.
    #[must_use]
    pub fn parts(self) -> (&'static str, u64) {
        match self {
            Cause::Sale(id) => ("sale", id.number()),
            Cause::SetAside(id) => ("set_aside", id.number()),
            Cause::Settled(id) => ("settled", id.number()),
            Cause::RefundAsked(id) => ("refund_asked", id.number()),
            Cause::RefundReturned(id) => ("refund_returned", id.number()),
            Cause::RefundFailed(id) => ("refund_failed", id.number()),
            Cause::MoveSent(id) => ("move_sent", id.number()),
            Cause::MoveReturned(id) => ("move_returned", id.number()),
            Cause::PartReceived(id) => ("part_received", id.number()),
            Cause::PayoutAsked(id) => ("payout_asked", id.number()),
            Cause::PayoutSettled(id) => ("payout_settled", id.number()),
            Cause::PayoutBounced(id) => ("payout_bounced", id.number()),
        }
    }
}

/// Movements that belong together.
///
/// ```
/// use domain::ids::{AttemptId, Book, BookKind, Id, PaymentId, ProviderAccountId};
/// use domain::ledger::{Account, Cause, Entry};
/// use money::{Money, currency::Currency};
/// let book = Book::of_seller(7, BookKind::Live).expect("it fits");
/// let provider = ProviderAccountId::new(Book::PLATFORM, 900);
/// let sale = Entry::new(Cause::Sale(AttemptId::new(book, 21)), PaymentId::new(book, 17), "2026-03-02".parse()?)
///     .moving(Account::Provider(provider), Account::Pending, Money::from_minor(10_000, Currency::Rub))?
///     .moving(Account::Pending, Account::FeesEarned, Money::from_minor(350, Currency::Rub))?;
/// assert_eq!(sale.postings.len(), 2);
/// assert!(sale.is_inside(book) && !sale.is_inside(book.twin(BookKind::Test)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Why.
    pub cause: Cause,
    /// Whose money it is, so that "where the money went" can be read.
    pub owner: Owner,
    /// The seller's day to which it belongs.
    pub effective_on: Date,
    /// What moves.
    pub postings: Vec<Posting>,
}

impl Entry {
    /// An entry without movements yet.
    #[must_use]
    pub fn new(cause: Cause, owner: impl Into<Owner>, effective_on: Date) -> Entry {
        Entry { cause, owner: owner.into(), effective_on, postings: Vec::new() }
    }

    /// Adds a movement; nothing is added where nothing moves.
    ///
    /// # Errors
    /// [`LedgerError::Negative`] for a negative amount.
    pub fn moving(mut self, from: Account, to: Account, amount: Money) -> Result<Entry, LedgerError> {
        self.postings.extend(Posting::new(from, to, amount)?);
        Ok(self)
    }

    /// Whether everything it names lives in this book.
    #[must_use]
    pub fn is_inside(&self, book: Book) -> bool {
        let accounts = self.postings.iter().flat_map(|posting| [posting.from, posting.to]);
        self.owner.book() == book && accounts.into_iter().all(|account| account.is_inside(book))
    }

    /// The entry that undoes this one.
    #[must_use]
    pub fn reverse(&self, cause: Cause, effective_on: Date) -> Entry {
        let postings = self.postings.iter().rev().map(|posting| posting.reverse()).collect();
        Entry { cause, owner: self.owner, effective_on, postings }
    }
}

/// What an account of a book holds of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BalanceKey {
    /// The account.
    pub account: Account,
    /// Its currency.
    pub currency: Currency,
    /// The book.
    pub book: Book,
}

/// A balance as it stands beside the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Which.
    pub key: BalanceKey,
    /// How much arrived less how much left.
    pub amount: Money,
}

/// The head of a book: where its chain of entries stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookHead {
    /// The book.
    pub book: Book,
    /// The number of its last entry; entries are numbered without gaps from 1.
    pub entries: u64,
    /// When the last entry was written.
    pub last_at: Timestamp,
    /// The hash of the last entry, which covers all before it.
    pub hash: [u8; 32],
}

impl BookHead {
    /// The head of a book that has no entry yet.
    #[must_use]
    pub const fn empty(book: Book) -> BookHead {
        BookHead { book, entries: 0, last_at: Timestamp::UNIX_EPOCH, hash: [0; 32] }
    }
}

/// A posting with the balances it left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The movement.
    pub posting: Posting,
    /// What the account left holds after it.
    pub from_after: Money,
    /// What the account reached holds after it.
    pub to_after: Money,
}

/// An entry with its place in the chain of its book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedEntry {
    /// The book.
    pub book: Book,
    /// Its number in the book, without gaps from 1.
    pub number: u64,
    /// When: never before the entry before it.
    pub at: Timestamp,
    /// The entry, after the guards.
    pub entry: Entry,
    /// The movements with the balances they left.
    pub lines: Vec<Line>,
    /// The hash over the previous hash and this entry.
    pub hash: [u8; 32],
}

/// The hash that chains an entry to the one before it, so that a seller can verify a whole book alone.
///
/// SHA-256 over the previous hash and one line of text per fact, as `docs/ledger.md` describes.
#[must_use]
pub fn chain(previous: &[u8; 32], number: u64, at: Timestamp, entry: &Entry) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    let (cause, about) = entry.cause.parts();
    let head = format!(
        "{number}|{}|{}|{cause}|{about}|{}\n",
        at.as_microsecond(),
        entry.effective_on,
        entry.owner.number()
    );
    hash.update(head.as_bytes());
    for posting in &entry.postings {
        hash.update(chained_line(posting).as_bytes());
    }
    hash.finalize().into()
}

fn chained_line(posting: &Posting) -> String {
    format!(
        "{}:{}>{}:{}|{}|{}\n",
        posting.from.code(),
        posting.from.about(),
        posting.to.code(),
        posting.to.about(),
        posting.amount.minor(),
        posting.amount.currency().code()
    )
}
