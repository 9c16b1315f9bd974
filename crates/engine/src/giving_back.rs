//! Carrying refunds to their providers.

use crate::carrying::{FORGOTTEN, later};
use crate::clock::Clock;
use crate::conversation::Ended;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use connectors::connector::Next;
use domain::attempts::Operation;
use domain::history::Actor;
use domain::ids::{PaymentId, RefundId};
use domain::jobs::Lease;
use domain::payments::Payment;
use domain::receipts::Receipt;
use domain::refunding::{LearnRefund, RefundPayment};
use domain::refunds::{Refund, RefundState, Source};
use domain::working::CloseJob;
use money::Money;
use store::handover::Records;

impl<N: Network, C: Clock> Engine<N, C> {
    /// Gives so much of a payment back, or all that is left.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when there is not so much left, or the money is not there.
    #[tracing::instrument(skip_all, fields(payment = payment.number))]
    pub async fn refund(
        &self,
        payment: PaymentId,
        amount: Option<Money>,
        source: Source,
        actor: Actor,
    ) -> Result<(RefundId, Money), EngineError> {
        let id: RefundId = self.fresh(payment.book)?;
        let amount = self.submit(RefundPayment { id, payment, amount, source, receipt: None, actor }).await?;
        self.changed(payment);
        Ok((id, amount))
    }

    /// Carries a refund to its provider, or asks how it stands.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer; the job is tried again then.
    pub(crate) async fn carry_refund(&self, id: RefundId, lease: Lease) -> Result<(), EngineError> {
        let refund = self.store.refund(id).await?.ok_or(EngineError::NotFound("refund"))?;
        if refund.is_final() {
            return self.submit(CloseJob { lease }).await;
        }
        let mut talk =
            self.conversation(refund.attempt, Operation::Refund, lease, Records::default()).await?;
        talk.amount = refund.amount;
        talk.refund = Some((id, refund.memo.clone()));
        talk.given_back = given_back(&refund, &talk.payment);
        let spoken = match (refund.state, &refund.memo, refund.call) {
            (RefundState::Sent, None, Some(call)) => {
                let call = self.store.call(call).await?.ok_or(EngineError::NotFound("call"))?;
                // A question about what may have been carried out: not every refusal answers it.
                talk.operation = Operation::CheckRefund;
                self.speak_again(&mut talk, &call).await
            }
            (RefundState::Sent, Some(_), _) => {
                talk.operation = Operation::CheckRefund;
                self.speak(&mut talk).await
            }
            _ => self.speak(&mut talk).await,
        };
        let ended = match spoken {
            Ok(ended) => ended,
            Err(EngineError::Connector(fault)) => return self.park(lease, &fault.to_string()).await,
            Err(error) => return Err(error),
        };
        let planned = later(self.now(), talk.connector.profile(), refund.checks);
        let next_check = self.before_forgotten(&talk, planned);
        let (outcome, remember) = match ended {
            Ended::Said { next: Next::Done(outcome), remember, .. } => (Some(outcome), remember),
            Ended::Said { next: Next::Wait | Next::Ask(..) | Next::Call(_), remember, .. } => {
                (None, remember)
            }
            Ended::Lost { why, .. } => {
                tracing::warn!(why, "no certain answer to a refund; the provider will be asked");
                (None, None)
            }
            Ended::Forgotten => return self.park(lease, FORGOTTEN).await,
            Ended::Stopped(refused) => return Err(EngineError::Refused(refused)),
        };
        self.submit(LearnRefund { refund: id, outcome, remember, next_check, lease: Some(lease) }).await?;
        self.changed(refund.payment);
        Ok(())
    }
}

/// The receipt of what goes back: the one that was said, or the order's own where all of it goes back at once.
/// Money that belongs to no sale has none.
fn given_back(refund: &Refund, payment: &Payment) -> Option<Receipt> {
    match refund.source {
        Source::Sale => refund.receipt.clone().or_else(|| payment.terms.receipt.clone()),
        Source::Unclaimed | Source::Credit => None,
    }
}
