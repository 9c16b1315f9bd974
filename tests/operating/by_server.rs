//! Payments that a shop's server starts, and the addresses under which its buyer sees their page and their end.

use serde_json::Value;
use testkit::robokassa::{Digest, Link};
use testkit::visitor::{Visitor, client};

use crate::scene::Scene;

fn body(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// What a server is told that posts a body.
async fn starts(scene: &Scene, body: String) -> Value {
    let url = format!("{}/Merchant/Indexjson.aspx", scene.program.ready.url);
    let request = client().post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

async fn starts_order(scene: &Scene, sum: &str, number: &str) -> Value {
    let order = Link::new(&scene.keys.login, sum, number);
    starts(scene, body(&order.fields(&scene.keys.password1, Digest::Sha256))).await
}

#[tokio::test]
async fn a_server_starts_a_payment_and_the_buyer_who_has_paid_passes_the_place_of_its_end() {
    let scene = Scene::demo().await;
    let at = scene.program.ready.url.clone();
    let told = starts_order(&scene, "100.00", "301").await;
    assert_eq!((&told["errorCode"], &told["errorMessage"]), (&0.into(), &Value::Null), "{told}");
    let guid = told["invoiceID"].as_str().unwrap().to_owned();
    assert_eq!(guid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert_eq!(starts_order(&scene, "100.00", "301").await, told, "the same order is the same payment");
    assert_ne!(starts_order(&scene, "100.00", "302").await["invoiceID"], told["invoiceID"]);

    let mut buyer = Visitor::new();
    let state = format!("{at}/Merchant/State/{guid}");
    assert_eq!(buyer.open(&state).await.state().as_deref(), Some("choose"), "it has not ended yet");
    let page = buyer.open(&format!("{at}/Merchant/Index/{}", guid.to_uppercase())).await;
    assert!(page.url.path().starts_with("/pay/pay_"), "{}", page.url);
    scene.pays_by_card(&mut buyer, &page).await;
    scene.until("301", "the money", |payment| payment["state"] == "paid").await;

    let ended = buyer.open(page.url.as_str()).await;
    assert_eq!(ended.url.as_str(), state);
    assert_eq!(ended.state().as_deref(), Some("paid"), "{}", ended.text);
    assert_eq!(scene.state("301").await.0, 100, "whoever asks at once is told the end");
    let shown = Visitor::new().open(&format!("{at}/merchant/state/{guid}?lang=en")).await;
    assert_eq!((shown.state().as_deref(), shown.language().as_deref()), (Some("paid"), Some("en")));
    assert!(scene.goes_back(&mut buyer, "301").await.url.path().ends_with("/success"));
    assert_eq!(starts_order(&scene, "100.00", "301").await["errorCode"], 40);
}

#[tokio::test]
async fn a_server_is_refused_in_json_by_the_numbers_of_the_page() {
    let scene = Scene::demo().await;
    let fields = |sum: &str, number: &str, password: &str| {
        body(&Link::new(&scene.keys.login, sum, number).fields(password, Digest::Sha256))
    };
    let own = scene.keys.password1.as_str();
    let foreign = Link::new("nobody", "1.00", "1").fields(own, Digest::Sha256);
    let hold = Link::new(&scene.keys.login, "100.00", "311").signed("StepByStep", "maybe");
    for (sent, number) in [
        (fields("100.00", "311", "another"), 29),
        (fields("0.00", "311", own), 31),
        (fields("100.001", "311", own), 31),
        (fields("100.00", "-1", own), 30),
        (body(&foreign), 26),
        (body(&hold.fields(own, Digest::Sha256)), 29),
        (String::new(), 26),
        ("%00%ff&&&=&MerchantLogin=demo&OutSum=".to_owned(), 31),
        (format!("MerchantLogin=demo&OutSum=1&Description={}", "x".repeat(1_000_000)), 30),
    ] {
        let told = starts(&scene, sent).await;
        assert_eq!(told["errorCode"], number, "{told}");
        assert!(told["invoiceID"].is_null() && told["errorMessage"].is_string(), "{told}");
        let said = told.to_string();
        assert!(!said.contains(own), "{said}");
    }
    let query = fields("100.00", "312", own);
    let url = format!("{}/merchant/indexjson.aspx?{query}", scene.program.ready.url);
    let got = client().get(&url).send().await.unwrap().text().await.unwrap();
    assert!(got.contains("\"errorCode\":0,"), "{got}");
    for path in ["Index", "State"] {
        for guid in ["41734593-dc97-dc5f-d329-a73158e4cb29", "00000000-0000-0000-0000-000000000000"] {
            let page =
                Visitor::new().open(&format!("{}/Merchant/{path}/{guid}", scene.program.ready.url)).await;
            assert_eq!(page.status, 404, "{path} {guid}");
        }
    }
}

#[tokio::test]
async fn a_receipt_in_three_layers_is_the_receipt_that_was_signed_in_one() {
    let scene = Scene::demo().await;
    let receipt = r#"{"sno":"osn","items":[{"name":"Чай","quantity":1,"sum":100,"tax":"none"}]}"#;
    let once: String = form_urlencoded::byte_serialize(receipt.as_bytes()).collect();
    let twice: String = form_urlencoded::byte_serialize(once.as_bytes()).collect();
    let keys = &scene.keys;
    let signature = Digest::Sha256.of(&format!("{}:100.00:321:{once}:{}", keys.login, keys.password1));
    let fields = [
        ("MerchantLogin", keys.login.as_str()),
        ("OutSum", "100.00"),
        ("invoiceID", "321"),
        ("Receipt", &twice),
        ("Email", "buyer@shop.example"),
        ("SignatureValue", &signature),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let told = starts(&scene, body(&fields)).await;
    assert_eq!(told["errorCode"], 0, "{told}");
    let payment = scene.until("321", "the payment", |payment| payment["state"] == "open").await;
    assert_eq!(payment["receipt"]["items"][0]["name"], "Чай", "{payment:#}");
}
