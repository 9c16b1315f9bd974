//! Our books against themselves and against the providers' own, after every step.

use std::collections::BTreeMap;

use domain::jobs::Lease;
use jiff::Timestamp;
use simulators::yookassa::state::Status;
use store::reader::{Query, Reader};
use store::value::Row;

use crate::tasks::at_once;
use crate::world::World;

/// What our books say that providers did, as far as they were read.
#[derive(Debug, Default)]
pub struct Books {
    read: BTreeMap<i64, i64>,
    /// Received, by account and currency.
    received: BTreeMap<(i64, String), i64>,
    /// Given back, by account.
    returned: BTreeMap<i64, i64>,
}

/// The rows of a query, at once.
pub fn rows(reader: &Reader, query: Query) -> Vec<Row> {
    at_once(reader.rows(query)).expect("a reader that waits for nobody").expect("an answer")
}

fn int(row: &Row, column: &str) -> i64 {
    row.int(column).expect("a number")
}

impl Books {
    fn received(&self, account: u64, currency: &str) -> i64 {
        let account = i64::try_from(account).unwrap_or(0);
        self.received.get(&(account, currency.to_owned())).copied().unwrap_or(0)
    }

    fn returned(&self, account: u64) -> i64 {
        self.returned.get(&i64::try_from(account).unwrap_or(0)).copied().unwrap_or(0)
    }

    /// Reads on; answers with what does not add up in a book that was touched.
    fn read_on(&mut self, reader: &Reader) -> Result<(), String> {
        let heads = rows(reader, Query::new("SELECT book, entries FROM books ORDER BY book", Vec::new()));
        for head in heads {
            let (book, entries) = (int(&head, "book"), int(&head, "entries"));
            let before = self.read.insert(book, entries).unwrap_or(0);
            if entries > before {
                self.read_lines(reader, book, before);
                balanced(reader, book)?;
            }
        }
        Ok(())
    }

    fn read_lines(&mut self, reader: &Reader, book: i64, after: i64) {
        let sql = "SELECT from_account, from_about, to_account, to_about, currency, amount FROM postings \
                   WHERE book = $1 AND entry > $2";
        for row in rows(reader, Query::new(sql, vec![book.into(), after.into()])) {
            let (from, to) = (row.text("from_account").expect("text"), row.text("to_account").expect("text"));
            if from == "provider" {
                let currency = row.string("currency").expect("text");
                *self.received.entry((int(&row, "from_about"), currency)).or_default() += int(&row, "amount");
            } else if from == "refunds_in_transit" && to == "provider" {
                *self.returned.entry(int(&row, "to_about")).or_default() += int(&row, "amount");
            }
        }
    }
}

/// A book balances in every currency, and no guarded account is below zero. A seller owes nothing either:
/// nobody in this world takes what a seller does not have.
fn balanced(reader: &Reader, book: i64) -> Result<(), String> {
    let sql = "SELECT currency, CAST(SUM(amount) AS BIGINT) AS total, MIN(CASE WHEN account IN \
               ('pending', 'available', 'refunds_in_transit', 'payer_credit', 'unclaimed', 'seller_owes') \
               THEN amount ELSE 0 END) AS lowest FROM balances WHERE book = $1 GROUP BY currency";
    for row in rows(reader, Query::new(sql, vec![book.into()])) {
        let (total, lowest) = (int(&row, "total"), int(&row, "lowest"));
        if total != 0 || lowest < 0 {
            return Err(format!("book {book} does not balance: {total} over, {lowest} at the lowest"));
        }
    }
    let sql = "SELECT CAST(COALESCE(SUM(unsettled), 0) AS BIGINT) AS of_payments, \
               (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM balances \
               WHERE book = $1 AND account = 'pending') AS pending FROM payments WHERE book = $1";
    let found = rows(reader, Query::new(sql, vec![book.into()]));
    match found.first().map(|row| (int(row, "of_payments"), int(row, "pending"))) {
        Some((of_payments, pending)) if of_payments != pending => {
            Err(format!("{pending} are pending in book {book}, and payments wait for {of_payments}"))
        }
        _ => Ok(()),
    }
}

/// Work that must be planned while something is unfinished: what, and how to find those without.
const UNPLANNED: [(&str, &str); 5] = [
    (
        "an unfinished attempt",
        "SELECT COUNT(*) AS found FROM attempts WHERE state IN \
         ('planned', 'sending', 'waiting', 'unknown', 'held') AND NOT EXISTS (SELECT 1 FROM jobs \
         WHERE jobs.about = attempts.number AND jobs.book = attempts.book AND jobs.kind IN \
         ('advance_attempt', 'check_attempt', 'capture_hold', 'release_hold'))",
    ),
    (
        "an open payment",
        "SELECT COUNT(*) AS found FROM payments WHERE state = 'open' AND NOT EXISTS (SELECT 1 FROM jobs \
         WHERE jobs.about = payments.number AND jobs.kind = 'expire_payment' AND jobs.book = payments.book)",
    ),
    (
        "an unfinished refund",
        "SELECT COUNT(*) AS found FROM refunds WHERE state IN ('asked', 'sent') AND NOT EXISTS (SELECT 1 \
         FROM jobs WHERE jobs.about = refunds.number AND jobs.kind = 'carry_refund' \
         AND jobs.book = refunds.book)",
    ),
    (
        "money between two books",
        "SELECT COUNT(*) AS found FROM moves WHERE state = 'in_transit' AND NOT EXISTS (SELECT 1 FROM jobs \
         WHERE jobs.about = moves.number AND jobs.kind = 'carry_move' AND jobs.book = moves.book)",
    ),
    (
        "an owed notice",
        "SELECT COUNT(*) AS found FROM notices WHERE state = 'owed' AND NOT EXISTS (SELECT 1 FROM jobs \
         WHERE jobs.about = notices.number AND jobs.kind = 'send_notice' AND jobs.book = notices.book)",
    ),
];

impl World {
    /// Writes what our own history says of every payment into the log, after something went wrong.
    pub fn tell_histories(&mut self) {
        let sql = "SELECT h.about, h.at, h.what, h.details, p.description, p.state FROM history h \
                   JOIN payments p ON p.number = h.about AND p.book = h.book WHERE h.subject = 'payment' \
                   ORDER BY h.about, h.at, h.turn, h.place";
        for row in rows(&self.ground.reader, Query::new(sql, Vec::new())) {
            let text = |column: &str| row.string(column).expect("text");
            let (at, about) = (row.time("at").expect("a moment"), int(&row, "about"));
            let (what, details, tag) = (text("what"), text("details"), text("description"));
            let (state, at) = (text("state"), at.strftime("%a %H:%M:%S%.3f"));
            self.say(|| format!("{tag}, payment {about}, now {state}: {at} {what} {details}"));
        }
    }

    /// What our books say of each provider's money, and what its own say.
    fn compared(&self) -> [(&'static str, i64, i64); 4] {
        let (asked, counter) = (self.provider_account.number, self.counter.account.number);
        let lines = self.provider.books();
        let taken: i64 =
            lines.iter().filter(|line| line.status == Status::Succeeded).map(|line| line.amount).sum();
        let returned: i64 = lines.iter().map(|line| line.refunded).sum();
        [
            ("received from the provider", self.books.received(asked, "RUB"), taken),
            ("given back by the provider", self.books.returned(asked), returned),
            ("received at the counter", self.books.received(counter, "RUB"), self.counter.total("RUB")),
            ("dollars at the counter", self.books.received(counter, "USD"), self.counter.total("USD")),
        ]
    }

    /// What must be true of the books after every step.
    pub fn check_books(&mut self) {
        if let Err(what) = self.books.read_on(&self.ground.reader) {
            self.accuse(what);
        }
        for (what, ours, theirs) in self.compared() {
            if ours > theirs {
                self.accuse(format!("{what}: our books say {ours}, theirs {theirs}"));
            }
        }
        for (what, sql) in UNPLANNED {
            let found = rows(&self.ground.reader, Query::new(sql, Vec::new()));
            let found = found.first().map_or(0, |row| int(row, "found"));
            if found > 0 {
                self.accuse(format!("{what} has no work planned that will finish it"));
            }
        }
    }

    /// Whether a lease is the last one given for its job, and lasts until a moment.
    pub fn holds(&self, lease: &Lease, until: Timestamp) -> bool {
        let sql = "SELECT lease FROM jobs WHERE about = $1 AND kind = $2 AND book = $3 AND lease_until >= $4";
        let task = lease.task;
        let values = vec![task.about().into(), task.kind().into(), task.book().into(), until.into()];
        let found = rows(&self.ground.reader, Query::new(sql, values));
        found.first().is_some_and(|row| row.number("lease").expect("a number") == lease.number)
    }

    /// What must be equal once everything is learned.
    pub fn check_providers(&mut self) {
        for (what, ours, theirs) in self.compared() {
            if ours != theirs {
                self.accuse(format!("{what}: our books say {ours} in the end, theirs {theirs}"));
            }
        }
        let lines = self.provider.books();
        if let Some(line) =
            lines.iter().find(|line| matches!(line.status, Status::Pending | Status::WaitingForCapture))
        {
            self.accuse(format!("{} is still {} at the provider", line.payment, line.status.code()));
        }
    }
}
