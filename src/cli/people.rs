//! The command line of a seller's people.

use crate::admin::request::Request;
use clap::Subcommand;

/// Commands about the people who sign in to the cabinet of a seller.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Let somebody in, with a password that is shown this once
    Create {
        /// The seller's identifier
        seller: String,
        /// The personal login: small Latin letters and digits, and . - _ @ between them
        login: String,
        /// The name for other people [default: the login]
        #[arg(long)]
        name: Option<String>,
        /// What the seller's people say whose they are; only the first person needs it
        #[arg(long, value_name = "LOGIN")]
        organisation: Option<String>,
    },
    /// Give somebody a new password, shown this once, and end all his sessions
    ResetPassword {
        /// The seller's identifier
        seller: String,
        /// The personal login
        login: String,
    },
    /// List a seller's people
    List {
        /// The seller's identifier
        seller: String,
    },
}

impl PersonCommand {
    /// What is asked of the installation.
    #[must_use]
    pub fn request(self) -> Request {
        match self {
            PersonCommand::Create { seller, login, name, organisation } => Request::CreatePerson {
                seller,
                name: name.unwrap_or_else(|| login.clone()),
                login,
                organisation,
            },
            PersonCommand::ResetPassword { seller, login } => Request::ResetPassword { seller, login },
            PersonCommand::List { seller } => Request::ListPeople { seller },
        }
    }
}
