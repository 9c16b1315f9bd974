//! What is owed to a shop in words: frozen with the decision that causes it.

use crate::ids::{AttemptId, NoticeId, PaymentId};
use crate::methods::Method;
use crate::sellers::{Algorithm, ShopAddress};
use jiff::Timestamp;
use money::Money;

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeState {
    /// Not accepted yet.
    Owed,
    /// The shop confirmed it.
    Accepted {
        /// When.
        at: Timestamp,
    },
    /// The last try failed; a person must look.
    GivenUp,
}

/// What a notice says, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// "It is paid", in the fields of the shop's dialect, to the shop's own address.
    Fields,
    /// "It is paid", as a statement under our own signature, to the address that the order named for it.
    PaidStatement,
    /// "Its money is held", likewise.
    HeldStatement,
    /// "It is paid", as the invoice of a checkout, to the address of the checkout or of the order.
    PaidInvoice,
    /// "It has ended without a sale", likewise, to checkouts that want to hear of it.
    EndedInvoice,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [NoticeKind; 5] = [
        NoticeKind::Fields,
        NoticeKind::PaidStatement,
        NoticeKind::HeldStatement,
        NoticeKind::PaidInvoice,
        NoticeKind::EndedInvoice,
    ];

    /// The word in database and lists.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            NoticeKind::Fields => "fields",
            NoticeKind::PaidStatement => "paid_statement",
            NoticeKind::HeldStatement => "held_statement",
            NoticeKind::PaidInvoice => "paid_invoice",
            NoticeKind::EndedInvoice => "ended_invoice",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<NoticeKind> {
        NoticeKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// "Your payment is paid", or "its money is held": everything its text is made of, so that every
/// repeat is byte-equal in its signed fields whatever settings change meanwhile.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Which.
    pub id: NoticeId,
    /// About which payment; its terms never change.
    pub payment: PaymentId,
    /// What it says, and how.
    pub kind: NoticeKind,
    /// The attempt that brought or holds the money; not known of notices from before there were statements.
    pub attempt: Option<AttemptId>,
    /// Where to, and how.
    pub address: ShopAddress,
    /// The digest that signs it.
    pub algorithm: Algorithm,
    /// The version of the shop's passwords that signs it; a statement is signed by us.
    pub passwords: u32,
    /// How it was paid, or is held.
    pub method: Method,
    /// What the buyer paid, or what is held of his.
    pub paid: Money,
    /// The commission.
    pub fee: Money,
    /// Where it stands.
    pub state: NoticeState,
    /// How often it was sent.
    pub tries: u32,
    /// When it was first sent and answered or timed out; the buyer's way back waits for it.
    pub first_answer_at: Option<Timestamp>,
    /// When it was frozen.
    pub owed_at: Timestamp,
}
