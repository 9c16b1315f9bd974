//! Books to measure with: an installation with sellers, shops, a provider and a tariff, made through the store.

use std::sync::Arc;

use domain::history::Actor;
use domain::ids::{Book, BookKind, Id, ProviderAccountId, SellerId, ShopId, TariffId};
use domain::methods::Method;
use domain::providers::{ProviderAccount, Setting};
use domain::secrets::Secret;
use domain::sellers::{Algorithm, Passwords, Seller, SettlementDelay, Shop, ShopAddress, Verb};
use domain::settings::{AllotSeller, SaveProvider, SaveSeller, SaveShop, SaveTariff, SetUp};
use domain::tariffs::{Fee, RefundFee, Step, Tariff};
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;
use store::seal::MasterKey;
use store::store::{Opening, Store};
use tokio::task::JoinSet;

/// The master key of books that hold nothing but measurements.
pub const MASTER_KEY: [u8; 32] = [7; 32];
/// What every shop here signs with; fake, like all of it.
pub const PASSWORD: &str = "bench-fake-password-1";
/// The shop identifier and the secret at the imitation provider.
pub const PROVIDER_KEYS: (&str, &str) = ("100500", "test_NotASecret");

/// Strangers' addresses that the books name.
#[derive(Debug, Clone)]
pub struct Strangers {
    /// Where the provider stands.
    pub provider: String,
    /// Where the shops are told of payments.
    pub shop: String,
}

impl Strangers {
    /// Addresses that are never called.
    pub fn nowhere() -> Strangers {
        Strangers { provider: "http://127.0.0.1:9".to_owned(), shop: "http://127.0.0.1:9/result".to_owned() }
    }
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Books {
    /// Shops, each of a seller of its own.
    pub shops: Vec<ShopId>,
    /// Their logins, in the same order.
    pub logins: Vec<String>,
    /// The account with the provider.
    pub provider: ProviderAccountId,
    /// The tariff of every sale.
    pub tariff: TariffId,
}

/// Opens the store of a database.
pub async fn open(address: &str) -> Store {
    let opening = Opening {
        address: address.to_owned(),
        master_key: MasterKey::new(MASTER_KEY),
        node: 0,
        readers: 8,
        clock: Arc::new(Timestamp::now),
    };
    Store::open(opening).await.expect("the database opens")
}

fn operator() -> Actor {
    Actor::Operator("bench".to_owned())
}

/// Makes so many sellers with a shop each, a provider and a tariff.
pub async fn prepare(store: &Store, shops: usize, strangers: &Strangers) -> Books {
    store.submit(SetUp { kind: BookKind::Test, actor: operator() }).await.expect("an installation");
    let provider = save_provider(store, strangers).await;
    let tariff = save_tariff(store).await;
    let (mut ids, mut logins) = (Vec::new(), Vec::new());
    let mut saving = JoinSet::new();
    for _ in 0..shops {
        let (store, strangers) = (store.clone(), strangers.clone());
        saving.spawn(async move { save_shop(&store, &strangers).await });
    }
    for (id, login) in saving.join_all().await {
        ids.push(id);
        logins.push(login);
    }
    Books { shops: ids, logins, provider, tariff }
}

/// Finds what was made before, if anything was.
pub async fn found(store: &Store) -> Option<Books> {
    let provider = store.providers().await.expect("the providers").first()?.id;
    let tariff = store.tariffs().await.expect("the tariffs").first()?.id;
    let shops = store.shops(None, u32::MAX).await.expect("the shops");
    let (shops, logins) = shops.into_iter().map(|shop| (shop.id, shop.login)).unzip();
    Some(Books { shops, logins, provider, tariff })
}

async fn save_provider(store: &Store, strangers: &Strangers) -> ProviderAccountId {
    let number = store.fresh(Timestamp::now()).expect("a number");
    let id = ProviderAccountId::new(Book::PLATFORM, number);
    let secret = Setting::Secret(Secret::new(PROVIDER_KEYS.1.to_owned()));
    let account = ProviderAccount {
        id,
        connector: "yookassa".to_owned(),
        name: format!("provider {number}"),
        base_url: format!("{}/v3", strangers.provider),
        settings: vec![
            ("shop_id".to_owned(), Setting::Plain(PROVIDER_KEYS.0.to_owned())),
            ("secret_key".to_owned(), secret),
        ],
        serves_live: true,
        serves_test: false,
        methods: Method::ALL.to_vec(),
        active: true,
        version: 1,
    };
    store.submit(SaveProvider { account, actor: operator() }).await.expect("a provider");
    id
}

async fn save_tariff(store: &Store) -> TariffId {
    let id = TariffId::new(Book::PLATFORM, store.fresh(Timestamp::now()).expect("a number"));
    let from = Money::zero(Currency::Rub);
    let tariff = Tariff {
        id,
        seller: None,
        shop: None,
        method: None,
        currency: Currency::Rub,
        steps: vec![Step { from, fee: Fee::Share { parts: 35, of: 1_000 } }],
        refund_fee: RefundFee::Return,
        active: true,
        version: 1,
    };
    store.submit(SaveTariff { tariff, actor: operator() }).await.expect("a tariff");
    id
}

async fn save_shop(store: &Store, strangers: &Strangers) -> (ShopId, String) {
    let seller = store.submit(AllotSeller).await.expect("a seller's number");
    let book = Book::of_seller(seller, BookKind::Live).expect("a book");
    let number = store.fresh(Timestamp::now()).expect("a number");
    let (id, login) = (ShopId::new(book, number), format!("shop{seller}"));
    let zone = "Europe/Moscow".to_owned();
    let record = Seller {
        id: SellerId::new(book, seller),
        name: format!("Seller {seller}"),
        active: true,
        zone: zone.clone(),
        turnover: Vec::new(),
        version: 1,
    };
    store.submit(SaveSeller { seller: record, actor: operator() }).await.expect("a seller");
    let secret = |text: &str| Secret::new(text.to_owned());
    let result = ShopAddress { url: strangers.shop.clone(), verb: Verb::Post };
    let shop = Shop {
        id,
        seller: SellerId::new(book, seller),
        login: login.clone(),
        name: format!("Shop {seller}"),
        site: "https://shop.example".to_owned(),
        currency: Currency::Rub,
        active: true,
        algorithm: Algorithm::Sha256,
        passwords: vec![Passwords {
            version: 1,
            first: secret(PASSWORD),
            second: secret("bench-fake-password-2"),
            third: None,
        }],
        result: Some(result),
        success: None,
        fail: None,
        domains: Vec::new(),
        switches: Vec::new(),
        methods: Method::ALL.to_vec(),
        buyer_share: 0,
        two_step: false,
        // Books that are kept must not begin to end their payments by themselves.
        lifetime_s: 3_650 * 86_400,
        grace_s: 3 * 86_400,
        delay: SettlementDelay::Days(1),
        zone,
        checkout: None,
        last_number: 0,
        version: 1,
    };
    let fields = "created".to_owned();
    store.submit(SaveShop { shop, names: Vec::new(), fields, actor: operator() }).await.expect("a shop");
    (id, login)
}
