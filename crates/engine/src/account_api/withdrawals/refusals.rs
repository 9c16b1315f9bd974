//! Why a payout is not made, in the dialect's codes.

use crate::account_api::ApiFault;
use crate::error::EngineError;
use domain::decide::Refused as BusinessRefused;
use domain::payouts_asking::not_in_live as live_says;
use protocols::interkassa::errors::{Code, Refused};

/// What a live installation says.
pub(super) fn not_in_live() -> Refused {
    let why = "payouts leave only in installations for tests until books and banks are reconciled";
    Refused::with(Code::Forbidden, why)
}

/// An amount that no sum holds.
pub(super) fn too_large() -> Refused {
    Refused::because_of("amount", Code::WrongParameter, "the amount is too large")
}

/// The business's refusals; `number` is the program's own of the payout.
pub(super) fn in_words(error: EngineError, number: &str) -> ApiFault {
    let EngineError::Refused(business) = &error else { return error.into() };
    if *business == live_says() {
        return not_in_live().into();
    }
    let refused = match business {
        BusinessRefused::Short { .. } => {
            Refused::because_of("amount", Code::NotEnough, "the purse lacks a part of it")
        }
        BusinessRefused::Taken { .. } => {
            let why = "another payout was asked for under it";
            Refused::because_of("paymentNo", Code::NumberTaken, why).naming(number.to_owned())
        }
        BusinessRefused::Off { .. } => {
            Refused::with(Code::Forbidden, "the checkout or its seller is switched off")
        }
        BusinessRefused::Money(_) | BusinessRefused::Invalid { what: "amount", .. } => too_large(),
        BusinessRefused::Invalid { what: "destination", .. } => {
            let why = "there is no provider that pays this amount out so";
            Refused::because_of("paywayId", Code::PaywayInactive, why)
        }
        BusinessRefused::Invalid { what: "number", .. } => {
            let why = "the number has what it must not have in it, such as a card's number";
            Refused::because_of("paymentNo", Code::WrongFormat, why)
        }
        BusinessRefused::NotThere { .. }
        | BusinessRefused::Stale { .. }
        | BusinessRefused::MethodOff { .. }
        | BusinessRefused::AlreadyPaid
        | BusinessRefused::WrongState { .. }
        | BusinessRefused::TooMuch { .. }
        | BusinessRefused::TooMany { .. }
        | BusinessRefused::Invalid { .. }
        | BusinessRefused::LeaseOver
        | BusinessRefused::Mistake(_) => Refused::with(Code::PayoutCreation, "the payout cannot be made"),
    };
    refused.into()
}
