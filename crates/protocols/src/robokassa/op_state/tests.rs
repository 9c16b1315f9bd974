//! What a reply must look like, and which questions are answered.

use domain::secrets::Secret;
use domain::sellers::Algorithm;
use wire::digest::Digest;
use wire::http::{Headers, Method as HttpMethod};

use super::*;
use crate::robokassa::keys::Switches;

fn json(body: &str) -> HttpRequest {
    let mut headers = Headers::new();
    headers.push("Content-Type", "application/json; charset=utf-8");
    HttpRequest {
        method: HttpMethod::Post,
        path: "/Merchant/WebService/Service.asmx/OpStateExt".to_owned(),
        query: String::new(),
        headers,
        body: body.as_bytes().to_vec(),
        peer: None,
    }
}

fn verify(question: &StateQuery) -> Result<i64, ResultCode> {
    let (password1, password2) = (Secret::new("password1".to_owned()), Secret::new("password2".to_owned()));
    question.verify(&ShopKeys {
        login: "demo",
        currency: Currency::Rub,
        algorithm: Algorithm::Md5,
        password1: &password1,
        password2: &password2,
        switches: Switches::default(),
    })
}

fn rub(minor: i64) -> Money {
    Money::from_minor(minor, Currency::Rub)
}

#[test]
fn the_whole_reply_is_as_documented() {
    let custom = [CustomField { name: "Shp_order".to_owned(), value: "4<2\u{1}".to_owned() }];
    let operation = Operation {
        state: StateCode::Done,
        asked_at: "2026-04-23T21:30:00.1234567Z".parse().unwrap(),
        changed_at: "2026-04-23T21:29:00Z".parse().unwrap(),
        method: Method::BankCard,
        paid: rub(10_000),
        account: Some("411111******1111"),
        sum: rub(10_000),
        op_key: Some("14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf"),
        rrn: Some("123456789012"),
        custom: &custom,
    };
    let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<OperationStateResponse \
        xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
        xmlns=\"http://merchant.roboxchange.com/WebService/\"><Result><Code>0</Code></Result>\
        <State><Code>100</Code><RequestDate>2026-04-24T00:30:00.1234567+03:00</RequestDate>\
        <StateDate>2026-04-24T00:29:00.0000000+03:00</StateDate></State>\
        <Info><IncCurrLabel>BankCardPSR</IncCurrLabel><IncSum>100.000000</IncSum>\
        <IncAccount>411111******1111</IncAccount>\
        <PaymentMethod><Code>BankCard</Code><Description>Банковская карта</Description></PaymentMethod>\
        <OutCurrLabel>RUR</OutCurrLabel><OutSum>100.000000</OutSum>";
    let field = "<Field><Name>Shp_order</Name><Value>4&lt;2\u{fffd}</Value></Field>";
    assert_eq!(
        operation_reply(&operation, Detail::Extended),
        format!(
            "{head}<OpKey>14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf</OpKey>\
             <BankCardRRN>123456789012</BankCardRRN></Info>\
             <UserField>{field}</UserField><UserFields>{field}</UserFields></OperationStateResponse>"
        )
    );
    assert_eq!(operation_reply(&operation, Detail::Short), format!("{head}</Info></OperationStateResponse>"));
}

#[test]
fn an_error_says_its_code_and_nothing_else() {
    for (code, number) in [
        (ResultCode::WrongSignature, 1),
        (ResultCode::ShopNotFound, 2),
        (ResultCode::OperationNotFound, 3),
        (ResultCode::TwoOperations, 4),
        (ResultCode::Internal, 1000),
    ] {
        let reply = error_reply(code);
        assert!(reply.contains(&format!("<Result><Code>{number}</Code><Description>")), "{reply}");
        assert!(reply.ends_with("</Result></OperationStateResponse>"), "{reply}");
    }
}

#[test]
fn states_have_their_numbers() {
    let states = [
        StateCode::Started,
        StateCode::Cancelled,
        StateCode::Held,
        StateCode::Crediting,
        StateCode::Returned,
        StateCode::Suspended,
        StateCode::Done,
    ];
    assert_eq!(states.map(StateCode::number), [5, 10, 20, 50, 60, 80, 100]);
}

#[test]
fn a_json_object_is_a_question_too() {
    let signature = Digest::Md5.hex(b"demo:450009:password2");
    for number in ["450009", "\"450009\""] {
        let body = format!(
            "{{\"MerchantLogin\":\"demo\",\"invoiceID\":{number},\"Signature\":\"{signature}\",\"IsTest\":null}}"
        );
        assert_eq!(verify(&StateQuery::read(&json(&body)).unwrap()), Ok(450_009));
    }
    let float =
        format!("{{\"MerchantLogin\":\"demo\",\"InvoiceID\":450009.0,\"Signature\":\"{signature}\"}}");
    assert_eq!(verify(&StateQuery::read(&json(&float)).unwrap()), Err(ResultCode::WrongSignature));
    assert_eq!(StateQuery::read(&json("[]")).unwrap_err(), ResultCode::ShopNotFound);
}

#[test]
fn a_signed_question_about_no_number_finds_nothing() {
    for number in ["abc", "0", "-1", ""] {
        let signature = Digest::Md5.hex(format!("demo:{number}:password2").as_bytes());
        let mut request = json("");
        request.query = format!("MerchantLogin=demo&InvId={number}&SignatureValue={signature}");
        let question = StateQuery::read(&request).unwrap();
        assert_eq!(verify(&question), Err(ResultCode::OperationNotFound), "{number}");
    }
}

#[test]
fn a_question_without_a_signature_or_with_another_login_is_not_answered() {
    let mut request = json("");
    request.query = "MerchantLogin=demo&InvoiceID=1".to_owned();
    assert_eq!(verify(&StateQuery::read(&request).unwrap()), Err(ResultCode::WrongSignature));
    let signature = Digest::Md5.hex(b"other:1:password2");
    request.query = format!("MerchantLogin=other&InvoiceID=1&Signature={signature}");
    assert_eq!(verify(&StateQuery::read(&request).unwrap()), Err(ResultCode::WrongSignature));
    request.query = "InvoiceID=1".to_owned();
    assert_eq!(StateQuery::read(&request).unwrap_err(), ResultCode::ShopNotFound);
}
