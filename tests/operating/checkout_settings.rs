//! A checkout is made with the keys that it has elsewhere, changed, looked at in the cabinet, and its signatures
//! are explained.

use std::collections::BTreeSet;
use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use testkit::html::{forms, values_of};
use testkit::robokassa::Digest;
use testkit::visitor::{Page, Visitor};

use crate::cabinet::signed_in;
use crate::scene::Scene;

const ID: &str = "5534b1683b1eaf00758b4567";
const FIRST_ID: &str = "A1B2C3D4-E5F6-A7B8-C9D0-E1F2A3B4C5D6";
const KEY: &str = "FakeSignKey00001";
const TEST_KEY: &str = "FakeTestKey00001";
const API_KEY: &str = "FakeApiKey000001";

/// The demo, and in it the seller of its shop.
async fn demo() -> (Scene, String) {
    let scene = Scene::demo().await;
    let seller = scene.program.run(&["seller", "show", "--shop", "demo"]).await;
    let seller = seller["seller"].as_str().unwrap().to_owned();
    (scene, seller)
}

/// A file with a key, as an editor saves it.
fn file(key: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{key}").unwrap();
    file
}

/// The checkout of the test, with its own names and keys.
async fn moved(scene: &Scene, seller: &str) -> Value {
    let files = [KEY, TEST_KEY, API_KEY].map(file);
    let [sign, test, api] = files.each_ref().map(|file| file.path().to_str().unwrap());
    let interaction = scene.shop.url("/result");
    let named = ["checkout", "create", seller, ID, "--first-id", FIRST_ID, "--name", "Tea"];
    let keys = ["--sign-key-file", sign, "--test-key-file", test, "--api-key-file", api];
    let account = ["--account", "52e7f883e4ae1a2406000001", "--user", "52e7f883e4ae1a2406000002"];
    let rest =
        ["--currency", "UAH,USD", "--interaction", &interaction, "--pending", "https://tea.example/wait"];
    scene.program.run(&[&named[..], &keys, &account, &rest].concat()).await
}

/// The signature of a text, made without the code under test.
fn signature(text: &str) -> String {
    STANDARD.encode(hex::decode(Digest::Md5.of(text)).unwrap())
}

fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The link of an order, signed with a key; a rehearsal names the test payway.
fn link(scene: &Scene, number: &str, key: &str, test: bool) -> String {
    let mut fields = vec![
        ("ik_am", "100.00"),
        ("ik_co_id", ID),
        ("ik_cur", "UAH"),
        ("ik_desc", "Tea"),
        ("ik_pm_no", number),
    ];
    if test {
        fields.push(("ik_pw_via", "test_interkassa_test_xts"));
    }
    let values: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
    let sign = signature(&format!("{}:{key}", values.join(":")));
    fields.push(("ik_sign", &sign));
    format!("{}/?{}", scene.program.ready.url, encoded(&fields))
}

fn codes(view: &Value) -> Vec<&str> {
    view["mistakes"].as_array().unwrap().iter().map(|mistake| mistake["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_checkout_with_the_keys_that_it_has_elsewhere_takes_the_links_that_its_shop_signs() {
    let (scene, seller) = demo().await;
    let made = moved(&scene, &seller).await;
    assert_eq!((&made["checkout"], &made["first_id"]), (&ID.into(), &FIRST_ID.into()), "{made:#}");
    assert_eq!((&made["sign_key"], &made["api_key"]), (&KEY.into(), &API_KEY.into()));
    assert_eq!(made["currencies"], serde_json::json!(["UAH", "USD"]));
    assert_eq!(
        (&made["algorithm"], &made["lifetime"], &made["zone"]),
        (&"md5".into(), &"30d".into(), &"Europe/Kyiv".into())
    );
    let shown = scene.program.run(&["checkout", "show", FIRST_ID]).await;
    assert_eq!((&shown["checkout"], &shown["api"]), (&ID.into(), &true.into()), "either name leads to it");
    assert!([KEY, TEST_KEY, API_KEY].iter().all(|key| !shown.to_string().contains(*key)), "{shown:#}");

    let page = Visitor::new().open(&link(&scene, "T-1", KEY, false)).await;
    assert_eq!(page.state().as_deref(), Some("choose"), "{}", page.text);
    let rehearsal = Visitor::new().open(&link(&scene, "T-1", KEY, true)).await;
    assert_eq!(rehearsal.state().as_deref(), Some("choose"), "{}", rehearsal.text);
    let listed = scene.program.run(&["payment", "list", "--shop", ID]).await;
    assert_eq!(listed["payments"][0]["order"], "T-1", "{listed:#}");

    let twin = ["checkout", "create", &seller];
    let other = scene.program.run(&twin).await;
    assert_eq!(
        (&other["account"], &other["user"]),
        (&made["account"], &made["user"]),
        "one seller, one account"
    );
    assert_eq!((other["checkout"].as_str().unwrap().len(), other["api"].as_bool()), (24, Some(false)));
    let all = scene.program.run(&["checkout", "list", "--seller", &seller]).await;
    assert_eq!(all["checkouts"].as_array().unwrap().len(), 2, "the demo's shop is none: {all:#}");
    let taken = scene.program.try_run(&["checkout", "create", &seller, ID]).await.unwrap_err();
    assert_eq!(taken.code, Some(1), "{taken:?}");
}

#[tokio::test]
async fn the_settings_of_a_checkout_are_changed_and_what_cannot_be_is_refused() {
    let (scene, seller) = demo().await;
    moved(&scene, &seller).await;
    let set = |more: &'static [&'static str]| [&["checkout", "set", ID][..], more].concat();
    let changed = scene
        .program
        .run(&set(&[
            "--must-sign",
            "no",
            "--unique-numbers",
            "no",
            "--replaceable",
            "success,lifetime",
            "--tells-ended",
            "yes",
            "--expected-status",
            "202",
            "--expected-text",
            "OK",
            "--algorithm",
            "sha256",
            "--currency",
            "UAH,EUR",
            "--pending",
            "",
            "--buyer-share",
            "50%",
            "--zone",
            "UTC",
            "--lifetime",
            "2h",
        ]))
        .await;
    for (name, value) in [
        ("must_sign", false.into()),
        ("unique_numbers", false.into()),
        ("replaceable", serde_json::json!(["success", "lifetime"])),
        ("tells_ended", true.into()),
        ("expected_status", 202.into()),
        ("expected_text", "OK".into()),
        ("algorithm", "sha256".into()),
        ("currencies", serde_json::json!(["UAH", "EUR"])),
        ("pending", Value::Null),
        ("buyer_share", "50%".into()),
        ("zone", "UTC".into()),
        ("lifetime", "2h".into()),
    ] {
        assert_eq!(changed[name], value, "{name}: {changed:#}");
    }
    for (wrong, code) in [
        (set(&["--currency", "USD"]), 2),
        (set(&["--algorithm", "sha512"]), 2),
        (set(&["--success", "javascript:alert(1)"]), 2),
        (set(&["--replaceable", "everything"]), 2),
        (set(&["--expected-status", "42"]), 1),
        (set(&[]), 2),
        (vec!["checkout", "set", "demo", "--must-sign", "no"], 2),
        (vec!["checkout", "show", "nobody"], 3),
    ] {
        let refused = scene.program.try_run(&wrong).await.unwrap_err();
        assert_eq!(refused.code, Some(code), "{wrong:?}: {}", refused.message);
    }
    let keys = scene.program.run(&["checkout", "keys", ID]).await;
    let key = keys["sign_key"].as_str().unwrap();
    assert!(key != KEY && keys["test_key"] != TEST_KEY && keys["key_version"] == 2, "{keys:#}");
    assert!(keys["api_key"].is_null() && keys["api"] == true, "the key of the API is renewed for itself");
    let renewed = scene.program.run(&set(&["--api", "new"])).await;
    assert!(renewed["api_key"].as_str().is_some_and(|key| key != API_KEY) && renewed["sign_key"].is_null());
}

#[tokio::test]
async fn a_prepared_form_has_an_address_that_anybody_can_pay() {
    let (scene, seller) = demo().await;
    moved(&scene, &seller).await;
    let form = ["checkout", "form", ID, "--amount", "25.50", "--description", "A cup of tea"];
    let saved = scene.program.run(&form).await;
    assert_eq!((&saved["amount"], &saved["currency"]), (&"25.50".into(), &"UAH".into()), "{saved:#}");
    let page = Visitor::new().open(saved["address"].as_str().unwrap()).await;
    assert_eq!(page.state().as_deref(), Some("choose"), "{}", page.text);
    assert!(page.text.contains("A cup of tea"), "{}", page.text);
    let shown = scene.program.run(&["checkout", "show", ID]).await;
    assert_eq!(shown["forms"], serde_json::json!([saved]));
    let strange = ["checkout", "form", ID, "--amount", "1.00", "--currency", "GBP", "--description", "x"];
    assert_eq!(scene.program.try_run(&strange).await.unwrap_err().code, Some(1));
}

#[tokio::test]
async fn a_wrong_signature_is_explained_at_the_command_line_and_on_the_page_of_a_rehearsal() {
    let (scene, seller) = demo().await;
    moved(&scene, &seller).await;
    for (url, verdict, expected) in [
        (link(&scene, "T-7", KEY, false), "right", vec![]),
        (link(&scene, "T-7", TEST_KEY, false), "wrong", vec!["keys_swapped"]),
    ] {
        let view = scene.program.run(&["interkassa", "explain", &url]).await;
        assert_eq!((view["verdict"].as_str().unwrap(), codes(&view)), (verdict, expected), "{view:#}");
        assert_eq!(view["expected_text"], format!("100.00:{ID}:UAH:Tea:T-7:***"));
        assert!([KEY, TEST_KEY].iter().all(|key| !view.to_string().contains(*key)), "{view:#}");
    }
    let first = [("ik_shop_id", FIRST_ID), ("ik_payment_amount", "8.8"), ("ik_payment_id", "J1")];
    let sign = Digest::Md5.of(&format!("{FIRST_ID}:8.8:J1:{KEY}"));
    let first = encoded(&[&first[..], &[("ik_sign_hash", sign.as_str())]].concat());
    let view = scene.program.run(&["interkassa", "explain", &first]).await;
    assert_eq!((&view["kind"], codes(&view)), (&"sci1_payment_start".into(), vec!["empty_left_out"]));
    let nameless = scene.program.try_run(&["interkassa", "explain", "ik_am=1"]).await.unwrap_err();
    assert_eq!(nameless.code, Some(2), "{nameless:?}");

    let wrong = link(&scene, "T-8", TEST_KEY, true);
    let (english, russian) = (read_in("en", &wrong).await, read_in("ru", &wrong).await);
    assert!(english.text.contains("The keys are swapped."), "{}", english.text);
    assert!(russian.text.contains("Перепутаны ключи."), "{}", russian.text);
    let right = signature(&format!("100.00:{ID}:UAH:Tea:T-8:test_interkassa_test_xts:{KEY}"));
    assert!(
        !english.text.contains(&right) && !english.text.contains(KEY),
        "a valid signature is nobody's to see"
    );
    let real = Visitor::new().open(&link(&scene, "T-8", TEST_KEY, false)).await;
    assert_eq!(real.error(), english.error(), "{}", real.text);
    assert!(values_of(&real.text, "data-mistake").is_empty() && !real.text.contains("***"), "{}", real.text);
}

/// A page as somebody sees it who reads this language.
async fn read_in(language: &str, url: &str) -> Page {
    let mut visitor = Visitor::new();
    visitor.languages = Some(language.to_owned());
    visitor.open(url).await
}

/// The settings of the test's checkout in the cabinet.
async fn settings(scene: &Scene, visitor: &mut Visitor, made: &Value) -> Page {
    let shop = made["shop"].as_str().unwrap();
    let page = visitor.open(&format!("{}/cabinet/shops/{shop}", scene.program.ready.url)).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page
}

#[tokio::test]
async fn the_owner_changes_a_checkout_in_the_cabinet_in_its_own_words() {
    let (scene, seller) = demo().await;
    let made = moved(&scene, &seller).await;
    let mut visitor = signed_in(&scene).await;
    let page = settings(&scene, &mut visitor, &made).await;
    for text in [ID, FIRST_ID, "UAH, USD", "Interaction URL", "https://tea.example/wait"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert!(!page.text.contains("ResultURL") && !page.text.contains("IsTest"), "{}", page.text);

    let mut rules = page.form_with("part", Some("checkout"));
    rules.fields.retain(|(_, value)| value != "must_sign" && value != "lifetime");
    rules.fields.push(("flag".to_owned(), "tells_ended".to_owned()));
    let wrong = visitor.send(&page, &rules, &[("expected_status", "ok")], None).await;
    assert!(wrong.status == 422 && wrong.text.contains("expected_status-error"), "{}", wrong.text);
    let saved = visitor.send(&page, &rules, &[("expected_text", "OK")], None).await;
    assert_eq!(saved.url.query(), Some("done=checkout"), "{}", saved.text);
    let addresses = page.form_with("part", Some("addresses"));
    let chosen = [("pending_url", ""), ("fail_url", "https://tea.example/no"), ("result_verb", "GET")];
    let verbs = [("success_verb", "POST"), ("fail_verb", "POST"), ("pending_verb", "POST")];
    let saved = visitor.send(&page, &addresses, &[&chosen[..], &verbs].concat(), None).await;
    assert_eq!(saved.url.query(), Some("done=addresses"), "{}", saved.text);
    let digests = page.form_with("part", Some("digests"));
    let saved = visitor.send(&page, &digests, &[("digest_live", "sha256")], None).await;
    assert_eq!(saved.url.query(), Some("done=digests"), "{}", saved.text);
    let now = scene.program.run(&["checkout", "show", ID]).await;
    for (name, value) in [
        ("must_sign", false.into()),
        ("unique_numbers", true.into()),
        ("tells_ended", true.into()),
        ("replaceable", serde_json::json!(["interaction", "success", "pending", "fail"])),
        ("expected_text", "OK".into()),
        ("pending", Value::Null),
        ("fail", serde_json::json!({ "url": "https://tea.example/no", "method": "POST" })),
        ("algorithm", "sha256".into()),
    ] {
        assert_eq!(now[name], value, "{name}: {now:#}");
    }

    let ask = visitor.open(&format!("{}/passwords?of=live", page.url)).await;
    let told = visitor.send(&ask, &ask.form_with("version", None), &[], None).await;
    let keys: Vec<String> =
        values_of(&told.text, "value").into_iter().filter(|key| key.len() == 26).collect();
    assert_eq!(keys.len(), 2, "{}", told.text);
    let again = visitor.send(&ask, &ask.form_with("version", None), &[], None).await;
    assert_eq!(again.status, 409);
    scene.program.run(&["checkout", "set", ID, "--algorithm", "md5"]).await;
    let opened = Visitor::new().open(&link(&scene, "T-9", &keys[0], true)).await;
    assert_eq!(opened.state().as_deref(), Some("choose"), "one pair for both books: {}", opened.text);
}

#[tokio::test]
async fn the_cabinet_names_an_order_as_its_checkout_does_finds_it_and_checks_its_signature() {
    let (scene, seller) = demo().await;
    moved(&scene, &seller).await;
    Visitor::new().open(&link(&scene, "T-11", KEY, false)).await;
    Visitor::new().open(&link(&scene, "2012", KEY, false)).await;
    let mut visitor = signed_in(&scene).await;
    let url = &scene.program.ready.url;
    for number in ["T-11", "2012"] {
        let found = visitor.open(&format!("{url}/cabinet/search?q={number}")).await;
        assert!(found.url.path().starts_with("/cabinet/payments/pay_"), "{}", found.url);
        assert!(found.text.contains(&format!("№ {number}")) || found.text.contains(number), "{}", found.text);
        let list = visitor.open(&format!("{url}/cabinet/payments?q={number}")).await;
        let links = values_of(&list.text, "href");
        let of_payment = links.iter().filter(|href| href.starts_with("/cabinet/payments/pay_"));
        let rows: BTreeSet<&String> = of_payment.collect();
        assert!(rows.len() == 1 && list.text.contains(number), "{rows:?}: {}", list.text);
    }
    let table = visitor.open(&format!("{url}/cabinet/payments.csv")).await;
    assert!(table.text.contains("T-11"), "{}", table.text);

    let check = visitor.open(&format!("{url}/cabinet/check")).await;
    let form = forms(&check.text).into_iter().find(|form| form.action.ends_with("/check")).unwrap();
    let wrong = link(&scene, "T-11", TEST_KEY, false);
    let judged = visitor.send(&check, &form, &[("text", &wrong)], None).await;
    assert!(judged.text.contains(&format!("100.00:{ID}:UAH:Tea:T-11:***")), "{}", judged.text);
    let words = ["The keys are swapped.", "Перепутаны ключи."];
    assert!(words.iter().any(|words| judged.text.contains(words)), "{}", judged.text);
    let other = testkit::robokassa::Link::new("demo", "10.00", "7");
    let other = other.url(url, &scene.keys.password2, Digest::Sha256);
    let judged = visitor.send(&check, &form, &[("text", &other)], None).await;
    assert!(judged.text.contains("demo:10.00:7:***"), "{}", judged.text);
}
