//! Messages to phones in an installation for tests: nobody sends them, so they are kept where they can be read.

use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, ShopId};
use jiff::Timestamp;

/// A wish: keep a message to a phone in the history of the shop that wrote it.
#[derive(Clone, Debug)]
pub struct KeepMessage {
    /// The shop.
    pub shop: ShopId,
    /// To which phone.
    pub phone: String,
    /// What it says; masked text of a stranger.
    pub text: String,
}

impl Command for KeepMessage {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.shop.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.shop);
    }

    fn decide(&self, facts: &Facts, _: Timestamp) -> Result<(Decision, ()), Stop> {
        if !facts.need(&self.shop)?.active {
            return Err(Refused::Off { what: "shop" }.into());
        }
        let kept = Happened::MessageKept { phone: self.phone.clone(), text: self.text.clone() };
        Ok((Decision::nothing().tell(Subject::Shop(self.shop), &Actor::Shop, kept), ()))
    }
}
