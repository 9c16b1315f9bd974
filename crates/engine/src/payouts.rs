//! Payouts as sellers and people use them: what one would cost, asking, deciding, looking.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::masked;
use connectors::registry;
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{BookKind, PayoutId, ProviderAccountId, ShopId};
use domain::payouts::{Destination, DestinationKind, Payout, PayoutNumberKey};
use domain::payouts_asking::{AskPayout, PayoutAsked, not_in_live};
use domain::payouts_deciding::{ApprovePayout, RefusePayout};
use domain::providers::ProviderAccount;
use money::Money;
use std::sync::Arc;
use store::reads::payouts::PayoutFilter;

/// Which side of a payout a sum is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutSum {
    /// So much arrives.
    Arrives(Money),
    /// So much leaves the balance.
    Leaves(Money),
}

impl PayoutSum {
    /// What leaves, what it costs and what arrives. No tariff prices payouts yet, so they cost nothing.
    ///
    /// # Errors
    /// [`Refused::Invalid`] where nothing would arrive.
    pub fn shares(self) -> Result<PayoutShares, Refused> {
        let (PayoutSum::Arrives(sum) | PayoutSum::Leaves(sum)) = self;
        let fee = Money::zero(sum.currency());
        let (leaves, arrives) = match self {
            PayoutSum::Arrives(arrives) => (arrives.plus(fee)?, arrives),
            PayoutSum::Leaves(leaves) => (leaves, leaves.minus(fee)?),
        };
        if !arrives.is_positive() {
            return Err(Refused::Invalid { what: "amount", why: "expected more than nothing".to_owned() });
        }
        Ok(PayoutShares { leaves, fee, arrives })
    }
}

/// The sums of a payout; what leaves is what it costs and what arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutShares {
    /// What leaves the seller's balance.
    pub leaves: Money,
    /// What of it we keep.
    pub fee: Money,
    /// What arrives.
    pub arrives: Money,
}

/// What a payout would be, before anybody asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutQuote {
    /// Its sums.
    pub shares: PayoutShares,
    /// Through which account it would leave.
    pub provider: ProviderAccountId,
}

/// A payout that somebody wants.
#[derive(Clone, Debug)]
pub struct PayoutOrder {
    /// Through which shop, in the book whose money leaves.
    pub shop: ShopId,
    /// The shop's own number of it: the same again is the same payout.
    pub number: String,
    /// What whoever gets it may read.
    pub description: String,
    /// How much.
    pub sum: PayoutSum,
    /// Where to.
    pub to: Destination,
    /// Through which account; the first that can if none is named.
    pub through: Option<ProviderAccountId>,
    /// Who wants it.
    pub actor: Actor,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// What a payout of a shop would cost and through whom it would go. Nothing moves.
    ///
    /// # Errors
    /// [`EngineError::Refused`] in a live installation, for a sum of nothing, and where no account pays out so.
    pub async fn quote_payout(
        &self,
        shop: ShopId,
        sum: PayoutSum,
        to: DestinationKind,
        through: Option<ProviderAccountId>,
    ) -> Result<PayoutQuote, EngineError> {
        self.pays_out()?;
        let shares = sum.shares().map_err(EngineError::Refused)?;
        let account = self.payout_account(shop, to, shares.arrives, through).await?;
        Ok(PayoutQuote { shares, provider: account.id })
    }

    /// Asks for a payout: the money is set aside at once, and leaves as soon as it may. The same content under the
    /// same number is the payout that was asked for before.
    ///
    /// # Errors
    /// [`EngineError::Refused`] with nothing saved: [`Refused::Short`] where the balance lacks something,
    /// [`Refused::Taken`] where the number means another payout, and the others as they say.
    #[tracing::instrument(skip_all, fields(shop = order.shop.number))]
    pub async fn ask_payout(&self, order: PayoutOrder) -> Result<PayoutAsked, EngineError> {
        match self.ask_payout_once(&order).await {
            // Settings changed between reading and deciding: read them anew, once.
            Err(EngineError::Refused(Refused::Stale { .. })) => {
                self.known.forget_offers();
                self.ask_payout_once(&order).await
            }
            asked => asked,
        }
    }

    async fn ask_payout_once(&self, order: &PayoutOrder) -> Result<PayoutAsked, EngineError> {
        self.pays_out()?;
        let PayoutOrder { shop, sum, through, .. } = *order;
        let shares = sum.shares().map_err(EngineError::Refused)?;
        if masked(order.number.clone()) != order.number {
            let why = "a card's number must not stand in it".to_owned();
            return Err(EngineError::Refused(Refused::Invalid { what: "number", why }));
        }
        let key = PayoutNumberKey { number: order.number.clone(), shop };
        let provider = match self.store.payout_of_number(&key).await? {
            // What was asked for before is not looked for a way out again.
            Some(known) => self.provider(known.provider).await?,
            None => self.payout_account(shop, order.to.kind, shares.arrives, through).await?,
        };
        let command = AskPayout {
            id: self.fresh(shop.book)?,
            shop,
            number: order.number.clone(),
            description: masked(order.description.clone()),
            amount: shares.arrives,
            fee: shares.fee,
            to: order.to.clone(),
            provider: (provider.id, provider.version),
            actor: order.actor.clone(),
        };
        self.submit(command).await
    }

    /// Lets a payout leave that waits for a person.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when it does not wait.
    #[tracing::instrument(skip_all, fields(payout = payout.number))]
    pub async fn approve_payout(&self, payout: PayoutId, actor: Actor) -> Result<(), EngineError> {
        self.submit(ApprovePayout { payout, actor }).await
    }

    /// Refuses a payout that waits for a person; its money goes back to the balance.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when it does not wait.
    #[tracing::instrument(skip_all, fields(payout = payout.number))]
    pub async fn refuse_payout(&self, payout: PayoutId, actor: Actor) -> Result<(), EngineError> {
        self.submit(RefusePayout { payout, actor }).await
    }

    /// A payout.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn payout(&self, id: PayoutId) -> Result<Option<Payout>, EngineError> {
        Ok(self.store.payout(id).await?)
    }

    /// The payout that a shop's own number means.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn payout_of_number(&self, shop: ShopId, number: &str) -> Result<Option<Payout>, EngineError> {
        let key = PayoutNumberKey { number: number.to_owned(), shop };
        Ok(self.store.payout_of_number(&key).await?)
    }

    /// The payouts of a shop, the newest first.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn payouts_of_shop(
        &self,
        shop: ShopId,
        filter: PayoutFilter,
        limit: u32,
    ) -> Result<Vec<Payout>, EngineError> {
        Ok(self.store.payouts_of_shop(shop, filter, limit).await?)
    }

    fn pays_out(&self) -> Result<(), EngineError> {
        match self.kind {
            BookKind::Live => Err(EngineError::Refused(not_in_live())),
            BookKind::Test => Ok(()),
        }
    }

    /// The account through which a payout leaves: real providers before rehearsals, older before younger.
    async fn payout_account(
        &self,
        shop: ShopId,
        to: DestinationKind,
        amount: Money,
        through: Option<ProviderAccountId>,
    ) -> Result<Arc<ProviderAccount>, EngineError> {
        let providers = self.all_providers().await?;
        let able = |account: &&Arc<ProviderAccount>| {
            through.is_none_or(|through| through == account.id)
                && account.active
                && account.serves(shop.book.kind())
                && pays(account, to, amount)
        };
        let chosen = providers.iter().filter(able).min_by_key(|account| {
            let rehearsal = registry::find(&account.connector).is_some_and(|known| known.profile().rehearsal);
            (rehearsal, account.id.number)
        });
        let why = "there is no account with a provider that pays this sum out to such a place".to_owned();
        chosen.cloned().ok_or(EngineError::Refused(Refused::Invalid { what: "destination", why }))
    }
}

fn pays(account: &ProviderAccount, to: DestinationKind, amount: Money) -> bool {
    let payouts = registry::find(&account.connector).and_then(|connector| connector.payouts());
    payouts.is_some_and(|payouts| payouts.offers(account).iter().any(|offer| offer.takes(to, amount)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::currency::Currency;

    #[test]
    fn what_leaves_is_what_arrives_and_what_it_costs() {
        let rub = |minor| Money::from_minor(minor, Currency::Rub);
        for sum in [PayoutSum::Arrives(rub(6_000)), PayoutSum::Leaves(rub(6_000))] {
            let PayoutShares { leaves, fee, arrives } = sum.shares().unwrap();
            assert_eq!(arrives.plus(fee).unwrap(), leaves);
            assert_eq!((leaves, arrives), (rub(6_000), rub(6_000)));
        }
        for nothing in [0, -1] {
            assert!(PayoutSum::Arrives(rub(nothing)).shares().is_err());
        }
    }
}
