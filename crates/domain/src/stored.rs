//! Payers' methods that a provider keeps, to be charged again: what is known of one, and who uses it.

use crate::attempts::{Attempt, AttemptState};
use crate::decide::Stop;
use crate::facts::Facts;
use crate::ids::{AttemptId, PaymentId, ProviderAccountId, ShopId, StoredMethodId};
use crate::methods::{Group, Method};
use crate::payments::Payment;
use crate::secrets::Secret;
use crate::sellers::{Shop, Switch};
use jiff::Timestamp;

/// Whether a payment or an attempt has to do with a kept method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// It has not: the buyer's method is used this once.
    #[default]
    Once,
    /// The provider is asked to keep the buyer's method.
    Keep,
    /// The kept method is charged without the buyer.
    Charge(StoredMethodId),
    /// The kept method is offered to the buyer, who confirms.
    Confirm(StoredMethodId),
}

impl Reuse {
    /// The word in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Reuse::Once => "once",
            Reuse::Keep => "keep",
            Reuse::Charge(_) => "charge",
            Reuse::Confirm(_) => "confirm",
        }
    }

    /// The kept method that is used, if one is.
    #[must_use]
    pub const fn stored(self) -> Option<StoredMethodId> {
        match self {
            Reuse::Once | Reuse::Keep => None,
            Reuse::Charge(stored) | Reuse::Confirm(stored) => Some(stored),
        }
    }

    /// What a word and the number of a kept method mean together; nothing where they do not fit.
    #[must_use]
    pub fn from_parts(code: &str, stored: Option<StoredMethodId>) -> Option<Reuse> {
        match (code, stored) {
            ("once", None) => Some(Reuse::Once),
            ("keep", None) => Some(Reuse::Keep),
            ("charge", Some(stored)) => Some(Reuse::Charge(stored)),
            ("confirm", Some(stored)) => Some(Reuse::Confirm(stored)),
            _ => None,
        }
    }
}

/// What a provider tells of a method that it keeps.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The provider's name of it, by which it is charged.
    pub token: Secret,
    /// What people may see of it, such as `555555******4477`.
    pub mask: String,
}

impl PartialEq for Kept {
    fn eq(&self, other: &Kept) -> bool {
        self.token.expose() == other.token.expose() && self.mask == other.mask
    }
}

impl Eq for Kept {}

/// Whether a kept method can be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredState {
    /// It can, as far as is known.
    Active,
    /// The provider has said that it cannot any more.
    Ended,
}

impl StoredState {
    /// The word in the database and in lists.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            StoredState::Active => "active",
            StoredState::Ended => "ended",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<StoredState> {
        [StoredState::Active, StoredState::Ended].into_iter().find(|state| state.code() == code)
    }
}

/// A payer's method that a provider keeps for a shop.
#[derive(Clone, Debug)]
pub struct StoredMethod {
    /// Which; the number is that of the attempt that had it kept.
    pub id: StoredMethodId,
    /// Of which shop: no other may use it.
    pub shop: ShopId,
    /// At which account it is kept.
    pub provider: ProviderAccountId,
    /// The payment under which the payer agreed.
    pub payment: PaymentId,
    /// What it is.
    pub method: Method,
    /// The provider's name of it and what people may see.
    pub kept: Kept,
    /// Whether it can be charged.
    pub state: StoredState,
    /// Since when it is kept.
    pub stored_at: Timestamp,
}

impl StoredMethod {
    /// The name of the method that an attempt had kept, whether or not there is one.
    #[must_use]
    pub const fn of(attempt: AttemptId) -> StoredMethodId {
        StoredMethodId { number: attempt.number, book: attempt.book }
    }

    /// Whether this shop may charge it.
    #[must_use]
    pub fn serves(&self, shop: ShopId) -> bool {
        self.shop == shop && self.state == StoredState::Active
    }

    /// What follows from a provider's word that it keeps the method of an attempt: nothing where nobody had
    /// asked for it, where no money came, and where it is known already.
    ///
    /// # Errors
    /// [`Stop::NeedMore`] when it was not looked up yet.
    pub(crate) fn learned(
        kept: &Kept,
        attempt: &Attempt,
        payment: &Payment,
        facts: &Facts,
        now: Timestamp,
    ) -> Result<Option<StoredMethod>, Stop> {
        let came = matches!(attempt.state, AttemptState::Held | AttemptState::Received);
        let id = StoredMethod::of(attempt.id);
        if attempt.reuse != Reuse::Keep || !came || facts.find(&id)?.is_some() {
            return Ok(None);
        }
        Ok(Some(StoredMethod {
            id,
            shop: payment.shop,
            provider: attempt.provider,
            payment: payment.id,
            method: attempt.method,
            kept: kept.clone(),
            state: StoredState::Active,
            stored_at: now,
        }))
    }
}

impl Shop {
    /// Whether something was agreed with this shop by name.
    #[must_use]
    pub fn has(&self, switch: Switch) -> bool {
        self.switches.contains(&switch)
    }

    /// Whether methods of this kind are kept without being asked for: cards of shops that offer them again.
    #[must_use]
    pub fn keeps(&self, method: Method) -> bool {
        let card = match method.group() {
            Group::Cards => true,
            Group::BankApps | Group::Wallets | Group::Mobile | Group::Cash => false,
        };
        card && self.has(Switch::SavedCards)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Book, Id};

    #[test]
    fn every_use_is_found_by_its_parts_and_a_half_of_one_is_none() {
        let stored = StoredMethodId::new(Book::PLATFORM, 7);
        for reuse in [Reuse::Once, Reuse::Keep, Reuse::Charge(stored), Reuse::Confirm(stored)] {
            assert_eq!(Reuse::from_parts(reuse.code(), reuse.stored()), Some(reuse));
        }
        assert_eq!(Reuse::from_parts("charge", None), None);
        assert_eq!(Reuse::from_parts("keep", Some(stored)), None);
        assert_eq!(Reuse::from_parts("twice", None), None);
    }

    #[test]
    fn what_is_kept_prints_without_its_token() {
        let kept = Kept { token: Secret::new("fake-token".to_owned()), mask: "555555******4477".to_owned() };
        let printed = format!("{kept:?}");
        assert!(printed.contains("4477") && !printed.contains("fake-token"), "{printed}");
        for state in [StoredState::Active, StoredState::Ended] {
            assert_eq!(StoredState::from_code(state.code()), Some(state));
        }
    }
}
