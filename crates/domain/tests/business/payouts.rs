//! Payouts: what they take and when, how they end, and that no number pays twice.

use crate::scenes::{PROVIDER, operator};
use crate::world::{World, rub};
use domain::attempts::Reason;
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{BookKind, PayoutId, ShopId};
use domain::jobs::Task;
use domain::ledger::Account;
use domain::payouts::{Destination, DestinationKind, Payout, PayoutOutcome, PayoutState};
use domain::payouts_asking::{AskPayout, PayoutAsked};
use domain::payouts_deciding::{ApprovePayout, RefusePayout};
use domain::payouts_learning::LearnPayout;
use domain::payouts_sending::SavePayoutCall;
use domain::providers::Installation;
use domain::sellers::Switch;
use proptest::prelude::*;

const BOUNCED: PayoutOutcome = PayoutOutcome::Bounced { reason: Reason::LimitExceeded };

fn card() -> Destination {
    Destination::parse(DestinationKind::Card, "5555555555554477", None).unwrap()
}

/// An installation for tests whose seller has 96.50 available.
fn stage() -> World {
    let mut world = World::new();
    world.put(Installation { kind: BookKind::Test, next_seller: 2 });
    let payment = world.sale(1, 10_000);
    world.settle(payment);
    world
}

impl World {
    fn asking(&mut self, number: &str, minor: i64) -> AskPayout {
        AskPayout {
            id: self.id(),
            shop: ShopId { number: 2, book: self.book },
            number: number.to_owned(),
            description: "wages".to_owned(),
            amount: rub(minor),
            fee: rub(0),
            to: card(),
            provider: (PROVIDER, 1),
            actor: Actor::Shop,
        }
    }

    fn ask(&mut self, number: &str, minor: i64) -> Result<PayoutAsked, Refused> {
        let asking = self.asking(number, minor);
        self.run(asking)
    }

    fn asked(&mut self, number: &str, minor: i64) -> PayoutId {
        self.ask(number, minor).unwrap().payout.id
    }

    fn learn_payout(&mut self, payout: PayoutId, outcome: Option<PayoutOutcome>) {
        let lease = self.job(Task::CarryPayout(payout)).map(|job| self.take(job.task));
        let next_check = self.soon();
        let remember = Some("po-1".to_owned());
        self.run(LearnPayout { payout, outcome, remember, next_check, lease }).unwrap();
    }

    /// Available, payouts on their way, fees, provider.
    fn money(&self) -> [i64; 4] {
        let provider = Account::Provider(PROVIDER);
        [Account::Available, Account::PayoutsInTransit, Account::FeesEarned, provider]
            .map(|account| self.holds(account))
    }
}

#[test]
fn a_payout_takes_the_money_at_once_and_leaves_through_the_provider_that_holds_it() {
    let mut world = stage();
    let payout = world.asked("w-1", 6_000);
    assert_eq!(world.money(), [3_650, 6_000, 350, -10_000]);
    assert_eq!(
        (world.get(payout).state, world.due(Task::CarryPayout(payout))),
        (PayoutState::Approved, world.now)
    );
    world.learn_payout(payout, Some(PayoutOutcome::Settled));
    assert_eq!(world.money(), [3_650, 0, 350, -4_000]);
    assert_eq!(
        (world.get(payout).state, world.get(payout).memo),
        (PayoutState::Settled, Some("po-1".to_owned()))
    );
    assert_eq!(world.job(Task::CarryPayout(payout)), None);
}

#[test]
fn what_it_costs_is_taken_with_it_and_earned_when_it_has_left() {
    let mut world = stage();
    let asking = AskPayout { fee: rub(150), ..world.asking("w-1", 6_000) };
    let payout = world.run(asking).unwrap().payout.id;
    assert_eq!(world.money(), [3_500, 6_150, 350, -10_000]);
    world.learn_payout(payout, Some(PayoutOutcome::Settled));
    assert_eq!(world.money(), [3_500, 0, 500, -4_000]);
}

#[test]
fn a_bounce_brings_back_everything_that_was_taken() {
    let mut world = stage();
    let asking = AskPayout { fee: rub(150), ..world.asking("w-1", 6_000) };
    let payout = world.run(asking).unwrap().payout.id;
    world.learn_payout(payout, Some(BOUNCED));
    assert_eq!(world.money(), [9_650, 0, 350, -10_000]);
    assert_eq!(world.get(payout).state, PayoutState::Bounced { reason: Reason::LimitExceeded });
}

#[test]
fn a_bounce_pays_what_the_seller_owes_first() {
    let mut world = stage();
    let first = world.asked("w-1", 9_000);
    world.learn_payout(first, Some(BOUNCED));
    let second = world.asked("w-2", 9_000);
    world.learn_payout(first, Some(PayoutOutcome::Settled));
    assert_eq!(world.holds(Account::SellerOwes), -8_350);
    world.learn_payout(second, Some(BOUNCED));
    assert_eq!((world.holds(Account::SellerOwes), world.holds(Account::Available)), (0, 650));
}

#[test]
fn more_than_there_is_is_refused_and_nothing_changes() {
    let mut world = stage();
    let before = world.money();
    let refused = world.ask("w-1", 9_651).unwrap_err();
    assert_eq!(refused, Refused::Short { account: Account::Available, missing: rub(1) });
    assert_eq!((world.money(), world.all::<Payout>().len()), (before, 0));
    // The number is still free, and what is pending cannot leave.
    world.asked("w-1", 9_650);
    world.sale(2, 10_000);
    assert!(matches!(world.ask("w-2", 1), Err(Refused::Short { .. })));
}

#[test]
fn the_same_number_is_one_payout_and_other_content_under_it_is_refused() {
    let mut world = stage();
    let payout = world.asked("w-1", 1_000);
    let again = world.ask("w-1", 1_000).unwrap();
    assert_eq!((again.payout.id, again.fresh), (payout, false));
    world.learn_payout(payout, Some(BOUNCED));
    assert_eq!(
        world.ask("w-1", 1_000).unwrap().payout.state,
        PayoutState::Bounced { reason: Reason::LimitExceeded }
    );
    let taken = Err(Refused::Taken { what: "payout's number" });
    assert_eq!(world.ask("w-1", 1_001).map(|_| ()), taken);
    let phone = Destination::parse(DestinationKind::Phone, "79000000000", None).unwrap();
    let elsewhere = AskPayout { to: phone, ..world.asking("w-1", 1_000) };
    assert_eq!(world.run(elsewhere).map(|_| ()), taken);
    assert_ne!(world.asked("w-2", 1_000), payout);
}

#[test]
fn a_live_installation_pays_nothing_out() {
    let mut world = stage();
    world.put(Installation { kind: BookKind::Live, next_seller: 2 });
    let refused = world.ask("w-1", 1_000).unwrap_err();
    assert!(refused.to_string().contains("live installation"), "{refused}");
    assert_eq!(world.money(), [9_650, 0, 350, -10_000]);
}

#[test]
fn what_is_switched_off_pays_nothing_out() {
    let mut world = stage();
    let stale = AskPayout { provider: (PROVIDER, 2), ..world.asking("w-1", 1_000) };
    assert_eq!(world.run(stale).map(|_| ()), Err(Refused::Stale { what: "provider account" }));
    world.shop_with(|shop| shop.active = false);
    assert_eq!(world.ask("w-1", 1_000).map(|_| ()), Err(Refused::Off { what: "shop" }));
}

#[test]
fn nothing_less_and_nothing_without_a_name_is_paid_out() {
    let mut world = stage();
    for minor in [0, -1_000] {
        assert!(matches!(world.ask("w-1", minor), Err(Refused::Invalid { what: "amount", .. })));
    }
    for number in ["", "a\nb", &"n".repeat(129)] {
        assert!(matches!(world.ask(number, 100), Err(Refused::Invalid { what: "number", .. })));
    }
    let costly = AskPayout { fee: rub(-1), ..world.asking("w-1", 100) };
    assert!(matches!(world.run(costly), Err(Refused::Invalid { what: "fee", .. })));
}

#[test]
fn a_payout_by_hand_waits_for_a_person_who_may_say_no() {
    let mut world = stage();
    world.shop_with(|shop| shop.switches = vec![Switch::PayoutsByHand]);
    let [first, second] = ["w-1", "w-2"].map(|number| world.asked(number, 1_000));
    assert_eq!((world.get(first).state, world.job(Task::CarryPayout(first))), (PayoutState::Asked, None));
    assert_eq!(world.holds(Account::PayoutsInTransit), 2_000);

    world.run(ApprovePayout { payout: first, actor: operator() }).unwrap();
    assert_eq!(
        (world.get(first).state, world.due(Task::CarryPayout(first))),
        (PayoutState::Approved, world.now)
    );
    world.run(RefusePayout { payout: second, actor: operator() }).unwrap();
    assert_eq!(world.get(second).state, PayoutState::Bounced { reason: Reason::MerchantCanceled });
    assert_eq!(world.money(), [8_650, 1_000, 350, -10_000]);
    for payout in [first, second] {
        let twice = world.run(ApprovePayout { payout, actor: operator() });
        assert!(matches!(twice, Err(Refused::WrongState { wish: "approving", .. })));
        let late = world.run(RefusePayout { payout, actor: operator() });
        assert!(matches!(late, Err(Refused::WrongState { wish: "refusing", .. })));
    }
}

#[test]
fn an_unknown_answer_keeps_the_money_in_transit_and_is_asked_about() {
    let mut world = stage();
    let payout = world.asked("w-1", 1_000);
    let lease = world.take(Task::CarryPayout(payout));
    world.run(SavePayoutCall { payout, request: "fake".to_owned(), lease }).unwrap();
    assert_eq!(world.get(payout).state, PayoutState::Sent);
    assert_eq!(world.get(payout).call.unwrap().request, "fake");
    world.learn_payout(payout, None);
    assert_eq!((world.due(Task::CarryPayout(payout)), world.get(payout).checks), (world.soon(), 1));
    assert_eq!(world.holds(Account::PayoutsInTransit), 1_000);
    // There is one call: what may have left is sent again or asked about, never written anew.
    let lease = world.take(Task::CarryPayout(payout));
    let other = world.run(SavePayoutCall { payout, request: "other".to_owned(), lease });
    assert!(matches!(other, Err(Refused::Mistake(_))));
    world.learn_payout(payout, Some(PayoutOutcome::Settled));
    assert_eq!(world.holds(Account::PayoutsInTransit), 0);
}

#[test]
fn nothing_is_sent_under_a_lease_that_is_over() {
    let mut world = stage();
    let payout = world.asked("w-1", 1_000);
    let old = world.take(Task::CarryPayout(payout));
    world.take(Task::CarryPayout(payout));
    let refused = world.run(SavePayoutCall { payout, request: "fake".to_owned(), lease: old });
    assert_eq!(refused, Err(Refused::LeaseOver));
}

#[test]
fn money_that_left_although_it_had_bounced_is_booked_as_it_is() {
    let mut world = stage();
    let payout = world.asked("w-1", 9_000);
    world.learn_payout(payout, Some(BOUNCED));
    world.asked("w-2", 9_000);
    world.learn_payout(payout, Some(PayoutOutcome::Settled));
    // The balance had 6.50 left; the rest is a debt.
    assert_eq!(world.holds(Account::SellerOwes), -8_350);
    assert_eq!(world.money(), [0, 9_000, 350, -1_000]);
    assert_eq!((world.get(payout).state, world.was_told("payout_contradicts")), (PayoutState::Settled, 1));
}

#[test]
fn a_bounce_after_the_end_moves_nothing_and_is_told() {
    let mut world = stage();
    let payout = world.asked("w-1", 1_000);
    world.learn_payout(payout, Some(PayoutOutcome::Settled));
    let before = world.money();
    world.learn_payout(payout, Some(BOUNCED));
    world.learn_payout(payout, Some(PayoutOutcome::Settled));
    world.learn_payout(payout, None);
    assert_eq!((world.money(), world.was_told("payout_contradicts")), (before, 1));
}

proptest! {
    #[test]
    fn whatever_is_heard_in_whatever_order_the_books_hold(heard in prop::collection::vec((0usize..4, 0u8..4), 1..40)) {
        let mut world = stage();
        let payouts: Vec<PayoutId> = (1..=4).map(|place| world.asked(&format!("w-{place}"), 2_000)).collect();
        for (place, what) in heard {
            let outcome = match what {
                0 => Some(PayoutOutcome::Settled),
                1 => Some(BOUNCED),
                _ => None,
            };
            world.learn_payout(payouts[place], outcome);
        }
        let all = world.all::<Payout>();
        let of = |state: fn(&Payout) -> bool| all.iter().filter(|payout| state(payout)).count() as i64 * 2_000;
        let left = of(|payout| payout.state == PayoutState::Settled);
        let open = of(|payout| !payout.state.is_final());
        prop_assert_eq!(world.money()[3], -10_000 + left);
        prop_assert_eq!(world.holds(Account::PayoutsInTransit), open);
        prop_assert_eq!(world.holds(Account::Available), 9_650 - left - open);
    }
}
