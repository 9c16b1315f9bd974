//! The command line of payouts.

use super::providers::read_secret;
use crate::admin::request::payouts::{NewPayoutWish, PayoutRef, PayoutRequest, PayoutsWish};
use crate::admin::request::{Hidden, Request};
use crate::error::ProgramError;
use clap::{Args, Subcommand};

/// Commands about payouts.
#[derive(Debug, Subcommand)]
pub enum PayoutCommand {
    /// Pay out of a seller's balance; the same again under the same number is the same payout
    Create(CreatePayout),
    /// List the payouts of a shop, the newest first
    List {
        /// The login of the shop
        #[arg(long, value_name = "LOGIN")]
        shop: String,
        /// The rehearsed ones
        #[arg(long)]
        test: bool,
        /// Asked for from this moment or day on
        #[arg(long, value_name = "MOMENT")]
        from: Option<String>,
        /// Asked for before this moment, or until the end of this day
        #[arg(long, value_name = "MOMENT")]
        until: Option<String>,
        /// Go on after this payout
        #[arg(long, value_name = "PAYOUT")]
        after: Option<String>,
        /// So many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
    },
    /// Show everything about a payout
    Show {
        /// Which
        #[command(flatten)]
        which: Which,
    },
    /// Let a payout leave that waits for a person
    Approve {
        /// Which
        #[command(flatten)]
        which: Which,
    },
    /// Refuse a payout that waits for a person; its money goes back to the balance
    Refuse {
        /// Which
        #[command(flatten)]
        which: Which,
    },
}

/// A payout to be made.
#[derive(Clone, Debug, Args)]
pub struct CreatePayout {
    /// The login of the shop
    #[arg(long, value_name = "LOGIN")]
    shop: String,
    /// How much arrives
    #[arg(long, value_name = "SUM")]
    amount: String,
    /// Where to: card:NUMBER, phone:NUMBER or wallet:NUMBER; card@FILE reads the number from a file, card@- from
    /// standard input
    #[arg(long, value_name = "KIND:NUMBER", value_parser = destination)]
    to: To,
    /// The shop's own number of the payout
    #[arg(long)]
    number: String,
    /// The currency [default: the shop's]
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// The bank of a phone number, as the provider numbers banks
    #[arg(long)]
    bank: Option<String>,
    /// What whoever gets the money may read
    #[arg(long, default_value = "")]
    description: String,
    /// Through which account with a provider [default: the first that can]
    #[arg(long, value_name = "PROVIDER")]
    through: Option<String>,
    /// Out of the rehearsed balance
    #[arg(long)]
    test: bool,
}

/// A place where money goes, as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct To {
    kind: String,
    number: Number,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Number {
    Typed(Hidden),
    In(String),
}

fn destination(text: &str) -> Result<To, String> {
    let place = text
        .find([':', '@'])
        .ok_or("expected a kind, a colon and a number, such as card:5555555555554477")?;
    let (kind, rest) = text.split_at(place);
    let number = match (rest.strip_prefix(':'), rest.strip_prefix('@')) {
        (Some(number), _) => Number::Typed(Hidden(number.to_owned())),
        (None, file) => Number::In(file.unwrap_or_default().to_owned()),
    };
    Ok(To { kind: kind.to_owned(), number })
}

/// A payout by its identifier or by the shop's own number.
#[derive(Clone, Debug, Args)]
pub struct Which {
    /// The identifier, payout_…
    #[arg(value_name = "PAYOUT", required_unless_present = "shop")]
    payout: Option<String>,
    /// The login of the shop, with --number
    #[arg(long, value_name = "LOGIN", requires = "number", conflicts_with = "payout")]
    shop: Option<String>,
    /// The shop's own number of the payout
    #[arg(long, requires = "shop", conflicts_with = "payout")]
    number: Option<String>,
    /// With --number: the rehearsal of this number
    #[arg(long, requires = "number")]
    test: bool,
}

impl Which {
    fn reference(self) -> PayoutRef {
        match (self.shop, self.number) {
            (Some(shop), Some(number)) => PayoutRef::Number { shop, number, test: self.test },
            (Some(_) | None, _) => PayoutRef::Id(self.payout.unwrap_or_default()),
        }
    }
}

impl PayoutCommand {
    /// What is asked of the installation; a number in a file is read from there.
    ///
    /// # Errors
    /// [`ProgramError::System`] when the file cannot be read.
    pub fn request(self) -> Result<Request, ProgramError> {
        Ok(Request::Payout(match self {
            PayoutCommand::Create(new) => PayoutRequest::Create(NewPayoutWish {
                shop: new.shop,
                test: new.test,
                amount: new.amount,
                currency: new.currency,
                kind: new.to.kind,
                account: match new.to.number {
                    Number::Typed(number) => number,
                    Number::In(place) => read_secret("number", &place)?,
                },
                bank: new.bank,
                number: new.number,
                description: new.description,
                through: new.through,
            }),
            PayoutCommand::List { shop, test, from, until, after, limit } => {
                PayoutRequest::List(PayoutsWish { shop, test, from, until, after, limit })
            }
            PayoutCommand::Show { which } => PayoutRequest::Show(which.reference()),
            PayoutCommand::Approve { which } => PayoutRequest::Approve(which.reference()),
            PayoutCommand::Refuse { which } => PayoutRequest::Refuse(which.reference()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn payout(typed: &[&str]) -> Result<Request, clap::Error> {
        let all = ["openkassa", "payout"].iter().chain(typed);
        match Cli::try_parse_from(all)?.command {
            Command::Payout(command) => Ok(command.request().unwrap()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_payout_names_where_it_goes_and_its_number_shows_nowhere() {
        let typed = [
            "create",
            "--shop",
            "demo",
            "--amount",
            "60.00",
            "--to",
            "card:5555555555554477",
            "--number",
            "w-1",
        ];
        let asked = payout(&typed).unwrap();
        assert!(!format!("{asked:?}").contains("5555555555554477"), "{asked:?}");
        let Request::Payout(PayoutRequest::Create(wish)) = asked else { panic!() };
        assert_eq!((wish.kind.as_str(), wish.account.0.as_str()), ("card", "5555555555554477"));
        assert!(
            payout(&["create", "--shop", "demo", "--amount", "1", "--to", "5555", "--number", "w"]).is_err()
        );
    }

    #[test]
    fn a_number_in_a_file_is_read_from_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card");
        std::fs::write(&path, "5555555555554477\n").unwrap();
        let to = format!("card@{}", path.display());
        let asked =
            payout(&["create", "--shop", "demo", "--amount", "1", "--to", &to, "--number", "w"]).unwrap();
        let Request::Payout(PayoutRequest::Create(wish)) = asked else { panic!() };
        assert_eq!(wish.account.0, "5555555555554477");
    }

    #[test]
    fn a_payout_is_named_by_identifier_or_by_the_shops_number() {
        let by_id = payout(&["show", "payout_x"]).unwrap();
        assert_eq!(by_id, Request::Payout(PayoutRequest::Show(PayoutRef::Id("payout_x".to_owned()))));
        let by_number = payout(&["approve", "--shop", "demo", "--number", "w-1", "--test"]).unwrap();
        let which = PayoutRef::Number { shop: "demo".to_owned(), number: "w-1".to_owned(), test: true };
        assert_eq!(by_number, Request::Payout(PayoutRequest::Approve(which)));
        assert!(payout(&["show"]).is_err() && payout(&["refuse", "--shop", "demo"]).is_err());
    }
}
