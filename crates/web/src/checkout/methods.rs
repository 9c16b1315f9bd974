//! How a method looks on the list.

use domain::methods::Method;

/// The drawing of a method: at most one kilobyte of SVG for 40 by 28 on white. It says nothing that the
/// name beside it does not say.
pub(crate) fn logo(method: &Method) -> &'static str {
    match method {
        Method::BankCard => include_str!("../../templates/logos/bank_card.svg"),
        Method::YooMoney => include_str!("../../templates/logos/yoo_money.svg"),
        Method::Sbp => include_str!("../../templates/logos/sbp.svg"),
        Method::SberPay => include_str!("../../templates/logos/sber_pay.svg"),
        Method::TPay => include_str!("../../templates/logos/t_pay.svg"),
        Method::MobileBalance => include_str!("../../templates/logos/mobile_balance.svg"),
        Method::Cash => include_str!("../../templates/logos/cash.svg"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawing_is_small_and_of_one_size() {
        for method in Method::ALL {
            let svg = logo(method);
            assert!(svg.len() <= 1024, "{method:?}");
            assert!(svg.starts_with("<svg viewBox=\"0 0 40 28\" aria-hidden=\"true\">"), "{method:?}");
        }
    }
}
