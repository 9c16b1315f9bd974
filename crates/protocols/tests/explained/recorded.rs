//! Requests of real clients and of the field: those that the door takes are called right or accepted, and
//! the mistakes that were seen are named.

use domain::secrets::Secret;
use domain::sellers::Algorithm;
use money::currency::Currency;
use protocols::robokassa::explain::Explained;
use protocols::robokassa::explain::effort::Effort;
use protocols::robokassa::explain::report::{Report, Verdict};
use protocols::robokassa::explain::secrets::ShopSecrets;
use protocols::robokassa::keys::{ShopKeys, Switches};
use serde_json::Value;

use crate::shop::codes;

const VECTORS: &str = include_str!("../../vectors/robokassa.json");
const CASES: &str = include_str!("../../vectors/robokassa-field-cases.json");

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Judges a request with the passwords of the recordings.
fn report(pasted: &str, algorithm: &str) -> Report {
    let [one, two, test_one, test_two] = ["password1", "password2", "test_password1", "test_password2"]
        .map(|text| Secret::new(text.to_owned()));
    let keys = |first, second| ShopKeys {
        login: "demo",
        currency: Currency::Rub,
        algorithm: Algorithm::from_code(&algorithm.to_lowercase()).unwrap(),
        password1: first,
        password2: second,
        switches: Switches::default(),
    };
    let (live, test) = (keys(&one, &two), keys(&test_one, &test_two));
    let shop = ShopSecrets { live: Some(live), test: Some(test), former: Vec::new() };
    Explained::read(pasted).unwrap().report(&shop, Effort::THOROUGH)
}

#[test]
fn no_request_of_a_real_client_is_called_wrong() {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let wire: Vec<&Value> = all.iter().filter(|vector| vector["kind"] == "wire").collect();
    assert!(wire.len() >= 10);
    for vector in wire {
        let pasted = format!("{}?{}", text(&vector["input"], "path"), text(&vector["input"], "form"));
        let report = report(&pasted, text(vector, "algo"));
        let right = matches!(report.verdict, Verdict::Right | Verdict::Accepted);
        assert!(right && report.refusal.is_none(), "{}: {report:?}", text(vector, "name"));
    }
}

#[test]
fn the_mistakes_seen_in_the_field_are_named() {
    let all: Vec<Value> = serde_json::from_str(CASES).unwrap();
    for (id, expected) in [
        ("rk-start-html-amp-in-link", vec!["html_ampersands"]),
        ("rk-start-link-cut-at-hash", vec!["signature_missing"]),
        ("rk-start-invid-slot-omitted", vec!["number_slot"]),
        ("rk-start-duplicated-outsum", vec!["repeated_parameter"]),
        ("rk-start-shp-signed-in-link-order", vec!["shp_order"]),
        ("rk-start-successurl2-encoded-only-in-signature", vec!["address_encoding"]),
        ("rk-start-receipt-signed-encoded-sent-once", vec!["receipt_encoding"]),
        ("rk-start-roboxchange-calc-asp", vec![]),
        ("rk-start-bitrix-empty-invid-shpcode", vec![]),
        ("rk-start-cp1251-link-no-encoding", vec![]),
        ("rk-start-invid-hex-looking", vec![]),
    ] {
        let case = all.iter().find(|case| case["id"] == id).unwrap();
        let input = &case["input"];
        let body = if text(input, "body").is_empty() { text(input, "query") } else { text(input, "body") };
        let report = report(&format!("{}?{body}", text(input, "path")), text(&input["shop"], "algorithm"));
        assert_eq!(codes(&report), expected, "{id}: {report:?}");
    }
}

#[test]
fn the_work_of_a_search_is_bounded_whatever_is_pasted() {
    let many: String = (0..400).map(|at| format!("&Shp_{at}=%D1%8F&x{at}=1")).collect();
    let wide = "%257B".repeat(3_000);
    for form in [many, format!("&Receipt={wide}&SuccessUrl2=https://shop.test/{wide}")] {
        let request = format!("MerchantLogin=demo&OutSum=1&InvId=1{form}&SignatureValue={}", "0".repeat(32));
        let [one, two] = ["password1", "password2"].map(|text| Secret::new(text.to_owned()));
        let keys = ShopKeys {
            login: "demo",
            currency: Currency::Rub,
            algorithm: Algorithm::Md5,
            password1: &one,
            password2: &two,
            switches: Switches::default(),
        };
        let shop = ShopSecrets { live: Some(keys), test: None, former: Vec::new() };
        if let Some(read) = Explained::read(&request) {
            let report = read.report(&shop, Effort::QUICK);
            assert!(report.tried <= Effort::QUICK.candidates && report.mistakes.len() < 3, "{report:?}");
        }
    }
}
