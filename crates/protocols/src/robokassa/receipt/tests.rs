//! What a receipt may say, one rule a test.

use proptest::prelude::*;

use super::*;

const ITEM: &str = r#""name":"Чай","quantity":1,"sum":100.26,"tax":"none""#;

fn rub(minor: i64) -> Money {
    Money::from_minor(minor, Currency::Rub)
}

fn read(json: &str) -> Result<Receipt, ReceiptError> {
    read_receipt(json, rub(10_026))
}

/// A receipt whose one item is changed.
fn item(from: &str, to: &str) -> Result<Receipt, ReceiptError> {
    assert!(ITEM.contains(from), "{from}");
    read(&format!("{{\"items\":[{{{}}}]}}", ITEM.replace(from, to)))
}

fn line(receipt: Result<Receipt, ReceiptError>) -> Line {
    receipt.unwrap().lines()[0].clone()
}

#[test]
fn the_smallest_receipt_leaves_to_others_what_it_does_not_say() {
    let receipt = item("Чай", "Чай").unwrap();
    assert_eq!((receipt.tax_system(), receipt.total()), (None, rub(10_026)));
    let line = line(Ok(receipt));
    assert_eq!((line.name.as_str(), line.quantity, line.tax), ("Чай", Quantity::ONE, Tax::Untaxed));
    assert_eq!((line.mode, line.subject, line.marking), (None, None, None));
}

#[test]
fn everything_that_is_said_is_kept() {
    let json = r#"{"sno":"usn_income","url":"x","items":[{"name":" Сыр\n","quantity":"1.5","sum":"100.26",
        "cost":1,"tax":"vat110","payment_method":"full_prepayment","payment_object":"operating_gain",
        "nomenclature_code":"01\u001d93","spic":6401001001000000,"packagecode":"1505756","more":[1]}]}"#;
    let receipt = read(json).unwrap();
    assert_eq!(receipt.tax_system(), Some(TaxSystem::SimplifiedIncome));
    let line = line(Ok(receipt));
    assert_eq!((line.name.as_str(), line.quantity.thousandths(), line.sum), ("Сыр", 1_500, rub(10_026)));
    assert_eq!(
        (line.mode, line.subject),
        (Some(PaymentMode::FullPrepayment), Some(SaleSubject::NonOperatingGain))
    );
    assert_eq!(line.marking.as_deref(), Some("01\u{1d}93"));
    assert_eq!(
        (line.catalogue.as_deref(), line.package.as_deref()),
        (Some("6401001001000000"), Some("1505756"))
    );
}

#[test]
fn members_without_anything_in_them_are_not_said() {
    let empty = r#"{"sno":"","items":[{"name":"a","quantity":1,"sum":100.26,"cost":null,"tax":"none",
        "payment_method":"","payment_object":null,"nomenclature_code":"","spic":"","packagecode":null}]}"#;
    let line = line(read(empty));
    assert_eq!((line.mode, line.subject, line.marking, line.catalogue, line.package), Default::default());
}

#[test]
fn numbers_are_read_from_their_text() {
    for sum in
        ["100.26", "\"100.26\"", "100.260000", "100.26000000000001", "100.25999999999999", "\"100.2600\""]
    {
        assert!(item("100.26", sum).is_ok(), "{sum}");
    }
    for sum in ["1.0026e2", "\"100,26\"", "-100.26", "100.265", "true", "[100.26]", "\"\"", "{}"] {
        assert_eq!(item("100.26", sum), Err(ReceiptError::Sum), "{sum}");
    }
    assert_eq!(item("\"sum\":100.26,", ""), Err(ReceiptError::NoSum));
    assert_eq!(item("100.26", "null"), Err(ReceiptError::NoSum));
}

#[test]
fn a_price_is_taken_times_the_quantity_where_there_is_no_sum() {
    assert!(item("\"quantity\":1,\"sum\":100.26", "\"quantity\":3,\"cost\":33.42").is_ok());
    assert!(item("\"quantity\":1,\"sum\":100.26", "\"quantity\":0.333,\"cost\":301.08").is_ok());
    assert_eq!(item("\"sum\"", "\"sum\":100.26,\"cost\":1,\"x\"").unwrap().total(), rub(10_026));
}

#[test]
fn quantities_have_five_digits_and_three_decimals() {
    let quantity = |text: &str| {
        let read = item("\"quantity\":1", &format!("\"quantity\":{text}"));
        read.map(|receipt| receipt.lines()[0].quantity.thousandths())
    };
    for (text, thousandths) in [
        ("2", 2_000),
        ("\"2.000\"", 2_000),
        ("0.001", 1),
        ("99999.999", 99_999_999),
        ("1.100000000000000088", 1_100),
        ("0.30000000000000004", 300),
        ("0.89999999999999991", 900),
    ] {
        assert_eq!(quantity(text), Ok(thousandths), "{text}");
    }
    for text in [
        "0",
        "0.0001",
        "-1",
        "1e1",
        "100000",
        "99999.9999999",
        "1.0005",
        "\"1,5\"",
        "\" 1\"",
        "\"\"",
        "null",
        "true",
        "\"1.\"",
        "\".5\"",
        "1.123001",
        "99999999999999999999",
    ] {
        assert_eq!(quantity(text), Err(ReceiptError::Quantity), "{text}");
    }
    assert_eq!(item("\"quantity\":1,", ""), Err(ReceiptError::Quantity));
}

#[test]
fn every_word_must_be_one_of_its_list() {
    for word in ["\"vat18\"", "\"\"", "\"NONE\"", "null"] {
        assert_eq!(item("\"none\"", word), Err(ReceiptError::Tax), "{word}");
    }
    assert_eq!(item(",\"tax\":\"none\"", ""), Err(ReceiptError::Tax));
    for &tax in Tax::ALL.iter().filter(|tax| !tax.is_of_kazakhstan()) {
        assert_eq!(line(item("none", tax.code())).tax, tax);
    }
    assert_eq!(item("none", "vat12"), Err(ReceiptError::Rule(ReceiptFault::TaxOfKazakhstan)));
    let more = |more: &str| item("\"name\"", &format!("{more},\"name\""));
    assert_eq!(more("\"payment_method\":\"later\""), Err(ReceiptError::PaymentMethod));
    assert_eq!(more("\"payment_object\":\"tea\""), Err(ReceiptError::PaymentObject));
    assert_eq!(more("\"spic\":{}"), Err(ReceiptError::Catalogue));
    assert_eq!(read(&format!("{{\"sno\":\"x\",\"items\":[{{{ITEM}}}]}}")), Err(ReceiptError::TaxSystem));
    for &system in TaxSystem::ALL {
        let read = read(&format!("{{\"sno\":\"{}\",\"items\":[{{{ITEM}}}]}}", system.code()));
        assert_eq!(read.unwrap().tax_system(), Some(system));
    }
}

#[test]
fn items_keep_to_the_rules_of_every_receipt() {
    let rule = |fault| Err(ReceiptError::Rule(fault));
    assert_eq!(read("{\"items\":[]}"), rule(ReceiptFault::NoLines));
    let many = vec![format!("{{{ITEM}}}"); 101].join(",");
    assert_eq!(read(&format!("{{\"items\":[{many}]}}")), rule(ReceiptFault::TooManyLines));
    assert_eq!(item("Чай", &"ж".repeat(129)), rule(ReceiptFault::LongName));
    assert_eq!(item("Чай", "\\n "), rule(ReceiptFault::NoName));
    let marked = |code: &str| item("\"name\"", &format!("\"nomenclature_code\":\"{code}\",\"name\""));
    assert!(marked(&"1".repeat(256)).is_ok());
    assert_eq!(marked(&"1".repeat(257)), rule(ReceiptFault::Marking));
    assert_eq!(marked("1\\u0000"), rule(ReceiptFault::Marking));
}

#[test]
fn the_items_add_up_to_the_sum_to_the_kopeck() {
    let two =
        |second: &str| read(&format!("{{\"items\":[{{{ITEM}}},{{{}}}]}}", ITEM.replace("100.26", second)));
    assert!(two("0.00").is_ok());
    assert_eq!(two("0.01"), Err(ReceiptError::OtherSum));
    assert_eq!(item("100.26", "100.25"), Err(ReceiptError::OtherSum));
    assert_eq!(
        read_receipt(&format!("{{\"items\":[{{{ITEM}}}]}}"), rub(10_027)),
        Err(ReceiptError::OtherSum)
    );
}

#[test]
fn what_is_not_the_documented_json_is_refused_whole() {
    let twice = format!("{{\"items\":[{{{ITEM},\"sum\":1}}]}}");
    for json in ["", "{}", "[]", "null", "{\"items\":{}}", "{\"items\":[1]}", "{\"items\":[{}]}", &twice] {
        assert_eq!(read(json), Err(ReceiptError::Form), "{json}");
    }
    assert_eq!(item("\"Чай\"", "5"), Err(ReceiptError::Form));
}

proptest! {
    #[test]
    fn sums_written_as_floats_add_up_all_the_same(kopecks in proptest::collection::vec(1_i64..100_000_000, 1..20)) {
        #[allow(clippy::float_arithmetic, clippy::cast_precision_loss)]
        let items: Vec<String> = kopecks
            .iter()
            .map(|&kopecks| format!(r#"{{"name":"a","quantity":1,"sum":{},"tax":"none"}}"#, kopecks as f64 / 100.0))
            .collect();
        let total: i64 = kopecks.iter().sum();
        let json = format!("{{\"items\":[{}]}}", items.join(","));
        prop_assert!(read_receipt(&json, rub(total)).is_ok());
        prop_assert_eq!(read_receipt(&json, rub(total + 1)), Err(ReceiptError::OtherSum));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}", number in "[0-9.eE+-]{0,30}") {
        let _ = (read(&text), read_quantity(&text), read_quantity(&number));
        let _ = (item("100.26", &number), item("\"quantity\":1", &format!("\"quantity\":{number}")));
    }
}
