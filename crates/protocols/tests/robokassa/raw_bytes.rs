//! Arbitrary bytes at the door: they are read or refused, never a panic, never an endless search.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use protocols::robokassa::op_state::StateQuery;
use protocols::robokassa::path;
use protocols::robokassa::request::PaymentStart;
use wire::form::encode_pairs;

use crate::support::{Shop, blamed, get, now, post};

const NAMES: [&str; 22] = [
    "MerchantLogin",
    "OutSum",
    "DefaultSum",
    "InvId",
    "OutSumCurrency",
    "UserIp",
    "Receipt",
    "StepByStep",
    "ResultUrl2",
    "SuccessUrl2",
    "SuccessUrl2Method",
    "FailUrl2",
    "FailUrl2Method",
    "Token",
    "IsTest",
    "Encoding",
    "ExpirationDate",
    "Recurring",
    "Culture",
    "Email",
    "Description",
    "Shp_a",
];
const VALUES: [&str; 14] = [
    "",
    "1",
    "100.26",
    "USD",
    "true",
    "https://shop.test/a",
    "https%3A%2F%2Fshop.test",
    "{\"a\":[]}",
    "GET",
    "::1",
    "%7B%22a%22%3A1%7D",
    "windows-1251",
    "2029-01-16T12:00",
    "\u{0}",
];

proptest! {
    #[test]
    fn any_query_and_body_are_read_or_refused(
        query in "\\PC{0,200}", body in vec(any::<u8>(), 0..300), kind in "\\PC{0,30}", address in "\\PC{0,40}",
    ) {
        let _ = path(&address);
        let mut request = post(&query, "");
        request.body = body;
        for kind in [kind.as_str(), "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "application/json"] {
            request.headers = wire::http::Headers::new();
            request.headers.push("Content-Type", kind);
            if let Ok(start) = PaymentStart::read(&request) {
                let _ = start.verify(&Shop::md5().keys(), now());
            }
            if let Ok(question) = StateQuery::read(&request) {
                let _ = question.verify(&Shop::md5().keys());
            }
        }
    }

    #[test]
    fn any_mixture_of_known_fields_without_a_signature_is_refused(
        fields in vec((select(&NAMES[..]), select(&VALUES[..])), 0..14), odd in "\\PC{0,20}",
    ) {
        let known = [("MerchantLogin", "demo"), ("SignatureValue", "00000000000000000000000000000000"), ("Shp_x", &odd)];
        let query = encode_pairs(known.into_iter().chain(fields));
        prop_assert!(Shop::md5().open(&get(&query)).is_err());
    }

    #[test]
    fn a_changed_byte_breaks_the_signature(at in 0_usize..26, to in "[a-zA-Z0-9.]") {
        let fields = [("MerchantLogin", "demo"), ("OutSum", "100.26"), ("InvId", "450009"), ("Shp_a", "xyz")];
        let signed = "demo:100.26:450009:password1:Shp_a=xyz";
        let values = "demo100.26450009xyz";
        let changed: String =
            values.chars().enumerate().map(|(place, c)| if place == at % values.len() { to.chars().next().unwrap() } else { c }).collect();
        prop_assume!(changed != values);
        let sent = [
            (fields[0].0, &changed[..4]), (fields[1].0, &changed[4..10]), (fields[2].0, &changed[10..16]), (fields[3].0, &changed[16..]),
        ];
        prop_assert_eq!(blamed(Shop::md5().open_signed(&sent, signed)).0, 29);
    }
}

#[test]
fn the_largest_form_with_a_wrong_hash_ends_soon() {
    let receipt = format!("{{\"a\":\"{}\"}}", "ж ".repeat(20_000));
    let url = format!("https://shop.test/{}", "~".repeat(20_000));
    let fields = [
        ("MerchantLogin", "demo"),
        ("OutSum", "1"),
        ("UserIp", "203.0.113.7"),
        ("Receipt", receipt.as_str()),
        ("ResultUrl2", url.as_str()),
        ("Token", ""),
        ("Shp_b", "ж ~"),
        ("shp_a", "%7e"),
    ];
    let patience = std::time::Duration::from_secs(20);
    let (done, waited) = std::sync::mpsc::channel();
    let query = crate::support::link(&fields, "nothing");
    std::thread::spawn(move || done.send(blamed(Shop::md5().open(&get(&query)))));
    assert_eq!(waited.recv_timeout(patience).unwrap().0, 29);
}
