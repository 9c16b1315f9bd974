//! Sellers, shops and tariffs that change while they are used, and settings that nobody knows.

use std::process::{Command, Stdio};

use testkit::html::values_of;
use testkit::robokassa::{Digest, Link};
use testkit::visitor::{Page, Visitor};

use crate::scene::{BINARY, Scene};

async fn order(scene: &Scene, number: &str) -> Page {
    let order = Link::new(&scene.keys.login, "100.00", number);
    Visitor::new().open(&order.url(&scene.program.ready.url, &scene.keys.password1, Digest::Sha256)).await
}

#[tokio::test]
async fn a_seller_is_renamed_moved_and_switched_off_with_all_its_shops() {
    let scene = Scene::demo().await;
    let seller = scene.program.run(&["seller", "show", "--shop", "demo"]).await;
    let id = seller["seller"].as_str().unwrap();
    let set = ["seller", "set", id, "--name", "ООО «Ромашка»", "--zone", "Asia/Vladivostok"];
    let changed = scene.program.run(&set).await;
    assert_eq!((&changed["name"], &changed["zone"]), (&"ООО «Ромашка»".into(), &"Asia/Vladivostok".into()));
    assert_eq!(changed["active"], true);
    let midnight = scene.program.run(&["seller", "show", id, "--at", "2026-01-31"]).await;
    assert_eq!(midnight["at"], "2026-01-31T13:59:59Z");
    assert!(order(&scene, "61").await.text.contains("Ромашка"));

    scene.program.run(&["seller", "set", id, "--active", "no"]).await;
    assert!(values_of(&order(&scene, "62").await.text, "name").iter().all(|name| name != "method"));
    scene.program.run(&["seller", "set", id, "--active", "yes"]).await;
    assert_eq!(order(&scene, "63").await.state().as_deref(), Some("choose"));

    let codes = [
        (1, vec!["seller", "set", id, "--zone", "Mars/Olympus"]),
        (2, vec!["seller", "set", id]),
        (2, vec!["seller", "set", id, "--active", "perhaps"]),
        (3, vec!["seller", "set", "seller_x", "--active", "no"]),
    ];
    for (code, arguments) in codes {
        assert_eq!(scene.program.try_run(&arguments).await.unwrap_err().code, Some(code), "{arguments:?}");
    }
}

#[tokio::test]
async fn buyers_go_to_the_shops_site_where_it_has_no_address_for_them() {
    let scene = Scene::demo().await;
    let site = scene.shop.url("/site");
    assert_eq!(scene.program.run(&["shop", "set", "demo", "--site", &site]).await["site"], site.as_str());
    scene.program.run(&["shop", "set-addresses", "demo", "--fail", ""]).await;
    let page = order(&scene, "64").await;
    let back = values_of(&page.text, "href").into_iter().find(|href| href.ends_with("/back")).unwrap();
    let there = Visitor::new().open(page.url.join(&back).unwrap().as_str()).await;
    assert_eq!(there.url.as_str(), site);
    let wrong = scene.program.try_run(&["shop", "set", "demo", "--site", "javascript:alert(1)"]).await;
    assert_eq!(wrong.unwrap_err().code, Some(1));
}

#[tokio::test]
async fn a_tariff_that_is_switched_off_offers_nothing_until_it_is_on_again() {
    let scene = Scene::demo().await;
    let tariffs = scene.program.run(&["tariff", "list"]).await;
    let tariff = tariffs["tariffs"][0]["tariff"].as_str().unwrap();
    let offers = |page: &Page| values_of(&page.text, "value").iter().any(|value| value == "bank_card");
    assert!(offers(&order(&scene, "65").await));
    let off = scene.program.run(&["tariff", "set", tariff, "--active", "no"]).await;
    assert_eq!(off["active"], false);
    assert!(!offers(&order(&scene, "66").await));
    scene.program.run(&["tariff", "set", tariff, "--active", "yes"]).await;
    assert!(offers(&order(&scene, "67").await));
    let missing = ["tariff", "set", "trf_x", "--active", "no"];
    assert_eq!(scene.program.try_run(&missing).await.unwrap_err().code, Some(3));
}

#[test]
fn a_variable_that_sets_nothing_is_refused_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(BINARY);
    command.args(["seller", "list", "--data"]).arg(folder.path().join("data"));
    command.env("OPENKASSA_LISTNE", "127.0.0.1:0").stdin(Stdio::null());
    let refused = command.output().unwrap();
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{message}");
    assert!(message.contains("OPENKASSA_LISTNE") && message.contains("OPENKASSA_LISTEN,"), "{message}");
}

#[cfg(not(feature = "traces"))]
#[test]
fn a_program_that_was_built_without_traces_refuses_to_promise_them() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("kassa.toml");
    std::fs::write(&config, "traces_endpoint = \"http://127.0.0.1:4317\"\n").unwrap();
    let mut command = Command::new(BINARY);
    command.args(["serve", "--set-up", "test", "--listen", "127.0.0.1:0", "--config"]).arg(&config);
    let refused =
        command.arg("--data").arg(folder.path().join("data")).stdin(Stdio::null()).output().unwrap();
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{message}");
    assert!(message.contains("built without traces") && message.contains("--features traces"), "{message}");
}
