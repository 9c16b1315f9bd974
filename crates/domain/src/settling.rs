//! The end of the settlement delay: what of a payment still stands in Pending becomes available.

use crate::calendar::day;
use crate::decide::{Command, Decision, Kind, Stop};
use crate::facts::{Asks, Facts};
use crate::faults::{Planted, planted};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, PaymentId};
use crate::jobs::{Lease, Task};
use crate::ledger::{Account, BalanceKey, Cause, Entry};
use crate::payments::{Payment, PaymentState};
use jiff::Timestamp;
use money::Money;

/// News: the delay of a payment is over.
#[derive(Clone, Debug)]
pub struct SettlePayment {
    /// Which.
    pub payment: PaymentId,
    /// The job that waited for it.
    pub lease: Option<Lease>,
}

impl Command for SettlePayment {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.payment.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payment);
        asks.know(Task::SettlePayment(self.payment));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let payment = facts.need(&self.payment)?;
        let decision = Decision::nothing().finish(self.lease);
        // Without a sale there is no delay that could be over.
        if payment.settled || payment.state != PaymentState::Paid {
            return Ok((decision, ()));
        }
        let shop = facts.need(&payment.shop)?;
        let currency = payment.currency();
        let key = BalanceKey { account: Account::Pending, currency, book: payment.id.book };
        // News may have taken from Pending what this payment had there; it never goes below zero here.
        let pending = facts.balance(key)?.larger(Money::zero(currency))?;
        let own = if planted(Planted::SettleWhole) { payment.captured } else { payment.unsettled };
        let amount = own.smaller(pending)?;
        let entry = Entry::new(Cause::Settled(payment.id), payment.id, day(now, &shop.zone)).moving(
            Account::Pending,
            Account::Available,
            amount,
        )?;
        let settled = Payment { unsettled: Money::zero(currency), settled: true, ..payment.clone() };
        let decision = decision
            .enter(entry)
            .tell(Subject::Payment(payment.id), &Actor::Clock, Happened::PaymentSettled { amount })
            .save(settled);
        Ok((decision, ()))
    }
}
