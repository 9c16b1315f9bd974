//! What the simulated provider remembers: shops, payments, refunds, payouts, receipts and notices.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::seeded::Seeded;

use super::faults::Faults;
use super::idempotency::Remembered;
use super::kept::KeptMethod;
use super::methods::{Confirming, Method};
use super::notices::Notice;

/// The whole provider. One value, no clock, no chance of its own.
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) secrets: BTreeMap<String, String>,
    /// Payout gateways and their secrets.
    pub(crate) gateways: BTreeMap<String, String>,
    pub(crate) public_url: String,
    pub(crate) notice_url: Option<String>,
    pub(crate) faults: Faults,
    pub(crate) payments: Shelf<Payment>,
    pub(crate) refunds: Shelf<Refund>,
    pub(crate) payouts: Shelf<Payout>,
    pub(crate) receipts: Shelf<Receipt>,
    pub(crate) notices: BTreeMap<u64, Notice>,
    /// Notices that wait for a later one to overtake them.
    pub(crate) held_back: Vec<u64>,
    pub(crate) remembered: BTreeMap<(String, String), Remembered>,
    pub(crate) kept: BTreeMap<String, KeptMethod>,
}

/// One line of the provider's own books, for comparison with the books of whoever used it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookLine {
    /// The provider's identifier of the payment.
    pub payment: String,
    /// The shop that owns it.
    pub shop: String,
    /// Its state.
    pub status: Status,
    /// What was asked, or after a capture what was taken, in kopecks.
    pub amount: i64,
    /// What of it stands after the fee; zero until it succeeded.
    pub income: i64,
    /// What went back to the payer, in kopecks.
    pub refunded: i64,
}

impl World {
    /// A provider with these shops (identifier and secret) and no payments.
    /// `public_url` is where payers reach its pages, without a slash at the end.
    pub fn new(shops: impl IntoIterator<Item = (String, String)>, public_url: &str) -> World {
        World {
            secrets: shops.into_iter().collect(),
            gateways: BTreeMap::new(),
            public_url: public_url.trim_end_matches('/').to_owned(),
            notice_url: None,
            faults: Faults::default(),
            payments: Shelf::default(),
            refunds: Shelf::default(),
            payouts: Shelf::default(),
            receipts: Shelf::default(),
            notices: BTreeMap::new(),
            held_back: Vec::new(),
            remembered: BTreeMap::new(),
            kept: BTreeMap::new(),
        }
    }

    /// The same provider with these payout gateways (identifier and secret).
    #[must_use]
    pub fn with_gateways(mut self, gateways: impl IntoIterator<Item = (String, String)>) -> World {
        self.gateways.extend(gateways);
        self
    }

    /// Sets the address that notices go to from now on; `None` sends none.
    pub fn set_notice_url(&mut self, url: Option<String>) {
        self.notice_url = url;
    }

    /// Replaces all faults.
    pub fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
    }

    /// The provider's own books, oldest payment first.
    pub fn books(&self) -> Vec<BookLine> {
        let line = |payment: &Payment| BookLine {
            payment: payment.id.clone(),
            shop: payment.shop.clone(),
            status: payment.status,
            amount: payment.amount,
            income: payment.income.unwrap_or(0),
            refunded: payment.refunded,
        };
        self.payments.oldest_first().map(|(_, payment)| line(payment)).collect()
    }
}

/// One call of the machine: its moment, its chance, and what it leaves for later.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) now: Timestamp,
    pub(crate) seeded: &'a mut Seeded,
    pub(crate) later: Vec<Later>,
}

impl Turn<'_> {
    /// Plans something this long after now.
    pub(crate) fn plan(&mut self, delay: SignedDuration, what: Happening) {
        let at = self.now.saturating_add(delay).unwrap_or(Timestamp::MAX);
        self.later.push(Later { at, what });
    }
}

/// Something the machine wants to be called about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Later {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happening,
}

/// What can happen without a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    /// The payer's time to confirm is over.
    ConfirmationEnds {
        /// The payment.
        payment: String,
    },
    /// The payer who said "later" pays.
    PayerPays {
        /// The payment.
        payment: String,
    },
    /// The hold ends, and the money goes back.
    HoldEnds {
        /// The payment.
        payment: String,
    },
    /// A refund under way reaches the payer.
    RefundArrives {
        /// The refund.
        refund: String,
    },
    /// The fiscal service answers.
    ReceiptRegisters {
        /// The receipt.
        receipt: String,
    },
    /// A notice is sent.
    NoticeLeaves {
        /// The number of the notice.
        notice: u64,
        /// An unasked copy, whose answer changes nothing.
        copy: bool,
    },
}

/// The state of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The payer has not confirmed yet.
    Pending,
    /// The money is held.
    WaitingForCapture,
    /// The money is the shop's. Final.
    Succeeded,
    /// There is no money. Final.
    Canceled,
}

impl Status {
    /// The word of the protocol.
    pub fn code(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::WaitingForCapture => "waiting_for_capture",
            Status::Succeeded => "succeeded",
            Status::Canceled => "canceled",
        }
    }
}

/// The state of a refund or a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Progress {
    Pending,
    Succeeded,
    Canceled,
}

impl Progress {
    /// The word of the protocol.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Progress::Pending => "pending",
            Progress::Succeeded => "succeeded",
            Progress::Canceled => "canceled",
        }
    }
}

/// Who ended it, and why, in the protocol's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cancellation {
    pub(crate) party: &'static str,
    pub(crate) reason: String,
}

/// How this payment is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Confirmation {
    pub(crate) by: Confirming,
    pub(crate) return_url: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) enforce: Option<bool>,
}

impl Confirmation {
    /// Of a charge without the payer, which never waits.
    pub(crate) fn of_nobody() -> Confirmation {
        Confirmation { by: Confirming::External, return_url: None, locale: None, enforce: None }
    }
}

/// A payment. Sums are kopecks; `amount` becomes the captured sum on a partial capture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) shop: String,
    pub(crate) test: bool,
    pub(crate) status: Status,
    pub(crate) amount: i64,
    pub(crate) income: Option<i64>,
    pub(crate) refunded: i64,
    /// Refunds that are under way; they count against the sum but are not shown as refunded.
    pub(crate) refunding: i64,
    pub(crate) description: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) customer: Option<String>,
    pub(crate) gateway: String,
    pub(crate) method: Option<Method>,
    pub(crate) method_id: String,
    /// The shop asked to keep the method.
    pub(crate) keeps: bool,
    /// The method is kept, by this payment or an earlier one.
    pub(crate) is_kept: bool,
    pub(crate) phone: Option<String>,
    pub(crate) captures_itself: bool,
    pub(crate) confirmation: Confirmation,
    pub(crate) created_at: Timestamp,
    pub(crate) captured_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) receipt: Option<Value>,
    pub(crate) receipt_status: Option<Progress>,
    pub(crate) cancellation: Option<Cancellation>,
    /// Bank's reference numbers, known once the payer has confirmed.
    pub(crate) bank_reference: Option<String>,
}

/// A refund.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) shop: String,
    pub(crate) payment: String,
    pub(crate) status: Progress,
    pub(crate) amount: i64,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) receipt_status: Option<Progress>,
    pub(crate) cancellation: Option<Cancellation>,
}

/// Where a payout goes; of a card the provider keeps what may be seen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PayoutTo {
    Card { first6: String, last4: String },
    YooMoney { account: String },
    Sbp { phone: String, bank: String },
}

/// A payout.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Payout {
    pub(crate) id: String,
    pub(crate) gateway: String,
    pub(crate) test: bool,
    pub(crate) status: Progress,
    pub(crate) amount: i64,
    pub(crate) to: PayoutTo,
    pub(crate) description: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) created_at: Timestamp,
    pub(crate) succeeded_at: Option<Timestamp>,
    pub(crate) cancellation: Option<Cancellation>,
}

/// What a receipt is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum About {
    Payment(String),
    Refund(String),
}

/// A fiscal receipt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Receipt {
    pub(crate) id: String,
    pub(crate) shop: String,
    pub(crate) about: About,
    pub(crate) status: Progress,
    pub(crate) content: Value,
    pub(crate) created_at: Timestamp,
    pub(crate) registered_at: Option<Timestamp>,
    pub(crate) fiscal_number: Option<String>,
}

/// Objects in the order of their creation, found by identifier.
#[derive(Debug, Clone)]
pub(crate) struct Shelf<T> {
    by_number: BTreeMap<u64, T>,
    numbers: BTreeMap<String, u64>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Shelf<T> {
        Shelf { by_number: BTreeMap::new(), numbers: BTreeMap::new() }
    }
}

impl<T> Shelf<T> {
    /// Puts a new object at the end.
    pub(crate) fn insert(&mut self, id: String, object: T) {
        let number = self.by_number.last_key_value().map_or(1, |(last, _)| last.saturating_add(1));
        self.by_number.insert(number, object);
        self.numbers.insert(id, number);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.by_number.get(self.numbers.get(id)?)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.by_number.get_mut(self.numbers.get(id)?)
    }

    pub(crate) fn oldest_first(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        self.by_number.iter().map(|(number, object)| (*number, object))
    }
}
