//! Payment links and refunds of an emulated service, for programs: its accounts have a password 3.

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::robokassa::{Digest, is_genuine, state_url, token};
use testkit::visitor::{Visitor, client};
use testkit::waiting::wait_until;

use crate::emulator::Emulator;
use crate::scene::SOON;

async fn posted(url: String, body: String) -> Value {
    let answer =
        client().post(url).header("content-type", "application/json").body(body).send().await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// What clients know an order's operation by.
async fn op_key(emulator: &Emulator, login: &str, number: &str) -> String {
    let url = state_url(&emulator.program.ready.url, login, number, "password2", Digest::Md5);
    let answer = client().get(url).send().await.unwrap().text().await.unwrap();
    let inside = answer.split_once("<OpKey>").and_then(|(_, rest)| rest.split_once("</OpKey>"));
    inside.unwrap_or_else(|| panic!("no key in {answer}")).0.to_owned()
}

async fn refunds(emulator: &Emulator, password3: &str, payload: Value) -> Value {
    let body = token("HS256", Digest::Sha256, password3, &payload.to_string());
    posted(emulator.at("/RefundService/Refund/Create"), body).await
}

/// The end of a refund that was taken on.
async fn finished(emulator: &Emulator, answer: &Value) -> String {
    let id = answer["requestId"].as_str().unwrap_or_else(|| panic!("{answer}"));
    let url = emulator.at(&format!("/RefundService/Refund/GetState?id={id}"));
    wait_until("the refund's end", SOON, || async {
        let state = client().get(&url).send().await.unwrap().text().await.unwrap();
        Some(state).filter(|state| state.contains("\"finished\""))
    })
    .await
}

async fn paid(emulator: &Emulator, login: &str, number: &str) -> String {
    let id = emulator.order(login, number).await;
    assert_eq!(emulator.chooses(&id, "paid").await.1["state"], "paid");
    op_key(emulator, login, number).await
}

#[tokio::test]
async fn a_login_that_nobody_listed_gives_back_a_part_and_then_all_at_once() {
    let emulator = Emulator::start(&[]).await;
    let key = paid(&emulator, "returns", "7").await;
    let part = refunds(&emulator, "password3", json!({"OpKey": key, "RefundSum": 1.5})).await;
    assert!(finished(&emulator, &part).await.contains("\"amount\":1.500000"));
    let rest = refunds(&emulator, "password3", json!({"OpKey": key})).await;
    assert!(finished(&emulator, &rest).await.contains("\"amount\":98.500000"));
    let more = refunds(&emulator, "password3", json!({"OpKey": key, "RefundSum": 0.01})).await;
    assert_eq!(more["message"], "NotEnoughOperationFunds");
    let whole = paid(&emulator, "returns", "8").await;
    let all = refunds(&emulator, "password3", json!({"OpKey": whole})).await;
    assert!(finished(&emulator, &all).await.contains("\"amount\":100.000000"));
    let forged = refunds(&emulator, "password1", json!({"OpKey": whole})).await;
    assert_eq!(forged["message"], "InvalidSignature");
    emulator.is_green().await;
}

#[tokio::test]
async fn a_listed_account_has_the_password_3_that_its_file_says() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("accounts.json");
    let accounts = json!([{"login": "listed", "password3": "its own third"}]);
    std::fs::write(&file, accounts.to_string()).unwrap();
    let emulator = Emulator::start(&["--accounts", file.to_str().unwrap()]).await;
    let key = paid(&emulator, "listed", "1").await;
    let payload = json!({"OpKey": key, "RefundSum": 2});
    assert_eq!(refunds(&emulator, "password3", payload.clone()).await["message"], "InvalidSignature");
    let taken = refunds(&emulator, "its own third", payload).await;
    assert!(finished(&emulator, &taken).await.contains("\"amount\":2.000000"));
    emulator.is_green().await;
}

#[tokio::test]
async fn a_link_of_a_login_that_nobody_listed_is_paid_told_stated_and_charged_again() {
    let emulator = Emulator::start(&[]).await;
    let more =
        json!({"Recurring": "true", "ResultURL2": emulator.shop.url("/second"), "Email": "b@shop.test"});
    let members = json!({"MerchantLogin": "linker", "InvoiceType": "OneTime", "OutSum": 100, "InvId": 5,
        "AdditionalParameters": more});
    let body = token("MD5", Digest::Md5, "linker:password1", &members.to_string());
    let issued = posted(emulator.at("/InvoiceServiceWebApi/api/CreateInvoice"), format!("\"{body}\"")).await;
    assert_eq!((&issued["isSuccess"], &issued["invId"]), (&json!(true), &json!(5)), "{issued}");
    let page = Visitor::new().open(issued["url"].as_str().unwrap()).await;
    let id = page.url.path().strip_prefix("/pay/").unwrap_or_else(|| panic!("{}", page.text)).to_owned();
    assert_eq!(emulator.chooses(&id, "paid").await.1["state"], "paid");
    let told = emulator.shop.wait_for("/result", 1, SOON).await;
    assert!(is_genuine(&told[0], "password2", Digest::Md5));
    assert_eq!(told[0].field("shp_interface"), Some("InvoiceService.WebApi"));
    emulator.shop.wait_for("/second", 1, SOON).await;

    let signature = Digest::Md5.of("linker:50.00:6:password1");
    let fields = [
        ("MerchantLogin", "linker"),
        ("InvoiceID", "6"),
        ("PreviousInvoiceID", "5"),
        ("OutSum", "50.00"),
        ("SignatureValue", &signature),
    ];
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let kind = "application/x-www-form-urlencoded";
    let charge = client().post(emulator.at("/Merchant/Recurring")).header("content-type", kind).body(form);
    assert_eq!(charge.send().await.unwrap().text().await.unwrap(), "OK6");
    emulator.is_green().await;
}
