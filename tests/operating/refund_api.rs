//! Refunds that a shop's program asks for: signed with password 3, taken once, followed to their end.

use serde_json::{Value, json};
use testkit::robokassa::{Digest, Link, token};
use testkit::visitor::{Visitor, client};
use testkit::waiting::wait_until;

use crate::scene::{SOON, Scene};

impl Scene {
    fn password3(&self) -> &str {
        self.keys.password3.as_deref().expect("a demo lets its shop give money back")
    }

    /// What clients know an order's operation by.
    async fn op_key(&self, number: &str) -> String {
        let (_, answer) = self.state(number).await;
        let inside = answer.split_once("<OpKey>").and_then(|(_, rest)| rest.split_once("</OpKey>"));
        inside.unwrap_or_else(|| panic!("no key in {answer}")).0.to_owned()
    }

    /// What the service answers to a body.
    async fn asks_refund(&self, kind: &str, body: String) -> Value {
        let url = format!("{}/RefundService/Refund/Create", self.program.ready.url);
        let answer = client().post(url).header("content-type", kind).body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// What the service answers to a payload that the shop has signed.
    async fn refunds(&self, payload: &Value) -> Value {
        let token = token("HS256", Digest::Sha256, self.password3(), &payload.to_string());
        self.asks_refund("application/jwt", token).await
    }

    /// The text of the answer about a refund.
    async fn refund_state(&self, id: &str) -> String {
        let url = format!("{}/RefundService/Refund/GetState?id={id}", self.program.ready.url);
        client().get(url).send().await.unwrap().text().await.unwrap()
    }

    async fn until_finished(&self, answer: &Value) -> String {
        let id = answer["requestId"].as_str().unwrap_or_else(|| panic!("{answer}"));
        wait_until("the refund's end", SOON, || async {
            Some(self.refund_state(id).await).filter(|state| state.contains("finished"))
        })
        .await
    }
}

fn denied(why: &str) -> Value {
    json!({"success": false, "message": why, "requestId": null})
}

#[tokio::test]
async fn a_program_gives_back_a_part_then_the_rest_and_nothing_twice() {
    let scene = Scene::demo().await;
    scene.pays("100.00", "91").await;
    scene.until("91", "the sale", |payment| payment["state"] == "paid").await;
    let key = scene.op_key("91").await;

    let part = json!({"OpKey": key, "RefundSum": 1.5});
    let answer = scene.refunds(&part).await;
    assert_eq!((&answer["success"], &answer["message"]), (&json!(true), &Value::Null), "{answer}");
    assert_eq!(scene.refunds(&part).await, answer, "the first answer may have been lost");
    let id = answer["requestId"].as_str().unwrap();
    assert_eq!(
        scene.until_finished(&answer).await,
        format!(r#"{{"requestId":"{id}","amount":1.500000,"label":"finished"}}"#)
    );
    assert_eq!(scene.provider.refunds().await.len(), 1);

    // Other letters are another request, and a text of JSON is a token as well.
    let again = json!({"OpKey": key, "RefundSum": "1.50", "iat": 1_790_000_000});
    let again = token("sha256", Digest::Sha256, scene.password3(), &again.to_string());
    let again = scene.asks_refund("application/json", format!("\"{again}\"")).await;
    assert_ne!(again["requestId"], answer["requestId"]);
    scene.until_finished(&again).await;
    assert_eq!(
        scene.refunds(&json!({"OpKey": key, "RefundSum": 97.01})).await,
        denied("NotEnoughOperationFunds")
    );

    let rest = scene.refunds(&json!({"OpKey": key})).await;
    assert!(scene.until_finished(&rest).await.contains("\"amount\":97.000000"));
    assert_eq!(scene.refunds(&json!({"OpKey": key, "iat": 2})).await, denied("NotEnoughOperationFunds"));
    assert_eq!(scene.payment("show", "91", &[]).await["refunded"], "100.00");
    assert_eq!(scene.provider.refunds().await.len(), 3);
    scene.is_green().await;
}

#[tokio::test]
async fn nobody_gives_back_what_is_not_his_and_bad_requests_say_what_is_wrong() {
    let scene = Scene::demo().await;
    scene.pays("100.00", "92").await;
    scene.until("92", "the sale", |payment| payment["state"] == "paid").await;
    let key = scene.op_key("92").await;
    let payload = json!({"OpKey": key, "RefundSum": 10}).to_string();

    // A second seller has a password 3 of its own.
    let seller = scene.program.run(&["seller", "create", "Other"]).await;
    let whose = seller["seller"].as_str().unwrap().to_owned();
    scene.program.run(&["shop", "create", "other-shop", "--seller", &whose]).await;
    let other = scene.program.run(&["shop", "set", "other-shop", "--refunds", "yes"]).await;
    let others = other["password3"].as_str().unwrap();
    let own = scene.password3().to_owned();
    for (word, digest, password) in [
        ("HS256", Digest::Sha256, others),
        ("HS256", Digest::Sha256, scene.keys.password1.as_str()),
        ("MD5", Digest::Md5, own.as_str()),
        ("none", Digest::Sha256, own.as_str()),
        ("HS512", Digest::Sha256, own.as_str()),
    ] {
        let forged = token(word, digest, password, &payload);
        assert_eq!(scene.asks_refund("application/jwt", forged).await, denied("InvalidSignature"), "{word}");
    }
    for body in ["", "{}", "null", "a.b.c", "\"\"", &"x".repeat(200_000)] {
        let answer = scene.asks_refund("application/jwt", body.to_owned()).await;
        assert_eq!(answer["success"], false);
        assert!(answer["message"].as_str().unwrap().starts_with("BadRequest"), "{answer}");
    }
    for (sum, why) in
        [(json!(0), "InvalidRefundSum"), (json!(-1), "InvalidRefundSum"), (json!("1,5"), "InvalidRefundSum")]
    {
        assert_eq!(scene.refunds(&json!({"OpKey": key, "RefundSum": sum})).await, denied(why));
    }
    for made_up in ["14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf", "K"] {
        assert_eq!(scene.refunds(&json!({"OpKey": made_up})).await, denied("OperationNotFound"));
    }
    let link = format!("{}/RefundService/Refund/Create", scene.program.ready.url);
    let followed = client().get(link).send().await.unwrap().text().await.unwrap();
    assert!(followed.contains("BadRequest: expected a POST"), "{followed}");
    for id in ["", "1", "cf15fd52-d2d1-4fc4-b9c0-25310e3bdded"] {
        assert_eq!(
            scene.refund_state(id).await,
            r#"{"message":"Id is invalid or request id does not exist"}"#
        );
    }

    // A declined operation has nothing to give back, and a shop that may not gives nothing back.
    let shop = scene.program.run(&["shop", "set", "demo", "--refunds", "no"]).await;
    assert_eq!((&shop["refunds"], &shop["password3"]), (&json!(false), &Value::Null));
    let forbidden = token("HS256", Digest::Sha256, &own, &payload);
    wait_until("the end of the permission", SOON, || async {
        let answer = scene.asks_refund("application/jwt", forbidden.clone()).await;
        Some(answer).filter(|answer| *answer == denied("AccessDenied"))
    })
    .await;
    assert!(scene.provider.refunds().await.is_empty());
    scene.is_green().await;
}

#[tokio::test]
async fn what_is_given_back_is_said_to_whoever_prints_it() {
    let scene = Scene::demo().await;
    scene.program.run(&["provider", "set", "yookassa", "receipts=on"]).await;
    let receipt = r#"{"items":[{"name":"Tea","quantity":2,"sum":100.00,"tax":"none"}]}"#;
    let order = Link::new(&scene.keys.login, "100.00", "93").signed("Receipt", receipt);
    let order = order.unsigned("Email", "buyer@example.com");
    let mut buyer = Visitor::new();
    let page = buyer.open(&order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256)).await;
    scene.pays_by_card(&mut buyer, &page).await;
    scene.until("93", "the sale", |payment| payment["state"] == "paid").await;
    let key = scene.op_key("93").await;

    let items = |cost: &str| {
        json!([{"Name": "Tea", "Quantity": 1, "Cost": cost, "Tax": "none",
        "PaymentMethod": "full_payment", "PaymentObject": "commodity"}])
    };
    let wrong = scene.refunds(&json!({"OpKey": key, "RefundSum": 50, "InvoiceItems": items("49.99")})).await;
    assert!(wrong["message"].as_str().unwrap().starts_with("InvalidInvoiceItems"), "{wrong}");
    let wrong = scene.refunds(&json!({"OpKey": key, "InvoiceItems": items("49.99")})).await;
    assert!(wrong["message"].as_str().unwrap().starts_with("InvalidInvoiceItems"), "{wrong}");
    let part = scene.refunds(&json!({"OpKey": key, "RefundSum": 50, "InvoiceItems": items("50.00")})).await;
    scene.until_finished(&part).await;
    let there = scene.provider.refunds().await;
    // The provider has checked that its lines add up to what goes back.
    assert_eq!(there.len(), 1);
    assert!(there[0]["receipt_registration"].is_string(), "{there:#?}");
    scene.is_green().await;
}
