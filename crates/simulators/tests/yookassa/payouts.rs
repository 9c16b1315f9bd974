//! Payouts of a gateway, beside the shops that take money.

use serde_json::{Value, json};

use crate::stage::{Stage, stage};

fn gateway() -> Stage {
    let mut stage = stage();
    stage.world = stage.world.with_gateways([("900".to_owned(), "test_payouts".to_owned())]);
    stage.shop = "OTAwOnRlc3RfcGF5b3V0cw=="; // 900:test_payouts
    stage
}

fn wish() -> Value {
    json!({"amount": {"value": "60.00", "currency": "RUB"}, "metadata": {"payout": "payout_x"},
           "payout_destination_data": {"type": "bank_card", "card": {"number": "5555555555554477"}}})
}

#[test]
fn a_payout_is_made_once_under_its_key_and_its_card_is_not_shown() {
    let mut stage = gateway();
    let (status, made) = stage.post_with("one", "/v3/payouts", wish());
    assert_eq!((status, &made["status"], &made["test"]), (200, &json!("succeeded"), &json!(true)));
    assert!(made["id"].as_str().unwrap().starts_with("po-"));
    assert!(!made.to_string().contains("5555555555554477"));
    assert_eq!(made["payout_destination"]["card"]["last4"], "4477");
    assert_eq!(stage.post_with("one", "/v3/payouts", wish()).1, made);
    let read = stage.get(&format!("/v3/payouts/{}", made["id"].as_str().unwrap()));
    assert_eq!(read, (200, made));
    assert_eq!(stage.get("/v3/payouts").1["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_payout_under_way_is_decided_by_whoever_holds_the_controls_and_told() {
    let mut stage = gateway();
    let hang = json!({"on": "create_payout", "fault": "payout_pending", "next": 2});
    stage.control("faults", json!({"rules": [hang]}));
    let [first, second] = ["one", "two"].map(|key| {
        let made = stage.post_with(key, "/v3/payouts", wish()).1;
        assert_eq!(made["status"], "pending");
        made["id"].as_str().unwrap().to_owned()
    });
    stage.control(&format!("payouts/{first}"), json!({"outcome": "succeed"}));
    let reason = json!({"outcome": "cancel", "reason": "recipient_not_found"});
    stage.control(&format!("payouts/{second}"), reason);
    assert_eq!(stage.get(&format!("/v3/payouts/{first}")).1["status"], "succeeded");
    let canceled = stage.get(&format!("/v3/payouts/{second}")).1;
    assert_eq!(canceled["cancellation_details"]["reason"], "recipient_not_found");
}

#[test]
fn shops_and_gateways_do_not_pass_for_one_another_and_wrong_wishes_name_their_field() {
    let mut stage = gateway();
    assert_eq!(stage.get("/v3/payments").0, 401);
    let mut short = wish();
    short["payout_destination_data"]["card"]["number"] = json!("55555555");
    let (status, problem) = stage.post("/v3/payouts", short);
    assert_eq!((status, &problem["parameter"]), (400, &json!("payout_destination_data.card.number")));
    let mut nowhere = wish();
    nowhere["payout_destination_data"] = json!({"type": "sbp", "phone": "79000000000"});
    assert_eq!(stage.post("/v3/payouts", nowhere).1["parameter"], "payout_destination_data.bank_id");
    stage.shop = "MTAwOnRlc3RfZmFrZQ==";
    assert_eq!(stage.post("/v3/payouts", wish()).0, 401);
}
