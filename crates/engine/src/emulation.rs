//! A service that is imitated for shops' own tests: what it promises them, and what it remembers while it runs.
//!
//! Everything else is the real thing: engine, store, doors, and the connector that rehearses. What stands here
//! makes shops at their first request, chooses outcomes, and listens.

pub mod accounts;
pub mod log;
pub mod outcomes;
mod overhearing;
pub mod payments;
mod shops;

use self::accounts::{Account, Addresses};
use self::log::Log;
use domain::ids::PaymentId;
use domain::notices::Notice;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// The name under which the emulator acts in the history.
pub const ACTOR: &str = "emulator";
/// So many payments have a plan for their notices at once; the oldest are forgotten first.
const PLANS_MAX: usize = 10_000;

/// What is to happen to the notice of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// It is sent once more although it was accepted.
    TellTwice,
    /// Its first sending is signed wrong.
    ForgeFirst,
}

/// An emulation under way.
#[derive(Debug)]
pub struct Emulation {
    listed: BTreeMap<String, Account>,
    usual: Addresses,
    strict: bool,
    /// What was heard.
    log: Log,
    /// The logins whose shops are as they shall be; held while one is made.
    prepared: tokio::sync::Mutex<BTreeSet<String>>,
    plans: Mutex<BTreeMap<PaymentId, Plan>>,
}

impl Emulation {
    /// An emulation with these accounts; every other login is one with the usual passwords and addresses. If
    /// strict, it refuses what the live service is known to refuse.
    #[must_use]
    pub fn new(listed: Vec<Account>, usual: Addresses, strict: bool) -> Emulation {
        Emulation {
            listed: listed.into_iter().map(|account| (account.login.clone(), account)).collect(),
            usual,
            strict,
            log: Log::default(),
            prepared: tokio::sync::Mutex::default(),
            plans: Mutex::default(),
        }
    }

    /// The accounts that were listed.
    pub fn listed(&self) -> impl Iterator<Item = &Account> {
        self.listed.values()
    }

    /// Whether it refuses what the live service is known to refuse.
    #[must_use]
    pub const fn is_strict(&self) -> bool {
        self.strict
    }

    /// What was heard.
    #[must_use]
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// The account of a login, listed or not.
    fn account(&self, login: &str) -> Account {
        self.listed.get(login).cloned().unwrap_or_else(|| Account::usual(login, &self.usual))
    }

    fn plan(&self, payment: PaymentId, plan: Option<Plan>) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        match plan {
            Some(plan) => {
                if plans.len() >= PLANS_MAX {
                    plans.pop_first();
                }
                plans.insert(payment, plan);
            }
            None => {
                plans.remove(&payment);
            }
        }
    }

    /// Whether a notice that is about to be sent shall be signed wrong.
    pub(crate) fn forges(&self, notice: &Notice) -> bool {
        let plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        notice.tries == 0 && plans.get(&notice.payment) == Some(&Plan::ForgeFirst)
    }

    /// Whether a notice that was just accepted shall be sent once more; true once.
    pub(crate) fn tells_again(&self, payment: PaymentId) -> bool {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.get(&payment) != Some(&Plan::TellTwice) {
            return false;
        }
        plans.remove(&payment);
        true
    }
}

#[cfg(test)]
mod tests;
