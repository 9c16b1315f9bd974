//! One conversation with a provider: calls saved, sent and recorded, answers brought back to the connector.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::exchanges::Peer;
use crate::frozen::{freeze, thaw};
use crate::network::{Audience, Network, SendError};
use connectors::connector::{Connector, Context, LostCreation, Next, Step, Task};
use domain::attempts::{Attempt, Call, Operation, PaidWith, Reason};
use domain::faults::{Planted, planted};
use domain::ids::RefundId;
use domain::jobs::Lease;
use domain::outcomes::Outcome;
use domain::payments::{Language, Payment};
use domain::providers::{ProviderAccount, Setting};
use domain::receipts::Receipt;
use domain::refunding::SaveRefundCall;
use domain::sending::SaveCall;
use domain::stored::Kept;
use jiff::{SignedDuration, Timestamp};
use money::Money;
use secrecy::SecretString;
use std::sync::Arc;
use wire::http::{Auth, HttpCall, HttpReply, Repeat, basic_auth};

/// A chain of calls has at most so many links.
const LINKS_MAX: u32 = 8;
/// A key is not used in its last minutes: the provider's clock is not ours.
const KEY_MARGIN: SignedDuration = SignedDuration::from_mins(10);
/// The last repeat under a key comes so long before that.
pub(crate) const LAST_REPEAT: SignedDuration = SignedDuration::from_mins(5);
/// So soon after the end that it names a provider says that an attempt is over.
const OWN_END_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// What a conversation is about, read anew by the worker that holds it.
pub struct Conversation {
    /// The attempt; what the connector remembers is kept up to date in it.
    pub attempt: Attempt,
    /// Its payment.
    pub payment: Payment,
    /// The account at the provider.
    pub account: Arc<ProviderAccount>,
    /// Who speaks its protocol.
    pub connector: &'static dyn Connector,
    /// What is to be done.
    pub operation: Operation,
    /// How much.
    pub amount: Money,
    /// The refund, and the provider's number of it, if the conversation is about one.
    pub refund: Option<(RefundId, Option<String>)>,
    /// What is given back, if the conversation is about a refund and somebody said it.
    pub given_back: Option<Receipt>,
    /// Until when the last call that was saved may be sent again, if it may at all.
    pub repeatable_until: Option<Timestamp>,
    /// The worker's right to do it.
    pub lease: Lease,
}

impl Conversation {
    /// So long after its beginning the provider has ended an attempt that the buyer did not confirm, and
    /// says so when it is asked; none if it never does.
    pub(crate) fn over_within(&self) -> Option<SignedDuration> {
        let within = self.connector.profile().offer(self.attempt.method)?.ends_within?;
        Some(within.saturating_add(OWN_END_SLACK))
    }
}

/// How a conversation ended.
#[expect(
    clippy::large_enum_variant,
    reason = "it is taken apart where it is made, and the large one is the usual one"
)]
pub enum Ended {
    /// The connector said what comes next; never a call. With what it wants remembered.
    Said {
        /// What comes next.
        next: Next,
        /// What to remember.
        remember: Option<String>,
        /// The method that the provider keeps, if it told.
        kept: Option<Kept>,
        /// What the provider told of the buyer's means.
        paid_with: PaidWith,
    },
    /// An answer was lost or not understood: the outcome is unknown, never failed.
    Lost {
        /// For logs.
        why: String,
        /// Whether the call certainly never left.
        never_left: bool,
    },
    /// The provider may have forgotten the key of a call without an answer: a person must look.
    Forgotten,
    /// The store refused to let a call leave.
    Stopped(domain::decide::Refused),
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Begins and speaks to the end.
    ///
    /// # Errors
    /// [`EngineError`] when the task cannot be expressed or the store does not answer.
    pub(crate) async fn speak(&self, talk: &mut Conversation) -> Result<Ended, EngineError> {
        let step = self.with_task(talk, 1, |connector, task, cx| connector.begin(task, cx))?;
        let ended = self.go_on(talk, step, 1).await?;
        self.meters.spoken(&talk.account.name, talk.operation, &ended);
        Ok(ended)
    }

    /// Sends a call again that may have left before a crash or got no answer: byte-equal, under the
    /// same key.
    ///
    /// # Errors
    /// [`EngineError`] when the saved call is damaged or the store does not answer.
    pub(crate) async fn speak_again(
        &self,
        talk: &mut Conversation,
        call: &Call,
    ) -> Result<Ended, EngineError> {
        let frozen = thaw(&call.request)?;
        talk.repeatable_until = repeatable_until(talk, &frozen, call.saved_at);
        if talk.repeatable_until.is_none_or(|until| self.now() >= until) {
            return Ok(Ended::Forgotten);
        }
        let ended = match self.send_to_provider(talk, &frozen).await {
            Ok(reply) => self.understand(talk, &reply, call.step).await?,
            Err(error) => lost(&error),
        };
        let ended = match ended {
            Ended::Said { next: Next::Done(Outcome::Declined { reason: Reason::AuthError }), .. } => {
                // Whoever does not let us in now says nothing about what was carried out before.
                Ended::Lost { why: "our credentials are refused".to_owned(), never_left: false }
            }
            ended @ (Ended::Said { .. } | Ended::Lost { .. } | Ended::Forgotten | Ended::Stopped(_)) => ended,
        };
        self.meters.spoken(&talk.account.name, talk.operation, &ended);
        Ok(ended)
    }

    /// When to ask next: as planned, but once more before the key of an unanswered call is forgotten.
    pub(crate) fn before_forgotten(&self, talk: &Conversation, planned: Timestamp) -> Timestamp {
        let last = talk.repeatable_until.and_then(|until| until.checked_sub(LAST_REPEAT).ok());
        match last {
            Some(last) if last > self.now() => planned.min(last),
            Some(_) | None => planned,
        }
    }

    async fn go_on(&self, talk: &mut Conversation, step: Step, link: u32) -> Result<Ended, EngineError> {
        let (mut step, mut link) = (step, link);
        loop {
            let call = match step.next {
                Next::Call(call) => call,
                Next::Ask(..) | Next::Wait | Next::Done(_) => {
                    let Step { next, remember, kept, paid_with } = step;
                    return Ok(Ended::Said { next, remember, kept, paid_with });
                }
            };
            if link > LINKS_MAX {
                return Ok(Ended::Lost {
                    why: "the chain of calls does not end".to_owned(),
                    never_left: false,
                });
            }
            if let Err(refused) = self.save_call(talk, &call, link, step.remember).await? {
                return Ok(Ended::Stopped(refused));
            }
            let reply = match self.send_to_provider(talk, &call).await {
                Ok(reply) => reply,
                Err(error) => return Ok(lost(&error)),
            };
            match self.with_task(talk, link, |connector, task, cx| connector.reply(task, &reply, cx)) {
                Ok(next) => step = next,
                Err(EngineError::Connector(fault)) => return Ok(not_understood(&fault)),
                Err(error) => return Err(error),
            }
            link = link.saturating_add(1);
        }
    }

    async fn understand(
        &self,
        talk: &mut Conversation,
        reply: &HttpReply,
        link: u32,
    ) -> Result<Ended, EngineError> {
        match self.with_task(talk, link, |connector, task, cx| connector.reply(task, reply, cx)) {
            Ok(step) => self.go_on(talk, step, link.saturating_add(1)).await,
            Err(EngineError::Connector(fault)) => Ok(not_understood(&fault)),
            Err(error) => Err(error),
        }
    }

    /// Saves a call before it leaves. Pure reads may be lost and are not saved.
    async fn save_call(
        &self,
        talk: &mut Conversation,
        call: &HttpCall,
        step: u32,
        remember: Option<String>,
    ) -> Result<Result<(), domain::decide::Refused>, EngineError> {
        if call.repeat == Repeat::Safe {
            return Ok(Ok(()));
        }
        let id = self.fresh(talk.attempt.id.book)?;
        let request = freeze(call);
        let saved = match talk.refund {
            Some((refund, _)) => {
                let operation = talk.operation;
                let command = SaveRefundCall { id, refund, operation, step, request, lease: talk.lease };
                self.submit(command).await
            }
            None => {
                talk.attempt.memo = remember.clone().or(talk.attempt.memo.take());
                let (attempt, operation, lease) = (talk.attempt.id, talk.operation, talk.lease);
                self.submit(SaveCall { id, attempt, operation, step, request, remember, lease }).await
            }
        };
        match saved {
            Ok(()) => {
                talk.repeatable_until = repeatable_until(talk, call, self.now());
                Ok(Ok(()))
            }
            Err(EngineError::Refused(refused)) => Ok(Err(refused)),
            Err(error) => Err(error),
        }
    }

    async fn send_to_provider(&self, talk: &Conversation, call: &HttpCall) -> Result<HttpReply, SendError> {
        let account = &talk.account;
        if let Err(until) = self.breakers.admit(account.id, self.now()) {
            self.meters.left_alone(&account.name, talk.operation.code());
            return Err(SendError::NotSent(format!("{} is left alone until {until}", account.name)));
        }
        let credential = credential(account, &call.auth)?;
        let call = self.with_token(talk, call).await?;
        let call = call.as_ref();
        let peer = Peer::Provider { name: &account.name };
        let began = self.now();
        let sent = self.exchange(talk.payment.id, peer, call, credential, Audience::Provider).await;
        self.meters.called(&account.name, talk.operation.code(), &sent, (began, self.now()));
        let worked = sent.as_ref().is_ok_and(|reply| reply.status < 500);
        self.breakers.learn(account.id, worked, self.now());
        sent
    }

    fn with_task<T>(
        &self,
        talk: &Conversation,
        step: u32,
        speak: impl FnOnce(
            &dyn Connector,
            &Task<'_>,
            &Context<'_>,
        ) -> Result<T, connectors::connector::ConnectorFault>,
    ) -> Result<T, EngineError> {
        let reference = match talk.refund {
            Some((refund, _)) if !planted(Planted::ShareRefundKey) => self.ids.print(refund),
            Some(_) | None => self.ids.print(talk.attempt.id),
        };
        let description = &talk.payment.terms.description;
        let task = Task {
            operation: talk.operation,
            attempt: &talk.attempt,
            amount: talk.amount,
            reference: &reference,
            step,
            description,
            refund: talk.refund.as_ref().and_then(|(_, memo)| memo.as_deref()),
            receipt: receipt(talk),
            email: talk.payment.terms.email.as_deref(),
        };
        let callback_url = self.callback_url(talk.account.id);
        let return_url = self.pay_url(talk.payment.id);
        let cx = Context {
            now: self.now(),
            account: &talk.account,
            callback_url: &callback_url,
            return_url: &return_url,
            ends_at: talk.payment.ends_at,
            language: talk.payment.terms.language.unwrap_or(Language::Ru),
        };
        Ok(speak(talk.connector, &task, &cx)?)
    }
}

/// The receipt of what the task takes or gives back: never one of another sum, which happens where the buyer bears the fee or
/// has credit.
fn receipt(talk: &Conversation) -> Option<&Receipt> {
    let receipt = match talk.operation {
        Operation::Pay | Operation::Capture => talk.payment.terms.receipt.as_ref(),
        Operation::Refund | Operation::CheckRefund => talk.given_back.as_ref(),
        Operation::Release | Operation::Check => None,
    };
    receipt.filter(|receipt| receipt.total() == talk.amount)
}

/// Until when a call that was saved then may be sent again; `None`: not at all.
fn repeatable_until(talk: &Conversation, call: &HttpCall, saved_at: Timestamp) -> Option<Timestamp> {
    match (call.repeat, talk.connector.profile().lost_creation) {
        (Repeat::Safe, _) => Some(Timestamp::MAX),
        (Repeat::SameKey { .. }, LostCreation::RepeatSameKey { .. }) => key_kept_until(call.repeat, saved_at),
        (Repeat::SameKey { .. }, LostCreation::AskByReference | LostCreation::Park) | (Repeat::Never, _) => {
            None
        }
    }
}

/// Until when the provider certainly keeps the key of a call that was saved then, if it has one.
pub(crate) fn key_kept_until(repeat: Repeat, saved_at: Timestamp) -> Option<Timestamp> {
    match repeat {
        Repeat::SameKey { hours } => {
            let end = saved_at.saturating_add(SignedDuration::from_hours(i64::from(hours))).ok()?;
            end.checked_sub(KEY_MARGIN).ok()
        }
        Repeat::Safe | Repeat::Never => None,
    }
}

/// The value of the header that proves who sends a call, from the account's settings.
pub(crate) fn credential(account: &ProviderAccount, auth: &Auth) -> Result<Option<SecretString>, SendError> {
    let secret = |name: &str| match account.setting(name) {
        Some(Setting::Secret(secret)) => Ok(SecretString::from(secret.expose().to_owned())),
        Some(Setting::Plain(text)) => Ok(SecretString::from(text.clone())),
        None => Err(SendError::NotSent(format!("the account {} lacks the setting {name}", account.name))),
    };
    match auth {
        Auth::None => Ok(None),
        Auth::Basic { user, password } => Ok(Some(basic_auth(user, &secret(password.as_str())?))),
        Auth::Bearer { token } => {
            use secrecy::ExposeSecret;
            let token = secret(token.as_str())?;
            Ok(Some(SecretString::from(format!("Bearer {}", token.expose_secret()))))
        }
    }
}

fn lost(error: &SendError) -> Ended {
    let never_left = matches!(error, SendError::NotSent(_));
    Ended::Lost { why: error.to_string(), never_left }
}

fn not_understood(fault: &connectors::connector::ConnectorFault) -> Ended {
    Ended::Lost { why: fault.to_string(), never_left: false }
}
