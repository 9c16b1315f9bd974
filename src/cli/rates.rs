//! The command line of rates: what prices in other currencies are worth.

use crate::admin::request::{RateWish, Request};
use clap::Subcommand;

/// Commands about rates.
#[derive(Debug, Subcommand)]
pub enum RatesCommand {
    /// Say what a currency is worth; payments that are open keep the rate they have
    Set {
        /// The currency in which shops price, such as USD
        currency: String,
        /// What one unit of it is worth, such as 90.00
        worth: String,
        /// The currency in which buyers pay
        #[arg(long = "in", value_name = "CURRENCY", default_value = "RUB")]
        paid_in: String,
        /// Only for this shop, before the rate of everybody
        #[arg(long, value_name = "LOGIN")]
        shop: Option<String>,
        /// From when on, such as 2026-01-31T00:00:00+03:00 [default: now]
        #[arg(long, value_name = "MOMENT")]
        at: Option<String>,
    },
    /// List what was said, the youngest first, and what of it holds
    List {
        /// What holds at this moment instead of now
        #[arg(long, value_name = "MOMENT")]
        at: Option<String>,
    },
}

impl RatesCommand {
    /// What is asked of the installation.
    #[must_use]
    pub fn request(self) -> Request {
        match self {
            RatesCommand::Set { currency, worth, paid_in, shop, at } => {
                Request::SetRate(RateWish { currency, worth, paid_in, shop, at })
            }
            RatesCommand::List { at } => Request::ListRates { at },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    #[test]
    fn a_rate_is_in_roubles_from_now_on_unless_more_is_said() {
        let typed = ["openkassa", "rates", "set", "USD", "90.00"];
        let Command::Rates(command) = Cli::try_parse_from(typed).unwrap().command else { panic!() };
        let wish = RateWish {
            currency: "USD".to_owned(),
            worth: "90.00".to_owned(),
            paid_in: "RUB".to_owned(),
            shop: None,
            at: None,
        };
        assert_eq!(command.request(), Request::SetRate(wish));
        assert!(Cli::try_parse_from(["openkassa", "rates", "set", "USD"]).is_err());
    }
}
