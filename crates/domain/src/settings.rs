//! Changing what decisions read: the installation, sellers, shops, provider accounts, tariffs.
//!
//! Each saves a whole record under the version that was read, so two people never overwrite one
//! another unseen.

use crate::calendar::next_month;
use crate::decide::{Command, Decision, DirectoryLine, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, BookKind};
use crate::jobs::{Lease, Task};
use crate::providers::{Installation, InstallationKey, ProviderAccount};
use crate::sellers::{Seller, Shop, Turnover};
use crate::tariffs::{Fee, RefundFee, Tariff};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use money::Money;
use money::currency::Currency;

/// A wish: fix what kind of installation this is. Done once; repeating it with the same kind is harmless.
#[derive(Clone, Debug)]
pub struct SetUp {
    /// Live or test.
    pub kind: BookKind,
    /// Who sets it up.
    pub actor: Actor,
}

impl Command for SetUp {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        Book::PLATFORM
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(InstallationKey);
    }

    fn decide(&self, facts: &Facts, _now: Timestamp) -> Result<(Decision, ()), Stop> {
        match facts.find(&InstallationKey)? {
            Some(installation) if installation.kind == self.kind => Ok((Decision::nothing(), ())),
            Some(_) => {
                let why = "the kind of an installation is fixed when it is first set up".to_owned();
                Err(Refused::Invalid { what: "kind", why }.into())
            }
            None => {
                let said = Happened::SettingsChanged { what: "installation", fields: "kind".to_owned() };
                let installation = Installation { kind: self.kind, next_seller: 1 };
                Ok((Decision::nothing().tell(Subject::Platform, &self.actor, said).save(installation), ()))
            }
        }
    }
}

/// A wish: the number of a new seller, from which its two books follow.
#[derive(Clone, Copy, Debug)]
pub struct AllotSeller;

impl Command for AllotSeller {
    type Answer = u64;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        Book::PLATFORM
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(InstallationKey);
    }

    fn decide(&self, facts: &Facts, _now: Timestamp) -> Result<(Decision, u64), Stop> {
        let installation = facts.need(&InstallationKey)?;
        let number = installation.next_seller;
        let next_seller = number.saturating_add(1);
        Ok((Decision::nothing().save(Installation { next_seller, ..installation.clone() }), number))
    }
}

/// A wish: save a seller in one of its books. A new one has version 1.
#[derive(Clone, Debug)]
pub struct SaveSeller {
    /// As it shall be; `version` is one more than what was read.
    pub seller: Seller,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for SaveSeller {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.seller.id.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.seller.id);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let before = facts.find(&self.seller.id)?;
        next_version("seller", before.map(|seller| seller.version), self.seller.version)?;
        zone_exists(&self.seller.zone)?;
        text("name", &self.seller.name, 200)?;
        let mut decision = Decision::nothing();
        if before.is_none() {
            let task = Task::MeasureTurnover(self.seller.id);
            decision = decision.then(task, next_month(now, &self.seller.zone));
        }
        let said = Happened::SettingsChanged { what: "seller", fields: "name, active, zone".to_owned() };
        Ok((decision.tell(Subject::Seller(self.seller.id), &self.actor, said).save(self.seller.clone()), ()))
    }
}

/// A wish: save a shop in one of its seller's books. A new one has version 1.
#[derive(Clone, Debug)]
pub struct SaveShop {
    /// As it shall be; `version` is one more than what was read. The counter stays as it is.
    pub shop: Shop,
    /// Under which further names the shop is found from now on, besides its login.
    pub names: Vec<String>,
    /// Which settings change, for the history; never values.
    pub fields: String,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for SaveShop {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.shop.id.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.shop.id);
        asks.know(self.shop.seller);
    }

    fn decide(&self, facts: &Facts, _now: Timestamp) -> Result<(Decision, ()), Stop> {
        facts.need(&self.shop.seller)?;
        let before = facts.find(&self.shop.id)?;
        next_version("shop", before.map(|shop| shop.version), self.shop.version)?;
        self.check()?;
        let mut decision = Decision::nothing();
        let mut shop = self.shop.clone();
        match before {
            Some(before) if before.login != shop.login => {
                let why = "the login of a shop never changes".to_owned();
                return Err(Refused::Invalid { what: "login", why }.into());
            }
            Some(before) if identity(before) != identity(&shop) => {
                let why = "the identifiers of a checkout never change".to_owned();
                return Err(Refused::Invalid { what: "checkout", why }.into());
            }
            Some(before) => shop.last_number = before.last_number,
            // The login leads to the live twin; the test twin has the same number.
            None if shop.id.book.kind() == BookKind::Live => {
                let login = shop.login.clone();
                decision = decision.list(DirectoryLine::ShopLogin { login, shop: shop.id });
            }
            None => {}
        }
        for login in self.names.iter().cloned() {
            decision = decision.list(DirectoryLine::ShopLogin { login, shop: shop.id });
        }
        let said = Happened::SettingsChanged { what: "shop", fields: self.fields.clone() };
        Ok((decision.tell(Subject::Shop(shop.id), &self.actor, said).save(shop), ()))
    }
}

/// What other systems know a checkout by.
fn identity(shop: &Shop) -> Option<[&str; 3]> {
    let checkout = shop.checkout.as_ref()?;
    Some([&checkout.first_id, &checkout.account, &checkout.user])
}

impl SaveShop {
    fn check(&self) -> Result<(), Refused> {
        let shop = &self.shop;
        zone_exists(&shop.zone)?;
        text("name", &shop.name, 100)?;
        login_fits(&shop.login)?;
        if shop.buyer_share > 1_000 {
            let why = "expected thousandths, at most 1000".to_owned();
            return Err(Refused::Invalid { what: "buyer share", why });
        }
        if shop.passwords.is_empty() {
            return Err(Refused::Invalid { what: "passwords", why: "a shop needs two".to_owned() });
        }
        let pending = shop.checkout.as_ref().and_then(|checkout| checkout.pending.as_ref());
        let own = [&shop.result, &shop.success, &shop.fail].into_iter().flatten();
        for address in own.chain(pending) {
            absolute("address", &address.url)?;
        }
        if let Some(checkout) = &shop.checkout {
            checkout.check()?;
        }
        // Buyers are sent there when the shop has no address for the way back.
        if shop.site.is_empty() { Ok(()) } else { absolute("site", &shop.site) }
    }
}

/// A wish: save an account with a provider. A new one has version 1.
#[derive(Clone, Debug)]
pub struct SaveProvider {
    /// As it shall be; `version` is one more than what was read.
    pub account: ProviderAccount,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for SaveProvider {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        Book::PLATFORM
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.account.id);
        asks.know(InstallationKey);
    }

    fn decide(&self, facts: &Facts, _now: Timestamp) -> Result<(Decision, ()), Stop> {
        let before = facts.find(&self.account.id)?;
        next_version("provider account", before.map(|account| account.version), self.account.version)?;
        text("name", &self.account.name, 100)?;
        let said = Happened::SettingsChanged {
            what: "provider account",
            fields: self
                .account
                .settings
                .iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        };
        Ok((Decision::nothing().tell(Subject::Platform, &self.actor, said).save(self.account.clone()), ()))
    }
}

/// A wish: save a tariff. A new one has version 1.
#[derive(Clone, Debug)]
pub struct SaveTariff {
    /// As it shall be; `version` is one more than what was read.
    pub tariff: Tariff,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for SaveTariff {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        Book::PLATFORM
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.tariff.id);
    }

    fn decide(&self, facts: &Facts, _now: Timestamp) -> Result<(Decision, ()), Stop> {
        let before = facts.find(&self.tariff.id)?;
        next_version("tariff", before.map(|tariff| tariff.version), self.tariff.version)?;
        let rising = self.tariff.steps.windows(2).all(|pair| match pair {
            [one, next] => one.from.minor() < next.from.minor(),
            _ => true,
        });
        if self.tariff.steps.is_empty() || !rising {
            let why = "expected at least one step, with rising turnover".to_owned();
            return Err(Refused::Invalid { what: "steps", why }.into());
        }
        // A fee that cannot be computed in the tariff's own currency would refuse sales later.
        for step in &self.tariff.steps {
            bearable(&step.fee, self.tariff.currency)?;
        }
        match &self.tariff.refund_fee {
            RefundFee::Keep | RefundFee::Return => {}
            RefundFee::Fixed(fee) => bearable(&Fee::Fixed(*fee), self.tariff.currency)?,
        }
        let said = Happened::SettingsChanged { what: "tariff", fields: "steps, refund fee".to_owned() };
        Ok((Decision::nothing().tell(Subject::Platform, &self.actor, said).save(self.tariff.clone()), ()))
    }
}

/// News: what a seller captured in a month that is over. Dated, and never set backwards.
#[derive(Clone, Debug)]
pub struct SetTurnover {
    /// Whose, in one of its books.
    pub seller: crate::ids::SellerId,
    /// The first day of the month.
    pub month: Date,
    /// The captured sums, one a currency.
    pub sums: Vec<Money>,
    /// The job that measured it.
    pub lease: Option<Lease>,
}

impl Command for SetTurnover {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.seller.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.seller);
        asks.know(Task::MeasureTurnover(self.seller));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let mut seller = facts.need(&self.seller)?.clone();
        let next = next_month(now, &seller.zone);
        let decision = Decision::nothing().finish(self.lease).then(Task::MeasureTurnover(seller.id), next);
        if seller.turnover.iter().any(|known| known.month >= self.month) {
            return Ok((decision, ()));
        }
        // A currency without sales this month has a turnover of zero, and its month is known all the same.
        let idle = seller.turnover.iter().map(|known| Money::zero(known.sum.currency()));
        let idle = idle.filter(|zero| self.sums.iter().all(|sum| sum.currency() != zero.currency()));
        let sums = self.sums.iter().copied().chain(idle);
        seller.turnover = sums.map(|sum| Turnover { month: self.month, sum }).collect();
        let said = Happened::SettingsChanged { what: "turnover", fields: self.month.to_string() };
        Ok((decision.tell(Subject::Seller(seller.id), &Actor::Clock, said).save(seller), ()))
    }
}

/// Whether a shop can have this login.
///
/// # Errors
/// [`Refused::Invalid`] saying what is expected.
pub fn login_fits(login: &str) -> Result<(), Refused> {
    text("login", login, 64)?;
    let fits = login.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
    if fits && login.chars().any(|letter| letter.is_ascii_alphabetic()) {
        return Ok(());
    }
    let why = "expected Latin letters, digits, dash, dot and underscore, at least one letter".to_owned();
    Err(Refused::Invalid { what: "login", why })
}

/// A fee is never negative, and takes at most half of a large sum: a buyer who bears a fee that
/// grows as fast as the sum could never pay enough.
fn bearable(fee: &Fee, currency: Currency) -> Result<(), Refused> {
    const LARGE: i64 = 1_000_000_000_000;
    let invalid = |why: &str| Refused::Invalid { what: "fee", why: why.to_owned() };
    for sum in [1, 100, LARGE] {
        if fee.on(Money::from_minor(sum, currency))?.is_negative() {
            return Err(invalid("expected no negative amounts"));
        }
    }
    if fee.on(Money::from_minor(LARGE, currency))?.minor() > LARGE / 2 {
        return Err(invalid("expected at most half of what is paid"));
    }
    Ok(())
}

fn absolute(what: &'static str, url: &str) -> Result<(), Refused> {
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(());
    }
    Err(Refused::Invalid { what, why: format!("{url} does not begin with https:// or http://") })
}

fn next_version(what: &'static str, before: Option<u32>, after: u32) -> Result<(), Refused> {
    if after == before.unwrap_or(0).saturating_add(1) { Ok(()) } else { Err(Refused::Stale { what }) }
}

fn zone_exists(zone: &str) -> Result<(), Refused> {
    TimeZone::get(zone).map(|_| ()).map_err(|_| Refused::Invalid {
        what: "zone",
        why: format!("{zone} is no IANA time zone such as Europe/Moscow"),
    })
}

fn text(what: &'static str, value: &str, most: usize) -> Result<(), Refused> {
    let length = value.chars().count();
    if length == 0 || length > most {
        return Err(Refused::Invalid { what, why: format!("expected 1 to {most} characters") });
    }
    Ok(())
}
