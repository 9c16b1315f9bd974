//! Recurring charges and saved cards of an emulated service: agreed without being asked for.

use serde_json::{Value, json};
use testkit::robokassa::{Digest, Link, is_genuine};
use testkit::visitor::client;
use testkit::waiting::wait_until;

use crate::emulator::Emulator;
use crate::scene::SOON;

/// An order whose buyer agrees to be charged again is paid.
async fn agrees(emulator: &Emulator, login: &str, number: &str) {
    let link = Link::new(login, "100.00", number).unsigned("Recurring", "true");
    let parent = emulator.starts(&link, "password1").await["id"].as_str().unwrap().to_owned();
    assert_eq!(emulator.chooses(&parent, "paid").await.1["state"], "paid");
}

async fn charges(emulator: &Emulator, login: &str, number: &str, parent: &str) -> String {
    let signature = Digest::Md5.of(&format!("{login}:50.00:{number}:password1"));
    let fields = [
        ("MerchantLogin", login),
        ("InvoiceID", number),
        ("PreviousInvoiceID", parent),
        ("OutSum", "50.00"),
        ("SignatureValue", &signature),
    ];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let kind = "application/x-www-form-urlencoded";
    let call = client().post(emulator.at("/Merchant/Recurring")).header("content-type", kind).body(body);
    call.send().await.unwrap().text().await.unwrap()
}

async fn of_number(emulator: &Emulator, login: &str, number: &str) -> Value {
    let all = emulator.payments(&format!("?login={login}&inv_id={number}")).await;
    all.first().unwrap().clone()
}

#[tokio::test]
async fn a_charge_is_paid_by_itself_and_told_unless_another_outcome_is_chosen() {
    let emulator = Emulator::start(&[]).await;
    agrees(&emulator, "monthly", "1").await;
    emulator.shop.wait_for("/result", 1, SOON).await;
    assert_eq!(charges(&emulator, "monthly", "2", "1").await, "OK2");
    assert_eq!(charges(&emulator, "monthly", "2", "1").await, "OK2");
    let told = emulator.shop.wait_for("/result", 2, SOON).await;
    assert_eq!(told[1].field("InvId"), Some("2"));
    assert!(is_genuine(&told[1], "password2", Digest::Md5));
    assert_eq!(emulator.state("monthly", "2").await, Ok(100));

    assert_eq!(charges(&emulator, "monthly", "3", "1").await, "OK3");
    let refused = wait_until("the third charge to be refused", SOON, || async {
        let id = of_number(&emulator, "monthly", "3").await["id"].as_str().unwrap().to_owned();
        let (status, said) = emulator.chooses(&id, "refused").await;
        (status == 200).then_some(said)
    })
    .await;
    assert_eq!(refused["state"], json!("cancelled"));
    assert_eq!(emulator.state("monthly", "3").await, Ok(10));
    assert!(charges(&emulator, "monthly", "4", "3").await.starts_with("ERROR 35"));
    assert_eq!(charges(&emulator, "monthly", "3", "1").await, "OK3", "a shop may try again");
    wait_until("the third charge to be paid", SOON, || async {
        (of_number(&emulator, "monthly", "3").await["state"] == "paid").then_some(())
    })
    .await;
    emulator.is_green().await;
}

#[tokio::test]
async fn a_card_of_an_earlier_operation_is_offered_again() {
    let emulator = Emulator::start(&[]).await;
    let first = emulator.order("cards", "1").await;
    emulator.chooses(&first, "paid").await;
    let url =
        testkit::robokassa::state_url(&emulator.program.ready.url, "cards", "1", "password2", Digest::Md5);
    let answer = client().get(url).send().await.unwrap().text().await.unwrap();
    let key = answer.split_once("<OpKey>").unwrap().1.split_once("</OpKey>").unwrap().0.to_owned();
    let link = Link::new("cards", "70.00", "2").signed("Token", &key);
    let url = link.url(&emulator.program.ready.url, "password1", Digest::Md5);
    let page = testkit::visitor::Visitor::new().open(&url).await;
    assert!(page.text.contains("411111******1111"), "{}", page.text);
    let second = of_number(&emulator, "cards", "2").await["id"].as_str().unwrap().to_owned();
    assert_eq!(emulator.chooses(&second, "paid").await.1["state"], "paid");
    emulator.is_green().await;
}
