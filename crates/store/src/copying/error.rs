//! Why an installation was not carried to another database.

use crate::error::StoreError;
use crate::reads::books::Report;

/// Why nothing has arrived; places are told without their passwords.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// The file to be read is not there.
    #[error("there is no file {place}")]
    Missing {
        /// Where it was looked for.
        place: String,
    },
    /// The old place was never set up, or is something else.
    #[error("there is no installation in {place}")]
    NoInstallation {
        /// Where it was looked for.
        place: String,
    },
    /// Somebody uses the place.
    #[error(
        "{place} is in use: {by}. Stop every openkassa that uses it, and start none before it is carried: \
         what is paid meanwhile would stay behind"
    )]
    InUse {
        /// Which of the two.
        place: String,
        /// By whom.
        by: String,
    },
    /// The schema of the old place is not the one that this program makes.
    #[error(
        "{place} has version {found} of the schema, and this program makes version {known}: start the version \
         of openkassa that is to go on there once, or carry it with the version that made it"
    )]
    Version {
        /// Where.
        place: String,
        /// Which version it has.
        found: u32,
        /// Which version is made here.
        known: u32,
    },
    /// There is something in the new place.
    #[error(
        "{place} is not empty: {what}. An installation is carried only to an empty place, for two never mix: \
         name a new database, or take away what is there if nobody needs it"
    )]
    NotEmpty {
        /// Where.
        place: String,
        /// What is there.
        what: String,
    },
    /// The master key opens nothing at the old place.
    #[error("the master key does not open {place}: it was sealed under another key")]
    WrongMasterKey {
        /// Where.
        place: String,
    },
    /// A row did not arrive as it was.
    #[error(
        "what arrived of the table {table} is not what was sent: something changes the old place, or a \
         trigger the new one. Nothing was kept"
    )]
    Differs {
        /// In which table.
        table: String,
    },
    /// The books do not add up.
    #[error(
        "the books do not add up ({} findings, the first: {}), so nothing was kept: run `openkassa books check` \
         at the old place",
        .0.findings.len(),
        .0.findings.first().map(ToString::to_string).unwrap_or_default()
    )]
    NotGreen(Report),
    /// A database did not do what it was asked.
    #[error("{place}: {detail}")]
    Database {
        /// Which of the two.
        place: String,
        /// What it said.
        detail: StoreError,
    },
}
