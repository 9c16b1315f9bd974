//! The command line of work that waits for a person.

use crate::admin::request::Request;
use clap::Subcommand;

/// Commands about work.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// Show how much work there is, what was set aside for a person, and what is late
    List,
    /// Let work go on that was set aside, now
    Resume {
        /// What it does, such as carry_refund
        kind: String,
        /// What it is about, as job list shows it
        id: String,
    },
}

impl JobCommand {
    /// What is asked of the installation.
    #[must_use]
    pub fn request(self) -> Request {
        match self {
            JobCommand::List => Request::ListJobs,
            JobCommand::Resume { kind, id } => Request::ResumeJob { kind, id },
        }
    }
}
