//! Accounts with providers at the command line.

use super::reply::{ProviderView, Reply};
use super::request::{Hidden, NewProviderWish, ProviderWishes};
use super::{Admin, words};
use crate::error::Failure;
use connectors::connector::{Profile, SettingSpec};
use connectors::registry;
use domain::ids::{BookKind, ProviderAccountId};
use domain::providers::{ProviderAccount, Setting};
use engine::operator::NewProvider;
use std::collections::BTreeMap;

/// What stands in place of a secret.
const SECRET_SHOWN: &str = "***";
/// The connector whose test shops have secrets of a form of their own.
const YOOKASSA: &str = "yookassa";
/// The secrets of that provider's test shops begin so.
const TEST_SECRET_BEGINS: &str = "test_";

impl Admin<'_> {
    pub(super) async fn create_provider(&self, wish: NewProviderWish) -> Result<Reply, Failure> {
        let profile = profile(&wish.connector)?;
        if wish.base_url.is_none() && !profile.rehearsal {
            return Err(Failure::usage(format!("{} needs --base-url, where its API stands", profile.title)));
        }
        if self.engine.store().providers().await?.iter().any(|account| account.name == wish.name) {
            return Err(Failure::refused(format!(
                "there is an account \"{}\" already; choose another --name",
                wish.name
            )));
        }
        let settings = joined(profile, wish.settings, wish.secrets)?;
        self.refuse_test_secrets(profile, wish.live, &settings)?;
        let new = NewProvider {
            connector: wish.connector,
            name: wish.name,
            base_url: wish.base_url.unwrap_or_default(),
            settings,
            serves_live: wish.live,
            serves_test: wish.test,
            methods: words::methods(&wish.methods)?,
        };
        let id = self.engine.create_provider(new, self.actor.clone()).await?;
        self.provider_by_id(id).await
    }

    pub(super) async fn show_provider(&self, named: &str) -> Result<Reply, Failure> {
        Ok(Reply::Provider(self.provider_view(&self.provider(named).await?)))
    }

    pub(super) async fn list_providers(&self) -> Result<Reply, Failure> {
        let accounts = self.engine.store().providers().await?;
        Ok(Reply::Providers {
            providers: accounts.iter().map(|account| self.provider_view(account)).collect(),
        })
    }

    pub(super) async fn change_provider(&self, wishes: ProviderWishes) -> Result<Reply, Failure> {
        let account = self.provider(&wishes.provider).await?;
        let profile = profile(&account.connector)?;
        let settings = joined(profile, wishes.settings, wishes.secrets)?;
        self.refuse_test_secrets(profile, account.serves_live, &settings)?;
        if !settings.is_empty() {
            self.engine.set_provider_settings(account.id, settings, self.actor.clone()).await?;
        }
        if wishes.base_url.is_some() || wishes.active.is_some() {
            self.engine
                .change_provider(account.id, wishes.base_url, wishes.active, self.actor.clone())
                .await?;
        }
        self.provider_by_id(account.id).await
    }

    /// The account with this name or identifier.
    pub(super) async fn provider(&self, named: &str) -> Result<ProviderAccount, Failure> {
        let id = self.engine.parse::<ProviderAccountId>(named).ok();
        let accounts = self.engine.store().providers().await?;
        let found = accounts.into_iter().find(|account| Some(account.id) == id || account.name == named);
        found.ok_or_else(|| Failure::not_found(format!("there is no provider account \"{named}\"")))
    }

    async fn provider_by_id(&self, id: ProviderAccountId) -> Result<Reply, Failure> {
        let account = self.engine.store().provider(id).await?;
        let account = account.ok_or_else(|| Failure::not_found("the provider account is gone"))?;
        Ok(Reply::Provider(self.provider_view(&account)))
    }

    fn provider_view(&self, account: &ProviderAccount) -> ProviderView {
        let shown = |setting: &Setting| match setting {
            Setting::Plain(value) => value.clone(),
            Setting::Secret(_) => SECRET_SHOWN.to_owned(),
        };
        let settings: BTreeMap<_, _> =
            account.settings.iter().map(|(name, setting)| (name.clone(), shown(setting))).collect();
        ProviderView {
            provider: self.engine.print(account.id),
            name: account.name.clone(),
            connector: account.connector.clone(),
            base_url: account.base_url.clone(),
            settings,
            live: account.serves_live,
            test: account.serves_test,
            methods: account.methods.iter().map(|method| method.code().to_owned()).collect(),
            active: account.active,
            callback_url: self.engine.callback_url(account.id),
        }
    }

    /// A test shop pays out nothing: sales of live books through it would be no sales.
    fn refuse_test_secrets(
        &self,
        profile: &Profile,
        live: bool,
        settings: &[(String, String)],
    ) -> Result<(), Failure> {
        if !live || self.engine.kind() == BookKind::Test || profile.name != YOOKASSA {
            return Ok(());
        }
        if settings.iter().any(|(_, value)| value.starts_with(TEST_SECRET_BEGINS)) {
            return Err(Failure::refused(
                "this is the secret of a test shop, and a test shop cannot serve the live books of a live \
                 installation; use it with --test, or the secret of the real shop",
            ));
        }
        Ok(())
    }
}

fn profile(connector: &str) -> Result<&'static Profile, Failure> {
    let found = registry::find(connector).map(|found| found.profile());
    found.ok_or_else(|| {
        let known: Vec<&str> = registry::all().iter().map(|known| known.profile().name).collect();
        Failure::not_found(format!("there is no connector \"{connector}\"; there are {}", known.join(", ")))
    })
}

/// Plain and secret settings together. What a profile calls secret must not be typed: the shell would
/// keep it in its history, and every user of the machine could read it in the list of processes.
fn joined(
    profile: &Profile,
    settings: Vec<(String, String)>,
    secrets: Vec<(String, Hidden)>,
) -> Result<Vec<(String, String)>, Failure> {
    let typed = |spec: &&SettingSpec| spec.secret && settings.iter().any(|(name, _)| name == spec.name);
    if let Some(spec) = profile.settings.iter().find(typed) {
        return Err(Failure::usage(format!(
            "{name} is a secret and must not be typed: give it with --secret {name}@FILE, or {name}@- to read \
             it from standard input",
            name = spec.name
        )));
    }
    let secrets = secrets.into_iter().map(|(name, Hidden(value))| (name, value));
    Ok(settings.into_iter().chain(secrets).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_secret_that_was_typed_is_refused_without_being_repeated() {
        let profile = profile(YOOKASSA).unwrap();
        let refused = joined(profile, vec![pair("secret_key", "test_fake")], Vec::new()).unwrap_err();
        assert!(refused.message.contains("--secret secret_key@FILE") && !refused.message.contains("fake"));
        let secret = ("secret_key".to_owned(), Hidden("test_fake".to_owned()));
        let all = joined(profile, vec![pair("shop_id", "1")], vec![secret]).unwrap();
        assert_eq!(all, vec![pair("shop_id", "1"), pair("secret_key", "test_fake")]);
    }

    #[test]
    fn an_unknown_connector_is_answered_with_the_known_ones() {
        assert!(profile("acmepay").unwrap_err().message.contains("yookassa"));
    }
}
