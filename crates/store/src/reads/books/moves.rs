//! Moves between books: what left one of them stands in the other, came back, or is still under way.

use super::{PAGE, Place, Report, Wrong};
use crate::error::StoreError;
use crate::reader::{Query, Snapshot};
use crate::seal::Sealer;
use crate::table::record;
use crate::value::Row;
use domain::moving::Move;

/// So many moves that are under way are named.
const NAMED_MAX: u32 = 100;

/// Checks that both sides of every move add up to nothing, save for what is under way, and names that.
pub(super) async fn check(
    sealer: &Sealer,
    snapshot: &mut Snapshot,
    report: &mut Report,
) -> Result<(), StoreError> {
    both_sides(snapshot, report).await?;
    ends(snapshot, report).await?;
    under_way(sealer, snapshot, report).await
}

/// Over all books, the in-transit accounts of a move hold what has left and not arrived.
async fn both_sides(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let sql = "SELECT number, currency, MIN(book) AS book, CAST(SUM(expected) AS BIGINT) AS expected, \
               CAST(SUM(found) AS BIGINT) AS found FROM (\
               SELECT m.number, m.currency, m.book, CASE WHEN m.state = 'in_transit' AND e.payment IS NULL \
               THEN m.amount ELSE 0 END AS expected, 0 AS found FROM moves m \
               LEFT JOIN move_ends e ON e.number = m.number AND e.book = m.to_book \
               UNION ALL SELECT about, currency, book, 0, amount FROM balances WHERE account = 'in_transit') \
               AS both_sides GROUP BY number, currency HAVING SUM(expected) <> SUM(found) \
               ORDER BY number, currency LIMIT $1";
    for row in &snapshot.rows(Query::new(sql, vec![PAGE.into()])).await? {
        let read = || {
            let sums = (row.int("expected")?, row.int("found")?);
            Ok((row.book("book")?, row.number("number")?, row.text("currency")?, sums))
        };
        let (book, number, currency, (expected, found)) =
            read().map_err(|error: StoreError| error.of_table("moves"))?;
        let tell = |sum: i64| format!("{sum} {currency} of move {number} under way");
        report.compare(Place::book(book), Wrong::Move, tell(expected), tell(found));
    }
    Ok(())
}

/// What one side says of a move's end, the other says too.
async fn ends(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let sql = "SELECT m.number, m.book, m.state AS expected, CASE WHEN e.number IS NULL THEN 'no end' \
               WHEN e.payment IS NULL THEN 'refused' ELSE 'received' END AS found FROM moves m \
               LEFT JOIN move_ends e ON e.number = m.number AND e.book = m.to_book \
               WHERE (m.state = 'arrived' AND e.payment IS NULL) \
               OR (m.state = 'returned' AND (e.number IS NULL OR e.payment IS NOT NULL)) \
               ORDER BY m.number LIMIT $1";
    told_otherwise(snapshot, sql, report).await?;
    let sql = "SELECT e.number, e.book, 'a move that was sent' AS expected, 'none' AS found FROM move_ends e \
               LEFT JOIN moves m ON m.number = e.number AND m.book = e.from_book \
               WHERE m.number IS NULL ORDER BY e.number LIMIT $1";
    told_otherwise(snapshot, sql, report).await
}

async fn told_otherwise(
    snapshot: &mut Snapshot,
    sql: &'static str,
    report: &mut Report,
) -> Result<(), StoreError> {
    for row in &snapshot.rows(Query::new(sql, vec![PAGE.into()])).await? {
        let read = |row: &Row| {
            Ok((row.book("book")?, row.number("number")?, row.string("expected")?, row.string("found")?))
        };
        let (book, number, expected, found) =
            read(row).map_err(|error: StoreError| error.of_table("moves"))?;
        let expected = format!("{expected} (move {number})");
        report.compare(Place::book(book), Wrong::Move, expected, found);
    }
    Ok(())
}

async fn under_way(sealer: &Sealer, snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let condition = "state = 'in_transit' ORDER BY number, book LIMIT $1";
    for row in &snapshot.rows(Query::records::<Move>(condition, vec![NAMED_MAX.into()])).await? {
        match record::<Move>(row, sealer) {
            Ok(open) => report.open_moves.push(open),
            Err(error) => report.unreadable(Place::book(row.book("book")?), &error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::{Place, on_both_engines};
    use crate::samples::{Deed, Do, Hands, at, book, payment, provider, rub, store_at};
    use crate::store::Store;
    use domain::decide::Decision;
    use domain::ids::{AttemptId, Id, MoveId, PaymentId};
    use domain::ledger::{Account, Cause, Entry};
    use domain::methods::Method;
    use domain::moving::{MoveEnd, MoveEndKey, MoveState};
    use domain::payments::{Payment, PaymentState};
    use jiff::civil::date;

    on_both_engines! {
        a_move_is_named_while_it_is_under_way_and_adds_up_to_nothing_at_its_end
        every_story_that_the_two_sides_tell_differently_is_found
    }

    const NUMBER: u64 = 500;
    const ON: jiff::civil::Date = date(2026, 9, 1);

    fn sent(state: MoveState) -> Move {
        let part = payment(1, 1).terms.split[0].clone();
        Move {
            id: MoveId::new(book(1), NUMBER),
            payment: PaymentId::new(book(1), 1),
            shop: part.shop,
            amount: rub(3_000),
            method: Method::BankCard,
            state,
            tries: 0,
            sent_at: at(1),
            deadline: at(86_401),
            ended_at: None,
        }
    }

    fn end(payment: Option<PaymentId>) -> MoveEnd {
        let key = MoveEndKey { number: NUMBER, book: book(99) };
        MoveEnd { key, from: book(1), payment, method: Method::BankCard, at: at(2) }
    }

    async fn put(store: &Store, seller: u64, decision: Decision) {
        store.submit(Do(seller, Deed::Put(Box::new(decision)))).await.unwrap();
    }

    /// A sale of 100.00 of which 30.00 have left.
    async fn leave(store: &Store) {
        let sale = payment(1, 1);
        let attempt = AttemptId::new(book(1), 2);
        let entry = Entry::new(Cause::Sale(attempt), sale.id, ON)
            .moving(provider(), Account::Pending, rub(10_000))
            .unwrap();
        let left = Entry::new(Cause::MoveSent(MoveId::new(book(1), NUMBER)), sale.id, ON)
            .moving(Account::Pending, Account::InTransit(NUMBER), rub(3_000))
            .unwrap();
        let sale = Payment {
            state: PaymentState::Paid,
            captured: rub(10_000),
            unsettled: rub(7_000),
            passed: rub(3_000),
            paid_by: Some(attempt),
            ..sale
        };
        put(
            store,
            1,
            Decision::nothing().enter(entry).enter(left).save(sale).save(sent(MoveState::InTransit)),
        )
        .await;
    }

    async fn arrive(store: &Store) {
        let part = payment(NUMBER, 99);
        let entry = Entry::new(Cause::PartReceived(part.id), part.id, ON)
            .moving(Account::InTransit(NUMBER), Account::Pending, rub(3_000))
            .unwrap();
        let (id, amount) = (part.id, rub(3_000));
        let sold = Payment { state: PaymentState::Paid, amount, captured: amount, unsettled: amount, ..part };
        put(store, 99, Decision::nothing().enter(entry).save(sold).save(end(Some(id)))).await;
    }

    async fn found(store: &Store) -> (Vec<Wrong>, usize) {
        let report = store.check_books().await.unwrap();
        (report.findings.iter().map(|finding| finding.what).collect(), report.open_moves.len())
    }

    async fn a_move_is_named_while_it_is_under_way_and_adds_up_to_nothing_at_its_end(place: Place) {
        let store = store_at(&place, &Hands::at(0)).await;
        leave(&store).await;
        assert_eq!(found(&store).await, (Vec::new(), 1));
        arrive(&store).await;
        // The node stopped before the sender heard of it: it is still named, and nothing is missing.
        assert_eq!(found(&store).await, (Vec::new(), 1));
        put(&store, 1, Decision::nothing().save(sent(MoveState::Arrived))).await;
        assert_eq!(found(&store).await, (Vec::new(), 0));
        assert_eq!(store.moves_of(PaymentId::new(book(1), 1)).await.unwrap(), [sent(MoveState::Arrived)]);
        store.close().await;
    }

    async fn every_story_that_the_two_sides_tell_differently_is_found(place: Place) {
        let store = store_at(&place, &Hands::at(0)).await;
        leave(&store).await;
        // It says that it arrived, and it did not: money is missing, and so is the other side's word.
        put(&store, 1, Decision::nothing().save(sent(MoveState::Arrived))).await;
        assert_eq!(found(&store).await.0, [Wrong::Move, Wrong::Move]);
        // It says that it came back, and it stands in transit; the other side says nothing.
        put(&store, 1, Decision::nothing().save(sent(MoveState::Returned))).await;
        assert_eq!(found(&store).await.0, [Wrong::Move, Wrong::Move]);
        // It arrived, and is said to have come back.
        arrive(&store).await;
        assert_eq!(found(&store).await.0, [Wrong::Move]);
        put(&store, 1, Decision::nothing().save(sent(MoveState::Arrived))).await;
        assert_eq!(found(&store).await.0, []);
        // An end of a move that nobody sent.
        let key = MoveEndKey { number: NUMBER + 1, book: book(99) };
        put(&store, 99, Decision::nothing().save(MoveEnd { key, ..end(None) })).await;
        assert_eq!(found(&store).await.0, [Wrong::Move]);
        store.close().await;
    }
}
