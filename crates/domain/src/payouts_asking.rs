//! Asking for a payout: the money is set aside at once, and the same number never pays twice.

use crate::calendar::day;
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, BookKind, PayoutId, ProviderAccountId, ShopId};
use crate::jobs::Task;
use crate::ledger::{Account, Cause, Entry};
use crate::payouts::{
    DESCRIPTION_CHARS_MAX, Destination, NUMBER_CHARS_MAX, Payout, PayoutNumber, PayoutNumberKey, PayoutState,
};
use crate::payouts_history::PayoutHappened;
use crate::providers::InstallationKey;
use crate::sellers::Switch;
use jiff::Timestamp;
use money::Money;

/// Why nothing leaves a live installation (RULES, 2).
const NOT_IN_LIVE: &str = "a live installation pays nothing out until what banks and providers say is reconciled \
                           with the books; payouts leave only in installations for tests";

/// What is said to whoever wants a payout in a live installation.
#[must_use]
pub fn not_in_live() -> Refused {
    Refused::Invalid { what: "payout", why: NOT_IN_LIVE.to_owned() }
}

/// A wish: pay so much out of a seller's balance.
#[derive(Clone, Debug)]
pub struct AskPayout {
    /// The payout, should the number be new.
    pub id: PayoutId,
    /// Through which shop.
    pub shop: ShopId,
    /// The shop's own number of it.
    pub number: String,
    /// What whoever gets it may read.
    pub description: String,
    /// How much arrives.
    pub amount: Money,
    /// What it costs the seller beside that.
    pub fee: Money,
    /// Where to.
    pub to: Destination,
    /// Through which account, and the version that was read.
    pub provider: (ProviderAccountId, u32),
    /// Who wants it.
    pub actor: Actor,
}

/// What asking for a payout came to.
#[derive(Clone, Debug)]
pub struct PayoutAsked {
    /// The payout as it stands.
    pub payout: Payout,
    /// Whether it is new; else the same was asked for under this number before.
    pub fresh: bool,
}

impl Command for AskPayout {
    type Answer = PayoutAsked;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.shop.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(InstallationKey);
        asks.know(self.shop);
        asks.know(self.provider.0);
        asks.know(self.key());
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, PayoutAsked), Stop> {
        if facts.need(&InstallationKey)?.kind == BookKind::Live {
            return Err(not_in_live().into());
        }
        let shop = facts.need(&self.shop)?;
        if let Some(claim) = facts.find(&self.key())? {
            return self.asked_before(facts.need(&claim.payout)?);
        }
        if !shop.active {
            return Err(Refused::Off { what: "shop" }.into());
        }
        if !facts.need(&shop.seller)?.active {
            return Err(Refused::Off { what: "seller" }.into());
        }
        self.fits()?;
        self.through(facts)?;
        let by_hand = shop.has(Switch::PayoutsByHand);
        let payout = self.payout(by_hand, now);
        let entry = Entry::new(Cause::PayoutAsked(self.id), self.id, day(now, &shop.zone)).moving(
            Account::Available,
            Account::PayoutsInTransit,
            payout.taken()?,
        )?;
        let subject = Subject::Payout(self.id);
        let said = Happened::Payout(PayoutHappened::Asked {
            amount: self.amount,
            fee: self.fee,
            to: self.to.mask.clone(),
        });
        let mut decision = Decision::nothing().enter(entry).tell(subject, &self.actor, said);
        if !by_hand {
            decision = decision
                .tell(subject, &Actor::Clock, Happened::Payout(PayoutHappened::Approved))
                .then(Task::CarryPayout(self.id), now);
        }
        let decision = decision.save(PayoutNumber { key: self.key(), payout: self.id }).save(payout.clone());
        Ok((decision, PayoutAsked { payout, fresh: true }))
    }
}

impl AskPayout {
    fn key(&self) -> PayoutNumberKey {
        PayoutNumberKey { number: self.number.clone(), shop: self.shop }
    }

    /// The same again is the same payout; anything else under its number is refused.
    fn asked_before(&self, payout: &Payout) -> Result<(Decision, PayoutAsked), Stop> {
        if payout.amount != self.amount || payout.to != self.to {
            return Err(Refused::Taken { what: "payout's number" }.into());
        }
        Ok((Decision::nothing(), PayoutAsked { payout: payout.clone(), fresh: false }))
    }

    fn fits(&self) -> Result<(), Refused> {
        let invalid = |what, why: &str| Refused::Invalid { what, why: why.to_owned() };
        if !self.amount.is_positive() {
            return Err(invalid("amount", "expected more than nothing"));
        }
        if self.fee.is_negative() {
            return Err(invalid("fee", "expected nothing or more"));
        }
        let letters = self.number.chars().count();
        if !(1..=NUMBER_CHARS_MAX).contains(&letters) || self.number.chars().any(char::is_control) {
            return Err(invalid("number", "expected 1 to 128 characters that can be printed"));
        }
        if self.description.chars().count() > DESCRIPTION_CHARS_MAX {
            return Err(invalid("description", "expected 128 characters at most"));
        }
        Ok(())
    }

    fn through(&self, facts: &Facts) -> Result<(), Stop> {
        let (id, version) = self.provider;
        let account = facts.need(&id)?;
        if account.version != version {
            return Err(Refused::Stale { what: "provider account" }.into());
        }
        if !account.active || !account.serves(self.shop.book.kind()) {
            return Err(Refused::Off { what: "provider account" }.into());
        }
        Ok(())
    }

    fn payout(&self, by_hand: bool, now: Timestamp) -> Payout {
        Payout {
            id: self.id,
            shop: self.shop,
            number: self.number.clone(),
            description: self.description.clone(),
            amount: self.amount,
            fee: self.fee,
            to: self.to.clone(),
            provider: self.provider.0,
            state: if by_hand { PayoutState::Asked } else { PayoutState::Approved },
            call: None,
            memo: None,
            checks: 0,
            asked_by: self.actor.clone(),
            asked_at: now,
            changed_at: now,
        }
    }
}
