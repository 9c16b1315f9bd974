//! The command line of Robokassa's dialect.

use crate::admin::request::Request;
use crate::error::{Failure, ProgramError};
use clap::Subcommand;
use std::io::Read;

/// The most that is read from a pipe, in bytes.
const PIPED_MAX: u64 = 262_144;

/// Commands about Robokassa's dialect.
#[derive(Debug, Subcommand)]
pub enum RobokassaCommand {
    /// Say whether a request is signed rightly, and if not, which mistake was made
    Explain {
        /// The address or the form body of a request; - reads it from the standard input
        #[arg(value_name = "URL|BODY")]
        text: String,
        /// The login of the shop [default: the one that the request names]
        #[arg(long, value_name = "LOGIN")]
        shop: Option<String>,
    },
}

impl RobokassaCommand {
    /// What is asked of the installation.
    ///
    /// # Errors
    /// [`ProgramError`] when the standard input cannot be read.
    pub fn request(self) -> Result<Request, ProgramError> {
        match self {
            RobokassaCommand::Explain { text, shop } => {
                let text = if text == "-" { piped(std::io::stdin().lock())? } else { text };
                Ok(Request::ExplainSignature { text, shop })
            }
        }
    }
}

/// The text that is piped in.
///
/// # Errors
/// [`ProgramError`] when it cannot be read, or is too long.
pub(super) fn piped(input: impl Read) -> Result<String, ProgramError> {
    let mut bytes = Vec::new();
    input
        .take(PIPED_MAX.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(ProgramError::system("the standard input"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > PIPED_MAX {
        return Err(Failure::usage(format!("the request is longer than {PIPED_MAX} bytes")).into());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    #[test]
    fn a_request_to_explain_is_taken_with_and_without_a_shop() {
        let typed = ["openkassa", "robokassa", "explain", "/Index.aspx?OutSum=1", "--shop", "demo", "--json"];
        let Command::Robokassa(command) = Cli::try_parse_from(typed).unwrap().command else { panic!() };
        let expected = Request::ExplainSignature {
            text: "/Index.aspx?OutSum=1".to_owned(),
            shop: Some("demo".to_owned()),
        };
        assert_eq!(command.request().unwrap(), expected);
    }

    #[test]
    fn a_pipe_is_read_to_its_end_and_not_without_one() {
        assert_eq!(piped("OutSum=1\n".as_bytes()).unwrap(), "OutSum=1\n");
        assert!(piped(std::io::repeat(b'a')).is_err());
    }
}
