//! Telling a checkout that a payment has ended without a sale: planned with the end, frozen by its own job.

use crate::attempts::Attempt;
use crate::decide::{Command, Decision, Kind, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, NoticeId, PaymentId};
use crate::jobs::{Lease, Task};
use crate::methods::Method;
use crate::notices::{Notice, NoticeKind, NoticeState};
use crate::payments::{ClosingWhy, Payment, PaymentState};
use jiff::Timestamp;

impl Payment {
    /// The work of telling the shop of an end without a sale, where the payment has just come to one. An order
    /// that lives on under another payment has not ended.
    #[must_use]
    pub(crate) fn end_to_tell(&self, before: PaymentState) -> Option<Task> {
        let replaced = matches!(before, PaymentState::Closing { why: ClosingWhy::Replaced });
        let ended = |state| matches!(state, PaymentState::Cancelled | PaymentState::Expired);
        let told = self.terms.checkout.is_some() && ended(self.state) && !ended(before) && !replaced;
        told.then_some(Task::TellEnd(self.id))
    }
}

/// News: a payment of a checkout has ended without a sale.
#[derive(Clone, Copy, Debug)]
pub struct OweEnd {
    /// Which.
    pub payment: PaymentId,
    /// The notice, should the checkout want one.
    pub notice: NoticeId,
    /// The job that tells.
    pub lease: Option<Lease>,
}

impl Command for OweEnd {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.payment.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payment);
        asks.know(Task::TellEnd(self.payment));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let decision = Decision::nothing().finish(self.lease);
        let payment = facts.need(&self.payment)?;
        let shop = facts.need(&payment.shop)?;
        let wanted = shop.checkout.as_ref().is_some_and(|checkout| checkout.tells_ended);
        let live = match &self.lease {
            Some(lease) => facts.holds(lease)?,
            None => true,
        };
        let (Some((_, address)), Some(passwords), true, true) =
            (shop.told_at(payment), shop.current_passwords(), wanted, live)
        else {
            return Ok((decision, ()));
        };
        let attempt = match payment.last_attempt {
            Some(id) => Some(facts.need(&id)?),
            None => None,
        };
        let notice = Notice {
            id: self.notice,
            payment: payment.id,
            kind: NoticeKind::EndedInvoice,
            attempt: attempt.map(|attempt| attempt.id),
            address,
            algorithm: shop.algorithm,
            passwords: passwords.version,
            method: method(payment, attempt),
            paid: payment.captured,
            fee: payment.fee,
            state: NoticeState::Owed,
            tries: 0,
            first_answer_at: None,
            owed_at: now,
        };
        let subject = Subject::Payment(payment.id);
        let decision = decision
            .tell(subject, &Actor::Clock, Happened::NoticeOwed { notice: notice.id })
            .then(Task::SendNotice(notice.id), now)
            .save(notice);
        Ok((decision, ()))
    }
}

/// How it was tried last, or was to be.
fn method(payment: &Payment, attempt: Option<&Attempt>) -> Method {
    attempt.map(|attempt| attempt.method).or(payment.terms.preferred).unwrap_or(Method::BankCard)
}
