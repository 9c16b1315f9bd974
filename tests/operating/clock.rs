//! Moving the clock of an installation for tests, at the command line, through the API and on its pages.

use std::process::Stdio;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use testkit::receiver::Answer;
use testkit::visitor::client;
use testkit::waiting::wait_until;

use crate::scene::{BINARY, SOON, Scene};

/// Asks the API for the clock; POST with a body, GET without.
async fn asked(scene: &Scene, token: Option<&str>, body: Option<&Value>) -> (u16, Value) {
    let url = format!("{}/api/v1/clock", scene.program.ready.url);
    let mut request = match body {
        Some(body) => client().post(url).body(body.to_string()),
        None => client().get(url),
    };
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let expected = if status == 200 { "application/json" } else { "application/problem+json" };
    assert_eq!(kind, expected, "{status}");
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

fn moment(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_payment_expires_at_its_own_time_when_the_clock_is_moved_past_it_and_the_clock_survives_a_restart()
{
    let mut scene = Scene::demo().await;
    scene.program.run(&["shop", "set", "demo", "--lifetime", "10m"]).await;
    scene.opens("100.00", "101").await;
    let before = scene.program.run(&["clock", "show"]).await;
    assert_eq!(before["offset_s"], 0);
    let moved = scene.program.run(&["clock", "advance", "1d"]).await;
    assert_eq!((&moved["offset_s"], &moved["reached"]), (&json!(86_400), &json!(true)));
    assert!(moved["steps"].as_u64().unwrap() >= 1, "{moved}");
    let payment = scene.payment("show", "101", &[]).await;
    assert_eq!(payment["state"], "expired");
    let expired = payment["history"].as_array().unwrap().last().unwrap();
    let lived = moment(&expired["at"]).duration_since(moment(&payment["opened_at"]));
    assert!(lived < SignedDuration::from_mins(11), "it followed in order, not at the end: {expired}");
    scene.program.restart().await;
    let after = scene.program.run(&["clock", "show"]).await;
    assert_eq!(after["offset_s"], 86_400);
    assert!(moment(&after["now"]) >= moment(&moved["now"]));
    scene.is_green().await;
}

#[tokio::test]
async fn a_refused_notice_is_repeated_at_its_planned_times() {
    let scene = Scene::demo().await;
    scene.shop.answer_next(vec![Answer::Status(500); 3]);
    scene.pays("100.00", "102").await;
    scene.shop.wait_for("/result", 1, SOON).await;
    let due = scene.until("102", "the plan", |payment| payment["notices"][0]["tries"] == 1).await;
    assert!(due["notices"][0]["next_at"].is_string(), "{due}");
    let moved = scene.program.run(&["clock", "advance", "1d"]).await;
    assert_eq!(moved["reached"], true);
    let payment = scene.payment("show", "102", &[]).await;
    assert_eq!(
        (&payment["notices"][0]["state"], &payment["notices"][0]["tries"]),
        (&"accepted".into(), &4.into())
    );
    let told: Vec<Timestamp> = payment["exchanges"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|exchange| exchange["request"].as_str().unwrap().contains("/result"))
        .map(|exchange| moment(&exchange["at"]))
        .collect();
    let gaps: Vec<i64> = told.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs()).collect();
    assert_eq!(told.len(), 4, "{payment:#}");
    assert!(gaps.iter().all(|gap| (60..3_600).contains(gap)), "as planned, not all at once: {gaps:?}");
    scene.is_green().await;
}

#[tokio::test]
async fn the_api_moves_the_clock_for_the_owner_and_says_what_is_wrong_with_everything_else() {
    let scene = Scene::demo().await;
    let token = scene.program.ready.api_token.clone().unwrap();
    let (status, shown) = asked(&scene, Some(&token), None).await;
    assert_eq!((status, &shown["offset_s"]), (200, &json!(0)));
    let (status, moved) = asked(&scene, Some(&token), Some(&json!({ "advance": "3d4h" }))).await;
    assert_eq!((status, &moved["offset_s"]), (200, &json!(273_600)), "{moved}");
    let to = moment(&moved["now"]) + SignedDuration::from_hours(24);
    let (status, moved) = asked(&scene, Some(&token), Some(&json!({ "to": to.to_string() }))).await;
    assert!(status == 200 && moment(&moved["now"]) >= to, "{moved}");

    let past = json!({ "to": "2020-01-01T00:00:00Z" });
    for (token, body, expected) in [
        (None, json!({ "advance": "1h" }), 401),
        (Some("owner_fake"), json!({ "advance": "1h" }), 401),
        (Some(token.as_str()), json!({ "advance": "soon" }), 400),
        (Some(token.as_str()), json!({ "advance": "401d" }), 400),
        (Some(token.as_str()), json!({ "hurry": true }), 400),
        (Some(token.as_str()), past, 409),
    ] {
        let (status, problem) = asked(&scene, token, Some(&body)).await;
        assert_eq!((status, &problem["status"]), (expected, &json!(expected)), "{body}");
        for part in ["title", "detail", "where"] {
            assert!(problem[part].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
    }
    let nowhere = client().get(format!("{}/api/v1/nothing", scene.program.ready.url)).send().await.unwrap();
    assert_eq!(nowhere.status().as_u16(), 404);
    assert_eq!(nowhere.headers()["content-type"], "application/problem+json");

    let renewed = scene.program.run(&["clock", "new-token"]).await;
    let (status, _) = asked(&scene, renewed["api_token"].as_str(), None).await;
    assert_eq!((status, asked(&scene, Some(&token), None).await.0), (200, 401));
}

#[tokio::test]
async fn the_bar_of_a_page_moves_the_clock_and_a_form_from_elsewhere_does_not() {
    let scene = Scene::demo().await;
    let (mut buyer, page) = scene.opens("100.00", "103").await;
    let form = page.form_with("back", None);
    let after = buyer.send(&page, &form, &[("by", "1d")], None).await;
    assert!(after.url.as_str().ends_with("?clock=moved"), "{}", after.url);
    assert_eq!(after.url.path(), page.url.path());
    assert_eq!(scene.program.run(&["clock", "show"]).await["offset_s"], 86_400);

    let forged = "by=1w&clock_csrf=form_fake&back=%2F%2Felsewhere.example";
    let url = format!("{}/clock", scene.program.ready.url);
    let answer = client()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(forged)
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &"/".parse().unwrap()));
    assert_eq!(scene.program.run(&["clock", "show"]).await["offset_s"], 86_400);
}

#[tokio::test]
async fn a_live_installation_refuses_at_every_door_and_shows_no_bar() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    let data = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str]| {
        let mut command = tokio::process::Command::new(BINARY);
        command.args(arguments).arg("--data").arg(data.path().join("kassa"));
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    };
    let listen = ["serve", "--set-up", "live", "--public-url", &url, "--listen", &free.to_string()];
    let _server = command(&listen).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let front = wait_until("the live server", SOON, || async {
        let answer = client().get(&url).send().await.ok()?;
        answer.text().await.ok()
    })
    .await;
    assert!(!front.contains("action=\"/clock\""), "{front}");

    let refused = command(&["clock", "advance", "1h"]).output().await.unwrap();
    let message = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{message}");
    assert!(message.contains("live installation is never moved"), "{message}");
    let renewed = command(&["clock", "new-token"]).output().await.unwrap();
    assert_eq!(renewed.status.code(), Some(1));

    let body = json!({ "advance": "1h" }).to_string();
    let answer = client().post(format!("{url}/api/v1/clock")).body(body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert!(answer.text().await.unwrap().contains("live installation is never moved"));
    let page = client().post(format!("{url}/clock")).body("by=1h").send().await.unwrap();
    assert_eq!(page.status().as_u16(), 403);
    assert!(page.text().await.unwrap().contains("data-state=\"live_clock\""));
}

#[tokio::test]
async fn a_command_without_a_server_says_that_one_must_run() {
    let mut scene = Scene::demo().await;
    scene.program.terminate().await;
    let refused = scene.program.try_run(&["clock", "advance", "1h"]).await.unwrap_err();
    assert_eq!(refused.code, Some(1));
    assert!(refused.message.contains("openkassa serve"), "{}", refused.message);
}
