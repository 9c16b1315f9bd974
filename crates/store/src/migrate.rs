//! Migrations: numbered, embedded, only forward, one set for both engines.
//!
//! Each names the oldest version a program must know to run on the database after it, so the
//! previous release keeps running on the new schema wherever a migration says so.

use crate::error::StoreError;

/// A step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number; they rise.
    pub number: u32,
    /// The oldest version that a program must know to run on the database after it.
    pub oldest: u32,
    /// Statements; `BLOB` is rewritten where an engine calls it otherwise.
    pub sql: &'static str,
    /// Tables that it makes append-only.
    pub append_only: &'static [&'static str],
}

/// All migrations in their order.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        oldest: 1,
        sql: include_str!("migrations/0001.sql"),
        append_only: &["entries", "postings", "history", "shop_logins", "provider_references"],
    },
    Migration { number: 2, oldest: 1, sql: include_str!("migrations/0002.sql"), append_only: &[] },
    Migration { number: 3, oldest: 1, sql: include_str!("migrations/0003.sql"), append_only: &[] },
    Migration {
        number: 4,
        oldest: 1,
        sql: include_str!("migrations/0004.sql"),
        append_only: &["organisations"],
    },
    Migration { number: 5, oldest: 1, sql: include_str!("migrations/0005.sql"), append_only: &[] },
    Migration { number: 6, oldest: 1, sql: include_str!("migrations/0006.sql"), append_only: &[] },
    Migration { number: 7, oldest: 1, sql: include_str!("migrations/0007.sql"), append_only: &[] },
    Migration { number: 8, oldest: 1, sql: include_str!("migrations/0008.sql"), append_only: &[] },
    Migration { number: 9, oldest: 9, sql: include_str!("migrations/0009.sql"), append_only: &[] },
    Migration { number: 10, oldest: 1, sql: include_str!("migrations/0010.sql"), append_only: &["rates"] },
    Migration { number: 11, oldest: 1, sql: include_str!("migrations/0011.sql"), append_only: &[] },
    Migration { number: 12, oldest: 1, sql: include_str!("migrations/0012.sql"), append_only: &[] },
    Migration { number: 13, oldest: 13, sql: include_str!("migrations/0013.sql"), append_only: &[] },
    // SQLite alone lays its tables out anew; see `sqlite/layout.rs`.
    Migration { number: 14, oldest: 14, sql: "", append_only: &[] },
    // PostgreSQL alone makes two indexes otherwise; see `postgres/indexes.rs`.
    Migration { number: 15, oldest: 14, sql: "", append_only: &[] },
];

/// How far a database is: the columns `found` and `oldest` of one row.
pub const FOUND_VERSION: &str =
    "SELECT COALESCE(MAX(version), 0) AS found, COALESCE(MAX(oldest), 0) AS oldest FROM schema_version";

/// The table that says how far a database is, made before the first migration.
pub const SCHEMA_VERSION: &str = "CREATE TABLE IF NOT EXISTS schema_version \
     (version BIGINT NOT NULL PRIMARY KEY, oldest BIGINT NOT NULL, applied_at BIGINT NOT NULL)";

/// The engines there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Migration {
    /// Its statements in the words of an engine, with those that make its tables append-only.
    #[must_use]
    pub fn text(&self, engine: Engine) -> String {
        let mut text = in_words_of(engine, self.sql);
        text.extend(self.append_only.iter().map(|table| append_only(engine, table)));
        text
    }
}

/// `BLOB` has another name in PostgreSQL, and text is compared there by the rules of some language
/// unless it is told to compare bytes, as SQLite does.
fn in_words_of(engine: Engine, sql: &str) -> String {
    match engine {
        Engine::Sqlite => sql.to_owned(),
        Engine::Postgres => sql.replace(" BLOB", " BYTEA").replace(" TEXT", " TEXT COLLATE \"C\""),
    }
}

/// The statements that let an engine refuse to change or delete rows of a table.
#[must_use]
pub fn append_only(engine: Engine, table: &str) -> String {
    match engine {
        Engine::Sqlite => ["UPDATE", "DELETE"].map(|deed| refuse(table, deed)).concat(),
        Engine::Postgres => format!(
            "CREATE OR REPLACE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME \
             USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME; END $$;\n\
             CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION only_added();\n"
        ),
    }
}

fn refuse(table: &str, deed: &str) -> String {
    format!(
        "CREATE TRIGGER {table}_never_{deed} BEFORE {deed} ON {table} \
         BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END;\n"
    )
}

/// What is to be applied to a database of this version (0: empty).
///
/// # Errors
/// [`StoreError::Newer`] when the database needs a program that knows more.
pub fn missing(found: u32, oldest: u32) -> Result<&'static [Migration], StoreError> {
    let known = MIGRATIONS.last().map_or(0, |migration| migration.number);
    if oldest > known {
        return Err(StoreError::Newer { found, oldest, known });
    }
    let applied = MIGRATIONS.partition_point(|migration| migration.number <= found);
    Ok(MIGRATIONS.get(applied..).unwrap_or_default())
}

#[cfg(test)]
mod schema;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_in_their_order() {
        assert!(MIGRATIONS.iter().zip(1..).all(|(migration, number)| migration.number == number));
        assert!(MIGRATIONS.iter().all(|migration| migration.oldest <= migration.number));
    }

    #[test]
    fn a_database_that_needs_a_newer_program_is_refused() {
        assert_eq!(missing(0, 0).unwrap().len(), MIGRATIONS.len());
        assert!(missing(90, 1).unwrap().is_empty());
        let refused = missing(90, 90).unwrap_err();
        assert_eq!(refused, StoreError::Newer { found: 90, oldest: 90, known: 15 });
        assert!(refused.to_string().contains("needs a program that knows version 90"));
    }
}
