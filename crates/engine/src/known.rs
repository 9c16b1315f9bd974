//! What is read often and changes seldom: sellers, shops, tariffs, accounts with providers.
//!
//! It is at most two seconds old. Whatever is decided is decided from what stands in the store then.

use crate::cache::Cache;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use domain::ids::{BookKind, ProviderAccountId, SellerId, ShopId};
use domain::providers::ProviderAccount;
use domain::sellers::{Seller, Shop};
use domain::tariffs::Tariff;
use std::sync::Arc;

/// All that is kept.
#[derive(Debug, Default)]
pub(crate) struct Known {
    providers: Cache<(), Arc<Vec<Arc<ProviderAccount>>>>,
    tariffs: Cache<(), Arc<Vec<Tariff>>>,
    logins: Cache<String, Option<ShopId>>,
    shops: Cache<ShopId, Option<Arc<Shop>>>,
    sellers: Cache<SellerId, Option<Arc<Seller>>>,
}

impl Known {
    /// Accounts or tariffs are known to have changed.
    pub(crate) fn forget_offers(&self) {
        self.providers.forget();
        self.tariffs.forget();
    }

    /// Sellers or shops are known to have changed.
    pub(crate) fn forget_sellers(&self) {
        self.logins.forget();
        self.shops.forget();
        self.sellers.forget();
    }
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// All accounts with providers.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn all_providers(&self) -> Result<Arc<Vec<Arc<ProviderAccount>>>, EngineError> {
        let read = async {
            let accounts = self.store.providers().await?;
            Ok(Arc::new(accounts.into_iter().map(Arc::new).collect()))
        };
        self.known.providers.get((), self.now(), read).await
    }

    /// An account with a provider.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such account.
    pub async fn provider(&self, id: ProviderAccountId) -> Result<Arc<ProviderAccount>, EngineError> {
        let of_id =
            |accounts: &Vec<Arc<ProviderAccount>>| accounts.iter().find(|account| account.id == id).cloned();
        if let Some(account) = of_id(&*self.all_providers().await?) {
            return Ok(account);
        }
        // It may have been made a moment ago.
        let account = self.store.provider(id).await?.ok_or(EngineError::NotFound("provider account"))?;
        Ok(Arc::new(account))
    }

    /// All tariffs.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn all_tariffs(&self) -> Result<Arc<Vec<Tariff>>, EngineError> {
        let read = async { Ok(Arc::new(self.store.tariffs().await?)) };
        self.known.tariffs.get((), self.now(), read).await
    }

    /// The shop of a login, in its live or test book.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn shop_of_login(&self, login: &str, kind: BookKind) -> Result<Option<Arc<Shop>>, EngineError> {
        self.prepare_emulated_shop(login).await?;
        let read = async { Ok(self.store.shop_of_login(login).await?) };
        match self.known.logins.get(login.to_owned(), self.now(), read).await? {
            Some(id) => self.shop_if_any(ShopId { number: id.number, book: id.book.twin(kind) }).await,
            None => Ok(None),
        }
    }

    /// A shop.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such shop.
    pub async fn shop(&self, id: ShopId) -> Result<Arc<Shop>, EngineError> {
        self.shop_if_any(id).await?.ok_or(EngineError::NotFound("shop"))
    }

    async fn shop_if_any(&self, id: ShopId) -> Result<Option<Arc<Shop>>, EngineError> {
        let read = async { Ok(self.store.shop(id).await?.map(Arc::new)) };
        self.known.shops.get(id, self.now(), read).await
    }

    /// A seller.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn seller(&self, id: SellerId) -> Result<Option<Arc<Seller>>, EngineError> {
        let read = async { Ok(self.store.seller(id).await?.map(Arc::new)) };
        self.known.sellers.get(id, self.now(), read).await
    }
}
