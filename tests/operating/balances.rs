//! What a seller's book held at an earlier moment.

use jiff::{Timestamp, ToSpan};

use crate::scene::Scene;

#[expect(clippy::disallowed_methods, reason = "the program under test lives by the real clock")]
fn now_by_the_clock() -> Timestamp {
    Timestamp::now()
}

#[tokio::test]
async fn balances_are_told_as_of_a_moment_and_as_of_the_end_of_a_day() {
    let scene = Scene::demo().await;
    let before = now_by_the_clock();
    scene.pays("100.00", "81").await;
    scene.until("81", "the money", |payment| payment["state"] == "paid").await;
    let between = now_by_the_clock();
    scene.payment("refund", "81", &["--amount", "60.00"]).await;
    scene.until("81", "the refund", |payment| payment["refunds"][0]["state"] == "returned").await;

    let show = async |more: &[&str]| {
        let seller = scene.program.run(&[&["seller", "show", "--shop", "demo"][..], more].concat()).await;
        (seller["balances"]["RUB"].clone(), seller["at"].clone())
    };
    let now = show(&[]).await;
    assert_eq!((&now.0["pending"], now.1.is_null()), (&"38.60".into(), true), "{now:?}");
    let then = show(&["--at", &before.to_string()]).await.0;
    assert_eq!(then, serde_json::json!({"pending": "0.00", "available": "0.00"}));
    let then = show(&["--at", &between.to_string()]).await.0;
    assert_eq!((&then["pending"], &then["fees_earned"]), (&"96.50".into(), &"3.50".into()), "{then}");

    // Two days on either side: whatever day it is where the seller lives, one is over and one is to come.
    let day = |days: i64| domain::calendar::day(before, "UTC").checked_add(days.days()).unwrap();
    assert_eq!(show(&["--at", &day(-2).to_string()]).await.0["pending"], "0.00");
    let later = show(&["--at", &day(2).to_string()]).await;
    assert_eq!(later.0, now.0);
    assert!(later.1.as_str().unwrap().ends_with("20:59:59Z"), "{later:?}");

    let wrong = ["seller", "show", "--shop", "demo", "--at", "31.01.2026"];
    assert_eq!(scene.program.try_run(&wrong).await.unwrap_err().code, Some(2));
}
