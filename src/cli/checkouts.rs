//! The command line of checkouts: shops that speak Interkassa's protocols.

use super::providers::read_secret;
use super::sellers::{parts, refunds_wish, yes_or_no};
use crate::admin::request::checkouts::{BroughtKeys, CheckoutRequest, CheckoutWishes, NewCheckoutWish};
use crate::admin::request::{AddressWish, Hidden, RefundsWish, Request, ShopWishes};
use crate::error::ProgramError;
use clap::{Args, Subcommand};

/// Commands about checkouts.
#[derive(Debug, Subcommand)]
pub enum CheckoutCommand {
    /// Create a checkout and show its keys, this once
    Create(Box<CreateCheckout>),
    /// Show a checkout's settings and its prepared forms
    Show {
        /// Its identifier
        checkout: String,
    },
    /// List checkouts
    List {
        /// Of one seller
        #[arg(long)]
        seller: Option<String>,
    },
    /// Change settings of a checkout
    #[command(override_usage = "openkassa checkout set <CHECKOUT> <SETTING>...")]
    Set {
        /// Its identifier
        checkout: String,
        /// The settings
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Give a checkout new keys, or those that it has elsewhere, and show them, this once
    Keys {
        /// Its identifier
        checkout: String,
        /// The keys
        #[command(flatten)]
        keys: KeyFiles,
        /// The key of the API that it has elsewhere [default: the present one stays]
        #[arg(long, value_name = "FILE")]
        api_key_file: Option<String>,
    },
    /// Prepare a payment form and print its address
    Form {
        /// The identifier of the checkout
        checkout: String,
        /// How much, such as 100.00
        #[arg(long)]
        amount: String,
        /// In which of its currencies [default: its own]
        #[arg(long)]
        currency: Option<String>,
        /// For what
        #[arg(long)]
        description: String,
    },
}

/// A new checkout.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "openkassa checkout create <SELLER> [ID] [SETTING]...")]
pub struct CreateCheckout {
    /// The identifier of its seller
    seller: String,
    /// Its identifier, ik_co_id, as it is elsewhere [default: a new one]
    #[arg(value_name = "ID")]
    checkout: Option<String>,
    /// Its identifier in the protocol of 2008, ik_shop_id [default: a new one]
    #[arg(long, value_name = "UUID")]
    first_id: Option<String>,
    /// The business account, for the API [default: that of the seller's other checkouts, else a new one]
    #[arg(long, value_name = "HEX")]
    account: Option<String>,
    /// The user of the API [default: that of the seller's other checkouts, else a new one]
    #[arg(long, value_name = "HEX")]
    user: Option<String>,
    /// The keys that it has elsewhere
    #[command(flatten)]
    keys: KeyFiles,
    /// Its settings
    #[command(flatten)]
    settings: Settings,
}

/// Keys that a checkout has elsewhere.
#[derive(Clone, Debug, Args)]
pub struct KeyFiles {
    /// A file with the secret key that it has elsewhere; - is standard input [default: a new one]
    #[arg(long, value_name = "FILE")]
    sign_key_file: Option<String>,
    /// A file with the test key that it has elsewhere; - is standard input [default: a new one]
    #[arg(long, value_name = "FILE")]
    test_key_file: Option<String>,
}

/// Settings of a checkout.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// The name that buyers see [default: its identifier]
    #[arg(long)]
    name: Option<String>,
    /// The digest it signs with: md5 or sha256 [default: md5]
    #[arg(long, value_name = "DIGEST")]
    algorithm: Option<String>,
    /// Its currencies, separated by commas; the first is its own and stays [default: UAH]
    #[arg(long, value_name = "LIST")]
    currency: Option<String>,
    /// Where it is told of payments; an empty text takes it away
    #[arg(long, value_name = "URL")]
    interaction: Option<String>,
    /// Where its buyers return after success
    #[arg(long, value_name = "URL")]
    success: Option<String>,
    /// Where they return while nothing is decided
    #[arg(long, value_name = "URL")]
    pending: Option<String>,
    /// Where they return otherwise
    #[arg(long, value_name = "URL")]
    fail: Option<String>,
    /// GET or POST, for --interaction
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    interaction_method: String,
    /// GET or POST, for --success
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    success_method: String,
    /// GET or POST, for --pending
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    pending_method: String,
    /// GET or POST, for --fail
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    fail_method: String,
    /// Whether a request without a signature is refused: yes or no [default: yes]
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    must_sign: Option<bool>,
    /// Whether a number of the shop's leads to one sale only: yes or no [default: yes]
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    unique_numbers: Option<bool>,
    /// What a request may replace, separated by commas: interaction, success, pending, fail, lifetime [default: all]
    #[arg(long, value_name = "LIST")]
    replaceable: Option<String>,
    /// Whether it is told of payments that end without a sale too: yes or no [default: no]
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    tells_ended: Option<bool>,
    /// The status of the answer that takes a notice for delivered [default: 200]
    #[arg(long, value_name = "STATUS")]
    expected_status: Option<u16>,
    /// The body of that answer; an empty text takes any
    #[arg(long, value_name = "TEXT")]
    expected_text: Option<String>,
    /// The methods it offers, separated by commas
    #[arg(long, value_name = "LIST")]
    methods: Option<String>,
    /// The buyer's share of the fee, from 0% (the shop bears it) to 100%
    #[arg(long, value_name = "PERCENT")]
    buyer_share: Option<String>,
    /// How long a payment lives, such as 7d or 30m [default: 30d]
    #[arg(long)]
    lifetime: Option<String>,
    /// How long after its end late money still counts, such as 3d
    #[arg(long)]
    grace: Option<String>,
    /// When its money becomes available: 1d is the next day, 60s a minute after the payment
    #[arg(long)]
    delay: Option<String>,
    /// Hosts to which a request may send its buyers, separated by commas
    #[arg(long, value_name = "LIST")]
    domains: Option<String>,
    /// The time zone of its days and of the dates that it is told [default: Europe/Kyiv]
    #[arg(long)]
    zone: Option<String>,
    /// Whether it may take new payments: yes or no
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    active: Option<bool>,
    /// Whether new payments are only authorised: yes or no
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    two_step: Option<bool>,
    /// Where the shop is found; an empty text takes it away
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// Whether programs may use the API: yes makes its key and shows it, this once; new makes another; no
    #[arg(long, value_name = "YES_NEW_OR_NO", value_parser = refunds_wish)]
    api: Option<RefundsWish>,
    /// A file with the key of the API that it has elsewhere; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "api")]
    api_key_file: Option<String>,
}

impl Settings {
    fn wishes(self) -> Result<CheckoutWishes, ProgramError> {
        let address = |url: Option<String>, verb| url.map(|url| AddressWish { url, verb });
        Ok(CheckoutWishes {
            shop: ShopWishes {
                name: self.name,
                digest: self.algorithm,
                methods: self.methods.map(|list| parts(&list)),
                buyer_share: self.buyer_share,
                delay: self.delay,
                lifetime: self.lifetime,
                grace: self.grace,
                domains: self.domains.map(|list| parts(&list)),
                active: self.active,
                two_step: self.two_step,
                site: self.site,
                refunds: self.api,
                ..ShopWishes::default()
            },
            currencies: self.currency.map(|list| parts(&list)),
            zone: self.zone,
            interaction: address(self.interaction, self.interaction_method),
            success: address(self.success, self.success_method),
            pending: address(self.pending, self.pending_method),
            fail: address(self.fail, self.fail_method),
            must_sign: self.must_sign,
            unique_numbers: self.unique_numbers,
            replaceable: self.replaceable.map(|list| parts(&list)),
            tells_ended: self.tells_ended,
            expected_status: self.expected_status,
            expected_text: self.expected_text,
            api_key: key("API key", self.api_key_file)?,
        })
    }
}

impl KeyFiles {
    fn read(self) -> Result<BroughtKeys, ProgramError> {
        let sign = key("sign key", self.sign_key_file)?;
        Ok(BroughtKeys { sign, test: key("test key", self.test_key_file)?, api: None })
    }
}

fn key(name: &str, place: Option<String>) -> Result<Option<Hidden>, ProgramError> {
    place.map(|place| read_secret(name, &place)).transpose()
}

impl CheckoutCommand {
    /// What is asked of the installation; keys are read from their files.
    ///
    /// # Errors
    /// [`ProgramError::System`] when a file cannot be read.
    pub fn request(self) -> Result<Request, ProgramError> {
        Ok(Request::Checkout(match self {
            CheckoutCommand::Create(new) => CheckoutRequest::Create(Box::new(NewCheckoutWish {
                seller: new.seller,
                checkout: new.checkout,
                first_id: new.first_id,
                account: new.account,
                user: new.user,
                keys: new.keys.read()?,
                wishes: new.settings.wishes()?,
            })),
            CheckoutCommand::Show { checkout } => CheckoutRequest::Show { checkout },
            CheckoutCommand::List { seller } => CheckoutRequest::List { seller },
            CheckoutCommand::Set { checkout, settings } => {
                CheckoutRequest::Change { checkout, wishes: Box::new(settings.wishes()?) }
            }
            CheckoutCommand::Keys { checkout, keys, api_key_file } => {
                let api = key("API key", api_key_file)?;
                CheckoutRequest::Rekey { checkout, keys: BroughtKeys { api, ..keys.read()? } }
            }
            CheckoutCommand::Form { checkout, amount, currency, description } => {
                CheckoutRequest::SaveForm { checkout, amount, currency, description }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn asked(typed: &[&str]) -> CheckoutRequest {
        let all = ["openkassa", "checkout"].iter().chain(typed);
        let Command::Checkout(command) = Cli::try_parse_from(all).unwrap().command else { panic!() };
        let Request::Checkout(asked) = command.request().unwrap() else { panic!() };
        asked
    }

    #[test]
    fn a_new_checkout_may_have_no_more_than_its_seller() {
        let CheckoutRequest::Create(wish) = asked(&["create", "seller_x"]) else { panic!() };
        assert_eq!(*wish, NewCheckoutWish { seller: "seller_x".to_owned(), ..NewCheckoutWish::default() });
    }

    #[test]
    fn settings_that_are_not_named_stay() {
        let typed = ["set", "c1", "--pending", "", "--must-sign", "no", "--currency", "UAH, USD"];
        let CheckoutRequest::Change { wishes, .. } = asked(&typed) else { panic!() };
        let expected = CheckoutWishes {
            pending: Some(AddressWish { url: String::new(), verb: "POST".to_owned() }),
            must_sign: Some(false),
            currencies: Some(vec!["UAH".to_owned(), "USD".to_owned()]),
            ..CheckoutWishes::default()
        };
        assert_eq!(*wishes, expected);
    }
}
