//! Wishes that a person sends from a page: sent twice, they are done once.
//!
//! The page takes the identifier when it is shown and every sending of its form carries it, so whoever presses
//! twice, or goes back and presses again, finds what was done the first time.

use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Subject};
use crate::ids::Book;
use crate::opening::{OpenPayment, Opened};
use crate::refunding::RefundPayment;
use jiff::Timestamp;
use money::Money;

/// A wish: give so much back, unless this very refund was asked for before.
#[derive(Clone, Debug)]
pub struct RefundOnce(
    /// The refund.
    pub RefundPayment,
);

impl Command for RefundOnce {
    type Answer = Money;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.0.book()
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.0.id);
        self.0.asks(asks);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Money), Stop> {
        match facts.find(&self.0.id)? {
            Some(done) if done.payment == self.0.payment => Ok((Decision::nothing(), done.amount)),
            Some(_) => Err(Refused::Taken { what: "form" }.into()),
            None => self.0.decide(facts, now),
        }
    }
}

/// A wish: open a payment whose link a person hands out.
#[derive(Clone, Debug)]
pub struct OpenByHand {
    /// The payment; its number is assigned.
    pub open: OpenPayment,
    /// Who makes the link.
    pub actor: Actor,
}

impl Command for OpenByHand {
    type Answer = Opened;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.open.book()
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.open.id);
        self.open.asks(asks);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Opened), Stop> {
        match facts.find(&self.open.id)? {
            Some(done) if done.shop == self.open.shop => {
                Ok((Decision::nothing(), Opened { payment: done.id, fresh: false }))
            }
            Some(_) => Err(Refused::Taken { what: "form" }.into()),
            None => {
                let (mut decision, opened) = self.open.decide(facts, now)?;
                // Opening itself believes that the shop has asked.
                for event in &mut decision.events {
                    if event.subject == Subject::Payment(self.open.id) {
                        event.actor = self.actor.clone();
                    }
                }
                Ok((decision, opened))
            }
        }
    }
}
