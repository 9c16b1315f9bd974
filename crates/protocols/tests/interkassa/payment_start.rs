//! Payment starts beyond the vectors: what is read, what replaces what, and what is refused by which code.

use domain::methods::Method;
use domain::payments::Language;
use domain::sellers::{ShopAddress, Verb};
use money::currency::Currency;
use proptest::prelude::*;
use protocols::interkassa::api::params::Params;
use protocols::interkassa::explain::Explained;
use protocols::interkassa::keys::Overrides;
use protocols::interkassa::notice::{Card, Extras};
use protocols::interkassa::request::Opened;
use protocols::interkassa::terms::{Act, AmountSide, Interface};
use protocols::interkassa::{Entry, entry};
use wire::http::{Headers, HttpRequest};

use crate::support::{Checkout, ID, KEY, blamed, form, get, now, post};

/// The fields of a small request, and others.
fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("ik_co_id", ID), ("ik_pm_no", "ID_1"), ("ik_am", "10.00"), ("ik_cur", "UAH")];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    fields
}

/// Signs the fields as they sort and opens them.
fn open(
    checkout: &Checkout,
    more: &[(&str, &str)],
) -> Result<Opened, protocols::interkassa::errors::Refused> {
    let mut fields = with(more);
    fields.sort();
    let values: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
    checkout.open_signed(&fields, &format!("{}:{KEY}", values.join(":")))
}

fn opened(more: &[(&str, &str)]) -> Opened {
    open(&Checkout::md5(), more).unwrap()
}

fn refused(more: &[(&str, &str)]) -> (u16, Option<&'static str>) {
    blamed(open(&Checkout::md5(), more))
}

#[test]
fn everything_that_a_request_says_is_read_into_types() {
    let opened = opened(&[
        ("ik_act", "process"),
        ("ik_am_ed", "1"),
        ("ik_am_t", "payway"),
        ("ik_cli", "380501234567"),
        ("ik_customer_email", "buyer@shop.test"),
        ("ik_desc", "Tea"),
        ("ik_int", "json"),
        ("ik_loc", "en_us"),
        ("ik_mode", "invoice"),
        ("ik_payment_currency", "usdttrc"),
        ("ik_payment_method", "visa"),
        ("ik_pay_token", "abcdef0123456789"),
        ("ik_sub_acc_no", "user-42"),
        ("ik_x_b", "2"),
        ("ik_x_a", "1"),
    ]);
    let (order, terms) = (opened.order, opened.terms);
    assert_eq!((terms.act, terms.interface, terms.side), (Act::Process, Interface::Json, AmountSide::Payway));
    assert_eq!((terms.editable, terms.mode.as_deref()), (Some(true), Some("invoice")));
    assert_eq!(terms.method_currency.as_deref(), Some("USDTTRC"));
    assert_eq!(terms.sub_account.as_deref(), Some("user-42"));
    assert_eq!(terms.pay_token.unwrap().expose(), "abcdef0123456789");
    assert_eq!(terms.contact.as_deref(), Some("380501234567"));
    assert_eq!((order.description.as_str(), order.number), ("Tea", None));
    assert_eq!(order.email.as_deref(), Some("buyer@shop.test"));
    assert_eq!((order.language, order.preferred), (Some(Language::En), Some(Method::BankCard)));
    let custom: Vec<(&str, &str)> =
        order.custom.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
    assert_eq!(custom, [("ik_x_a", "1"), ("ik_x_b", "2")]);
}

#[test]
fn the_currency_is_needed_only_where_there_are_several() {
    assert_eq!(refused(&[("ik_cur", "")]), (1021, Some("ik_cur")));
    let single = Checkout { currencies: vec![Currency::Usd], ..Checkout::md5() };
    assert_eq!(open(&single, &[("ik_cur", "")]).unwrap().order.sum.currency(), Currency::Usd);
    assert_eq!(blamed(open(&single, &[("ik_cur", "UAH")])), (1023, Some("ik_cur")));
    assert_eq!(opened(&[("ik_cur", "uah")]).order.sum.currency(), Currency::Uah);
    assert_eq!(opened(&[("ik_cur", "RUR")]).order.sum.currency(), Currency::Rub);
}

#[test]
fn what_breaks_its_pattern_is_refused_by_its_own_name() {
    for (name, value, code) in [
        ("ik_am", "", 1022),
        ("ik_am", "0", 1024),
        ("ik_am", "1.234", 1024),
        ("ik_am", "-5", 1024),
        ("ik_pm_no", "a b", 1024),
        ("ik_act", "pay", 1030),
        ("ik_int", "xml", 1023),
        ("ik_am_t", "both", 1023),
        ("ik_am_ed", "2", 1023),
        ("ik_pw_on", "visa|card", 1024),
        ("ik_pw_via", "visa;card", 1024),
        ("ik_suc_u", "javascript:alert(1)", 1023),
        ("ik_ia_m", "put", 1023),
        ("ik_pay_token", "short", 1024),
        ("ik_exp", "tomorrow", 1024),
        ("ik_exp", "2029-01-01", 1606),
    ] {
        assert_eq!(refused(&[(name, value)]), (code, Some(name)), "{name}={value}");
    }
    assert_eq!(refused(&[("ik_desc", &"ж".repeat(256))]), (1024, Some("ik_desc")));
    assert_eq!(opened(&[("ik_desc", &"ж".repeat(255))]).order.description.chars().count(), 255);
    assert_eq!(refused(&[("ik_pm_no", &"1".repeat(51))]), (1024, Some("ik_pm_no")));
}

#[test]
fn a_signature_is_needed_where_the_checkout_says_so_and_must_fit_where_it_is_there() {
    let fields = with(&[]);
    let plain = wire::form::encode_pairs(fields.iter().copied());
    let lenient = Checkout { must_sign: false, ..Checkout::md5() };
    assert_eq!(blamed(Checkout::md5().open(&get(&plain))), (1021, Some("ik_sign")));
    assert_eq!(blamed(Checkout::md5().open(&get(&format!("{plain}&ik_sign=")))), (1021, Some("ik_sign")));
    assert!(!lenient.open(&get(&plain)).unwrap().terms.signed);
    assert!(!lenient.open(&get(&format!("{plain}&ik_sign="))).unwrap().terms.signed);
    assert_eq!(blamed(lenient.open(&get(&format!("{plain}&ik_sign=x")))), (1023, Some("ik_sign")));
    let other = Checkout { id: "5534b1683b1eaf00758b4568".to_owned(), ..Checkout::md5() };
    assert_eq!(blamed(other.open(&get(&plain))), (1023, Some("ik_co_id")));
}

#[test]
fn addresses_replace_the_checkouts_own_only_where_it_allows() {
    let sent = [
        ("ik_ia_u", "https://shop.test/ia?a=1&b=2"),
        ("ik_suc_m", "GET"),
        ("ik_fal_u", "https://shop.test/no"),
    ];
    let there = |url: &str, verb| Some(ShopAddress { url: url.to_owned(), verb });
    let given = opened(&sent);
    assert_eq!(given.terms.interaction, there("https://shop.test/ia?a=1&b=2", Verb::Post));
    assert_eq!(given.order.success, there("https://shop.test/own/ok", Verb::Get));
    assert_eq!(given.order.fail, there("https://shop.test/no", Verb::Post));
    assert_eq!(given.terms.pending, None);
    let strict = Checkout { overrides: Overrides::NONE, ..Checkout::md5() };
    let kept = open(&strict, &[&sent[..], &[("ik_ltm", "60")]].concat()).unwrap();
    assert_eq!((kept.terms.interaction, kept.order.success, kept.order.fail), (None, None, None));
    assert_eq!(kept.order.until, None);
}

#[test]
fn the_end_is_the_expiry_else_the_lifetime() {
    let until = |more: &[(&str, &str)]| opened(more).order.until.map(|until| until.to_string());
    assert_eq!(until(&[]), None);
    assert_eq!(until(&[("ik_ltm", "60")]).as_deref(), Some("2030-01-01T00:01:00Z"));
    assert_eq!(
        until(&[("ik_exp", "2031-01-31 23:59:59"), ("ik_ltm", "1")]).as_deref(),
        Some("2031-01-31T21:59:59Z")
    );
}

#[test]
fn lists_of_payways_narrow_the_methods_and_unknown_names_do_not() {
    let allowed = |on, off| opened(&[("ik_pw_on", on), ("ik_pw_off", off)]).order.allowed;
    assert_eq!(allowed("", ""), []);
    assert_eq!(allowed("visa;yandexmoney", ""), [Method::BankCard, Method::YooMoney]);
    assert_eq!(allowed("visa_liqpay_merchant_usd", ""), [Method::BankCard]);
    assert_eq!(allowed("webmoney;w1_merchant_usd", "liqpay"), []);
    assert!(
        !allowed("", "visa").contains(&Method::BankCard)
            && allowed("", "visa").len() == Method::ALL.len() - 1
    );
    assert_eq!(allowed("visa;cash", "visa"), [Method::Cash]);
    assert_eq!(refused(&[("ik_pw_on", "visa"), ("ik_pw_off", "card")]), (1605, Some("ik_pw_off")));
    assert_eq!(
        opened(&[("ik_pw_via", "mastercard_cpaytrz_merchant_rub")]).order.preferred,
        Some(Method::BankCard)
    );
}

#[test]
fn a_rehearsal_is_asked_for_by_its_payway_under_any_of_its_names() {
    for more in [
        [("ik_pw_via", "test_interkassa_test_xts")],
        [("ik_payment_method", "test")],
        [("ik_payment_currency", "XTS")],
        [("ik_pw_on", "test_interkassa_test_xts")],
    ] {
        assert!(opened(&more).order.test, "{more:?}");
    }
    for more in [[("ik_pw_via", "visa")], [("ik_pw_on", "test;visa")], [("ik_pw_off", "test")]] {
        assert!(!opened(&more).order.test, "{more:?}");
    }
    let both = opened(&[("ik_pw_via", "visa"), ("ik_pw_on", "test")]);
    assert!(!both.order.test, "the payway that is named counts");
}

#[test]
fn an_unknown_field_may_not_push_a_signed_value_into_another_place() {
    // The shop signed 100 for a buyer whose contact is 5; the buyer moves the amount into a field of his own.
    let signed = format!("100:5:{ID}:UAH:ID_1:{KEY}");
    let honest =
        [("ik_am", "100"), ("ik_cli", "5"), ("ik_co_id", ID), ("ik_cur", "UAH"), ("ik_pm_no", "ID_1")];
    assert!(Checkout::md5().open_signed(&honest, &signed).is_ok());
    let moved = [("ik_aa", "100"), ("ik_am", "5"), ("ik_co_id", ID), ("ik_cur", "UAH"), ("ik_pm_no", "ID_1")];
    assert_eq!(blamed(Checkout::md5().open_signed(&moved, &signed)), (1107, Some("ik_")));
    // Behind the currency an unknown field is signed like any other and means nothing.
    assert!(open(&Checkout::md5(), &[("ik_itm", "3600")]).unwrap().order.until.is_none());
}

#[test]
fn the_same_invoice_has_the_same_fingerprint_however_it_is_to_be_answered() {
    let plain = opened(&[("ik_x_a", "1")]).order.fingerprint;
    let again = opened(&[
        ("ik_x_a", "1"),
        ("ik_act", "process"),
        ("ik_int", "json"),
        ("ik_pw_via", "visa"),
        ("ik_am", "10"),
    ]);
    assert_eq!(again.order.fingerprint, plain);
    for more in [
        ("ik_am", "10.01"),
        ("ik_cur", "USD"),
        ("ik_desc", "x"),
        ("ik_x_a", "2"),
        ("ik_x_b", "1"),
        ("ik_pm_no", "2"),
        ("ik_ia_u", "https://x.test/"),
    ] {
        let mut fields = vec![("ik_x_a", "1")];
        fields.retain(|(name, _)| *name != more.0);
        fields.push(more);
        assert_ne!(opened(&fields).order.fingerprint, plain, "{more:?}");
    }
}

#[test]
fn own_fields_may_be_nested_and_come_back_under_their_whole_names() {
    let signed = format!("10.00:{ID}:UAH:ID_1:1:2:{KEY}");
    let fields = with(&[("ik_x_a[k]", "2"), ("ik_x_a[b]", "1")]);
    let custom = Checkout::md5().open_signed(&fields, &signed).unwrap().order.custom;
    let names: Vec<&str> = custom.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["ik_x_a[b]", "ik_x_a[k]"]);
}

#[test]
fn a_shop_with_an_encoding_of_its_own_is_understood() {
    let body = format!("ik_co_id={ID}&ik_pm_no=1&ik_am=10&ik_cur=UAH&ik_enc=windows-1251&ik_desc=%CE%EA");
    let signed = format!("10:{ID}:UAH:Ок:windows-1251:1:{KEY}");
    let sent = format!("{body}&{}", form(&[], &signed));
    assert_eq!(Checkout::md5().open(&post("", &sent)).unwrap().order.description, "Ок");
}

#[test]
fn newer_fields_are_told_only_to_a_request_that_used_them() {
    let card = Card { mask: "411111******1111", token: Some("f3b1c0de"), eci: None, gateway_order: None };
    let told = |more: &[(&str, &str)]| {
        let terms = opened(more).terms;
        let extras = Extras::of(&terms, Some(card));
        (extras.process, extras.contact.is_some(), extras.method.is_some(), extras.card.is_some())
    };
    assert_eq!(told(&[]), (false, false, false, false));
    assert_eq!(told(&[("ik_act", "payway"), ("ik_pw_via", "visa")]), (false, false, false, false));
    assert_eq!(told(&[("ik_act", "process"), ("ik_cli", "a@shop.test")]), (true, true, false, false));
    assert_eq!(told(&[("ik_payment_method", "card")]), (false, false, true, true));
    assert_eq!(told(&[("ik_pay_token", "abcdef0123456789")]), (false, false, false, true));
}

#[test]
fn the_query_is_signed_with_what_the_body_says() {
    let signed = format!("10.00:{ID}:UAH:ID_1:{KEY}");
    let body = form(&with(&[]), &signed);
    assert!(Checkout::md5().open(&post("ik_am=1.00&ik_sign=x", &body)).is_ok());
    let extra = Checkout::md5().open(&post("ik_desc=added", &body));
    assert_eq!(blamed(extra), (1023, Some("ik_sign")));
}

fn as_request(head: &str, bytes: &[u8], multipart: bool) -> HttpRequest {
    let mut request = post("", "");
    request.body = [head.as_bytes(), bytes].concat();
    if multipart {
        request.headers = Headers::new();
        request.headers.push("Content-Type", "multipart/form-data; boundary=x");
    }
    request
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(
        head in prop::sample::select(vec!["", "ik_co_id=1&", "ik_shop_id=", "ik_co_id=1&ik_sign=", "sci[", "--x\r\n"]),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        fields in "(ik_(am|cur|x_a|products|exp|pw_on)(\\[[0-9a]?\\]){0,3}=[ -~]{0,9}&){0,6}",
        multipart in any::<bool>(),
    ) {
        for request in [as_request(head, &bytes, multipart), as_request(head, fields.as_bytes(), false)] {
            match entry(&request) {
                Ok(Some(Entry::Second(start))) => {
                    let lenient = Checkout { id: "1".to_owned(), must_sign: false, ..Checkout::md5() };
                    let _ = (start.language(), start.verify(&lenient.keys(), now()));
                }
                Ok(Some(Entry::First(_) | Entry::Saved(_) | Entry::Filled(_)) | None) | Err(_) => {}
            }
            let _ = (Explained::of_request(&request).map(|explained| explained.kind()), Params::read(&request));
        }
    }
}
