//! News from providers: proven ones are learned, hints are checked.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::exchanges::message;
use crate::network::Network;
use connectors::connector::{About, Context, Learned, News};
use connectors::registry;
use connectors::rehearsal::{self, outcome_request};
use domain::attempts::{Attempt, AttemptState, Operation, PaidWith, Prompt, Reason};
use domain::decide::Refused;
use domain::faults::{Planted, planted};
use domain::history::Actor;
use domain::ids::{AttemptId, Book, PaymentId, ProviderAccountId};
use domain::jobs::Task;
use domain::learning::LearnOutcome;
use domain::outcomes::Outcome;
use domain::owners::Owner;
use domain::payments::Language;
use domain::providers::ProviderAccount;
use domain::stored::{Kept, Reuse};
use domain::waiting::CheckSoon;
use store::exchanges::{Direction, Exchange};
use wire::http::{HttpReply, HttpRequest};

impl<N: Network, C: Clock> Engine<N, C> {
    /// Learns what a provider tells under an account's callback address; answers after it is saved.
    #[tracing::instrument(skip_all, fields(account = account.number))]
    pub async fn provider_news(&self, account: ProviderAccountId, request: &HttpRequest) -> HttpReply {
        let Ok(account) = self.provider(account).await else {
            return HttpReply::text(404, "there is no such address");
        };
        let Some(connector) = registry::find(&account.connector) else {
            return HttpReply::text(404, "there is no such address");
        };
        let at = self.now();
        let (learned, about) = match self.news(&account, request).await {
            Ok(about) => (Learned::Saved, about),
            Err(EngineError::NotFound(_) | EngineError::Connector(_)) => (Learned::NotOurs, None),
            Err(_) if planted(Planted::AcknowledgeNewsUnsaved) => (Learned::Saved, None),
            Err(error) => {
                tracing::error!(%error, "a provider's notice was not saved; it will be repeated");
                (Learned::TryAgain, None)
            }
        };
        self.meters.told(&account.name, learned);
        let reply = connector.answer(learned);
        self.write_down(&told_us(&account, about, request, &reply, at, self.now()));
        reply
    }

    async fn news(
        &self,
        account: &ProviderAccount,
        request: &HttpRequest,
    ) -> Result<Option<PaymentId>, EngineError> {
        match self.read_news(account, request)? {
            News::Nothing => Ok(None),
            News::Hint { about: About::Payout(name) } => {
                self.payout_hint(account, &name).await?;
                Ok(None)
            }
            News::Hint { about } => {
                let attempt = self.attempt_of(account, &about).await?;
                self.submit(CheckSoon { attempt: attempt.id }).await?;
                for refund in self.store.unfinished_refunds(attempt.id).await? {
                    self.bring_forward(Task::CarryRefund(refund.id)).await?;
                }
                Ok(Some(attempt.payment))
            }
            News::Proven { about, outcome, kept, paid_with } => {
                let attempt = self.attempt_of(account, &about).await?;
                self.learn_proven(account, &attempt, outcome, (kept, paid_with)).await?;
                Ok(Some(attempt.payment))
            }
        }
    }

    fn read_news(&self, account: &ProviderAccount, request: &HttpRequest) -> Result<News, EngineError> {
        let connector = registry::find(&account.connector).ok_or(EngineError::NotFound("connector"))?;
        let callback_url = self.callback_url(account.id);
        let cx = Context {
            now: self.now(),
            account,
            callback_url: &callback_url,
            return_url: self.public_url(),
            ends_at: self.now(),
            language: Language::Ru,
        };
        Ok(connector.callback(request, &cx)?)
    }

    /// The attempt that news is about; it must belong to the account that was told.
    async fn attempt_of(&self, account: &ProviderAccount, about: &About) -> Result<Attempt, EngineError> {
        let id: AttemptId = match about {
            About::Known(id) => *id,
            About::Attempt(text) => self.parse(text)?,
            About::Payout(_) => return Err(EngineError::NotFound("attempt")),
            About::Reference(reference) => self
                .store
                .attempt_of_reference(account.id, reference)
                .await?
                .ok_or(EngineError::NotFound("attempt"))?,
        };
        let attempt = self.store.attempt(id).await?.ok_or(EngineError::NotFound("attempt"))?;
        if attempt.provider == account.id { Ok(attempt) } else { Err(EngineError::NotFound("attempt")) }
    }

    /// Learns what became of an attempt, told by its provider itself.
    pub(crate) async fn learn_proven(
        &self,
        account: &ProviderAccount,
        attempt: &Attempt,
        outcome: Outcome,
        (kept, paid_with): (Option<Kept>, PaidWith),
    ) -> Result<(), EngineError> {
        self.meters.proven(&account.name, &outcome);
        let book = attempt.id.book;
        let profile = registry::find(&account.connector).ok_or(EngineError::NotFound("connector"))?.profile();
        let command = LearnOutcome {
            attempt: attempt.id,
            operation: Operation::Check,
            outcome,
            remember: None,
            kept,
            paid_with,
            actor: Actor::Provider(account.id),
            lease: None,
            notice: self.fresh(book)?,
            statement: self.fresh(book)?,
            refund: self.fresh(book)?,
            next_check: crate::carrying::later(self.now(), profile, 0),
        };
        self.submit(command).await?;
        self.changed(attempt.payment);
        Ok(())
    }

    /// The reasons for which a rehearsal can be declined.
    #[must_use]
    pub fn decline_reasons(&self) -> Vec<Reason> {
        let reason = |choice: &rehearsal::Choice| match choice.chosen {
            rehearsal::Chosen::Declined(reason) => Some(reason),
            rehearsal::Chosen::Paid | rehearsal::Chosen::Held | rehearsal::Chosen::Nothing => None,
        };
        rehearsal::OUTCOMES.iter().filter_map(reason).collect()
    }

    /// The outcome of a rehearsal, chosen on our own page. `code` is one of [`rehearsal::OUTCOMES`].
    ///
    /// # Errors
    /// [`EngineError::Refused`] when the payment's attempt is no rehearsal that waits for a choice.
    #[tracing::instrument(skip_all, fields(payment = payment.number))]
    pub async fn choose_outcome(&self, payment: PaymentId, code: &str) -> Result<(), EngineError> {
        let choice = rehearsal::Choice::find(code).ok_or(EngineError::NotFound("outcome"))?;
        let payment = self.store.payment(payment).await?.ok_or(EngineError::NotFound("payment"))?;
        let attempt = match payment.last_attempt {
            Some(id) => self.store.attempt(id).await?,
            None => None,
        };
        let attempt = attempt.ok_or(EngineError::NotFound("attempt"))?;
        let waiting = attempt.state == AttemptState::Waiting && attempt.prompt == Some(Prompt::Outcome);
        if !waiting || !choice.is_offered(attempt.hold) {
            let state = payment.state.word();
            return Err(EngineError::Refused(Refused::WrongState {
                wish: "an outcome",
                what: "payment",
                state,
            }));
        }
        let account = self.provider(attempt.provider).await?;
        let (name, keep) = (self.print(attempt.id), attempt.reuse == Reuse::Keep);
        let request = outcome_request(&name, choice, attempt.amount, attempt.method, keep);
        match self.read_news(&account, &request)? {
            News::Proven { outcome, kept, paid_with, .. } => {
                self.learn_proven(&account, &attempt, outcome, (kept, paid_with)).await
            }
            News::Hint { .. } | News::Nothing => Ok(()),
        }
    }
}

fn told_us(
    account: &ProviderAccount,
    payment: Option<PaymentId>,
    request: &HttpRequest,
    reply: &HttpReply,
    at: jiff::Timestamp,
    now: jiff::Timestamp,
) -> Exchange {
    let head = format!("{} {}\n", request.method.as_str(), request.path);
    Exchange {
        book: payment.map_or(Book::PLATFORM, |payment| payment.book),
        owner: payment.map(Owner::Payment),
        direction: Direction::In,
        peer: account.name.clone(),
        request: message(head, &request.headers, &request.body),
        reply: Some(message(format!("{}\n", reply.status), &reply.headers, &reply.body)),
        status: Some(reply.status),
        took_us: u64::try_from(now.duration_since(at).as_micros()).unwrap_or(0),
        at,
        error: None,
    }
}
