//! What the platform's own people set up: the installation, accounts with providers, tariffs.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use connectors::registry;
use domain::decide::Refused;
use domain::history::Actor;
use domain::holding::{CapturePayment, ReleasePayment};
use domain::ids::{Book, BookKind, PaymentId, ProviderAccountId, TariffId};
use domain::jobs::Task;
use domain::methods::Method;
use domain::providers::{ProviderAccount, Setting};
use domain::secrets::Secret;
use domain::settings::{SaveProvider, SaveTariff};
use domain::tariffs::{RefundFee, Step, Tariff};
use domain::working::ResumeJob;
use money::Money;
use money::currency::Currency;

/// A new account with a provider.
#[derive(Clone, Debug)]
pub struct NewProvider {
    /// The connector that speaks its protocol.
    pub connector: String,
    /// A name for people; unique.
    pub name: String,
    /// Where its API stands; empty for built-in connectors.
    pub base_url: String,
    /// Settings by name; the connector's profile says which are secret.
    pub settings: Vec<(String, String)>,
    /// Whether it serves live books.
    pub serves_live: bool,
    /// Whether it serves test books.
    pub serves_test: bool,
    /// The methods it is used for; empty: all that it offers.
    pub methods: Vec<Method>,
}

/// A new tariff of the platform; for one method or all.
#[derive(Clone, Debug)]
pub struct NewTariff {
    /// The method, or all.
    pub method: Option<Method>,
    /// The currency.
    pub currency: Currency,
    /// By turnover, ascending.
    pub steps: Vec<Step>,
    /// On refunds.
    pub refund_fee: RefundFee,
    /// For one seller, in its live book.
    pub seller: Option<domain::ids::SellerId>,
    /// For one shop, in its live book.
    pub shop: Option<domain::ids::ShopId>,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Creates an account with a provider.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when a setting is missing or unknown, or the account may not serve
    /// what it is meant to in this installation.
    #[tracing::instrument(skip_all, fields(connector = new.connector))]
    pub async fn create_provider(
        &self,
        new: NewProvider,
        actor: Actor,
    ) -> Result<ProviderAccountId, EngineError> {
        let connector = registry::find(&new.connector).ok_or(EngineError::NotFound("connector"))?;
        let profile = connector.profile();
        if profile.rehearsal && new.serves_live && self.kind == BookKind::Live {
            return Err(invalid("books", "a rehearsal cannot serve live books of a live installation"));
        }
        let mut settings = Vec::new();
        for (name, value) in new.settings {
            let spec = profile.settings.iter().find(|spec| spec.name == name);
            let spec =
                spec.ok_or_else(|| invalid("setting", &format!("{} knows no {name}", profile.title)))?;
            let value = if spec.secret { Setting::Secret(Secret::new(value)) } else { Setting::Plain(value) };
            settings.push((name, value));
        }
        for spec in profile.settings.iter().filter(|spec| spec.required) {
            if !settings.iter().any(|(name, _)| name == spec.name) {
                return Err(invalid(
                    "setting",
                    &format!("{} needs {}: {}", profile.title, spec.name, spec.hint),
                ));
            }
        }
        let offered = profile.methods.iter().map(|offer| offer.method);
        let methods = if new.methods.is_empty() { offered.collect() } else { new.methods };
        let account = ProviderAccount {
            id: self.fresh(Book::PLATFORM)?,
            connector: new.connector,
            name: new.name,
            base_url: new.base_url.trim_end_matches('/').to_owned(),
            settings,
            serves_live: new.serves_live,
            serves_test: new.serves_test,
            methods,
            active: true,
            version: 1,
        };
        let id = account.id;
        self.submit(SaveProvider { account, actor }).await?;
        self.known.forget_offers();
        Ok(id)
    }

    /// Moves an account to another address, or switches it on or off.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such account.
    #[tracing::instrument(skip_all, fields(account = id.number))]
    pub async fn change_provider(
        &self,
        id: ProviderAccountId,
        base_url: Option<String>,
        active: Option<bool>,
        actor: Actor,
    ) -> Result<(), EngineError> {
        let account = self.store.provider(id).await?.ok_or(EngineError::NotFound("provider account"))?;
        let account = ProviderAccount {
            base_url: base_url.map_or(account.base_url, |url| url.trim_end_matches('/').to_owned()),
            active: active.unwrap_or(account.active),
            version: account.version.saturating_add(1),
            ..account
        };
        self.submit(SaveProvider { account, actor }).await?;
        self.known.forget_offers();
        Ok(())
    }

    /// Creates a tariff.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when its steps do not rise.
    #[tracing::instrument(skip_all)]
    pub async fn create_tariff(&self, new: NewTariff, actor: Actor) -> Result<TariffId, EngineError> {
        let tariff = Tariff {
            id: self.fresh(Book::PLATFORM)?,
            seller: new.seller,
            shop: new.shop,
            method: new.method,
            currency: new.currency,
            steps: new.steps,
            refund_fee: new.refund_fee,
            active: true,
            version: 1,
        };
        let id = tariff.id;
        self.submit(SaveTariff { tariff, actor }).await?;
        self.known.forget_offers();
        Ok(id)
    }

    /// Switches a tariff on or off; attempts that began under it keep it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such tariff.
    pub async fn change_tariff(&self, id: TariffId, active: bool, actor: Actor) -> Result<(), EngineError> {
        let tariff = self.store.tariff(id).await?.ok_or(EngineError::NotFound("tariff"))?;
        let tariff = Tariff { active, version: tariff.version.saturating_add(1), ..tariff };
        self.submit(SaveTariff { tariff, actor }).await?;
        self.known.forget_offers();
        Ok(())
    }

    /// Captures a hold, in part or whole.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when nothing is held, or not so much.
    #[tracing::instrument(skip_all, fields(payment = payment.number))]
    pub async fn capture(
        &self,
        payment: PaymentId,
        amount: Option<Money>,
        actor: Actor,
    ) -> Result<Money, EngineError> {
        let amount = self.submit(CapturePayment { payment, amount, receipt: None, actor }).await?;
        self.changed(payment);
        Ok(amount)
    }

    /// Releases a hold.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when nothing is held.
    #[tracing::instrument(skip_all, fields(payment = payment.number))]
    pub async fn release(&self, payment: PaymentId, actor: Actor) -> Result<(), EngineError> {
        self.submit(ReleasePayment { payment, actor }).await?;
        self.changed(payment);
        Ok(())
    }

    /// Makes a job due now that was set aside for a person.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when there is no such job or it is not set aside.
    pub async fn resume(&self, task: Task, actor: Actor) -> Result<(), EngineError> {
        self.submit(ResumeJob { task, actor }).await
    }
}

fn invalid(what: &'static str, why: &str) -> EngineError {
    EngineError::Refused(Refused::Invalid { what, why: why.to_owned() })
}
