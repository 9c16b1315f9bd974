//! Who asks the API: the accounts that a key opens, and what belongs to the one that is meant.

use super::ApiFault;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::people::{Credentials as Typed, Device, TRIES_LAST, about, slowed};
use crate::purses::purse_number;
use domain::checkouts::Checkout;
use domain::ids::{Book, BookKind};
use domain::secrets::Secret;
use domain::sellers::{Seller, Shop};
use jiff::tz::TimeZone;
use money::currency::Currency;
use protocols::interkassa::api::access::Credentials;
use protocols::interkassa::api::envelope::ApiError;
use protocols::interkassa::errors::{Code, Refused};
use std::sync::Arc;
use wire::digest::{same_hex, sha256};
use wire::http::HttpRequest;

/// What wrong keys are counted under beside a name; no organisation can be called so.
const COUNTED_AS: &str = "account api";

/// Somebody whose key fits.
pub(super) struct Caller {
    /// The accounts that it opens, the oldest first; never empty.
    pub(super) accounts: Vec<String>,
    /// The account that the request names.
    named: Option<String>,
    /// Whose they are.
    pub(super) seller: Arc<Seller>,
    /// All checkouts of the seller in its live book, the oldest first.
    checkouts: Vec<Arc<Shop>>,
}

/// An account, and what belongs to it.
pub(super) struct Member {
    /// The identifier.
    pub(super) account: String,
    /// Whose it is.
    pub(super) seller: Arc<Seller>,
    /// The seller's live book.
    pub(super) book: Book,
    /// Its checkouts in the live book, the oldest first; never empty.
    pub(super) checkouts: Vec<Arc<Shop>>,
}

impl Caller {
    /// The account that is meant: the one that is named, else the first that the key opens.
    pub(super) fn member(&self) -> Result<Member, ApiError> {
        let account = self.named.as_ref().or(self.accounts.first()).ok_or(ApiError::AccountForbidden)?;
        if !self.accounts.contains(account) {
            return Err(ApiError::AccountForbidden);
        }
        Ok(self.member_of(account))
    }

    /// An account that the key opens.
    pub(super) fn member_of(&self, account: &str) -> Member {
        let own = |shop: &&Arc<Shop>| shop.checkout.as_ref().is_some_and(|own| own.account == account);
        Member {
            account: account.to_owned(),
            seller: self.seller.clone(),
            book: self.seller.id.book.twin(BookKind::Live),
            checkouts: self.checkouts.iter().filter(own).cloned().collect(),
        }
    }
}

impl Member {
    /// A checkout of the account.
    pub(super) fn checkout(&self, id: &str) -> Option<&Arc<Shop>> {
        self.checkouts.iter().find(|shop| shop.login == id)
    }

    /// The checkouts that a filter leaves.
    pub(super) fn narrowed(&self, checkout: Option<&str>) -> Result<Vec<Arc<Shop>>, Refused> {
        let Some(id) = checkout else { return Ok(self.checkouts.clone()) };
        let why = "the account has no checkout of this name";
        let unknown = Refused::because_of("checkoutId", Code::Invalid, why);
        self.checkout(id).map(|shop| vec![shop.clone()]).ok_or(unknown)
    }

    /// What its checkouts take payments in, in the order of their settings.
    pub(super) fn currencies(&self) -> Vec<Currency> {
        let mut all = Vec::new();
        for currency in self.checkouts.iter().flat_map(|shop| shop.currencies()) {
            if !all.contains(&currency) {
                all.push(currency);
            }
        }
        all
    }

    /// The currency of the purse of this number.
    pub(super) fn purse(&self, number: &str) -> Result<Currency, Refused> {
        let named = |currency: &Currency| purse_number(self.book, *currency).to_string() == number;
        let why = "the account has no purse of this number";
        let unknown = Refused::because_of("purseId", Code::PurseNotFound, why);
        self.currencies().into_iter().find(named).ok_or(unknown)
    }

    /// The zone in which its dates are meant and told.
    pub(super) fn zone(&self) -> TimeZone {
        let zone = self.checkouts.first().and_then(|shop| TimeZone::get(&shop.zone).ok());
        zone.unwrap_or(TimeZone::UTC)
    }
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Who asks. Whoever comes with many wrong keys is not listened to for a while, wherever the name leads: a
    /// stranger who knows an account's name cannot shut its own programs out from elsewhere.
    pub(super) async fn api_caller(&self, request: &HttpRequest) -> Result<Caller, ApiFault> {
        let credentials = Credentials::of(request)?;
        let address = request.peer.map(|peer| peer.to_string()).unwrap_or_default();
        let typed = Typed { organisation: COUNTED_AS, login: &credentials.name, password: "" };
        let about = about(&typed, &Device { address, agent: String::new() });
        let now = self.now();
        let since = now.saturating_sub(TRIES_LAST).unwrap_or(now);
        let [own, from_there, _] = self.store.sign_in_tries(&about).await?;
        // A program repeats itself, so more is free than to people.
        if slowed(&[None, own, from_there], now).is_some() {
            return Err(ApiError::AddressForbidden.into());
        }
        match self.opened_by(&credentials).await? {
            Some(caller) => {
                if own.is_some() {
                    let [counted, ..] = &about;
                    self.store.forget_tries(counted, since).await?;
                }
                Ok(caller)
            }
            None => {
                self.store.count_try(&about, now, since).await?;
                tracing::info!("a key of the account API does not fit");
                Err(ApiError::BadCredentials.into())
            }
        }
    }

    /// What name and key open.
    async fn opened_by(&self, credentials: &Credentials) -> Result<Option<Caller>, EngineError> {
        let Some(first) = self.store.shop_of_login(&credentials.name).await? else { return Ok(None) };
        let shops = self.store.shops_of_book(first.book.twin(BookKind::Live)).await?;
        let checkouts: Vec<Arc<Shop>> =
            shops.into_iter().filter(|shop| shop.checkout.is_some()).map(Arc::new).collect();
        let name = &credentials.name;
        let theirs = |checkout: &&Checkout| checkout.user == *name || checkout.account == *name;
        let mut fits = false;
        let mut accounts: Vec<String> = Vec::new();
        for shop in &checkouts {
            let Some(checkout) = shop.checkout.as_ref().filter(theirs) else { continue };
            // Every key is compared, so the time does not tell which was nearly right.
            fits |= shop.refund_password().is_some_and(|key| same(key, &credentials.key));
            if !accounts.contains(&checkout.account) {
                accounts.push(checkout.account.clone());
            }
        }
        let Some(seller) = checkouts.first().filter(|_| fits).map(|shop| shop.seller) else {
            return Ok(None);
        };
        let seller = self.seller(seller).await?.ok_or(EngineError::NotFound("seller"))?;
        Ok(Some(Caller { accounts, named: credentials.account.clone(), seller, checkouts }))
    }
}

/// Compares two keys in a time that does not depend on either.
fn same(one: &Secret, other: &Secret) -> bool {
    let digest = |key: &Secret| hex::encode(sha256(key.expose().as_bytes()));
    same_hex(&digest(one), &digest(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_to_the_last_letter_and_case() {
        let key = |text: &str| Secret::new(text.to_owned());
        assert!(same(&key("fake-key"), &key("fake-key")));
        for other in ["fake-keY", "fake-ke", "fake-key ", ""] {
            assert!(!same(&key("fake-key"), &key(other)), "{other}");
        }
    }
}
