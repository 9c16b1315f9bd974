//! Every path of Interkassa's protocols with malformed, oversized and strange requests.

use std::time::Duration;

use testkit::interkassa::{Invoice, encoded};
use testkit::robokassa::Digest;
use testkit::visitor::client;

use crate::checkouts::Sci;

const FORM: &str = "application/x-www-form-urlencoded";
const CHECKOUT: &str = "62e7f883e4ae1a2406000000";

const PATHS: [&str; 12] = [
    "/",
    "/sci",
    "/SCI/",
    "/demo/",
    "/lib/payment.php",
    "/lib/paysystems.currencies.export.php",
    "/v1",
    "/v1/account",
    "/v1/checkout/%00%ff",
    "/v1/withdraw/",
    "/v1/refund",
    "/v1/nothing/at/all",
];

/// What it is, query, content type and body.
fn malformed() -> Vec<(&'static str, String, &'static str, Vec<u8>)> {
    let named = format!("ik_co_id={CHECKOUT}&ik_pm_no=M-1&ik_am=100.00&ik_cur=EUR&ik_desc=x");
    let first = "ik_shop_id=392894CA-62C4-E3B3-14DC-1CD6058AC6A7&ik_payment_id=1&ik_payment_amount=1";
    let deep = format!("ik_x_a{}=1", "[a]".repeat(5_000));
    let many = (0..20_000).map(|number| format!("ik_x_{number}=1")).collect::<Vec<_>>().join("&");
    let text = |query: &str, kind, body: &str| (query.to_owned(), kind, body.as_bytes().to_vec());
    let cases = [
        ("no signature", text(&named, FORM, "")),
        ("a wrong signature", text("", FORM, &format!("{named}&ik_sign=AAAA"))),
        ("a signature of another form", text("", FORM, &format!("{named}&ik_sign[a]=1&ik_sign[b]=2"))),
        ("everything twice", text(&format!("{named}&{named}"), FORM, "")),
        ("a nested amount", text("", FORM, &format!("{named}&ik_am[a]=1"))),
        ("deep nesting", text("", FORM, &format!("{named}&{deep}"))),
        ("very many fields", text("", FORM, &format!("{named}&{many}"))),
        ("a million bytes", text("", FORM, &format!("{named}&ik_x_a={}", "x".repeat(1_000_000)))),
        ("broken escapes", text("ik_co_id=%&ik_am=%zz", FORM, "ik_co_id=%u0041")),
        ("NUL", text("", FORM, &format!("{named}&ik_x_a=%00&ik_desc=%00"))),
        ("no UTF-8", (String::new(), FORM, b"ik_co_id=\xff\xfe&ik_am=\xc3\x28".to_vec())),
        ("an unknown encoding", text("", FORM, &format!("{named}&ik_enc=klingon"))),
        ("a huge amount", text("", FORM, &named.replace("100.00", &"9".repeat(400)))),
        (
            "a broken multipart",
            text("", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data"),
        ),
        ("a multipart without a boundary", text("", "multipart/form-data", &named)),
        ("JSON", text("", "application/json", "{\"ik_co_id\":\"demo\",\"ik_am\":1e999}")),
        ("a form that nobody saved", text("s=AAAAAAAAAA", FORM, "")),
        ("the answer to no form of ours", text("", FORM, "kassa_payment=pay_x&phone=1")),
        ("the first generation unsigned", text("", FORM, first)),
        ("the first generation with a wrong shop", text("", FORM, "ik_shop_id=7")),
        ("a wish for JSON and nothing else", text("ik_int=json&ik_co_id=", FORM, "")),
    ];
    cases.into_iter().map(|(what, (query, kind, body))| (what, query, kind, body)).collect()
}

#[tokio::test]
async fn every_path_of_interkassa_refuses_every_malformed_request_and_opens_nothing() {
    let sci = Sci::start().await;
    let mut wrong = Vec::new();
    for path in PATHS {
        for (what, query, kind, body) in malformed() {
            for post in [true, false] {
                let url = sci.at(&format!("{path}?{query}"));
                let request = if post {
                    client().post(&url).header("content-type", kind).body(body.clone())
                } else {
                    client().get(&url)
                };
                let answer = request.timeout(Duration::from_secs(20)).send().await;
                let answer = answer.unwrap_or_else(|fault| panic!("{path}, {what}, post {post}: {fault}"));
                let status = answer.status().as_u16();
                let said = String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned();
                let inner = said.contains("panicked") || said.contains("/crates/");
                let secret = ["fake-sign-key", "fake-test-key", "fake-api-key", "secret_key"]
                    .iter()
                    .any(|secret| said.contains(secret) && path != "/");
                let fits = [200, 400, 401, 403, 404, 405, 413].contains(&status);
                if inner || secret || !fits {
                    wrong.push(format!("{path}, {what}, post {post}: {status} {said:.300}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sci.payments("").await.is_empty(), "nothing was opened");
    let order = Invoice::new(CHECKOUT, "M-1", "100.00", "EUR").signed("secret_key", Digest::Md5);
    let page = client().get(sci.at(&format!("/sci?{}", encoded(&order)))).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 303, "and the next good request is served");
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        for path in PATHS {
            let answer = client().request(method.parse().unwrap(), sci.at(path)).send().await.unwrap();
            assert!([200, 404, 405].contains(&answer.status().as_u16()), "{method} {path}");
        }
    }
}
