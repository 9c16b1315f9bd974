//! The course of payments and refunds, as a shop and its payer see it.

use jiff::SignedDuration;
use serde_json::json;

use crate::stage::{hold, minute, read, stage};

#[test]
fn a_payment_captured_at_once_goes_from_pending_to_succeeded() {
    let mut stage = stage();
    let id = stage.create(|_| {});
    let pending = stage.payment(&id);
    assert_eq!(pending["status"], "pending");
    assert_eq!(pending["paid"], false);
    assert_eq!(pending["test"], true);
    assert_eq!(pending["created_at"], "2026-01-15T10:20:30.000Z");
    assert_eq!(pending["confirmation"]["confirmation_url"], format!("http://provider.example/pay/{id}"));
    assert_eq!(pending["confirmation"]["return_url"], "https://shop.example/back?a=1");
    stage.control(&format!("payments/{id}"), json!({"outcome": "pay"}));
    let paid = stage.payment(&id);
    assert_eq!(paid["status"], "succeeded");
    assert_eq!(paid["paid"], true);
    assert_eq!(paid["refundable"], true);
    assert_eq!(paid["income_amount"]["value"], "97.20");
    assert_eq!(paid["payment_method"]["card"]["last4"], "4477");
    assert!(paid.get("confirmation").is_none());
    stage.pass(minute());
    assert_eq!(stage.events(), ["payment.succeeded"]);
    let (_, notice) = &stage.sent[0];
    assert_eq!(notice.url, "http://shop.example/notices");
    assert_eq!(notice.body["type"], "notification");
    assert_eq!(notice.body["object"], paid);
}

#[test]
fn a_hold_is_captured_in_part_once_and_the_rest_goes_back() {
    let mut stage = stage();
    let id = stage.confirmed(hold);
    let held = stage.payment(&id);
    assert_eq!(held["status"], "waiting_for_capture");
    assert_eq!(held["expires_at"], "2026-01-22T10:20:30.000Z");
    let capture = format!("/v3/payments/{id}/capture");
    let amount = |value: &str| json!({"amount": {"value": value, "currency": "RUB"}});
    let (status, error) = stage.post(&capture, amount("100.01"));
    assert_eq!((status, error["parameter"].as_str()), (400, Some("amount.value")));
    let (status, taken) = stage.post(&capture, amount("60.00"));
    assert_eq!(status, 200);
    assert_eq!(taken["status"], "succeeded");
    assert_eq!(taken["amount"]["value"], "60.00");
    assert_eq!(taken["income_amount"]["value"], "58.32");
    assert_eq!(stage.post(&capture, amount("1.00")).0, 400);
    stage.pass(minute());
    assert_eq!(stage.events(), ["payment.waiting_for_capture", "payment.succeeded"]);
}

#[test]
fn a_capture_without_body_takes_everything() {
    let mut stage = stage();
    let id = stage.confirmed(hold);
    let request =
        stage.signed("POST", &format!("/v3/payments/{id}/capture")).with_header("Idempotence-Key", "k");
    let (status, taken) = read(&stage.ask(&request));
    assert_eq!((status, &taken["amount"]["value"]), (200, &json!("100.00")));
}

#[test]
fn a_hold_is_released_by_the_shop_whatever_stands_in_the_body() {
    let mut stage = stage();
    let id = stage.confirmed(hold);
    let mut request = stage.signed("POST", &format!("/v3/payments/{id}/cancel"));
    request.body = b"left over from the call before".to_vec();
    let (status, canceled) = read(&stage.ask(&request.with_header("Idempotence-Key", "k")));
    assert_eq!(status, 200);
    assert_eq!(
        canceled["cancellation_details"],
        json!({"party": "merchant", "reason": "canceled_by_merchant"})
    );
    stage.pass(minute());
    assert_eq!(stage.events().last().map(String::as_str), Some("payment.canceled"));
}

#[test]
fn only_a_hold_can_be_canceled_or_captured() {
    let mut stage = stage();
    let pending = stage.create(hold);
    let paid = stage.confirmed(|_| {});
    for id in [pending, paid] {
        for call in ["cancel", "capture"] {
            let (status, error) = stage.post(&format!("/v3/payments/{id}/{call}"), json!({}));
            assert_eq!((status, error["code"].as_str()), (400, Some("invalid_request")));
        }
    }
}

#[test]
fn a_hold_ends_by_itself() {
    let mut stage = stage();
    let id = stage.confirmed(hold);
    stage.pass(SignedDuration::from_hours(7 * 24) - SignedDuration::from_secs(1));
    assert_eq!(stage.payment(&id)["status"], "waiting_for_capture");
    stage.pass(SignedDuration::from_secs(1));
    let canceled = stage.payment(&id);
    assert_eq!(canceled["cancellation_details"]["reason"], "expired_on_capture");
    assert_eq!(canceled["paid"], false);
}

#[test]
fn the_payer_has_an_hour_but_for_cash() {
    let mut stage = stage();
    let card = stage.create(|_| {});
    let cash = stage.create(|body| body["payment_method_data"] = json!({"type": "cash"}));
    stage.pass(SignedDuration::from_secs(3_599));
    assert_eq!(stage.payment(&card)["status"], "pending");
    stage.pass(SignedDuration::from_secs(1));
    assert_eq!(stage.payment(&card)["cancellation_details"]["reason"], "expired_on_confirmation");
    let late = stage.control(&format!("payments/{card}"), json!({"outcome": "pay"}));
    assert_eq!(late.0, 409);
    stage.pass(SignedDuration::from_hours(24 * 90));
    assert_eq!(stage.payment(&cash)["status"], "pending");
}

#[test]
fn a_payer_can_pay_later() {
    let mut stage = stage();
    let id = stage.create(|_| {});
    stage.control(&format!("payments/{id}"), json!({"outcome": "pay", "after_seconds": 90}));
    stage.pass(SignedDuration::from_secs(89));
    assert_eq!(stage.payment(&id)["status"], "pending");
    stage.pass(SignedDuration::from_secs(1));
    assert_eq!(stage.payment(&id)["status"], "succeeded");
}

#[test]
fn a_declined_payment_says_who_and_why() {
    let mut stage = stage();
    for (reason, party) in [("insufficient_funds", "payment_network"), ("fraud_suspected", "yoo_money")] {
        let id = stage.create(|_| {});
        stage.control(&format!("payments/{id}"), json!({"outcome": "decline", "reason": reason}));
        let declined = stage.payment(&id);
        assert_eq!(declined["status"], "canceled");
        assert_eq!(declined["cancellation_details"], json!({"party": party, "reason": reason}));
    }
}

#[test]
fn refunds_add_up_to_the_payment_and_no_further() {
    let mut stage = stage();
    let id = stage.confirmed(|_| {});
    let refund =
        |value: &str| json!({"payment_id": id, "amount": {"value": value, "currency": "RUB"}, "sources": []});
    let (status, first) = stage.post("/v3/refunds", refund("60.00"));
    assert_eq!((status, &first["status"]), (200, &json!("succeeded")));
    let (status, error) = stage.post("/v3/refunds", refund("60.00"));
    assert_eq!((status, error["parameter"].as_str()), (400, Some("amount.value")));
    assert_eq!(stage.post("/v3/refunds", refund("40.00")).0, 200);
    let payment = stage.payment(&id);
    assert_eq!(
        (&payment["refunded_amount"]["value"], &payment["refundable"]),
        (&json!("100.00"), &json!(false))
    );
    stage.pass(minute());
    assert_eq!(stage.events(), ["payment.succeeded", "refund.succeeded", "refund.succeeded"]);
    let (_, list) = stage.get(&format!("/v3/refunds?payment_id={id}"));
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}

#[test]
fn a_refund_under_way_holds_its_money_and_a_failed_one_frees_it() {
    let mut stage = stage();
    let id = stage.confirmed(|_| {});
    let body = json!({"payment_id": id, "amount": {"value": "60.00", "currency": "RUB"}});
    stage.faults(json!({"on": "create_refund", "fault": "refund_pending", "seconds": 5, "next": 2}));
    let (_, pending) = stage.post("/v3/refunds", body.clone());
    assert_eq!(pending["status"], "pending");
    assert_eq!(stage.payment(&id)["refunded_amount"]["value"], "0.00");
    assert_eq!(stage.post("/v3/refunds", body.clone()).0, 400);
    let refund = pending["id"].as_str().unwrap().to_owned();
    let cancel = json!({"outcome": "cancel", "reason": "insufficient_funds"});
    let (_, canceled) = stage.control(&format!("refunds/{refund}"), cancel);
    let details = json!({"party": "yoo_money", "reason": "insufficient_funds"});
    assert_eq!(canceled["cancellation_details"], details);
    stage.pass(minute());
    assert_eq!(stage.get(&format!("/v3/refunds/{refund}")).1["status"], "canceled");
    assert_eq!(stage.post("/v3/refunds", body).1["status"], "pending");
    stage.pass(minute());
    assert_eq!(stage.payment(&id)["refunded_amount"]["value"], "60.00");
    assert_eq!(stage.events(), ["payment.succeeded", "refund.succeeded"]);
}

#[test]
fn only_a_succeeded_payment_is_refunded() {
    let mut stage = stage();
    let id = stage.confirmed(hold);
    let body = json!({"payment_id": id, "amount": {"value": "1.00", "currency": "RUB"}});
    assert_eq!(stage.post("/v3/refunds", body).0, 400);
}
