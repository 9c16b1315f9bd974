//! Refunds that a program gives a number of its own: a number is one refund, for ever.

use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::ids::{Book, RefundId};
use crate::refunding::RefundPayment;
use crate::refunds::{RefundState, RefundToken, RefundTokenKey};
use jiff::Timestamp;

/// A wish: give so much back, unless it was asked for under this number before.
#[derive(Clone, Debug)]
pub struct RefundByNumber {
    /// The refund, should the number be new.
    pub refund: RefundPayment,
    /// SHA-256 over the number and whose it is.
    pub digest: [u8; 32],
}

impl RefundByNumber {
    fn key(&self) -> RefundTokenKey {
        RefundTokenKey { digest: self.digest, book: self.refund.payment.book }
    }
}

impl Command for RefundByNumber {
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
        if let Some(known) = facts.find(&self.key())? {
            let before = facts.need(&known.refund)?;
            let same = before.payment == self.refund.payment && Some(before.amount) == self.refund.amount;
            match before.state {
                RefundState::Asked | RefundState::Sent | RefundState::Returned if same => {
                    return Ok((Decision::nothing(), before.id));
                }
                RefundState::Asked | RefundState::Sent | RefundState::Returned => {
                    return Err(Refused::Taken { what: "refund's number" }.into());
                }
                // What failed has given nothing back, so its number is free.
                RefundState::Failed { .. } => {}
            }
        }
        let (decision, _) = self.refund.decide(facts, now)?;
        let number = RefundToken { key: self.key(), refund: self.refund.id, asked_at: now };
        Ok((decision.save(number), self.refund.id))
    }
}
