//! What waits for a person: work that was set aside or that nobody does, and money that is nobody's.

use super::PaymentLine;
use serde::{Deserialize, Serialize};

/// How much work there is of each sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCountsView {
    /// Waits for a later moment.
    pub waiting: u64,
    /// Is due and nobody is at it.
    pub due: u64,
    /// Somebody is at it.
    pub under_way: u64,
    /// Is set aside for a person.
    pub parked: u64,
}

/// A piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobLine {
    /// What it does.
    pub kind: String,
    /// What it is about.
    pub id: String,
    /// The payment it belongs to.
    pub payment: Option<String>,
    /// Since when it should be done.
    pub since: String,
    /// How often it was tried and failed for reasons of our own.
    pub tries: u32,
    /// Why it was set aside, or put off last.
    pub why: Option<String>,
}

/// Work that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobsView {
    /// How much there is of all work.
    pub counts: JobCountsView,
    /// Set aside for a person; the longest waiting first.
    pub parked: Vec<JobLine>,
    /// Long due, and nobody is at it; the longest due first.
    pub late: Vec<JobLine>,
    /// So many of each are told at most.
    pub limit: u32,
}

/// A payment that holds money which belongs to no sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrayLine {
    /// The payment in short.
    #[serde(flatten)]
    pub line: PaymentLine,
    /// Part and overpayments, that the payer may still use.
    pub credit: String,
    /// What came for nothing: a second success, or money for a payment that had ended.
    pub unclaimed: String,
    /// The payer's address, if the shop told it.
    pub payer: Option<String>,
    /// Why it belongs to no sale.
    pub cause: String,
    /// Why it did not go back by itself.
    pub refund_failed: Option<String>,
    /// When it came.
    pub since: String,
    /// How long ago that is, in seconds.
    pub age_s: u64,
}

/// What the clock shows, and how a move of it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockView {
    /// The installation's time.
    pub now: String,
    /// So many seconds it is ahead of real time.
    pub offset_s: i64,
    /// At so many moments a move stopped for work.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub steps: Option<u32>,
    /// Whether a move came where it was sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reached: Option<bool>,
}

/// The token of the owner, told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// For `Authorization: Bearer`.
    pub api_token: String,
}
