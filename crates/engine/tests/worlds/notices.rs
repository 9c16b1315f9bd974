//! Telling the shop: the schedule, equal bytes whatever changes, and the buyer's way back.

use domain::history::Actor;
use domain::ids::PaymentId;
use domain::methods::Method;
use domain::notices::{Notice, NoticeState};
use domain::payments::Language;
use engine::returning::WayBack;
use jiff::SignedDuration;
use testkit::imagined::world::World;
use testkit::receiver::Answer;
use testkit::robokassa::{Digest, is_genuine};

async fn notice(world: &World, payment: PaymentId) -> Notice {
    world.engine.store().notices_of(payment).await.unwrap().pop().expect("a notice")
}

#[tokio::test]
async fn a_shop_that_answers_badly_is_told_again_with_equal_bytes_until_it_confirms() {
    let mut world = World::new(1).await;
    world.network.outside().shop.answers.extend([
        Answer::Status(500),
        Answer::Text("thanks".to_owned()),
        Answer::Hang,
        Answer::Close,
        Answer::Text("OK2".to_owned()),
    ]);
    let payment = world.paid("100.00", "1").await;
    world.pass(SignedDuration::from_mins(20)).await;
    let told = std::mem::take(&mut world.network.outside().shop.told);
    assert_eq!(told.len(), 6);
    assert!(told.iter().all(|(_, call)| call.body == told[0].1.body), "the same bytes each time");
    let gaps: Vec<_> = told.windows(2).map(|pair| pair[1].0.duration_since(pair[0].0).as_secs()).collect();
    assert_eq!(gaps, [60, 60, 60, 120, 180]);
    assert!(matches!(notice(&world, payment).await.state, NoticeState::Accepted { .. }));
    assert_eq!(world.times(payment, "notice_refused").await, 5);
    world.pass(SignedDuration::from_hours(48)).await;
    assert!(world.network.outside().shop.told.is_empty(), "and then it is left in peace");
}

#[tokio::test]
async fn after_twenty_four_tries_over_more_than_a_day_a_person_must_look_and_can_send_again() {
    let mut world = World::new(2).await;
    world.network.outside().shop.answers.extend(std::iter::repeat_n(Answer::Status(500), 24));
    let payment = world.paid("100.00", "1").await;
    world.pass(SignedDuration::from_hours(72)).await;
    let (first, last, count) = {
        let outside = world.network.outside();
        let told = &outside.shop.told;
        (told[0].0, told[told.len() - 1].0, told.len())
    };
    assert_eq!(count, 24);
    assert!(last.duration_since(first) >= SignedDuration::from_hours(24));
    let given_up = notice(&world, payment).await;
    assert_eq!(given_up.state, NoticeState::GivenUp);
    world.engine.send_again(given_up.id, Actor::Shop).await.unwrap();
    world.settle().await;
    assert!(matches!(notice(&world, payment).await.state, NoticeState::Accepted { .. }));
    let outside = world.network.outside();
    assert_eq!(outside.shop.told[24].1.body, outside.shop.told[0].1.body);
}

#[tokio::test]
async fn new_passwords_and_addresses_change_nothing_already_promised() {
    let mut world = World::new(3).await;
    world.network.outside().shop.answers.push_back(Answer::Status(503));
    let payment = world.paid("100.00", "1").await;
    let fresh = world.engine.new_passwords().unwrap();
    world.engine.rotate_passwords(world.shop, fresh.clone(), Actor::Clock).await.unwrap();
    let elsewhere = engine::sellers::ShopChange::Result(None);
    let md5 = engine::sellers::ShopChange::Algorithm(domain::sellers::Algorithm::Md5);
    world.engine.change_shop(world.shop, &[elsewhere, md5], Actor::Clock).await.unwrap();
    world.pass(SignedDuration::from_mins(2)).await;
    assert!(matches!(notice(&world, payment).await.state, NoticeState::Accepted { .. }));
    let outside = world.network.outside();
    let [(_, first), (_, again)] = outside.shop.told.as_slice() else { panic!("two tries") };
    assert_eq!(first.body, again.body);
    assert!(is_genuine(again, world.passwords.password2.expose(), Digest::Sha256));
    assert!(!is_genuine(again, fresh.password2.expose(), Digest::Md5));
}

#[tokio::test]
async fn a_shop_that_is_told_while_it_hangs_is_not_told_by_another_worker_meanwhile() {
    let mut world = World::new(4).await;
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    let telling = world.pay_untold(attempt).await;
    let id = notice(&world, payment).await.id;
    world.engine.send_again(id, Actor::Shop).await.unwrap();
    assert!(world.due_work().await.is_empty(), "one in flight");
    world.work(telling).await;
    world.settle().await;
    assert_eq!(world.network.outside().shop.told.len(), 1);
}

async fn way_back(world: &World, payment: PaymentId) -> WayBack {
    let scene = world.engine.scene(payment).await.unwrap();
    let way = world.engine.way_back(&scene.payment, &scene.shop, Language::Ru).await.unwrap();
    way.expect("an address")
}

#[tokio::test]
async fn the_way_back_opens_with_the_answer_or_after_three_seconds() {
    let mut world = World::new(5).await;
    let payment = world.open("100.00", "1").await;
    assert!(way_back(&world, payment).await.address.url.ends_with("/fail"));
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pay_untold(attempt).await;
    let closed = way_back(&world, payment).await;
    assert!(!closed.open && closed.address.url.ends_with("/success"));
    world.clock.advance(SignedDuration::from_millis(2_900));
    assert!(!way_back(&world, payment).await.open);
    world.clock.advance(SignedDuration::from_millis(100));
    assert!(way_back(&world, payment).await.open, "three seconds are enough");

    let told = world.paid("100.00", "2").await;
    let open = way_back(&world, told).await;
    assert!(open.open && open.trusted, "the answer opens it at once");
}

#[tokio::test]
async fn a_shop_without_an_address_is_not_told_and_a_password_less_road_stays_open() {
    let mut world = World::new(6).await;
    let nowhere = engine::sellers::ShopChange::Result(None);
    world.engine.change_shop(world.shop, &[nowhere], Actor::Clock).await.unwrap();
    let payment = world.paid("100.00", "1").await;
    assert!(world.engine.store().notices_of(payment).await.unwrap().is_empty());
    assert!(way_back(&world, payment).await.open);
}
