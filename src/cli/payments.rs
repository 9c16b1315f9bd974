//! The command line of payments and books.

use crate::admin::request::{PaymentRef, PaymentsWish, Request};
use clap::{Args, Subcommand};

/// Commands about payments.
#[derive(Debug, Subcommand)]
pub enum PaymentCommand {
    /// Show everything about a payment
    Show {
        /// Which
        #[command(flatten)]
        which: Which,
    },
    /// List payments, the newest first
    List {
        /// Of one shop
        #[arg(long, value_name = "LOGIN")]
        shop: Option<String>,
        /// Of one seller
        #[arg(long, conflicts_with = "shop")]
        seller: Option<String>,
        /// Only those of live or of test books
        #[arg(long, value_name = "KIND", value_parser = ["live", "test"])]
        only: Option<String>,
        /// Go on after this payment
        #[arg(long, value_name = "PAYMENT")]
        after: Option<String>,
        /// So many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
        /// Only those that hold money which belongs to no sale, the oldest first, with cause and age
        #[arg(long, conflicts_with_all = ["shop", "seller", "only", "after"])]
        stray: bool,
    },
    /// Give money back to the payer
    Refund {
        /// Which
        #[command(flatten)]
        which: Which,
        /// How much [default: all that is left]
        #[arg(long, value_name = "SUM")]
        amount: Option<String>,
        /// Of what: the sale, money that belongs to no sale, or the payer's credit
        #[arg(long, value_name = "SOURCE", default_value = "sale", value_parser = ["sale", "unclaimed", "credit"])]
        of: String,
    },
    /// Capture a hold
    Capture {
        /// Which
        #[command(flatten)]
        which: Which,
        /// How much [default: all of it]
        #[arg(long, value_name = "SUM")]
        amount: Option<String>,
    },
    /// Release a hold
    Release {
        /// Which
        #[command(flatten)]
        which: Which,
    },
    /// Cancel a payment that is not paid
    Cancel {
        /// Which
        #[command(flatten)]
        which: Which,
    },
    /// Tell the shop again
    SendAgain {
        /// Which
        #[command(flatten)]
        which: Which,
        /// Which notice [default: the last one]
        #[arg(long)]
        notice: Option<String>,
    },
}

/// A payment by its identifier or by the shop's own number.
#[derive(Clone, Debug, Args)]
pub struct Which {
    /// The identifier, pay_…
    #[arg(value_name = "PAYMENT", required_unless_present = "shop")]
    payment: Option<String>,
    /// The login of the shop, with --number
    #[arg(long, value_name = "LOGIN", requires = "number", conflicts_with = "payment")]
    shop: Option<String>,
    /// The shop's number of the order
    #[arg(long, requires = "shop", conflicts_with = "payment")]
    number: Option<i64>,
    /// With --number: the rehearsal of this number
    #[arg(long, requires = "number")]
    test: bool,
}

impl Which {
    fn reference(self) -> PaymentRef {
        match (self.shop, self.number) {
            (Some(shop), Some(number)) => PaymentRef::Order { shop, number, test: self.test },
            (Some(_) | None, _) => PaymentRef::Id(self.payment.unwrap_or_default()),
        }
    }
}

impl PaymentCommand {
    /// What is asked of the installation.
    #[must_use]
    pub fn request(self) -> Request {
        match self {
            PaymentCommand::Show { which } => Request::ShowPayment(which.reference()),
            PaymentCommand::List { stray: true, limit, .. } => Request::ListStray { limit },
            PaymentCommand::List { shop, seller, only, after, limit, stray: false } => {
                Request::ListPayments(PaymentsWish { shop, seller, kind: only, after, limit })
            }
            PaymentCommand::Refund { which, amount, of } => {
                Request::Refund { payment: which.reference(), amount, source: of }
            }
            PaymentCommand::Capture { which, amount } => {
                Request::Capture { payment: which.reference(), amount }
            }
            PaymentCommand::Release { which } => Request::Release { payment: which.reference() },
            PaymentCommand::Cancel { which } => Request::Cancel { payment: which.reference() },
            PaymentCommand::SendAgain { which, notice } => {
                Request::SendAgain { payment: which.reference(), notice }
            }
        }
    }
}

/// Commands about the ledger.
#[derive(Debug, Subcommand)]
pub enum BooksCommand {
    /// Check every entry, balance, chain and payment; ends with 5 when something does not add up
    Check,
}

impl BooksCommand {
    /// What is asked of the installation.
    #[must_use]
    pub const fn request(self) -> Request {
        match self {
            BooksCommand::Check => Request::CheckBooks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn payment(typed: &[&str]) -> Result<Request, clap::Error> {
        let all = ["openkassa", "payment"].iter().chain(typed);
        match Cli::try_parse_from(all)?.command {
            Command::Payment(command) => Ok(command.request()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_payment_is_named_by_identifier_or_by_the_shops_number() {
        let by_id = payment(&["show", "pay_x"]).unwrap();
        assert_eq!(by_id, Request::ShowPayment(PaymentRef::Id("pay_x".to_owned())));
        let by_number = payment(&["show", "--shop", "demo", "--number", "7", "--test"]).unwrap();
        let order = PaymentRef::Order { shop: "demo".to_owned(), number: 7, test: true };
        assert_eq!(by_number, Request::ShowPayment(order));
        assert!(payment(&["show"]).is_err());
        assert!(payment(&["show", "--shop", "demo"]).is_err());
        assert!(payment(&["show", "pay_x", "--number", "7"]).is_err());
    }
}
