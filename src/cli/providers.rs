//! The command line of provider accounts and tariffs.

use super::sellers::{parts, yes_or_no};
use crate::admin::request::{Hidden, NewProviderWish, NewTariffWish, ProviderWishes, Request};
use crate::error::ProgramError;
use clap::{ArgAction, ArgGroup, Args, Subcommand};
use std::io::Read;

/// A secret is read up to this many bytes.
const SECRET_BYTES_MAX: u64 = 65_536;

/// Commands about accounts with providers.
#[derive(Debug, Subcommand)]
pub enum ProviderCommand {
    /// Create an account with a provider
    Create(CreateProvider),
    /// Show an account; secrets are never shown
    Show {
        /// Its name or identifier
        provider: String,
    },
    /// List accounts
    List,
    /// Change an account
    Set(SetProvider),
}

/// A new account.
#[derive(Clone, Debug, Args)]
pub struct CreateProvider {
    /// The connector that speaks its protocol: yookassa or test
    connector: String,
    /// Plain settings, such as shop_id=100500
    #[arg(value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
    /// A name for people [default: the connector's]
    #[arg(long)]
    name: Option<String>,
    /// Where its API stands, such as https://api.yookassa.ru/v3
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Secret settings from a file, such as secret_key@/run/secrets/yookassa; - is standard input
    #[arg(long, value_name = "NAME@FILE", value_parser = secret_place)]
    secret: Vec<(String, String)>,
    /// Serve live books
    #[arg(long)]
    live: bool,
    /// Serve test books
    #[arg(long, required_unless_present = "live")]
    test: bool,
    /// Use it for these methods only, separated by commas
    #[arg(long, value_name = "LIST", default_value = "", hide_default_value = true)]
    methods: String,
}

/// Changes of an account.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "openkassa provider set <PROVIDER> [NAME=VALUE]... [CHANGE]...")]
#[command(group(ArgGroup::new("changes").required(true).multiple(true).args([
    "settings", "base_url", "secret", "active",
])))]
pub struct SetProvider {
    /// Its name or identifier
    provider: String,
    /// Plain settings, such as shop_id=100500
    #[arg(value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
    /// Where its API stands
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Secret settings from a file, such as secret_key@/run/secrets/yookassa; - is standard input
    #[arg(long, value_name = "NAME@FILE", value_parser = secret_place)]
    secret: Vec<(String, String)>,
    /// Whether new attempts may start: yes or no
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    active: Option<bool>,
}

impl ProviderCommand {
    /// What is asked of the installation; secrets are read from their files.
    ///
    /// # Errors
    /// [`ProgramError::System`] when a file cannot be read.
    pub fn request(self) -> Result<Request, ProgramError> {
        Ok(match self {
            ProviderCommand::Create(new) => Request::CreateProvider(NewProviderWish {
                name: new.name.unwrap_or_else(|| new.connector.clone()),
                connector: new.connector,
                base_url: new.base_url,
                settings: new.settings,
                secrets: read_secrets(new.secret)?,
                live: new.live,
                test: new.test,
                methods: parts(&new.methods),
            }),
            ProviderCommand::Show { provider } => Request::ShowProvider { provider },
            ProviderCommand::List => Request::ListProviders,
            ProviderCommand::Set(set) => Request::ChangeProvider(ProviderWishes {
                provider: set.provider,
                base_url: set.base_url,
                active: set.active,
                settings: set.settings,
                secrets: read_secrets(set.secret)?,
            }),
        })
    }
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected a name, = and a value")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn secret_place(text: &str) -> Result<(String, String), String> {
    let (name, place) =
        text.split_once('@').ok_or("expected a name, @ and a file, or - for standard input")?;
    Ok((name.to_owned(), place.to_owned()))
}

fn read_secrets(places: Vec<(String, String)>) -> Result<Vec<(String, Hidden)>, ProgramError> {
    let read = |(name, place): (String, String)| {
        let secret = read_secret(&name, &place)?;
        Ok((name, secret))
    };
    places.into_iter().map(read).collect()
}

/// A secret from a file, or from the standard input for `-`; the name is for people.
///
/// # Errors
/// [`ProgramError::System`] when it cannot be read.
pub(super) fn read_secret(name: &str, place: &str) -> Result<Hidden, ProgramError> {
    let text = read_text(place).map_err(ProgramError::system(format!("the secret {name} from {place}")))?;
    // Editors end a file with a line break that belongs to nobody's secret.
    Ok(Hidden(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn read_text(place: &str) -> std::io::Result<String> {
    let mut text = String::new();
    if place == "-" {
        std::io::stdin().lock().take(SECRET_BYTES_MAX).read_to_string(&mut text)?;
    } else {
        std::fs::File::open(place)?.take(SECRET_BYTES_MAX).read_to_string(&mut text)?;
    }
    Ok(text)
}

/// Commands about tariffs.
#[derive(Debug, Subcommand)]
pub enum TariffCommand {
    /// Create a tariff; the most specific one wins, of equal ones the younger
    Create(CreateTariff),
    /// List tariffs
    List,
    /// Switch a tariff on or off
    Set {
        /// Its identifier
        tariff: String,
        /// Whether new attempts may use it: yes or no
        #[arg(long, required = true, action = ArgAction::Set, value_name = "YES_OR_NO", value_parser = yes_or_no)]
        active: bool,
    },
}

/// A new tariff.
#[derive(Clone, Debug, Args)]
pub struct CreateTariff {
    /// The fee, such as 3.5%, '2.9% + 5.00' or 'max(3.5%, 10.00)'
    fee: String,
    /// Another fee from a turnover of the month before on, such as 1000000=3%
    #[arg(long, value_name = "SUM=FEE", value_parser = setting)]
    step: Vec<(String, String)>,
    /// The code of its currency
    #[arg(long, default_value = "RUB")]
    currency: String,
    /// For one method
    #[arg(long)]
    method: Option<String>,
    /// For one seller
    #[arg(long, conflicts_with = "shop")]
    seller: Option<String>,
    /// For one shop
    #[arg(long, value_name = "LOGIN")]
    shop: Option<String>,
    /// The fee when a payment is refunded: keep, return, or a sum that each refund costs
    #[arg(long, value_name = "WHAT", default_value = "keep")]
    refund_fee: String,
}

impl TariffCommand {
    /// What is asked of the installation.
    #[must_use]
    pub fn request(self) -> Request {
        match self {
            TariffCommand::Create(new) => Request::CreateTariff(NewTariffWish {
                fee: new.fee,
                steps: new.step,
                currency: new.currency,
                method: new.method,
                seller: new.seller,
                shop: new.shop,
                refund_fee: new.refund_fee,
            }),
            TariffCommand::List => Request::ListTariffs,
            TariffCommand::Set { tariff, active } => Request::ChangeTariff { tariff, active },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_from_its_file_without_the_line_break() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "test_fake\n").unwrap();
        let place = format!("secret_key@{}", path.display());
        let read = read_secrets(vec![secret_place(&place).unwrap()]).unwrap();
        assert_eq!(read, vec![("secret_key".to_owned(), Hidden("test_fake".to_owned()))]);
        let missing = read_secrets(vec![("a".to_owned(), "/no/such/file".to_owned())]).unwrap_err();
        assert!(missing.to_string().contains("/no/such/file"));
    }

    #[test]
    fn a_setting_keeps_what_follows_the_first_sign() {
        assert_eq!(setting("a=b=c").unwrap(), ("a".to_owned(), "b=c".to_owned()));
        assert!(setting("a").is_err());
    }
}
