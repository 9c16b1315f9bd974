//! The command line: what can be typed, and what is asked of the installation then.

pub mod checkouts;
pub mod clock;
pub mod emulate;
pub mod interkassa;
pub mod jobs;
pub mod payments;
pub mod payouts;
pub mod people;
pub mod providers;
pub mod rates;
pub mod robokassa;
pub mod sellers;

use crate::settings::SetUpKind;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The heading over what every command understands.
const EVERYWHERE: &str = "Everywhere";

/// A payment aggregator that you run yourself.
#[derive(Debug, Parser)]
#[command(name = "openkassa", version, about, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not found, 4 unavailable, \
                        5 the books do not add up, 6 the doctor warns, 7 the doctor found a problem. Settings and commands: docs/running.md.")]
pub struct Cli {
    /// What every command understands.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// The configuration file [default: openkassa.toml here, if it is there]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The data folder
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A PostgreSQL server for the books, such as postgres://openkassa@db.example/openkassa [default: a file in the data folder]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "URL")]
    pub database: Option<String>,
    /// Print JSON for programs
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub json: bool,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the aggregator
    Serve(ServeArgs),
    /// Look around: aggregator, example shop and a simulated provider on this machine
    Demo(DemoArgs),
    /// Imitate a payment service for a shop's own tests
    #[command(subcommand)]
    Emulate(emulate::EmulateCommand),
    /// Sellers and their balances
    #[command(subcommand)]
    Seller(sellers::SellerCommand),
    /// A seller's people, who sign in to its cabinet
    #[command(subcommand)]
    Person(people::PersonCommand),
    /// Shops, their addresses and passwords
    #[command(subcommand)]
    Shop(sellers::ShopCommand),
    /// Checkouts: shops that speak Interkassa's protocols, their addresses, keys and forms
    #[command(subcommand)]
    Checkout(checkouts::CheckoutCommand),
    /// Accounts with payment providers
    #[command(subcommand)]
    Provider(providers::ProviderCommand),
    /// What sellers pay
    #[command(subcommand)]
    Tariff(providers::TariffCommand),
    /// What prices in other currencies are worth
    #[command(subcommand)]
    Rates(rates::RatesCommand),
    /// Payments: look, refund, capture, release, cancel, tell the shop again
    #[command(subcommand)]
    Payment(payments::PaymentCommand),
    /// Payouts: make, look, approve, refuse; in installations for tests
    #[command(subcommand)]
    Payout(payouts::PayoutCommand),
    /// Work that waits for a person: set aside, or late
    #[command(subcommand)]
    Job(jobs::JobCommand),
    /// The clock of an installation for tests: look, and move it forward
    #[command(subcommand)]
    Clock(clock::ClockCommand),
    /// The ledger
    #[command(subcommand)]
    Books(payments::BooksCommand),
    /// What Robokassa's clients send: explain a signature
    #[command(subcommand)]
    Robokassa(robokassa::RobokassaCommand),
    /// What Interkassa's clients send: explain a signature
    #[command(subcommand)]
    Interkassa(interkassa::InterkassaCommand),
    /// Carry a whole installation from one database to another, empty one, and prove its books there
    Copy(CopyArgs),
    /// Look whether the installation is well, whether a server runs or not; changes nothing
    Doctor,
}

/// What to carry where.
#[derive(Clone, Debug, Args)]
pub struct CopyArgs {
    /// The old database: sqlite:FILE, postgres://USER@HOST/DATABASE, or @FILE that holds the address
    #[arg(long, value_name = "ADDRESS")]
    pub from: String,
    /// The new database, which must be empty
    #[arg(long, value_name = "ADDRESS")]
    pub to: String,
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// The address to listen on [default: 127.0.0.1:8080]; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// The kind of a new installation; fixed from then on
    #[arg(long, value_name = "KIND")]
    pub set_up: Option<SetUpKind>,
    /// The address under which buyers, shops and providers reach us
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
}

/// How to show the demo.
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// The address to listen on [default: 127.0.0.1:8080]; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Where the example shop listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub example_shop: SocketAddr,
    /// Where the simulator of a provider listens, such as yookassa=127.0.0.1:9000
    #[arg(long, value_name = "NAME=ADDR", value_parser = simulator)]
    pub simulator: Vec<(String, SocketAddr)>,
    /// Where metrics are read
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub metrics: SocketAddr,
}

fn simulator(text: &str) -> Result<(String, SocketAddr), String> {
    let (name, address) = text.split_once('=').ok_or("expected a name, = and an address")?;
    if name != crate::demo::SIMULATOR {
        return Err(format!("there is no simulator of \"{name}\"; there is {}", crate::demo::SIMULATOR));
    }
    let address =
        address.parse().map_err(|_| format!("\"{address}\" is no address such as 127.0.0.1:9000"))?;
    Ok((name.to_owned(), address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_every_command_understands_may_stand_at_the_end() {
        let typed = ["openkassa", "payment", "list", "--shop", "demo", "--data", "/srv/kassa", "--json"];
        let cli = Cli::try_parse_from(typed).unwrap();
        assert!(cli.common.json);
        assert_eq!(cli.common.data, Some(PathBuf::from("/srv/kassa")));
    }

    #[test]
    fn simulators_are_placed_by_name() {
        assert_eq!(simulator("yookassa=127.0.0.1:9").unwrap().1.port(), 9);
        assert!(simulator("acmepay=127.0.0.1:9").unwrap_err().contains("yookassa"));
        assert!(simulator("yookassa").is_err());
    }
}
