//! The seven payment methods: how each is confirmed, its limits and its time limits.

use jiff::SignedDuration;

/// A method of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// A bank card, its data typed at the provider.
    BankCard,
    /// The YooMoney wallet.
    YooMoney,
    /// The fast payment system.
    Sbp,
    /// SberPay.
    Sberbank,
    /// T-Pay.
    TinkoffBank,
    /// The balance of a mobile phone.
    MobileBalance,
    /// Cash at a terminal.
    Cash,
}

/// How the payer comes to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confirming {
    /// In the browser, on the provider's page.
    Redirect,
    /// By a code that is scanned.
    Qr,
    /// Elsewhere: a push or a short message.
    External,
}

impl Confirming {
    /// The word of the protocol.
    pub fn code(self) -> &'static str {
        match self {
            Confirming::Redirect => "redirect",
            Confirming::Qr => "qr",
            Confirming::External => "external",
        }
    }
}

impl Method {
    /// All of them, in the order of the pages.
    pub const ALL: [Method; 7] = [
        Method::BankCard,
        Method::YooMoney,
        Method::Sbp,
        Method::Sberbank,
        Method::TinkoffBank,
        Method::MobileBalance,
        Method::Cash,
    ];

    /// The word of the protocol.
    pub fn code(self) -> &'static str {
        match self {
            Method::BankCard => "bank_card",
            Method::YooMoney => "yoo_money",
            Method::Sbp => "sbp",
            Method::Sberbank => "sberbank",
            Method::TinkoffBank => "tinkoff_bank",
            Method::MobileBalance => "mobile_balance",
            Method::Cash => "cash",
        }
    }

    /// The method of this word.
    pub fn parse(code: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.code() == code)
    }

    /// The ways in which it may be confirmed.
    pub(crate) fn confirmed_by(self) -> &'static [Confirming] {
        match self {
            Method::BankCard | Method::YooMoney | Method::TinkoffBank | Method::Cash => {
                &[Confirming::Redirect]
            }
            Method::Sbp => &[Confirming::Redirect, Confirming::Qr],
            Method::Sberbank => &[Confirming::Redirect, Confirming::External],
            Method::MobileBalance => &[Confirming::External],
        }
    }

    /// Whether the payer can choose it on the provider's page.
    pub(crate) fn on_hosted_page(self) -> bool {
        self.confirmed_by().contains(&Confirming::Redirect)
    }

    /// The largest payment in kopecks. Only the card's is published; the others share a ceiling of the simulator.
    pub(crate) fn most(self) -> i64 {
        match self {
            Method::BankCard => 35_000_000,
            Method::YooMoney
            | Method::Sbp
            | Method::Sberbank
            | Method::TinkoffBank
            | Method::MobileBalance
            | Method::Cash => MOST,
        }
    }

    /// How long the payer may take to confirm; cash has no limit.
    pub(crate) fn confirm_within(self) -> Option<SignedDuration> {
        match self {
            Method::Cash => None,
            Method::BankCard
            | Method::YooMoney
            | Method::Sbp
            | Method::Sberbank
            | Method::TinkoffBank
            | Method::MobileBalance => Some(CONFIRM_WITHIN),
        }
    }

    /// How long a hold lasts. Published is only "2 h to 7 days by method": cards and wallets get the
    /// long end here, the rest the short one, so that a connector meets both.
    pub(crate) fn hold_for(self) -> SignedDuration {
        match self {
            Method::BankCard | Method::YooMoney | Method::Sberbank | Method::TinkoffBank => {
                SignedDuration::from_hours(7 * 24)
            }
            Method::Sbp | Method::MobileBalance | Method::Cash => SignedDuration::from_hours(2),
        }
    }
}

/// The smallest payment in kopecks.
pub(crate) const LEAST: i64 = 100;

/// The largest payment in kopecks while no method is chosen yet.
pub(crate) const MOST: i64 = 100_000_000;

/// The published time to confirm for everything but cash; also while no method is chosen yet.
pub(crate) const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Words of methods that the provider knows and this shop has not enabled.
pub(crate) const NOT_ENABLED: [&str; 6] =
    ["sber_loan", "sber_bnpl", "b2b_sberbank", "electronic_certificate", "alfa_pay", "installments"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_found_by_its_word() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.code()), Some(method));
        }
        assert_eq!(Method::parse("qiwi"), None);
    }

    #[test]
    fn holds_last_between_two_hours_and_seven_days() {
        for method in Method::ALL {
            let hold = method.hold_for();
            assert!(hold >= SignedDuration::from_hours(2) && hold <= SignedDuration::from_hours(168));
        }
    }
}
