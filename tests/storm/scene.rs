//! What is there when a storm begins: the installation, sellers with shops, two providers and a tariff.

use domain::history::Actor;
use domain::ids::{Book, BookKind, ProviderAccountId, SellerId, ShopId};
use domain::methods::Method;
use domain::secrets::Secret;
use domain::sellers::{Algorithm, SettlementDelay, ShopAddress, Verb};
use domain::settings::SetUp;
use domain::tariffs::{Fee, RefundFee, Step};
use engine::operator::{NewProvider, NewTariff};
use engine::sellers::{NewShop, ShopChange, Told};
use money::Money;
use money::currency::Currency;
use testkit::imagined::provider::{PROVIDER_URL, SECRET_KEY, SHOP_ID};
use testkit::imagined::shop::SHOP_URL;
use testkit::robokassa::Digest;

use crate::history::{History, RefundFeePlan, ShopPlan};
use crate::shops::Shop;
use crate::world::World;

/// The account of nobody, until the real ones are there.
pub const NOBODY: ProviderAccountId = ProviderAccountId { number: 0, book: Book::PLATFORM };
/// The methods of the provider that is asked.
pub const ASKED: [Method; 3] = [Method::BankCard, Method::YooMoney, Method::Sbp];
/// Those of them by which money can be held.
pub const HOLDING: [Method; 2] = [Method::BankCard, Method::YooMoney];
/// The methods of the provider whose word is proven.
pub const PROVEN: [Method; 2] = [Method::SberPay, Method::TPay];
/// The commission, in thousandths of what is paid.
pub const FEE_PARTS: i64 = 35;

/// Sets everything up through the first node.
pub fn set_up(world: &mut World, history: &History) {
    let engine = world.node(0).expect("the first node").engine.clone();
    let set_up = SetUp { kind: BookKind::Test, actor: Actor::Clock };
    world.by_hand(0, engine.store().submit(set_up)).expect("an installation");
    let mut first = None;
    for (place, plan) in history.shops.iter().enumerate() {
        let seller = match first {
            Some(seller) if plan.shared_seller => seller,
            _ => {
                let name = format!("Seller {place}");
                let created = engine.create_seller(&name, "Europe/Moscow", Actor::Clock);
                world.by_hand(0, created).expect("a seller")
            }
        };
        first.get_or_insert(seller);
        open_shop(world, place, plan, seller);
    }
    let asked = world.by_hand(0, engine.create_provider(asked(), Actor::Clock)).expect("an account");
    let proven = world.by_hand(0, engine.create_provider(proven(), Actor::Clock)).expect("an account");
    world.provider.tell(&engine.callback_url(asked));
    world.provider_account = asked;
    world.counter.account = proven;
    let known = world.provider.control("faults", &history.climate.provider, world.time.now());
    assert!(known, "the provider knows these faults: {}", history.climate.provider);
}

fn open_shop(world: &mut World, place: usize, plan: &ShopPlan, seller: SellerId) {
    let engine = world.node(0).expect("the first node").engine.clone();
    let login = format!("shop-{place}");
    let new = NewShop {
        seller,
        login: login.clone(),
        name: format!("Shop {place}"),
        site: SHOP_URL.to_owned(),
        currency: Currency::Rub,
        algorithm: Algorithm::Sha256,
        delay: SettlementDelay::Seconds(plan.delay),
        two_step: plan.two_step,
        zone: "Europe/Moscow".to_owned(),
        checkout: None,
    };
    let told = passwords(&login, 1);
    let id = world.by_hand(0, engine.create_shop(&new, told.clone(), Actor::Clock)).expect("a shop");
    let result = ShopAddress { url: format!("{SHOP_URL}/{login}/result"), verb: Verb::Post };
    let changes = [
        ShopChange::Result(Some(result)),
        ShopChange::Lifetime(plan.lifetime),
        ShopChange::Grace(plan.grace),
    ];
    world.by_hand(0, engine.change_shop(id, &changes, Actor::Clock)).expect("a changed shop");
    let tariff = tariff(id, plan.refund_fee);
    world.by_hand(0, engine.create_tariff(tariff, Actor::Clock)).expect("a tariff");
    let signs = vec![(told, Digest::Sha256)];
    world.shops.push(Shop { id, login, plan: plan.clone(), signs });
}

/// Passwords that are obviously fake, and different for every shop and version.
pub fn passwords(login: &str, version: usize) -> Told {
    let fake = |which: &str| Secret::new(format!("fake-{which}-of-{login}-version-{version}"));
    Told {
        password1: fake("first"),
        password2: fake("second"),
        test_password1: fake("test-first"),
        test_password2: fake("test-second"),
    }
}

fn asked() -> NewProvider {
    let settings = [("shop_id", SHOP_ID), ("secret_key", SECRET_KEY)];
    NewProvider {
        connector: "yookassa".to_owned(),
        name: "asked".to_owned(),
        base_url: format!("{PROVIDER_URL}/v3"),
        settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        serves_live: true,
        serves_test: false,
        methods: ASKED.to_vec(),
    }
}

fn proven() -> NewProvider {
    NewProvider {
        connector: "test".to_owned(),
        name: "proven".to_owned(),
        base_url: String::new(),
        settings: Vec::new(),
        serves_live: true,
        serves_test: true,
        methods: PROVEN.to_vec(),
    }
}

fn tariff(shop: ShopId, refund_fee: RefundFeePlan) -> NewTariff {
    let from = Money::zero(Currency::Rub);
    let parts = u32::try_from(FEE_PARTS).expect("a share");
    NewTariff {
        method: None,
        currency: Currency::Rub,
        steps: vec![Step { from, fee: Fee::Share { parts, of: 1_000 } }],
        refund_fee: match refund_fee {
            RefundFeePlan::Keep => RefundFee::Keep,
            RefundFeePlan::Return => RefundFee::Return,
            RefundFeePlan::Charge(minor) => RefundFee::Fixed(Money::from_minor(minor, Currency::Rub)),
        },
        seller: None,
        shop: Some(shop),
    }
}
