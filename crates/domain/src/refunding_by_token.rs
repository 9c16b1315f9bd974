//! Refunds that a shop's program asks for: a token that comes twice is one request.
//!
//! Programs ask again when an answer was lost, byte for byte. Two parts of the same sum, given back on purpose,
//! look the same as well, so a token is only the same request for a while.

use crate::decide::{Command, Decision, Kind, Stop};
use crate::facts::{Asks, Facts};
use crate::ids::{Book, RefundId};
use crate::refunding::RefundPayment;
use crate::refunds::{RefundState, RefundToken, RefundTokenKey};
use jiff::{SignedDuration, Timestamp};

/// So long a token that comes again is the request that it was.
pub const SAME_TOKEN: SignedDuration = SignedDuration::from_mins(10);

/// A wish: give so much back, unless this very token asked for it a moment ago.
#[derive(Clone, Debug)]
pub struct RefundByToken {
    /// The refund, should it be a new one.
    pub refund: RefundPayment,
    /// SHA-256 over what the shop has signed.
    pub digest: [u8; 32],
}

impl RefundByToken {
    fn key(&self) -> RefundTokenKey {
        RefundTokenKey { digest: self.digest, book: self.refund.payment.book }
    }
}

impl Command for RefundByToken {
    type Answer = RefundId;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.refund.book()
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.key());
        self.refund.asks(asks);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, RefundId), Stop> {
        if let Some(token) = facts.find(&self.key())? {
            let state = facts.need(&token.refund)?.state;
            let recent = now.duration_since(token.asked_at) < SAME_TOKEN;
            match state {
                RefundState::Asked | RefundState::Sent | RefundState::Returned if recent => {
                    return Ok((Decision::nothing(), token.refund));
                }
                // What failed may be asked for again at once.
                RefundState::Asked
                | RefundState::Sent
                | RefundState::Returned
                | RefundState::Failed { .. } => {}
            }
        }
        let (decision, _) = self.refund.decide(facts, now)?;
        let token = RefundToken { key: self.key(), refund: self.refund.id, asked_at: now };
        Ok((decision.save(token), self.refund.id))
    }
}
