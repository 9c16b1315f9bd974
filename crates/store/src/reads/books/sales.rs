//! Payments and refunds beside the ledger: each must say what the postings say.

use super::{PAGE, Place, Report, Wrong};
use crate::error::StoreError;
use crate::ledger::read_cause;
use crate::reader::{Query, Snapshot};
use crate::seal::Sealer;
use crate::table::record;
use crate::value::{Row, Value};
use domain::ids::{Book, PaymentId, RefundId};
use domain::ledger::Cause;
use domain::payments::Payment;
use domain::refunds::{Refund, RefundState, Source};
use money::currency::Currency;
use std::collections::BTreeMap;

/// What the postings of one payment's entries moved, in the payment's currency, in minor units.
#[derive(Debug, Default)]
struct Moved {
    sales: u64,
    into_pending: i64,
    to_fees: i64,
    to_credit: i64,
    to_unclaimed: i64,
    /// By refund: asked, returned, failed.
    refunds: BTreeMap<RefundId, [i64; 3]>,
}

/// Checks every payment with its refunds, then the sums of each book.
pub(super) async fn check(
    sealer: &Sealer,
    snapshot: &mut Snapshot,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut after = (Value::Int(-1), Value::Int(-1));
    loop {
        let page = "(number, book) > ($1, $2) ORDER BY number, book LIMIT $3";
        let query = Query::records::<Payment>(page, vec![after.0, after.1, PAGE.into()]);
        let rows = snapshot.rows(query).await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
        let range = [first.int("number")?, last.int("number")?];
        after = (Value::Int(range[1]), Value::Int(last.int("book")?));
        let moved = moved_between(snapshot, range).await?;
        let refunds = refunds_between(sealer, snapshot, range, report).await?;
        for row in &rows {
            payment(sealer, row, &moved, &refunds, report);
        }
    }
    orphans(snapshot, report).await?;
    in_transit(snapshot, report).await?;
    unsettled(snapshot, report).await
}

type ByPayment<T> = BTreeMap<PaymentId, T>;

/// What the entries of the payments in a range of numbers moved, by payment and currency.
async fn moved_between(
    snapshot: &mut Snapshot,
    range: [i64; 2],
) -> Result<BTreeMap<(PaymentId, Currency), Moved>, StoreError> {
    let sql = "SELECT e.payment, e.book, e.cause, e.cause_about, p.from_account, p.to_account, p.currency, \
               CAST(SUM(p.amount) AS BIGINT) AS total \
               FROM entries e JOIN postings p ON p.book = e.book AND p.entry = e.number \
               WHERE e.payment BETWEEN $1 AND $2 \
               GROUP BY e.payment, e.book, e.cause, e.cause_about, p.from_account, p.to_account, p.currency";
    let rows = snapshot.rows(Query::new(sql, range.map(Value::Int).to_vec())).await?;
    let mut all = BTreeMap::new();
    for row in &rows {
        add(row, &mut all).map_err(|error| error.of_table("entries"))?;
    }
    Ok(all)
}

fn add(row: &Row, all: &mut BTreeMap<(PaymentId, Currency), Moved>) -> Result<(), StoreError> {
    let book = row.book("book")?;
    let about = row.number("cause_about")?;
    // Words that nobody knows are findings of the chain's check.
    let Some(cause) = read_cause(row.text("cause")?, about, book) else { return Ok(()) };
    let moved = all.entry((row.id("payment", book)?, row.currency("currency")?)).or_default();
    let total = row.int("total")?;
    let (from, to) = (row.text("from_account")?, row.text("to_account")?);
    for (name, sum) in [
        ("fees_earned", &mut moved.to_fees),
        ("payer_credit", &mut moved.to_credit),
        ("unclaimed", &mut moved.to_unclaimed),
    ] {
        let change = if to == name {
            total
        } else if from == name {
            total.saturating_neg()
        } else {
            0
        };
        *sum = sum.saturating_add(change);
    }
    let mut refund = |id: RefundId, stage: usize, counts: bool| {
        let stages = moved.refunds.entry(id).or_default();
        if let Some(sum) = stages.get_mut(stage).filter(|_| counts) {
            *sum = sum.saturating_add(total);
        }
    };
    match cause {
        Cause::Sale(_) => {
            moved.sales = moved.sales.saturating_add(1);
            if to == "pending" && (from == "provider" || from == "payer_credit") {
                moved.into_pending = moved.into_pending.saturating_add(total);
            }
        }
        // A part of another shop's payment is sold there, and arrives here whole.
        Cause::PartReceived(_) => {
            moved.sales = moved.sales.saturating_add(1);
            if to == "pending" && from == "in_transit" {
                moved.into_pending = moved.into_pending.saturating_add(total);
            }
        }
        Cause::RefundAsked(id) => refund(id, 0, to == "refunds_in_transit"),
        Cause::RefundReturned(id) => refund(id, 1, from == "refunds_in_transit"),
        Cause::RefundFailed(id) => refund(id, 2, from == "refunds_in_transit"),
        // Payouts belong to no payment.
        Cause::SetAside(_)
        | Cause::Settled(_)
        | Cause::MoveSent(_)
        | Cause::MoveReturned(_)
        | Cause::PayoutAsked(_)
        | Cause::PayoutSettled(_)
        | Cause::PayoutBounced(_) => {}
    }
    Ok(())
}

async fn refunds_between(
    sealer: &Sealer,
    snapshot: &mut Snapshot,
    range: [i64; 2],
    report: &mut Report,
) -> Result<ByPayment<Vec<Refund>>, StoreError> {
    let condition = "payment BETWEEN $1 AND $2 ORDER BY payment, number";
    let rows = snapshot.rows(Query::records::<Refund>(condition, range.map(Value::Int).to_vec())).await?;
    let mut all: ByPayment<Vec<Refund>> = BTreeMap::new();
    for row in &rows {
        match record::<Refund>(row, sealer) {
            Ok(refund) => all.entry(refund.payment).or_default().push(refund),
            Err(error) => report.unreadable(Place::book(row.book("book")?), &error),
        }
    }
    Ok(all)
}

fn payment(
    sealer: &Sealer,
    row: &Row,
    moved: &BTreeMap<(PaymentId, Currency), Moved>,
    refunds: &ByPayment<Vec<Refund>>,
    report: &mut Report,
) {
    report.payments = report.payments.saturating_add(1);
    let payment: Payment = match record(row, sealer) {
        Ok(payment) => payment,
        Err(error) => {
            return report.unreadable(Place::book(row.book("book").unwrap_or(Book::PLATFORM)), &error);
        }
    };
    let place = Place::payment(payment.id);
    let none = Moved::default();
    let moved = moved.get(&(payment.id, payment.currency())).unwrap_or(&none);
    let refunds = refunds.get(&payment.id).map(Vec::as_slice).unwrap_or_default();
    if payment.captured.is_positive() && moved.sales == 0 {
        report.compare(place, Wrong::NoSale, "an entry of the sale", "none");
    } else {
        report.compare(place, Wrong::Captured, moved.into_pending, payment.captured.minor());
    }
    let charged = refunds.iter().filter(|refund| !is_failed(refund)).map(|refund| refund.fee_charged.minor());
    let charged = charged.fold(0_i64, i64::saturating_add);
    let fee = payment.fee.minor().saturating_sub(payment.fee_returned.minor()).saturating_add(charged);
    report.compare(place, Wrong::Fee, moved.to_fees, fee);
    report.compare(place, Wrong::Credit, moved.to_credit, payment.credit.minor());
    report.compare(place, Wrong::Unclaimed, moved.to_unclaimed, payment.unclaimed.minor());
    if payment.unsettled.is_negative() {
        report.compare(place, Wrong::Unsettled, "at least 0".to_owned(), payment.unsettled.to_string());
    }
    let of_sale = refunds.iter().filter(|refund| refund.source == Source::Sale && !is_failed(refund));
    let of_sale = of_sale.map(|refund| refund.amount.minor()).fold(0_i64, i64::saturating_add);
    report.compare(place, Wrong::Refunded, of_sale, payment.refunded.minor());
    refunds_of(place, moved, refunds, report);
}

/// Each refund was asked for with its whole amount, and came to the end that its state tells.
fn refunds_of(place: Place, moved: &Moved, refunds: &[Refund], report: &mut Report) {
    let tell =
        |[asked, returned, failed]: [i64; 3]| format!("asked {asked}, returned {returned}, failed {failed}");
    for refund in refunds {
        let amount = refund.amount.minor();
        let expected = match refund.state {
            RefundState::Asked | RefundState::Sent => [amount, 0, 0],
            RefundState::Returned => [amount, amount, 0],
            RefundState::Failed { .. } => [amount, 0, amount],
        };
        let found = moved.refunds.get(&refund.id).copied().unwrap_or_default();
        report.compare(place, Wrong::Refund, tell(expected), tell(found));
    }
    for (id, found) in &moved.refunds {
        if !refunds.iter().any(|refund| refund.id == *id) {
            report.compare(
                place,
                Wrong::Refund,
                "no entries of a refund that is not there".to_owned(),
                tell(*found),
            );
        }
    }
}

const fn is_failed(refund: &Refund) -> bool {
    match refund.state {
        RefundState::Failed { .. } => true,
        RefundState::Asked | RefundState::Sent | RefundState::Returned => false,
    }
}

/// Entries whose payment or payout is not there.
async fn orphans(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let sql = "SELECT e.book, e.number, e.payment FROM entries e LEFT JOIN payments p \
               ON p.number = e.payment AND p.book = e.book LEFT JOIN payouts o ON o.number = e.payment \
               AND o.book = e.book WHERE p.number IS NULL AND o.number IS NULL \
               ORDER BY e.book, e.number LIMIT $1";
    for row in &snapshot.rows(Query::new(sql, vec![PAGE.into()])).await? {
        let read = || Ok((Place::entry(row.book("book")?, row.number("number")?), row.number("payment")?));
        let (place, payment) = read().map_err(|error: StoreError| error.of_table("entries"))?;
        report.compare(place, Wrong::NoPayment, format!("payment {payment}"), "none".to_owned());
    }
    Ok(())
}

/// What stands in transit, and what the refunds that are under way sum up to.
async fn in_transit(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let sql = "SELECT book, currency, CAST(SUM(expected) AS BIGINT) AS expected, \
               CAST(SUM(found) AS BIGINT) AS found FROM (\
               SELECT book, currency, amount AS expected, 0 AS found FROM refunds WHERE state IN ('asked', 'sent') \
               UNION ALL SELECT book, currency, 0, amount FROM balances WHERE account = 'refunds_in_transit') AS both_sides \
               GROUP BY book, currency HAVING SUM(expected) <> SUM(found) ORDER BY book, currency LIMIT $1";
    differences(snapshot, sql, Wrong::InTransit, report).await
}

/// What stands in Pending, and what of all payments is unsettled. Left out are books in which other
/// money paid for a sale: debts of the seller, and commissions (and parts of others) larger than their sale, come out of
/// Pending whosever sale stands there.
async fn unsettled(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let sql = "SELECT book, currency, CAST(SUM(expected) AS BIGINT) AS expected, \
               CAST(SUM(found) AS BIGINT) AS found FROM (\
               SELECT book, currency, unsettled AS expected, 0 AS found FROM payments \
               UNION ALL SELECT book, currency, 0, amount FROM balances WHERE account = 'pending') AS both_sides \
               WHERE book NOT IN (SELECT book FROM balances WHERE account = 'seller_owes') \
               AND book NOT IN (SELECT book FROM payments WHERE fee + passed > captured) \
               GROUP BY book, currency HAVING SUM(expected) <> SUM(found) ORDER BY book, currency LIMIT $1";
    differences(snapshot, sql, Wrong::Unsettled, report).await
}

async fn differences(
    snapshot: &mut Snapshot,
    sql: &str,
    what: Wrong,
    report: &mut Report,
) -> Result<(), StoreError> {
    for row in &snapshot.rows(Query::new(sql, vec![PAGE.into()])).await? {
        let read = || Ok((row.book("book")?, row.text("currency")?, row.int("expected")?, row.int("found")?));
        let (book, currency, expected, found) =
            read().map_err(|error: StoreError| error.of_table("balances"))?;
        let tell = |sum: i64| format!("{sum} {currency}");
        report.compare(Place::book(book), what, tell(expected), tell(found));
    }
    Ok(())
}
