//! What is owed to a shop in words: frozen with the decision that causes it.

use crate::ids::{NoticeId, PaymentId};
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

/// "Your payment is paid": everything its text is made of, so that every repeat is byte-equal
/// in its signed fields whatever settings change meanwhile.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Which.
    pub id: NoticeId,
    /// About which payment; its terms never change.
    pub payment: PaymentId,
    /// Where to, and how.
    pub address: ShopAddress,
    /// The digest that signs it.
    pub algorithm: Algorithm,
    /// The version of the shop's passwords that signs it.
    pub passwords: u32,
    /// How it was paid.
    pub method: Method,
    /// What the buyer paid.
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
