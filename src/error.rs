//! Everything that ends the program early: what is wrong, where, and how to put it right.

use crate::exits::Ending;
use engine::error::EngineError;
use serde::{Deserialize, Serialize};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use store::error::StoreError;

/// A refusal as it travels through the admin socket: its kind and its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind of ending it is.
    pub ending: Ending,
    /// What is wrong, for people.
    pub message: String,
}

impl Failure {
    /// A wrong value of the command line that only the installation can judge.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { ending: Ending::Usage, message: message.into() }
    }

    /// Something that is not there.
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Failure {
        Failure { ending: Ending::NotFound, message: message.into() }
    }

    /// Something that the rules do not allow.
    #[must_use]
    pub fn refused(message: impl Into<String>) -> Failure {
        Failure { ending: Ending::Refused, message: message.into() }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let ending = match &error {
            EngineError::Refused(_) | EngineError::Connector(_) => Ending::Refused,
            EngineError::NotFound(_) => Ending::NotFound,
            EngineError::Busy | EngineError::Store(_) | EngineError::Frozen(_) => Ending::Unavailable,
        };
        Failure { ending, message: error.to_string() }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        EngineError::from(error).into()
    }
}

/// Why the program ended before it did what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// The configuration cannot be used.
    #[error("{0}")]
    Settings(String),
    /// The data folder cannot be used.
    #[error("the data folder {folder} cannot be used: {why}")]
    Folder {
        /// Where.
        folder: PathBuf,
        /// What is wrong and how to put it right.
        why: String,
    },
    /// Somebody else has the data folder.
    #[error(
        "the data folder {folder} is in use by another openkassa (its lock is {lock}). Stop that one first, \
         or give this one a folder of its own with --data; two programs never share one"
    )]
    Locked {
        /// The folder.
        folder: PathBuf,
        /// The lock file.
        lock: PathBuf,
    },
    /// The folder holds no installation.
    #[error(
        "there is no installation in {folder} yet. Its kind is chosen once and never changes: run \
         `openkassa serve --set-up live` for real money or `openkassa serve --set-up test` for rehearsals, \
         or look around first with `openkassa demo`"
    )]
    NotSetUp {
        /// The folder.
        folder: PathBuf,
    },
    /// The kind asked for is not the kind that was fixed.
    #[error(
        "the installation in {folder} was set up as {fixed}, and the kind of an installation never changes. \
         Start without --set-up, or give the {asked} installation a data folder of its own"
    )]
    KindFixed {
        /// The folder.
        folder: PathBuf,
        /// What it is.
        fixed: &'static str,
        /// What was asked for.
        asked: &'static str,
    },
    /// The master key cannot be had.
    #[error("{0}")]
    MasterKey(String),
    /// The master key is another one.
    #[error(
        "the master key from {key_place} does not open the database {database}: it was sealed under another \
         key. Put back the key that this installation was set up with; without it shops' passwords and \
         providers' secrets cannot be read (docs/running.md, \"A lost master key\")"
    )]
    WrongMasterKey {
        /// Where the key came from.
        key_place: String,
        /// Where the database is.
        database: String,
    },
    /// A newer program was here.
    #[error("the database {database} was changed by a newer openkassa: {detail}. Start that newer version")]
    Newer {
        /// Where the database is.
        database: String,
        /// Which versions.
        detail: StoreError,
    },
    /// The database cannot be opened.
    #[error("the database {database} cannot be opened: {detail}")]
    Store {
        /// Where the database is.
        database: String,
        /// Why.
        detail: StoreError,
    },
    /// An address cannot be listened on.
    #[error("{what} cannot listen on {address}: {detail}. {advice}")]
    Listen {
        /// What wanted to listen.
        what: &'static str,
        /// Where.
        address: SocketAddr,
        /// The system's words.
        detail: io::Error,
        /// How to put it right.
        advice: String,
    },
    /// Something of the system failed.
    #[error("{what}: {detail}")]
    System {
        /// What was tried.
        what: String,
        /// The system's words.
        detail: io::Error,
    },
    /// The command was understood and not done.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl ProgramError {
    /// How the program ends with it.
    #[must_use]
    pub const fn ending(&self) -> Ending {
        match self {
            ProgramError::Settings(_) => Ending::Usage,
            ProgramError::Folder { .. }
            | ProgramError::Locked { .. }
            | ProgramError::NotSetUp { .. }
            | ProgramError::KindFixed { .. }
            | ProgramError::MasterKey(_)
            | ProgramError::WrongMasterKey { .. }
            | ProgramError::Newer { .. }
            | ProgramError::Store { .. }
            | ProgramError::Listen { .. }
            | ProgramError::System { .. } => Ending::Unavailable,
            ProgramError::Failure(failure) => failure.ending,
        }
    }

    /// A failure of the system while something was tried.
    pub fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> ProgramError {
        let what = what.into();
        move |detail| ProgramError::System { what, detail }
    }
}

impl From<EngineError> for ProgramError {
    fn from(error: EngineError) -> Self {
        ProgramError::Failure(error.into())
    }
}

impl From<StoreError> for ProgramError {
    fn from(error: StoreError) -> Self {
        ProgramError::Failure(error.into())
    }
}
