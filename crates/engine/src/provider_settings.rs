//! New settings for an account with a provider: a secret that was replaced, a shop that moved.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use connectors::connector::Profile;
use connectors::registry;
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::ProviderAccountId;
use domain::providers::{ProviderAccount, Setting};
use domain::secrets::Secret;
use domain::settings::SaveProvider;

impl<N: Network, C: Clock> Engine<N, C> {
    /// Replaces the settings that are named; the others stay. Calls that are frozen name settings and
    /// not their values, so a repeated call goes out under the new secret.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such account, [`EngineError::Refused`] when its connector
    /// does not know a setting.
    #[tracing::instrument(skip_all, fields(account = id.number))]
    pub async fn set_provider_settings(
        &self,
        id: ProviderAccountId,
        settings: Vec<(String, String)>,
        actor: Actor,
    ) -> Result<(), EngineError> {
        let account = self.store.provider(id).await?.ok_or(EngineError::NotFound("provider account"))?;
        let connector = registry::find(&account.connector).ok_or(EngineError::NotFound("connector"))?;
        let account = replaced(account, settings, connector.profile()).map_err(EngineError::Refused)?;
        self.submit(SaveProvider { account, actor }).await?;
        self.known.forget_offers();
        Ok(())
    }
}

fn replaced(
    mut account: ProviderAccount,
    settings: Vec<(String, String)>,
    profile: &Profile,
) -> Result<ProviderAccount, Refused> {
    for (name, value) in settings {
        let spec = profile.settings.iter().find(|spec| spec.name == name);
        let why = format!("{} knows no {name}", profile.title);
        let spec = spec.ok_or(Refused::Invalid { what: "setting", why })?;
        let value = if spec.secret { Setting::Secret(Secret::new(value)) } else { Setting::Plain(value) };
        account.settings.retain(|(known, _)| *known != name);
        account.settings.push((name, value));
    }
    account.version = account.version.saturating_add(1);
    Ok(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{Book, Id};

    fn account() -> ProviderAccount {
        ProviderAccount {
            id: ProviderAccountId::new(Book::PLATFORM, 1),
            connector: "yookassa".to_owned(),
            name: "main".to_owned(),
            base_url: "https://provider.example/v3".to_owned(),
            settings: vec![
                ("shop_id".to_owned(), Setting::Plain("1".to_owned())),
                ("secret_key".to_owned(), Setting::Secret(Secret::new("test_fake".to_owned()))),
            ],
            serves_live: true,
            serves_test: false,
            methods: Vec::new(),
            active: true,
            version: 3,
        }
    }

    #[test]
    fn a_replaced_secret_stays_a_secret_and_the_others_stay() {
        let profile = registry::find("yookassa").unwrap().profile();
        let settings = vec![("secret_key".to_owned(), "test_other_fake".to_owned())];
        let changed = replaced(account(), settings, profile).unwrap();
        assert_eq!(changed.version, 4);
        assert_eq!(changed.settings.len(), 2);
        assert!(matches!(changed.setting("shop_id"), Some(Setting::Plain(value)) if value == "1"));
        let secret = changed.setting("secret_key").unwrap();
        assert!(matches!(secret, Setting::Secret(value) if value.expose() == "test_other_fake"));
    }

    #[test]
    fn a_setting_that_the_connector_does_not_know_is_refused() {
        let profile = registry::find("yookassa").unwrap().profile();
        let settings = vec![("sercet_key".to_owned(), "x".to_owned())];
        assert!(matches!(replaced(account(), settings, profile), Err(Refused::Invalid { .. })));
    }
}
