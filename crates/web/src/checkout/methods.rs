//! How a method looks on the list, and the code that forms carry for it.

use domain::methods::Method;

/// The code of a method in `?method=` and in forms.
pub fn code(method: &Method) -> &'static str {
    match method {
        Method::BankCard => "bank_card",
        Method::YooMoney => "yoomoney",
        Method::Sbp => "sbp",
        Method::SberPay => "sberpay",
        Method::TPay => "tpay",
        Method::MobileBalance => "mobile_balance",
        Method::Cash => "cash",
    }
}

/// The drawing of a method: at most one kilobyte of SVG for 40 by 28 on white. It says nothing that the
/// name beside it does not say.
pub(crate) fn logo(method: &Method) -> &'static str {
    match method {
        Method::BankCard => include_str!("../../templates/logos/bank_card.svg"),
        Method::YooMoney => include_str!("../../templates/logos/yoomoney.svg"),
        Method::Sbp => include_str!("../../templates/logos/sbp.svg"),
        Method::SberPay => include_str!("../../templates/logos/sberpay.svg"),
        Method::TPay => include_str!("../../templates/logos/tpay.svg"),
        Method::MobileBalance => include_str!("../../templates/logos/mobile_balance.svg"),
        Method::Cash => include_str!("../../templates/logos/cash.svg"),
    }
}

/// Whether the buyer has to give a phone number first.
pub fn needs_phone(method: Method) -> bool {
    match method {
        Method::MobileBalance => true,
        Method::BankCard | Method::YooMoney | Method::Sbp | Method::SberPay | Method::TPay | Method::Cash => {
            false
        }
    }
}
