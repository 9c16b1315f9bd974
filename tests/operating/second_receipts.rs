//! Second receipts (RoboFiscal): attached to a paid order, asked about, and refused by the codes of the protocol.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};
use testkit::robokassa::Digest;
use testkit::visitor::client;

use crate::scene::Scene;

async fn posts(scene: &Scene, call: &str, body: String) -> Value {
    let url = format!("{}/RoboFiscal/Receipt/{call}", scene.program.ready.url);
    let answer = client().post(url).header("content-type", "text/plain").body(body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

fn signed(json: &Value, password: &str) -> String {
    let segment = STANDARD_NO_PAD.encode(json.to_string());
    let signature = STANDARD_NO_PAD.encode(Digest::Sha256.of(&format!("{segment}{password}")));
    format!("{segment}.{signature}")
}

fn receipt(login: &str, id: &str, order: &str, total: &str) -> Value {
    json!({
        "merchantId": login, "id": id, "originId": order, "operation": "sell", "sno": "osn", "total": total,
        "items": [{"name": "Чай", "quantity": 1, "sum": total, "tax": "none", "payment_method": "full_payment"}],
        "client": {"email": "buyer@shop.example"}, "payments": [{"type": 2, "sum": total}]
    })
}

#[tokio::test]
async fn a_second_receipt_of_a_paid_order_is_kept_and_waits() {
    let scene = Scene::demo().await;
    let own = scene.keys.password1.clone();
    let attach = |json: Value| posts(&scene, "Attach", signed(&json, &own));
    let early = attach(receipt("demo", "A-1", "601", "100.00")).await;
    assert_eq!(early["ResultCode"], "3", "there is no such order: {early}");
    scene.pays("100.00", "601").await;
    scene.until("601", "the money", |payment| payment["state"] == "paid").await;

    let taken = attach(receipt("demo", "A-1", "601", "100.00")).await;
    assert_eq!(taken, json!({"ResultCode": "0", "ResultDescription": "ok"}));
    assert_eq!(attach(receipt("demo", "A-1", "601", "100.00")).await, taken, "the answer may have been lost");
    let asked = signed(&json!({"merchantId": "demo", "id": "A-1"}), &own);
    let status = posts(&scene, "Status", asked).await;
    assert_eq!((&status["Code"], &status["FnNumber"]), (&"1".into(), &Value::Null), "{status}");
    let history = scene.payment("show", "601", &[]).await["history"].clone();
    assert_eq!(history.to_string().matches("receipt_attached").count(), 1, "{history:#}");

    for (id, order, total) in
        [("A-1", "601", "90.00"), ("A-2", "601", "100.01"), ("601", "601", "1.00"), ("A-3", "602", "1.00")]
    {
        assert_eq!(
            attach(receipt("demo", id, order, total)).await["ResultCode"],
            "3",
            "{id} {order} {total}"
        );
    }
    let unknown = posts(&scene, "Status", signed(&json!({"merchantId": "demo", "id": "A-9"}), &own)).await;
    assert_eq!(unknown["Code"], "3");
    scene.is_green().await;
}

#[tokio::test]
async fn what_is_not_signed_by_the_shop_is_a_wrong_signature() {
    let scene = Scene::demo().await;
    let seller = scene.program.run(&["seller", "create", "Other"]).await;
    let whose = seller["seller"].as_str().unwrap();
    let other = scene.program.run(&["shop", "create", "other-shop", "--seller", whose]).await;
    scene.pays("100.00", "611").await;
    scene.until("611", "the money", |payment| payment["state"] == "paid").await;
    let others = other["password1"].as_str().unwrap();
    let own = scene.keys.password1.as_str();
    for (json, password) in [
        (receipt("demo", "A-1", "611", "100.00"), others),
        (receipt("nobody", "A-1", "611", "100.00"), own),
        (receipt("other-shop", "A-1", "611", "100.00"), own),
    ] {
        let refused = posts(&scene, "Attach", signed(&json, password)).await;
        assert_eq!(refused["ResultCode"], "1001", "{refused}");
    }
    // Another seller's shop cannot reach the order under its own name either.
    let strange = signed(&receipt("other-shop", "A-1", "611", "100.00"), others);
    assert_eq!(posts(&scene, "Attach", strange).await["ResultCode"], "3");
    for body in
        [String::new(), ".".to_owned(), "e30.e30".to_owned(), "\u{0}".to_owned(), "a.".repeat(100_000)]
    {
        assert_eq!(posts(&scene, "Attach", body.clone()).await["ResultCode"], "1001");
        assert_eq!(posts(&scene, "Status", body).await["Code"], "1001");
    }
    assert!(!scene.payment("show", "611", &[]).await["history"].to_string().contains("receipt_attached"));
}
