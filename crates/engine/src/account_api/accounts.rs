//! The accounts that a key opens, and the checkouts of one.

use super::ApiFault;
use super::access::{Caller, Member};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use domain::sellers::Shop;
use protocols::interkassa::api::accounts::{self, Account, Checkout, User};
use protocols::interkassa::api::envelope::ApiError;
use std::sync::Arc;
use wire::http::HttpReply;

/// The role of whoever opens an account with a key: there is one.
const ROLE: &str = "owner";

impl<N: Network, C: Clock> Engine<N, C> {
    /// All accounts, or one.
    pub(super) async fn api_accounts(
        &self,
        caller: &Caller,
        one: Option<&str>,
    ) -> Result<HttpReply, ApiFault> {
        let all: Vec<Account> =
            caller.accounts.iter().map(|account| shown(&caller.member_of(account))).collect();
        match one {
            None => Ok(accounts::accounts(&all)),
            Some(id) => {
                let found = all.iter().find(|account| account.id == id).ok_or(ApiError::NotFound)?;
                Ok(accounts::account(found))
            }
        }
    }

    /// All checkouts of an account, or one.
    pub(super) async fn api_checkouts(
        &self,
        member: &Member,
        one: Option<&str>,
    ) -> Result<HttpReply, ApiFault> {
        if let Some(id) = one {
            let shop = member.checkout(id).ok_or(ApiError::NotFound)?;
            return Ok(accounts::checkout(&self.shown_checkout(member, shop).await?));
        }
        let mut all = Vec::new();
        for shop in &member.checkouts {
            all.push(self.shown_checkout(member, shop).await?);
        }
        Ok(accounts::checkouts(&all))
    }

    async fn shown_checkout(&self, member: &Member, shop: &Arc<Shop>) -> Result<Checkout, EngineError> {
        let payways = self.checkout_payways(shop).await?;
        Ok(Checkout {
            id: shop.login.clone(),
            account: member.account.clone(),
            name: shop.name.clone(),
            site: shop.site.clone(),
            active: shop.active && member.seller.active,
            currencies: shop.currencies(),
            payways: payways.iter().map(|offer| offer.payway).collect(),
        })
    }
}

fn shown(member: &Member) -> Account {
    let mut users: Vec<User> = Vec::new();
    for checkout in member.checkouts.iter().filter_map(|shop| shop.checkout.as_ref()) {
        if !users.iter().any(|known| known.id == checkout.user) {
            users.push(User { id: checkout.user.clone(), owner: users.is_empty(), role: ROLE.to_owned() });
        }
    }
    Account { id: member.account.clone(), name: member.seller.name.clone(), business: true, users }
}
