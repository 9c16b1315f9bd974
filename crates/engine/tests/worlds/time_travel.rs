//! Moving the clock: whatever waits for time follows in order, at its own moment, and stays done.

use domain::history::{Actor, Subject};
use domain::methods::Method;
use domain::notices::NoticeState;
use domain::payments::PaymentState;
use engine::sellers::ShopChange;
use engine::time_travel::{Destination, MOVE_MAX, TravelError};
use jiff::{SignedDuration, Timestamp};
use testkit::imagined::world::World;
use testkit::receiver::Answer;

fn days(count: i64) -> Destination {
    Destination::By(SignedDuration::from_hours(24 * count))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_notice_is_repeated_at_its_own_times_while_the_clock_is_moved() {
    let mut passed = World::new(1).await;
    passed.network.outside().shop.answers.extend(vec![Answer::Status(500); 24]);
    passed.paid("100.00", "1").await;
    passed.pass(SignedDuration::from_hours(72)).await;
    let planned: Vec<Timestamp> = passed.network.outside().shop.told.iter().map(|(at, _)| *at).collect();
    assert_eq!(planned.len(), 24);

    let mut moved = World::new(1).await;
    moved.network.outside().shop.answers.extend(vec![Answer::Status(500); 24]);
    let payment = moved.paid("100.00", "1").await;
    let workers = moved.employ().await;
    let there = moved.engine.move_clock(days(3)).await.unwrap();
    assert!(there.arrived && there.steps >= 24, "{there:?}");
    let told: Vec<Timestamp> = moved.network.outside().shop.told.iter().map(|(at, _)| *at).collect();
    assert_eq!(told, planned);
    let notice = moved.engine.store().notices_of(payment).await.unwrap().pop().unwrap();
    assert_eq!(notice.state, NoticeState::GivenUp);
    assert_eq!(moved.engine.store().clock_ahead().await.unwrap(), there.shown.ahead);
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settlement_and_expiry_happen_each_at_its_moment_and_not_at_the_end_of_the_move() {
    let mut world = World::new(2).await;
    world.engine.change_shop(world.shop, &[ShopChange::Lifetime(600)], Actor::Clock).await.unwrap();
    let paid = world.paid("100.00", "1").await;
    let open = world.open("50.00", "2").await;
    let begun = world.now();
    let workers = world.employ().await;
    assert!(world.engine.move_clock(days(10)).await.unwrap().arrived);
    assert_eq!(world.payment(open).await.state, PaymentState::Expired);
    let history = world.engine.store().timeline(Subject::Payment(open), open.book).await.unwrap();
    let expired = history.last().unwrap().at;
    assert!(expired.duration_since(begun) < SignedDuration::from_mins(11), "{expired}");
    let entries = world.engine.store().entries_of(paid).await.unwrap();
    let settled = entries.last().unwrap().at;
    assert!(settled.duration_since(begun) < SignedDuration::from_hours(48), "{settled}");
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_goes_forward_only_not_too_far_and_needs_workers() {
    let mut world = World::new(3).await;
    assert_eq!(world.engine.move_clock(days(1)).await, Err(TravelError::NoWorkers));
    let workers = world.employ().await;
    let yesterday = world.now() - SignedDuration::from_hours(24);
    let back = world.engine.move_clock(Destination::To(yesterday)).await;
    assert_eq!(back, Err(TravelError::Back(world.now())));
    let far = Destination::By(MOVE_MAX + SignedDuration::from_secs(1));
    assert_eq!(world.engine.move_clock(far).await, Err(TravelError::TooFar));
    let tomorrow = world.now() + SignedDuration::from_hours(24);
    assert!(world.engine.move_clock(Destination::To(tomorrow)).await.unwrap().arrived);
    assert_eq!(world.now(), tomorrow);
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_goes_on_at_the_moved_time_and_follows_what_another_node_has_moved() {
    let mut world = World::new(4).await;
    let payment = world.open("50.00", "1").await;
    world.choose(payment, Method::BankCard).await;
    world.engine.store().move_clock(SignedDuration::from_hours(5)).await.unwrap();
    world.engine.store().move_clock(SignedDuration::from_hours(2)).await.unwrap();
    world.restart().await;
    let began = world.now();
    world.engine.follow_once().await.unwrap();
    assert!(world.now().duration_since(began) > SignedDuration::from_hours(4));
    world.engine.follow_once().await.unwrap();
    assert_eq!(world.engine.clock_shown().ahead, SignedDuration::from_hours(5));
}
