//! What becomes of a payment start's parameters, one rule a test.

use domain::methods::Method;
use domain::payments::Language;
use protocols::robokassa::request::PaymentStart;
use wire::digest::Digest;

use crate::support::{Shop, blamed, get, link, multipart, post};

const BASE: [(&str, &str); 3] = [("MerchantLogin", "demo"), ("OutSum", "100.26"), ("InvId", "450009")];
const SIGNED: &str = "demo:100.26:450009:password1";

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    BASE.into_iter().chain(more.iter().copied()).collect()
}

fn open(more: &[(&str, &str)]) -> Result<protocols::order::Order, protocols::robokassa::errors::Refused> {
    Shop::md5().open_signed(&with(more), SIGNED)
}

#[test]
fn names_are_read_in_any_case() {
    let query = link(&BASE, SIGNED).to_uppercase().replace("=DEMO", "=demo");
    assert_eq!(Shop::md5().open(&get(&query)).unwrap().number, Some(450_009));
}

#[test]
fn multipart_forms_are_read() {
    let signature = Digest::Md5.hex(SIGNED.as_bytes());
    let fields = with(&[("SignatureValue", signature.as_str()), ("Description", "a+b")]);
    assert_eq!(Shop::md5().open(&multipart(&fields)).unwrap().description, "a+b");
}

#[test]
fn a_request_says_whose_key_it_needs_before_it_is_verified() {
    let start = PaymentStart::read(&get("MrchLogin=demo&isTest=1&Culture=ru")).unwrap();
    assert_eq!((start.login(), start.is_test(), start.language()), ("demo", true, Some(Language::Ru)));
    assert!(!PaymentStart::read(&get("MrchLogin=demo&IsTest=True")).unwrap().is_test());
}

#[test]
fn what_is_missing_has_its_own_number() {
    let open = |query: &str| blamed(Shop::md5().open(&get(query)));
    assert_eq!(open("OutSum=1"), (26, Some("MerchantLogin")));
    assert_eq!(open("MerchantLogin=demo"), (31, Some("OutSum")));
    assert_eq!(open("MerchantLogin=demo&OutSum=1"), (29, Some("SignatureValue")));
    assert_eq!(open("MerchantLogin=demo&OutSum=1&SignatureValue=zz"), (29, Some("SignatureValue")));
}

#[test]
fn malformed_sums_are_error_31_although_they_are_signed() {
    for sum in ["0", "0.00", "1,5", "1e3", "-1", "+1", "100.265", &"9".repeat(30)] {
        let fields = [("MerchantLogin", "demo"), ("OutSum", sum)];
        let opened = Shop::md5().open_signed(&fields, &format!("demo:{sum}::password1"));
        assert_eq!(blamed(opened), (31, Some("OutSum")), "{sum}");
    }
}

#[test]
fn only_the_digest_that_the_shop_configured_counts() {
    let sha = Shop::with("sha256", "password1", "password2");
    assert_eq!(blamed(sha.open(&get(&link(&BASE, SIGNED)))).0, 29);
    let mut lenient = Shop::with("sha256", "password1", "password2");
    lenient.switches.also_md5 = true;
    assert!(lenient.open(&get(&link(&BASE, SIGNED))).is_ok());
}

#[test]
fn the_login_must_be_written_as_the_shop_has_it() {
    let fields = [("MerchantLogin", "DEMO"), ("OutSum", "1")];
    let opened = Shop::md5().open_signed(&fields, "DEMO:1::password1");
    assert_eq!(blamed(opened), (29, Some("MerchantLogin")));
}

#[test]
fn features_that_do_not_exist_are_refused_by_name_and_empty_values_are_none() {
    for (name, value, number) in
        [("Recurring", "true", 34), ("recurring", "1", 34), ("PreviousInvoiceID", "7", 35)]
    {
        assert_eq!(blamed(open(&[(name, value)])).0, number, "{name}");
    }
    for name in [
        "Recurring",
        "StepByStep",
        "Token",
        "Receipt",
        "OutSumCurrency",
        "ResultUrl2",
        "SuccessUrl2",
        "FailUrl2",
        "PreviousInvoiceID",
        "UserIp",
        "ExpirationDate",
        "Email",
        "Culture",
        "IncCurrLabel",
    ] {
        assert!(open(&[(name, "")]).is_ok(), "{name}");
    }
    for value in ["false", "False", "0"] {
        assert!(open(&[("Recurring", value)]).is_ok(), "{value}");
    }
}

#[test]
fn an_unsigned_feature_is_not_taken_for_absent() {
    for (name, value) in [
        ("StepByStep", "true"),
        ("OutSumCurrency", "USD"),
        ("Token", "14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf"),
        ("Receipt", "{}"),
        ("ResultUrl2", "https://shop.test/r"),
    ] {
        assert_eq!(blamed(open(&[(name, value)])).0, 29, "{name}");
    }
}

#[test]
fn empty_parameters_may_keep_their_slots_in_the_signed_text() {
    let fields = with(&[("Receipt", ""), ("OutSumCurrency", "")]);
    assert!(Shop::md5().open_signed(&fields, "demo:100.26:450009:::password1").is_ok());
    assert!(Shop::md5().open_signed(&BASE, "demo:100.26:450009:::password1").is_err());
}

#[test]
fn a_value_that_the_signature_leaves_out_is_dropped() {
    let fields = with(&[("ResultUrl2", "https://shop.test/r")]);
    let order = Shop::md5().open_signed(&fields, "demo:100.26:450009::password1").unwrap();
    assert_eq!((order.success, order.statement_to), (None, None));
    let unsigned = open(&[("UserIp", "203.0.113.7")]).unwrap();
    assert_eq!(unsigned.payer_ip, None);
}

const ITEMS: &str = r#"{"items":[{"name":"Чай & сыр 50%","quantity":2,"sum":100.26,"tax":"vat20"}]}"#;

/// A start with a receipt in one spelling, signed in another.
fn with_receipt(
    sent: &str,
    signed: &str,
) -> Result<protocols::order::Order, protocols::robokassa::errors::Refused> {
    Shop::md5().open_signed(&with(&[("Receipt", sent)]), &format!("demo:100.26:450009:{signed}:password1"))
}

#[test]
fn a_receipt_is_the_json_of_the_spelling_that_was_signed() {
    let once = wire::form::percent_encode_form(ITEMS.as_bytes());
    let twice = wire::form::percent_encode_form(once.as_bytes());
    let thrice = wire::form::percent_encode_form(twice.as_bytes());
    let bare = once.replace('+', "%20");
    for (sent, signed) in [
        (ITEMS, ITEMS),
        (ITEMS, once.as_str()),
        (ITEMS, bare.as_str()),
        (&once, ITEMS),
        (&once, &once),
        (&once, &twice),
        (&twice, ITEMS),
        (&twice, &once),
        (&twice, &twice),
        (&thrice, &once),
    ] {
        let receipt = with_receipt(sent, signed).unwrap().receipt.unwrap();
        assert_eq!(receipt.lines()[0].name, "Чай & сыр 50%", "{sent} signed as {signed}");
        assert_eq!((receipt.total().minor(), receipt.lines()[0].quantity.thousandths()), (10_026, 2_000));
    }
    // What the signature leaves an empty slot for is not believed.
    assert_eq!(with_receipt(ITEMS, "").unwrap().receipt, None);
    assert_eq!(blamed(with_receipt(ITEMS, &ITEMS.replace('2', "3"))).0, 29);
}

#[test]
fn a_bad_receipt_is_error_30_although_it_is_signed() {
    for (from, to) in [
        (ITEMS, "{}"),
        (ITEMS, "{\"items\":[]}"),
        ("100.26", "100.25"),
        ("100.26", "1.0026e2"),
        ("\"quantity\":2", "\"quantity\":0"),
        ("vat20", "vat18"),
        ("Чай", &"Ч".repeat(129)),
    ] {
        let json = ITEMS.replace(from, to);
        assert_eq!(blamed(with_receipt(&json, &json)), (30, Some("Receipt")), "{json}");
    }
    // What is no JSON object is not even a reading of the slot.
    assert_eq!(blamed(with_receipt("[]", "[]")).0, 29);
}

#[test]
fn other_goods_for_the_same_sum_are_another_order() {
    let other = ITEMS.replace("сыр", "мёд");
    let fingerprint = |json: &str| with_receipt(json, json).unwrap().fingerprint;
    assert_eq!(fingerprint(ITEMS), fingerprint(ITEMS));
    assert_ne!(fingerprint(ITEMS), fingerprint(&other));
    assert_ne!(fingerprint(ITEMS), open(&[]).unwrap().fingerprint);
}

#[test]
fn the_buyers_address_may_be_signed_in_either_place() {
    let fields = with(&[
        ("UserIp", "203.0.113.7"),
        ("SuccessUrl2", "https://shop.test/s"),
        ("SuccessUrl2Method", "get"),
    ]);
    for signed in [
        "demo:100.26:450009:203.0.113.7:https://shop.test/s:get:password1",
        "demo:100.26:450009:https://shop.test/s:get:203.0.113.7:password1",
    ] {
        let order = Shop::md5().open_signed(&fields, signed).unwrap();
        assert_eq!(order.payer_ip.unwrap().to_string(), "203.0.113.7");
        assert_eq!(order.success.unwrap().verb.code(), "GET");
    }
}

#[test]
fn addresses_that_are_not_absolute_are_refused() {
    for url in [
        "javascript:alert(1)",
        "//evil.test/a",
        "ftp://shop.test/a",
        "/a",
        "shop.test",
        "https://",
        "http:shop.test",
        "https://shop.test/a b",
        "data:text/html,x",
        "https:\\\\shop.test",
    ] {
        let fields = with(&[("SuccessUrl2", url), ("SuccessUrl2Method", "GET")]);
        let opened = Shop::md5().open_signed(&fields, &format!("demo:100.26:450009:{url}:GET:password1"));
        assert_eq!(blamed(opened).0, 29, "{url}");
    }
    let fields = with(&[("SuccessUrl2", "https://shop.test/s"), ("SuccessUrl2Method", "PUT")]);
    assert_eq!(
        blamed(Shop::md5().open_signed(&fields, "demo:100.26:450009:https://shop.test/s:PUT:password1")).0,
        29
    );
}

#[test]
fn a_lone_fail_address_needs_its_switch() {
    let fields = with(&[("FailUrl2", "https://shop.test/f"), ("FailUrl2Method", "GET")]);
    let signed = "demo:100.26:450009:https://shop.test/f:GET:password1";
    assert_eq!(blamed(Shop::md5().open_signed(&fields, signed)), (29, Some("FailUrl2")));
    let mut lenient = Shop::md5();
    lenient.switches.lone_fail_address = true;
    assert_eq!(lenient.open_signed(&fields, signed).unwrap().fail.unwrap().url, "https://shop.test/f");
}

#[test]
fn shp_inside_a_value_is_refused_in_live_unless_the_shop_allows_it() {
    let value = "a:Shp_b=2";
    let signed = format!("{SIGNED}:Shp_a={value}");
    let fields = with(&[("Shp_a", value)]);
    assert_eq!(blamed(Shop::md5().open_signed(&fields, &signed)), (29, Some("Shp_")));
    let mut lenient = Shop::md5();
    lenient.switches.shp_in_values = true;
    assert!(lenient.open_signed(&fields, &signed).is_ok());
    let rehearsal = with(&[("Shp_a", value), ("IsTest", "1")]);
    assert!(Shop::md5().open_signed(&rehearsal, &signed).is_ok());
}

#[test]
fn a_shop_may_hash_the_bytes_of_its_own_encoding() {
    let query = |signature: &str| {
        format!(
            "MerchantLogin=demo&OutSum=1&Encoding=windows-1251&Desc=%CE%EA&Shp_a=%CE%EA&SignatureValue={signature}"
        )
    };
    let own = Digest::Md5.hex(b"demo:1::password1:Shp_a=\xce\xea");
    let utf8 = Digest::Md5.hex("demo:1::password1:Shp_a=Ок".as_bytes());
    for signature in [own, utf8] {
        let order = Shop::md5().open(&get(&query(&signature))).unwrap();
        assert_eq!((order.description.as_str(), order.custom[0].value.as_str()), ("Ок", "Ок"));
    }
}

#[test]
fn dates_that_have_passed_or_are_none_are_refused() {
    assert_eq!(blamed(open(&[("ExpirationDate", "2025-12-31T23:59")])), (33, Some("ExpirationDate")));
    assert_eq!(blamed(open(&[("ExpirationDate", "soon")])), (30, Some("ExpirationDate")));
    let order = open(&[("ExpirationDate", "2026-01-01T03:00:01")]).unwrap();
    assert_eq!(order.until.unwrap().to_string(), "2026-01-01T00:00:01Z");
}

#[test]
fn methods_are_read_from_labels_and_unknown_ones_ignored() {
    let order = open(&[
        ("IncCurrLabel", "sbppsr"),
        ("PaymentMethods", "BankCard"),
        ("PaymentMethods", "Nonsense"),
        ("paymentmethods", "SBP"),
        ("PaymentMethods", "bankcardpsr"),
    ])
    .unwrap();
    assert_eq!(order.preferred, Some(Method::Sbp));
    assert_eq!(order.allowed, [Method::BankCard, Method::Sbp]);
}

#[test]
fn languages_other_than_russian_mean_english() {
    for (culture, language) in
        [("RU", Some(Language::Ru)), ("en", Some(Language::En)), ("kk", Some(Language::En)), ("", None)]
    {
        assert_eq!(open(&[("Culture", culture)]).unwrap().language, language, "{culture}");
    }
}

#[test]
fn a_long_description_is_cut_and_odd_addresses_are_none() {
    let order = open(&[("Description", &"ж".repeat(150)), ("Email", "nobody")]).unwrap();
    assert_eq!(order.description.chars().count(), 100);
    assert_eq!(order.email, None);
    assert_eq!(open(&[("EMail", " a@b.test ")]).unwrap().email.as_deref(), Some("a@b.test"));
}

#[test]
fn the_fingerprint_follows_what_is_signed_and_nothing_else() {
    let first = open(&[]).unwrap().fingerprint;
    assert_eq!(
        open(&[("Description", "x"), ("Email", "a@b.test"), ("Culture", "en")]).unwrap().fingerprint,
        first
    );
    assert_eq!(Shop::md5().open(&post("", &link(&BASE, SIGNED))).unwrap().fingerprint, first);
    let others = [
        Shop::md5().open_signed(&with(&[("Shp_a", "1")]), &format!("{SIGNED}:Shp_a=1")),
        Shop::md5().open_signed(&with(&[("Shp_a", "2")]), &format!("{SIGNED}:Shp_a=2")),
        Shop::md5().open_signed(&with(&[("IsTest", "1")]), SIGNED),
        Shop::md5().open_signed(
            &with(&[("SuccessUrl2", "https://shop.test/s"), ("SuccessUrl2Method", "GET")]),
            "demo:100.26:450009:https://shop.test/s:GET:password1",
        ),
        Shop::md5().open_signed(&[("MerchantLogin", "demo"), ("OutSum", "100.26")], "demo:100.26::password1"),
        Shop::md5().open_signed(
            &[("MerchantLogin", "demo"), ("OutSum", "100.27"), ("InvId", "450009")],
            "demo:100.27:450009:password1",
        ),
    ];
    let mut seen: Vec<[u8; 32]> = others.into_iter().map(|order| order.unwrap().fingerprint).collect();
    seen.push(first);
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), all);
}
