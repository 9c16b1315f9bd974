//! Several nodes on one database: which numbers are whose, and what becomes of a lost node's work.
//!
//! A writer's connection holds a lock of the server under the writer's number. The server gives it
//! back when the connection ends, so who holds the lock of a node's first writer is that node.

use super::address::WRITERS_MAX;
use super::faults::{is_transient, unavailable};
use super::session::Session;
use crate::error::StoreError;
use crate::value::Value;
use domain::ids::NODES_MAX;
use jiff::Timestamp;
use std::collections::BTreeMap;
use tokio_postgres::Error;

/// The class of our locks among all advisory locks of a database.
const LOCKS: u32 = 0x6f6b;
/// The lock under which a database is migrated and numbers of nodes are taken.
const HOUSE: u32 = 0xffff;
/// A node whose lock nobody held so often in a row is lost. One that only lost its connection has
/// it back before.
const UNHELD_MAX: u32 = 3;

/// The number of a writer: unlike that of every other writer of every other node.
#[must_use]
pub(super) fn writer_of(node: u8, place: u32) -> u32 {
    u32::from(node).saturating_mul(WRITERS_MAX).saturating_add(place)
}

/// Has this connection hold the lock of a writer, and waits for it if somebody else has it.
pub(super) async fn hold(session: &Session, writer: u32) -> Result<(), Error> {
    session.simple(&format!("SELECT pg_advisory_lock({LOCKS}, {writer})")).await
}

/// Has this connection keep everybody else from migrating and from taking numbers. A migration may
/// take its time, so this wait has no end.
pub(super) async fn enter(session: &Session) -> Result<(), StoreError> {
    let sql = format!("SET lock_timeout = 0; SELECT pg_advisory_lock({LOCKS}, {HOUSE}); RESET lock_timeout");
    session.simple(&sql).await.map_err(|error| unavailable(&error))
}

/// Lets the next one in.
pub(super) async fn leave(session: &Session) -> Result<(), StoreError> {
    let sql = format!("SELECT pg_advisory_unlock({LOCKS}, {HOUSE})");
    session.simple(&sql).await.map_err(|error| unavailable(&error))
}

/// Ends the former connection of a writer, if the server has not noticed its end yet. What it had
/// begun cannot be committed any more when the lock is ours.
pub(super) async fn end_former(session: &mut Session, writer: u32, process: i32) -> Result<(), Error> {
    let sql = format!(
        "SELECT COUNT(pg_terminate_backend(pid)) AS ended FROM pg_locks WHERE {} \
         AND CAST(objid AS BIGINT) = $1 AND CAST(pid AS BIGINT) = $2",
        ours()
    );
    session.rows(&sql, &[writer.into(), Value::Int(process.into())]).await.map(|_| ())
}

/// Takes the number that a node is to have, or a free one: never used, else the longest unused.
///
/// A number whose reservation of identifiers is not over may belong to a node that is just
/// reconnecting, so it comes last.
///
/// # Errors
/// [`StoreError::Unavailable`] when the number is in use, or all are.
pub(super) async fn take(
    session: &mut Session,
    wanted: Option<u8>,
    now: Timestamp,
) -> Result<u8, StoreError> {
    if let Some(node) = wanted {
        return match hold(session, writer_of(node, 0)).await {
            Ok(()) => Ok(node),
            Err(error) if is_transient(&error) => Err(StoreError::Unavailable(format!(
                "node {node} is running already: give every node a number of its own, or none"
            ))),
            Err(error) => Err(unavailable(&error)),
        };
    }
    let sql = format!(
        "SELECT CAST(one.number AS BIGINT) AS node FROM generate_series(0, {NODES_MAX} - 1) AS one (number) \
         LEFT JOIN nodes ON nodes.node = one.number ORDER BY \
         CASE WHEN nodes.reserved_until >= $1 THEN 1 ELSE 0 END, COALESCE(nodes.reserved_until, 0), one.number"
    );
    let rows = session.rows(&sql, &[now.into()]).await.map_err(|error| unavailable(&error))?;
    for row in &rows {
        let node = row.small("node").map_err(|error| error.of_table("nodes"))?;
        if try_hold(session, writer_of(node, 0)).await.map_err(|error| unavailable(&error))? {
            return Ok(node);
        }
    }
    Err(StoreError::Unavailable(format!("all {NODES_MAX} nodes are running")))
}

/// Takes the locks of all writers there can be, and the one of the house: until this connection ends,
/// nobody saves anything and no node starts. Tells whose locks somebody else has.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub(super) async fn try_hold_all(session: &mut Session) -> Result<Held, StoreError> {
    if !try_hold(session, HOUSE).await.map_err(|error| unavailable(&error))? {
        return Ok(Held::House);
    }
    let sql = format!(
        "SELECT DISTINCT CAST(one.number / {WRITERS_MAX} AS BIGINT) AS node \
         FROM generate_series(0, {NODES_MAX} * {WRITERS_MAX} - 1) AS one (number) \
         WHERE NOT pg_try_advisory_lock({LOCKS}, one.number) ORDER BY node"
    );
    let rows = session.rows(&sql, &[]).await.map_err(|error| unavailable(&error))?;
    let nodes: Vec<u8> = rows.iter().map(|row| row.small("node")).collect::<Result<_, _>>()?;
    Ok(if nodes.is_empty() { Held::Nothing } else { Held::Nodes(nodes) })
}

/// What somebody else has of the locks of a database.
pub(super) enum Held {
    /// Nothing: all are ours now.
    Nothing,
    /// The lock of the house: a node is just starting, or somebody carries the database elsewhere.
    House,
    /// Those of the writers of these nodes, which are running.
    Nodes(Vec<u8>),
}

async fn try_hold(session: &mut Session, writer: u32) -> Result<bool, Error> {
    let sql = format!(
        "SELECT CASE WHEN pg_try_advisory_lock({LOCKS}, CAST(CAST($1 AS BIGINT) AS INTEGER)) \
         THEN 1 ELSE 0 END AS held"
    );
    let rows = session.rows(&sql, &[writer.into()]).await?;
    Ok(rows.first().is_some_and(|row| row.int("held") == Ok(1)))
}

/// The condition that finds our locks.
fn ours() -> String {
    format!(
        "locktype = 'advisory' AND classid = {LOCKS} AND objsubid = 2 AND granted AND database = \
         (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
}

/// Which nodes were not there lately, and how often in a row.
#[derive(Debug, Default)]
pub(super) struct Watch(BTreeMap<u8, u32>);

impl Watch {
    /// Looks who is there, and tells who is lost since the last look.
    pub(super) async fn look(&mut self, session: &mut Session) -> Result<Vec<u8>, Error> {
        let sql = format!(
            "SELECT node FROM nodes WHERE NOT EXISTS (SELECT 1 FROM pg_locks WHERE {} \
             AND CAST(objid AS BIGINT) = nodes.node * {WRITERS_MAX})",
            ours()
        );
        let rows = session.rows(&sql, &[]).await?;
        Ok(self.count(rows.iter().filter_map(|row| row.small("node").ok()).collect()))
    }

    fn count(&mut self, unheld: Vec<u8>) -> Vec<u8> {
        self.0.retain(|node, _| unheld.contains(node));
        let mut lost = Vec::new();
        for node in unheld {
            let times = self.0.entry(node).or_default();
            *times = times.saturating_add(1);
            if *times == UNHELD_MAX {
                lost.push(node);
            }
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_lost_once_when_nobody_held_its_lock_three_times_in_a_row() {
        let mut watch = Watch::default();
        assert!(watch.count(vec![1, 2]).is_empty());
        assert!(watch.count(vec![1]).is_empty());
        assert_eq!(watch.count(vec![1, 2]), [1]);
        assert!(watch.count(vec![1, 2]).is_empty());
        assert_eq!(watch.count(vec![1, 2]), [2]);
        assert!(watch.count(Vec::new()).is_empty());
        for _ in 1..UNHELD_MAX {
            assert!(watch.count(vec![1]).is_empty());
        }
        assert_eq!(watch.count(vec![1]), [1]);
    }

    #[test]
    fn writers_of_all_nodes_have_numbers_of_their_own() {
        let mut all: Vec<u32> = (0..NODES_MAX)
            .flat_map(|node| (0..WRITERS_MAX).map(move |place| writer_of(node, place)))
            .collect();
        all.dedup();
        assert_eq!(all.len(), 256);
        assert!(!all.contains(&HOUSE));
    }
}
