//! What the demo needs in the books: a seller with a shop, two provider accounts and a tariff.

use super::memory::Memory;
use crate::error::{Failure, ProgramError};
use domain::history::Actor;
use domain::ids::{BookKind, ProviderAccountId, ShopId};
use domain::providers::ProviderAccount;
use domain::secrets::Secret;
use domain::sellers::{Algorithm, SettlementDelay, Shop, ShopAddress, Switch, Verb};
use domain::tariffs::{Fee, RefundFee, Step};
use engine::operator::{NewProvider, NewTariff};
use engine::passwords::fresh_password;
use engine::sellers::{NewShop, ShopChange};
use money::Money;
use money::currency::Currency;
use web::state::Kassa;

/// The shop's login.
const LOGIN: &str = "demo";
/// The path of the simulated provider's API.
const API_PATH: &str = "/v3";
/// The demo shows in a minute what takes a day elsewhere.
const DELAY: SettlementDelay = SettlementDelay::Seconds(60);
const ZONE: &str = "Europe/Moscow";
/// Who signs in to the cabinet of a demo: the organisation's login, his own, and a password that is no secret.
pub(super) const PERSON: [&str; 3] = ["demo", "admin", "demo password"];

/// What the books of a demo are set up with.
pub(super) struct Scenery<'a> {
    pub(super) engine: &'a Kassa,
    pub(super) memory: &'a Memory,
    /// Where the example shop stands.
    pub(super) shop: &'a str,
    /// Where the simulated provider stands.
    pub(super) provider: &'a str,
}

/// What the demo tells whoever started it.
pub(super) struct Keys {
    pub(super) account: ProviderAccountId,
    pub(super) login: String,
    pub(super) password1: String,
    pub(super) password2: String,
    pub(super) test_password1: String,
    pub(super) test_password2: String,
    pub(super) password3: Option<String>,
}

impl Scenery<'_> {
    /// Makes what is missing, and moves the demo's own addresses to where they are today.
    pub(super) async fn set_up(
        &self,
        provider_shop: (&str, &str),
        gateway: (&str, &str),
    ) -> Result<Keys, ProgramError> {
        let account = self.accounts(provider_shop, gateway).await?;
        self.tariff().await?;
        let shop = self.the_shop().await?;
        self.move_addresses(shop).await?;
        self.person(shop).await?;
        let live = self.engine.shop_twin(shop, BookKind::Live).await?;
        let test = self.engine.shop_twin(shop, BookKind::Test).await?;
        let (password1, password2) = passwords(&live)?;
        let (test_password1, test_password2) = passwords(&test)?;
        let password3 = live.refund_password().map(|password| password.expose().to_owned());
        let login = live.login;
        Ok(Keys { account, login, password1, password2, test_password1, test_password2, password3 })
    }

    fn actor() -> Actor {
        Actor::Operator("demo".to_owned())
    }

    /// The account at the simulated provider for live books, and rehearsals for test books.
    async fn accounts(
        &self,
        (id, secret): (&str, &str),
        (gateway, payout_secret): (&str, &str),
    ) -> Result<ProviderAccountId, ProgramError> {
        let accounts = self.engine.store().providers().await?;
        let of = |connector: &str| accounts.iter().find(|account| account.connector == connector);
        if of("test").is_none() {
            let rehearsals = NewProvider {
                connector: "test".to_owned(),
                name: "test".to_owned(),
                base_url: String::new(),
                settings: Vec::new(),
                serves_live: false,
                serves_test: true,
                methods: Vec::new(),
            };
            self.engine.create_provider(rehearsals, Self::actor()).await?;
        }
        let base_url = format!("{}{API_PATH}", self.provider);
        if let Some(account) = of(super::SIMULATOR) {
            self.move_account(account, base_url).await?;
            return Ok(account.id);
        }
        let simulated = NewProvider {
            connector: super::SIMULATOR.to_owned(),
            name: super::SIMULATOR.to_owned(),
            base_url,
            settings: vec![
                ("shop_id".to_owned(), id.to_owned()),
                ("secret_key".to_owned(), secret.to_owned()),
                ("payout_shop_id".to_owned(), gateway.to_owned()),
                ("payout_secret_key".to_owned(), payout_secret.to_owned()),
            ],
            serves_live: true,
            serves_test: false,
            methods: Vec::new(),
        };
        Ok(self.engine.create_provider(simulated, Self::actor()).await?)
    }

    async fn move_account(&self, account: &ProviderAccount, base_url: String) -> Result<(), ProgramError> {
        if account.base_url != base_url && self.memory.knows(&account.base_url) {
            self.engine.change_provider(account.id, Some(base_url), None, Self::actor()).await?;
        }
        Ok(())
    }

    async fn tariff(&self) -> Result<(), ProgramError> {
        if !self.engine.store().tariffs().await?.is_empty() {
            return Ok(());
        }
        let fee = Fee::Share { parts: 35, of: 1_000 };
        let new = NewTariff {
            method: None,
            currency: Currency::Rub,
            steps: vec![Step { from: Money::zero(Currency::Rub), fee }],
            refund_fee: RefundFee::Return,
            seller: None,
            shop: None,
        };
        self.engine.create_tariff(new, Self::actor()).await?;
        Ok(())
    }

    async fn the_shop(&self) -> Result<ShopId, ProgramError> {
        if let Some(shop) = self.engine.store().shop_of_login(LOGIN).await? {
            return Ok(shop);
        }
        let seller = self.engine.create_seller("Demo Trading", ZONE, Self::actor()).await?;
        let new = NewShop {
            seller,
            login: LOGIN.to_owned(),
            name: "Example shop".to_owned(),
            // Its port is another one at the next start; the addresses below are moved then.
            site: String::new(),
            currency: Currency::Rub,
            algorithm: Algorithm::Sha256,
            delay: DELAY,
            two_step: false,
            zone: ZONE.to_owned(),
            checkout: None,
        };
        let told = self.engine.new_passwords()?;
        Ok(self.engine.create_shop(&new, told, Self::actor()).await?)
    }

    /// Lets somebody into the cabinet of the demo's seller.
    async fn person(&self, shop: ShopId) -> Result<(), ProgramError> {
        let seller = self.engine.shop_twin(shop, BookKind::Live).await?.seller;
        let [organisation, login, password] = PERSON;
        if self.engine.store().person(seller.book, login).await?.is_none() {
            let password = Some(Secret::new(password.to_owned()));
            self.engine.add_person(seller, Some(organisation), (login, "Anna Demo"), password).await?;
        }
        Ok(())
    }

    /// Sets addresses that are missing or lead to where the example shop stood before. Whoever has let
    /// the demo's shop tell his own program keeps it through every restart.
    async fn move_addresses(&self, id: ShopId) -> Result<(), ProgramError> {
        let shop = self.engine.shop_twin(id, BookKind::Live).await?;
        let new = shop.version == 1;
        let wanted = |now: &Option<ShopAddress>, path: &str, verb| {
            let address = ShopAddress { url: format!("{}{path}", self.shop), verb };
            let ours = now.as_ref().map_or(new, |now| self.memory.knows(&now.url));
            (ours && now.as_ref() != Some(&address)).then_some(Some(address))
        };
        let mut changes = Vec::new();
        if new {
            // What needs an agreement elsewhere is on in a demo.
            let agreed = [Switch::Holds, Switch::Recurring, Switch::SavedCards, Switch::Split];
            changes.push(ShopChange::Switches(agreed.to_vec()));
            self.engine.set_refund_password(id, Some(fresh_password()?), Self::actor()).await?;
        }
        changes.extend(wanted(&shop.result, "/result", Verb::Post).map(ShopChange::Result));
        changes.extend(wanted(&shop.success, "/success", Verb::Get).map(ShopChange::Success));
        changes.extend(wanted(&shop.fail, "/fail", Verb::Get).map(ShopChange::Fail));
        if !changes.is_empty() {
            self.engine.change_shop(id, &changes, Self::actor()).await?;
        }
        Ok(())
    }
}

fn passwords(shop: &Shop) -> Result<(String, String), Failure> {
    let current = shop.current_passwords();
    let current =
        current.ok_or_else(|| Failure::not_found(format!("the shop {} has no passwords", shop.login)))?;
    Ok((current.first.expose().to_owned(), current.second.expose().to_owned()))
}
