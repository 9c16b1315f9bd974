//! What a connector that can pay out is asked, and what it may answer.
//!
//! A payout is one call and its repetitions, so there are no chains here: a first sending, the same bytes again
//! after a lost answer, and questions once the provider's number is known. The number that the money goes to is
//! never here; a call says where it is put in.

use domain::attempts::Reason;
use domain::payouts::DestinationKind;
use domain::providers::ProviderAccount;
use money::Money;
use money::currency::Currency;
use wire::http::{HttpCall, HttpReply};

use crate::connector::ConnectorFault;

/// A provider's protocol for payouts.
pub trait PaysOut: Send + Sync {
    /// What an account can pay out as it is set up; nothing where it lacks what is needed for it.
    fn offers(&self, account: &ProviderAccount) -> &'static [PayoutOffer];

    /// The step of a task.
    ///
    /// # Errors
    /// [`ConnectorFault`] when the task cannot be expressed; nothing was sent.
    fn begin(&self, task: &PayoutTask<'_>, account: &ProviderAccount) -> Result<PayoutStep, ConnectorFault>;

    /// What the answer to a call says.
    ///
    /// # Errors
    /// [`ConnectorFault`] when the answer says nothing certain: the outcome is unknown then, never failed.
    fn reply(
        &self,
        task: &PayoutTask<'_>,
        reply: &HttpReply,
        account: &ProviderAccount,
    ) -> Result<PayoutStep, ConnectorFault>;
}

/// A kind of place to which a provider pays out.
#[derive(Debug)]
pub struct PayoutOffer {
    /// The kind.
    pub to: DestinationKind,
    /// Its currencies.
    pub currencies: &'static [Currency],
    /// The smallest sum, in minor units.
    pub smallest: i64,
    /// The largest sum, in minor units.
    pub largest: i64,
}

impl PayoutOffer {
    /// Whether it takes this sum to such a place.
    #[must_use]
    pub fn takes(&self, to: DestinationKind, amount: Money) -> bool {
        self.to == to
            && self.currencies.contains(&amount.currency())
            && (self.smallest..=self.largest).contains(&amount.minor())
    }
}

/// What is wanted of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutAsk {
    /// That it pays out; nothing has left before.
    Send,
    /// The same once more, for the answer was lost: it may have been carried out.
    Repeat,
    /// How the payout stands, whose number is known.
    Check,
}

/// What a connector is to do.
#[derive(Clone, Copy, Debug)]
pub struct PayoutTask<'a> {
    /// What.
    pub ask: PayoutAsk,
    /// How much arrives.
    pub amount: Money,
    /// To what kind of place.
    pub to: DestinationKind,
    /// What may be seen of its number.
    pub mask: &'a str,
    /// The bank that holds the account of a phone number, as the provider numbers banks.
    pub bank: Option<&'a str>,
    /// What whoever gets it may read.
    pub description: &'a str,
    /// Our public name of the payout; also the idempotency key.
    pub reference: &'a str,
    /// The provider's own number of it, when known.
    pub memo: Option<&'a str>,
}

/// A step: what to remember, and what comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutStep {
    /// The provider's number.
    pub remember: Option<String>,
    /// What comes next.
    pub next: PayoutNext,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayoutNext {
    /// Send this; the answer comes to [`PaysOut::reply`].
    Call(HttpCall),
    /// The provider is at work; it is asked again.
    Wait,
    /// The money has left.
    Settled,
    /// It does not leave.
    Bounced(Reason),
}
