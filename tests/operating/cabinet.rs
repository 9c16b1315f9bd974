//! Signing in to the cabinet: who gets in, how guessing is slowed down, and how sessions end.

use serde_json::json;
use testkit::visitor::{Page, Visitor, client};

use crate::scene::Scene;

const WRONG: &str = "not the password";

/// What somebody types at the sign-in page.
async fn types(scene: &Scene, visitor: &mut Visitor, who: [&str; 3]) -> Page {
    let page = visitor.open(&format!("{}/cabinet", scene.program.ready.url)).await;
    assert!(page.url.path().starts_with("/cabinet/sign-in"), "{}", page.url);
    let form = page.form_with("organisation", None);
    let [organisation, login, password] = who;
    let filled = [("organisation", organisation), ("login", login), ("password", password)];
    visitor.send(&page, &form, &filled, None).await
}

/// The demo's person in a browser of his own.
pub async fn signed_in(scene: &Scene) -> Visitor {
    let mut visitor = Visitor::new();
    let person = scene.program.ready.person.clone().unwrap();
    let page = types(scene, &mut visitor, [&person.organisation, &person.login, &person.password]).await;
    assert_eq!((page.status, page.url.path()), (200, "/cabinet"), "{}", page.text);
    visitor
}

#[tokio::test]
async fn the_demos_person_signs_in_and_out_and_nobody_sees_a_page_without() {
    let scene = Scene::demo().await;
    let url = &scene.program.ready.url;
    assert_eq!(scene.program.ready.cabinet.as_deref(), Some(format!("{url}/cabinet").as_str()));
    let mut visitor = Visitor::new();
    let wanted = visitor.open(&format!("{url}/cabinet/payments?state=paid")).await;
    let form = wanted.form_with("organisation", None);
    let person = scene.program.ready.person.clone().unwrap();
    // Letters' case of logins does not matter; of a password it does.
    let filled = [("organisation", "DEMO"), ("login", "Admin"), ("password", person.password.as_str())];
    let page = visitor.send(&wanted, &form, &filled, None).await;
    assert_eq!((page.url.path(), page.url.query()), ("/cabinet/payments", Some("state=paid")));
    let policy = &page.headers["content-security-policy"];
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers["cache-control"], "no-store");

    let out = page.form_with("csrf", None);
    assert_eq!(out.action, "/cabinet/sign-out");
    let forged = visitor.send(&page, &out, &[("csrf", "guessed")], None).await;
    assert_eq!(forged.url.path(), "/cabinet", "a form from elsewhere ends nothing");
    let left = visitor.send(&page, &out, &[], None).await;
    assert!(left.url.path().starts_with("/cabinet/sign-in"), "{}", left.url);
    let again = visitor.open(&format!("{url}/cabinet/payments")).await;
    assert_eq!(again.url.path(), "/cabinet/sign-in");
}

#[tokio::test]
async fn a_cookie_is_for_the_server_alone_and_worth_nothing_changed() {
    let scene = Scene::demo().await;
    let url = &scene.program.ready.url;
    let person = scene.program.ready.person.clone().unwrap();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("organisation", &person.organisation), ("login", &person.login)])
        .append_pair("password", &person.password)
        .append_pair("next", "https://evil.example/")
        .finish();
    let kind = "application/x-www-form-urlencoded";
    let post = || client().post(format!("{url}/cabinet/sign-in")).header("content-type", kind);
    let answer = post().body(body.clone()).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "/cabinet"));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    let status = |cookie: String| async move {
        let page = client().get(format!("{url}/cabinet")).header("cookie", cookie).send().await.unwrap();
        page.status().as_u16()
    };
    assert_eq!(status(pair.to_owned()).await, 200);
    assert_eq!(status(format!("{pair}x")).await, 303);
    assert_eq!(status(pair.replace("seller_", "shop_")).await, 303);
    let from_elsewhere = post().header("sec-fetch-site", "cross-site").body(body).send().await.unwrap();
    assert_eq!(from_elsewhere.status().as_u16(), 403);
}

#[tokio::test]
async fn whoever_guesses_is_told_nothing_and_slowed_down() {
    let scene = Scene::demo().await;
    let mut visitor = Visitor::new();
    let mut answers = Vec::new();
    for who in [["demo", "admin", WRONG], ["demo", "nobody", WRONG], ["nowhere", "admin", WRONG]] {
        let page = types(&scene, &mut visitor, who).await;
        assert_eq!(page.status, 422);
        // Above it stands the clock, whose minute may change between two answers.
        let (_, main) = page.text.split_once("<main").unwrap();
        answers.push(main.replace(who[0], "").replace(who[1], ""));
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "what exists is not told: {answers:#?}");
    let empty = types(&scene, &mut visitor, ["demo", "", ""]).await;
    assert!(empty.status == 422 && empty.text.contains("login-error"), "{}", empty.text);
    for _ in 0..4 {
        types(&scene, &mut visitor, ["demo", "admin", WRONG]).await;
    }
    let person = scene.program.ready.person.clone().unwrap();
    let right = [person.organisation.as_str(), &person.login, &person.password];
    let slowed = types(&scene, &mut visitor, right).await;
    assert_eq!(slowed.status, 429, "even the right password must wait");
    scene.program.run(&["clock", "advance", "2m"]).await;
    let page = types(&scene, &mut visitor, right).await;
    assert_eq!(page.url.path(), "/cabinet", "{}", page.text);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_and_another_password_ends_the_others() {
    let scene = Scene::demo().await;
    let url = format!("{}/cabinet/sessions", scene.program.ready.url);
    let (mut one, mut two) = (signed_in(&scene).await, signed_in(&scene).await);
    let page = one.open(&url).await;
    let form = page.form_with("session", None);
    let ended = one.send(&page, &form, &[], Some(("session", &form.choices[0].1))).await;
    assert_eq!(ended.url.query(), Some("done=ended"));
    assert_eq!(two.open(&url).await.url.path(), "/cabinet/sign-in");

    let mut two = signed_in(&scene).await;
    let form = page.form_with("present", None);
    fn change<'a>(present: &'a str, new: &'a str) -> [(&'static str, &'a str); 2] {
        [("present", present), ("password", new)]
    }
    let present = scene.program.ready.person.clone().unwrap().password;
    let short = one.send(&page, &form, &change(&present, "short"), None).await;
    assert!(short.status == 422 && short.text.contains("password-error"), "{}", short.text);
    let wrong = one.send(&page, &form, &change(WRONG, "a long new password"), None).await;
    assert!(wrong.status == 422 && wrong.text.contains("present-error"), "{}", wrong.text);
    let changed = one.send(&page, &form, &change(&present, "a long new password"), None).await;
    assert_eq!(changed.url.query(), Some("done=password"), "{}", changed.text);
    assert_eq!(one.open(&url).await.status, 200);
    assert_eq!(two.open(&url).await.url.path(), "/cabinet/sign-in");
    let old = types(&scene, &mut two, ["demo", "admin", &present]).await;
    assert_eq!(old.status, 422);
    let new = types(&scene, &mut two, ["demo", "admin", "a long new password"]).await;
    assert_eq!(new.url.path(), "/cabinet");

    scene.program.run(&["clock", "advance", "13h"]).await;
    assert_eq!(one.open(&url).await.url.path(), "/cabinet/sign-in", "an unused session ends");
}

#[tokio::test]
async fn a_new_seller_has_an_administrator_whose_password_is_told_once() {
    let mut scene = Scene::demo().await;
    let created = scene.program.run(&["seller", "create", "Tea & Shoes"]).await;
    let admin = created["administrator"].clone();
    assert_eq!((&admin["organisation"], &admin["login"]), (&json!("tea-shoes"), &json!("admin")));
    let seller = created["seller"].as_str().unwrap();
    assert_eq!(scene.program.run(&["seller", "show", seller]).await.get("administrator"), None);
    let twin = scene.program.run(&["seller", "create", "Tea Shoes"]).await;
    assert_eq!(twin["administrator"]["organisation"], "tea-shoes-2");

    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut visitor = Visitor::new();
    let page = types(&scene, &mut visitor, ["tea-shoes", "admin", &text(&admin["password"])]).await;
    assert!(page.status == 200 && page.text.contains("Tea &#38; Shoes"), "{}", page.text);
    let anna = scene.program.run(&["person", "create", seller, "anna", "--name", "Anna"]).await;
    assert_eq!(anna["organisation"], "tea-shoes");
    let taken = scene.program.try_run(&["person", "create", seller, "anna"]).await;
    assert!(taken.is_err());
    let people = scene.program.run(&["person", "list", seller]).await;
    assert_eq!(people["people"].as_array().unwrap().len(), 2);

    let reset = scene.program.run(&["person", "reset-password", seller, "admin"]).await;
    let page = visitor.open(&format!("{}/cabinet", scene.program.ready.url)).await;
    assert_eq!(page.url.path(), "/cabinet/sign-in", "a new password ends every session");
    scene.program.restart().await;
    let mut visitor = Visitor::new();
    let old = types(&scene, &mut visitor, ["tea-shoes", "admin", &text(&admin["password"])]).await;
    assert_eq!(old.status, 422);
    let new = types(&scene, &mut visitor, ["tea-shoes", "admin", &text(&reset["password"])]).await;
    assert_eq!(new.url.path(), "/cabinet", "{}", new.text);
}
