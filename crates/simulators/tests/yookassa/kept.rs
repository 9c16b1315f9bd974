//! Methods that payers let the provider keep.

use serde_json::{Value, json};

use crate::stage::{Stage, order, stage};

/// A payment whose method is kept; its identifier is the method's.
fn kept(stage: &mut Stage) -> String {
    let id = stage.create(|body| body["save_payment_method"] = json!(true));
    assert_eq!(stage.payment(&id)["payment_method"]["saved"], false, "nobody has paid yet");
    stage.control(&format!("payments/{id}"), json!({"outcome": "pay"}));
    let method = stage.payment(&id)["payment_method"].clone();
    assert_eq!((&method["saved"], &method["status"]), (&json!(true), &json!("active")));
    method["id"].as_str().unwrap().to_owned()
}

fn charge(method: &str) -> Value {
    let mut body = order();
    let members = body.as_object_mut().unwrap();
    members.remove("payment_method_data");
    members.remove("confirmation");
    body["capture"] = json!(true);
    body["payment_method_id"] = json!(method);
    body
}

#[test]
fn a_kept_method_is_charged_at_once_and_without_a_confirmation() {
    let mut stage = stage();
    let method = kept(&mut stage);
    let (status, payment) = stage.post("/v3/payments", charge(&method));
    assert_eq!((status, payment["status"].as_str()), (200, Some("succeeded")));
    assert_eq!(payment["payment_method"]["id"], method.as_str());
    assert_eq!(payment["payment_method"]["saved"], true);
    assert!(payment["confirmation"].is_null() && payment["metadata"].is_object());
    let mut hold = charge(&method);
    hold["capture"] = json!(false);
    assert_eq!(stage.post("/v3/payments", hold).1["status"], "waiting_for_capture");
}

#[test]
fn with_a_confirmation_the_payer_is_asked_first() {
    let mut stage = stage();
    let method = kept(&mut stage);
    let mut body = charge(&method);
    body["confirmation"] = json!({"type": "redirect", "return_url": "http://shop.example/back"});
    let (_, payment) = stage.post("/v3/payments", body);
    assert_eq!(payment["status"], "pending");
    assert!(payment["confirmation"]["confirmation_url"].is_string());
}

#[test]
fn methods_that_nobody_kept_or_another_shop_did_do_not_exist() {
    let mut stage = stage();
    let method = kept(&mut stage);
    let unkept = stage.create(|_| {});
    stage.control(&format!("payments/{unkept}"), json!({"outcome": "pay"}));
    for id in [unkept.as_str(), "nobody", ""] {
        let (status, problem) = stage.post("/v3/payments", charge(id));
        assert_eq!((status, problem["parameter"].as_str()), (400, Some("payment_method_id")), "{id}");
    }
    stage.shop = "MjAwOnRlc3Rfb3RoZXI="; // 200:test_other
    assert_eq!(stage.post("/v3/payments", charge(&method)).0, 400);
    let mut both = charge(&method);
    both["payment_method_data"] = json!({"type": "bank_card"});
    assert_eq!(stage.post("/v3/payments", both).1["parameter"], "payment_method_id");
}

#[test]
fn a_bank_may_refuse_and_a_permission_may_be_taken_back() {
    let mut stage = stage();
    let method = kept(&mut stage);
    let control = format!("methods/{method}");
    stage.control(&control, json!({"outcome": "refuse", "reason": "insufficient_funds"}));
    let refused = stage.post("/v3/payments", charge(&method)).1;
    assert_eq!(refused["cancellation_details"]["reason"], "insufficient_funds");
    stage.control(&control, json!({"outcome": "allow"}));
    assert_eq!(stage.post("/v3/payments", charge(&method)).1["status"], "succeeded");
    stage.control(&control, json!({"outcome": "revoke"}));
    let refused = stage.post("/v3/payments", charge(&method)).1;
    assert_eq!(refused["cancellation_details"]["reason"], "permission_revoked");
    assert_eq!(stage.control("methods/nobody", json!({"outcome": "revoke"})).0, 404);
    assert_eq!(stage.control(&control, json!({"outcome": "burn"})).0, 400);
}
