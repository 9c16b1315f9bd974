//! The operation codes with which Interkassa refuses, and what they mean.

/// Makes the enum and both directions between it and the number from one table.
macro_rules! codes {
    ($($name:ident $number:literal $meaning:literal;)*) => {
        /// Why something is refused, by the service's own long codes.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Code { $(#[doc = $meaning] $name,)* }

        impl Code {
            /// Every code, by number.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The long code: the one that stands in every answer here.
            pub const fn number(self) -> u16 {
                match self { $(Code::$name => $number,)* }
            }

            /// What the code means, in English.
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$name => $meaning,)* }
            }

            /// The code of a number, long or short.
            pub fn from_number(number: u16) -> Option<Code> {
                let long = if number < 1_000 { number.saturating_add(1_000) } else { number };
                match long { $($number => Some(Code::$name),)* _ => None }
            }
        }
    };
}

codes! {
    NotSet 1021 "the parameter is not set";
    Empty 1022 "the parameter is empty";
    Invalid 1023 "the parameter is invalid";
    WrongFormat 1024 "the parameter has a wrong format";
    Unchangeable 1025 "the parameter may not be changed";
    Forbidden 1026 "the operation is forbidden";
    WrongAction 1030 "the action is wrong";
    WrongPayerPurse 1031 "the payer's purse is wrong";
    WrongPayeePurse 1032 "the payee's purse is wrong";
    PayerNotFound 1033 "the payer is not found";
    PayeeNotFound 1034 "the payee is not found";
    PayeePurseNotFound 1035 "the payee's purse is not found";
    PayeePurseInactive 1036 "the payee's purse is inactive";
    PursesIncompatible 1037 "the purses are not compatible";
    WayClosed 1104 "the way from the payer to the payee is closed";
    NotEnough 1106 "the balance is not enough";
    WrongParameter 1107 "a parameter is wrong";
    BadPayer 1201 "the payer is wrong";
    PayerUnknown 1202 "the payer is unknown";
    BadPayee 1203 "the payee is wrong";
    ProtectionAwaited 1204 "a protection code is awaited";
    ProtectionWrong 1205 "the protection code is wrong";
    Processing380 1380 "processing failed";
    Processing381 1381 "processing failed";
    PurseNotFound 1400 "the purse is not found";
    PurseInactive 1401 "the purse is inactive";
    PaywayNotGiven 1402 "the payway is not given";
    PaywayInactive 1403 "the payway is inactive";
    PaywayOffForPurse 1404 "the payway is off for this purse";
    PaywayPurseFails 1405 "the purse of the payway fails";
    CreationFailed 1406 "creation failed";
    SystemRefused 1407 "the check of the system's parameters failed";
    PayoutCreation 1408 "the payout cannot be created at the system";
    PayoutProcessing 1409 "the payout cannot be processed by the system";
    PayoutCheck 1410 "the payout cannot be checked at the system";
    TransactionFailed 1411 "the transaction failed";
    NumberTaken 1412 "the payment number must be unique";
    BelowMinimum 1413 "the amount is below the minimum";
    AboveMaximum 1414 "the amount is above the maximum";
    PayeeAccountNotFound 1500 "the payee's account is not found";
    PayeeAccountPurseNotFound 1501 "the purse of the payee's account is not found";
    PayeeAccountPurseWrong 1502 "the purse of the payee's account is wrong";
    PayerAccountWrong 1503 "the payer's account is wrong";
    PayerAccountNotFound 1504 "the payer's account is not found";
    PayerAccountPurseNotFound 1505 "the purse of the payer's account is not found";
    PayerAccountPurseWrong 1506 "the purse of the payer's account is wrong";
    WrongInvoiceAmount 1601 "the amount of the invoice is wrong";
    WrongSystemPrice 1603 "the price at the system is wrong";
    AboveSystemMaximum 1604 "the amount is above the maximum of the system";
    PaywayClosed 1605 "the payway is closed for this checkout";
    InvoiceExpired 1606 "the invoice has expired";
    BelowSystemMinimum 1607 "the amount is below the minimum of the system";
}

impl Code {
    /// The short code: the long one less a thousand.
    pub const fn short(self) -> u16 {
        self.number().saturating_sub(1_000)
    }
}

/// A refusal: the code, the parameter that is to blame where there is one, and the reason in a sentence for
/// the shop's programmer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("code {}, {}: {why}", code.number(), self.subject())]
pub struct Refused {
    /// The code and its meaning.
    pub code: Code,
    /// The name of the parameter that caused it; of an own field, `ik_x_`.
    pub parameter: Option<&'static str>,
    /// The reason, in English. It repeats nothing that a stranger sent.
    pub why: &'static str,
    /// What the message names besides: the number of 1412, the range of 1413 and 1414.
    pub about: Option<String>,
}

impl Refused {
    /// A refusal for which one parameter is to blame.
    pub const fn because_of(parameter: &'static str, code: Code, why: &'static str) -> Refused {
        Refused { code, parameter: Some(parameter), why, about: None }
    }

    /// A refusal for which no single parameter is to blame.
    pub const fn with(code: Code, why: &'static str) -> Refused {
        Refused { code, parameter: None, why, about: None }
    }

    /// The same refusal, naming this in its message: a number, or an allowed range with its currency.
    #[must_use]
    pub fn naming(self, about: String) -> Refused {
        Refused { about: Some(about), ..self }
    }

    /// The text that stands in answers beside the code. Shops' scripts put it into pages as it is, so it has
    /// no mark that HTML knows.
    pub fn message(&self) -> String {
        plain(&format!("{} ({})", self.subject(), self.why))
    }

    fn subject(&self) -> String {
        let named = self.parameter.into_iter().chain(self.about.as_deref());
        named.fold(self.code.meaning().to_owned(), |text, name| format!("{text}: {name}"))
    }
}

/// The text without quotes, angle brackets and ampersands, which shops' scripts would not escape.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|&c| is_plain(c)).collect()
}

/// Whether shops' scripts can show the character without escaping it.
pub(super) fn is_plain(c: char) -> bool {
    !matches!(c, '"' | '\'' | '<' | '>' | '&') && !c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_long_and_short_lead_back_to_their_codes_and_ascend() {
        for &code in Code::ALL {
            assert_eq!(Code::from_number(code.number()), Some(code));
            assert_eq!(Code::from_number(code.short()), Some(code));
        }
        assert!(Code::ALL.windows(2).all(|pair| pair[0].number() < pair[1].number()));
        assert_eq!(Code::ALL.len(), 52);
        assert_eq!(Code::from_number(0), None);
    }

    #[test]
    fn a_message_names_the_parameter_and_has_no_mark_of_html() {
        let refused = Refused::because_of("ik_am", Code::NotSet, "no amount was sent");
        assert_eq!(refused.message(), "the parameter is not set: ik_am (no amount was sent)");
        let taken = Refused::because_of("ik_pm_no", Code::NumberTaken, "the checkout wants unique numbers");
        let message = taken.naming("<b>'7'&\"".to_owned()).message();
        assert!(message.contains("ik_pm_no: b7 (") && message.chars().all(is_plain), "{message}");
    }

    #[test]
    fn a_refusal_reads_as_a_sentence() {
        let refused = Refused::because_of("ik_am", Code::WrongFormat, "the amount is not a decimal");
        assert_eq!(
            refused.to_string(),
            "code 1024, the parameter has a wrong format: ik_am: the amount is not a decimal"
        );
    }
}
