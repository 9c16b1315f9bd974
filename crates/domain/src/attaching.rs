//! Receipts that a shop attaches to a paid order later: kept with it until a cash register prints them.

use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, PaymentId, ShopId};
use crate::payments::{Payment, PaymentState};
use crate::receipts::Receipt;
use jiff::Timestamp;

/// So many receipts an order has at most, the one that it was opened with included.
pub const RECEIPTS_MAX: u32 = 2;

/// What an attached receipt is found by: the shop's own number of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttachedKey {
    /// The number, as the shop wrote it; text, for not every shop counts.
    pub name: String,
    /// The shop.
    pub shop: ShopId,
}

/// A receipt that came after the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedReceipt {
    /// Whose and which.
    pub key: AttachedKey,
    /// Of which payment.
    pub payment: PaymentId,
    /// What it says.
    pub receipt: Receipt,
    /// Where the buyer gets it.
    pub email: Option<String>,
    /// Where else.
    pub phone: Option<String>,
    /// When it came.
    pub attached_at: Timestamp,
}

/// A wish: keep a receipt with a paid order. Sent again it changes nothing.
#[derive(Clone, Debug)]
pub struct AttachReceipt {
    /// The receipt.
    pub attached: AttachedReceipt,
    /// Whether it is the first one of an order that was paid without: it may bear the order's own number.
    pub first: bool,
}

impl Command for AttachReceipt {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.attached.payment.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.attached.payment);
        asks.know(self.attached.key.clone());
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let wanted = AttachedReceipt { attached_at: now, ..self.attached.clone() };
        if let Some(known) = facts.find(&wanted.key)? {
            let same = AttachedReceipt { attached_at: now, ..known.clone() } == wanted;
            let answer = if same { Ok(()) } else { Err(Refused::Taken { what: "receipt number" }) };
            return Ok((Decision::nothing(), answer?));
        }
        let payment = facts.need(&wanted.payment)?;
        fits(payment, &wanted, self.first)?;
        let receipts_attached = payment.receipts_attached.saturating_add(1);
        let payment = Payment { receipts_attached, ..payment.clone() };
        let happened = Happened::ReceiptAttached { name: wanted.key.name.clone() };
        let decision = Decision::nothing().tell(Subject::Payment(payment.id), &Actor::Shop, happened);
        Ok((decision.save(payment).save(wanted), ()))
    }
}

fn fits(payment: &Payment, wanted: &AttachedReceipt, first: bool) -> Result<(), Refused> {
    if payment.shop != wanted.key.shop {
        return Err(Refused::NotThere { what: "payment" });
    }
    if payment.state != PaymentState::Paid {
        let (wish, what) = ("a second receipt", "payment");
        return Err(Refused::WrongState { wish, what, state: payment.state.word() });
    }
    if !first && wanted.key.name == payment.terms.number.to_string() {
        let why = "expected another number than the order's".to_owned();
        return Err(Refused::Invalid { what: "receipt number", why });
    }
    let there = payment.receipts_attached.saturating_add(u32::from(payment.terms.receipt.is_some()));
    let limit = if first { 1 } else { RECEIPTS_MAX };
    if there >= limit {
        return Err(Refused::TooMany { what: "receipts of this kind", limit });
    }
    if wanted.receipt.total().compare(payment.captured)?.is_gt() {
        return Err(Refused::TooMuch { wish: "a receipt", left: payment.captured });
    }
    Ok(())
}
