//! The names of parameters: official, aliased, in any case.

use super::errors::RobokassaError;

/// Makes the enum and its properties from rows of: name, whether it may be repeated, the error that a
/// value which is no text causes, the official name, aliases. `single` parameters decide what is signed or
/// with which key, and may not be repeated.
macro_rules! names {
    ($($name:ident $count:ident $error:ident $official:literal $($alias:literal)*;)*) => {
        /// A parameter that is not the shop's own.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Name { $($name,)* }

        impl Name {
            /// Every parameter.
            pub(super) const ALL: &'static [Name] = &[$(Name::$name,)*];

            /// The name in today's documentation.
            pub(super) const fn official(self) -> &'static str {
                match self { $(Name::$name => $official,)* }
            }

            /// Whether it may be sent only once.
            pub(super) const fn is_single(self) -> bool {
                match self { $(Name::$name => names!(@ $count),)* }
            }

            /// The error that a malformed value causes.
            pub(super) const fn error(self) -> RobokassaError {
                match self { $(Name::$name => RobokassaError::$error,)* }
            }

            /// All names of the parameter, the official one first.
            const fn spellings(self) -> &'static [&'static str] {
                match self { $(Name::$name => &[$official $(, $alias)*],)* }
            }
        }
    };
    (@ single) => { true };
    (@ loose) => { false };
}

names! {
    MerchantLogin single ShopNotFound "MerchantLogin" "MrchLogin";
    OutSum single WrongSum "OutSum";
    DefaultSum single WrongSum "DefaultSum";
    InvId single WrongInvoiceParameter "InvId" "InvoiceID";
    SignatureValue single WrongSignature "SignatureValue";
    Signature single WrongSignature "Signature";
    Invoice single WrongInvoiceParameter "Invoice";
    OutSumCurrency single WrongInvoiceParameter "OutSumCurrency";
    UserIp single WrongInvoiceParameter "UserIp";
    Receipt single WrongInvoiceParameter "Receipt";
    StepByStep single WrongInvoiceParameter "StepByStep";
    ResultUrl2 single WrongInvoiceParameter "ResultUrl2";
    SuccessUrl2 single WrongInvoiceParameter "SuccessUrl2";
    SuccessUrl2Method single WrongInvoiceParameter "SuccessUrl2Method";
    FailUrl2 single WrongInvoiceParameter "FailUrl2";
    FailUrl2Method single WrongInvoiceParameter "FailUrl2Method";
    Token single WrongInvoiceParameter "Token";
    IsTest single WrongInvoiceParameter "IsTest";
    Encoding single WrongInvoiceParameter "Encoding";
    Recurring single WrongInvoiceParameter "Recurring";
    PreviousInvoiceId single WrongInvoiceParameter "PreviousInvoiceID";
    ExpirationDate single WrongInvoiceParameter "ExpirationDate";
    Description loose WrongInvoiceParameter "Description" "Desc" "InvDesc";
    Culture loose WrongInvoiceParameter "Culture";
    Email loose WrongInvoiceParameter "Email";
    IncCurrLabel loose WrongInvoiceParameter "IncCurrLabel";
    PaymentMethods loose WrongInvoiceParameter "PaymentMethods";
    IncSum loose WrongSum "IncSum";
    Language loose WrongInvoiceParameter "Language";
}

impl Name {
    /// The parameter of this name, in any case.
    pub(super) fn from_bytes(name: &[u8]) -> Option<Name> {
        let is_called = |known: &&str| name.eq_ignore_ascii_case(known.as_bytes());
        Name::ALL.iter().copied().find(|candidate| candidate.spellings().iter().any(is_called))
    }
}

/// Whether a parameter is the shop's own. Officially the prefix is `Shp_`; old clients write `shp` alone.
pub(super) fn is_custom(name: &[u8]) -> bool {
    name.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"shp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_by_their_aliases() {
        for (text, name) in [
            ("MrchLogin", Name::MerchantLogin),
            ("merchantlogin", Name::MerchantLogin),
            ("InvoiceID", Name::InvId),
            ("InvoiceId", Name::InvId),
            ("invoiceID", Name::InvId),
            ("INVID", Name::InvId),
            ("Desc", Name::Description),
            ("isTest", Name::IsTest),
            ("EMail", Name::Email),
            ("recurring", Name::Recurring),
            ("successurl2method", Name::SuccessUrl2Method),
        ] {
            assert_eq!(Name::from_bytes(text.as_bytes()), Some(name), "{text}");
        }
        for text in ["SuccessURL", "amp;OutSum", "OutSum ", "", "Shp_InvId"] {
            assert_eq!(Name::from_bytes(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn no_spelling_belongs_to_two_parameters() {
        for &name in Name::ALL {
            for spelling in name.spellings() {
                assert_eq!(Name::from_bytes(spelling.to_uppercase().as_bytes()), Some(name));
            }
        }
    }

    #[test]
    fn custom_parameters_are_known_by_their_prefix_in_any_case() {
        for name in ["Shp_a", "SHP_a", "shp_a", "shpa", "SHPcode", "shp"] {
            assert!(is_custom(name.as_bytes()), "{name}");
        }
        for name in ["sh", "", "xshp_a", "InvId"] {
            assert!(!is_custom(name.as_bytes()), "{name}");
        }
    }
}
