//! Charges that follow an order without its buyer, and cards that are used again, by the shop's own protocol.

use serde_json::Value;
use testkit::robokassa::{Digest, Link};
use testkit::visitor::{Visitor, client};
use testkit::waiting::wait_until;

use crate::scene::{SOON, Scene};

/// A buyer agrees to be charged again, and pays by card.
async fn agrees(scene: &Scene, number: &str) {
    let order = Link::new(&scene.keys.login, "100.00", number).unsigned("Recurring", "true");
    let mut buyer = Visitor::new();
    let page = buyer.open(&order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256)).await;
    let methods = testkit::html::values_of(&page.text, "value");
    assert!(!methods.iter().any(|method| method == "sbp"), "only what can be kept: {}", page.text);
    scene.pays_by_card(&mut buyer, &page).await;
    scene.until(number, "the payment", |payment| payment["state"] == "paid").await;
}

async fn posts(scene: &Scene, fields: &[(&str, &str)]) -> (u16, String) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let url = format!("{}/Merchant/Recurring", scene.program.ready.url);
    let kind = "application/x-www-form-urlencoded";
    let answer = client().post(url).header("content-type", kind).body(body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.text().await.unwrap())
}

/// The shop charges 50 roubles under an order; more fields may follow, and what of them is signed.
async fn charges(scene: &Scene, number: &str, parent: &str, more: &[(&str, &str)], signed: &str) -> String {
    let keys = &scene.keys;
    let text = format!("{}:50.00:{number}{signed}", keys.login).replace("PASSWORD", &keys.password1);
    let signature = Digest::Sha256.of(&text);
    let plain = [
        ("MerchantLogin", keys.login.as_str()),
        ("InvoiceID", number),
        ("PreviousInvoiceID", parent),
        ("OutSum", "50.00"),
        ("SignatureValue", &signature),
    ];
    let fields: Vec<_> = plain.into_iter().chain(more.iter().copied()).collect();
    let (status, answer) = posts(scene, &fields).await;
    assert_eq!(status, 200);
    answer
}

async fn plainly(scene: &Scene, number: &str, parent: &str) -> String {
    charges(scene, number, parent, &[], ":PASSWORD").await
}

#[tokio::test]
async fn a_shop_charges_an_agreed_order_again_and_is_told_of_it() {
    let scene = Scene::demo().await;
    agrees(&scene, "91").await;
    let receipt = r#"{"items":[{"name":"Tea","quantity":1,"sum":50.00,"tax":"none"}]}"#;
    let more = [("Receipt", receipt), ("Shp_month", "2"), ("Description", "The second month")];
    let signed = format!(":{receipt}:PASSWORD:Shp_month=2");
    assert_eq!(charges(&scene, "92", "91", &more, &signed).await, "OK92");
    scene.until("92", "the charge", |payment| payment["state"] == "paid").await;
    scene.shop.wait_for("/result", 2, SOON).await;
    let notices = scene.notices();
    let notice = notices.iter().find(|notice| notice.field("InvId") == Some("92")).unwrap();
    assert_eq!((notice.field("OutSum"), notice.field("Shp_month")), (Some("50.000000"), Some("2")));
    assert_eq!(scene.state("92").await.0, 100);
    assert_eq!(charges(&scene, "92", "91", &more, &signed).await, "OK92", "the answer may have been lost");
    let charged = scene.provider.payments().await.len();
    assert_eq!(charged, 2, "nobody is charged twice");

    let shown = scene.payment("show", "92", &[]).await;
    let stored: &Value = &shown["stored"];
    assert_eq!((&stored["role"], &stored["mask"]), (&"charge".into(), &"555555******4477".into()));
    assert_eq!((&stored["parent_order"], &stored["state"]), (&"91".into(), &"active".into()));
    assert_eq!(scene.payment("show", "91", &[]).await["stored"]["role"], "kept");
    assert_eq!(shown["receipt"]["total"], "50.00");
    scene.is_green().await;
}

#[tokio::test]
async fn what_cannot_be_charged_is_told_by_number_and_changes_nothing() {
    let scene = Scene::demo().await;
    agrees(&scene, "93").await;
    scene.opens("100.00", "94").await;
    for (number, parent, said) in [
        ("95", "94", "ERROR 35"),
        ("95", "95", "ERROR 35"),
        ("95", "999", "ERROR 35"),
        ("95", "", "ERROR 35"),
        ("93", "93", "ERROR 35"),
        ("0", "93", "ERROR 35"),
    ] {
        let answer = plainly(&scene, number, parent).await;
        assert!(answer.starts_with(said), "{number} after {parent}: {answer}");
    }
    for (name, value) in [("Recurring", "true"), ("IncCurrLabel", "BankCard"), ("IsTest", "1")] {
        let answer = charges(&scene, "95", "93", &[(name, value)], ":PASSWORD").await;
        assert!(answer.starts_with("ERROR 35"), "{name}: {answer}");
    }
    assert!(charges(&scene, "95", "93", &[], ":another").await.starts_with("ERROR 29"));
    assert!(charges(&scene, "95", "93", &[("Receipt", "{}")], ":{}:PASSWORD").await.starts_with("ERROR 30"));
    let unknown = posts(&scene, &[("MerchantLogin", "nobody"), ("InvoiceID", "1")]).await.1;
    assert!(unknown.starts_with("ERROR 26"), "{unknown}");
    let large = "x".repeat(2_000_000);
    assert!(posts(&scene, &[("Description", &large)]).await.1.starts_with("ERROR 30"));
    let link = format!("{}/merchant/recurring?InvoiceID=95", scene.program.ready.url);
    assert!(client().get(link).send().await.unwrap().text().await.unwrap().starts_with("ERROR 35"));

    let set = scene.program.run(&["shop", "set", "demo", "--recurring", "no"]).await;
    assert_eq!(set["switches"], serde_json::json!(["holds", "saved_cards", "split"]));
    assert!(plainly(&scene, "95", "93").await.starts_with("ERROR 34"));
    let order = Link::new(&scene.keys.login, "100.00", "96").unsigned("Recurring", "1");
    let url = order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256);
    assert_eq!(Visitor::new().open(&url).await.error().as_deref(), Some("34"));
    assert_eq!(scene.provider.payments().await.len(), 1);
    scene.is_green().await;
}

#[tokio::test]
async fn a_refused_charge_ends_with_state_10_and_another_sellers_shop_charges_nobody_here() {
    let scene = Scene::demo().await;
    agrees(&scene, "97").await;
    let method = scene.provider.kept_methods().await[0]["id"].as_str().unwrap().to_owned();
    scene.provider.kept_method(&method, "refuse").await;
    assert_eq!(plainly(&scene, "98", "97").await, "OK98");
    scene.until("98", "the refusal", |payment| payment["state"] == "cancelled").await;
    assert_eq!(scene.state("98").await.0, 10);
    scene.provider.kept_method(&method, "allow").await;

    let seller = scene.program.run(&["seller", "create", "Another"]).await;
    let seller = seller["seller"].as_str().unwrap().to_owned();
    let create = ["shop", "create", "other", "--seller", &seller, "--name", "Other"];
    let made = scene.program.run(&create).await;
    scene.program.run(&["shop", "set", "other", "--recurring", "yes"]).await;
    let password = made["password1"].as_str().unwrap();
    let signature = Digest::Sha256.of(&format!("other:50.00:99:{password}"));
    let answer = posts(
        &scene,
        &[
            ("MerchantLogin", "other"),
            ("InvoiceID", "99"),
            ("PreviousInvoiceID", "97"),
            ("OutSum", "50.00"),
            ("SignatureValue", &signature),
        ],
    )
    .await;
    assert!(answer.1.starts_with("ERROR 35"), "{}", answer.1);
    let paid = scene.provider.payments().await;
    assert_eq!(paid.iter().filter(|payment| payment["status"] == "succeeded").count(), 1);
    scene.is_green().await;
}

#[tokio::test]
async fn a_buyer_pays_by_the_card_of_an_earlier_operation() {
    let scene = Scene::demo().await;
    scene.pays("100.00", "87").await;
    scene.until("87", "the payment", |payment| payment["state"] == "paid").await;
    let answer = scene.state("87").await.1;
    let key = answer.split_once("<OpKey>").unwrap().1.split_once("</OpKey>").unwrap().0.to_owned();

    let order = Link::new(&scene.keys.login, "70.00", "88").signed("Token", &key);
    let url = order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256);
    let url = url.replace("/Merchant/Index.aspx", "/Merchant/Payment/CoFPayment");
    let mut buyer = Visitor::new();
    let page = buyer.open(&url).await;
    assert!(page.text.contains("555555******4477"), "{}", page.text);
    let stranger = Visitor::new().open(page.url.as_str()).await;
    assert!(!stranger.text.contains("4477"), "whose card it is, is nobody else's business");

    let form = page.form_with("method", Some("bank_card"));
    buyer.send(&page, &form, &[("card", "saved")], None).await;
    let waiting = scene.provider.waiting_payment(SOON).await;
    scene.provider.pay(&waiting).await;
    scene.until("88", "the payment", |payment| payment["state"] == "paid").await;
    let shown = scene.payment("show", "88", &[]).await;
    assert_eq!(
        (&shown["stored"]["role"], &shown["stored"]["parent_order"]),
        (&"confirmation".into(), &"87".into())
    );

    let made_up = "14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf";
    let order = Link::new(&scene.keys.login, "70.00", "89").signed("Token", made_up);
    let url = order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256);
    assert_eq!(Visitor::new().open(&url).await.error().as_deref(), Some("41"));
    wait_until("both cards at the provider", SOON, || async {
        (scene.provider.kept_methods().await.len() == 1).then_some(())
    })
    .await;
    scene.is_green().await;
}
