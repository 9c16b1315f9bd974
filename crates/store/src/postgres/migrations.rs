//! Bringing the schema of a PostgreSQL database up to date: the same steps that SQLite takes.

use super::faults::unavailable;
use super::indexes;
use super::session::Session;
use crate::error::StoreError;
use crate::migrate::{Engine, FOUND_VERSION, Migration, SCHEMA_VERSION, missing};
use jiff::Timestamp;

/// Applies what is missing, each migration in a transaction of its own. Whoever calls holds the lock
/// under which nobody else does.
///
/// # Errors
/// [`StoreError::Newer`], [`StoreError::Unavailable`].
pub(super) async fn migrate(session: &mut Session, now: Timestamp) -> Result<(), StoreError> {
    let failed = |error: tokio_postgres::Error| unavailable(&error);
    // A notice that the table is there already would be told at every start.
    let quiet = format!("SET client_min_messages = warning; {SCHEMA_VERSION}; RESET client_min_messages");
    session.simple(&quiet).await.map_err(failed)?;
    let rows = session.rows(FOUND_VERSION, &[]).await.map_err(failed)?;
    let (found, oldest) = match rows.first() {
        Some(row) => (row.small("found")?, row.small("oldest")?),
        None => (0, 0),
    };
    for migration in missing(found, oldest)? {
        session.simple(&step(migration, now)).await.map_err(failed)?;
    }
    Ok(())
}

fn step(migration: &Migration, now: Timestamp) -> String {
    format!("BEGIN; {}; COMMIT", statements(migration, now))
}

/// One step of the schema, for whoever has begun a transaction.
pub(super) fn statements(migration: &Migration, now: Timestamp) -> String {
    let indexes = if migration.number == indexes::STEP { indexes::ANEW } else { "" };
    format!(
        "{}{indexes} INSERT INTO schema_version (version, oldest, applied_at) VALUES ({}, {}, {})",
        migration.text(Engine::Postgres),
        migration.number,
        migration.oldest,
        now.as_microsecond()
    )
}
