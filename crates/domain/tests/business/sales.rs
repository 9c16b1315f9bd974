//! The sale in the books, exactly as the table of postings says.

use crate::scenes::PROVIDER;
use crate::world::{World, rub};
use domain::history::Happened;
use domain::jobs::Task;
use domain::ledger::{Account, Cause};
use domain::outcomes::Outcome;
use domain::payments::PaymentState;
use domain::tariffs::{Fee, Step};
use money::Money;
use money::currency::Currency;

/// The postings of the last entry, as text.
fn last_postings(world: &World) -> Vec<String> {
    let entry = &world.entries.last().unwrap().entry;
    let line =
        |from: Account, to: Account, amount: Money| format!("{} > {} {amount}", from.code(), to.code());
    entry.postings.iter().map(|posting| line(posting.from(), posting.to(), posting.amount())).collect()
}

#[test]
fn a_sale_of_100_with_a_fee_of_3_50_and_a_cost_of_1_80() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.learn(attempt, Outcome::Received { amount: rub(10_000), cost: Some(rub(180)) });
    assert_eq!(
        last_postings(&world),
        ["provider > pending 100.00", "pending > fees_earned 3.50", "fees_paid > provider 1.80"]
    );
    assert_eq!(world.entries.last().unwrap().entry.cause, Cause::Sale(attempt));
    assert_eq!(world.holds(Account::Pending), 9_650);
    assert_eq!(world.holds(Account::FeesEarned), 350);
    assert_eq!(world.holds(Account::FeesPaid), -180);
    assert_eq!(world.holds(Account::Provider(PROVIDER)), -10_000 + 180);
    let paid = world.get(payment);
    assert_eq!((paid.captured, paid.fee, paid.unsettled), (rub(10_000), rub(350), rub(9_650)));
    assert_eq!((paid.paid_by, paid.paid_at), (Some(attempt), Some(world.now)));
    assert_eq!(world.get(attempt).cost, Some(rub(180)));
}

#[test]
fn an_entry_belongs_to_the_sellers_day() {
    let mut world = World::new();
    // 22:30 in London is the next day in Moscow.
    world.now = "2026-03-02T22:30:00Z".parse().unwrap();
    world.sale(1, 10_000);
    assert_eq!(world.entries[0].entry.effective_on.to_string(), "2026-03-03");
}

#[test]
fn a_paid_payment_expires_no_more_and_owes_a_settlement_and_a_notice() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let news = world.news(attempt, Outcome::Received { amount: rub(10_000), cost: None });
    let notice = news.notice;
    world.run(news).unwrap();
    assert_eq!(world.job(Task::ExpirePayment(payment)), None);
    assert_eq!(world.job(Task::CheckAttempt(attempt)), None);
    assert!(world.job(Task::SettlePayment(payment)).is_some());
    assert_eq!(world.due(Task::SendNotice(notice)), world.now);
}

#[test]
fn news_told_fifty_times_is_one_sale() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    for _ in 0..50 {
        world.receive(attempt, 10_000);
    }
    assert_eq!(world.entries.len(), 1);
    assert_eq!(world.was_told("payment_paid"), 1);
    assert_eq!(world.get(payment).captured, rub(10_000));
}

#[test]
fn a_success_is_not_undone_by_a_refusal_but_a_person_is_told() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.receive(attempt, 10_000);
    world.decline(attempt);
    assert_eq!(world.get(payment).state, PaymentState::Paid);
    assert!(matches!(world.last(), Happened::NewsContradicts { what: "declined after success", .. }));
}

#[test]
fn a_success_after_a_refusal_is_a_sale() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    world.decline(attempt);
    assert_eq!(world.get(payment).state, PaymentState::Open);
    world.receive(attempt, 10_000);
    assert_eq!(world.get(payment).state, PaymentState::Paid);
}

#[test]
fn a_fee_larger_than_the_sale_becomes_a_debt_that_later_income_pays() {
    let mut world = World::new();
    let fee = Fee::Fixed(rub(300));
    world.tariff_with(|tariff| tariff.steps = vec![Step { from: rub(0), fee }]);
    world.sale(1, 100);
    assert_eq!(world.accounts(), [0, 0, -200, 0, 300, -100]);
    world.sale(2, 1_000);
    // 1000 less the fee of 300 less the debt of 200.
    assert_eq!(world.accounts(), [500, 0, 0, 0, 600, -1_100]);
}

#[test]
fn another_currency_stands_in_suspense_and_pays_nothing() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let dollars = Money::from_minor(10_000, Currency::Usd);
    world.learn(attempt, Outcome::Received { amount: dollars, cost: None });
    world.learn(attempt, Outcome::Received { amount: dollars, cost: None });
    assert_eq!(world.get(payment).state, PaymentState::Open);
    assert_eq!(last_postings(&world), ["provider > suspense 100.00"]);
    assert_eq!(world.entries.len(), 1);
    assert_eq!(world.was_told("news_contradicts"), 1);
}

#[test]
fn a_strange_cost_is_not_booked_but_the_sale_is() {
    for cost in [rub(-5), rub(0), Money::from_minor(5, Currency::Usd)] {
        let mut world = World::new();
        let payment = world.open(1, 10_000);
        let attempt = world.start(payment);
        world.learn(attempt, Outcome::Received { amount: rub(10_000), cost: Some(cost) });
        assert_eq!(world.get(payment).state, PaymentState::Paid);
        assert_eq!(world.holds(Account::FeesPaid), 0);
    }
}

#[test]
fn what_a_decision_lacks_is_looked_up_and_it_is_asked_again() {
    let mut world = World::new();
    let payment = world.open(1, 10_000);
    let attempt = world.start(payment);
    let before = world.rounds;
    world.receive(attempt, 10_000);
    assert!(world.rounds > before);
}
