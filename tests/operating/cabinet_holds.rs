//! Holds in the cabinet: captured in part, and released, each on a page of its own.

use testkit::robokassa::{Digest, Link};
use testkit::visitor::{Page, Visitor};

use crate::cabinet::signed_in;
use crate::scene::Scene;

/// A buyer's money is held for an order; the payment's page in the cabinet, and who looks at it.
async fn held(scene: &Scene, order: Link, number: &str) -> (Visitor, Page) {
    let order = order.signed("StepByStep", "true");
    let mut buyer = Visitor::new();
    let page = buyer.open(&order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256)).await;
    scene.pays_by_card(&mut buyer, &page).await;
    let payment = scene.until(number, "the hold", |payment| payment["state"] == "held").await;
    let mut person = signed_in(scene).await;
    let url =
        format!("{}/cabinet/payments/{}", scene.program.ready.url, payment["payment"].as_str().unwrap());
    let page = person.open(&url).await;
    (person, page)
}

async fn opens(person: &mut Visitor, page: &Page, what: &str) -> Page {
    person.open(&format!("{}/{what}", page.url)).await
}

#[tokio::test]
async fn a_part_of_a_hold_is_captured_on_a_page_and_twice_is_once() {
    let scene = Scene::demo().await;
    let (mut person, page) = held(&scene, Link::new("demo", "100.00", "91"), "91").await;
    let asked = opens(&mut person, &page, "capture").await;
    let form = asked.form_with("amount", None);
    let much = person.send(&asked, &form, &[("amount", "100,01")], None).await;
    assert!(much.status == 422 && much.text.contains("amount-error"), "{}", much.text);
    let confirm = person.send(&asked, &form, &[("amount", "60,00")], None).await;
    assert_eq!(confirm.status, 200, "{}", confirm.text);
    let form = confirm.form_with("amount", Some("60,00"));
    assert_eq!(form.method, "post");
    for _ in 0..2 {
        let done = person.send(&confirm, &form, &[], None).await;
        assert_eq!((done.status, done.url.query()), (200, Some("done=capture")), "{}", done.text);
    }
    let payment = scene.until("91", "the capture", |payment| payment["state"] == "paid").await;
    assert_eq!(payment["captured"], "60.00");
    scene.is_green().await;
}

#[tokio::test]
async fn a_hold_is_released_on_a_page_and_a_form_from_elsewhere_releases_nothing() {
    let scene = Scene::demo().await;
    let (mut person, page) = held(&scene, Link::new("demo", "100.00", "92"), "92").await;
    let confirm = opens(&mut person, &page, "release").await;
    let form = testkit::html::forms(&confirm.text).into_iter().find(|form| form.action.ends_with("/release"));
    let form = form.unwrap();
    let forged = person.send(&confirm, &form, &[("csrf", "guessed")], None).await;
    assert_eq!(forged.url.path(), confirm.url.path(), "it is asked again");
    assert_eq!(scene.payment("show", "92", &[]).await["state"], "held");
    let done = person.send(&confirm, &form, &[], None).await;
    assert_eq!(done.url.query(), Some("done=release"), "{}", done.text);
    scene.until("92", "the release", |payment| payment["state"] == "cancelled").await;
    scene.is_green().await;
}
