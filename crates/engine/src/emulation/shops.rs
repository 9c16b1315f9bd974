//! The shops of an emulated service: made at the first request that names their login, as their account says.

use super::Service;
use super::accounts::Account;
use super::checkouts::CheckoutAccount;
use super::following::{Wanted, actor};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::rates::NewRate;
use crate::sellers::{NewShop, Told};
use domain::decide::Refused;
use domain::ids::{BookKind, ShopId};
use domain::rates::Worth;
use domain::sellers::SettlementDelay;
use domain::settings::login_fits;
use money::currency::Currency;

/// The zone of their days.
const ZONE: &str = "Europe/Moscow";
/// What is paid can be given back at once, and becomes available after a minute.
const DELAY: SettlementDelay = SettlementDelay::Seconds(60);
/// So many logins are taken: strangers may ask for names without end.
const SHOPS_MAX: usize = 10_000;

impl<N: Network, C: Clock> Engine<N, C> {
    /// Makes the shop of a login in an emulation, or brings an older one to what its account says. Done once a
    /// run for each login; elsewhere nothing happens.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer, or a listed account cannot be.
    pub async fn prepare_emulated_shop(&self, login: &str) -> Result<(), EngineError> {
        let Some(emulation) = &self.setup.emulation else { return Ok(()) };
        let mut prepared = emulation.prepared.lock().await;
        if prepared.contains(login) || prepared.len() >= SHOPS_MAX {
            return Ok(());
        }
        let made = match &emulation.service {
            Service::Robokassa { listed, usual } => {
                let account = listed.get(login).cloned();
                self.prepare_account(&account.unwrap_or_else(|| Account::usual(login, usual))).await
            }
            Service::Interkassa { listed } => match listed.get(login) {
                Some(account) => self.prepare_checkout(account).await,
                // An account, a user, a form, or the first generation's name of a checkout that stands already.
                None if self.store.shop_of_login(login).await?.is_some() => Ok(()),
                None => self.prepare_checkout(&CheckoutAccount::usual(login)).await,
            },
        };
        match made {
            Ok(()) => {
                prepared.insert(login.to_owned());
                Ok(())
            }
            // A stranger's login that no shop can have: there is no such shop.
            Err(EngineError::Refused(Refused::Invalid { .. })) if !emulation.service.has(login) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn prepare_account(&self, account: &Account) -> Result<(), EngineError> {
        match self.store.shop_of_login(&account.login).await? {
            Some(shop) => self.follow_account(shop, account).await,
            None => self.make_shop(account).await,
        }
    }

    async fn make_shop(&self, account: &Account) -> Result<(), EngineError> {
        let new = |seller| NewShop {
            seller,
            login: account.login.clone(),
            name: account.login.clone(),
            site: String::new(),
            currency: Currency::Rub,
            algorithm: account.algorithm,
            delay: DELAY,
            two_step: false,
            zone: ZONE.to_owned(),
            checkout: None,
        };
        login_fits(&account.login).map_err(EngineError::Refused)?;
        let seller = self.create_seller(&account.login, ZONE, actor()).await?;
        let shop = self.create_shop(&new(seller), account.told(), actor()).await?;
        self.follow_account(shop, account).await
    }

    /// Changes what differs: the accounts of this run are those of its file and command line.
    async fn follow_account(&self, shop: ShopId, account: &Account) -> Result<(), EngineError> {
        let addresses = &account.addresses;
        let wanted = [BookKind::Live, BookKind::Test].map(|kind| Wanted {
            passwords: account.passwords_of(kind),
            algorithm: account.algorithm_of(kind),
            addresses: [&addresses.result, &addresses.success, &addresses.fail],
            checkout: None,
        });
        self.follow(shop, wanted, &account.told(), &account.password3).await?;
        self.follow_rates(shop, account).await
    }

    /// The rates of an account are its shop's own. A rate is only ever added, so what the file of an earlier run
    /// said holds on where this one says nothing.
    async fn follow_rates(&self, id: ShopId, account: &Account) -> Result<(), EngineError> {
        if account.rates.is_empty() {
            return Ok(());
        }
        let shop = self.shop_twin(id, BookKind::Live).await?;
        for (of, text) in &account.rates {
            let invalid = || Refused::Invalid { what: "rate", why: format!("{text} is no rate of {of}") };
            let worth = Worth::parse(text).ok_or_else(|| EngineError::Refused(invalid()))?;
            let known = self.rate_for(&shop, *of).await?;
            if known.is_none_or(|known| known.shop.is_none() || known.worth != worth) {
                let new = NewRate { of: *of, to: shop.currency, worth, shop: Some(shop.id), from: None };
                self.set_rate(new, actor()).await?;
            }
        }
        Ok(())
    }
}

impl Account {
    fn told(&self) -> Told {
        Told {
            password1: self.password1.clone(),
            password2: self.password2.clone(),
            test_password1: self.test_password1.clone(),
            test_password2: self.test_password2.clone(),
        }
    }
}
