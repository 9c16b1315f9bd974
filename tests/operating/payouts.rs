//! Payouts through the real program: the money leaves once, or it is back.

use serde_json::{Value, json};
use testkit::program::{CommandRefused, Program};
use testkit::waiting::wait_until;

use crate::scene::{BINARY, SOON, Scene};

const CARD: &str = "5555555555554477";

impl Scene {
    /// A demo whose seller has 96.50 available.
    async fn with_money() -> Scene {
        let scene = Scene::demo().await;
        scene.pays("100.00", "71").await;
        scene.until("71", "the sale", |payment| payment["state"] == "paid").await;
        scene.program.run(&["clock", "advance", "2m"]).await;
        assert_eq!(scene.balance("available").await, "96.50");
        scene
    }

    async fn pay_out(&self, number: &str, sum: &str, more: &[&str]) -> Value {
        self.try_pay_out(number, sum, more).await.unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    async fn try_pay_out(&self, number: &str, sum: &str, more: &[&str]) -> Result<Value, CommandRefused> {
        let to = format!("card:{CARD}");
        let asked = ["payout", "create", "--shop", "demo", "--number", number, "--amount", sum];
        let place: &[&str] = if more.contains(&"--to") { &[] } else { &["--to", &to] };
        self.program.try_run(&[&asked[..], place, more].concat()).await
    }

    async fn payout(&self, number: &str) -> Value {
        self.program.run(&["payout", "show", "--shop", "demo", "--number", number]).await
    }

    async fn until_payout(&self, number: &str, state: &str) -> Value {
        wait_until(&format!("payout {number} {state}"), SOON, || async {
            Some(self.payout(number).await).filter(|payout| payout["state"] == state)
        })
        .await
    }

    /// Available, payouts on their way, at the provider.
    async fn money(&self) -> [String; 3] {
        [
            self.balance("available").await,
            self.balance("payouts_in_transit").await,
            self.balance("provider").await,
        ]
    }

    async fn faults(&self, fault: Value) {
        self.provider.faults(&json!({"rules": [fault]})).await;
    }
}

fn told(payout: &Value) -> Vec<&str> {
    payout["history"].as_array().unwrap().iter().map(|event| event["what"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_payout_settles_once_however_often_it_is_asked_for_and_its_card_stands_nowhere() {
    let scene = Scene::with_money().await;
    let before = scene.money().await;
    let asked = scene.pay_out("w-1", "60.00", &["--description", "wages"]).await;
    assert_eq!(
        (&asked["taken"], &asked["fee"], &asked["repeated"]),
        (&json!("60.00"), &json!("0.00"), &json!(false))
    );
    let payout = scene.until_payout("w-1", "settled").await;
    assert_eq!(told(&payout), ["payout_asked", "payout_approved", "payout_sent", "payout_settled"]);
    let [available, transit, at_provider] = scene.money().await;
    assert_eq!((available.as_str(), transit.as_str()), ("36.50", "0.00"));
    assert_ne!(at_provider, before[2]);
    let causes: Vec<_> =
        payout["ledger"].as_array().unwrap().iter().map(|line| line["cause"].clone()).collect();
    assert_eq!(causes, ["payout_asked", "payout_settled"]);

    let again = scene.pay_out("w-1", "60.00", &["--description", "wages"]).await;
    assert_eq!((&again["payout"], &again["repeated"]), (&payout["payout"], &json!(true)));
    for other in [
        scene.try_pay_out("w-1", "60.01", &[]),
        scene.try_pay_out("w-1", "60.00", &["--to", "wallet:4100116075156746"]),
    ] {
        let refused = other.await.unwrap_err();
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.message.contains("taken"), "{refused:?}");
    }
    let there = scene.provider.payouts().await;
    assert_eq!(there.len(), 1);
    assert_eq!(there[0]["metadata"]["payout"], payout["payout"]);
    assert_eq!((&there[0]["amount"], &there[0]["to"]["card"]["last4"]), (&json!("60.00"), &json!("4477")));

    let list = scene.program.run(&["payout", "list", "--shop", "demo"]).await;
    assert_eq!(list["payouts"].as_array().unwrap().len(), 1);
    assert_eq!((&list["payouts"][0]["to"], &list["next"]), (&json!("555555******4477"), &Value::Null));
    let never = ["payout", "list", "--shop", "demo", "--until", "2020-01-01"];
    assert!(scene.program.run(&never).await["payouts"].as_array().unwrap().is_empty());
    assert_eq!(payout["exchanges"].as_array().unwrap().len(), 1, "{payout:#}");
    for text in [payout.to_string(), list.to_string(), scene.program.whole_log()] {
        assert!(!text.contains(CARD), "{text}");
    }
    scene.is_green().await;
}

#[tokio::test]
async fn a_payout_that_bounces_brings_its_money_back() {
    let scene = Scene::with_money().await;
    let before = scene.money().await;
    let refusal = json!({"on": "create_payout", "fault": "payout_canceled", "reason": "one_time_limit_exceeded", "next": 1});
    scene.faults(refusal).await;
    scene.pay_out("w-1", "60.00", &[]).await;
    let payout = scene.until_payout("w-1", "bounced").await;
    assert_eq!(payout["reason"], "limit_exceeded");
    assert_eq!(scene.money().await, before);
    scene.is_green().await;
}

#[tokio::test]
async fn too_much_is_refused_and_nothing_changes() {
    let scene = Scene::with_money().await;
    let before = scene.money().await;
    let refused = scene.try_pay_out("w-1", "96.51", &[]).await.unwrap_err();
    assert_eq!(refused.code, Some(1));
    assert!(refused.message.contains("available lacks 0.01 RUB"), "{refused:?}");
    for (code, sum, more) in [
        (1, "0.00", &[][..]),
        (2, "1,50", &[]),
        (2, "1.00", &["--to", "card:5555555555554478"]),
        (2, "1.00", &["--to", "pigeon:5555555555554478"]),
        (1, "1.00", &["--currency", "USD"]),
        (3, "1.00", &["--through", "nobody"]),
    ] {
        let refused = scene.try_pay_out("w-1", sum, more).await.unwrap_err();
        assert_eq!(refused.code, Some(code), "{sum} {more:?} {refused:?}");
        assert!(!refused.message.contains("55555555"), "{refused:?}");
    }
    assert_eq!(scene.money().await, before);
    assert!(scene.provider.payouts().await.is_empty());
    assert_eq!(scene.program.try_run(&["payout", "show", "payout_x"]).await.unwrap_err().code, Some(3));
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again_and_the_money_leaves_once() {
    let scene = Scene::with_money().await;
    scene.faults(json!({"on": "create_payout", "fault": "lost_answer", "next": 1})).await;
    scene.pay_out("w-1", "60.00", &["--to", "phone:+79000001234", "--bank", "100000000111"]).await;
    wait_until("the first try", SOON, || async {
        Some(scene.payout("w-1").await).filter(|payout| payout["checks"] == 1)
    })
    .await;
    assert_eq!(
        (scene.payout("w-1").await["state"].clone(), scene.provider.payouts().await.len()),
        (json!("sent"), 1)
    );
    assert_eq!(scene.balance("payouts_in_transit").await, "60.00");
    scene.program.run(&["clock", "advance", "1m"]).await;
    let payout = scene.until_payout("w-1", "settled").await;
    assert_eq!(payout["provider_memo"], scene.provider.payouts().await[0]["id"]);
    assert_eq!(scene.provider.payouts().await.len(), 1, "the same bytes under the same key");
    assert_eq!(scene.balance("available").await, "36.50");
    // The provider's answer names the phone; what is kept of it does not.
    assert_eq!(payout["exchanges"].as_array().unwrap().len(), 2);
    assert!(!payout.to_string().contains("79000001234"), "{payout:#}");
    scene.is_green().await;
}

#[tokio::test]
async fn a_payout_under_way_is_finished_by_the_providers_notice() {
    let scene = Scene::with_money().await;
    scene.faults(json!({"on": "create_payout", "fault": "payout_pending", "next": 2})).await;
    for number in ["w-1", "w-2"] {
        scene.pay_out(number, "10.00", &[]).await;
        wait_until("a payout under way", SOON, || async {
            Some(scene.payout(number).await).filter(|payout| payout["provider_memo"].is_string())
        })
        .await;
    }
    let there = scene.provider.payouts().await;
    scene.provider.finish_payout(there[0]["id"].as_str().unwrap(), "succeed").await;
    scene.provider.finish_payout(there[1]["id"].as_str().unwrap(), "cancel").await;
    scene.until_payout("w-1", "settled").await;
    scene.until_payout("w-2", "bounced").await;
    assert_eq!(scene.balance("available").await, "86.50");
    scene.is_green().await;
}

#[tokio::test]
async fn payouts_by_hand_wait_for_a_person() {
    let scene = Scene::with_money().await;
    let shop = scene.program.run(&["shop", "set", "demo", "--payouts-by-hand", "yes"]).await;
    assert!(shop["switches"].as_array().unwrap().contains(&json!("payouts_by_hand")));
    for number in ["w-1", "w-2"] {
        assert_eq!(scene.pay_out(number, "30.00", &[]).await["state"], "asked");
    }
    assert_eq!(scene.money().await[..2], ["36.50", "60.00"]);
    assert!(scene.provider.payouts().await.is_empty());

    scene.program.run(&["payout", "approve", "--shop", "demo", "--number", "w-1"]).await;
    let refused = scene.program.run(&["payout", "refuse", "--shop", "demo", "--number", "w-2"]).await;
    assert_eq!((&refused["state"], &refused["reason"]), (&json!("bounced"), &json!("merchant_canceled")));
    let settled = scene.until_payout("w-1", "settled").await;
    let approved =
        settled["history"].as_array().unwrap().iter().find(|event| event["what"] == "payout_approved");
    assert!(approved.unwrap()["actor"].as_str().unwrap().starts_with("operator"), "{settled:#}");
    let id = settled["payout"].as_str().unwrap();
    assert_eq!(scene.program.try_run(&["payout", "refuse", id]).await.unwrap_err().code, Some(1));
    assert_eq!(scene.money().await[..2], ["66.50", "0.00"]);
    scene.is_green().await;
}

#[tokio::test]
async fn rehearsed_payouts_end_as_the_last_digits_choose() {
    let scene = Scene::with_money().await;
    scene.program.run(&["provider", "create", "test", "--name", "rehearsal", "--live"]).await;
    let through = async |number, to: &str| {
        scene.pay_out(number, "10.00", &["--through", "rehearsal", "--to", to]).await;
    };
    through("w-1", "wallet:wallet-1001").await;
    scene.until_payout("w-1", "settled").await;
    through("w-2", "card:4000000000000002").await;
    assert_eq!(scene.until_payout("w-2", "bounced").await["reason"], "issuer_declined");
    through("w-3", "phone:79000000003").await;
    scene.until_payout("w-3", "sent").await;
    scene.program.run(&["clock", "advance", "2h"]).await;
    scene.until_payout("w-3", "settled").await;
    assert_eq!(scene.balance("available").await, "76.50");
    assert!(scene.provider.payouts().await.is_empty());
    scene.is_green().await;
}

#[tokio::test]
async fn a_live_installation_pays_nothing_out_and_says_why() {
    let arguments = ["serve", "--json", "--set-up", "live", "--public-url", "https://pay.example"];
    let program = Program::start(BINARY, arguments.map(str::to_owned).to_vec()).await;
    let seller = program.run(&["seller", "create", "Romashka"]).await;
    program.run(&["shop", "create", "tea", "--seller", seller["seller"].as_str().unwrap()]).await;
    let to = format!("card:{CARD}");
    for more in [&[][..], &["--test"]] {
        let asked = ["payout", "create", "--shop", "tea", "--amount", "1.00", "--to", &to, "--number", "w-1"];
        let refused = program.try_run(&[&asked[..], more].concat()).await.unwrap_err();
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.message.contains("live installation"), "{refused:?}");
        assert!(!refused.message.contains(CARD), "{refused:?}");
    }
    let listed = program.run(&["payout", "list", "--shop", "tea"]).await;
    assert!(listed["payouts"].as_array().unwrap().is_empty());
}
