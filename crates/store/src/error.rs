//! Everything that the store may answer instead of what was asked.

use domain::decide::Refused;

/// Why the store did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The business said no; nothing was saved.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Too much waits already; try again in a moment. Nothing was saved.
    #[error("too much is waiting to be saved; try again in a moment")]
    Busy,
    /// A mistake of ours in this one command; nothing of it was saved.
    #[error("an internal mistake stopped this one command; nothing was saved")]
    Panicked,
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// The database does not answer; nothing was saved.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// The database was lost while it saved, so it may or may not be saved: ask before repeating.
    #[error("whether it was saved is not known: {0}")]
    Unknown(String),
    /// What stands in the database cannot be read.
    #[error("the database is damaged: {table}.{column}: {why}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// What is wrong with it.
        why: String,
    },
    /// The master key is not the one under which secrets were sealed.
    #[error("the master key does not open this database: it was sealed under another key")]
    WrongMasterKey,
    /// A newer program has changed the database in a way that this one does not understand.
    #[error(
        "the database has version {found}, which needs a program that knows version {oldest}; this one knows {known}"
    )]
    Newer {
        /// The version of the database.
        found: u32,
        /// The oldest version a program must know to use it.
        oldest: u32,
        /// The newest version this program knows.
        known: u32,
    },
    /// The address of the database is not understood: the whole sentence, without a password.
    #[error("{0}")]
    Address(String),
}

impl StoreError {
    /// What is not the address of a database at all.
    pub(crate) fn no_address(shown: &str) -> StoreError {
        StoreError::Address(format!(
            "\"{shown}\" is not the address of a database; expected sqlite:PATH or \
             postgres://USER@HOST/DATABASE"
        ))
    }

    /// A damaged column of a table still to be named by [`StoreError::of_table`].
    pub(crate) fn corrupt(column: &str, why: impl Into<String>) -> StoreError {
        StoreError::Corrupt { table: "", column: column.to_owned(), why: why.into() }
    }

    /// The same error, naming the table if it is about an unnamed one.
    #[must_use]
    pub(crate) fn of_table(self, name: &'static str) -> StoreError {
        match self {
            StoreError::Corrupt { table: "", column, why } => {
                StoreError::Corrupt { table: name, column, why }
            }
            StoreError::Refused(_)
            | StoreError::Busy
            | StoreError::Panicked
            | StoreError::Closed
            | StoreError::Unavailable(_)
            | StoreError::Unknown(_)
            | StoreError::Corrupt { .. }
            | StoreError::WrongMasterKey
            | StoreError::Newer { .. }
            | StoreError::Address(_) => self,
        }
    }
}
