//! Green books are green, and every planted fault is found where it is.

use super::*;
use crate::places::{Place, on_both_engines};
use crate::samples::{Deed, Do, Hands, at, book, payment, provider, rub, store_at};
use domain::attempts::Reason;
use domain::decide::Decision;
use domain::history::Actor;
use domain::ids::{AttemptId, Id, RefundId};
use domain::ledger::{Account, Cause, Entry};
use domain::payments::{Payment, PaymentState};
use domain::refunds::{Refund, RefundState, Source};
use jiff::civil::date;

on_both_engines! {
    books_that_tell_one_story_are_green
    every_planted_fault_is_found
    a_finding_says_where_it_is
}

async fn put(store: &Store, decision: Decision) {
    store.submit(Do(1, Deed::Put(Box::new(decision)))).await.unwrap();
}

fn entry(cause: Cause, payment: &Payment, moves: &[(Account, Account, i64)]) -> Entry {
    moves.iter().fold(Entry::new(cause, payment.id, date(2026, 9, 1)), |entry, (from, to, minor)| {
        entry.moving(*from, *to, rub(*minor)).unwrap()
    })
}

/// A sale of 100.00 with a commission of 3.50.
fn sold(number: u64) -> (Payment, Entry) {
    let mut sold = payment(number, 1);
    let attempt = AttemptId::new(sold.id.book, number + 1);
    (sold.state, sold.paid_by) = (PaymentState::Paid, Some(attempt));
    (sold.captured, sold.fee, sold.unsettled) = (rub(10_000), rub(350), rub(9_650));
    let moves = [
        (provider(), Account::Pending, 10_000),
        (Account::Pending, Account::FeesEarned, 350),
        (Account::FeesPaid, provider(), 180),
    ];
    let entry = entry(Cause::Sale(attempt), &sold, &moves);
    (sold, entry)
}

fn refund(number: u64, of: &Payment, state: RefundState) -> Refund {
    Refund {
        id: RefundId::new(of.id.book, number),
        payment: of.id,
        attempt: AttemptId::new(of.id.book, of.id.number + 1),
        amount: rub(1_000),
        source: Source::Sale,
        state,
        from_unsettled: rub(1_000),
        fee_returned: rub(35),
        fee_charged: rub(0),
        memo: None,
        call: None,
        checks: 0,
        receipt: None,
        asked_by: Actor::Shop,
        asked_at: at(2),
    }
}

const ASKED: [(Account, Account, i64); 2] =
    [(Account::FeesEarned, Account::Pending, 35), (Account::Pending, Account::RefundsInTransit, 1_000)];

/// Payment 10 is settled; 20 has a refund under way, one that arrived and one that failed; 30 has
/// strange money; 40 is open.
async fn fill(place: &Place) {
    let store = store_at(place, &Hands::at(0)).await;
    let (mut settled, sale) = sold(10);
    (settled.unsettled, settled.settled) = (rub(0), true);
    let move_on =
        entry(Cause::Settled(settled.id), &settled, &[(Account::Pending, Account::Available, 9_650)]);
    put(&store, Decision::nothing().enter(sale).enter(move_on).save(settled)).await;
    let (mut refunded, sale) = sold(20);
    refunded.refunded = rub(2_000);
    refunded.fee_returned = rub(70);
    refunded.unsettled = rub(9_650 + 70 - 2_000);
    let refunds = [
        refund(25, &refunded, RefundState::Sent),
        refund(26, &refunded, RefundState::Returned),
        refund(27, &refunded, RefundState::Failed { reason: Reason::Duplicate }),
    ];
    let mut decision = Decision::nothing().enter(sale);
    for refund in &refunds {
        decision =
            decision.enter(entry(Cause::RefundAsked(refund.id), &refunded, &ASKED)).save(refund.clone());
        if refund.state == RefundState::Returned {
            let arrived = [(Account::RefundsInTransit, provider(), 1_000)];
            decision = decision.enter(entry(Cause::RefundReturned(refund.id), &refunded, &arrived));
        }
        if matches!(refund.state, RefundState::Failed { .. }) {
            let undone = [
                (Account::RefundsInTransit, Account::Pending, 1_000),
                (Account::Pending, Account::FeesEarned, 35),
            ];
            decision = decision.enter(entry(Cause::RefundFailed(refund.id), &refunded, &undone));
        }
    }
    put(&store, decision.save(refunded)).await;
    let mut strange = payment(30, 1);
    (strange.unclaimed, strange.credit) = (rub(500), rub(300));
    let aside = [
        (provider(), Account::Unclaimed(strange.id), 500),
        (provider(), Account::PayerCredit(strange.id), 300),
    ];
    let cause = Cause::SetAside(AttemptId::new(strange.id.book, 31));
    put(&store, Decision::nothing().enter(entry(cause, &strange, &aside)).save(strange)).await;
    put(&store, Decision::nothing().save(payment(40, 1))).await;
    store.close().await;
}

async fn check(place: &Place) -> Report {
    let store = store_at(place, &Hands::at(0)).await;
    let report = store.check_books().await.unwrap();
    store.close().await;
    report
}

async fn books_that_tell_one_story_are_green(place: Place) {
    assert!(check(&place).await.is_green());
    fill(&place).await;
    let report = check(&place).await;
    assert_eq!(report.findings, []);
    assert_eq!((report.books, report.entries, report.payments, report.more), (1, 9, 4, false));
}

async fn every_planted_fault_is_found(place: Place) {
    fill(&place).await;
    let faults: &[(&str, &[Wrong])] = &[
        ("DELETE FROM entries WHERE number = 4", &[Wrong::Number, Wrong::Hash, Wrong::Lines, Wrong::Refund]),
        ("UPDATE entries SET at = at - 1 WHERE number = 5", &[Wrong::Time, Wrong::Hash]),
        ("UPDATE entries SET effective_on = '2026-09-09' WHERE number = 2", &[Wrong::Hash]),
        (
            "UPDATE entries SET hash = (SELECT hash FROM entries WHERE number = 1) WHERE number = 9",
            &[Wrong::Hash, Wrong::Head],
        ),
        ("UPDATE entries SET cause = 'gift' WHERE number = 2", &[Wrong::Unreadable]),
        ("UPDATE entries SET payment = 77 WHERE number = 2", &[Wrong::Hash, Wrong::NoPayment]),
        ("UPDATE entries SET payment = 40 WHERE number = 1", &[Wrong::Hash, Wrong::NoSale]),
        (
            "UPDATE postings SET amount = amount + 5 WHERE entry = 1 AND line = 0",
            &[Wrong::Hash, Wrong::Balance],
        ),
        ("UPDATE postings SET to_after = 1 WHERE entry = 1 AND line = 0", &[Wrong::BalanceAfter]),
        ("DELETE FROM postings WHERE entry = 3 AND line = 0", &[Wrong::Lines, Wrong::Hash, Wrong::Captured]),
        ("DELETE FROM postings WHERE entry = 2", &[Wrong::Lines, Wrong::Balance]),
        ("UPDATE postings SET to_account = 'nowhere' WHERE entry = 2", &[Wrong::Unreadable]),
        ("UPDATE postings SET from_after = -1 WHERE entry = 2", &[Wrong::BelowZero, Wrong::BalanceAfter]),
        (
            "UPDATE balances SET amount = amount + 1 WHERE account = 'pending'",
            &[Wrong::Balance, Wrong::Unsettled],
        ),
        (
            "UPDATE balances SET amount = 9 WHERE account = 'refunds_in_transit'",
            &[Wrong::Balance, Wrong::InTransit],
        ),
        ("DELETE FROM balances WHERE account = 'fees_paid'", &[Wrong::Balance]),
        ("UPDATE books SET entries = 8", &[Wrong::Head]),
        ("DELETE FROM books", &[Wrong::Head]),
        ("UPDATE payments SET captured = 9999 WHERE number = 10", &[Wrong::Captured]),
        ("UPDATE payments SET captured = 100 WHERE number = 40", &[Wrong::NoSale]),
        ("UPDATE payments SET fee = 349 WHERE number = 10", &[Wrong::Fee]),
        ("UPDATE payments SET fee_returned = 0 WHERE number = 20", &[Wrong::Fee]),
        ("UPDATE payments SET refunded = 1000 WHERE number = 20", &[Wrong::Refunded]),
        ("UPDATE payments SET unsettled = 1 WHERE number = 10", &[Wrong::Unsettled]),
        ("UPDATE payments SET unsettled = -1 WHERE number = 10", &[Wrong::Unsettled]),
        ("UPDATE payments SET credit = 0 WHERE number = 30", &[Wrong::Credit]),
        ("UPDATE payments SET unclaimed = 0 WHERE number = 30", &[Wrong::Unclaimed]),
        ("UPDATE payments SET custom = '?' WHERE number = 30", &[Wrong::Unreadable]),
        ("DELETE FROM payments WHERE number = 10", &[Wrong::NoPayment]),
        ("UPDATE refunds SET state = 'returned' WHERE number = 25", &[Wrong::Refund, Wrong::InTransit]),
        ("UPDATE refunds SET amount = 1 WHERE number = 26", &[Wrong::Refund, Wrong::Refunded]),
        ("DELETE FROM refunds WHERE number = 27", &[Wrong::Refund]),
    ];
    for (fault, expected) in faults {
        let place = place.copy().await;
        plant(&place, fault).await;
        let report = check(&place).await;
        for wrong in *expected {
            let found = report.findings.iter().any(|finding| finding.what == *wrong);
            assert!(found, "{fault}: {wrong:?} not in {:#?}", report.findings);
        }
        assert!(report.findings.iter().all(|finding| finding.book == book(1)), "{fault}");
        assert!(report.findings.len() < 12, "{fault} is told too often: {:#?}", report.findings);
    }
}

/// Changes the database behind the triggers' back.
async fn plant(place: &Place, fault: &str) {
    place.free(&["entries", "postings"]).await;
    assert!(place.execute(fault).await.unwrap() > 0, "{fault} changed nothing");
}

async fn a_finding_says_where_it_is(place: Place) {
    fill(&place).await;
    plant(&place, "UPDATE entries SET effective_on = '2026-09-09' WHERE number = 2").await;
    let report = check(&place).await;
    let [finding] = report.findings.as_slice() else { panic!("one finding: {:#?}", report.findings) };
    assert_eq!((finding.book, finding.entry, finding.what), (book(1), Some(2), Wrong::Hash));
    assert!(finding.to_string().starts_with("book 2, entry 2: hash: expected "));
}
