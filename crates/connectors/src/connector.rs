//! What a connector is asked and what it may answer.

use crate::payouts::PaysOut;
use domain::attempts::{Attempt, Operation, PaidWith, Prompt};
use domain::ids::AttemptId;
use domain::methods::Method;
use domain::outcomes::Outcome;
use domain::payments::Language;
use domain::providers::ProviderAccount;
use domain::receipts::Receipt;
use domain::stored::Kept;
use jiff::{SignedDuration, Timestamp};
use money::Money;
use money::currency::Currency;
use wire::http::{HttpCall, HttpReply, HttpRequest};

/// A provider's protocol.
pub trait Connector: Send + Sync {
    /// What it offers and asks for.
    fn profile(&self) -> &'static Profile;

    /// The first step of a task.
    ///
    /// # Errors
    /// [`ConnectorFault`] when the task cannot be expressed; nothing was sent.
    fn begin(&self, task: &Task<'_>, cx: &Context<'_>) -> Result<Step, ConnectorFault>;

    /// The next step, after the answer to a call.
    ///
    /// # Errors
    /// [`ConnectorFault`] when the answer says nothing certain: the outcome is unknown then, never failed.
    fn reply(&self, task: &Task<'_>, reply: &HttpReply, cx: &Context<'_>) -> Result<Step, ConnectorFault>;

    /// What a request from the provider says.
    ///
    /// # Errors
    /// [`ConnectorFault`] when it is not the provider's, or not understood.
    fn callback(&self, request: &HttpRequest, cx: &Context<'_>) -> Result<News, ConnectorFault>;

    /// How it pays out, if it can.
    fn payouts(&self) -> Option<&'static dyn PaysOut> {
        None
    }

    /// Whether receipts are printed through this account, so that the buyer's e-mail or phone is needed.
    fn prints_receipts(&self, account: &ProviderAccount) -> bool {
        let _ = account;
        false
    }

    /// The bytes the provider expects for news that is saved (or could not be read).
    fn answer(&self, learned: Learned) -> HttpReply;
}

/// What a connector offers and asks for; settings forms, method lists and contract tests read it.
#[derive(Debug)]
pub struct Profile {
    /// The name in settings.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// The methods with their currencies and limits.
    pub methods: &'static [Offer],
    /// What it can be asked to do.
    pub operations: &'static [Operation],
    /// The settings of an account.
    pub settings: &'static [SettingSpec],
    /// Gaps between checks of an unfinished attempt; the last one repeats.
    pub checks: &'static [SignedDuration],
    /// What follows a creation whose answer was lost.
    pub lost_creation: LostCreation,
    /// Whether an attempt that waits for the buyer can be cancelled at the provider.
    pub cancels_prompts: bool,
    /// Whether it is for rehearsals only: its outcomes are chosen on our own page.
    pub rehearsal: bool,
}

/// A method that a provider carries out.
#[derive(Debug)]
pub struct Offer {
    /// The method.
    pub method: Method,
    /// Its currencies.
    pub currencies: &'static [Currency],
    /// The smallest sum, in minor units.
    pub smallest: i64,
    /// The largest sum, in minor units.
    pub largest: i64,
    /// Whether the money can be held first.
    pub holds: bool,
    /// Whether the provider can keep the buyer's method, and charge it again.
    pub keeps: bool,
    /// So long after its creation the provider itself ends what the buyer did not confirm, and says so; none
    /// if that can wait for ever.
    pub ends_within: Option<SignedDuration>,
}

/// A setting of an account.
#[derive(Debug)]
pub struct SettingSpec {
    /// Its name.
    pub name: &'static str,
    /// Whether it is never shown again.
    pub secret: bool,
    /// Whether an account works without it.
    pub required: bool,
    /// What it is, for people.
    pub hint: &'static str,
}

/// What follows a creation whose answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostCreation {
    /// The same bytes are sent again; the provider keeps their key so long.
    RepeatSameKey {
        /// Hours from the first sending.
        hours: u16,
    },
    /// The provider can be asked by our own reference.
    AskByReference,
    /// A person must look.
    Park,
}

/// What a connector is to do.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// What.
    pub operation: Operation,
    /// The attempt, with what the connector remembered of it. Its `reuse` says whether the method is to be kept,
    /// or a kept one charged; the token of that one is never here: a call says where it is put in.
    pub attempt: &'a Attempt,
    /// How much: to pay, to capture, to give back.
    pub amount: Money,
    /// Our public name of the attempt or refund; also the idempotency key of a call that moves money.
    pub reference: &'a str,
    /// The link of the chain, from 1.
    pub step: u32,
    /// What the payer reads at the provider.
    pub description: &'a str,
    /// The provider's own number of the refund, if the task is about one that has it.
    pub refund: Option<&'a str>,
    /// What is sold for exactly this amount, where money is taken and the shop said it.
    pub receipt: Option<&'a Receipt>,
    /// The buyer's e-mail address, if the shop told it.
    pub email: Option<&'a str>,
}

/// What surrounds a task.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time.
    pub now: Timestamp,
    /// The account at the provider with its settings.
    pub account: &'a ProviderAccount,
    /// Where the provider tells us news.
    pub callback_url: &'a str,
    /// Where the buyer returns from the provider.
    pub return_url: &'a str,
    /// When the payment's time is over.
    pub ends_at: Timestamp,
    /// The buyer's language.
    pub language: Language,
}

/// A step: what to remember, and what comes next. The memo is saved before `next` happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The provider's number, or the place in a chain; replaces what was remembered.
    pub remember: Option<String>,
    /// The method that the provider keeps, told with the outcome of an attempt that asked for it.
    pub kept: Option<Kept>,
    /// What the provider told of the buyer's means.
    pub paid_with: PaidWith,
    /// What comes next.
    pub next: Next,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this; the answer comes to [`Connector::reply`].
    Call(HttpCall),
    /// Show the payer this, at most until then.
    Ask(Prompt, Timestamp),
    /// Wait for a callback or the next check.
    Wait,
    /// It is finished.
    Done(Outcome),
}

/// What a callback says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Signed: may be learned.
    Proven {
        /// About what.
        about: About,
        /// What happened.
        outcome: Outcome,
        /// The method that the provider keeps, if it was asked to.
        kept: Option<Kept>,
        /// What it told of the buyer's means.
        paid_with: PaidWith,
    },
    /// Unsigned: a reason to ask, and only the answer is learned.
    Hint {
        /// About what.
        about: About,
    },
    /// Nothing that concerns us (an event of another kind).
    Nothing,
}

/// What news is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Our public name of an attempt, which the provider echoes.
    Attempt(String),
    /// The provider's own number of a payment.
    Reference(String),
    /// Our public name of a payout, which the provider echoes.
    Payout(String),
    /// An attempt known already (our own page).
    Known(AttemptId),
}

/// What became of news, for the provider's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learned {
    /// Saved, or known before.
    Saved,
    /// About nothing of ours, or not understood: repeating will not help.
    NotOurs,
    /// Not saved: the provider should repeat it.
    TryAgain,
}

/// Why a connector has no step. The outcome is unknown then, never failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorFault {
    /// The answer is not what the protocol says.
    #[error("{provider} answered something unexpected: {what}")]
    BadReply {
        /// The connector.
        provider: &'static str,
        /// What was wrong, without secrets.
        what: String,
    },
    /// The provider asks to come back later, or is out of order.
    #[error("{provider} is busy or out of order: {what}")]
    Busy {
        /// The connector.
        provider: &'static str,
        /// What it said.
        what: String,
    },
    /// A callback is not understood or not the provider's.
    #[error("a notice to {provider} is not understood: {what}")]
    BadCallback {
        /// The connector.
        provider: &'static str,
        /// What was wrong.
        what: String,
    },
    /// The account's settings lack something.
    #[error("the account of {provider} lacks the setting {setting}")]
    Misconfigured {
        /// The connector.
        provider: &'static str,
        /// The setting.
        setting: &'static str,
    },
    /// The provider cannot do this.
    #[error("{provider} cannot {what}")]
    Unsupported {
        /// The connector.
        provider: &'static str,
        /// What was asked.
        what: &'static str,
    },
}

impl Profile {
    /// What it offers for a method.
    #[must_use]
    pub fn offer(&self, method: Method) -> Option<&'static Offer> {
        self.methods.iter().find(|offer| offer.method == method)
    }

    /// The gap before the check after so many without news.
    #[must_use]
    pub fn gap(&self, checks: u32) -> SignedDuration {
        let place = usize::try_from(checks).unwrap_or(usize::MAX);
        self.checks.get(place).or(self.checks.last()).copied().unwrap_or(SignedDuration::from_hours(24))
    }
}

impl Offer {
    /// Whether it takes this sum.
    #[must_use]
    pub fn takes(&self, amount: Money) -> bool {
        self.currencies.contains(&amount.currency())
            && (self.smallest..=self.largest).contains(&amount.minor())
    }
}
