//! The checkouts of an emulated Interkassa: listed in a file, or made up from an identifier.

use super::following::{Wanted, actor};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::fresh_names::in_groups;
use crate::network::Network;
use crate::sellers::{NewShop, Told};
use domain::checkouts::{Checkout, is_first_id};
use domain::ids::{BookKind, SellerId, ShopId};
use domain::secrets::Secret;
use domain::sellers::{Algorithm, SettlementDelay, ShopAddress, Verb};
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
            (name.to_owned(), in_groups(&digest.to_ascii_uppercase()))
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
        let wanted = [(); 2].map(|()| Wanted {
            // One pair of keys is for both books.
            passwords: (&account.secret_key, &account.test_key),
            algorithm: account.algorithm,
            addresses: [&account.interaction, &account.success, &account.fail],
            checkout: Some(account.settings()),
        });
        self.follow(shop, wanted, &account.told(), &account.api_key).await
    }
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
