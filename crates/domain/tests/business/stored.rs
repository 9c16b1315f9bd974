//! Kept methods: learned with the money, charged by the shop, offered to the buyer, and ended.

use crate::scenes::{PROVIDER, TARIFF, terms};
use crate::world::{World, rub};
use domain::attempts::{AttemptState, PayerFields, Reason};
use domain::decide::Refused;
use domain::history::{Actor, Happened};
use domain::ids::{AttemptId, Id, PaymentId, ShopId};
use domain::jobs::Task;
use domain::learning::{AbandonAttempt, LearnOutcome};
use domain::methods::Method;
use domain::opening::{OpenPayment, Opened};
use domain::outcomes::Outcome;
use domain::payments::{PaymentState, Terms};
use domain::secrets::Secret;
use domain::sellers::Switch;
use domain::stored::{Kept, Reuse, StoredMethod, StoredState};
use domain::stored_charging::ChargeStored;
use domain::trying::StartAttempt;

fn kept() -> Option<Kept> {
    Some(Kept { token: Secret::new("fake-token".to_owned()), mask: "555555******4477".to_owned() })
}

fn agreed() -> World {
    let mut world = World::new();
    world.shop_with(|shop| shop.switches = vec![Switch::Recurring, Switch::SavedCards]);
    world
}

fn paid_and_kept(world: &mut World, attempt: AttemptId, minor: i64) {
    let news = world.news(attempt, Outcome::Received { amount: rub(minor), cost: None });
    world.run(LearnOutcome { kept: kept(), ..news }).unwrap();
}

/// A paid order under which the buyer agreed to be charged again.
fn parent(world: &mut World, number: i64) -> (PaymentId, AttemptId) {
    let order = world.order(Some(number), 10_000, 1);
    let order = OpenPayment { terms: Terms { reuse: Reuse::Keep, ..terms() }, ..order };
    let payment = world.run(order).unwrap().payment;
    let attempt = world.start(payment);
    paid_and_kept(world, attempt, 10_000);
    (payment, attempt)
}

fn charging(world: &mut World, number: i64, parent: i64, attempt: AttemptId, content: u8) -> ChargeStored {
    let opening = world.order(Some(number), 5_000, content);
    let terms = Terms { reuse: Reuse::Charge(StoredMethod::of(attempt)), ..terms() };
    ChargeStored {
        opening: OpenPayment { terms, ..opening },
        parent,
        attempt: world.id(),
        provider: (PROVIDER, 1),
        tariff: (TARIFF, 1),
    }
}

fn charge(world: &mut World, number: i64, attempt: AttemptId) -> Result<Opened, Refused> {
    let charging = charging(world, number, 1, attempt, 2);
    world.run(charging)
}

fn the_attempt(world: &World, payment: PaymentId) -> AttemptId {
    world.get(payment).last_attempt.unwrap()
}

fn is_no_parent<T: std::fmt::Debug>(result: Result<T, Refused>) -> bool {
    matches!(result, Err(Refused::Invalid { what: "parent", .. }))
}

#[test]
fn a_method_is_kept_with_the_money_and_only_where_it_was_asked_for() {
    let mut world = agreed();
    let (payment, attempt) = parent(&mut world, 1);
    let stored = world.get(StoredMethod::of(attempt));
    assert_eq!(
        (stored.payment, stored.shop, stored.provider),
        (payment, ShopId::new(world.book, 2), PROVIDER)
    );
    assert_eq!((stored.state, stored.kept), (StoredState::Active, kept().unwrap()));
    let said = world.events.iter().filter(|event| matches!(event.happened, Happened::MethodStored { .. }));
    assert_eq!(said.count(), 1);
    paid_and_kept(&mut world, attempt, 10_000);
    assert_eq!(world.get(payment).captured, rub(10_000), "the same news again changes nothing");

    let mut plain = World::new();
    let other = plain.open(7, 10_000);
    let attempt = plain.start(other);
    paid_and_kept(&mut plain, attempt, 10_000);
    assert!(plain.find(&StoredMethod::of(attempt)).is_none());
}

#[test]
fn a_shop_that_offers_saved_cards_keeps_cards_and_nothing_else() {
    let mut world = agreed();
    let payment = world.open(7, 10_000);
    for (method, reuse) in [(Method::BankCard, Reuse::Keep), (Method::Sbp, Reuse::Once)] {
        let trial = world.trial(payment, method);
        let attempt = world.run(trial).unwrap();
        assert_eq!(world.get(attempt).reuse, reuse, "{}", method.code());
    }
}

#[test]
fn a_charge_is_a_payment_of_its_own_with_one_attempt_due_at_once() {
    let mut world = agreed();
    let (_, attempt) = parent(&mut world, 1);
    let opened = charge(&mut world, 2, attempt).unwrap();
    let child = the_attempt(&world, opened.payment);
    assert_eq!(world.get(child).reuse, Reuse::Charge(StoredMethod::of(attempt)));
    assert_eq!(world.due(Task::AdvanceAttempt(child)), world.now);
    assert_eq!(world.get(opened.payment).unfinished, [child]);
    let again = charge(&mut world, 2, attempt).unwrap();
    assert_eq!((again.payment, again.fresh), (opened.payment, false));
    world.receive(child, 5_000);
    assert_eq!(world.get(opened.payment).state, PaymentState::Paid);
    let again = charge(&mut world, 2, attempt).unwrap();
    assert_eq!((again.payment, again.fresh), (opened.payment, false), "the answer may have been lost");
    let other = charging(&mut world, 2, 1, attempt, 3);
    assert_eq!(world.run(other).unwrap_err(), Refused::AlreadyPaid);
}

#[test]
fn a_charge_that_is_refused_or_given_up_ends_and_the_shop_may_ask_again() {
    for revoked in [false, true] {
        let mut world = agreed();
        let (_, attempt) = parent(&mut world, 1);
        let first = charge(&mut world, 2, attempt).unwrap().payment;
        let child = the_attempt(&world, first);
        if revoked {
            world.run(AbandonAttempt { attempt: child, lease: None }).unwrap();
        } else {
            world.decline(child);
        }
        assert_eq!(world.get(first).state, PaymentState::Cancelled);
        let second = charge(&mut world, 2, attempt).unwrap();
        assert!(second.fresh && second.payment != first);
        // Money that comes for the first all the same belongs to no sale.
        world.receive(child, 5_000);
        assert_eq!(world.get(first).state, PaymentState::Cancelled);
        assert_eq!(world.refunds_of(first).len(), 1);
    }
}

#[test]
fn a_lost_answer_leaves_the_charge_open_until_it_is_known() {
    let mut world = agreed();
    let (_, attempt) = parent(&mut world, 1);
    let payment = charge(&mut world, 2, attempt).unwrap().payment;
    let child = the_attempt(&world, payment);
    let lease = Some(world.take(Task::AdvanceAttempt(child)));
    let next_check = world.soon();
    world.run(domain::waiting::LearnLost { attempt: child, next_check, lease }).unwrap();
    assert_eq!(world.get(child).state, AttemptState::Unknown);
    assert_eq!(world.get(payment).state, PaymentState::Open);
    world.receive(child, 5_000);
    assert_eq!(world.get(payment).state, PaymentState::Paid);
}

#[test]
fn only_a_paid_order_that_kept_its_method_can_be_a_parent() {
    let mut world = agreed();
    let (_, attempt) = parent(&mut world, 1);
    let plain = world.sale(3, 10_000);
    let of_plain = world.get(plain).paid_by.unwrap();
    let open = world.order(Some(4), 10_000, 1);
    let open =
        world.run(OpenPayment { terms: Terms { reuse: Reuse::Keep, ..terms() }, ..open }).unwrap().payment;
    let waiting = world.start(open);
    for (parent, attempt) in [(3, of_plain), (4, waiting), (5, attempt), (1, of_plain), (9, attempt)] {
        let charging = charging(&mut world, 9, parent, attempt, 2);
        assert!(is_no_parent(world.run(charging)), "{parent}");
    }
    world.shop_with(|shop| shop.switches.clear());
    assert_eq!(charge(&mut world, 2, attempt).unwrap_err(), Refused::Off { what: "recurring charge" });
}

#[test]
fn a_method_that_the_provider_has_forgotten_is_not_charged_again() {
    let mut world = agreed();
    let (_, attempt) = parent(&mut world, 1);
    let payment = charge(&mut world, 2, attempt).unwrap().payment;
    let child = the_attempt(&world, payment);
    world.learn(child, Outcome::Declined { reason: Reason::TokenRevoked });
    assert_eq!(world.get(StoredMethod::of(attempt)).state, StoredState::Ended);
    assert!(is_no_parent(charge(&mut world, 3, attempt)));
}

#[test]
fn nobody_starts_an_attempt_of_a_charge_by_its_page() {
    let mut world = agreed();
    let (_, attempt) = parent(&mut world, 1);
    let payment = charge(&mut world, 2, attempt).unwrap().payment;
    let child = the_attempt(&world, payment);
    world.wait(child);
    let trial = world.trial(payment, Method::BankCard);
    assert!(matches!(world.run(trial), Err(Refused::MethodOff { .. })));
}

#[test]
fn a_kept_card_is_used_only_if_it_is_offered_chosen_and_still_there() {
    let mut world = agreed();
    let (_, attempt) = parent(&mut world, 1);
    let id = StoredMethod::of(attempt);
    let order = world.order(Some(2), 5_000, 1);
    let order = OpenPayment { terms: Terms { reuse: Reuse::Confirm(id), ..terms() }, ..order };
    let payment = world.run(order).unwrap().payment;
    let saved = |world: &mut World, method, saved| {
        let trial = world.trial(payment, method);
        world.run(StartAttempt { payer: PayerFields { saved, ..PayerFields::default() }, ..trial })
    };
    let new = saved(&mut world, Method::BankCard, false).unwrap();
    assert_eq!(world.get(new).reuse, Reuse::Keep);
    world.wait(new);
    let used = saved(&mut world, Method::BankCard, true).unwrap();
    assert_eq!(world.get(used).reuse, Reuse::Confirm(id));
    assert_eq!(
        world.events.iter().filter(|event| event.actor == Actor::Buyer).count(),
        3,
        "one for each attempt"
    );
    world.wait(used);
    assert!(saved(&mut world, Method::Sbp, true).is_err());
    world.learn(used, Outcome::Declined { reason: Reason::TokenRevoked });
    assert!(saved(&mut world, Method::BankCard, true).is_err());
    assert_eq!(world.get(payment).state, PaymentState::Open, "the buyer may pay otherwise");
}
