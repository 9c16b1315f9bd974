//! Shops at the command line: made, shown, changed, given new passwords.

use super::reply::messages::MessageView;
use super::reply::passwords::PasswordsView;
use super::reply::{AddressView, Reply, ShopView};
use super::request::{AddressWish, AddressWishes, NewShopWish, RefundsWish, ShopWishes};
use super::{Admin, words};
use crate::error::Failure;
use crate::spans;
use domain::history::Subject;
use domain::ids::{BookKind, ShopId};
use domain::sellers::{Shop, ShopAddress, Switch, Verb};
use engine::passwords::fresh_password;
use engine::sellers::{NewShop, ShopChange, Told};
use store::reads::history::HistoryLine;

/// So many records are read at once when all are listed.
const PAGE: u32 = 500;

impl Admin<'_> {
    pub(super) async fn create_shop(&self, wish: NewShopWish) -> Result<Reply, Failure> {
        let seller = self.seller(self.seller_id(&wish.seller)?).await?;
        let new = NewShop {
            seller: seller.id,
            name: wish.name.unwrap_or_else(|| wish.login.clone()),
            login: wish.login,
            site: wish.site,
            currency: words::currency(&wish.currency)?,
            algorithm: words::digest(&wish.digest)?,
            delay: spans::delay(&wish.delay).map_err(Failure::usage)?,
            two_step: wish.two_step,
            zone: wish.zone.unwrap_or(seller.zone),
            checkout: None,
        };
        let addresses = address_changes(wish.addresses)?;
        let told = self.engine.new_passwords()?;
        let id = self.engine.create_shop(&new, told.clone(), self.actor.clone()).await?;
        if !addresses.is_empty() {
            self.engine.change_shop(id, &addresses, self.actor.clone()).await?;
        }
        Ok(self.passwords(id, &new.login, &told))
    }

    pub(super) async fn show_shop(&self, named: &str) -> Result<Reply, Failure> {
        let shop = self.shop(named).await?;
        let messages = self.messages(&shop).await?;
        Ok(Reply::Shop(ShopView { messages, ..self.shop_view(&shop) }))
    }

    pub(super) async fn list_shops(&self, seller: Option<&str>) -> Result<Reply, Failure> {
        let shops = match seller {
            Some(seller) => {
                let seller = self.seller(self.seller_id(seller)?).await?;
                self.engine.store().shops_of_book(seller.id.book).await?
            }
            None => self.all_shops().await?,
        };
        Ok(Reply::Shops { shops: shops.iter().map(|shop| self.shop_view(shop)).collect() })
    }

    pub(super) async fn all_shops(&self) -> Result<Vec<Shop>, Failure> {
        let mut shops = Vec::new();
        let mut after: Option<ShopId> = None;
        loop {
            let page = self.engine.store().shops(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(shops);
            };
            after = Some(last.id);
            // Both twins are there; people know the live one.
            shops.extend(page.into_iter().filter(|shop| shop.id.book.kind() == BookKind::Live));
        }
    }

    pub(super) async fn set_addresses(&self, named: &str, wishes: AddressWishes) -> Result<Reply, Failure> {
        let changes = address_changes(wishes)?;
        if changes.is_empty() {
            return Err(Failure::usage("no address was named: expected --result, --success or --fail"));
        }
        self.change(named, &changes).await
    }

    pub(super) async fn change_shop(&self, named: &str, wishes: ShopWishes) -> Result<Reply, Failure> {
        let refunds = wishes.refunds;
        let shop = self.shop(named).await?;
        let changes = shop_changes(wishes, &shop.switches)?;
        if !changes.is_empty() {
            self.engine.change_shop(shop.id, &changes, self.actor.clone()).await?;
        }
        let made = match refunds {
            Some(RefundsWish::Allow) if shop.refund_password().is_some() => None,
            Some(RefundsWish::Allow | RefundsWish::Renew) => Some(fresh_password()?),
            Some(RefundsWish::Forbid) | None => None,
        };
        if made.is_some() || refunds == Some(RefundsWish::Forbid) {
            self.engine.set_refund_password(shop.id, made.clone(), self.actor.clone()).await?;
        }
        let view = self.shop_view(&self.shop(named).await?);
        let password3 = made.map(|password| password.expose().to_owned());
        Ok(Reply::Shop(ShopView { password3, ..view }))
    }

    async fn change(&self, named: &str, changes: &[ShopChange]) -> Result<Reply, Failure> {
        let shop = self.shop(named).await?;
        self.engine.change_shop(shop.id, changes, self.actor.clone()).await?;
        self.show_shop(named).await
    }

    pub(super) async fn rotate_passwords(&self, named: &str) -> Result<Reply, Failure> {
        let shop = self.shop(named).await?;
        let told = self.engine.new_passwords()?;
        self.engine.rotate_passwords(shop.id, told.clone(), self.actor.clone()).await?;
        Ok(self.passwords(shop.id, &shop.login, &told))
    }

    /// The one place that shows passwords: right after they were made.
    fn passwords(&self, id: ShopId, login: &str, told: &Told) -> Reply {
        Reply::Passwords(PasswordsView {
            shop: self.engine.print(id),
            login: login.to_owned(),
            password1: told.password1.expose().to_owned(),
            password2: told.password2.expose().to_owned(),
            test_password1: told.test_password1.expose().to_owned(),
            test_password2: told.test_password2.expose().to_owned(),
        })
    }

    fn shop_view(&self, shop: &Shop) -> ShopView {
        ShopView {
            shop: self.engine.print(shop.id),
            seller: self.engine.print(shop.seller),
            login: shop.login.clone(),
            name: shop.name.clone(),
            site: shop.site.clone(),
            currency: shop.currency.code().to_owned(),
            active: shop.active,
            digest: shop.algorithm.code().to_owned(),
            password_version: shop.current_passwords().map_or(0, |passwords| passwords.version),
            result: address_view(shop.result.as_ref()),
            success: address_view(shop.success.as_ref()),
            fail: address_view(shop.fail.as_ref()),
            methods: shop.methods.iter().map(|method| method.code().to_owned()).collect(),
            buyer_share: words::buyer_share_text(shop.buyer_share),
            two_step: shop.two_step,
            delay: spans::delay_text(shop.delay),
            lifetime: spans::seconds_text(shop.lifetime_s),
            grace: spans::seconds_text(shop.grace_s),
            domains: shop.domains.clone(),
            switches: shop.switches.iter().map(|switch| switch.code().to_owned()).collect(),
            zone: shop.zone.clone(),
            refunds: shop.refund_password().is_some(),
            password3: None,
            messages: Vec::new(),
        }
    }

    /// The messages that are kept of a shop, the first one first.
    async fn messages(&self, shop: &Shop) -> Result<Vec<MessageView>, Failure> {
        let lines = self.engine.store().timeline(Subject::Shop(shop.id), shop.id.book).await?;
        let kept = lines.iter().filter(|line| line.what == "message_kept");
        let of = |line: &HistoryLine, name: &str| {
            let detail = line.details.iter().find(|(known, _)| known == name);
            detail.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let view = |line: &HistoryLine| MessageView {
            at: words::moment(line.at),
            phone: of(line, "phone"),
            text: of(line, "text"),
        };
        Ok(kept.map(view).collect())
    }
}

fn address_changes(wishes: AddressWishes) -> Result<Vec<ShopChange>, Failure> {
    let mut changes = Vec::new();
    if let Some(wish) = wishes.result {
        changes.push(ShopChange::Result(address(wish)?));
    }
    if let Some(wish) = wishes.success {
        changes.push(ShopChange::Success(address(wish)?));
    }
    if let Some(wish) = wishes.fail {
        changes.push(ShopChange::Fail(address(wish)?));
    }
    Ok(changes)
}

/// An address as it is shown.
pub(super) fn address_view(address: Option<&ShopAddress>) -> Option<AddressView> {
    address.map(|address| AddressView { url: address.url.clone(), method: address.verb.code().to_owned() })
}

/// An address, or none for an empty text.
pub(super) fn address(wish: AddressWish) -> Result<Option<ShopAddress>, Failure> {
    let verb = Verb::from_code(&wish.verb)
        .ok_or_else(|| Failure::usage(format!("\"{}\" is neither GET nor POST", wish.verb)))?;
    Ok((!wish.url.is_empty()).then_some(ShopAddress { url: wish.url, verb }))
}

/// The changes of what every shop has; `known` are its switches as they are.
pub(super) fn shop_changes(wishes: ShopWishes, known: &[Switch]) -> Result<Vec<ShopChange>, Failure> {
    let length = |text: &str| spans::seconds(text).map_err(Failure::usage);
    let mut changes = Vec::new();
    changes.extend(wishes.name.map(ShopChange::Name));
    if let Some(text) = wishes.digest {
        changes.push(ShopChange::Algorithm(words::digest(&text)?));
    }
    if let Some(list) = wishes.methods {
        changes.push(ShopChange::Methods(words::methods(&list)?));
    }
    if let Some(text) = wishes.buyer_share {
        changes.push(ShopChange::BuyerShare(words::buyer_share(&text)?));
    }
    if let Some(text) = wishes.delay {
        changes.push(ShopChange::Delay(spans::delay(&text).map_err(Failure::usage)?));
    }
    if let Some(text) = wishes.lifetime {
        changes.push(ShopChange::Lifetime(length(&text)?));
    }
    if let Some(text) = wishes.grace {
        changes.push(ShopChange::Grace(length(&text)?));
    }
    changes.extend(wishes.domains.map(ShopChange::Domains));
    let listed = wishes.switches.map(|list| list.iter().map(|text| words::switch(text)).collect());
    let agreed = [
        (Switch::Recurring, wishes.recurring),
        (Switch::SavedCards, wishes.saved_cards),
        (Switch::PayoutsByHand, wishes.payouts_by_hand),
    ];
    changes.extend(switches(listed.transpose()?, agreed, known).map(ShopChange::Switches));
    changes.extend(wishes.active.map(ShopChange::Active));
    changes.extend(wishes.two_step.map(ShopChange::TwoStep));
    changes.extend(wishes.site.map(ShopChange::Site));
    Ok(changes)
}

/// The switches as they shall be: the list that was named or those in force, with some put on or off by name;
/// nothing where nobody asked.
fn switches<const N: usize>(
    listed: Option<Vec<Switch>>,
    named: [(Switch, Option<bool>); N],
    known: &[Switch],
) -> Option<Vec<Switch>> {
    let asked = listed.is_some() || named.iter().any(|(_, wish)| wish.is_some());
    let mut switches = listed.unwrap_or_else(|| known.to_vec());
    for (switch, wish) in named {
        if let Some(on) = wish {
            switches.retain(|there| *there != switch);
            switches.extend(on.then_some(switch));
        }
    }
    asked.then_some(switches)
}
