//! What decisions read: versions, names, tariffs and turnover.

use crate::scenes::{operator, passwords, seller, shop, tariff};
use crate::world::{World, rub};
use domain::decide::{DirectoryLine, Refused};
use domain::ids::{BookKind, Id, SellerId, ShopId};
use domain::jobs::Task;
use domain::sellers::{Seller, Shop, Turnover};
use domain::settings::{AllotSeller, SaveSeller, SaveShop, SaveTariff, SetTurnover, SetUp};
use domain::tariffs::{Fee, RefundFee, Step, Tariff};
use jiff::civil::Date;
use money::Money;
use money::currency::Currency;

fn save_shop(world: &mut World, shop: Shop) -> Result<(), Refused> {
    world.run(SaveShop { shop, names: Vec::new(), fields: "all".to_owned(), actor: operator() })
}

#[test]
fn the_kind_of_an_installation_is_fixed_once() {
    let mut world = World::empty();
    let set_up = |kind| SetUp { kind, actor: operator() };
    world.run(set_up(BookKind::Test)).unwrap();
    world.run(set_up(BookKind::Test)).unwrap();
    assert!(matches!(world.run(set_up(BookKind::Live)), Err(Refused::Invalid { what: "kind", .. })));
    assert_eq!((world.run(AllotSeller), world.run(AllotSeller)), (Ok(1), Ok(2)));
}

#[test]
fn two_people_never_overwrite_one_another_unseen() {
    let mut world = World::new();
    let renamed = |version, name: &str| Shop { version, name: name.to_owned(), ..shop(World::new().book) };
    save_shop(&mut world, renamed(2, "First")).unwrap();
    assert_eq!(save_shop(&mut world, renamed(2, "Second")), Err(Refused::Stale { what: "shop" }));
    assert_eq!(world.get(ShopId::new(world.book, 2)).name, "First");
    let newer = Seller { version: 3, ..seller(world.book) };
    let refused = world.run(SaveSeller { seller: newer, actor: operator() });
    assert_eq!(refused, Err(Refused::Stale { what: "seller" }));
}

#[test]
fn a_change_of_settings_keeps_the_counter_of_numbers() {
    let mut world = World::new();
    let order = world.order(None, 10_000, 1);
    world.run(order).unwrap();
    let changed = Shop { version: 2, passwords: vec![passwords(1), passwords(2)], ..shop(world.book) };
    save_shop(&mut world, changed).unwrap();
    assert_eq!(world.get(ShopId::new(world.book, 2)).last_number, 1);
}

#[test]
fn a_login_leads_to_the_live_shop_and_never_changes() {
    let mut world = World::new();
    let line = DirectoryLine::ShopLogin { login: "romashka".to_owned(), shop: ShopId::new(world.book, 2) };
    assert_eq!(world.directory, [line]);
    let other = Shop { version: 2, login: "vasilek".to_owned(), ..shop(world.book) };
    assert!(matches!(save_shop(&mut world, other), Err(Refused::Invalid { what: "login", .. })));
    assert!(World::of_kind(BookKind::Test).directory.is_empty());
}

#[test]
fn a_shop_that_cannot_be_is_refused() {
    let book = World::empty().book;
    let address =
        |url: &str| domain::sellers::ShopAddress { url: url.to_owned(), ..crate::scenes::address("") };
    type Change = fn(&mut Shop);
    let wrong: [(&str, Change); 6] = [
        ("login", |shop| shop.login = "12345".to_owned()),
        ("login", |shop| shop.login = "a b".to_owned()),
        ("name", |shop| shop.name = String::new()),
        ("zone", |shop| shop.zone = "Europe/Atlantis".to_owned()),
        ("buyer share", |shop| shop.buyer_share = 1_001),
        ("passwords", |shop| shop.passwords.clear()),
    ];
    for (what, change) in wrong {
        let mut world = World::new();
        let mut shop = Shop { version: 2, ..shop(book) };
        change(&mut shop);
        assert!(
            matches!(save_shop(&mut world, shop), Err(Refused::Invalid { what: said, .. }) if said == what)
        );
    }
    let mut world = World::new();
    let shop = Shop { version: 2, result: Some(address("javascript:alert(1)")), ..shop(book) };
    assert!(matches!(save_shop(&mut world, shop), Err(Refused::Invalid { what: "address", .. })));
}

#[test]
fn a_tariff_that_could_not_be_charged_is_refused() {
    let share = |parts, of| Fee::Share { parts, of };
    let step = |from, fee| Step { from: rub(from), fee };
    let dollars = Fee::Fixed(Money::from_minor(100, Currency::Usd));
    let wrong = [
        Tariff { steps: Vec::new(), ..tariff() },
        Tariff { steps: vec![step(0, share(3, 100)), step(0, share(2, 100))], ..tariff() },
        Tariff { steps: vec![step(0, dollars)], ..tariff() },
        Tariff { steps: vec![step(0, share(1, 0))], ..tariff() },
        Tariff { steps: vec![step(0, Fee::Fixed(rub(-1)))], ..tariff() },
        // A buyer who bears such a fee would never have paid enough.
        Tariff { steps: vec![step(0, share(100, 100))], ..tariff() },
        Tariff { steps: vec![step(0, Fee::Sum(vec![share(40, 100), share(40, 100)]))], ..tariff() },
        Tariff { refund_fee: RefundFee::Fixed(rub(-1)), ..tariff() },
        Tariff { refund_fee: RefundFee::Fixed(Money::from_minor(1, Currency::Usd)), ..tariff() },
    ];
    for tariff in wrong {
        let mut world = World::empty();
        assert!(world.run(SaveTariff { tariff: tariff.clone(), actor: operator() }).is_err(), "{tariff:?}");
    }
}

fn month(text: &str) -> Date {
    text.parse().unwrap()
}

/// The turnover of a month is measured, as the job does.
fn measured(world: &mut World, of: &str, sums: Vec<Money>) -> Vec<Turnover> {
    let seller = SellerId::new(world.book, 1);
    let lease = Some(world.take(Task::MeasureTurnover(seller)));
    world.run(SetTurnover { seller, month: month(of), sums, lease }).unwrap();
    world.get(seller).turnover
}

#[test]
fn turnover_is_measured_on_the_first_of_every_month_and_never_set_backwards() {
    let mut world = World::new();
    let task = Task::MeasureTurnover(SellerId::new(world.book, 1));
    // The first of April begins in Moscow at nine in the evening of the last of March.
    assert_eq!(world.due(task).to_string(), "2026-03-31T21:00:00Z");
    world.now = world.due(task);
    let march = measured(&mut world, "2026-03-01", vec![rub(500)]);
    assert_eq!(march, [Turnover { month: month("2026-03-01"), sum: rub(500) }]);
    assert_eq!(world.due(task).to_string(), "2026-04-30T21:00:00Z");
    assert_eq!(measured(&mut world, "2026-02-01", vec![rub(900)]), march);
    assert_eq!(measured(&mut world, "2026-03-01", vec![rub(900)]), march);
}

#[test]
fn a_month_without_sales_has_a_turnover_of_zero() {
    let mut world = World::new();
    measured(&mut world, "2026-03-01", vec![rub(500)]);
    let april = measured(&mut world, "2026-04-01", Vec::new());
    assert_eq!(april, [Turnover { month: month("2026-04-01"), sum: rub(0) }]);
    assert_eq!(measured(&mut world, "2026-03-01", vec![rub(500)]), april);
}
