//! The numbers that Robokassa's payment page gives when it refuses, and what they mean.

/// Makes the enum and both directions between it and the number from one table.
macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident $number:literal $meaning:literal;)*) => {
        /// Why a payment page is refused, by the service's own numbers.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum RobokassaError { $(#[doc = $meaning] $name,)* }

        impl RobokassaError {
            /// Every error, by number.
            pub const ALL: &'static [RobokassaError] = &[$(RobokassaError::$name,)*];

            /// The number that shops and their programmers know.
            pub const fn number(self) -> u16 {
                match self { $(RobokassaError::$name => $number,)* }
            }

            /// What the number means, in English, for logs and programmers.
            pub const fn meaning(self) -> &'static str {
                match self { $(RobokassaError::$name => $meaning,)* }
            }

            /// The error of a number.
            pub fn from_number(number: u16) -> Option<RobokassaError> {
                match number { $($number => Some(RobokassaError::$name),)* _ => None }
            }
        }
    };
}

errors! {
    Internal20 20 "an internal error";
    Internal21 21 "an internal error";
    Internal22 22 "an internal error";
    NoTestSettings 23 "the shop has no test settings";
    Internal24 24 "an internal error";
    ShopNotActivated 25 "the shop is not activated";
    ShopNotFound 26 "the shop is not found";
    Internal27 27 "an internal error";
    Internal28 28 "an internal error";
    WrongSignature 29 "the signature is wrong";
    WrongInvoiceParameter 30 "a parameter of the invoice is wrong";
    WrongSum 31 "the sum is missing, zero or malformed";
    Internal32 32 "an internal error";
    TimeIsOver 33 "the time for the payment is over";
    RecurringNotAllowed 34 "recurring payments are not allowed for the shop";
    WrongRecurringParameters 35 "the parameters of a recurring payment are wrong";
    Internal36 36 "an internal error";
    Internal37 37 "an internal error";
    AlreadyPaid 40 "an invoice with this number is already paid";
    CannotStart 41 "the operation cannot be started";
    Internal43 43 "an internal error";
    LinkExpired 51 "the invoice link has expired";
    LinkAlreadyPaid 52 "the invoice link is already paid";
    LinkNotFound 53 "the invoice link is not found";
    HoldNotAllowed 64 "holding money is not allowed for the shop";
    WrongHoldParameters 65 "the parameters of a hold are wrong";
    Internal500 500 "an internal error";
}

/// A refusal: the number, the parameter that is to blame where there is one, and the reason in a sentence
/// for the shop's programmer. It repeats nothing that a stranger sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("error {}, {}: {why}", error.number(), error.meaning())]
pub struct Refused {
    /// The number and its meaning.
    pub error: RobokassaError,
    /// The official name of the parameter that caused it.
    pub parameter: Option<&'static str>,
    /// The reason, in English.
    pub why: &'static str,
}

impl Refused {
    /// A refusal for which one parameter is to blame.
    pub const fn because_of(parameter: &'static str, error: RobokassaError, why: &'static str) -> Refused {
        Refused { error, parameter: Some(parameter), why }
    }

    /// A refusal for which no single parameter is to blame.
    pub const fn with(error: RobokassaError, why: &'static str) -> Refused {
        Refused { error, parameter: None, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back_to_their_errors_and_ascend() {
        for &error in RobokassaError::ALL {
            assert_eq!(RobokassaError::from_number(error.number()), Some(error));
        }
        assert!(RobokassaError::ALL.windows(2).all(|pair| pair[0].number() < pair[1].number()));
        assert_eq!(RobokassaError::ALL.len(), 27);
        assert_eq!(RobokassaError::from_number(0), None);
    }

    #[test]
    fn a_refusal_reads_as_a_sentence() {
        let refused = Refused::because_of("OutSum", RobokassaError::WrongSum, "no sum was sent");
        assert_eq!(refused.to_string(), "error 31, the sum is missing, zero or malformed: no sum was sent");
    }
}
