//! Shared payments: signatures, sums, parts, fields, and all that is refused.

use domain::secrets::Secret;
use domain::sellers::Algorithm;
use money::currency::Currency;
use wire::digest::Digest;
use wire::form::encode_pairs;
use wire::http::{Headers, Method};

use super::*;
use crate::robokassa::keys::Switches;

const NOW: &str = "2026-01-01T00:00:00Z";
const PLAIN: &str = r#"{"outAmount":700,"merchant":{"id":"m1","comment":"Two sellers"},"splitMerchants":[{"id":"m1","amount":500},{"id":"m2","InvoiceId":7,"amount":200}]}"#;

fn request(pairs: &[(&str, &str)]) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        path: "/Merchant/Payment/CreateV2".to_owned(),
        query: encode_pairs(pairs.iter().copied()),
        headers: Headers::new(),
        body: Vec::new(),
        peer: None,
    }
}

fn verified(start: &SplitStart, login: &str, split: bool) -> Result<Order, Refused> {
    let secret = Secret::new("password1".to_owned());
    let keys = ShopKeys {
        login,
        currency: Currency::Rub,
        algorithm: Algorithm::Md5,
        password1: &secret,
        password2: &secret,
        switches: Switches { split, ..Switches::default() },
    };
    start.verify(&keys, NOW.parse().unwrap())
}

fn signed(invoice: &str, text: &str) -> Result<Order, Refused> {
    let signature = Digest::Md5.hex(text.as_bytes());
    verified(&SplitStart::read(&request(&[("Invoice", invoice), ("Signature", &signature)]))?, "m1", true)
}

/// An Invoice signed as the documentation says.
fn open(json: &str) -> Result<Order, Refused> {
    signed(json, &format!("{json}password1"))
}

fn number(refused: Result<Order, Refused>) -> (u16, &'static str) {
    let refused = refused.unwrap_err();
    (refused.error.number(), refused.parameter.unwrap_or_default())
}

fn with(from: &str, to: &str) -> (u16, &'static str) {
    assert!(PLAIN.contains(from), "{from}");
    number(open(&PLAIN.replace(from, to)))
}

#[test]
fn the_sum_and_every_part_are_read_and_the_master_keeps_the_rest() {
    let order = open(PLAIN).unwrap();
    assert_eq!((order.sum.minor(), order.sum_text.as_str(), order.number), (70_000, "700", None));
    assert_eq!(order.description, "Two sellers");
    let [part] = &order.split[..] else { panic!("{:?}", order.split) };
    assert_eq!((part.login.as_str(), part.number, part.sum.minor()), ("m2", Some(7), 20_000));
}

#[test]
fn the_documented_spelling_of_the_signature_the_colon_and_the_second_encoding_are_accepted() {
    let twice = encode_pairs([("", PLAIN)]).trim_start_matches('=').to_owned();
    assert!(signed(PLAIN, &format!("{PLAIN}:password1")).is_ok());
    assert!(signed(&twice, &format!("{PLAIN}password1")).is_ok());
    assert!(signed(&twice, &format!("{twice}password1")).is_ok());
    assert_eq!(number(signed(PLAIN, &format!("{PLAIN};password1"))), (29, "Signature"));
    assert_eq!(number(signed(PLAIN, "password1")), (29, "Signature"));
    let read = |pairs: &[(&str, &str)]| SplitStart::read(&request(pairs)).unwrap();
    assert_eq!(number(verified(&read(&[("invoice", PLAIN)]), "m1", true)), (29, "Signature"));
    let upper = Digest::Md5.hex(format!("{PLAIN}password1").as_bytes()).to_uppercase();
    assert!(verified(&read(&[("INVOICE", PLAIN), ("signatureValue", &upper)]), "m1", true).is_ok());
}

#[test]
fn what_is_used_is_the_reading_that_was_signed() {
    // The same bytes say m1 as they are and m2 decoded once more; only one of the two was signed by its shop.
    let tricky = PLAIN.replace("{\"id\":\"m1\",\"comment\"", "{\"id\":\"%6d1\",\"comment\"");
    let start = SplitStart::read(&request(&[
        ("Invoice", &tricky),
        ("Signature", &Digest::Md5.hex(format!("{PLAIN}password1").as_bytes())),
    ]));
    assert_eq!(number(verified(&start.unwrap(), "%6d1", true)), (29, "merchant"));
}

#[test]
fn another_password_another_shop_or_a_changed_byte_is_error_29() {
    let signature = Digest::Md5.hex(format!("{PLAIN}password1").as_bytes());
    let start = SplitStart::read(&request(&[("Invoice", PLAIN), ("Signature", &signature)])).unwrap();
    assert_eq!(start.login(), "m1");
    assert_eq!(number(verified(&start, "M1", true)), (29, "merchant"));
    let changed = PLAIN.replace("200", "201");
    let start = SplitStart::read(&request(&[("Invoice", &changed), ("Signature", &signature)])).unwrap();
    assert_eq!(number(verified(&start, "m1", true)), (29, "Signature"));
}

#[test]
fn a_shop_without_the_agreement_and_a_rehearsal_are_error_41() {
    let signature = Digest::Md5.hex(format!("{PLAIN}password1").as_bytes());
    let start = SplitStart::read(&request(&[("Invoice", PLAIN), ("Signature", &signature)])).unwrap();
    assert_eq!(number(verified(&start, "m1", false)), (41, "splitMerchants"));
    for yes in ["1", "true", "\"1\"", "\"true\""] {
        assert_eq!(with("\"merchant\"", &format!("\"isTest\":{yes},\"merchant\"")), (41, "isTest"), "{yes}");
    }
    assert!(open(&PLAIN.replace("\"merchant\"", "\"isTest\":0,\"merchant\"")).is_ok());
}

#[test]
fn sums_that_do_not_add_up_or_are_no_plain_decimals_are_error_31() {
    assert_eq!(with("700", "701"), (31, "splitMerchants"));
    assert_eq!(with("700", "0"), (31, "outAmount"));
    assert_eq!(with("700", "7e2"), (31, "outAmount"));
    assert_eq!(with("700", "-700"), (31, "outAmount"));
    assert_eq!(with("\"outAmount\":700,", ""), (31, "outAmount"));
    assert_eq!(with("\"amount\":500", "\"amount\":-500"), (31, "amount"));
    assert_eq!(with("\"amount\":500", "\"amount\":null"), (31, "amount"));
    assert_eq!(with("\"amount\":500", "\"amount\":500.001"), (31, "amount"));
    for plain in ["700.0", "\"700.00\"", "700.00000000000001"] {
        assert_eq!(open(&PLAIN.replace("700", plain)).unwrap().sum.minor(), 70_000, "{plain}");
    }
}

#[test]
fn parts_of_nothing_are_left_out_and_the_masters_own_part_may_be_missing() {
    let others = PLAIN.replace("\"id\":\"m1\",\"amount\":500", "\"id\":\"m3\",\"amount\":500");
    assert_eq!(open(&others).unwrap().split.len(), 2);
    let nothing = PLAIN.replace("500", "700").replace("\"amount\":200", "\"amount\":0");
    assert!(open(&nothing).unwrap().split.is_empty());
}

#[test]
fn what_is_not_of_the_documented_form_is_error_30() {
    assert_eq!(with("{\"outAmount\"", "[{\"outAmount\""), (30, "Invoice"));
    assert_eq!(
        with("\"merchant\":{\"id\":\"m1\",\"comment\":\"Two sellers\"}", "\"merchant\":1"),
        (30, "Invoice")
    );
    assert_eq!(with("\"id\":\"m2\"", "\"id\":\"m1\""), (30, "splitMerchants"));
    assert_eq!(with("\"InvoiceId\":7", "\"InvoiceId\":-7"), (30, "InvoiceId"));
    assert_eq!(with("\"InvoiceId\":7", "\"InvoiceId\":1.5"), (30, "InvoiceId"));
    assert_eq!(with("\"InvoiceId\":7", "\"InvoiceId\":7,\"receipt\":{\"items\":[]}"), (30, "receipt"));
    let empty = "{\"outAmount\":1,\"merchant\":{\"id\":\"m1\"},\"splitMerchants\":[]}";
    assert_eq!(number(open(empty)), (30, "splitMerchants"));
    let many: Vec<String> = (0..51).map(|at| format!("{{\"id\":\"s{at}\",\"amount\":1}}")).collect();
    let many = format!(
        "{{\"outAmount\":51,\"merchant\":{{\"id\":\"m1\"}},\"splitMerchants\":[{}]}}",
        many.join(",")
    );
    assert_eq!(number(open(&many)), (30, "splitMerchants"));
    assert!(SplitStart::read(&request(&[("Signature", "00")])).is_err());
    assert_eq!(with("\"id\":\"m1\",\"comment\"", "\"id\":\"\",\"comment\""), (26, "Invoice"));
}

#[test]
fn fields_come_back_under_their_own_names_sorted_and_cannot_pass_for_ours() {
    let fields =
        |list: &str| open(&PLAIN.replace("\"merchant\"", &format!("\"shop_params\":{list},\"merchant\"")));
    let order = fields(r#"[{"name":"b","value":"2"},{"name":"A","value":1.50},{"name":"c"}]"#).unwrap();
    let pairs: Vec<_> = order.custom.iter().map(|field| format!("{}={}", field.name, field.value)).collect();
    assert_eq!(pairs, ["A=1.50", "b=2", "c="]);
    for bad in [
        r#"[{"name":"OutSum","value":"1"}]"#,
        r#"[{"name":"signaturevalue","value":"1"}]"#,
        r#"[{"name":"a:b","value":"1"}]"#,
        r#"[{"name":"","value":"1"}]"#,
        r#"[{"name":"a","value":{"b":1}}]"#,
        r#"[{"name":"a","value":"1\n2"}]"#,
    ] {
        assert_eq!(number(fields(bad)), (30, "shop_params"), "{bad}");
    }
}

#[test]
fn every_part_keeps_its_receipt_and_the_whole_has_one_if_all_have() {
    let receipt = |sum| {
        format!(
            "\"receipt\":{{\"sno\":\"osn\",\"items\":[{{\"name\":\"x\",\"quantity\":1,\"sum\":{sum},\"tax\":\"none\"}}]}}"
        )
    };
    let one = PLAIN.replace("\"amount\":200", &format!("\"amount\":200,{}", receipt(200)));
    let order = open(&one).unwrap();
    assert_eq!((order.receipt.is_some(), order.split[0].receipt.is_some()), (false, true));
    let both = one.replace("\"amount\":500", &format!("\"amount\":500,{}", receipt(500)));
    let whole = open(&both).unwrap().receipt.unwrap();
    assert_eq!((whole.total().minor(), whole.lines().len()), (70_000, 2));
    assert!(whole.tax_system().is_some());
    assert_eq!(number(open(&one.replace("\"sum\":200", "\"sum\":199"))), (30, "receipt"));
}

#[test]
fn an_end_that_has_passed_is_error_33() {
    let until = |text: &str| {
        open(&PLAIN.replace("\"merchant\"", &format!("\"expirationDate\":\"{text}\",\"merchant\"")))
    };
    assert_eq!(number(until("2025-12-31T00:00:00Z")), (33, "expirationDate"));
    assert_eq!(number(until("tomorrow")), (30, "expirationDate"));
    assert!(until("2026-01-02T00:00:00.0000000+03:00").unwrap().until.is_some());
    assert_eq!(until("").unwrap().until, None);
}

#[test]
fn another_request_may_carry_the_list_alone_or_in_an_object() {
    let total = Money::from_minor(70_000, Currency::Rub);
    let list = r#"[{"id":"m1","InvoiceId":"9","amount":500},{"id":"m2","amount":"200.00"}]"#;
    let shares = read_shares(list, "m1", total).unwrap();
    assert_eq!((shares.number, shares.others.len()), (Some(9), 1));
    assert_eq!(read_shares(&format!("{{\"splitMerchants\":{list}}}"), "m1", total), Ok(shares));
    assert_eq!(read_shares(list, "m1", Money::from_minor(1, Currency::Rub)).unwrap_err().error.number(), 31);
    assert_eq!(read_shares("{", "m1", total).unwrap_err().error.number(), 30);
}
