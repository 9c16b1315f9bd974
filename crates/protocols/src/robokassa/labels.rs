//! Payment methods under Robokassa's labels and aliases, today's and those of old shops' settings.

use domain::methods::Method;

/// How a method is called in callbacks and services.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MethodWords {
    /// The label in `IncCurrLabel`.
    pub label: &'static str,
    /// The alias, by which shops ask for it.
    pub alias: &'static str,
    /// The code in `PaymentMethod`. The live service names buttons of banks `PayButton`.
    pub code: &'static str,
    /// The code of the group in which the services list it.
    pub group: &'static str,
    /// The description in the services' replies, in Russian.
    pub description: &'static str,
    /// The same in English.
    pub english: &'static str,
}

/// The words for a method. Where the service has one label for each operator of a phone or terminal, the
/// group's name is told, because which of them it was is not known.
pub const fn words(method: Method) -> MethodWords {
    let (label, alias, code, group, description, english) = match method {
        Method::BankCard => {
            ("BankCardPSR", "BankCard", "BankCard", "BankCard", "Банковская карта", "Bank card")
        }
        Method::Sbp => {
            ("SBPPSR", "SBP", "PayButton", "SBP", "Система быстрых платежей", "Faster payments system")
        }
        Method::SberPay => ("SberPayPSR", "SberPay", "PayButton", "Bank", "SberPay", "SberPay"),
        Method::TPay => ("TinkoffPay", "TinkoffPay", "PayButton", "Bank", "T-Pay", "T-Pay"),
        Method::YooMoney => {
            ("YandexMerchantPS5R", "YandexMoney", "EMoney", "EMoney", "Кошелёк ЮMoney", "YooMoney wallet")
        }
        Method::MobileBalance => ("Mobile", "Mobile", "Mobile", "Mobile", "Баланс телефона", "Phone balance"),
        Method::Cash => ("Terminals", "Terminals", "Terminals", "Terminals", "Наличные", "Cash"),
    };
    MethodWords { label, alias, code, group, description, english }
}

/// The method that a label or alias means, in any case. Unknown and retired ones mean none: the full choice
/// is shown. The oldest labels (`YandexMerchantOceanR`, `RapidaOceanSvyaznoyR`) count as retired.
pub fn method_of_label(label: &str) -> Option<Method> {
    match label.to_ascii_lowercase().as_str() {
        "bankcard" | "bankcardpsr" | "bankocean3r" => Some(Method::BankCard),
        "sbp" | "sbppsr" => Some(Method::Sbp),
        "sberpay" | "sberpaypsr" => Some(Method::SberPay),
        "tinkoffpay" | "tpay" => Some(Method::TPay),
        "yandexmoney" | "yandexmerchantribr" | "yandexmerchantps5r" => Some(Method::YooMoney),
        "mobile" | "phonemts" | "phonebeeline" | "rurubeelinepsr" | "mixplatmtsribr"
        | "mixplatbeelineribr" | "mixplattele2ribr" | "mixplatmegafonribr" | "cypixtattelecomrib" => {
            Some(Method::MobileBalance)
        }
        "terminals"
        | "terminalselecsnet"
        | "terminalselecsnetribr"
        | "storeeuroset"
        | "storesvyaznoy"
        | "rapidaribeurosetr"
        | "rapidaribsvyaznoyr" => Some(Method::Cash),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_we_tell_is_understood_when_it_comes_back() {
        for &method in Method::ALL {
            assert_eq!(method_of_label(words(method).label), Some(method));
            assert_eq!(method_of_label(words(method).alias), Some(method));
        }
    }

    #[test]
    fn aliases_and_labels_of_several_eras_mean_their_method_in_any_case() {
        for (label, method) in [
            ("BankCard", Method::BankCard),
            ("BANKOCEAN3R", Method::BankCard),
            ("sbp", Method::Sbp),
            ("SberPay", Method::SberPay),
            ("TinkoffPay", Method::TPay),
            ("YandexMoney", Method::YooMoney),
            ("MixplatTele2RIBR", Method::MobileBalance),
            ("StoreSvyaznoy", Method::Cash),
        ] {
            assert_eq!(method_of_label(label), Some(method), "{label}");
        }
    }

    #[test]
    fn unknown_and_retired_labels_mean_nothing() {
        for label in ["", "RUB", "YandexMerchantOceanR", "GooglePayPSR", "BankCard ", "YandexPay", "WMR"] {
            assert_eq!(method_of_label(label), None, "{label}");
        }
    }
}
