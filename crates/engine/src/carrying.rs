//! Carrying attempts to their providers: begin, check, capture, release.

use crate::clock::Clock;
use crate::conversation::{Conversation, Ended};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use connectors::connector::{ConnectorFault, Next, Profile};
use connectors::registry;
use domain::attempts::{Attempt, AttemptState, Operation, PaidWith, Reason};
use domain::decide::Refused;
use domain::faults::{Planted, planted};
use domain::history::Actor;
use domain::ids::AttemptId;
use domain::jobs::Lease;
use domain::learning::{AbandonAttempt, LearnOutcome};
use domain::outcomes::Outcome;
use domain::payments::{Payment, PaymentState};
use domain::stored::Kept;
use domain::waiting::{CheckSoon, LearnLost, LearnWaiting};
use domain::working::CloseJob;
use jiff::{SignedDuration, Timestamp};
use store::handover::Records;

/// A call that certainly never left is tried again so soon.
const NEVER_LEFT_GAP: SignedDuration = SignedDuration::from_secs(10);
/// Why a person must look.
pub(crate) const FORGOTTEN: &str = "no answer came while the same call could be repeated; only the provider's list can tell what became of it";

impl<N: Network, C: Clock> Engine<N, C> {
    /// Begins an attempt at its provider, or goes on after a crash.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer; the job is tried again then.
    pub(crate) async fn advance(
        &self,
        id: AttemptId,
        lease: Lease,
        known: Records,
    ) -> Result<(), EngineError> {
        let mut talk = self.conversation(id, Operation::Pay, lease, known).await?;
        match talk.attempt.state {
            AttemptState::Planned => self.begin(&mut talk).await,
            AttemptState::Sending { .. } => self.repeat_creation(&mut talk).await,
            AttemptState::Waiting | AttemptState::Unknown | AttemptState::Held => {
                // An answer under an earlier lease has brought it there, and such answers plan nothing.
                self.submit(CheckSoon { attempt: id }).await?;
                self.submit(CloseJob { lease }).await
            }
            AttemptState::Received
            | AttemptState::Declined { .. }
            | AttemptState::Released
            | AttemptState::Abandoned => self.submit(CloseJob { lease }).await,
        }
    }

    async fn begin(&self, talk: &mut Conversation) -> Result<(), EngineError> {
        match self.speak(talk).await {
            Ok(ended) => self.learn(talk, ended).await,
            Err(EngineError::Connector(fault)) => {
                // Nothing was sent, so this refusal is certain.
                tracing::error!(%fault, "an attempt cannot begin");
                let reason = match fault {
                    ConnectorFault::Misconfigured { .. } => Reason::AuthError,
                    ConnectorFault::BadReply { .. }
                    | ConnectorFault::Busy { .. }
                    | ConnectorFault::BadCallback { .. }
                    | ConnectorFault::Unsupported { .. } => Reason::MethodUnavailable,
                };
                self.learn_outcome(talk, Outcome::Declined { reason }, None, (None, PaidWith::default()))
                    .await
            }
            Err(error) => Err(error),
        }
    }

    /// A call may have left: only what follows a lost answer may follow now.
    async fn repeat_creation(&self, talk: &mut Conversation) -> Result<(), EngineError> {
        let Some(call) = talk.attempt.call else {
            return self.begin(talk).await;
        };
        let call = self.store.call(call).await?.ok_or(EngineError::NotFound("call"))?;
        let ended = self.speak_again(talk, &call).await?;
        self.learn(talk, ended).await
    }

    /// Asks the provider how an attempt stands.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer; the job is tried again then.
    pub(crate) async fn check(&self, id: AttemptId, lease: Lease, known: Records) -> Result<(), EngineError> {
        let mut talk = self.conversation(id, Operation::Check, lease, known).await?;
        if talk.attempt.state == AttemptState::Received {
            return self.submit(CloseJob { lease }).await;
        }
        if talk.attempt.state == AttemptState::Planned {
            // Its beginning was never carried out: there is nothing to ask about yet.
            talk.operation = Operation::Pay;
            return self.begin(&mut talk).await;
        }
        let unnumbered = talk.attempt.memo.is_none() && talk.attempt.call.is_some();
        if unnumbered {
            // The provider's number was never learned: the same creation is asked for again.
            talk.operation = Operation::Pay;
            return self.repeat_creation(&mut talk).await;
        }
        match self.speak(&mut talk).await {
            Ok(Ended::Said { next: Next::Wait, .. }) if self.given_up(&talk) => {
                let attempt = talk.attempt.id;
                self.submit(AbandonAttempt { attempt, lease: Some(lease) }).await?;
                self.changed(talk.payment.id);
                Ok(())
            }
            Ok(ended) => self.learn(&talk, ended).await,
            Err(EngineError::Connector(fault)) => self.lost(&talk, &fault.to_string(), false).await,
            Err(error) => Err(error),
        }
    }

    /// A provider is waited for until the grace is over and until it has ended the attempt itself, if it does
    /// so: neither for a payment that is closing nor for one that was paid in another way any longer.
    fn given_up(&self, talk: &Conversation) -> bool {
        let waiting = matches!(talk.attempt.state, AttemptState::Waiting | AttemptState::Planned);
        let own = talk.over_within().unwrap_or(SignedDuration::ZERO);
        let end = talk.payment.grace_ends_at.saturating_add(own).unwrap_or(Timestamp::MAX);
        !talk.payment.takes_attempts() && waiting && self.now() > end
    }

    /// Captures or releases the hold of an attempt.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer; the job is tried again then.
    pub(crate) async fn operate(
        &self,
        id: AttemptId,
        operation: Operation,
        lease: Lease,
        known: Records,
    ) -> Result<(), EngineError> {
        let mut talk = self.conversation(id, operation, lease, known).await?;
        if talk.attempt.state != AttemptState::Held {
            return self.submit(CloseJob { lease }).await;
        }
        talk.amount = match (operation, talk.payment.state) {
            (Operation::Capture, PaymentState::Capturing { .. }) if planted(Planted::CaptureWhole) => {
                talk.attempt.amount
            }
            (Operation::Capture, PaymentState::Capturing { amount, .. }) => amount,
            (Operation::Capture, _) => return self.submit(CloseJob { lease }).await,
            _ => talk.attempt.received.unwrap_or(talk.attempt.amount),
        };
        let ended = match self.speak(&mut talk).await {
            Ok(ended) => ended,
            Err(EngineError::Connector(fault)) => return self.park(lease, &fault.to_string()).await,
            Err(error) => return Err(error),
        };
        match ended {
            Ended::Said { next: Next::Done(outcome), remember, kept, paid_with } => {
                self.learn_outcome(&talk, outcome, remember, (kept, paid_with)).await
            }
            // The same bytes under the same key are sent until there is an answer.
            Ended::Said { next: Next::Wait | Next::Ask(..) | Next::Call(_), .. } => {
                self.put_off(&talk, "the provider is at work").await
            }
            Ended::Lost { why, .. } => self.put_off(&talk, &why).await,
            Ended::Forgotten => self.park(lease, FORGOTTEN).await,
            // It is not wanted any more; should it be wanted again, that plans it anew.
            Ended::Stopped(Refused::WrongState { .. }) => self.submit(CloseJob { lease }).await,
            Ended::Stopped(refused) => Err(EngineError::Refused(refused)),
        }
    }

    async fn put_off(&self, talk: &Conversation, why: &str) -> Result<(), EngineError> {
        let tries = self.store.job(talk.lease.task).await?.map_or(0, |job| job.tries);
        let due = later(self.now(), talk.connector.profile(), tries);
        Ok(self.store.put_off(&talk.lease, due, why).await?)
    }

    pub(crate) async fn park(&self, lease: Lease, why: &str) -> Result<(), EngineError> {
        tracing::error!(task = lease.task.kind(), why, "work is set aside for a person");
        Ok(self.store.park(&lease, why).await?)
    }

    /// What a worker needs to speak about an attempt; what is not known yet is read.
    pub(crate) async fn conversation(
        &self,
        id: AttemptId,
        operation: Operation,
        lease: Lease,
        known: Records,
    ) -> Result<Conversation, EngineError> {
        let attempt: Attempt = match known.attempt {
            Some(attempt) => attempt,
            None => self.store.attempt(id).await?.ok_or(EngineError::NotFound("attempt"))?,
        };
        let payment: Payment = match known.payment {
            Some(payment) => payment,
            None => self.store.payment(attempt.payment).await?.ok_or(EngineError::NotFound("payment"))?,
        };
        let account = self.provider(attempt.provider).await?;
        let connector = registry::find(&account.connector).ok_or(EngineError::NotFound("connector"))?;
        let amount = attempt.amount;
        Ok(Conversation {
            attempt,
            payment,
            account,
            connector,
            operation,
            amount,
            refund: None,
            given_back: None,
            repeatable_until: None,
            lease,
        })
    }

    async fn learn(&self, talk: &Conversation, ended: Ended) -> Result<(), EngineError> {
        let attempt = talk.attempt.id;
        let lease = Some(talk.lease);
        let next_check = self.next_check(talk);
        match ended {
            Ended::Said { next: Next::Ask(prompt, until), remember, .. } => {
                let prompt = Some((prompt, until));
                self.submit(LearnWaiting { attempt, prompt, remember, next_check, lease }).await?;
            }
            Ended::Said { next: Next::Wait | Next::Call(_), remember, .. } => {
                self.submit(LearnWaiting { attempt, prompt: None, remember, next_check, lease }).await?;
            }
            Ended::Said { next: Next::Done(outcome), remember, kept, paid_with } => {
                return self.learn_outcome(talk, outcome, remember, (kept, paid_with)).await;
            }
            Ended::Lost { why, never_left } => return self.lost(talk, &why, never_left).await,
            Ended::Forgotten => return self.park(talk.lease, FORGOTTEN).await,
            Ended::Stopped(refused) if talk.attempt.state != AttemptState::Planned => {
                // Something may have left before: nothing ends here, and the work is tried again.
                return Err(EngineError::Refused(refused));
            }
            Ended::Stopped(refused @ Refused::WrongState { .. }) => {
                // The payment ended before anything was sent.
                tracing::info!(%refused, "an attempt is given up before it was sent");
                self.submit(AbandonAttempt { attempt, lease }).await?;
            }
            Ended::Stopped(refused) => return Err(EngineError::Refused(refused)),
        }
        self.changed(talk.payment.id);
        Ok(())
    }

    async fn lost(&self, talk: &Conversation, why: &str, never_left: bool) -> Result<(), EngineError> {
        tracing::warn!(why, never_left, provider = %talk.account.name, "no certain answer; the provider will be asked");
        if planted(Planted::UnknownIsFailed) {
            let unknown = Outcome::Declined { reason: Reason::Unknown };
            return self.learn_outcome(talk, unknown, None, (None, PaidWith::default())).await;
        }
        let soon = self.now().saturating_add(NEVER_LEFT_GAP).unwrap_or(self.now());
        let planned = if never_left { soon } else { self.next_check(talk) };
        let next_check = self.before_forgotten(talk, planned);
        self.submit(LearnLost { attempt: talk.attempt.id, next_check, lease: Some(talk.lease) }).await?;
        self.changed(talk.payment.id);
        Ok(())
    }

    pub(crate) async fn learn_outcome(
        &self,
        talk: &Conversation,
        outcome: Outcome,
        remember: Option<String>,
        (kept, paid_with): (Option<Kept>, PaidWith),
    ) -> Result<(), EngineError> {
        let actor = Actor::Provider(talk.account.id);
        let command = self.outcome(talk, outcome, remember, actor, Some(talk.lease))?;
        self.submit(LearnOutcome { kept, paid_with, ..command }).await?;
        self.changed(talk.payment.id);
        Ok(())
    }

    fn outcome(
        &self,
        talk: &Conversation,
        outcome: Outcome,
        remember: Option<String>,
        actor: Actor,
        lease: Option<Lease>,
    ) -> Result<LearnOutcome, EngineError> {
        let book = talk.attempt.id.book;
        Ok(LearnOutcome {
            attempt: talk.attempt.id,
            operation: talk.operation,
            outcome,
            remember,
            kept: None,
            paid_with: PaidWith::default(),
            actor,
            lease,
            notice: self.fresh(book)?,
            statement: self.fresh(book)?,
            refund: self.fresh(book)?,
            next_check: self.next_check(talk),
        })
    }

    /// By the plan, or as soon as the provider must have ended the attempt itself.
    fn next_check(&self, talk: &Conversation) -> Timestamp {
        let now = self.now();
        let planned = later(now, talk.connector.profile(), talk.attempt.checks);
        let own_end = talk.over_within().and_then(|own| talk.attempt.started_at.checked_add(own).ok());
        own_end.filter(|end| *end > now).map_or(planned, |end| end.min(planned))
    }
}

/// The moment of the next check after so many without news.
pub(crate) fn later(now: Timestamp, profile: &Profile, checks: u32) -> Timestamp {
    now.saturating_add(profile.gap(checks)).unwrap_or(now)
}
