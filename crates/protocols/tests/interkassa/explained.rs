//! The signature check against requests that were signed here without the code under test.

use domain::secrets::Secret;
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest as _, Md5};
use money::currency::Currency;
use protocols::interkassa::explain::Explained;
use protocols::interkassa::explain::mistake::{Mistake, Nested, Order};
use protocols::interkassa::explain::report::Report;
use protocols::interkassa::explain::secrets::{KeyName, MerchantSecrets};
use protocols::interkassa::sci1::request::FirstKeys;
use protocols::robokassa::explain::effort::Effort;
use protocols::robokassa::explain::report::Verdict;
use serde_json::Value;
use wire::form::encode_pairs;

use crate::support::{Checkout, ID, KEY, base64_of};

pub const TEST_KEY: &str = "FakeTestKey00001";
pub const FORMER: &str = "FakeFormerKey001";
pub const SHOP: &str = "A1B2C3D4-E5F6-A7B8-C9D0-E1F2A3B4C5D6";
pub const SHOP_KEY: &str = "FakeShopKey00001";
const CASES: &str = include_str!("../../vectors/interkassa-field-cases.json");

pub fn judged(pasted: &str, checkout: &Checkout) -> Report {
    let [test, former, shop] = [TEST_KEY, FORMER, SHOP_KEY].map(|key| Secret::new(key.to_owned()));
    let first = FirstKeys { shop_id: SHOP, currency: Currency::Usd, secret: &shop, must_sign: true };
    let merchant = MerchantSecrets {
        checkout: Some(checkout.keys()),
        test: Some(&test),
        first: Some(first),
        former: vec![&former],
    };
    Explained::read(pasted).unwrap().report(&merchant, Effort::THOROUGH)
}

fn judge(pasted: &str) -> Report {
    judged(pasted, &Checkout::md5())
}

/// An order as a shop sends it: not sorted, with an own field and one without a value.
const FIELDS: [(&str, &str); 8] = [
    ("ik_pm_no", "ID_7"),
    ("ik_co_id", ID),
    ("ik_am", "99.00"),
    ("ik_cur", "UAH"),
    ("ik_desc", " Чай & мёд"),
    ("ik_x_b", "2"),
    ("ik_x_a", ""),
    ("ik_suc_u", "https://shop.test/ok?a=1&b=2"),
];

fn sent(fields: &[(&str, &str)], signature: &str) -> String {
    encode_pairs(fields.iter().copied().chain([("ik_sign", signature)]))
}

/// The values as the protocol joins them, with one bent.
fn values(bend: impl Fn(&str, &str) -> Option<String>) -> Vec<String> {
    let mut fields = FIELDS;
    fields.sort_unstable();
    fields.iter().filter_map(|(name, value)| bend(name, value)).collect()
}

fn right(name: &str, value: &str) -> Option<String> {
    let _ = name;
    Some(value.to_owned())
}

fn with_key(values: &[String], key: &str) -> String {
    format!("{}:{key}", values.join(":"))
}

/// What the check says of the order when this text was signed with MD5.
fn signed(text: &str) -> Report {
    judge(&sent(&FIELDS, &base64_of("md5", text)))
}

fn name(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_right_signature_is_right_and_shows_no_key() {
    let report = signed(&with_key(&values(right), KEY));
    assert_eq!((report.verdict, report.key), (Verdict::Right, KeyName::Sign));
    assert!(report.mistakes.is_empty() && report.refusal.is_none());
    let text = report.expected_text.unwrap();
    assert!(
        text.ends_with(":***") && text.starts_with(&format!("99.00:{ID}:UAH: Чай & мёд:ID_7:")),
        "{text}"
    );
    assert_eq!(report.expected_signature, report.received);
    assert!(report.parameters.iter().all(|parameter| parameter.signed != (parameter.name == "ik_sign")));
}

#[test]
fn mistakes_with_values_and_fields_are_named() {
    let one = |field: &'static str, as_signed: &'static str| {
        let bend =
            move |name: &str, value: &str| Some(if name == field { as_signed } else { value }.to_owned());
        signed(&with_key(&values(bend), KEY)).mistakes
    };
    assert_eq!(one("ik_am", "99"), [Mistake::AmountFormat { signed: name("99") }]);
    assert_eq!(one("ik_cur", "uah"), [Mistake::ValueCase { name: name("ik_cur") }]);
    assert_eq!(one("ik_desc", "Чай & мёд"), [Mistake::ValueTrimmed { name: name("ik_desc") }]);
    let encoded = one("ik_suc_u", "https%3A%2F%2Fshop.test%2Fok%3Fa%3D1%26b%3D2");
    assert!(matches!(&encoded[..], [Mistake::ValueEncoding { name: Some(name), .. }] if name == "ik_suc_u"));
    let gone = |field: &'static str| {
        let bend = move |name: &str, value: &str| (name != field).then(|| value.to_owned());
        signed(&with_key(&values(bend), KEY)).mistakes
    };
    assert_eq!(gone("ik_desc"), [Mistake::FieldLeftOut { name: Some(name("ik_desc")) }]);
    assert_eq!(gone("ik_x_a"), [Mistake::EmptyLeftOut]);
    let own =
        signed(&with_key(&values(|name, value| (!name.contains("_x_")).then(|| value.to_owned())), KEY));
    assert_eq!(own.mistakes, [Mistake::FieldLeftOut { name: None }]);
}

#[test]
fn wrong_orders_are_named() {
    let as_sent: Vec<String> = FIELDS.iter().map(|(_, value)| (*value).to_owned()).collect();
    assert_eq!(signed(&with_key(&as_sent, KEY)).mistakes, [Mistake::FieldOrder(Order::AsSent)]);
    let mut by_value = values(right);
    by_value.sort();
    assert_eq!(signed(&with_key(&by_value, KEY)).mistakes, [Mistake::FieldOrder(Order::Values)]);
    let first = format!("{KEY}:{}", values(right).join(":"));
    assert_eq!(signed(&first).mistakes, [Mistake::KeyMoved]);
}

#[test]
fn wrong_keys_and_digests_are_named() {
    let under = |key: &str| signed(&with_key(&values(right), key)).mistakes;
    assert_eq!(under(TEST_KEY), [Mistake::KeysSwapped]);
    assert_eq!(under(FORMER), [Mistake::FormerKey]);
    assert_eq!(under(&format!("{KEY}\n"))[0].code(), "key_spaces");
    assert_eq!(signed(&values(right).join(":")).mistakes, [Mistake::KeyLeftOut]);
    let other = judge(&sent(&FIELDS, &base64_of("sha256", &with_key(&values(right), KEY))));
    assert_eq!(other.mistakes[0].code(), "wrong_algorithm");
    let mut keyed = <Hmac<Md5> as KeyInit>::new_from_slice(KEY.as_bytes()).unwrap();
    keyed.update(values(right).join(":").as_bytes());
    let keyed = hex::encode(keyed.finalize().into_bytes());
    let codes: Vec<_> = judge(&sent(&FIELDS, &keyed)).mistakes.iter().map(Mistake::code).collect();
    assert_eq!(codes, ["signature_hex", "hmac"]);
    let comma = format!("{},{KEY}", values(right).join(","));
    assert_eq!(signed(&comma).mistakes, [Mistake::WrongSeparator { used: "," }]);
}

#[test]
fn a_signature_in_another_coding_is_named_and_a_lost_plus_is_accepted() {
    let text = with_key(&values(right), KEY);
    let hex = hex::encode(Md5::digest(&text));
    let of = |signature: &str| judge(&sent(&FIELDS, signature));
    assert_eq!(of(&hex).mistakes, [Mistake::SignatureHex]);
    assert_eq!(of(&hex).verdict, Verdict::Wrong);
    assert_eq!(of("").mistakes, [Mistake::SignatureMissing]);
    // A number is looked for whose signature has a plus in it.
    let plus = (0..).find_map(|number: u32| {
        let no = number.to_string();
        let fields = [("ik_am", "1"), ("ik_co_id", ID), ("ik_cur", "UAH"), ("ik_pm_no", no.as_str())];
        let signature = base64_of("md5", &format!("1:{ID}:UAH:{no}:{KEY}"));
        signature.contains('+').then(|| sent(&fields, &signature.replace('+', " ")))
    });
    let report = judge(&plus.unwrap());
    assert_eq!((report.verdict, report.mistakes), (Verdict::Accepted, vec![Mistake::SignaturePlus]));
}

#[test]
fn nested_fields_in_another_order_are_named() {
    let mut fields = vec![("ik_co_id", ID), ("ik_pm_no", "1"), ("ik_am", "10"), ("ik_cur", "UAH")];
    fields.extend([
        ("ik_products[0][name]", "A"),
        ("ik_products[2][name]", "C"),
        ("ik_products[10][name]", "B"),
    ]);
    let of =
        |members: &str| judge(&sent(&fields, &base64_of("md5", &format!("10:{ID}:UAH:1:{members}:{KEY}"))));
    assert_eq!(of("A:B:C").verdict, Verdict::Right);
    let numbers = of("A:C:B").mistakes;
    assert!(numbers == [Mistake::Nested(Nested::Numbers)] || numbers == [Mistake::Nested(Nested::AsSent)]);
    let none = judge(&sent(&fields, &base64_of("md5", &format!("10:{ID}:UAH:1:{KEY}"))));
    assert_eq!(none.mistakes, [Mistake::Nested(Nested::LeftOut)]);
}

#[test]
fn two_mistakes_at_once_are_both_named() {
    let as_sent: Vec<&str> = FIELDS.iter().map(|(_, value)| *value).collect();
    let report = signed(&format!("{}:{TEST_KEY}", as_sent.join(":")));
    assert_eq!(report.mistakes, [Mistake::KeysSwapped, Mistake::FieldOrder(Order::AsSent)]);
    assert!(report.signed_text.unwrap().ends_with(":***"));
}

#[test]
fn a_foreign_field_that_was_signed_is_named() {
    let fields = [("ik_am", "1"), ("ik_co_id", ID), ("ik_cur", "UAH"), ("ik_pm_no", "1"), ("submit", "Pay")];
    let report = judge(&sent(&fields, &base64_of("md5", &format!("1:{ID}:UAH:1:Pay:{KEY}"))));
    assert_eq!(report.mistakes, [Mistake::FieldAdded { name: None }]);
}

#[test]
fn a_notice_of_the_test_payway_belongs_to_the_test_key() {
    let fields = [
        ("ik_co_id", ID),
        ("ik_co_prs_id", "3"),
        ("ik_inv_st", "success"),
        ("ik_pw_via", "test_interkassa_test_xts"),
    ];
    let of = |key: &str| {
        judge(&sent(&fields, &base64_of("md5", &format!("{ID}:3:success:test_interkassa_test_xts:{key}"))))
    };
    assert_eq!((of(TEST_KEY).verdict, of(TEST_KEY).key), (Verdict::Right, KeyName::Test));
    assert_eq!((of(KEY).verdict, of(KEY).mistakes), (Verdict::Wrong, vec![Mistake::KeysSwapped]));
    let back = judge(&encode_pairs([("ik_co_id", ID), ("ik_inv_id", "7"), ("ik_inv_st", "success")]));
    assert_eq!((back.verdict, back.expected_text), (Verdict::Unsigned, None));
}

#[test]
fn the_first_protocol_has_its_own_order_and_its_own_mistakes() {
    let fields = [
        ("ik_shop_id", SHOP),
        ("ik_payment_amount", "10.50"),
        ("ik_payment_id", "J15"),
        ("ik_payment_desc", "order"),
        ("ik_paysystem_alias", ""),
        ("ik_baggage_fields", "b"),
    ];
    let of = |text: &str| {
        let signature = hex::encode(Md5::digest(text));
        judge(&encode_pairs(fields.into_iter().chain([("ik_sign_hash", signature.as_str())])))
    };
    let right = of(&format!("{SHOP}:10.50:J15::b:{SHOP_KEY}"));
    assert_eq!((right.verdict, right.key), (Verdict::Right, KeyName::Shop));
    assert_eq!(of(&format!("{SHOP}:10.50:J15:b:{SHOP_KEY}")).mistakes, [Mistake::EmptyLeftOut]);
    let sorted = of(&format!("b:10.50:J15::{SHOP}:{SHOP_KEY}"));
    assert_eq!(sorted.mistakes.iter().map(Mistake::code).collect::<Vec<_>>(), ["field_order"]);
}

#[test]
fn refused_requests_from_the_field_are_explained_where_that_is_possible() {
    let all: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let case = |id: &str| all.iter().find(|case| case["id"] == id).unwrap();
    let report_of = |id: &str| {
        let shop = &case(id)["input"]["shop"];
        let text = |key: &str| shop[key].as_str().unwrap();
        let own = Checkout::with(text("checkout"), text("algorithm"), text("sign_key"));
        judged(case(id)["input"]["body"].as_str().unwrap(), &own)
    };
    // Nobody can guess what stood behind the quotation mark, but the space before it shows.
    let cut = report_of("ik-start-quote-cuts-description");
    assert_eq!((cut.verdict, cut.signed_text), (Verdict::Wrong, None));
    assert!(cut.expected_text.unwrap().contains(":Доступ :b1b2c3:"));
    assert_eq!(report_of("ik-start-six-decimals-refused").verdict, Verdict::Right, "its signature is right");
    let basket = report_of("ik-start-nested-basket-of-eleven");
    assert_eq!(basket.verdict, Verdict::Right, "{:?}", basket.mistakes);
    let lost = case("ik1-start-hash-lost-leading-zero");
    let key = Secret::new(lost["input"]["shop"]["secret_key"].as_str().unwrap().to_owned());
    let first = FirstKeys { shop_id: SHOP, currency: Currency::Usd, secret: &key, must_sign: true };
    let merchant = MerchantSecrets { checkout: None, test: None, first: Some(first), former: Vec::new() };
    let report = Explained::read(lost["input"]["body"].as_str().unwrap()).unwrap();
    let report = report.report(&merchant, Effort::QUICK);
    assert_eq!((report.verdict, report.mistakes), (Verdict::Wrong, vec![Mistake::LeadingZero]));
}

#[test]
fn what_has_no_field_of_this_dialect_is_nothing() {
    for text in ["", "hello", "OutSum=1&InvId=2", "https://pay.example/"] {
        assert!(Explained::read(text).is_none(), "{text}");
    }
    let whole = format!("POST / HTTP/1.1\r\nHost: x\r\n\r\nik_co_id={ID}&ik_am=1");
    assert_eq!(Explained::read(&whole).unwrap().merchant(), Some(ID));
}
