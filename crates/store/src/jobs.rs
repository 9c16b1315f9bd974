//! Jobs as rows. `ready_at` is the later of due time and end of the lease, and nothing while parked,
//! so that one index finds what can be claimed.

use crate::backend::{Plain, SKIP_LOCKED};
use crate::error::StoreError;
use crate::reader::Query;
use crate::seal::Sealer;
use crate::table::{Shape, Table, int, key_first, text};
use crate::value::{Row, Value};
use domain::admit::LEASE;
use domain::ids::{Book, NODES_MAX, SEQUENCE_BITS};
use domain::jobs::{Job, Lease, Task};
use jiff::Timestamp;

impl Table for Job {
    const SHAPE: Shape = Shape {
        table: "jobs",
        columns: &[
            int("about"),
            text("kind"),
            int("book"),
            int("due"),
            int("tries"),
            int("lease"),
            int("lease_until"),
            text("parked"),
            int("ready_at"),
        ],
        keys: 3,
    };

    fn key_values(key: &Task) -> Vec<Value> {
        vec![key.about().into(), key.kind().into(), key.book().into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let ready_at = match (&self.parked, self.lease) {
            (Some(_), _) => None,
            (None, Some((_, until))) => Some(self.due.max(until)),
            (None, None) => Some(self.due),
        };
        let mut values = key_first(self);
        values.extend([
            self.due.into(),
            self.tries.into(),
            self.lease.map(|(number, _)| number).into(),
            self.lease.map(|(_, until)| until).into(),
            self.parked.as_ref().into(),
            ready_at.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Job, StoreError> {
        let task = read_task(row)?;
        let lease = match row.maybe_int("lease")? {
            Some(_) => Some((row.number("lease")?, row.time("lease_until")?)),
            None => None,
        };
        Ok(Job {
            task,
            due: row.time("due")?,
            tries: row.small("tries")?,
            lease,
            parked: row.maybe_string("parked")?,
        })
    }
}

/// What is due and has no live lease, the longest waiting first: keys to be claimed.
pub(crate) fn due(limit: u32, now: Timestamp) -> Query {
    let sql = "SELECT about, kind, book FROM jobs WHERE ready_at <= $1 AND parked IS NULL \
               ORDER BY ready_at, about, kind, book LIMIT $2";
    Query::new(sql, vec![now.into(), limit.into()])
}

/// The job that a row of keys names.
pub(crate) fn read_task(row: &Row) -> Result<Task, StoreError> {
    let (about, book) = (row.number("about")?, row.book("book")?);
    row.word("kind", |kind| Task::from_parts(kind, about, book))
}

/// So many jobs are claimed by one statement at most; few sizes, so that texts repeat and stay prepared.
const CHUNKS: [usize; 3] = [64, 8, 1];

/// Statements that claim these jobs, each with the book of its first.
pub(crate) fn claims(number: u64, tasks: &[Task], now: Timestamp) -> Vec<(Book, Plain)> {
    let mut rest = tasks;
    let mut all = Vec::new();
    for count in CHUNKS {
        while let Some((chunk, left)) = rest.split_at_checked(count) {
            all.extend(chunk.first().map(|first| (first.book(), claim(number, chunk, now))));
            rest = left;
        }
    }
    all
}

/// Takes those of some jobs that are due and have no live lease; each row comes back with its new lease.
///
/// The condition stands in the outer statement too: without it PostgreSQL hands one job to two workers.
/// Every job is named by its key, and so by its book: no claim reaches into the queue of another book.
pub(crate) fn claim(number: u64, tasks: &[Task], now: Timestamp) -> Plain {
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let mut values = vec![number.into(), until.into(), now.into()];
    let keys = (0..tasks.len()).map(|place| {
        let first = place.saturating_mul(3).saturating_add(4);
        let [about, kind, book] = [first, first.saturating_add(1), first.saturating_add(2)];
        format!("(CAST(${about} AS BIGINT), CAST(${kind} AS TEXT), CAST(${book} AS BIGINT))")
    });
    let keys: Vec<String> = keys.collect();
    values.extend(tasks.iter().flat_map(Job::key_values));
    let sql = format!(
        "UPDATE jobs SET lease = $1, lease_until = $2, ready_at = $2 \
         WHERE ready_at <= $3 AND parked IS NULL AND (about, kind, book) IN \
         (SELECT about, kind, book FROM jobs WHERE (about, kind, book) IN (VALUES {}) \
         AND ready_at <= $3 AND parked IS NULL {SKIP_LOCKED}) RETURNING {}",
        keys.join(", "),
        Job::SHAPE.names()
    );
    Plain::any(sql, values)
}

/// Ends the leases that nodes gave before they were lost or started anew: nobody works under them.
///
/// A job under a live lease is ready when the lease ends, so the index finds it among those of the next
/// minutes; one whose lease has ended can be claimed anyway. Nodes' clocks differ, so twice the length of a
/// lease is looked through. A lease that ends later still was given before a clock was set back, and waits
/// for that clock like all that is due.
pub(crate) fn end_leases_of(nodes: &[u8], now: Timestamp) -> Plain {
    let latest = now.saturating_add(LEASE).and_then(|end| end.saturating_add(LEASE)).unwrap_or(now);
    let sql = format!("{} AND {} AND ready_at > $1 AND ready_at <= $2", end_all_leases(), given_by(nodes));
    Plain::any(sql, vec![now.into(), latest.into()])
}

/// The text that ends all leases there are; it looks through all jobs.
pub(crate) const fn end_all_leases() -> &'static str {
    "UPDATE jobs SET lease = NULL, lease_until = NULL, ready_at = due \
     WHERE lease IS NOT NULL AND parked IS NULL"
}

/// The node stands in the lease's number; division says the same on every engine.
fn given_by(nodes: &[u8]) -> String {
    let nodes: Vec<String> = nodes.iter().map(u8::to_string).collect();
    format!("lease / {} % {NODES_MAX} IN ({})", 1_u32 << SEQUENCE_BITS, nodes.join(", "))
}

/// Gives a job back until a later moment, if the lease is still the last one.
pub(crate) fn put_off(lease: &Lease, due: Timestamp, why: &str) -> Plain {
    let sql = "UPDATE jobs SET due = $1, ready_at = $1, tries = tries + 1, lease = NULL, lease_until = NULL, \
               last_why = $2 WHERE about = $3 AND kind = $4 AND book = $5 AND lease = $6";
    let mut values = vec![due.into(), why.into()];
    values.extend(lease_values(lease));
    Plain::any(sql.to_owned(), values)
}

/// Sets a job aside for a person, if the lease is still the last one.
pub(crate) fn park(lease: &Lease, why: &str) -> Plain {
    let sql = "UPDATE jobs SET parked = $1, ready_at = NULL, lease = NULL, lease_until = NULL, last_why = $1 \
               WHERE about = $2 AND kind = $3 AND book = $4 AND lease = $5";
    let mut values = vec![why.into()];
    values.extend(lease_values(lease));
    Plain::any(sql.to_owned(), values)
}

/// Makes a job due now, unless it is, or somebody is at it, or it waits for a person.
pub(crate) fn bring_forward(task: Task, now: Timestamp) -> Plain {
    let sql = "UPDATE jobs SET due = $1, ready_at = $1 WHERE about = $2 AND kind = $3 AND book = $4 \
               AND parked IS NULL AND due > $1 AND (lease_until IS NULL OR lease_until <= $1)";
    let mut values = vec![now.into()];
    values.extend(Job::key_values(&task));
    Plain::any(sql.to_owned(), values)
}

fn lease_values(lease: &Lease) -> Vec<Value> {
    let mut values = Job::key_values(&lease.task);
    values.push(lease.number.into());
    values
}
