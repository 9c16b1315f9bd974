//! What a shop wants to be paid, and who owns an order's number.
//!
//! The records stand here; what may follow what is in `lifecycle.rs`, and the commands are in
//! `opening.rs`, `trying.rs`, `sending.rs`, `waiting.rs`, `learning.rs`, `closing.rs`, `holding.rs`
//! and `settling.rs`.

use crate::checkouts::CheckoutTerms;
use crate::ids::{AttemptId, PaymentId, ShopId};
use crate::methods::Method;
use crate::rates::Price;
use crate::receipts::Receipt;
use crate::sellers::ShopAddress;
use crate::splitting::Part;
use crate::stored::Reuse;
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;

/// The language in which the buyer is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Russian.
    Ru,
    /// English.
    En,
    /// Ukrainian.
    Uk,
    /// Spanish.
    Es,
    /// Bulgarian.
    Bg,
}

impl Language {
    /// Every language, in the order in which pages list them.
    pub const ALL: &[Language] = &[Language::Ru, Language::En, Language::Uk, Language::Es, Language::Bg];

    /// The code of ISO 639-1.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Language::Ru => "ru",
            Language::En => "en",
            Language::Uk => "uk",
            Language::Es => "es",
            Language::Bg => "bg",
        }
    }

    /// The language with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Language> {
        Language::ALL.iter().copied().find(|language| language.code() == code)
    }
}

/// A field that the shop wants to have back unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    /// Its name, in the shop's own case.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What the shop said about the order; never changes after opening, but for the receipt of a captured hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The shop's number of the order, or the one it was assigned.
    pub number: i64,
    /// The sum as the shop wrote it; rehearsals echo it.
    pub sum_text: String,
    /// What is bought; masked text of a stranger.
    pub description: String,
    /// The buyer's address, if the shop told it.
    pub email: Option<String>,
    /// The buyer's network address, if the shop told it.
    pub payer_ip: Option<String>,
    /// The language asked for.
    pub language: Option<Language>,
    /// Fields to give back, in the order in which they are signed.
    pub custom: Vec<CustomField>,
    /// Where to return after success instead of the shop's address.
    pub success: Option<ShopAddress>,
    /// Where to return otherwise instead of the shop's address.
    pub fail: Option<ShopAddress>,
    /// Where a statement of the payment's state goes, under our own signature, besides the notice to the shop.
    pub statement_to: Option<String>,
    /// The method to offer first.
    pub preferred: Option<Method>,
    /// The only methods to offer; empty: all of the shop.
    pub allowed: Vec<Method>,
    /// Whether the money is to be held only, and captured later.
    pub hold: bool,
    /// What is sold, for the fiscal service. A shop that captures a hold says it anew.
    pub receipt: Option<Receipt>,
    /// Whether the buyer's method is to be kept, or a kept one to be used.
    pub reuse: Reuse,
    /// The price in another currency that the shop named, if the sum was made from one.
    pub price: Option<Price>,
    /// What other shops get of the sum once it is paid; the rest is the shop's own.
    pub split: Vec<Part>,
    /// What the order of a checkout says besides.
    pub checkout: Option<CheckoutTerms>,
}

impl Terms {
    /// The order's number as the shop's people know it: a checkout's own text, if it gave one.
    #[must_use]
    pub fn order_text(&self) -> String {
        let own = self.checkout.as_ref().map(|terms| terms.payment_no.clone());
        own.filter(|own| !own.is_empty()).unwrap_or_else(|| self.number.to_string())
    }
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentState {
    /// Waiting for the buyer.
    Open,
    /// The provider holds the money until then.
    Held {
        /// The end of the hold.
        until: Timestamp,
    },
    /// The capture of a hold was asked for.
    Capturing {
        /// How much of it.
        amount: Money,
        /// The end of the hold.
        until: Timestamp,
    },
    /// The release of a hold was asked for.
    Releasing {
        /// The end of the hold.
        until: Timestamp,
    },
    /// No attempt may start; it ends when every attempt is final.
    Closing {
        /// Why.
        why: ClosingWhy,
    },
    /// The shop has its money.
    Paid,
    /// Ended without a sale, by a wish.
    Cancelled,
    /// Ended without a sale, by time.
    Expired,
}

/// Why a payment is closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosingWhy {
    /// Its time is over.
    TimeOver,
    /// The buyer, the shop or a person cancelled it.
    Cancelled,
    /// The order lives on under another payment.
    Replaced,
}

impl ClosingWhy {
    /// The word in history and database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            ClosingWhy::TimeOver => "time_over",
            ClosingWhy::Cancelled => "cancelled",
            ClosingWhy::Replaced => "replaced",
        }
    }

    /// The reason with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<ClosingWhy> {
        [ClosingWhy::TimeOver, ClosingWhy::Cancelled, ClosingWhy::Replaced]
            .into_iter()
            .find(|why| why.code() == code)
    }
}

/// What a shop wants to be paid.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Which.
    pub id: PaymentId,
    /// For which shop.
    pub shop: ShopId,
    /// Where it stands.
    pub state: PaymentState,
    /// What the shop asked for.
    pub terms: Terms,
    /// The order's sum.
    pub amount: Money,
    /// Of it, what was received for the sale (with the buyer's share of the fee).
    pub captured: Money,
    /// Of what was captured, how much was given back or is on its way back.
    pub refunded: Money,
    /// Of what was captured, how much still stands in Pending.
    pub unsettled: Money,
    /// Of what was captured, how much ever left for the books of other sellers.
    pub passed: Money,
    /// Whether the settlement delay is over: from then on nothing of it stands in Pending.
    pub settled: bool,
    /// The commission taken.
    pub fee: Money,
    /// Of the commission, how much was given back.
    pub fee_returned: Money,
    /// What the payer has in credit: part payments and overpayments.
    pub credit: Money,
    /// How many receipts were attached to it after it was paid.
    pub receipts_attached: u32,
    /// Money that belongs to no sale and has not gone back yet.
    pub unclaimed: Money,
    /// The attempt that brought the money, or the hold.
    pub paid_by: Option<AttemptId>,
    /// Attempts that brought money of any kind, as it arrived; what goes back goes through them.
    pub brought: Vec<AttemptId>,
    /// Attempts that are not final.
    pub unfinished: Vec<AttemptId>,
    /// How many attempts were started.
    pub attempts: u32,
    /// The last attempt started; the one the page shows.
    pub last_attempt: Option<AttemptId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When its time is over.
    pub ends_at: Timestamp,
    /// Until when late money still counts.
    pub grace_ends_at: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When its state changed last.
    pub changed_at: Timestamp,
}

/// The content of a claim: an idempotency key is a record like any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimKey {
    /// The order's number in the shop; below zero that of a text (`checkouts.rs`).
    pub number: i64,
    /// The shop, in its live or test book.
    pub shop: ShopId,
}

/// Who owns an order's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which number of which shop.
    pub key: ClaimKey,
    /// The digest of the content under which it was opened.
    pub fingerprint: [u8; 32],
    /// The payment it leads to.
    pub payment: PaymentId,
}

impl Payment {
    /// The currency of all its sums.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.amount.currency()
    }

    /// What the shop is told it sold for: the order's sum, or what was captured of a hold where that
    /// is less. The buyer's share of the fee is none of the shop's business.
    #[must_use]
    pub fn told_sum(&self) -> Money {
        let part = self.state == PaymentState::Paid
            && self.terms.hold
            && self.captured.minor() < self.amount.minor();
        if part { self.captured } else { self.amount }
    }

    /// Whether it is a part of another shop's payment: the buyer paid there, and gets money back there.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.state == PaymentState::Paid && self.brought.is_empty()
    }

    /// Whether new attempts may start.
    #[must_use]
    pub fn takes_attempts(&self) -> bool {
        matches!(self.state, PaymentState::Open)
    }
}
