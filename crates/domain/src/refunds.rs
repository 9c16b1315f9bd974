//! Money on its way back to the payer.

use crate::attempts::Reason;
use crate::history::Actor;
use crate::ids::{AttemptId, CallId, PaymentId, RefundId};
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
