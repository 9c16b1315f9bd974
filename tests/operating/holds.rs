//! Holds that a shop asks for and ends by its own protocol: `StepByStep`, `Confirm` and `Cancel`.

use testkit::robokassa::{Digest, Link};
use testkit::visitor::{Visitor, client};

use crate::scene::{SOON, Scene};

/// A buyer whose order is to be held pays it by card.
async fn is_held(scene: &Scene, number: &str) {
    let order = Link::new(&scene.keys.login, "100.00", number).signed("StepByStep", "true");
    let mut buyer = Visitor::new();
    let page = buyer.open(&order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256)).await;
    scene.pays_by_card(&mut buyer, &page).await;
    scene.until(number, "the hold", |payment| payment["state"] == "held").await;
    assert_eq!(scene.state(number).await.0, 20);
}

/// The shop ends a hold; the status and the body of the answer. Letting go signs an empty sum.
async fn ends(scene: &Scene, how: &str, sum: Option<&str>, number: &str) -> (u16, String) {
    let keys = &scene.keys;
    let text = format!("{}:{}:{number}:{}", keys.login, sum.unwrap_or_default(), keys.password1);
    posts(scene, how, sum, number, &Digest::Sha256.of(&text)).await
}

async fn posts(scene: &Scene, how: &str, sum: Option<&str>, number: &str, signature: &str) -> (u16, String) {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("MerchantLogin", &scene.keys.login).append_pair("InvoiceID", number);
    if let Some(sum) = sum {
        form.append_pair("OutSum", sum);
    }
    let body = form.append_pair("SignatureValue", signature).finish();
    let url = format!("{}/Merchant/Payment/{how}", scene.program.ready.url);
    let kind = "application/x-www-form-urlencoded";
    let answer = client().post(url).header("content-type", kind).body(body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.text().await.unwrap())
}

fn granted() -> (u16, String) {
    (200, "\"success: true\"".to_owned())
}

fn refused() -> (u16, String) {
    (200, "\"success: false\"".to_owned())
}

#[tokio::test]
async fn a_shop_takes_a_part_of_what_it_asked_to_hold_and_asking_again_changes_nothing() {
    let scene = Scene::demo().await;
    is_held(&scene, "81").await;
    assert_eq!(ends(&scene, "Confirm", Some("100.01"), "81").await, refused());
    assert_eq!(ends(&scene, "Confirm", Some("0"), "81").await, refused());
    assert_eq!(posts(&scene, "Confirm", Some("60.00"), "81", "no signature").await, refused());
    assert_eq!(scene.payment("show", "81", &[]).await["state"], "held");

    assert_eq!(ends(&scene, "Confirm", Some("60.00"), "81").await, granted());
    scene.shop.wait_for("/result", 1, SOON).await;
    assert_eq!(scene.notices()[0].field("OutSum"), Some("60.000000"));
    assert_eq!(scene.state("81").await.0, 100);
    assert_eq!(
        ends(&scene, "Confirm", Some("60.00"), "81").await,
        granted(),
        "the answer may have been lost"
    );
    assert_eq!(ends(&scene, "Confirm", Some("50.00"), "81").await, refused());
    assert_eq!(ends(&scene, "Cancel", None, "81").await, refused());
    assert_eq!(scene.at_provider().await["amount"], "60.00");
    assert_eq!(scene.balance("pending").await, "57.90");
    scene.is_green().await;
}

#[tokio::test]
async fn a_shop_lets_go_what_it_asked_to_hold() {
    let scene = Scene::demo().await;
    is_held(&scene, "82").await;
    let link = format!("{}/Merchant/Payment/Cancel?InvoiceID=82", scene.program.ready.url);
    assert_eq!(client().get(link).send().await.unwrap().text().await.unwrap(), refused().1);
    // The sum may be sent, and is signed as an empty slot all the same.
    let keys = &scene.keys;
    let signature = Digest::Sha256.of(&format!("{}::82:{}", keys.login, keys.password1));
    assert_eq!(posts(&scene, "Cancel", Some("100.00"), "82", &signature).await, granted());
    scene.until("82", "the release", |payment| payment["state"] == "cancelled").await;
    assert_eq!(scene.state("82").await.0, 60);
    assert_eq!(ends(&scene, "Cancel", None, "82").await, granted(), "the answer may have been lost");
    assert_eq!(ends(&scene, "Confirm", Some("100.00"), "82").await, refused());
    assert_eq!(ends(&scene, "Cancel", None, "83").await, refused(), "there is no such order");
    assert_eq!(scene.at_provider().await["status"], "canceled");
    assert!(scene.notices().is_empty());
    scene.is_green().await;
}

#[tokio::test]
async fn a_hold_needs_the_shops_agreement_and_is_offered_only_by_methods_that_can_hold() {
    let scene = Scene::demo().await;
    let order = Link::new(&scene.keys.login, "100.00", "84").signed("StepByStep", "true");
    let url = order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256);
    let page = Visitor::new().open(&url).await;
    let methods = testkit::html::values_of(&page.text, "value");
    assert!(methods.iter().any(|method| method == "bank_card"), "{}", page.text);
    assert!(!methods.iter().any(|method| method == "sbp" || method == "cash"), "{}", page.text);
    scene.program.run(&["shop", "set", "demo", "--switches", "md5_for_holds"]).await;
    let order = Link::new(&scene.keys.login, "100.00", "85").signed("StepByStep", "true");
    let url = order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256);
    assert_eq!(Visitor::new().open(&url).await.error().as_deref(), Some("64"));
}
