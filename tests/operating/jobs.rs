//! Work that was set aside: listed with its reason, put right, and let go on by a person.

use serde_json::{Value, json};
use testkit::waiting::wait_until;

use crate::scene::{SOON, Scene};

async fn parked(scene: &Scene) -> Value {
    wait_until("work that is set aside", SOON, || async {
        let listed = scene.program.run(&["job", "list"]).await;
        Some(listed).filter(|listed| listed["counts"]["parked"] == 1)
    })
    .await
}

#[tokio::test]
async fn a_refund_that_was_set_aside_is_listed_with_its_reason_and_goes_on_when_a_person_says_so() {
    let scene = Scene::demo().await;
    let right = scene.program.run(&["provider", "show", "yookassa"]).await;
    let right = format!("shop_id={}", right["settings"]["shop_id"].as_str().unwrap());
    scene.pays("100.00", "91").await;
    scene.until("91", "the answer", |payment| payment["notices"][0]["state"] == "accepted").await;
    let quiet = scene.program.run(&["job", "list"]).await;
    assert_eq!((&quiet["parked"], &quiet["late"]), (&json!([]), &json!([])));
    assert!(quiet["counts"]["waiting"].as_u64().unwrap() >= 2, "settling, measuring: {quiet}");

    // Somebody has broken the account: nothing can be sent to the provider.
    scene.program.run(&["provider", "set", "yookassa", "shop_id="]).await;
    let refund = scene.payment("refund", "91", &["--amount", "60.00"]).await["about"].clone();
    let refund = refund.as_str().unwrap();
    let listed = parked(&scene).await;
    let job = &listed["parked"][0];
    assert_eq!((&job["kind"], &job["id"]), (&"carry_refund".into(), &refund.into()));
    assert!(job["why"].as_str().unwrap().contains("shop_id"), "{job}");
    let payment = scene.payment("show", "91", &[]).await;
    assert_eq!(job["payment"], payment["payment"]);
    assert_eq!(payment["refunds"][0]["state"], "asked");

    // Going on without putting it right leads back to where it was.
    scene.program.run(&["job", "resume", "carry_refund", refund]).await;
    parked(&scene).await;
    scene.program.run(&["provider", "set", "yookassa", &right]).await;
    let resumed = scene.program.run(&["job", "resume", "carry_refund", refund]).await;
    assert_eq!(resumed["payment"], payment["payment"]);
    let payment =
        scene.until("91", "the refund", |payment| payment["refunds"][0]["state"] == "returned").await;
    let history = payment["history"].as_array().unwrap();
    let by_whom: Vec<_> = history.iter().filter(|event| event["what"] == "job_resumed").collect();
    assert_eq!((by_whom.len(), &by_whom[0]["details"]["job"]), (2, &"carry_refund".into()));
    assert!(by_whom[0]["actor"].as_str().unwrap().starts_with("operator "), "{by_whom:?}");
    assert_eq!(scene.program.run(&["job", "list"]).await["parked"], json!([]));
    scene.is_green().await;
}

#[tokio::test]
async fn only_work_that_was_set_aside_can_be_let_go_on() {
    let scene = Scene::demo().await;
    let (_, page) = scene.opens("100.00", "92").await;
    let payment = page.url.path().trim_start_matches("/pay/").to_owned();
    let codes = [
        (1, ["expire_payment", &payment]),
        (3, ["settle_payment", &payment]),
        (3, ["carry_refund", &payment]),
        (2, ["sweep_floor", &payment]),
    ];
    for (code, [kind, id]) in codes {
        let refused = scene.program.try_run(&["job", "resume", kind, id]).await.unwrap_err();
        assert_eq!(refused.code, Some(code), "{kind}: {}", refused.message);
    }
}
