//! Files for a shop's own pages, the code that one of them draws, who may frame a payment, and the WSDL.

use std::collections::BTreeMap;

use testkit::robokassa::{Digest, Link};
use testkit::visitor::{Visitor, client};

use crate::scene::Scene;

/// Status, head and text of an answer.
async fn get(scene: &Scene, path: &str) -> (u16, BTreeMap<String, String>, String) {
    let answer = client().get(format!("{}{path}", scene.program.ready.url)).send().await.unwrap();
    let named =
        answer.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let (status, headers) = (answer.status().as_u16(), named.collect());
    (status, headers, answer.text().await.unwrap())
}

#[tokio::test]
async fn every_script_is_served_to_every_page_and_says_nothing_of_what_was_asked() {
    let scene = Scene::demo().await;
    let forms =
        ["M", "MS", "S", "SS", "L", "V", "FL", "FLS"].map(|look| format!("PaymentForm/Form{look}.js"));
    let others =
        ["PaymentForm/DirectPayment.js", "bundle/robokassa_iframe.js", "bundle/robokassa-iframe-badge.js"];
    for path in forms.iter().map(String::as_str).chain(others) {
        let (status, headers, text) =
            get(&scene, &format!("/Merchant/{path}?MerchantLogin=%3C/script%3E")).await;
        assert_eq!((status, headers["content-type"].as_str()), (200, "text/javascript; charset=utf-8"));
        assert_eq!(headers["access-control-allow-origin"], "*", "{path}");
        assert!(headers["cache-control"].starts_with("public"), "{path}");
        assert!(!text.contains("</script>"), "{path}");
    }
    let (status, headers, _) = get(&scene, "/merchant/paymentform/formm.IF?MerchantLogin=demo").await;
    assert_eq!((status, headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    assert!(headers["content-security-policy"].ends_with("frame-ancestors *"));
    assert_eq!(get(&scene, "/Merchant/PaymentForm/FormX.js").await.0, 404);
}

#[tokio::test]
async fn a_code_for_bank_apps_is_told_to_the_page_that_asks_with_the_shops_signature() {
    let scene = Scene::demo().await;
    let asks = async |fields: &[(String, String)]| {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let url = format!("{}/Merchant/bundle/sbp", scene.program.ready.url);
        let kind = "application/x-www-form-urlencoded";
        let answer = client().post(url).header("content-type", kind).body(body).send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        serde_json::from_str::<serde_json::Value>(&answer.text().await.unwrap()).unwrap()
    };
    let order = Link::new(&scene.keys.login, "100.00", "701").unsigned("Email", "buyer@shop.example");
    let fields = order.fields(&scene.keys.password1, Digest::Sha256);
    let told = asks(&fields).await;
    assert_eq!(told["errorCode"], 0, "{told}");
    assert!(told["link"].as_str().unwrap().starts_with("http"), "{told}");
    assert!(told["svg"].as_str().unwrap().starts_with("<svg "), "{told}");
    assert_eq!(asks(&fields).await["link"], told["link"], "asked again it is the same code");
    assert_eq!(scene.payment("show", "701", &[]).await["attempts"].as_array().unwrap().len(), 1);
    let forged = order.fields("another password", Digest::Sha256);
    assert_eq!(asks(&forged).await["errorCode"], 29);
    assert_eq!(asks(&[]).await["errorCode"], 26);
}

#[tokio::test]
async fn a_payment_may_be_framed_where_every_host_counts_as_the_shops_and_its_cookie_stays_with_the_page() {
    let scene = Scene::demo().await;
    let (mut buyer, page) = scene.opens("100.00", "711").await;
    let policy = &page.headers["content-security-policy"];
    assert!(policy.ends_with("frame-ancestors http: https:"), "{policy}");
    assert!(!page.headers.contains_key("x-frame-options"));
    let missing = buyer.open(&format!("{}/pay/nothing", scene.program.ready.url)).await;
    assert_eq!(missing.headers["x-frame-options"], "DENY");
    assert!(missing.headers["content-security-policy"].ends_with("frame-ancestors 'none'"));
}

#[tokio::test]
async fn a_form_with_an_open_sum_is_paid_with_the_sum_that_the_buyer_enters() {
    let scene = Scene::demo().await;
    let keys = &scene.keys;
    let signature = Digest::Sha256.of(&format!("{}::721:{}", keys.login, keys.password1));
    let query =
        format!("MerchantLogin={}&InvId=721&DefaultSum=100.26&SignatureValue={signature}", keys.login);
    let url = format!("{}/Merchant/Index.aspx?{query}", scene.program.ready.url);
    let kind = "application/x-www-form-urlencoded";
    let answer =
        client().post(url).header("content-type", kind).body("DefaultSum=55.50").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 303);
    assert_eq!(scene.payment("show", "721", &[]).await["amount"], "55.50");
    assert_eq!(Visitor::new().open(answer.headers()["location"].to_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn the_services_describe_themselves_for_soap_clients() {
    let scene = Scene::demo().await;
    let (status, headers, text) = get(&scene, "/Merchant/WebService/Service.asmx?WSDL").await;
    assert_eq!((status, headers["content-type"].as_str()), (200, "text/xml; charset=utf-8"));
    let address = format!("location=\"{}/Merchant/WebService/Service.asmx\"", scene.program.ready.url);
    assert!(text.contains(&address) && text.contains("name=\"OpStateExt\""), "{text}");
}
