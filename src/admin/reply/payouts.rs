//! Payouts as an installation tells them.

use super::{EventView, ExchangeView, MovementView};
use serde::{Deserialize, Serialize};

/// A payout in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutLine {
    /// Its identifier.
    pub payout: String,
    /// The shop's own number of it.
    pub number: String,
    /// The shop's login.
    pub shop: String,
    /// Whether it is a rehearsal.
    pub test: bool,
    /// Where it stands.
    pub state: String,
    /// Why it bounced.
    pub reason: Option<String>,
    /// How much arrives.
    pub amount: String,
    /// What it costs the seller beside that.
    pub fee: String,
    /// What leaves the balance.
    pub taken: String,
    /// The currency of all sums.
    pub currency: String,
    /// The kind of place where it goes.
    pub kind: String,
    /// What may be seen of the number of that place.
    pub to: String,
    /// When it was asked for.
    pub asked_at: String,
}

/// A page of payouts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutsView {
    /// The payouts, the newest first.
    pub payouts: Vec<PayoutLine>,
    /// The list goes on after this payout.
    pub next: Option<String>,
}

/// Everything about a payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutView {
    /// Its sums and state in short.
    #[serde(flatten)]
    pub line: PayoutLine,
    /// What whoever gets it may read.
    pub description: String,
    /// The bank of a phone number.
    pub bank: Option<String>,
    /// Through which account it leaves, by name.
    pub provider: String,
    /// What the provider calls it.
    pub provider_memo: Option<String>,
    /// How often it was asked about without news.
    pub checks: u32,
    /// Who asked for it.
    pub asked_by: String,
    /// When its state changed last.
    pub changed_at: String,
    /// When it is sent or asked about next.
    pub next_at: Option<String>,
    /// Whether it was there before: the same was asked for under this number.
    #[serde(default)]
    pub repeated: bool,
    /// What happened.
    pub history: Vec<EventView>,
    /// Where its money went.
    pub ledger: Vec<MovementView>,
    /// What was said to the provider about it.
    pub exchanges: Vec<ExchangeView>,
}
