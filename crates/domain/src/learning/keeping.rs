//! What an outcome says about kept methods: one is kept, one is gone, or a charge of one has ended.

use super::Scene;
use crate::attempts::Reason;
use crate::decide::Stop;
use crate::history::Happened;
use crate::jobs::Task;
use crate::payments::Payment;
use crate::stored::{StoredMethod, StoredState};
use jiff::Timestamp;

impl Scene<'_> {
    /// Saves the method that the provider keeps, if it was asked to.
    pub(super) fn keep(&mut self) -> Result<(), Stop> {
        let Some(kept) = &self.command.kept else { return Ok(()) };
        let learned = StoredMethod::learned(kept, &self.attempt, &self.payment, self.facts, self.now)?;
        let Some(stored) = learned else { return Ok(()) };
        self.tell(Happened::MethodStored { attempt: self.attempt.id, mask: stored.kept.mask.clone() });
        self.decision = std::mem::take(&mut self.decision).save(stored);
        Ok(())
    }

    /// A kept method that the provider does not know any more is not charged again.
    pub(super) fn end_stored(&mut self, reason: Reason) -> Result<(), Stop> {
        let Some(id) = self.attempt.reuse.stored().filter(|_| reason == Reason::TokenRevoked) else {
            return Ok(());
        };
        let Some(stored) = self.facts.find(&id)?.filter(|stored| stored.state == StoredState::Active) else {
            return Ok(());
        };
        let ended = StoredMethod { state: StoredState::Ended, ..stored.clone() };
        self.tell(Happened::MethodEnded { stored: id });
        self.decision = std::mem::take(&mut self.decision).save(ended);
        Ok(())
    }

    /// A charge has one attempt: when that is over and brought nothing, nobody is left who could pay.
    pub(super) fn end_charge(&mut self) -> Result<(), Stop> {
        if self.payment.end_charge(self.now)? {
            self.decision.dropped.push(Task::ExpirePayment(self.payment.id));
        }
        Ok(())
    }
}

impl Payment {
    /// Closes a charge whose attempt is over and that is still open; whether it was.
    ///
    /// # Errors
    /// None in practice: an open payment can be closed.
    pub(crate) fn end_charge(&mut self, now: Timestamp) -> Result<bool, Stop> {
        use crate::lifecycle::PaymentEvent;
        use crate::stored::Reuse;
        let charge = match self.terms.reuse {
            Reuse::Charge(_) => self.takes_attempts(),
            Reuse::Once | Reuse::Keep | Reuse::Confirm(_) => false,
        };
        if charge {
            self.state = self.on(PaymentEvent::CancelAsked, now)?.to;
            self.changed_at = now;
        }
        Ok(charge)
    }
}
