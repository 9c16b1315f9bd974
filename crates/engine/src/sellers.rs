//! Sellers and shops: created in both books, changed under the version that was read.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::passwords::fresh_password;
use domain::checkouts::Checkout;
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{Book, BookKind, SellerId, ShopId};
use domain::methods::Method;
use domain::secrets::Secret;
use domain::sellers::{Algorithm, Passwords, Seller, SettlementDelay, Shop, ShopAddress};
use domain::settings::{AllotSeller, SaveSeller, SaveShop};
use money::currency::Currency;
use wire::digest::sha256;

/// A payment lives seven days unless the shop says otherwise.
pub const LIFETIME_S: u32 = 7 * 86_400;
/// Late money counts for three days more.
pub const GRACE_S: u32 = 3 * 86_400;

/// So many ranges there are in which the invoices of checkouts are numbered …
const INVOICE_RANGES: u16 = 400;
/// … and so many numbers are in each before the next begins.
const INVOICE_RANGE: i64 = 1_000_000;

/// What a new shop is made of; the rest has its usual values.
#[derive(Clone, Debug)]
pub struct NewShop {
    /// Whose, in its live book.
    pub seller: SellerId,
    /// The identifier in merchant protocols; contains a letter.
    pub login: String,
    /// The name that buyers see.
    pub name: String,
    /// Where the shop is found; may be empty.
    pub site: String,
    /// Its currency.
    pub currency: Currency,
    /// The digest it signs with; SHA-256 unless an old client needs another.
    pub algorithm: Algorithm,
    /// When its money becomes available.
    pub delay: SettlementDelay,
    /// Whether its payments are authorised only, and captured or released by a person.
    pub two_step: bool,
    /// The time zone of its days.
    pub zone: String,
    /// What makes it a checkout of Interkassa's protocols; its keys are the same in both books.
    pub checkout: Option<Checkout>,
}

/// The passwords of a shop, told once.
#[derive(Clone, Debug)]
pub struct Told {
    /// Signs live requests and ways back.
    pub password1: Secret,
    /// Signs live notices.
    pub password2: Secret,
    /// Signs rehearsals.
    pub test_password1: Secret,
    /// Signs notices of rehearsals.
    pub test_password2: Secret,
}

impl Told {
    /// The two that a twin of the shop has, under a version.
    fn passwords(&self, kind: BookKind, version: u32) -> Passwords {
        let (first, second) = match kind {
            BookKind::Live => (&self.password1, &self.password2),
            BookKind::Test => (&self.test_password1, &self.test_password2),
        };
        Passwords { version, first: first.clone(), second: second.clone(), third: None }
    }
}

/// A change of a shop's settings, made to both twins unless it concerns passwords.
#[derive(Clone, Debug)]
pub enum ShopChange {
    /// Where it is told of payments.
    Result(Option<ShopAddress>),
    /// Where its buyers return after success.
    Success(Option<ShopAddress>),
    /// Where its buyers return otherwise.
    Fail(Option<ShopAddress>),
    /// The digest it signs with.
    Algorithm(Algorithm),
    /// The methods it offers.
    Methods(Vec<Method>),
    /// The buyer's share of the fee, in thousandths.
    BuyerShare(u16),
    /// When its money becomes available.
    Delay(SettlementDelay),
    /// How long a payment lives, in seconds.
    Lifetime(u32),
    /// How long after its end money still counts, in seconds.
    Grace(u32),
    /// Hosts to which a request may send its buyers.
    Domains(Vec<String>),
    /// Named exceptions.
    Switches(Vec<domain::sellers::Switch>),
    /// Whether it may take new payments.
    Active(bool),
    /// The name that buyers see.
    Name(String),
    /// Whether new payments are authorised only.
    TwoStep(bool),
    /// Where the shop is found; may be empty.
    Site(String),
    /// The time zone of its days.
    Zone(String),
    /// What a checkout sets besides other shops.
    Checkout(Checkout),
}

/// Changes of a seller; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct SellerChange {
    /// Its name, as on the contract.
    pub name: Option<String>,
    /// Whether it may take new payments.
    pub active: Option<bool>,
    /// The time zone of its days and months.
    pub zone: Option<String>,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Creates a seller in both of its books; answers with its live identity.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when name or zone cannot be.
    #[tracing::instrument(skip_all)]
    pub async fn create_seller(&self, name: &str, zone: &str, actor: Actor) -> Result<SellerId, EngineError> {
        let number = self.submit(AllotSeller).await?;
        let live = Book::of_seller(number, BookKind::Live).ok_or(EngineError::NotFound("free book"))?;
        let id: SellerId = self.fresh(live)?;
        for kind in [BookKind::Live, BookKind::Test] {
            let seller = Seller {
                id: SellerId { number: id.number, book: live.twin(kind) },
                name: name.to_owned(),
                active: true,
                zone: zone.to_owned(),
                turnover: Vec::new(),
                version: 1,
            };
            self.submit(SaveSeller { seller, actor: actor.clone() }).await?;
        }
        Ok(id)
    }

    /// Creates a shop in both books of its seller; tells its passwords this once.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when the login is taken or a value cannot be.
    #[tracing::instrument(skip_all, fields(seller = new.seller.number))]
    pub async fn create_shop(&self, new: &NewShop, told: Told, actor: Actor) -> Result<ShopId, EngineError> {
        let id: ShopId = self.fresh(new.seller.book)?;
        let names = match &new.checkout {
            Some(checkout) => self.names_of(new.seller, checkout).await?,
            None => Vec::new(),
        };
        for kind in [BookKind::Live, BookKind::Test] {
            let shop = new.shop(id, kind, told.passwords(new.keyed_as(kind), 1));
            let names = if kind == BookKind::Live { names.clone() } else { Vec::new() };
            let fields = "created".to_owned();
            self.submit(SaveShop { shop, names, fields, actor: actor.clone() }).await?;
        }
        self.known.forget_sellers();
        Ok(id)
    }

    /// Under which further names a new checkout is found: its name in the first generation, and its account and
    /// user unless an older checkout of the seller has led to them before.
    async fn names_of(&self, seller: SellerId, checkout: &Checkout) -> Result<Vec<String>, EngineError> {
        let mut names = vec![checkout.first_id.clone()];
        for name in [&checkout.account, &checkout.user] {
            let known = self.store.shop_of_login(name).await?;
            match known {
                None if !names.contains(name) => names.push(name.clone()),
                Some(shop) if shop.book != seller.book => {
                    return Err(EngineError::Refused(Refused::Taken { what: "account" }));
                }
                None | Some(_) => {}
            }
        }
        Ok(names)
    }

    /// Changes settings of a shop in both books, and finds it under a further name from then on.
    pub(crate) async fn name_shop(
        &self,
        live: ShopId,
        name: String,
        changes: &[ShopChange],
        actor: Actor,
    ) -> Result<(), EngineError> {
        self.change_shop_twin(live, BookKind::Test, changes, actor.clone()).await?;
        let mut shop = self.shop_twin(live, BookKind::Live).await?;
        let fields: Vec<&str> = changes.iter().map(|change| change.apply(&mut shop)).collect();
        let fields = fields.join(", ");
        shop.version = shop.version.saturating_add(1);
        self.submit(SaveShop { shop, names: vec![name], fields, actor }).await?;
        self.known.forget_sellers();
        Ok(())
    }

    /// Makes four new passwords of 128 bits each.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the machine has no randomness.
    pub fn new_passwords(&self) -> Result<Told, EngineError> {
        Ok(Told {
            password1: fresh_password()?,
            password2: fresh_password()?,
            test_password1: fresh_password()?,
            test_password2: fresh_password()?,
        })
    }

    /// Changes a seller, in both of its books; what is `None` stays.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when a value cannot be or somebody else changed the seller meanwhile.
    pub async fn change_seller(
        &self,
        live: SellerId,
        change: &SellerChange,
        actor: Actor,
    ) -> Result<(), EngineError> {
        for kind in [BookKind::Live, BookKind::Test] {
            let twin = SellerId { number: live.number, book: live.book.twin(kind) };
            let seller = self.store.seller(twin).await?.ok_or(EngineError::NotFound("seller"))?;
            let seller = Seller {
                name: change.name.clone().unwrap_or(seller.name),
                active: change.active.unwrap_or(seller.active),
                zone: change.zone.clone().unwrap_or(seller.zone),
                version: seller.version.saturating_add(1),
                ..seller
            };
            self.submit(SaveSeller { seller, actor: actor.clone() }).await?;
        }
        self.known.forget_sellers();
        Ok(())
    }

    /// Changes settings of a shop, in both books.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when a value cannot be or somebody else changed the shop meanwhile.
    #[tracing::instrument(skip_all, fields(shop = live.number))]
    pub async fn change_shop(
        &self,
        live: ShopId,
        changes: &[ShopChange],
        actor: Actor,
    ) -> Result<(), EngineError> {
        for kind in [BookKind::Live, BookKind::Test] {
            self.change_shop_twin(live, kind, changes, actor.clone()).await?;
        }
        Ok(())
    }

    /// Changes settings of a shop in one of its books: the digest of rehearsals may be another one.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when a value cannot be or somebody else changed the shop meanwhile.
    pub async fn change_shop_twin(
        &self,
        shop: ShopId,
        kind: BookKind,
        changes: &[ShopChange],
        actor: Actor,
    ) -> Result<(), EngineError> {
        let mut shop = self.shop_twin(shop, kind).await?;
        let fields: Vec<&str> = changes.iter().map(|change| change.apply(&mut shop)).collect();
        shop.version = shop.version.saturating_add(1);
        let fields = fields.join(", ");
        self.submit(SaveShop { shop, names: Vec::new(), fields, actor }).await?;
        self.known.forget_sellers();
        Ok(())
    }

    /// Gives a shop new passwords in both books; what was promised under the old ones stays under them.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such shop.
    #[tracing::instrument(skip_all, fields(shop = live.number))]
    pub async fn rotate_passwords(&self, live: ShopId, told: Told, actor: Actor) -> Result<(), EngineError> {
        for kind in [BookKind::Live, BookKind::Test] {
            self.rotate_twin(live, kind, None, &told, actor.clone()).await?;
        }
        Ok(())
    }

    /// Gives a shop new passwords in one of its books, if those in force are still of this version, so that a
    /// form that comes twice rotates once; none: whatever they are.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such shop; [`Refused::Stale`] for another version.
    pub async fn rotate_twin(
        &self,
        shop: ShopId,
        kind: BookKind,
        seen: Option<u32>,
        told: &Told,
        actor: Actor,
    ) -> Result<(), EngineError> {
        let mut shop = self.shop_twin(shop, kind).await?;
        let present = shop.current_passwords().map_or(0, |passwords| passwords.version);
        if seen.is_some_and(|seen| seen != present) {
            return Err(EngineError::Refused(Refused::Stale { what: "shop" }));
        }
        // What signs refunds is renewed for itself.
        let third = shop.refund_password().cloned();
        let keyed_as = if shop.checkout.is_some() { BookKind::Live } else { kind };
        shop.passwords.push(Passwords { third, ..told.passwords(keyed_as, present.saturating_add(1)) });
        shop.version = shop.version.saturating_add(1);
        self.submit(SaveShop { shop, names: Vec::new(), fields: "passwords".to_owned(), actor }).await?;
        self.known.forget_sellers();
        Ok(())
    }

    /// Lets a shop's program give money back under this password, live and in rehearsals, or forbids it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such shop; [`Refused::Stale`] when somebody else changed it
    /// meanwhile.
    #[tracing::instrument(skip_all, fields(shop = live.number))]
    pub async fn set_refund_password(
        &self,
        live: ShopId,
        password: Option<Secret>,
        actor: Actor,
    ) -> Result<(), EngineError> {
        let mut shop = self.shop_twin(live, BookKind::Live).await?;
        if let Some(current) = shop.passwords.last_mut() {
            current.third = password;
        }
        shop.version = shop.version.saturating_add(1);
        self.submit(SaveShop { shop, names: Vec::new(), fields: "refunds".to_owned(), actor }).await?;
        self.known.forget_sellers();
        Ok(())
    }

    /// A shop in its live or test book.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such shop.
    pub async fn shop_twin(&self, shop: ShopId, kind: BookKind) -> Result<Shop, EngineError> {
        let twin = ShopId { number: shop.number, book: shop.book.twin(kind) };
        self.store.shop(twin).await?.ok_or(EngineError::NotFound("shop"))
    }
}

impl NewShop {
    /// The book whose keys the twin of a kind has: a checkout has one pair of keys.
    const fn keyed_as(&self, kind: BookKind) -> BookKind {
        if self.checkout.is_some() { BookKind::Live } else { kind }
    }

    /// After which number a new shop's orders are numbered. Programs name a checkout's invoices by number alone,
    /// nine digits for its whole account, so rehearsals and other checkouts begin elsewhere.
    fn numbers_after(&self, kind: BookKind) -> i64 {
        if self.checkout.is_none() {
            return 0;
        }
        let [first, second, ..] = sha256(self.login.as_bytes());
        let place = i64::from(u16::from_be_bytes([first, second]) % INVOICE_RANGES);
        let begin = match kind {
            BookKind::Live => 100_000_000,
            BookKind::Test => 600_000_000,
        };
        place.saturating_mul(INVOICE_RANGE).saturating_add(begin)
    }

    fn shop(&self, live: ShopId, kind: BookKind, passwords: Passwords) -> Shop {
        let book = live.book.twin(kind);
        Shop {
            id: ShopId { number: live.number, book },
            seller: SellerId { number: self.seller.number, book },
            login: self.login.clone(),
            name: self.name.clone(),
            site: self.site.clone(),
            currency: self.currency,
            active: true,
            algorithm: self.algorithm,
            passwords: vec![passwords],
            result: None,
            success: None,
            fail: None,
            domains: Vec::new(),
            switches: Vec::new(),
            methods: Method::ALL.to_vec(),
            buyer_share: 0,
            two_step: self.two_step,
            lifetime_s: LIFETIME_S,
            grace_s: GRACE_S,
            delay: self.delay,
            zone: self.zone.clone(),
            checkout: self.checkout.clone(),
            last_number: self.numbers_after(kind),
            version: 1,
        }
    }
}

impl ShopChange {
    /// Makes the change and names the setting for the history.
    fn apply(&self, shop: &mut Shop) -> &'static str {
        match self.clone() {
            ShopChange::Result(value) => {
                shop.result = value;
                "result"
            }
            ShopChange::Success(value) => {
                shop.success = value;
                "success"
            }
            ShopChange::Fail(value) => {
                shop.fail = value;
                "fail"
            }
            ShopChange::Algorithm(value) => {
                shop.algorithm = value;
                "algorithm"
            }
            ShopChange::Methods(value) => {
                shop.methods = value;
                "methods"
            }
            ShopChange::BuyerShare(value) => {
                shop.buyer_share = value;
                "buyer share"
            }
            ShopChange::Delay(value) => {
                shop.delay = value;
                "settlement delay"
            }
            ShopChange::Lifetime(value) => {
                shop.lifetime_s = value;
                "lifetime"
            }
            ShopChange::Grace(value) => {
                shop.grace_s = value;
                "grace"
            }
            ShopChange::Domains(value) => {
                shop.domains = value;
                "domains"
            }
            ShopChange::Switches(value) => {
                shop.switches = value;
                "switches"
            }
            ShopChange::Active(value) => {
                shop.active = value;
                "active"
            }
            ShopChange::Name(value) => {
                shop.name = value;
                "name"
            }
            ShopChange::TwoStep(value) => {
                shop.two_step = value;
                "two-step"
            }
            ShopChange::Site(value) => {
                shop.site = value;
                "site"
            }
            ShopChange::Zone(value) => {
                shop.zone = value;
                "zone"
            }
            ShopChange::Checkout(value) => {
                shop.checkout = Some(value);
                "checkout"
            }
        }
    }
}
