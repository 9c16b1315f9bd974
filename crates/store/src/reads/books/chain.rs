//! One book from its first entry to its last: numbers, times, chain and balances.

use super::{PAGE, Place, Report, Wrong};
use crate::error::StoreError;
use crate::ledger::{ENTRIES, POSTINGS, read_account, read_cause};
use crate::reader::{Query, Snapshot};
use crate::reads::ledger::read_line;
use crate::table::{Shape, Table};
use crate::value::{Row, Value};
use domain::ids::Book;
use domain::ledger::{Account, Balance, BookHead, Entry, Floor, Line, chain};
use jiff::Timestamp;
use money::currency::Currency;
use std::collections::BTreeMap;

type Key = (Account, Currency);

/// How far the book was read.
struct Walk {
    book: Book,
    number: u64,
    at: Timestamp,
    hash: [u8; 32],
    /// The sums of all postings so far; accounts at zero are dropped, so that memory stays bounded.
    sums: BTreeMap<Key, i64>,
    /// What the last posting of an account says it held after it.
    left: BTreeMap<Key, i64>,
}

/// Checks the entries, the head and the balances of a book.
pub(super) async fn check(
    snapshot: &mut Snapshot,
    book: Book,
    report: &mut Report,
) -> Result<(), StoreError> {
    let BookHead { entries: number, last_at: at, hash, .. } = BookHead::empty(book);
    let mut walk = Walk { book, number, at, hash, sums: BTreeMap::new(), left: BTreeMap::new() };
    while walk.page(snapshot, report).await? {}
    walk.head(snapshot, report).await?;
    walk.balances(snapshot, report).await
}

impl Walk {
    /// Checks the next entries; whether there may be more.
    async fn page(&mut self, snapshot: &mut Snapshot, report: &mut Report) -> Result<bool, StoreError> {
        let page = "book = $1 AND number > $2 ORDER BY number LIMIT $3";
        let values = vec![self.book.into(), self.number.into(), PAGE.into()];
        let entries = snapshot.rows(Query::new(ENTRIES.select(page), values)).await?;
        let number = |row: Option<&Row>| row.map_or(Ok(self.number), |row| row.number("number"));
        let last = number(entries.last()).map_err(|error| error.of_table(ENTRIES.table))?;
        let between = "book = $1 AND entry > $2 AND entry <= $3 ORDER BY entry, line";
        let values = vec![self.book.into(), self.number.into(), last.into()];
        let postings = snapshot.rows(Query::new(POSTINGS.select(between), values)).await?;
        let mut postings = postings.iter().peekable();
        for row in &entries {
            let number = row.number("number").map_err(|error| error.of_table(ENTRIES.table))?;
            let own = std::iter::from_fn(|| {
                postings.next_if(|line| line.number("entry").is_ok_and(|entry| entry <= number))
            });
            let (own, strays): (Vec<&Row>, Vec<&Row>) =
                own.partition(|line| line.number("entry") == Ok(number));
            if !strays.is_empty() {
                let found = format!("{} more before this entry", strays.len());
                report.compare(
                    Place::entry(self.book, number),
                    Wrong::Lines,
                    "no lines of no entry".to_owned(),
                    found,
                );
            }
            if let Err(error) = self.entry(number, row, &own, report) {
                report.unreadable(Place::entry(self.book, number), &error.of_table(ENTRIES.table));
                // The stored hash lets the rest of the chain be checked.
                self.hash = row.digest("hash").unwrap_or(self.hash);
            }
            self.number = number;
        }
        Ok(!entries.is_empty())
    }

    fn entry(
        &mut self,
        number: u64,
        row: &Row,
        lines: &[&Row],
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let place = Place::entry(self.book, number);
        report.entries = report.entries.saturating_add(1);
        report.compare(place, Wrong::Number, self.number.saturating_add(1), number);
        let at = row.time("at")?;
        report.compare(place, Wrong::Time, self.at.max(at), at);
        let places = lines.iter().map(|line| line.number("line")).collect::<Result<Vec<_>, _>>()?;
        let gapless = !places.is_empty() && places.iter().copied().eq(0..places.len() as u64);
        report.compare(place, Wrong::Lines, "lines 0, 1, 2 …".to_owned(), told(gapless, &places));
        let lines = lines.iter().map(|line| read_line(line, self.book)).collect::<Result<Vec<Line>, _>>()?;
        let about = row.number("cause_about")?;
        let cause = row.word("cause", |word| read_cause(word, about, self.book))?;
        let owner = cause.owner(self.book, row.number("payment")?);
        let mut entry = Entry::new(cause, owner, row.date("effective_on")?);
        entry.postings = lines.iter().map(|line| line.posting).collect();
        let hash = row.digest("hash")?;
        let expected = chain(&self.hash, number, at, &entry);
        report.compare(place, Wrong::Hash, hex::encode(expected), hex::encode(hash));
        for line in &lines {
            self.line(place, line, report);
        }
        (self.at, self.hash) = (at, hash);
        Ok(())
    }

    fn line(&mut self, place: Place, line: &Line, report: &mut Report) {
        let amount = line.posting.amount();
        let sides = [
            (line.posting.from(), amount.minor().saturating_neg(), line.from_after),
            (line.posting.to(), amount.minor(), line.to_after),
        ];
        for (account, moved, after) in sides {
            let key = (account, amount.currency());
            add(&mut self.sums, key, moved);
            let before = self.left.get(&key).copied().unwrap_or(0);
            report.compare(place, Wrong::BalanceAfter, before.saturating_add(moved), after.minor());
            if account.floor() == Floor::Zero && after.is_negative() {
                report.compare(
                    place,
                    Wrong::BelowZero,
                    format!("{} at least 0", account.code()),
                    after.to_string(),
                );
            }
            // The next posting is compared with what this one says, so that one fault is told once.
            self.left.remove(&key);
            add(&mut self.left, key, after.minor());
        }
    }

    async fn head(&self, snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
        let query = Query::new(BookHead::SHAPE.select_key(), vec![self.book.into()]);
        let rows = snapshot.rows(query).await?;
        let read = |row: &Row| Ok((row.number("entries")?, row.time("last_at")?, row.digest("hash")?));
        let head = rows.first().map(read).transpose().map_err(|error: StoreError| error.of_table("books"))?;
        // On PostgreSQL a book has a row from its first command on, for the lock; it says nothing yet.
        let BookHead { entries, last_at, hash, .. } = BookHead::empty(self.book);
        let head = head.filter(|head| *head != (entries, last_at, hash));
        let tell = |(entries, at, hash): (u64, Timestamp, [u8; 32])| {
            format!("{entries} entries, the last at {at} with hash {}", hex::encode(hash))
        };
        let expected = (self.number > 0).then_some((self.number, self.at, self.hash));
        let [expected, found] = [expected, head].map(|head| head.map_or("no head".to_owned(), tell));
        report.compare(Place::book(self.book), Wrong::Head, expected, found);
        Ok(())
    }

    async fn balances(mut self, snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
        let shape: Shape = Balance::SHAPE;
        let page = "book = $1 AND (account, about, currency) > ($2, $3, $4) ORDER BY account, about, currency LIMIT $5";
        let mut after = [Value::from(""), Value::Int(-1), Value::from("")];
        loop {
            let mut values = vec![self.book.into()];
            values.extend(after.clone());
            values.push(PAGE.into());
            let rows = snapshot.rows(Query::new(shape.select(page), values)).await?;
            let Some(last) = rows.last() else { break };
            after =
                [last.text("account")?.into(), Value::Int(last.int("about")?), last.text("currency")?.into()];
            for row in &rows {
                if let Err(error) = self.balance(row, report) {
                    report.unreadable(Place::book(self.book), &error.of_table(shape.table));
                }
            }
        }
        for ((account, currency), sum) in &self.sums {
            let name = format!("{} {currency}", named(*account));
            report.compare(
                Place::book(self.book),
                Wrong::Balance,
                format!("{name} {sum}"),
                format!("{name} 0"),
            );
        }
        Ok(())
    }

    fn balance(&mut self, row: &Row, report: &mut Report) -> Result<(), StoreError> {
        let account = read_account(row, "account", "about", self.book)?;
        let currency = row.currency("currency")?;
        let (found, sum) = (row.int("amount")?, self.sums.remove(&(account, currency)).unwrap_or(0));
        let name = format!("{} {currency}", named(account));
        report.compare(
            Place::book(self.book),
            Wrong::Balance,
            format!("{name} {sum}"),
            format!("{name} {found}"),
        );
        Ok(())
    }
}

fn add(sums: &mut BTreeMap<Key, i64>, key: Key, moved: i64) {
    let sum = sums.get(&key).copied().unwrap_or(0).saturating_add(moved);
    if sum == 0 {
        sums.remove(&key);
    } else {
        sums.insert(key, sum);
    }
}

fn named(account: Account) -> String {
    match account.about() {
        0 => account.code().to_owned(),
        about => format!("{}:{about}", account.code()),
    }
}

fn told(gapless: bool, places: &[u64]) -> String {
    if gapless { "lines 0, 1, 2 …".to_owned() } else { format!("lines {places:?}") }
}
