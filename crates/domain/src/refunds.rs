//! Money on its way back to the payer.

use crate::attempts::Reason;
use crate::history::Actor;
use crate::ids::{AttemptId, Book, CallId, PaymentId, RefundId};
use crate::receipts::Receipt;
use jiff::Timestamp;
use money::Money;

/// What is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A part of the sale.
    Sale,
    /// Money that belongs to no sale.
    Unclaimed,
    /// What the payer has in credit.
    Credit,
}

impl Source {
    /// The word in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Source::Sale => "sale",
            Source::Unclaimed => "unclaimed",
            Source::Credit => "credit",
        }
    }

    /// The source with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Source> {
        [Source::Sale, Source::Unclaimed, Source::Credit].into_iter().find(|source| source.code() == code)
    }
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// Saved, nothing sent yet.
    Asked,
    /// The call is saved and may have left, or the provider is at work.
    Sent,
    /// The payer has the money.
    Returned,
    /// The provider refused; the money is back where it came from.
    Failed {
        /// Why.
        reason: Reason,
    },
}

/// A refund of a payment, full or partial.
#[derive(Clone, Debug)]
pub struct Refund {
    /// Which.
    pub id: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    /// Through the attempt that brought the money.
    pub attempt: AttemptId,
    /// How much the payer gets.
    pub amount: Money,
    /// Of what.
    pub source: Source,
    /// Where it stands.
    pub state: RefundState,
    /// Of the amount and of what the refund costs, what came from the payment's own unsettled part;
    /// a failure puts it back there.
    pub from_unsettled: Money,
    /// The commission given back with it.
    pub fee_returned: Money,
    /// What the refund itself costs the seller.
    pub fee_charged: Money,
    /// The provider's number, when known.
    pub memo: Option<String>,
    /// The last call frozen for it.
    pub call: Option<CallId>,
    /// How often it was checked without news.
    pub checks: u32,
    /// What is given back, if the shop said it.
    pub receipt: Option<Receipt>,
    /// Who asked.
    pub asked_by: Actor,
    /// When.
    pub asked_at: Timestamp,
}

impl Refund {
    /// Whether nothing can follow any more but contradicting news.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self.state {
            RefundState::Asked | RefundState::Sent => false,
            RefundState::Returned | RefundState::Failed { .. } => true,
        }
    }
}

/// What a token that asks for a refund is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefundTokenKey {
    /// SHA-256 over what the shop has signed.
    pub digest: [u8; 32],
    /// The book of the payment.
    pub book: Book,
}

/// The refund that a shop's signed token brought: the same letters again, soon after, are the same request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundToken {
    /// Which token.
    pub key: RefundTokenKey,
    /// The refund.
    pub refund: RefundId,
    /// When it came.
    pub asked_at: Timestamp,
}
