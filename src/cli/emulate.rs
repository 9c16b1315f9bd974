//! The command line of emulators: a service imitated for shops' own tests.

use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Services that can be imitated.
#[derive(Debug, Subcommand)]
pub enum EmulateCommand {
    /// Robokassa: every path of its protocol, no accounts needed, outcomes chosen on a page or by a program
    Robokassa(EmulateArgs),
    /// Interkassa: the payment page of both generations at the root, the API at /v1, outcomes chosen likewise
    Interkassa(EmulateInterkassaArgs),
}

/// How to imitate Interkassa.
#[derive(Clone, Debug, Args)]
pub struct EmulateInterkassaArgs {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7791")]
    pub listen: SocketAddr,
    /// A JSON array of checkouts; one that is not in it has the usual keys (docs/emulator.md)
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
}

/// How to imitate it.
#[derive(Clone, Debug, Args)]
pub struct EmulateArgs {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7790")]
    pub listen: SocketAddr,
    /// A JSON array of accounts; a login that is not in it has the usual passwords (docs/emulator.md)
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
    /// Where shops are told of payments, by POST, unless their account says otherwise
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub result_url: Option<String>,
    /// Where buyers return after success
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub success_url: Option<String>,
    /// Where buyers return otherwise
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub fail_url: Option<String>,
    /// Refuse what the live service is known to refuse
    #[arg(long)]
    pub strict: bool,
}

/// An absolute http or https address.
///
/// # Errors
/// What is expected, in a sentence.
pub fn web_address(text: &str) -> Result<String, String> {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"));
    let plain = text.chars().all(|letter| !letter.is_whitespace() && !letter.is_control());
    match rest {
        Some(rest) if plain && !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':']) => {
            Ok(text.to_owned())
        }
        Some(_) | None => Err(format!("\"{text}\" is no address such as http://127.0.0.1:8000/result")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn read(typed: &[&str]) -> Result<EmulateArgs, clap::Error> {
        let all = ["openkassa", "emulate", "robokassa"].iter().chain(typed);
        match Cli::try_parse_from(all)?.command {
            Command::Emulate(EmulateCommand::Robokassa(args)) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_listens_on_a_port_of_its_own_and_needs_nothing_else() {
        let args = read(&[]).unwrap();
        assert_eq!(args.listen.to_string(), "127.0.0.1:7790");
        assert!(!args.strict && args.accounts.is_none() && args.result_url.is_none());
        assert_eq!(read(&["--listen", "127.0.0.1:0"]).unwrap().listen.port(), 0);
    }

    #[test]
    fn addresses_are_absolute() {
        let args = read(&["--result-url", "http://localhost:8000/robokassa/result?x=1"]).unwrap();
        assert_eq!(args.result_url.unwrap(), "http://localhost:8000/robokassa/result?x=1");
        for wrong in ["/result", "shop.example", "http://", "http:///x", "ftp://shop.example", "http://a b"] {
            assert!(read(&["--fail-url", wrong]).is_err(), "{wrong}");
        }
    }
}
