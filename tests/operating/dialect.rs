//! What else of Robokassa's protocol a shop's program meets: operation keys, and features that are not there.

use std::time::Duration;

use testkit::robokassa::Digest;
use testkit::visitor::{Visitor, client};

use crate::scene::Scene;

#[tokio::test]
async fn an_operation_has_a_key_of_the_documented_form_that_stays_the_same() {
    let scene = Scene::demo().await;
    scene.pays("100.00", "91").await;
    scene.until("91", "the money", |payment| payment["state"] == "paid").await;
    let (code, answer) = scene.state("91").await;
    assert_eq!(code, 100);
    let key = answer.split_once("<OpKey>").and_then(|(_, rest)| rest.split_once("</OpKey>")).unwrap().0;
    let parts: Vec<usize> = key.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12, 9], "{key}");
    let attempt = scene.payment("show", "91", &[]).await["attempts"][0]["attempt"].clone();
    assert_eq!(protocols::robokassa::op_key::public_of(key).as_deref(), attempt.as_str());
    assert!(scene.state("91").await.1.contains(key));
    // What the provider told of the card.
    assert!(answer.contains("<IncAccount>555555******4477</IncAccount>"), "{answer}");
    let rrn = answer.split_once("<BankCardRRN>").and_then(|(_, rest)| rest.split_once("</BankCardRRN>"));
    assert!(rrn.is_some_and(|(rrn, _)| rrn.len() == 12), "{answer}");
}

#[tokio::test]
async fn a_link_to_the_oldest_address_opens_the_payment_page() {
    let scene = Scene::demo().await;
    let signature = Digest::Sha256.of(&format!("demo:45.00:92:{}:shp_item=2", scene.keys.password1));
    let query = format!("mrh=demo&out_summ=45.00&inv_id=92&inv_desc=Order&shp_item=2&crc={signature}");
    let page = Visitor::new().open(&format!("{}/ssl/calc.asp?{query}", scene.program.ready.url)).await;
    assert_eq!(page.state().as_deref(), Some("choose"), "{}", page.text);
    let forged = Visitor::new().open(&format!("{}/ssl/calc.asp?{query}0", scene.program.ready.url)).await;
    assert_eq!(forged.error().as_deref(), Some("29"));
}

#[tokio::test]
async fn features_that_are_not_there_answer_with_the_errors_that_their_clients_know() {
    let scene = Scene::demo().await;
    let at = &scene.program.ready.url;
    for (path, number) in [
        ("/Merchant/Payment/CreateV2?Invoice=%7B%7D&Signature=00", "26"),
        ("/Merchant/Invoice/QWxhZGRpbjpvcGVuIHNl", "53"),
    ] {
        let page = Visitor::new().open(&format!("{at}{path}")).await;
        assert_eq!(page.error().as_deref(), Some(number), "{path}: {}", page.text);
    }
    for (path, expected) in [
        ("/Merchant/Indexjson.aspx", "\"errorCode\":26"),
        ("/Merchant/Payment/Confirm", "\"success: false\""),
        ("/merchant/payment/cancel/", "\"success: false\""),
        ("/Merchant/Recurring", "ERROR 26"),
        ("/InvoiceServiceWebApi/api/CreateInvoice", "\"isSuccess\":false"),
        ("/RefundService/Refund/Create", "\"success\":false"),
        ("/RefundService/Refund/GetState?id=1", "does not exist"),
        ("/SMS/?login=demo", "\"errorCode\":1"),
        ("/RoboFiscal/Receipt/Attach", "\"ResultCode\":\"1001\""),
        ("/PartnerRegisterService/api/Shop/RegisterShop", "\"success\":false"),
    ] {
        let request =
            client().post(format!("{at}{path}")).body("\u{0}{not json").timeout(Duration::from_secs(20));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let said = answer.text().await.unwrap();
        assert!(said.contains(expected), "{path}: {said}");
    }
}
