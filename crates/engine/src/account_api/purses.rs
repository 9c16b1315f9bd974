//! Purses of an account: its seller's book, one a currency.

use super::{ApiFault, Asked};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::network::Network;
use crate::purses::purse_number;
use domain::ledger::{Account, Balance, BalanceKey};
use money::Money;
use money::currency::Currency;
use protocols::interkassa::api::envelope::ApiError;
use protocols::interkassa::api::purses::{self, Purse};
use wire::http::HttpReply;

impl<N: Network, C: Clock> Engine<N, C> {
    /// All purses as far as filters allow, or one.
    pub(super) async fn api_purses(&self, asked: &Asked, one: Option<&str>) -> Result<HttpReply, ApiFault> {
        let member = &asked.member;
        let checkouts = member.narrowed(asked.filters.checkout.as_deref())?;
        let balances = self.store.balances(member.book).await?;
        let mut all = Vec::new();
        for currency in member.currencies() {
            let wanted = asked.filters.currency.as_deref();
            let named = wanted.is_none_or(|code| code.eq_ignore_ascii_case(currency.code()));
            let Some(shop) = checkouts.iter().find(|shop| named && shop.takes(currency)) else { continue };
            let waiting =
                [Account::Pending, Account::PayoutsInTransit].map(|of| held(&balances, of, currency));
            let [pending, leaving] = waiting;
            all.push(Purse {
                id: purse_number(member.book, currency),
                account: member.account.clone(),
                checkout: shop.login.clone(),
                checkout_name: shop.name.clone(),
                active: shop.active && member.seller.active,
                balance: held(&balances, Account::Available, currency),
                frozen: pending.plus(leaving).unwrap_or(pending),
            });
        }
        match one {
            None => Ok(purses::purses(&all)),
            Some(id) => {
                let found = all.iter().find(|purse| purse.id.to_string() == id);
                Ok(purses::purse(found.ok_or(ApiError::NotFound)?))
            }
        }
    }

    /// What can leave an account's purse now.
    pub(super) async fn purse_balance(&self, asked: &Asked, currency: Currency) -> Result<Money, ApiFault> {
        let key = BalanceKey { account: Account::Available, currency, book: asked.member.book };
        Ok(self.store.balance(key).await?)
    }
}

fn held(balances: &[Balance], account: Account, currency: Currency) -> Money {
    let found = balances.iter().find(|held| held.key.account == account && held.key.currency == currency);
    found.map_or(Money::zero(currency), |held| held.amount)
}
