//! Payment links that a shop issues: what it wants to be paid by whoever opens the address.
//!
//! A link for one payment opens it at once, so that the order's number has its owner from the beginning. A
//! reusable one opens a payment with a number of its own for each visitor.

use crate::ids::{InvoiceId, PaymentId, ShopId};
use crate::payments::Terms;
use jiff::Timestamp;
use money::Money;

/// How many payments a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceKind {
    /// One.
    OneTime,
    /// One for every visitor.
    Reusable,
}

impl InvoiceKind {
    /// The word in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            InvoiceKind::OneTime => "one_time",
            InvoiceKind::Reusable => "reusable",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<InvoiceKind> {
        [InvoiceKind::OneTime, InvoiceKind::Reusable].into_iter().find(|kind| kind.code() == code)
    }
}

/// A payment link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// Which; the address is this identifier in another spelling.
    pub id: InvoiceId,
    /// Whose.
    pub shop: ShopId,
    /// For how many payments.
    pub kind: InvoiceKind,
    /// Whether it can be opened; what was withdrawn stays so.
    pub active: bool,
    /// The sum of each payment.
    pub amount: Money,
    /// What payments opened by it say. Its number is the order's; a reusable link is only named by it.
    pub terms: Terms,
    /// What the shop wrote for itself; masked text of a stranger.
    pub comment: String,
    /// Whether no receipt is to be made where the shop said none.
    pub no_free_sale: bool,
    /// SHA-256 over what the shop has signed.
    pub content: [u8; 32],
    /// Until when it can be opened; `None`: until it is paid or withdrawn.
    pub until: Option<Timestamp>,
    /// The payment that was opened by it last.
    pub payment: Option<PaymentId>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it changed last.
    pub changed_at: Timestamp,
}

/// What a payment's link is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvoicePaymentKey(
    /// The payment.
    pub PaymentId,
);

/// That a payment was opened by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvoicePayment {
    /// The payment.
    pub payment: PaymentId,
    /// The link.
    pub invoice: InvoiceId,
}

impl Invoice {
    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// The fingerprint under which it owns its number: its own identifier, which no digest of a shop's request
    /// is, so two links never go on with one another's payment.
    #[must_use]
    pub fn fingerprint(id: InvoiceId) -> [u8; 32] {
        let mut print = *b"link 0000000000000000 of a shop.";
        let bytes = id.number.to_be_bytes().into_iter().chain(id.book.number().to_be_bytes());
        for (slot, byte) in print.iter_mut().skip(5).zip(bytes) {
            *slot = byte;
        }
        print
    }
}
