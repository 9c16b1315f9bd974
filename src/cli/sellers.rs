//! The command line of sellers and shops.

use crate::admin::request::{
    AddressWish, AddressWishes, NewShopWish, RefundsWish, Request, SellerRef, ShopWishes,
};
use clap::{ArgGroup, Args, Subcommand};

/// The zone of a seller when none is named.
const USUAL_ZONE: &str = "Europe/Moscow";

/// Commands about sellers.
#[derive(Debug, Subcommand)]
pub enum SellerCommand {
    /// Create a seller
    Create {
        /// Its name, as on the contract
        name: String,
        /// The time zone of its days and months
        #[arg(long, default_value = USUAL_ZONE)]
        zone: String,
        /// What its people say whose they are when they sign in [default: made of the name]
        #[arg(long, value_name = "LOGIN")]
        organisation: Option<String>,
    },
    /// Show a seller and its balances
    Show {
        /// Its identifier
        #[arg(value_name = "SELLER", required_unless_present = "shop")]
        seller: Option<String>,
        /// The seller of this shop
        #[arg(long, value_name = "LOGIN", conflicts_with = "seller")]
        shop: Option<String>,
        /// Its balances as of a moment such as 2026-01-31T12:00:00Z, or the end of a day such as 2026-01-31
        #[arg(long, value_name = "MOMENT")]
        at: Option<String>,
    },
    /// List sellers
    List,
    /// Change a seller
    #[command(override_usage = "openkassa seller set <SELLER> <CHANGE>...")]
    #[command(group(ArgGroup::new("changes").required(true).multiple(true).args(["name", "active", "zone"])))]
    Set {
        /// Its identifier
        seller: String,
        /// Its name, as on the contract
        #[arg(long)]
        name: Option<String>,
        /// Whether its shops may take new payments: yes or no
        #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
        active: Option<bool>,
        /// The time zone of its days and months
        #[arg(long)]
        zone: Option<String>,
    },
}

impl SellerCommand {
    /// What is asked of the installation.
    #[must_use]
    pub fn request(self) -> Request {
        match self {
            SellerCommand::Create { name, zone, organisation } => {
                Request::CreateSeller { name, zone, organisation }
            }
            SellerCommand::Show { seller, shop, at } => {
                let seller = match shop {
                    Some(shop) => SellerRef::OfShop(shop),
                    None => SellerRef::Id(seller.unwrap_or_default()),
                };
                Request::ShowSeller { seller, at }
            }
            SellerCommand::List => Request::ListSellers,
            SellerCommand::Set { seller, name, active, zone } => {
                Request::ChangeSeller { seller, name, active, zone }
            }
        }
    }
}

/// Commands about shops.
#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// Create a shop and show its passwords, this once
    Create(CreateShop),
    /// Show a shop's settings
    Show {
        /// Its login or identifier
        shop: String,
    },
    /// List shops
    List {
        /// Of one seller
        #[arg(long)]
        seller: Option<String>,
    },
    /// Set where the shop is told of payments and where its buyers return
    #[command(visible_alias = "set-address")]
    SetAddresses {
        /// Its login or identifier
        shop: String,
        /// The addresses
        #[command(flatten)]
        addresses: Addresses,
    },
    /// Give a shop new passwords and show them, this once
    RotatePasswords {
        /// Its login or identifier
        shop: String,
    },
    /// Change settings of a shop
    Set(Box<SetShop>),
}

/// Addresses of a shop.
#[derive(Clone, Debug, Args)]
pub struct Addresses {
    /// Where the shop is told of payments; an empty text takes it away
    #[arg(long, value_name = "URL")]
    result: Option<String>,
    /// Where its buyers return after success
    #[arg(long, value_name = "URL")]
    success: Option<String>,
    /// Where its buyers return otherwise
    #[arg(long, value_name = "URL")]
    fail: Option<String>,
    /// GET or POST, for --result
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    result_method: String,
    /// GET or POST, for --success
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    success_method: String,
    /// GET or POST, for --fail
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    fail_method: String,
}

impl Addresses {
    fn wishes(self) -> AddressWishes {
        let wish = |url: Option<String>, verb| url.map(|url| AddressWish { url, verb });
        AddressWishes {
            result: wish(self.result, self.result_method),
            success: wish(self.success, self.success_method),
            fail: wish(self.fail, self.fail_method),
        }
    }
}

/// A new shop.
#[derive(Clone, Debug, Args)]
pub struct CreateShop {
    /// The identifier in merchant protocols; contains a letter
    login: String,
    /// The identifier of its seller
    #[arg(long)]
    seller: String,
    /// The name that buyers see [default: the login]
    #[arg(long)]
    name: Option<String>,
    /// Where the shop is found
    #[arg(long, value_name = "URL", default_value = "")]
    site: String,
    /// The code of its currency
    #[arg(long, default_value = "RUB")]
    currency: String,
    /// The digest it signs with: md5, ripemd160, sha1, sha256, sha384 or sha512
    #[arg(long, default_value = "sha256")]
    digest: String,
    /// When its money becomes available: 1d is the next day, 60s a minute after the payment
    #[arg(long, default_value = "1d")]
    delay: String,
    /// Only authorise payments; each is then captured or released by a person
    #[arg(long)]
    two_step: bool,
    /// The time zone of its days [default: the seller's]
    #[arg(long)]
    zone: Option<String>,
    /// Its addresses
    #[command(flatten)]
    addresses: Addresses,
}

/// Settings of a shop.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "openkassa shop set <SHOP> <SETTING>...")]
#[command(group(ArgGroup::new("changes").required(true).multiple(true).args([
    "name", "digest", "methods", "buyer_share", "delay", "lifetime", "grace", "domains", "switches", "active",
    "two_step", "recurring", "saved_cards", "payouts_by_hand", "site", "refunds",
])))]
pub struct SetShop {
    /// Its login or identifier
    shop: String,
    /// The name that buyers see
    #[arg(long)]
    name: Option<String>,
    /// The digest it signs with: md5, ripemd160, sha1, sha256, sha384 or sha512
    #[arg(long)]
    digest: Option<String>,
    /// The methods it offers, separated by commas
    #[arg(long, value_name = "LIST")]
    methods: Option<String>,
    /// The buyer's share of the fee, from 0% (the shop bears it) to 100%
    #[arg(long, value_name = "PERCENT")]
    buyer_share: Option<String>,
    /// When its money becomes available: 1d is the next day, 60s a minute after the payment
    #[arg(long)]
    delay: Option<String>,
    /// How long a payment lives, such as 7d or 30m
    #[arg(long)]
    lifetime: Option<String>,
    /// How long after its end late money still counts, such as 3d
    #[arg(long)]
    grace: Option<String>,
    /// Hosts to which a request may send its buyers, separated by commas
    #[arg(long, value_name = "LIST")]
    domains: Option<String>,
    /// Named exceptions and agreements, separated by commas: shp_in_values, md5_for_holds, md5_for_invoices,
    /// lone_fail_address, holds, recurring, saved_cards, split, payouts_by_hand
    #[arg(long, value_name = "LIST")]
    switches: Option<String>,
    /// Whether it may take new payments: yes or no
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    active: Option<bool>,
    /// Whether new payments are only authorised: yes or no
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    two_step: Option<bool>,
    /// Whether it may charge its buyers again without them: yes or no
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    recurring: Option<bool>,
    /// Whether cards are kept, and offered to their buyers again: yes or no
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    saved_cards: Option<bool>,
    /// Whether every payout waits for a person to approve it: yes or no
    #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
    payouts_by_hand: Option<bool>,
    /// Where the shop is found; an empty text takes it away
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// Whether its program may give money back: yes makes password 3 and shows it, this once; new makes another; no
    #[arg(long, value_name = "YES_NEW_OR_NO", value_parser = refunds_wish)]
    refunds: Option<RefundsWish>,
}

/// Reads what becomes of a key for programs.
pub(super) fn refunds_wish(text: &str) -> Result<RefundsWish, String> {
    match text {
        "yes" | "true" => Ok(RefundsWish::Allow),
        "new" => Ok(RefundsWish::Renew),
        "no" | "false" => Ok(RefundsWish::Forbid),
        _ => Err("expected yes, new or no".to_owned()),
    }
}

/// Reads yes or no; true and false are understood as well.
pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("expected yes or no".to_owned()),
    }
}

impl ShopCommand {
    /// What is asked of the installation.
    #[must_use]
    pub fn request(self) -> Request {
        match self {
            ShopCommand::Create(shop) => Request::CreateShop(NewShopWish {
                seller: shop.seller,
                login: shop.login,
                name: shop.name,
                site: shop.site,
                currency: shop.currency,
                digest: shop.digest,
                delay: shop.delay,
                two_step: shop.two_step,
                zone: shop.zone,
                addresses: shop.addresses.wishes(),
            }),
            ShopCommand::Show { shop } => Request::ShowShop { shop },
            ShopCommand::List { seller } => Request::ListShops { seller },
            ShopCommand::SetAddresses { shop, addresses } => {
                Request::SetAddresses { shop, addresses: addresses.wishes() }
            }
            ShopCommand::RotatePasswords { shop } => Request::RotatePasswords { shop },
            ShopCommand::Set(set) => {
                let wishes = ShopWishes {
                    name: set.name,
                    digest: set.digest,
                    methods: set.methods.map(|list| parts(&list)),
                    buyer_share: set.buyer_share,
                    delay: set.delay,
                    lifetime: set.lifetime,
                    grace: set.grace,
                    domains: set.domains.map(|list| parts(&list)),
                    switches: set.switches.map(|list| parts(&list)),
                    active: set.active,
                    two_step: set.two_step,
                    recurring: set.recurring,
                    saved_cards: set.saved_cards,
                    payouts_by_hand: set.payouts_by_hand,
                    site: set.site,
                    refunds: set.refunds,
                };
                Request::ChangeShop { shop: set.shop, wishes }
            }
        }
    }
}

/// The parts of a list; an empty text is an empty list.
pub(super) fn parts(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn shop(typed: &[&str]) -> Result<Request, clap::Error> {
        let all = ["openkassa", "shop"].iter().chain(typed);
        match Cli::try_parse_from(all)?.command {
            Command::Shop(command) => Ok(command.request()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_address_that_is_not_named_stays_and_an_empty_one_goes() {
        let asked =
            shop(&["set-addresses", "demo", "--result", "https://shop.example/r", "--fail", ""]).unwrap();
        let Request::SetAddresses { addresses, .. } = asked else { panic!("{asked:?}") };
        assert_eq!(addresses.result.unwrap().verb, "POST");
        assert_eq!(addresses.success, None);
        assert_eq!(addresses.fail.unwrap().url, "");
    }

    #[test]
    fn a_change_that_changes_nothing_is_wrong_usage() {
        assert!(shop(&["set", "demo"]).is_err());
        let asked = shop(&["set", "demo", "--methods", "sbp, bank_card", "--domains", ""]).unwrap();
        let Request::ChangeShop { wishes, .. } = asked else { panic!("{asked:?}") };
        assert_eq!(wishes.methods, Some(vec!["sbp".to_owned(), "bank_card".to_owned()]));
        assert_eq!(wishes.domains, Some(Vec::new()));
    }
}
