//! The command line of Interkassa's dialect.

use super::robokassa::piped;
use crate::admin::request::Request;
use crate::admin::request::checkouts::CheckoutRequest;
use crate::error::ProgramError;
use clap::Subcommand;

/// Commands about Interkassa's dialect.
#[derive(Debug, Subcommand)]
pub enum InterkassaCommand {
    /// Say whether a request is signed rightly, and if not, which mistake was made
    Explain {
        /// The address or the form body of a request; - reads it from the standard input
        #[arg(value_name = "URL|BODY")]
        text: String,
        /// The identifier of the checkout [default: the one that the request names]
        #[arg(long, value_name = "CHECKOUT")]
        checkout: Option<String>,
    },
}

impl InterkassaCommand {
    /// What is asked of the installation.
    ///
    /// # Errors
    /// [`ProgramError`] when the standard input cannot be read.
    pub fn request(self) -> Result<Request, ProgramError> {
        match self {
            InterkassaCommand::Explain { text, checkout } => {
                let text = if text == "-" { piped(std::io::stdin().lock())? } else { text };
                Ok(Request::Checkout(CheckoutRequest::Explain { text, checkout }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    #[test]
    fn a_request_to_explain_may_name_its_checkout() {
        let typed =
            ["openkassa", "interkassa", "explain", "ik_am=1", "--checkout", "5534b1683b1eaf00758b4567"];
        let Command::Interkassa(command) = Cli::try_parse_from(typed).unwrap().command else { panic!() };
        let expected = CheckoutRequest::Explain {
            text: "ik_am=1".to_owned(),
            checkout: Some("5534b1683b1eaf00758b4567".to_owned()),
        };
        assert_eq!(command.request().unwrap(), Request::Checkout(expected));
    }
}
