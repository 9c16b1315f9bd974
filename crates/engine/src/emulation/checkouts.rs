//! The checkouts of an emulated Interkassa: listed in a file, or made up from an identifier.

use super::ACTOR;
use super::accounts::AGREED;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::sellers::{NewShop, ShopChange, Told};
use domain::checkouts::{Checkout, is_first_id};
use domain::history::Actor;
use domain::ids::{BookKind, SellerId, ShopId};
use domain::secrets::Secret;
use domain::sellers::{Algorithm, SettlementDelay, Shop, ShopAddress, Verb};
use domain::settings::login_fits;
use money::currency::Currency;
use wire::digest::sha256;

/// The zone in which dates without a zone are meant.
const ZONE: &str = "Europe/Kyiv";
/// What is paid can be given back and paid out at once.
const DELAY: SettlementDelay = SettlementDelay::Seconds(1);
/// The name of their sellers.
const SELLER: &str = "Interkassa emulator";
/// The account of checkouts that nobody listed.
const ACCOUNT: &str = "5a0000000000000000000001";
/// The user who opens its API.
const USER: &str = "5a0000000000000000000002";
/// What a checkout takes payments in, unless its account says otherwise.
const CURRENCIES: &[Currency] =
    &[Currency::Uah, Currency::Rub, Currency::Usd, Currency::Eur, Currency::Kzt, Currency::Byn];

/// A checkout of the emulated service.
#[derive(Clone, Debug)]
pub struct CheckoutAccount {
    /// The checkout's identifier.
    pub checkout: String,
    /// Its identifier in the first generation.
    pub first_id: String,
    /// Signs what the shop asks, and what it is told.
    pub secret_key: Secret,
    /// Signs what it is told of rehearsals.
    pub test_key: Secret,
    /// The digest.
    pub algorithm: Algorithm,
    /// The business account.
    pub account: String,
    /// The user of the API.
    pub user: String,
    /// The key of the API.
    pub api_key: Secret,
    /// Where it is told.
    pub interaction: Option<ShopAddress>,
    /// Where buyers return after success.
    pub success: Option<ShopAddress>,
    /// Where they return while nothing is decided.
    pub pending: Option<ShopAddress>,
    /// Where they return otherwise.
    pub fail: Option<ShopAddress>,
    /// What it takes payments in, the default first; never empty.
    pub currencies: Vec<Currency>,
}

impl CheckoutAccount {
    /// How a checkout is told, and how its buyers return, where nothing is said.
    pub const VERB: Verb = Verb::Post;

    /// The checkout of a name that nobody listed: of either generation.
    #[must_use]
    pub fn usual(name: &str) -> CheckoutAccount {
        let secret = |text: &str| Secret::new(text.to_owned());
        let digest = hex::encode(sha256(name.as_bytes()));
        let (checkout, first_id) = if is_first_id(name) {
            // A login has a letter in it.
            (format!("a{}", digest.get(..23).unwrap_or_default()), name.to_owned())
        } else {
            (name.to_owned(), grouped(&digest))
        };
        CheckoutAccount {
            checkout,
            first_id,
            secret_key: secret("secret_key"),
            test_key: secret("test_key"),
            algorithm: Algorithm::Md5,
            account: ACCOUNT.to_owned(),
            user: USER.to_owned(),
            api_key: secret("api_key"),
            interaction: None,
            success: None,
            pending: None,
            fail: None,
            currencies: CURRENCIES.to_vec(),
        }
    }

    fn told(&self) -> Told {
        Told {
            password1: self.secret_key.clone(),
            password2: self.test_key.clone(),
            test_password1: self.secret_key.clone(),
            test_password2: self.test_key.clone(),
        }
    }

    fn currency(&self) -> Currency {
        self.currencies.first().copied().unwrap_or(Currency::Uah)
    }

    fn settings(&self) -> Checkout {
        Checkout {
            currencies: self.currencies.iter().skip(1).copied().collect(),
            pending: self.pending.clone(),
            tells_ended: true,
            ..Checkout::usual(self.first_id.clone(), self.account.clone(), self.user.clone())
        }
    }
}

/// The first 32 hex digits as the first generation groups them.
fn grouped(digest: &str) -> String {
    let mut digits = digest.to_ascii_uppercase();
    digits.truncate(32);
    for place in [20, 16, 12, 8] {
        digits.insert(place, '-');
    }
    digits
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Makes a checkout, or brings an older one to what its account says.
    pub(super) async fn prepare_checkout(&self, account: &CheckoutAccount) -> Result<(), EngineError> {
        login_fits(&account.checkout).map_err(EngineError::Refused)?;
        let shop = match self.store.shop_of_login(&account.checkout).await? {
            Some(shop) => shop,
            None => self.make_checkout(account).await?,
        };
        self.follow_checkout(shop, account).await
    }

    async fn make_checkout(&self, account: &CheckoutAccount) -> Result<ShopId, EngineError> {
        let seller = match self.store.shop_of_login(&account.account).await? {
            Some(shop) => {
                let known = self.shop_twin(shop, BookKind::Live).await?.seller;
                SellerId { number: known.number, book: shop.book.twin(BookKind::Live) }
            }
            None => self.create_seller(SELLER, ZONE, actor()).await?,
        };
        let new = NewShop {
            seller,
            login: account.checkout.clone(),
            name: account.checkout.clone(),
            site: String::new(),
            currency: account.currency(),
            algorithm: account.algorithm,
            delay: DELAY,
            two_step: false,
            zone: ZONE.to_owned(),
            checkout: Some(account.settings()),
        };
        self.create_shop(&new, account.told(), actor()).await
    }

    async fn follow_checkout(&self, shop: ShopId, account: &CheckoutAccount) -> Result<(), EngineError> {
        for kind in [BookKind::Live, BookKind::Test] {
            let twin = self.shop_twin(shop, kind).await?;
            let current = twin.current_passwords();
            let same = current.is_some_and(|current| {
                current.first.expose() == account.secret_key.expose()
                    && current.second.expose() == account.test_key.expose()
            });
            if !same {
                self.rotate_twin(shop, kind, None, &account.told(), actor()).await?;
            }
            let changes = changes(&twin, account);
            if !changes.is_empty() {
                self.change_shop_twin(shop, kind, &changes, actor()).await?;
            }
        }
        let live = self.shop_twin(shop, BookKind::Live).await?;
        if live.refund_password().map(Secret::expose) != Some(account.api_key.expose()) {
            self.set_refund_password(shop, Some(account.api_key.clone()), actor()).await?;
        }
        Ok(())
    }
}

fn actor() -> Actor {
    Actor::Operator(ACTOR.to_owned())
}

fn changes(shop: &Shop, account: &CheckoutAccount) -> Vec<ShopChange> {
    let mut changes = Vec::new();
    let forms = shop.checkout.as_ref().map_or_else(Vec::new, |checkout| checkout.forms.clone());
    let settings = Checkout { forms, ..account.settings() };
    if shop.checkout.as_ref() != Some(&settings) {
        changes.push(ShopChange::Checkout(settings));
    }
    if shop.switches != AGREED {
        changes.push(ShopChange::Switches(AGREED.to_vec()));
    }
    if shop.algorithm != account.algorithm {
        changes.push(ShopChange::Algorithm(account.algorithm));
    }
    if shop.result != account.interaction {
        changes.push(ShopChange::Result(account.interaction.clone()));
    }
    if shop.success != account.success {
        changes.push(ShopChange::Success(account.success.clone()));
    }
    if shop.fail != account.fail {
        changes.push(ShopChange::Fail(account.fail.clone()));
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_either_generation_has_both_identifiers() {
        let second = CheckoutAccount::usual("5534b1683b1eaf00758b4567");
        assert_eq!(second.checkout, "5534b1683b1eaf00758b4567");
        assert!(is_first_id(&second.first_id), "{}", second.first_id);
        let first = CheckoutAccount::usual("392894CA-62C4-E3B3-14DC-1CD6058AC6A7");
        assert_eq!(first.first_id, "392894CA-62C4-E3B3-14DC-1CD6058AC6A7");
        assert!(login_fits(&first.checkout).is_ok() && first.checkout.len() == 24);
        assert_eq!(first.settings().check(), Ok(()));
    }
}
