//! Payouts beside the ledger: each came to the end that its state tells, and what is under way stands in transit.

use super::{PAGE, Place, Report, Wrong};
use crate::error::StoreError;
use crate::reader::{Query, Snapshot};
use crate::value::Row;

/// What of a payout stands in transit, and what of it has left, by its state and by its entries.
const BOTH_SIDES: &str = "\
    SELECT o.number, o.book, o.currency, \
    CASE WHEN o.state IN ('asked', 'approved', 'sent') THEN o.amount + o.fee ELSE 0 END AS waits, \
    CASE WHEN o.state = 'settled' THEN o.amount + o.fee ELSE 0 END AS gone, \
    CAST(COALESCE(SUM(CASE WHEN p.to_account = 'payouts_in_transit' THEN p.amount \
    WHEN p.from_account = 'payouts_in_transit' THEN -p.amount ELSE 0 END), 0) AS BIGINT) AS found_waiting, \
    CAST(COALESCE(SUM(CASE WHEN p.from_account = 'payouts_in_transit' AND e.cause = 'payout_settled' \
    THEN p.amount ELSE 0 END), 0) AS BIGINT) AS found_gone \
    FROM payouts o LEFT JOIN entries e ON e.payment = o.number AND e.book = o.book \
    LEFT JOIN postings p ON p.book = e.book AND p.entry = e.number AND p.currency = o.currency \
    GROUP BY o.number, o.book, o.currency, o.state, o.amount, o.fee";

/// Checks every payout, and the sum of those that are under way.
pub(super) async fn check(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT number, book, currency, waits, gone, found_waiting, found_gone FROM ({BOTH_SIDES}) AS both_sides \
         WHERE waits <> found_waiting OR gone <> found_gone ORDER BY number, book LIMIT $1"
    );
    for row in &snapshot.rows(Query::new(sql, vec![PAGE.into()])).await? {
        let (book, number, [expected, found]) = read(row).map_err(|error| error.of_table("payouts"))?;
        let tell = |told: String| format!("{told} of payout {number}");
        report.compare(Place::book(book), Wrong::Payout, tell(expected), tell(found));
    }
    in_transit(snapshot, report).await
}

fn read(row: &Row) -> Result<(domain::ids::Book, u64, [String; 2]), StoreError> {
    let currency = row.text("currency")?;
    let tell = |waits: i64, gone: i64| format!("{waits} {currency} in transit and {gone} {currency} gone");
    let expected = tell(row.int("waits")?, row.int("gone")?);
    let found = tell(row.int("found_waiting")?, row.int("found_gone")?);
    Ok((row.book("book")?, row.number("number")?, [expected, found]))
}

/// What stands in transit, and what the payouts that are under way sum up to.
async fn in_transit(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let sql = "SELECT book, currency, CAST(SUM(expected) AS BIGINT) AS expected, \
               CAST(SUM(found) AS BIGINT) AS found FROM (\
               SELECT book, currency, amount + fee AS expected, 0 AS found FROM payouts \
               WHERE state IN ('asked', 'approved', 'sent') \
               UNION ALL SELECT book, currency, 0, amount FROM balances WHERE account = 'payouts_in_transit') \
               AS both_sides GROUP BY book, currency HAVING SUM(expected) <> SUM(found) \
               ORDER BY book, currency LIMIT $1";
    for row in &snapshot.rows(Query::new(sql, vec![PAGE.into()])).await? {
        let read = || Ok((row.book("book")?, row.text("currency")?, row.int("expected")?, row.int("found")?));
        let (book, currency, expected, found) =
            read().map_err(|error: StoreError| error.of_table("balances"))?;
        let tell = |sum: i64| format!("{sum} {currency} of payouts");
        report.compare(Place::book(book), Wrong::InTransit, tell(expected), tell(found));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::places::{Place, on_both_engines};
    use crate::samples::{Deed, Do, Hands, at, book, payout, provider, rub, store_at};
    use crate::store::Store;
    use domain::attempts::Reason;
    use domain::decide::Decision;
    use domain::ids::{Id, ShopId};
    use domain::ledger::{Account, Cause, Entry};
    use domain::payouts::{Payout, PayoutNumber, PayoutNumberKey, PayoutState};
    use jiff::civil::date;

    on_both_engines! {
        a_payout_adds_up_at_every_step_and_a_state_that_lies_is_found
        payouts_are_found_by_number_and_listed_by_their_time
    }

    const NUMBER: u64 = 700;

    async fn put(store: &Store, decision: Decision) {
        store.submit(Do(1, Deed::Put(Box::new(decision)))).await.unwrap();
    }

    fn entry(cause: Cause, moves: &[(Account, Account, i64)]) -> Entry {
        let entry = Entry::new(cause, payout(NUMBER).id, date(2026, 9, 1));
        moves.iter().fold(entry, |entry, (from, to, minor)| entry.moving(*from, *to, rub(*minor)).unwrap())
    }

    async fn wrong(store: &Store) -> Vec<&'static str> {
        let report = store.check_books().await.unwrap();
        report.findings.iter().map(|finding| finding.what.code()).collect()
    }

    async fn a_payout_adds_up_at_every_step_and_a_state_that_lies_is_found(place: Place) {
        let store = store_at(&place, &Hands::at(0)).await;
        let id = payout(NUMBER).id;
        let in_state = |state| Payout { state, ..payout(NUMBER) };
        let taken = payout(NUMBER).taken().unwrap().minor();
        let fill = entry(Cause::PayoutAsked(id), &[(provider(), Account::Available, taken)]);
        let ask = entry(Cause::PayoutAsked(id), &[(Account::Available, Account::PayoutsInTransit, taken)]);
        put(&store, Decision::nothing().enter(fill).enter(ask).save(in_state(PayoutState::Asked))).await;
        assert!(wrong(&store).await.is_empty());
        put(&store, Decision::nothing().save(in_state(PayoutState::Settled))).await;
        assert_eq!(wrong(&store).await, ["payout", "in_transit"], "it says that it has left");

        let (amount, fee) = (payout(NUMBER).amount.minor(), payout(NUMBER).fee.minor());
        let transit = Account::PayoutsInTransit;
        let left = [(transit, provider(), amount), (transit, Account::FeesEarned, fee)];
        put(&store, Decision::nothing().enter(entry(Cause::PayoutSettled(id), &left))).await;
        assert!(wrong(&store).await.is_empty());
        let bounced = PayoutState::Bounced { reason: Reason::LimitExceeded };
        put(&store, Decision::nothing().save(in_state(bounced))).await;
        assert_eq!(wrong(&store).await, ["payout"], "it says that it came back");
        store.close().await;
    }

    async fn payouts_are_found_by_number_and_listed_by_their_time(place: Place) {
        use crate::reads::payouts::PayoutFilter;
        let store = store_at(&place, &Hands::at(0)).await;
        for (number, second) in [(1, 10), (2, 20), (3, 30)] {
            let payout = Payout { number: format!("w-{number}"), asked_at: at(second), ..payout(number) };
            let key = PayoutNumberKey { number: payout.number.clone(), shop: payout.shop };
            put(&store, Decision::nothing().save(PayoutNumber { key, payout: payout.id }).save(payout)).await;
        }
        let shop = payout(1).shop;
        let key = |number: &str, shop| PayoutNumberKey { number: number.to_owned(), shop };
        let found = store.payout_of_number(&key("w-2", shop)).await.unwrap().unwrap();
        assert_eq!((found.id, found.to), (payout(2).id, payout(2).to));
        assert!(store.payout_of_number(&key("w-4", shop)).await.unwrap().is_none());
        let other = ShopId::new(book(1), 1);
        assert!(store.payout_of_number(&key("w-2", other)).await.unwrap().is_none());

        let list = async |filter, limit| {
            let listed = store.payouts_of_shop(shop, filter, limit).await.unwrap();
            listed.iter().map(|payout| payout.id.number).collect::<Vec<_>>()
        };
        let all = PayoutFilter::default();
        assert_eq!(list(all, 50).await, [3, 2, 1]);
        assert_eq!(list(all, 2).await, [3, 2]);
        assert_eq!(list(PayoutFilter { below: Some(payout(2).id), ..all }, 50).await, [1]);
        assert_eq!(list(PayoutFilter { from: Some(at(20)), until: Some(at(30)), ..all }, 50).await, [2]);
        assert!(store.payouts_of_shop(other, all, 50).await.unwrap().is_empty());
        store.close().await;
    }
}
