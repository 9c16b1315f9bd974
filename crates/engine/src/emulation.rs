//! A service that is imitated for shops' own tests: what it promises them, and what it remembers while it runs.
//!
//! Everything else is the real thing: engine, store, doors, and the connector that rehearses. What stands here
//! makes shops at their first request, chooses outcomes, and listens.

pub mod accounts;
pub mod checkouts;
mod following;
pub mod log;
pub mod outcomes;
mod overhearing;
pub mod payments;
mod shops;

use self::accounts::{Account, Addresses};
use self::checkouts::CheckoutAccount;
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

/// What is imitated.
#[derive(Debug)]
pub enum Service {
    /// Robokassa.
    Robokassa {
        /// The accounts that were listed, by login.
        listed: BTreeMap<String, Account>,
        /// The addresses of all others.
        usual: Addresses,
    },
    /// Interkassa.
    Interkassa {
        /// The checkouts that were listed, by identifier.
        listed: BTreeMap<String, CheckoutAccount>,
    },
}

impl Service {
    /// Robokassa with these accounts; every other login is one with the usual passwords and addresses.
    #[must_use]
    pub fn robokassa(listed: Vec<Account>, usual: Addresses) -> Service {
        let listed = listed.into_iter().map(|account| (account.login.clone(), account)).collect();
        Service::Robokassa { listed, usual }
    }

    /// Interkassa with these checkouts; every other identifier is one with the usual keys.
    #[must_use]
    pub fn interkassa(listed: Vec<CheckoutAccount>) -> Service {
        let listed = listed.into_iter().map(|account| (account.checkout.clone(), account)).collect();
        Service::Interkassa { listed }
    }

    /// The logins that were listed.
    #[must_use]
    pub fn logins(&self) -> Vec<String> {
        match self {
            Service::Robokassa { listed, usual: _ } => listed.keys().cloned().collect(),
            Service::Interkassa { listed } => listed.keys().cloned().collect(),
        }
    }

    /// Whether it was listed.
    fn has(&self, login: &str) -> bool {
        match self {
            Service::Robokassa { listed, usual: _ } => listed.contains_key(login),
            Service::Interkassa { listed } => listed.contains_key(login),
        }
    }
}

/// An emulation under way.
#[derive(Debug)]
pub struct Emulation {
    service: Service,
    strict: bool,
    /// What was heard.
    log: Log,
    /// The logins whose shops are as they shall be; held while one is made.
    prepared: tokio::sync::Mutex<BTreeSet<String>>,
    plans: Mutex<BTreeMap<PaymentId, Plan>>,
}

impl Emulation {
    /// An emulation of a service. If strict, it refuses what the live service is known to refuse.
    #[must_use]
    pub fn new(service: Service, strict: bool) -> Emulation {
        Emulation {
            service,
            strict,
            log: Log::default(),
            prepared: tokio::sync::Mutex::default(),
            plans: Mutex::default(),
        }
    }

    /// What is imitated.
    #[must_use]
    pub const fn service(&self) -> &Service {
        &self.service
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
