//! Carrying payouts to their providers, and asking how they stand.
//!
//! A payout is sent by one call, written down before it leaves. If its answer is lost, the same bytes are sent
//! again while the provider keeps their key; after that only a person can tell what became of it.

use crate::carrying::{FORGOTTEN, later};
use crate::clock::Clock;
use crate::conversation::{LAST_REPEAT, credential, key_kept_until};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::frozen::{freeze, thaw};
use crate::network::{Network, SendError};
use connectors::connector::{Connector, ConnectorFault};
use connectors::payouts::{PayoutAsk, PayoutNext, PayoutStep, PayoutTask, PaysOut};
use connectors::registry;
use domain::attempts::Reason;
use domain::ids::PayoutId;
use domain::jobs::{Lease, Task};
use domain::payouts::{Payout, PayoutOutcome, PayoutState};
use domain::payouts_learning::LearnPayout;
use domain::payouts_sending::SavePayoutCall;
use domain::providers::ProviderAccount;
use domain::working::CloseJob;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use wire::http::{HttpCall, HttpReply};

/// A call that certainly never left is tried again so soon.
const NEVER_LEFT_GAP: SignedDuration = SignedDuration::from_secs(10);
/// What metrics call it.
const SEND: &str = "pay_out";
const CHECK: &str = "check_payout";

/// A payout with whoever speaks to its provider.
struct Errand {
    payout: Payout,
    account: Arc<ProviderAccount>,
    connector: &'static dyn Connector,
    pays_out: &'static dyn PaysOut,
    reference: String,
    ask: PayoutAsk,
    lease: Lease,
    /// Until when the call that was saved may be sent again.
    repeatable_until: Option<Timestamp>,
}

impl Errand {
    fn task(&self) -> PayoutTask<'_> {
        PayoutTask {
            ask: self.ask,
            amount: self.payout.amount,
            to: self.payout.to.kind,
            mask: &self.payout.to.mask,
            bank: self.payout.to.bank.as_deref(),
            description: &self.payout.description,
            reference: &self.reference,
            memo: self.payout.memo.as_deref(),
        }
    }

    /// A first sending and its repetitions are one operation to whoever counts.
    const fn operation(&self) -> &'static str {
        match self.ask {
            PayoutAsk::Send | PayoutAsk::Repeat => SEND,
            PayoutAsk::Check => CHECK,
        }
    }
}

/// What was heard of a payout.
enum Heard {
    /// The provider has said it, with what to remember.
    Ended(PayoutOutcome, Option<String>),
    /// The provider is at work.
    AtWork(Option<String>),
    /// Nothing certain: the outcome is unknown, never failed.
    Lost {
        why: String,
        /// Whether the call certainly did not leave this time.
        never_left: bool,
    },
    /// The provider may have forgotten the key of a call without an answer.
    Forgotten,
    /// It cannot even be asked.
    Stuck(ConnectorFault),
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Carries a payout to its provider, or asks how it stands.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer; the job is tried again then.
    pub(crate) async fn carry_payout(&self, id: PayoutId, lease: Lease) -> Result<(), EngineError> {
        let payout = self.store.payout(id).await?.ok_or(EngineError::NotFound("payout"))?;
        match payout.state {
            PayoutState::Approved | PayoutState::Sent => {}
            PayoutState::Asked | PayoutState::Settled | PayoutState::Bounced { .. } => {
                return self.submit(CloseJob { lease }).await;
            }
        }
        let account = self.provider(payout.provider).await?;
        let connector = registry::find(&account.connector).ok_or(EngineError::NotFound("connector"))?;
        let pays_out = connector.payouts().ok_or(EngineError::NotFound("connector that pays out"))?;
        let ask = match (&payout.memo, &payout.call) {
            (Some(_), _) => PayoutAsk::Check,
            (None, Some(_)) => PayoutAsk::Repeat,
            (None, None) => PayoutAsk::Send,
        };
        let (reference, repeatable_until) = (self.print(id), None);
        let mut errand =
            Errand { payout, account, connector, pays_out, reference, ask, lease, repeatable_until };
        let heard = match ask {
            PayoutAsk::Send | PayoutAsk::Check => self.begin_payout(&mut errand).await?,
            PayoutAsk::Repeat => self.repeat_payout(&mut errand).await?,
        };
        self.meters.paid_out(&errand.account.name, errand.operation(), heard.word());
        self.learn_payout(&errand, heard).await
    }

    async fn begin_payout(&self, errand: &mut Errand) -> Result<Heard, EngineError> {
        let step = match errand.pays_out.begin(&errand.task(), &errand.account) {
            Ok(step) => step,
            Err(fault) => return Ok(cannot(errand, fault)),
        };
        let call = match step.next {
            PayoutNext::Call(call) => call,
            PayoutNext::Wait | PayoutNext::Settled | PayoutNext::Bounced(_) => return Ok(said(step)),
        };
        if errand.ask == PayoutAsk::Send {
            let (payout, request) = (errand.payout.id, freeze(&call));
            self.submit(SavePayoutCall { payout, request, lease: errand.lease }).await?;
            errand.repeatable_until = key_kept_until(call.repeat, self.now());
        }
        Ok(self.exchange_call(errand, &call).await)
    }

    /// The call may have left before: the same bytes go out once more, while their key is kept.
    async fn repeat_payout(&self, errand: &mut Errand) -> Result<Heard, EngineError> {
        let Some(saved) = &errand.payout.call else {
            return Err(EngineError::NotFound("call"));
        };
        let call = thaw(&saved.request)?;
        errand.repeatable_until = key_kept_until(call.repeat, saved.saved_at);
        if errand.repeatable_until.is_none_or(|until| self.now() >= until) {
            return Ok(Heard::Forgotten);
        }
        Ok(self.exchange_call(errand, &call).await)
    }

    async fn exchange_call(&self, errand: &Errand, call: &HttpCall) -> Heard {
        let reply = match self.send_payout(errand, call).await {
            Ok(reply) => reply,
            Err(error) => {
                let never_left = matches!(error, SendError::NotSent(_));
                return Heard::Lost { why: error.to_string(), never_left };
            }
        };
        match errand.pays_out.reply(&errand.task(), &reply, &errand.account) {
            Ok(PayoutStep { next: PayoutNext::Call(_), .. }) => {
                Heard::Lost { why: "an answer is followed by another call".to_owned(), never_left: false }
            }
            Ok(step) => said(step),
            Err(fault) => Heard::Lost { why: fault.to_string(), never_left: false },
        }
    }

    /// The number that the money goes to is put in here, at the last moment, and written down nowhere.
    async fn send_payout(&self, errand: &Errand, call: &HttpCall) -> Result<HttpReply, SendError> {
        let account = &errand.account;
        if let Err(until) = self.breakers.admit(account.id, self.now()) {
            self.meters.left_alone(&account.name, errand.operation());
            return Err(SendError::NotSent(format!("{} is left alone until {until}", account.name)));
        }
        let credential = credential(account, &call.auth)?;
        let began = self.now();
        let sent = self.exchange_payout(&errand.payout, &account.name, call, credential).await;
        self.meters.called(&account.name, errand.operation(), &sent, (began, self.now()));
        let worked = sent.as_ref().is_ok_and(|reply| reply.status < 500);
        self.breakers.learn(account.id, worked, self.now());
        sent
    }

    async fn learn_payout(&self, errand: &Errand, heard: Heard) -> Result<(), EngineError> {
        let planned = later(self.now(), errand.connector.profile(), errand.payout.checks);
        let (outcome, remember, planned) = match heard {
            Heard::Ended(outcome, remember) => (Some(outcome), remember, planned),
            Heard::AtWork(remember) => (None, remember, planned),
            Heard::Lost { why, never_left } => {
                tracing::warn!(why, never_left, "no certain answer to a payout; the provider will be asked");
                let soon = self.now().saturating_add(NEVER_LEFT_GAP).unwrap_or(planned);
                (None, None, if never_left { soon } else { planned })
            }
            Heard::Forgotten => return self.park(errand.lease, FORGOTTEN).await,
            Heard::Stuck(fault) => return self.park(errand.lease, &fault.to_string()).await,
        };
        // Once more before the key of an unanswered call is forgotten.
        let last = errand.repeatable_until.and_then(|until| until.checked_sub(LAST_REPEAT).ok());
        let last = last.filter(|last| *last > self.now());
        let next_check = last.map_or(planned, |last| planned.min(last));
        let (payout, lease) = (errand.payout.id, Some(errand.lease));
        self.submit(LearnPayout { payout, outcome, remember, next_check, lease }).await
    }

    /// A provider's hint about a payout of ours is a reason to ask at once.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when it is none of this account's.
    pub(crate) async fn payout_hint(&self, account: &ProviderAccount, name: &str) -> Result<(), EngineError> {
        let id: PayoutId = self.parse(name)?;
        let payout = self.store.payout(id).await?.filter(|payout| payout.provider == account.id);
        let payout = payout.ok_or(EngineError::NotFound("payout"))?;
        match payout.state {
            PayoutState::Sent => self.bring_forward(Task::CarryPayout(id)).await,
            PayoutState::Asked
            | PayoutState::Approved
            | PayoutState::Settled
            | PayoutState::Bounced { .. } => Ok(()),
        }
    }
}

impl Heard {
    /// What metrics call it.
    const fn word(&self) -> &'static str {
        match self {
            Heard::Ended(PayoutOutcome::Settled, _) => "settled",
            Heard::Ended(PayoutOutcome::Bounced { .. }, _) => "bounced",
            Heard::AtWork(_) => "waits",
            Heard::Lost { .. } => "unknown",
            Heard::Forgotten => "forgotten",
            Heard::Stuck(_) => "stuck",
        }
    }
}

fn said(step: PayoutStep) -> Heard {
    match step.next {
        PayoutNext::Settled => Heard::Ended(PayoutOutcome::Settled, step.remember),
        PayoutNext::Bounced(reason) => Heard::Ended(PayoutOutcome::Bounced { reason }, step.remember),
        PayoutNext::Wait | PayoutNext::Call(_) => Heard::AtWork(step.remember),
    }
}

/// A payout that cannot be expressed and of which nothing was sent is certainly refused; a question that cannot
/// be asked is a person's.
fn cannot(errand: &Errand, fault: ConnectorFault) -> Heard {
    match errand.ask {
        PayoutAsk::Send => {
            tracing::error!(%fault, "a payout cannot begin");
            let reason = match fault {
                ConnectorFault::Misconfigured { .. } => Reason::AuthError,
                ConnectorFault::BadReply { .. }
                | ConnectorFault::Busy { .. }
                | ConnectorFault::BadCallback { .. }
                | ConnectorFault::Unsupported { .. } => Reason::MethodUnavailable,
            };
            Heard::Ended(PayoutOutcome::Bounced { reason }, None)
        }
        PayoutAsk::Repeat | PayoutAsk::Check => Heard::Stuck(fault),
    }
}
