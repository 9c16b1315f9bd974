//! Right requests of every kind are called right.

use domain::sellers::Algorithm;
use protocols::robokassa::explain::kind::RequestKind;
use protocols::robokassa::explain::report::Verdict;

use crate::integrator::{Dice, Order, encoded, hash};
use crate::shop::{PASSWORD_1, PASSWORD_2, TEST_PASSWORD_1, TEST_PASSWORD_2, codes, report};

fn is_right(pasted: &str, algorithm: Algorithm, kind: RequestKind) {
    let report = report(pasted, algorithm);
    assert_eq!((report.kind, report.verdict), (kind, Verdict::Right), "{pasted}\n{report:?}");
    assert!(report.mistakes.is_empty() && report.refusal.is_none(), "{report:?}");
    let received = report.received.clone().unwrap();
    assert!(report.expected_digest.clone().unwrap().eq_ignore_ascii_case(&received), "{report:?}");
    for secret in [PASSWORD_1, PASSWORD_2, TEST_PASSWORD_1, TEST_PASSWORD_2] {
        assert!(!format!("{report:?}").contains(secret), "{report:?}");
    }
}

#[test]
fn right_payment_starts_of_every_digest_are_called_right() {
    for seed in 0..120 {
        let mut dice = Dice::new(seed);
        let order = Order::roll(&mut dice);
        let algorithm = dice.one_of(Algorithm::ALL);
        let password = if order.test { TEST_PASSWORD_1 } else { PASSWORD_1 };
        let signature = hash(algorithm, order.parts(password).join(":").as_bytes());
        let signature = if seed % 2 == 0 { signature.to_uppercase() } else { signature };
        is_right(&order.link(&signature), algorithm, RequestKind::PaymentStart);
    }
}

#[test]
fn the_optional_slots_of_the_documentation_are_called_right() {
    let receipt = "{\"items\":[{\"name\":\"Чай\",\"quantity\":1,\"sum\":100.26,\"tax\":\"none\"}]}";
    let plain = Order {
        login: "demoShop".to_owned(),
        sum: "100.26".to_owned(),
        number: String::new(),
        signed_slots: Vec::new(),
        sent_slots: Vec::new(),
        custom: vec![("Shp_a".to_owned(), "я".to_owned())],
        test: false,
    };
    let full = plain
        .clone()
        .with("OutSumCurrency", "USD")
        .with("UserIp", "203.0.113.7")
        .with("Receipt", &encoded(receipt))
        .with("StepByStep", "true")
        .with("ResultUrl2", "https://shop.test/second")
        .with("SuccessUrl2", "https://shop.test/done")
        .with("SuccessUrl2Method", "GET")
        .with("FailUrl2", "https://shop.test/undone")
        .with("FailUrl2Method", "POST")
        .with("Token", "14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf");
    let raw = plain.clone().with("Receipt", receipt);
    for order in [plain, full, raw] {
        let signature = hash(Algorithm::Sha256, order.parts(PASSWORD_1).join(":").as_bytes());
        is_right(&order.link(&signature), Algorithm::Sha256, RequestKind::PaymentStart);
    }
}

fn md5(text: &str) -> String {
    hash(Algorithm::Md5, text.as_bytes())
}

#[test]
fn messages_to_the_shop_are_called_right() {
    let notice = md5(&format!("10.000000:7:{PASSWORD_2}:Shp_a=1"));
    let test_notice = md5(&format!("10:7:{TEST_PASSWORD_2}")).to_uppercase();
    let back = md5(&format!("10.000000:7:{PASSWORD_1}:Shp_a=1"));
    let sent = format!("OutSum=10.000000&InvId=7&SignatureValue={notice}&Shp_a=1");
    let returned = format!("OutSum=10.000000&InvId=7&SignatureValue={back}&Shp_a=1");
    for (pasted, kind) in [
        (format!("out_summ=10.000000&inv_id=7&crc={notice}&{sent}&Fee=0.3"), RequestKind::ResultNotice),
        (format!("https://shop.test/pay/result?{sent}"), RequestKind::ResultNotice),
        (format!("OutSum=10&InvId=7&IsTest=1&SignatureValue={test_notice}"), RequestKind::ResultNotice),
        (format!("https://shop.test/success\n{returned}&Culture=ru"), RequestKind::SuccessReturn),
        (returned, RequestKind::SuccessReturn),
    ] {
        is_right(&pasted, Algorithm::Md5, kind);
    }
}

#[test]
fn questions_and_other_requests_of_the_shop_are_called_right() {
    let state = md5(&format!("demoShop:7:{PASSWORD_2}"));
    let capture = md5(&format!("demoShop:10.00:7:{PASSWORD_1}"));
    let release = md5(&format!("demoShop::7:{PASSWORD_1}"));
    let child = md5(&format!("demoShop:10.00:8:{PASSWORD_1}"));
    let rate = md5(&format!("demoShop:100:{PASSWORD_1}"));
    let sms = md5(&format!("demoShop:79990000000:Привет:{PASSWORD_1}"));
    let service = "/Merchant/WebService/Service.asmx";
    let order = "MerchantLogin=demoShop&InvoiceID=7&OutSum=10.00";
    let json = format!("{{\"MerchantLogin\":\"demoShop\",\"InvoiceID\":7,\"Signature\":\"{state}\"}}");
    for (pasted, kind) in [
        (
            format!("{service}/OpStateExt?MerchantLogin=demoShop&InvoiceID=7&Signature={state}"),
            RequestKind::StateQuery,
        ),
        (json, RequestKind::StateQuery),
        (
            format!("https://pay.example/Merchant/Payment/Confirm\n{order}&SignatureValue={capture}"),
            RequestKind::HoldConfirm,
        ),
        (format!("/Merchant/Payment/Cancel?{order}&SignatureValue={release}"), RequestKind::HoldCancel),
        (
            format!(
                "/Merchant/Recurring?MerchantLogin=demoShop&InvoiceID=8&PreviousInvoiceID=7&OutSum=10.00\
                 &SignatureValue={child}"
            ),
            RequestKind::Recurring,
        ),
        (
            format!("{service}/CalcOutSumm?MerchantLogin=demoShop&IncSum=100&Signature={rate}"),
            RequestKind::CalcOutSumm,
        ),
        (format!("/SMS/?login=demoShop&phone=79990000000&message=Привет&signature={sms}"), RequestKind::Sms),
        (
            format!(
                "/Merchant/PaymentForm/FormFLS.js?MerchantLogin=demoShop&InvoiceID=7&DefaultSum=100\
                 &SignatureValue={release}"
            ),
            RequestKind::PaymentStart,
        ),
    ] {
        is_right(&pasted, Algorithm::Md5, kind);
    }
}

#[test]
fn requests_without_a_signature_of_their_own_are_left_alone() {
    for (pasted, kind) in [
        (
            "/Merchant/WebService/Service.asmx/GetCurrencies?MerchantLogin=demoShop&Language=ru",
            RequestKind::OpenService,
        ),
        (
            "/Merchant/WebService/Service.asmx/CalcOutSumm?MerchantLogin=demoShop&IncSum=100",
            RequestKind::CalcOutSumm,
        ),
        ("https://shop.test/fail?InvId=7&OutSum=10.000000&Culture=ru", RequestKind::FailReturn),
    ] {
        let report = report(pasted, Algorithm::Md5);
        assert_eq!((report.kind, report.verdict), (kind, Verdict::Unsigned), "{pasted}");
    }
}

#[test]
fn what_the_door_takes_although_it_is_written_otherwise_is_accepted_and_named() {
    let text = format!("demoShop:500.00:732:{PASSWORD_1}:Shp_user_id=123:Shp_subscription_id=456");
    let signature = hash(Algorithm::Md5, text.as_bytes());
    let state = md5(&format!("demoShop:7:{TEST_PASSWORD_2}"));
    let question = format!("MerchantLogin=demoShop&InvoiceID=7&Signature={state}");
    let about_rehearsal = crate::shop::report(&question, Algorithm::Md5);
    assert_eq!(about_rehearsal.verdict, Verdict::Accepted);
    assert_eq!(codes(&about_rehearsal), ["test_and_live_mixed"]);

    let form = "MerchantLogin=demoShop&OutSum=500.00&InvId=732&Shp_user_id=123&Shp_subscription_id=456";
    let report = report(&format!("{form}&SignatureValue={signature}"), Algorithm::Md5);
    assert_eq!(report.verdict, Verdict::Accepted);
    assert_eq!(codes(&report), ["shp_order"]);
    assert_eq!(
        report.signed_text.unwrap(),
        "demoShop:500.00:732:***:Shp_user_id=123:Shp_subscription_id=456"
    );
    assert_eq!(
        report.expected_text.unwrap(),
        "demoShop:500.00:732:***:Shp_subscription_id=456:Shp_user_id=123"
    );
}
