//! A shop's technical settings in the cabinet: what is saved, what is told once, what an address answers, and
//! the log of what the shop was told.

use testkit::html::forms;
use testkit::robokassa::{Digest, is_genuine};
use testkit::visitor::{Page, Visitor};

use crate::cabinet::signed_in;
use crate::scene::Scene;

/// The settings of the demo's shop.
async fn settings(scene: &Scene, visitor: &mut Visitor) -> Page {
    let list = visitor.open(&format!("{}/cabinet/shops", scene.program.ready.url)).await;
    let links = testkit::html::values_of(&list.text, "href");
    let shop = links.into_iter().find(|href| href.starts_with("/cabinet/shops/shop_")).unwrap();
    let page = visitor.open(list.url.join(&shop).unwrap().as_str()).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page
}

#[tokio::test]
async fn settings_are_changed_part_by_part_and_a_wrong_address_is_refused() {
    let scene = Scene::demo().await;
    let mut visitor = signed_in(&scene).await;
    let page = settings(&scene, &mut visitor).await;
    let digests = page.form_with("part", Some("digests"));
    let chosen = [("digest_live", "sha512"), ("digest_test", "md5")];
    let saved = visitor.send(&page, &digests, &chosen, None).await;
    assert_eq!(saved.url.query(), Some("done=digests"), "{}", saved.text);
    assert_eq!(scene.program.run(&["shop", "show", "demo"]).await["digest"], "sha512");
    let page = settings(&scene, &mut visitor).await;
    assert!(page.text.contains("value=\"md5\" selected"), "rehearsals have a digest of their own");

    let addresses = page.form_with("part", Some("addresses"));
    let verbs = [("result_verb", "POST"), ("success_verb", "GET"), ("fail_verb", "GET")];
    let wrong = [&verbs[..], &[("result_url", "javascript:alert(1)")]].concat();
    let refused = visitor.send(&page, &addresses, &wrong, None).await;
    assert!(refused.status == 422 && refused.text.contains("result_url-error"), "{}", refused.text);
    let right = [&verbs[..], &[("result_url", "https://shop.example/r"), ("fail_url", "")]].concat();
    let saved = visitor.send(&page, &addresses, &right, None).await;
    assert_eq!(saved.url.query(), Some("done=addresses"), "{}", saved.text);
    let shop = scene.program.run(&["shop", "show", "demo"]).await;
    assert_eq!((&shop["result"]["url"], &shop["fail"]), (&"https://shop.example/r".into(), &().into()));

    let fee = page.form_with("part", Some("fee"));
    let saved = visitor.send(&page, &fee, &[("bearer", "1000")], None).await;
    assert_eq!(saved.url.query(), Some("done=fee"), "{}", saved.text);
    let mut methods = page.form_with("part", Some("methods"));
    methods.fields.retain(|(name, value)| name != "method" || value == "sbp");
    let saved = visitor.send(&page, &methods, &[], None).await;
    assert_eq!(saved.url.query(), Some("done=methods"), "{}", saved.text);
    let shop = scene.program.run(&["shop", "show", "demo"]).await;
    assert_eq!((&shop["buyer_share"], &shop["methods"]), (&"100%".into(), &vec!["sbp"].into()));
    methods.fields.retain(|(name, _)| name != "method");
    let none = visitor.send(&page, &methods, &[], None).await;
    assert_eq!(none.status, 422, "a shop without methods cannot be paid");
}

#[tokio::test]
async fn new_passwords_are_told_once_and_a_form_that_comes_twice_changes_them_once() {
    let scene = Scene::demo().await;
    let mut visitor = signed_in(&scene).await;
    let page = settings(&scene, &mut visitor).await;
    let ask = visitor.open(&format!("{}/passwords?of=live", page.url)).await;
    let form = ask.form_with("version", None);
    let told = visitor.send(&ask, &form, &[], None).await;
    let passwords: Vec<String> = testkit::html::values_of(&told.text, "value")
        .into_iter()
        .filter(|value| value.len() == 26 && value.chars().all(|c| c.is_ascii_alphanumeric()))
        .collect();
    assert_eq!(passwords.len(), 2, "{}", told.text);
    let twice = visitor.send(&ask, &form, &[], None).await;
    assert_eq!(twice.status, 409);
    assert!(passwords.iter().all(|password| !twice.text.contains(password.as_str())));
    assert_eq!(scene.program.run(&["shop", "show", "demo"]).await["password_version"], 2);

    let order = testkit::robokassa::Link::new("demo", "10.00", "7");
    let url = |password: &str| order.url(&scene.program.ready.url, password, Digest::Sha256);
    assert_eq!(Visitor::new().open(&url(&scene.keys.password1)).await.error().as_deref(), Some("29"));
    assert_eq!(Visitor::new().open(&url(&passwords[0])).await.state().as_deref(), Some("choose"));
    let rehearsal = order.unsigned("IsTest", "1");
    let url = rehearsal.url(&scene.program.ready.url, &scene.keys.test_password1, Digest::Sha256);
    assert_eq!(Visitor::new().open(&url).await.state().as_deref(), Some("choose"), "test passwords stay");
}

#[tokio::test]
async fn an_address_is_tried_with_a_signed_rehearsal_and_its_answer_is_shown() {
    let scene = Scene::demo().await;
    let mut visitor = signed_in(&scene).await;
    let page = settings(&scene, &mut visitor).await;
    let form = page.form_with("address", Some("result"));
    let tried = visitor.send(&page, &form, &[], Some(("address", "result"))).await;
    assert_eq!(tried.status, 200);
    let told = scene.shop.received("/result");
    let call = told.iter().find(|call| call.field("InvId") == Some("2147483647")).unwrap();
    assert_eq!(call.field("IsTest"), Some("1"));
    assert!(is_genuine(call, &scene.keys.test_password2, Digest::Sha256), "{call:?}");
    assert!(tried.text.contains("OK2147483647"), "the answer is shown: {}", tried.text);
    assert_eq!(scene.balance("pending").await, "0.00");

    scene.program.run(&["shop", "set-addresses", "demo", "--result", "http://127.0.0.1:9/"]).await;
    let page = settings(&scene, &mut visitor).await;
    let silent = visitor.send(&page, &form, &[], Some(("address", "result"))).await;
    assert!(silent.text.contains("notice failed"), "{}", silent.text);
}

#[tokio::test]
async fn notices_that_were_not_accepted_are_found_and_sent_again_together() {
    let scene = Scene::demo().await;
    let log = format!("{}/cabinet/notices", scene.program.ready.url);
    scene.program.run(&["shop", "set-addresses", "demo", "--result", "http://127.0.0.1:9/"]).await;
    for number in ["601", "602"] {
        scene.pays("100.00", number).await;
        scene.until(number, "a refused notice", |payment| payment["notices"][0]["tries"] == 1).await;
    }
    let mut visitor = signed_in(&scene).await;
    let page = visitor.open(&format!("{log}?state=refused")).await;
    let form = page.form_with("notice", None);
    assert_eq!(form.choices.iter().filter(|(name, _)| name == "notice").count(), 2, "{}", page.text);
    let nothing = visitor.send(&page, &form, &[], None).await;
    assert_eq!(nothing.status, 422, "nothing was ticked");
    let mut both = form.clone();
    both.fields.extend(form.choices.iter().filter(|(name, _)| name == "notice").cloned());
    let sent = visitor.send(&page, &both, &[], None).await;
    assert_eq!(sent.url.query(), Some("state=refused&sent=2"), "{}", sent.text);
    for number in ["601", "602"] {
        scene.until(number, "another try", |payment| payment["notices"][0]["tries"] == 2).await;
    }
    assert!(forms(&visitor.open(&log).await.text).len() > 1);
}

#[tokio::test]
async fn a_pasted_link_is_explained_without_its_passwords() {
    let scene = Scene::demo().await;
    let mut visitor = signed_in(&scene).await;
    let page = visitor.open(&format!("{}/cabinet/check", scene.program.ready.url)).await;
    let order = testkit::robokassa::Link::new("demo", "10.00", "7");
    let swapped = order.url(&scene.program.ready.url, &scene.keys.password2, Digest::Sha256);
    let form = forms(&page.text).into_iter().find(|form| form.action.ends_with("/check")).unwrap();
    let found = visitor.send(&page, &form, &[("text", &swapped)], None).await;
    assert_eq!(found.status, 200, "{}", found.text);
    assert!(found.text.contains("demo:10.00:7:***"), "{}", found.text);
    for password in [&scene.keys.password1, &scene.keys.password2] {
        assert!(!found.text.contains(password.as_str()));
    }
    let strange = swapped.replace("MerchantLogin=demo", "MerchantLogin=stranger");
    assert_eq!(visitor.send(&page, &form, &[("text", &strange)], None).await.status, 422);
    assert_eq!(visitor.send(&page, &form, &[("text", "nothing")], None).await.status, 422);
}
