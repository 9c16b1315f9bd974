//! Withdrawing a payment link: nobody opens it any more, and its open payment ends.

use crate::closing::close;
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, InvoiceId};
use crate::invoices::{Invoice, InvoiceKind};
use crate::jobs::Task;
use crate::lifecycle::PaymentEvent;
use crate::payments::PaymentState;
use jiff::Timestamp;

/// A wish: the shop withdraws a link. What is withdrawn already stays so.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawInvoice {
    /// Which.
    pub invoice: InvoiceId,
}

impl Command for WithdrawInvoice {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.invoice.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.invoice);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let invoice = facts.need(&self.invoice)?;
        if !invoice.active {
            return Ok((Decision::nothing(), ()));
        }
        let mut decision = match (invoice.kind, invoice.payment) {
            (InvoiceKind::OneTime, Some(payment)) => {
                let payment = facts.need(&payment)?;
                match payment.state {
                    PaymentState::Open => {
                        let decision = Decision::nothing().forget(Task::ExpirePayment(payment.id));
                        close(decision, payment, PaymentEvent::CancelAsked, &Actor::Shop, now)?
                    }
                    // Money that is held or taken is no longer a matter of the link.
                    PaymentState::Held { .. }
                    | PaymentState::Capturing { .. }
                    | PaymentState::Releasing { .. }
                    | PaymentState::Paid => return Err(Refused::AlreadyPaid.into()),
                    PaymentState::Closing { .. } | PaymentState::Cancelled | PaymentState::Expired => {
                        Decision::nothing()
                    }
                }
            }
            // Visitors who are paying by a reusable link finish what they began.
            (InvoiceKind::Reusable, _) | (InvoiceKind::OneTime, None) => Decision::nothing(),
        };
        let said = Happened::SettingsChanged { what: "shop", fields: "payment links".to_owned() };
        decision = decision.tell(Subject::Shop(invoice.shop), &Actor::Shop, said);
        Ok((decision.save(Invoice { active: false, changed_at: now, ..invoice.clone() }), ()))
    }
}
