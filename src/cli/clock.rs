//! The command line of the clock.

use crate::admin::request::Request;
use clap::{Args, Subcommand};

/// Commands about the clock of an installation for tests.
#[derive(Debug, Subcommand)]
pub enum ClockCommand {
    /// Show the installation's time, and how far it is ahead of real time
    Show,
    /// Move the clock forward; whatever waits for time follows in order, as if the time had passed
    Advance(Advance),
    /// Give the owner a new token for the API, told this once
    NewToken,
}

/// How far to go.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Advance {
    /// By so much, such as 3d4h, 90m or 1w; 400 days at most
    by: Option<String>,
    /// To this moment, such as 2026-12-01T10:00:00Z
    #[arg(long, value_name = "MOMENT")]
    to: Option<String>,
}

impl ClockCommand {
    /// What is asked of the installation.
    #[must_use]
    pub fn request(self) -> Request {
        match self {
            ClockCommand::Show => Request::ShowClock,
            ClockCommand::Advance(Advance { by, to }) => Request::MoveClock { by, to },
            ClockCommand::NewToken => Request::RenewToken,
        }
    }
}
