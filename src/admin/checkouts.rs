//! Checkouts at the command line: made with keys of their own or new ones, shown, changed, given forms.

use super::reply::Reply;
use super::reply::checkouts::{CheckoutView, FormView};
use super::request::checkouts::{BroughtKeys, CheckoutRequest, CheckoutWishes, NewCheckoutWish};
use super::request::{AddressWish, Hidden, RefundsWish};
use super::shops::{address, address_view, shop_changes};
use super::{Admin, words};
use crate::error::Failure;
use crate::spans;
use domain::checkouts::{Checkout, SavedForm};
use domain::secrets::Secret;
use domain::sellers::{Seller, SettlementDelay, Shop, ShopAddress};
use engine::fresh_names::{fresh_first_id, fresh_hex_id};
use engine::passwords::fresh_password;
use engine::sellers::{NewShop, ShopChange, Told};
use money::currency::Currency;

/// The currency of a checkout unless it says otherwise.
const USUAL_CURRENCY: &str = "UAH";
/// The zone of a checkout unless it says otherwise: the one in which its protocol tells dates.
const USUAL_ZONE: &str = "Europe/Kyiv";
/// The digest of a checkout unless it says otherwise: most modules know no other.
const USUAL_DIGEST: &str = "md5";
/// A payment of a checkout lives so long unless it says otherwise, as its protocol has it.
const USUAL_LIFETIME: &str = "30d";
/// When a checkout's money becomes available unless it says otherwise.
const USUAL_DELAY: SettlementDelay = SettlementDelay::Days(1);
/// A key that a merchant brings may be so long, in bytes.
const KEY_BYTES_MAX: usize = 255;

/// Keys that were made or brought, to be told this once.
#[derive(Default)]
struct Shown {
    sign: Option<Secret>,
    test: Option<Secret>,
    api: Option<Secret>,
}

impl Admin<'_> {
    pub(super) async fn checkout_request(&self, asked: CheckoutRequest) -> Result<Reply, Failure> {
        match asked {
            CheckoutRequest::Create(wish) => self.create_checkout(*wish).await,
            CheckoutRequest::Show { checkout } => self.checkout_reply(&checkout, Shown::default()).await,
            CheckoutRequest::List { seller } => self.list_checkouts(seller.as_deref()).await,
            CheckoutRequest::Change { checkout, wishes } => self.change_checkout(&checkout, *wishes).await,
            CheckoutRequest::Rekey { checkout, keys } => self.rekey_checkout(&checkout, &keys).await,
            CheckoutRequest::SaveForm { checkout, amount, currency, description } => {
                self.save_form(&checkout, &amount, currency.as_deref(), &description).await
            }
            CheckoutRequest::Explain { text, checkout } => self.explain_checkout(&text, checkout).await,
        }
    }

    async fn create_checkout(&self, wish: NewCheckoutWish) -> Result<Reply, Failure> {
        let seller = self.seller(self.seller_id(&wish.seller)?).await?;
        let named = wish.wishes.currencies.clone().unwrap_or_else(|| vec![USUAL_CURRENCY.to_owned()]);
        let currencies = currencies(&named)?;
        let own =
            *currencies.first().ok_or_else(|| Failure::usage("a checkout has at least one currency"))?;
        let login = wish.checkout.clone().map_or_else(fresh_hex_id, Ok)?;
        let checkout = filled(self.identity(&seller, &wish).await?, own, &wish.wishes)?;
        let shown = Shown {
            sign: Some(brought(wish.keys.sign.as_ref())?.map_or_else(fresh_password, Ok)?),
            test: Some(brought(wish.keys.test.as_ref())?.map_or_else(fresh_password, Ok)?),
            api: api_key(wish.wishes.api(), wish.keys.api.as_ref().or(wish.wishes.api_key.as_ref()), None)?,
        };
        let new = NewShop {
            seller: seller.id,
            name: wish.wishes.shop.name.clone().unwrap_or_else(|| login.clone()),
            login: login.clone(),
            site: wish.wishes.shop.site.clone().unwrap_or_default(),
            currency: own,
            algorithm: words::checkout_digest(wish.wishes.shop.digest.as_deref().unwrap_or(USUAL_DIGEST))?,
            delay: USUAL_DELAY,
            two_step: wish.wishes.shop.two_step.unwrap_or(false),
            zone: wish.wishes.zone.clone().unwrap_or_else(|| USUAL_ZONE.to_owned()),
            checkout: Some(checkout),
        };
        let mut wishes = wish.wishes;
        wishes.shop.lifetime.get_or_insert_with(|| USUAL_LIFETIME.to_owned());
        // All is read before anything is saved, so a wrong word leaves no half-made checkout behind.
        let changes = plain_changes(wishes, &[])?;
        let id = self.engine.create_shop(&new, told(&shown)?, self.actor.clone()).await?;
        self.engine.change_shop(id, &changes, self.actor.clone()).await?;
        if shown.api.is_some() {
            self.engine.set_refund_password(id, shown.api.clone(), self.actor.clone()).await?;
        }
        self.checkout_reply(&login, shown).await
    }

    /// What other systems know a new checkout by: as named, as the seller's other checkouts, or new.
    async fn identity(&self, seller: &Seller, wish: &NewCheckoutWish) -> Result<Checkout, Failure> {
        let shops = self.engine.store().shops_of_book(seller.id.book).await?;
        let sibling = shops.into_iter().find_map(|shop| shop.checkout);
        let (account, user) = sibling.map(|sibling| (sibling.account, sibling.user)).unzip();
        Ok(Checkout::usual(
            wish.first_id.clone().map_or_else(fresh_first_id, Ok)?,
            wish.account.clone().or(account).map_or_else(fresh_hex_id, Ok)?,
            wish.user.clone().or(user).map_or_else(fresh_hex_id, Ok)?,
        ))
    }

    async fn list_checkouts(&self, seller: Option<&str>) -> Result<Reply, Failure> {
        let shops = match seller {
            Some(seller) => {
                let seller = self.seller(self.seller_id(seller)?).await?;
                self.engine.store().shops_of_book(seller.id.book).await?
            }
            None => self.all_shops().await?,
        };
        let of = |shop: &Shop| Some(self.checkout_view(shop, shop.checkout.as_ref()?, Shown::default()));
        Ok(Reply::Checkouts { checkouts: shops.iter().filter_map(of).collect() })
    }

    async fn change_checkout(&self, named: &str, wishes: CheckoutWishes) -> Result<Reply, Failure> {
        let (shop, checkout) = self.checkout(named).await?;
        if wishes == CheckoutWishes::default() {
            return Err(Failure::usage("no setting was named: openkassa checkout set --help lists them"));
        }
        if let Some(digest) = &wishes.shop.digest {
            words::checkout_digest(digest)?;
        }
        let wanted = filled(checkout.clone(), shop.currency, &wishes)?;
        let (api, key) = (wishes.api(), wishes.api_key.clone());
        let made = api_key(api, key.as_ref(), shop.refund_password())?;
        let mut changes = plain_changes(wishes, &shop.switches)?;
        if wanted != checkout {
            changes.push(ShopChange::Checkout(wanted));
        }
        if !changes.is_empty() {
            self.engine.change_shop(shop.id, &changes, self.actor.clone()).await?;
        }
        if made.is_some() || api == Some(RefundsWish::Forbid) {
            self.engine.set_refund_password(shop.id, made.clone(), self.actor.clone()).await?;
        }
        self.checkout_reply(&shop.login, Shown { api: made, ..Shown::default() }).await
    }

    async fn rekey_checkout(&self, named: &str, keys: &BroughtKeys) -> Result<Reply, Failure> {
        let (shop, _) = self.checkout(named).await?;
        let shown = Shown {
            sign: Some(brought(keys.sign.as_ref())?.map_or_else(fresh_password, Ok)?),
            test: Some(brought(keys.test.as_ref())?.map_or_else(fresh_password, Ok)?),
            api: brought(keys.api.as_ref())?,
        };
        self.engine.rotate_passwords(shop.id, told(&shown)?, self.actor.clone()).await?;
        if shown.api.is_some() {
            self.engine.set_refund_password(shop.id, shown.api.clone(), self.actor.clone()).await?;
        }
        self.checkout_reply(&shop.login, shown).await
    }

    async fn save_form(
        &self,
        named: &str,
        amount: &str,
        currency: Option<&str>,
        description: &str,
    ) -> Result<Reply, Failure> {
        let (shop, _) = self.checkout(named).await?;
        let currency = currency.map(words::currency).transpose()?.unwrap_or(shop.currency);
        let amount = words::sum(amount, currency)?;
        let code = self.engine.save_form(shop.id, amount, description, self.actor.clone()).await?;
        let form = SavedForm { code, amount, description: description.to_owned() };
        Ok(Reply::Form(self.form_view(&form)))
    }

    /// The shop of a name, and what makes it a checkout.
    pub(super) async fn checkout(&self, named: &str) -> Result<(Shop, Checkout), Failure> {
        let shop = self.shop(named).await?;
        let missing =
            || Failure::usage(format!("\"{named}\" is no checkout but a shop: openkassa shop is for it"));
        let checkout = shop.checkout.clone().ok_or_else(missing)?;
        Ok((shop, checkout))
    }

    async fn checkout_reply(&self, named: &str, shown: Shown) -> Result<Reply, Failure> {
        let (shop, checkout) = self.checkout(named).await?;
        Ok(Reply::Checkout(Box::new(self.checkout_view(&shop, &checkout, shown))))
    }

    fn form_view(&self, form: &SavedForm) -> FormView {
        FormView {
            address: format!("{}/?s={}", self.engine.public_url(), form.code),
            code: form.code.clone(),
            amount: form.amount.to_string(),
            currency: form.amount.currency().code().to_owned(),
            description: form.description.clone(),
        }
    }

    fn checkout_view(&self, shop: &Shop, checkout: &Checkout, shown: Shown) -> CheckoutView {
        let told = |key: Option<Secret>| key.map(|key| key.expose().to_owned());
        CheckoutView {
            checkout: shop.login.clone(),
            first_id: checkout.first_id.clone(),
            account: checkout.account.clone(),
            user: checkout.user.clone(),
            shop: self.engine.print(shop.id),
            seller: self.engine.print(shop.seller),
            name: shop.name.clone(),
            site: shop.site.clone(),
            currencies: shop.currencies().iter().map(|currency| currency.code().to_owned()).collect(),
            active: shop.active,
            algorithm: shop.algorithm.code().to_owned(),
            key_version: shop.current_passwords().map_or(0, |keys| keys.version),
            must_sign: checkout.must_sign,
            unique_numbers: checkout.unique_numbers,
            replaceable: checkout.replaceable.iter().map(|setting| setting.code().to_owned()).collect(),
            interaction: address_view(shop.result.as_ref()),
            success: address_view(shop.success.as_ref()),
            pending: address_view(checkout.pending.as_ref()),
            fail: address_view(shop.fail.as_ref()),
            tells_ended: checkout.tells_ended,
            expected_status: checkout.expected_status,
            expected_text: checkout.expected_text.clone(),
            methods: shop.methods.iter().map(|method| method.code().to_owned()).collect(),
            buyer_share: words::buyer_share_text(shop.buyer_share),
            two_step: shop.two_step,
            delay: spans::delay_text(shop.delay),
            lifetime: spans::seconds_text(shop.lifetime_s),
            grace: spans::seconds_text(shop.grace_s),
            domains: shop.domains.clone(),
            zone: shop.zone.clone(),
            api: shop.refund_password().is_some(),
            forms: checkout.forms.iter().map(|form| self.form_view(form)).collect(),
            sign_key: told(shown.sign),
            test_key: told(shown.test),
            api_key: told(shown.api),
        }
    }
}

/// A checkout with what is wished of it; `own` is its own currency, which never changes.
fn filled(checkout: Checkout, own: Currency, wishes: &CheckoutWishes) -> Result<Checkout, Failure> {
    let others = match &wishes.currencies {
        Some(list) => {
            let all = currencies(list)?;
            if all.first() != Some(&own) {
                let why =
                    format!("the first currency of a checkout never changes: begin with {}", own.code());
                return Err(Failure::usage(why));
            }
            all.into_iter().skip(1).collect()
        }
        None => checkout.currencies,
    };
    let replaceable = match &wishes.replaceable {
        Some(list) => list.iter().map(|text| words::replaceable(text)).collect::<Result<_, _>>()?,
        None => checkout.replaceable,
    };
    let pending = match wishes.pending.clone() {
        Some(wish) => web_address(wish)?,
        None => checkout.pending,
    };
    Ok(Checkout {
        currencies: others,
        must_sign: wishes.must_sign.unwrap_or(checkout.must_sign),
        unique_numbers: wishes.unique_numbers.unwrap_or(checkout.unique_numbers),
        replaceable,
        pending,
        tells_ended: wishes.tells_ended.unwrap_or(checkout.tells_ended),
        expected_status: wishes.expected_status.unwrap_or(checkout.expected_status),
        expected_text: wishes.expected_text.clone().unwrap_or(checkout.expected_text),
        ..checkout
    })
}

/// The changes of what a checkout has like any shop; `known` are its switches as they are.
fn plain_changes(
    wishes: CheckoutWishes,
    known: &[domain::sellers::Switch],
) -> Result<Vec<ShopChange>, Failure> {
    let mut changes = shop_changes(wishes.shop, known)?;
    changes.extend(wishes.zone.map(ShopChange::Zone));
    if let Some(wish) = wishes.interaction {
        changes.push(ShopChange::Result(web_address(wish)?));
    }
    if let Some(wish) = wishes.success {
        changes.push(ShopChange::Success(web_address(wish)?));
    }
    if let Some(wish) = wishes.fail {
        changes.push(ShopChange::Fail(web_address(wish)?));
    }
    Ok(changes)
}

/// An address, looked at before anything is saved; none for an empty text.
fn web_address(wish: AddressWish) -> Result<Option<ShopAddress>, Failure> {
    let read = address(wish)?;
    let web = |read: &ShopAddress| read.url.starts_with("https://") || read.url.starts_with("http://");
    match read {
        Some(read) if !web(&read) => {
            Err(Failure::usage(format!("{} does not begin with https:// or http://", read.url)))
        }
        other => Ok(other),
    }
}

/// Currencies by their codes, each once.
fn currencies(list: &[String]) -> Result<Vec<Currency>, Failure> {
    let mut all = Vec::new();
    for text in list {
        let currency = words::currency(text)?;
        if !all.contains(&currency) {
            all.push(currency);
        }
    }
    Ok(all)
}

/// A key that a merchant brings.
fn brought(key: Option<&Hidden>) -> Result<Option<Secret>, Failure> {
    match key {
        Some(Hidden(text)) if text.is_empty() || text.len() > KEY_BYTES_MAX => {
            Err(Failure::usage(format!("a key has 1 to {KEY_BYTES_MAX} bytes")))
        }
        key => Ok(key.map(|Hidden(text)| Secret::new(text.clone()))),
    }
}

/// The key of the API that comes into force; none where it stays, or goes.
fn api_key(
    wish: Option<RefundsWish>,
    own: Option<&Hidden>,
    present: Option<&Secret>,
) -> Result<Option<Secret>, Failure> {
    match (brought(own)?, wish) {
        (Some(_), Some(RefundsWish::Forbid)) => {
            Err(Failure::usage("a key of the API is brought and forbidden at once"))
        }
        (Some(key), Some(RefundsWish::Allow | RefundsWish::Renew) | None) => Ok(Some(key)),
        (None, Some(RefundsWish::Allow)) if present.is_some() => Ok(None),
        (None, Some(RefundsWish::Allow | RefundsWish::Renew)) => Ok(Some(fresh_password()?)),
        (None, Some(RefundsWish::Forbid) | None) => Ok(None),
    }
}

/// The keys in the places of a shop's passwords; a checkout has one pair for both of its books.
fn told(shown: &Shown) -> Result<Told, Failure> {
    let key = |key: &Option<Secret>| key.clone().map_or_else(fresh_password, Ok);
    let (sign, test) = (key(&shown.sign)?, key(&shown.test)?);
    Ok(Told { password1: sign.clone(), password2: test.clone(), test_password1: sign, test_password2: test })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Checkout {
        Checkout::usual(String::new(), String::new(), String::new())
    }

    #[test]
    fn the_own_currency_of_a_checkout_stays_the_first() {
        let listed = |list: &[&str]| CheckoutWishes {
            currencies: Some(list.iter().map(|text| (*text).to_owned()).collect()),
            ..CheckoutWishes::default()
        };
        let more = filled(usual(), Currency::Uah, &listed(&["UAH", "usd", "USD"])).unwrap();
        assert_eq!(more.currencies, [Currency::Usd]);
        let message = filled(usual(), Currency::Uah, &listed(&["USD"])).unwrap_err().message;
        assert!(message.contains("UAH"), "{message}");
    }

    #[test]
    fn what_is_not_named_stays() {
        let wishes = CheckoutWishes { must_sign: Some(false), ..CheckoutWishes::default() };
        let checkout = filled(usual(), Currency::Uah, &wishes).unwrap();
        assert_eq!(checkout, Checkout { must_sign: false, ..usual() });
    }

    #[test]
    fn a_key_of_the_api_is_brought_made_or_left() {
        let own = Hidden("FakeApiKey000001".to_owned());
        let present = Secret::new("FakeApiKey000000".to_owned());
        let told = |key: Option<Secret>| key.map(|key| key.expose().to_owned());
        let of =
            |wish, own: Option<&Hidden>, present: Option<&Secret>| told(api_key(wish, own, present).unwrap());
        assert_eq!(of(None, Some(&own), Some(&present)), Some(own.0.clone()));
        assert_eq!(of(Some(RefundsWish::Allow), None, Some(&present)), None);
        assert!(of(Some(RefundsWish::Allow), None, None).is_some());
        assert!(api_key(Some(RefundsWish::Forbid), Some(&own), None).is_err());
        assert!(brought(Some(&Hidden(String::new()))).is_err());
    }
}
