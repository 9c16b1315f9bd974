//! Money that belongs to no sale and did not go back by itself: listed with its cause, given back by hand.

use serde_json::{Value, json};
use testkit::waiting::wait_until;

use crate::scene::{SOON, Scene};

async fn stray(scene: &Scene) -> Vec<Value> {
    let listed = scene.program.run(&["payment", "list", "--stray"]).await;
    listed["payments"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_second_success_whose_return_is_refused_is_listed_and_given_back_by_hand() {
    let scene = Scene::demo().await;
    let (mut buyer, page) = scene.opens("100.00", "95").await;
    let home = page.url.to_string();
    for method in ["bank_card", "yoo_money"] {
        let form = buyer.open(&format!("{home}?method={method}")).await;
        let choice = form.form_with("method", Some(method));
        buyer.send(&form, &choice, &[], None).await;
    }
    let waiting = wait_until("two payments at the provider", SOON, || async {
        let there = scene.provider.payments().await;
        let ids = there.iter().map(|payment| payment["id"].as_str().unwrap().to_owned());
        Some(ids.collect::<Vec<_>>()).filter(|ids| ids.len() == 2)
    })
    .await;
    scene.provider.pay(&waiting[0]).await;
    scene.until("95", "the sale", |payment| payment["state"] == "paid").await;
    assert!(stray(&scene).await.is_empty(), "a sale is nothing strange");

    let refusal =
        json!({"on": "create_refund", "fault": "refund_canceled", "reason": "insufficient_funds", "next": 1});
    scene.provider.faults(&json!({"rules": [refusal]})).await;
    scene.provider.pay(&waiting[1]).await;
    let payment =
        scene.until("95", "the refusal", |payment| payment["refunds"][0]["state"] == "failed").await;
    let listed = stray(&scene).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["payment"], payment["payment"]);
    assert_eq!((&listed[0]["unclaimed"], &listed[0]["credit"]), (&"100.00".into(), &"0.00".into()));
    assert_eq!(listed[0]["cause"], "paid a second time");
    assert_eq!(listed[0]["refund_failed"], "insufficient_funds");
    assert!(listed[0]["age_s"].as_u64().unwrap() < 60, "{listed:?}");

    scene.payment("refund", "95", &["--of", "unclaimed"]).await;
    scene.until("95", "the return", |payment| payment["refunds"][1]["state"] == "returned").await;
    assert!(stray(&scene).await.is_empty());
    assert_eq!(
        (scene.balance("unclaimed").await, scene.balance("pending").await),
        ("0.00".into(), "96.50".into())
    );
    scene.is_green().await;
}
