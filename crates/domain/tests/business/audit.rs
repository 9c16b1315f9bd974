//! What must hold of the books after every single command.

use crate::world::World;
use domain::attempts::Attempt;
use domain::jobs::{Job, Task};
use domain::ledger::{Account, Balance, BalanceKey, Cause, Floor, chain};
use domain::moving::{Move, MoveState};
use domain::notices::{Notice, NoticeState};
use domain::payments::{Payment, PaymentState};
use domain::payouts::{Payout, PayoutState};
use domain::refunds::Refund;
use std::collections::BTreeMap;

/// Fails with the reason where the books are wrong.
pub fn audit(world: &World) {
    entries_chain_and_balance(world);
    if world.business {
        payments_agree_with_postings(world);
        whatever_waits_has_a_job(world);
    }
}

fn entries_chain_and_balance(world: &World) {
    let mut sums: BTreeMap<BalanceKey, i64> = BTreeMap::new();
    let (mut hash, mut at) = ([0; 32], jiff::Timestamp::UNIX_EPOCH);
    for (place, saved) in world.entries.iter().enumerate() {
        assert_eq!(saved.number, place as u64 + 1, "entries are numbered without gaps");
        assert!(saved.at >= at, "time never goes back in a book");
        hash = chain(&hash, saved.number, saved.at, &saved.entry);
        assert_eq!(saved.hash, hash, "the chain holds");
        at = saved.at;
        assert_eq!(saved.lines.len(), saved.entry.postings.len());
        for line in &saved.lines {
            let posting = line.posting;
            assert!(posting.amount().is_positive() && posting.from() != posting.to());
            let key =
                |account| BalanceKey { account, currency: posting.amount().currency(), book: saved.book };
            for (account, moved, after) in [
                (posting.from(), -posting.amount().minor(), line.from_after),
                (posting.to(), posting.amount().minor(), line.to_after),
            ] {
                let sum = sums.entry(key(account)).or_default();
                *sum += moved;
                assert_eq!(*sum, after.minor(), "the balance after a posting is its sum");
            }
        }
    }
    let balances: BTreeMap<BalanceKey, i64> =
        world.all::<Balance>().into_iter().map(|balance| (balance.key, balance.amount.minor())).collect();
    assert_eq!(sums, balances, "balances are the sums of postings");
    assert_eq!(sums.values().sum::<i64>(), 0, "the books balance");
    for (key, sum) in &sums {
        match key.account.floor() {
            Floor::Zero => assert!(*sum >= 0, "{:?} is {sum}", key.account),
            Floor::None => {}
        }
    }
    let mine = world.holds(Account::Pending) + world.holds(Account::Available);
    assert!(world.holds(Account::SellerOwes) <= 0);
    assert!(world.holds(Account::SellerOwes) == 0 || mine == 0, "what a seller gains pays the debt first");
}

fn payments_agree_with_postings(world: &World) {
    let refunds = world.all::<Refund>();
    let open = refunds.iter().filter(|refund| !refund.is_final()).map(|refund| refund.amount.minor());
    assert_eq!(open.sum::<i64>(), world.holds(Account::RefundsInTransit), "open refunds are in transit");
    let payouts = world.all::<Payout>();
    let open =
        payouts.iter().filter(|payout| !payout.state.is_final()).map(|out| out.taken().unwrap().minor());
    assert_eq!(open.sum::<i64>(), world.holds(Account::PayoutsInTransit), "open payouts are in transit");
    let payments = world.all::<Payment>();
    for payment in &payments {
        payment_agrees(world, payment);
    }
    let fees = payments.iter().map(|payment| payment.fee.minor() - payment.fee_returned.minor());
    let costs = refunds.iter().filter(|refund| !failed(refund)).map(|refund| refund.fee_charged.minor());
    let left = payouts.iter().filter(|payout| payout.state == PayoutState::Settled);
    let paid = left.map(|payout| payout.fee.minor()).sum::<i64>();
    assert_eq!(fees.sum::<i64>() + costs.sum::<i64>() + paid, world.holds(Account::FeesEarned));
    let touched = world
        .entries
        .iter()
        .flat_map(|saved| &saved.lines)
        .any(|line| [line.posting.from(), line.posting.to()].contains(&Account::SellerOwes));
    if !touched && world.was_told("news_contradicts") == 0 {
        let unsettled = payments.iter().map(|payment| payment.unsettled.minor()).sum::<i64>();
        assert_eq!(unsettled, world.holds(Account::Pending), "what is unsettled stands in Pending");
    }
}

fn failed(refund: &Refund) -> bool {
    matches!(refund.state, domain::refunds::RefundState::Failed { .. })
}

fn payment_agrees(world: &World, payment: &Payment) {
    assert_eq!(payment.credit.minor(), world.holds(Account::PayerCredit(payment.id)), "credit is visible");
    assert_eq!(
        payment.unclaimed.minor(),
        world.holds(Account::Unclaimed(payment.id)),
        "unclaimed is visible"
    );
    let of_payment = |attempt: &Attempt| attempt.payment == payment.id;
    let attempts: Vec<_> = world.all::<Attempt>().into_iter().filter(of_payment).collect();
    let sales: Vec<_> = world
        .entries
        .iter()
        .filter(|saved| {
            saved.entry.owner == payment.id.into()
                && matches!(saved.entry.cause, Cause::Sale(_) | Cause::PartReceived(_))
        })
        .collect();
    assert!(sales.len() <= 1, "the seller is credited at most once");
    assert_eq!(sales.len() == 1, payment.state == PaymentState::Paid, "paid is what has a sale");
    let to_pending = sales
        .iter()
        .flat_map(|saved| &saved.entry.postings)
        .filter(|posting| posting.to() == Account::Pending && posting.from() != Account::Available);
    let captured: i64 = to_pending.map(|posting| posting.amount().minor()).sum();
    assert_eq!(captured, payment.captured.minor(), "what was captured reached the seller");
    if world.was_told("news_contradicts") == 0 {
        assert!(payment.refunded.minor() <= payment.captured.minor());
        for attempt in &attempts {
            assert!(attempt.returned.minor() <= attempt.received.map_or(0, |received| received.minor()));
        }
    }
    assert!(!payment.unsettled.is_negative() && !payment.fee_returned.is_negative());
    assert!(!payment.settled || payment.unsettled.is_zero());
    let mut unfinished: Vec<_> =
        attempts.iter().filter(|attempt| !attempt.is_final()).map(|attempt| attempt.id).collect();
    let mut known = payment.unfinished.clone();
    unfinished.sort_unstable();
    known.sort_unstable();
    assert_eq!(unfinished, known, "a payment knows its unfinished attempts");
}

fn whatever_waits_has_a_job(world: &World) {
    let jobs: Vec<Task> = world.all::<Job>().into_iter().map(|job| job.task).collect();
    let planned = |task: Task| assert!(jobs.contains(&task), "{task:?} is not planned");
    for payment in world.all::<Payment>() {
        match payment.state {
            PaymentState::Open => planned(Task::ExpirePayment(payment.id)),
            // They end with an attempt, and every unfinished attempt has a job of its own.
            PaymentState::Held { .. } | PaymentState::Capturing { .. } | PaymentState::Releasing { .. } => {
                assert!(payment.unfinished.contains(&payment.paid_by.unwrap()));
            }
            PaymentState::Closing { .. } => assert!(!payment.unfinished.is_empty()),
            PaymentState::Paid if !payment.settled => planned(Task::SettlePayment(payment.id)),
            PaymentState::Paid | PaymentState::Cancelled | PaymentState::Expired => {}
        }
        for attempt in &payment.unfinished {
            let any = Task::of_attempt(*attempt).iter().any(|task| jobs.contains(task));
            assert!(any, "nothing is planned for {attempt:?} of a {} payment", payment.state.word());
        }
    }
    for attempt in world.all::<Attempt>().iter().filter(|attempt| attempt.received.is_some()) {
        assert!(attempt.is_final() || attempt.state == domain::attempts::AttemptState::Held);
    }
    for refund in world.all::<Refund>().iter().filter(|refund| !refund.is_final()) {
        planned(Task::CarryRefund(refund.id));
    }
    for payout in world.all::<Payout>().iter().filter(|payout| !payout.state.is_final()) {
        if payout.state != PayoutState::Asked {
            planned(Task::CarryPayout(payout.id));
        }
    }
    for moving in world.all::<Move>().iter().filter(|moving| moving.state == MoveState::InTransit) {
        planned(Task::CarryMove(moving.id));
    }
    for notice in world.all::<Notice>().iter().filter(|notice| notice.state == NoticeState::Owed) {
        planned(Task::SendNotice(notice.id));
    }
}
