//! Payways: the service's names for ways to pay, and the methods that they mean.

use domain::methods::Method;
use money::currency::Currency;
use wire::digest::sha256;

/// The alias of the payway on which nothing moves and the tester chooses the outcome.
pub const TEST_PAYWAY: &str = "test_interkassa_test_xts";
/// The service's word for rehearsals, alone and in the newer field.
const TEST_SERVICE: &str = "test";
/// The second word of every alias of ours: the system that carries the payment.
const SYSTEM: &str = "kassa";
/// The third word: the buyer pays a merchant.
const TYPE: &str = "merchant";
/// How many bytes a payway's identifier has: twice as many hex digits are written.
const ID_BYTES: usize = 12;

/// A way to pay as this protocol lists it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Payway {
    /// The payway for rehearsals.
    Test,
    /// One of our methods in one currency.
    Real {
        /// The method.
        method: Method,
        /// What the buyer pays in.
        currency: Currency,
    },
}

impl Payway {
    /// The alias: `card_kassa_merchant_uah`.
    pub fn alias(self) -> String {
        match self {
            Payway::Test => TEST_PAYWAY.to_owned(),
            Payway::Real { method, currency } => alias(own_service(method), currency),
        }
    }

    /// The code of the service, by which shops group payways and choose a picture.
    pub const fn service(self) -> &'static str {
        match self {
            Payway::Test => TEST_SERVICE,
            Payway::Real { method, currency: _ } => own_service(method),
        }
    }

    /// The system that carries the payment.
    pub const fn system(self) -> &'static str {
        match self {
            Payway::Test => "interkassa",
            Payway::Real { method: _, currency: _ } => SYSTEM,
        }
    }

    /// The kind of way.
    pub const fn kind(self) -> &'static str {
        match self {
            Payway::Test => TEST_SERVICE,
            Payway::Real { method: _, currency: _ } => TYPE,
        }
    }

    /// The currency in which the buyer pays.
    pub const fn currency(self) -> Currency {
        match self {
            Payway::Test => Currency::Xts,
            Payway::Real { method: _, currency } => currency,
        }
    }

    /// The name to show, in English and in Russian.
    pub const fn titles(self) -> (&'static str, &'static str) {
        match self {
            Payway::Test => ("Test payment system", "Тестовая платёжная система"),
            Payway::Real { method, currency: _ } => match method {
                Method::BankCard => ("Bank card", "Банковская карта"),
                Method::Sbp => ("Faster payments system", "Система быстрых платежей"),
                Method::SberPay => ("SberPay", "SberPay"),
                Method::TPay => ("T-Pay", "T-Pay"),
                Method::YooMoney => ("YooMoney", "ЮMoney"),
                Method::MobileBalance => ("Phone balance", "Баланс телефона"),
                Method::Cash => ("Cash", "Наличные"),
            },
        }
    }

    /// The identifier, 24 hex digits; it follows from the alias, so it is the same everywhere.
    pub fn id(self) -> String {
        hex::encode(sha256(self.alias().as_bytes()).get(..ID_BYTES).unwrap_or_default())
    }

    /// The payway that an alias or an identifier names among these.
    pub fn named(text: &str, among: &[Payway]) -> Option<Payway> {
        let called = |payway: &&Payway| payway.alias() == text || payway.id() == text;
        among.iter().find(called).copied()
    }
}

fn alias(service: &str, currency: Currency) -> String {
    format!("{service}_{SYSTEM}_{TYPE}_{}", currency.code().to_ascii_lowercase())
}

/// The service under which a method is listed.
const fn own_service(method: Method) -> &'static str {
    match method {
        Method::BankCard => "card",
        Method::Sbp => "sbp",
        Method::SberPay => "sberonline",
        Method::TPay => "tinkoff",
        Method::YooMoney => "yandexmoney",
        Method::MobileBalance => "mobile",
        Method::Cash => "cash",
    }
}

/// Every service that means a method: shops of several eras name the same thing differently.
const fn services(method: Method) -> &'static [&'static str] {
    match method {
        Method::BankCard => &["card", "visa", "mastercard", "mir", "maestro", "masterpass"],
        Method::Sbp => &["sbp"],
        Method::SberPay => &["sberonline", "sberpay", "sbrf"],
        Method::TPay => &["tinkoff", "tpay"],
        Method::YooMoney => &["yandexmoney", "yoomoney"],
        Method::MobileBalance => &["mobile", "mts", "beeline", "megafon", "tele2"],
        Method::Cash => &[
            "cash",
            "terminal",
            "rusterminal",
            "qiwiterminal",
            "worldterminal",
            "euroset",
            "svyaznoy",
            "mobileretails",
        ],
    }
}

/// The method that a service means, in any case.
pub fn method_of_service(service: &str) -> Option<Method> {
    let service = service.to_ascii_lowercase();
    Method::ALL.iter().copied().find(|&method| services(method).contains(&service.as_str()))
}

/// The first protocol's systems whose names are no services of the second: without the letter of their
/// currency, which stands behind them.
const FIRST_SYSTEMS: [(&str, Method); 3] =
    [("liqpaycard", Method::BankCard), ("w1terminal", Method::Cash), ("mob", Method::MobileBalance)];

/// The method that an alias of either protocol means, whichever system and currency it names.
pub fn method_of_alias(alias: &str) -> Option<Method> {
    let service = alias.split('_').next().unwrap_or_default();
    let first = || {
        let lower = alias.to_ascii_lowercase();
        let system = lower.strip_suffix(['z', 'u', 'r', 'e', 'w'])?;
        FIRST_SYSTEMS.into_iter().find(|(name, _)| *name == system).map(|(_, method)| method)
    };
    method_of_service(service).or_else(first)
}

/// Whether a payway's name asks for a rehearsal.
pub fn is_test(alias: &str) -> bool {
    alias.eq_ignore_ascii_case(TEST_PAYWAY) || alias.eq_ignore_ascii_case(TEST_SERVICE)
}

/// A list of payways that a request allows or denies; its items may be beginnings of aliases.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct PaywayList(Vec<String>);

impl PaywayList {
    /// Reads a list with semicolons or commas between its items.
    pub fn read(text: &str) -> PaywayList {
        let items = text.split([';', ',']).filter(|item| !item.is_empty());
        PaywayList(items.map(str::to_ascii_lowercase).collect())
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it has this payway: by a beginning of one of its aliases.
    pub fn has(&self, payway: Payway) -> bool {
        let begins = |alias: &str| self.0.iter().any(|item| alias.starts_with(item.as_str()));
        match payway {
            Payway::Test => begins(TEST_PAYWAY),
            Payway::Real { method, currency } => {
                services(method).iter().any(|service| begins(&alias(service, currency)))
            }
        }
    }

    /// Whether it has this payway, or an item means its method at another system or in another currency:
    /// a shop that allowed `visa_liqpay_merchant_usd` wants cards to be taken.
    pub fn admits(&self, payway: Payway) -> bool {
        let meant = |method| self.0.iter().any(|item| method_of_alias(item) == Some(method));
        self.has(payway)
            || match payway {
                Payway::Test => false,
                Payway::Real { method, currency: _ } => meant(method),
            }
    }

    /// Whether it names the payway for rehearsals and nothing else.
    pub fn is_test_only(&self) -> bool {
        !self.is_empty() && self.0.iter().all(|item| TEST_PAYWAY.starts_with(item.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn real(method: Method) -> Payway {
        Payway::Real { method, currency: Currency::Uah }
    }

    #[test]
    fn every_alias_means_the_method_that_it_was_made_for_and_fits_the_older_protocol() {
        for &method in Method::ALL {
            for &currency in Currency::ALL {
                let alias = Payway::Real { method, currency }.alias();
                assert_eq!(method_of_alias(&alias), Some(method), "{alias}");
                assert!(alias.len() <= 32, "{alias}");
            }
            assert_eq!(method_of_service(own_service(method)), Some(method));
        }
    }

    #[test]
    fn names_of_several_eras_mean_our_methods() {
        for (alias, method) in [
            ("visa_liqpay_merchant_usd", Method::BankCard),
            ("mastercard_cpaytrz_merchant_rub", Method::BankCard),
            ("liqpaycardr", Method::BankCard),
            ("sbrf_rusbank_receipt_rub", Method::SberPay),
            ("yandexmoney", Method::YooMoney),
            ("w1terminalu", Method::Cash),
            ("mts_w1_merchant_rub", Method::MobileBalance),
            ("VISA_liqpay_merchant_usd", Method::BankCard),
        ] {
            assert_eq!(method_of_alias(alias), Some(method), "{alias}");
        }
        for alias in
            ["", "privat24_liqpay_merchant3_uah", "webmoneyz", "cardx_kassa_merchant_uah", TEST_PAYWAY]
        {
            assert_eq!(method_of_alias(alias), None, "{alias}");
        }
    }

    #[test]
    fn no_service_means_two_methods() {
        let all: Vec<&str> = Method::ALL.iter().flat_map(|&method| services(method)).copied().collect();
        let distinct: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn items_of_a_list_are_beginnings() {
        let list = PaywayList::read("webmoney;visa_kassa,,tink");
        assert!(list.has(real(Method::BankCard)) && list.has(real(Method::TPay)));
        assert!(!list.has(real(Method::Cash)) && !list.has(Payway::Test));
        let foreign = PaywayList::read("visa_liqpay_merchant_usd");
        assert!(!foreign.has(real(Method::BankCard)) && foreign.admits(real(Method::BankCard)));
        assert!(PaywayList::read(";,").is_empty());
    }

    #[test]
    fn a_rehearsal_is_asked_for_by_name() {
        assert!(is_test(TEST_PAYWAY) && is_test("test") && !is_test("testing"));
        assert!(PaywayList::read("test").is_test_only());
        assert!(!PaywayList::read("test;visa").is_test_only() && !PaywayList::default().is_test_only());
    }

    #[test]
    fn a_payway_is_found_by_its_alias_and_by_its_number() {
        let all = [Payway::Test, real(Method::BankCard)];
        for payway in all {
            assert_eq!(payway.id().len(), 24);
            assert_eq!(Payway::named(&payway.id(), &all), Some(payway));
            assert_eq!(Payway::named(&payway.alias(), &all), Some(payway));
        }
        assert_eq!(Payway::named("visa", &all), None);
    }
}
