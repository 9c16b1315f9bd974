//! The shop whose requests are checked.

use domain::secrets::Secret;
use domain::sellers::Algorithm;
use money::currency::Currency;
use protocols::robokassa::explain::Explained;
use protocols::robokassa::explain::effort::Effort;
use protocols::robokassa::explain::report::Report;
use protocols::robokassa::explain::secrets::ShopSecrets;
use protocols::robokassa::keys::{ShopKeys, Switches};

pub const PASSWORD_1: &str = "fakeOne1&x";
pub const PASSWORD_2: &str = "fakeTwo2";
pub const TEST_PASSWORD_1: &str = "fakeTestOne1";
pub const TEST_PASSWORD_2: &str = "fakeTestTwo2";
pub const FORMER: &str = "fakeOldPassword";

/// Judges a request with the shop's settings.
pub fn report(pasted: &str, algorithm: Algorithm) -> Report {
    let secrets: Vec<Secret> = [PASSWORD_1, PASSWORD_2, TEST_PASSWORD_1, TEST_PASSWORD_2, FORMER]
        .map(|text| Secret::new(text.to_owned()))
        .into();
    let keys = |first: usize| ShopKeys {
        login: "demoShop",
        currency: Currency::Rub,
        algorithm,
        password1: &secrets[first],
        password2: &secrets[first + 1],
        switches: Switches::default(),
    };
    let shop = ShopSecrets { live: Some(keys(0)), test: Some(keys(2)), former: vec![&secrets[4]] };
    Explained::read(pasted).expect("parameters").report(&shop, Effort::THOROUGH)
}

/// The codes of the mistakes that a report names, sorted.
pub fn codes(report: &Report) -> Vec<&'static str> {
    let mut codes: Vec<_> = report.mistakes.iter().map(|mistake| mistake.code()).collect();
    codes.sort_unstable();
    codes
}
