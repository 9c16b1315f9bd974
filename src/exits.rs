//! How a command ends: one code for each kind of ending, the same in every command.

use serde::{Deserialize, Serialize};
use std::process::ExitCode;

/// Why a command did not do what it was asked; `docs/running.md` lists the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The business said no, and nothing was saved.
    Refused,
    /// The command line or the configuration is wrong.
    Usage,
    /// There is no such thing.
    NotFound,
    /// The installation cannot be used now: locked, wrong key, a port in use.
    Unavailable,
    /// The books were read, or carried elsewhere, and something in them does not add up.
    NotGreen,
    /// The doctor found something that somebody should look at.
    Warned,
    /// The doctor found something that is wrong.
    Unwell,
}

impl Ending {
    /// The exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Ending::Refused => 1,
            Ending::Usage => 2,
            Ending::NotFound => 3,
            Ending::Unavailable => 4,
            Ending::NotGreen => 5,
            Ending::Warned => 6,
            Ending::Unwell => 7,
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        ExitCode::from(ending.code())
    }
}
