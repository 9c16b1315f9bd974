//! Every path of the protocol gets every kind of malformed request: each answers in its own documented form, nothing
//! is saved, nothing secret is said, and the next request is served.

use std::time::Duration;

use testkit::visitor::client;

use crate::scene::Scene;

/// Methods that the protocol does not have.
const METHODS: [&str; 6] = ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "STRANGE"];

/// How a path says no.
enum Form {
    /// A page with the number of an error.
    Page,
    /// A text in the answer: JSON, XML or plain words.
    Says(&'static [&'static str]),
    /// A file or a place: it is there or it is not, whatever is sent along.
    File,
}

const CANNOT: &[&str] = &["\"errorCode\":"];
const HOLD: &[&str] = &["\"success: false\""];
const XML: &[&str] = &["<Result><Code>1</Code>", "<Result><Code>2</Code>"];
const CALCULATED: &[&str] = &["<Result><Code>1</Code>", "<Result><Code>2</Code>", "<Result><Code>5</Code>"];
/// Whoever names a shop is told its methods without a signature.
const OPEN: &[&str] = &["<Result><Code>0</Code>", "<Result><Code>2</Code>", "<Result><Code>5</Code>"];

/// Every path of the protocol, each in one of its spellings.
const PATHS: &[(&str, Form)] = &[
    ("/Merchant/Index.aspx", Form::Page),
    ("/merchant/index", Form::Page),
    ("/Merchant/Payment/Index", Form::Page),
    ("/Index.aspx", Form::Page),
    ("/ssl/calc.asp", Form::Page),
    ("/Merchant/Payment/CoFPayment", Form::Page),
    ("/Merchant/Payment/CreateV2", Form::Page),
    ("/Merchant/Invoice/QWxhZGRpbjpvcGVuIHNl", Form::Page),
    ("/Merchant/Indexjson.aspx", Form::Says(CANNOT)),
    ("/Merchant/bundle/sbp", Form::Says(CANNOT)),
    ("/Merchant/Payment/Confirm", Form::Says(HOLD)),
    ("/merchant/payment/cancel", Form::Says(HOLD)),
    ("/Merchant/Recurring", Form::Says(&["ERROR "])),
    ("/Merchant/WebService/Service.asmx", Form::Says(&["<soap:Fault>"])),
    ("/Merchant/WebService/Service.asmx/GetCurrencies", Form::Says(OPEN)),
    ("/WebService/Service.asmx/GetPaymentMethods", Form::Says(OPEN)),
    ("/Merchant/WebService/Service.asmx/GetRates", Form::Says(OPEN)),
    ("/Webservice/Service.asmx/CalcOutSumm", Form::Says(CALCULATED)),
    ("/Merchant/WebService/Service.asmx/OpState", Form::Says(XML)),
    ("/merchant/webservice/service.asmx/opstateext", Form::Says(XML)),
    ("/InvoiceServiceWebApi/api/CreateInvoice", Form::Says(&["\"isSuccess\":false"])),
    ("/InvoiceServiceWebApi/api/DeactivateInvoice", Form::Says(&["\"isSuccess\":false"])),
    ("/InvoiceServiceWebApi/api/GetInvoiceInformationList", Form::Says(&["\"isSuccess\":false"])),
    ("/RefundService/Refund/Create", Form::Says(&["\"success\":false"])),
    ("/RefundService/Refund/GetState", Form::Says(&["request id does not exist"])),
    ("/SMS/", Form::Says(CANNOT)),
    ("/RoboFiscal/Receipt/Attach", Form::Says(&["\"ResultCode\":\"1001\""])),
    ("/RoboFiscal/Receipt/Register", Form::Says(&["\"ResultCode\":\"1001\""])),
    ("/RoboFiscal/Receipt/Status", Form::Says(&["\"Code\":\"1001\""])),
    ("/PartnerRegisterService/api/Shop/RegisterShop", Form::Says(&["\"success\":false"])),
    ("/PartnerRegisterService/api/Operation/RefundOperation", Form::Says(&["\"success\":false"])),
    ("/Merchant/Index/41734593-dc97-dc5f-d329-a73158e4cb29", Form::File),
    ("/Merchant/State/41734593-dc97-dc5f-d329-a73158e4cb29", Form::File),
    ("/Merchant/State/%00%ff", Form::File),
    ("/Merchant/Invoice/%00%ff", Form::File),
    ("/Merchant/PaymentForm/FormM.js", Form::File),
    ("/Merchant/PaymentForm/FormFLS.if", Form::File),
    ("/Merchant/PaymentForm/FormX.js", Form::File),
    ("/Merchant/PaymentForm/DirectPayment.js", Form::File),
    ("/Merchant/bundle/robokassa_iframe.js", Form::File),
    ("/Merchant/bundle/robokassa-iframe-badge.js", Form::File),
    ("/Merchant/bundle/../../etc/passwd", Form::File),
    ("/jwtsign.cer", Form::File),
    ("/jwtsign.pem", Form::File),
];

/// What is sent: a query, a type of body, a body.
fn malformed() -> Vec<(&'static str, String, &'static str, Vec<u8>)> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let million = "x".repeat(1_000_000);
    let named = "MerchantLogin=demo&OutSum=1.00&InvId=1&SignatureValue=00&Signature=00&PreviousInvoiceID=1";
    let text = |query: &str, kind, body: &str| (query.to_owned(), kind, body.as_bytes().to_vec());
    let bytes = |kind, body: &[u8]| (String::new(), kind, body.to_vec());
    let envelope =
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><OpState>";
    let cases = [
        ("nothing", text("", FORM, "")),
        ("a query without values", text("&&=&?&%", FORM, "")),
        ("a wrong signature", text(named, FORM, "")),
        ("a wrong signature in a form", text("", FORM, named)),
        ("a million bytes", text("", FORM, &format!("{named}&Description={million}"))),
        ("a million bytes of a token", text("", "application/json", &format!("\"{million}\""))),
        ("broken escapes", text("OutSum=%&InvId=%zz&MerchantLogin=%u0041", FORM, "a=%&%%=1&%f=%")),
        ("NUL", text("MerchantLogin=demo%00&OutSum=%00", FORM, "InvId=\u{0}&MerchantLogin=demo")),
        ("no UTF-8", bytes(FORM, b"MerchantLogin=\xff\xfe&OutSum=\xc3\x28&InvId=1&login=\xff")),
        ("repeated parameters", text(&format!("{named}&{named}"), FORM, &format!("{named}&{named}"))),
        (
            "broken JSON",
            bytes("application/json", b"{\"MerchantLogin\":\"demo\",\"OutSum\":1e999,\"x\":[[[["),
        ),
        ("deep JSON", bytes("application/json", "[".repeat(50_000).as_bytes())),
        ("broken XML", text("", "text/xml; charset=utf-8", envelope)),
        ("XML with entities", bytes("text/xml", b"<!DOCTYPE a [<!ENTITY b \"&b;&b;\">]><a>&b;</a>")),
        ("a broken token", bytes("application/jwt", b"eyJhbGciOiJub25lIn0.e30.")),
        ("a token of bytes", bytes("application/json", b"\"\xff.\x00.\x01\"")),
        (
            "a broken multipart",
            bytes("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
        ),
        ("a type that is none", bytes(";;=/", b"MerchantLogin=demo")),
    ];
    cases.into_iter().map(|(what, (query, kind, body))| (what, query, kind, body)).collect()
}

/// Status and text of an answer to a GET, or to a POST of a body.
async fn sent(url: &str, body: Option<(&str, Vec<u8>)>) -> (u16, String) {
    let request = match body {
        Some((kind, body)) => client().post(url).header("content-type", kind).body(body),
        None => client().get(url),
    };
    let answer = request
        .timeout(Duration::from_secs(20))
        .send()
        .await
        .unwrap_or_else(|fault| panic!("{url}: {fault}"));
    let status = answer.status().as_u16();
    (status, String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned())
}

#[tokio::test]
async fn every_path_refuses_every_malformed_request_in_its_own_form() {
    let scene = Scene::demo().await;
    let root = scene.program.ready.url.clone();
    let keys = &scene.keys;
    let secrets = [&keys.password1, &keys.password2, &keys.test_password1, &keys.test_password2];
    let mut wrong = Vec::new();
    for (path, form) in PATHS {
        for (what, query, kind, body) in malformed() {
            for post in [true, false] {
                let url = format!("{root}{path}?{query}");
                let body = if post { Some((kind, body.clone())) } else { None };
                let (status, said) = sent(&url, body).await;
                let place = format!(
                    "{path}, {what}, post {post}: {status} {}",
                    said.chars().take(300).collect::<String>()
                );
                let secret = secrets.iter().any(|secret| said.contains(secret.as_str()));
                let inner = said.contains("panicked") || said.contains("/crates/");
                let fits = match form {
                    Form::Page => status == 200 && said.contains("data-error=\""),
                    Form::Says(words) => {
                        let fault = words.contains(&"<soap:Fault>");
                        status == if fault { 500 } else { 200 }
                            && words.iter().any(|word| said.contains(word))
                    }
                    Form::File => [200, 303, 404, 405, 413].contains(&status),
                };
                if secret || inner || !fits {
                    wrong.push(place);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let listed = scene.program.run(&["payment", "list", "--shop", "demo"]).await;
    assert_eq!(listed["payments"].as_array().map(Vec::len), Some(0), "nothing was opened: {listed:#}");
    scene.is_green().await;
    let (status, _) = sent(&format!("{root}/ready"), None).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn unusual_methods_are_turned_away_everywhere() {
    let scene = Scene::demo().await;
    for (path, _) in PATHS {
        for method in METHODS {
            let url = format!("{}{path}", scene.program.ready.url);
            let request = client().request(method.parse().unwrap(), url).timeout(Duration::from_secs(20));
            let status = request.send().await.unwrap().status().as_u16();
            assert!([200, 303, 404, 405, 500].contains(&status), "{method} {path}: {status}");
            let soap = path.to_ascii_lowercase().ends_with("service.asmx");
            assert!(status != 500 || soap, "{method} {path}");
        }
    }
    scene.is_green().await;
}
