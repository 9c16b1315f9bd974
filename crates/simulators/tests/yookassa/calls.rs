//! The API itself: keys, strangers, lists and receipts.

use jiff::SignedDuration;
use serde_json::{Value, json};
use simulators::message::Request;

use crate::stage::{hold, minute, order, read, stage};

#[test]
fn the_same_key_and_request_give_the_first_answer_again() {
    let mut stage = stage();
    let (_, first) = stage.post_with("one", "/v3/payments", order());
    let id = first["id"].as_str().unwrap().to_owned();
    stage.control(&format!("payments/{id}"), json!({"outcome": "pay"}));
    assert_eq!(stage.post_with("one", "/v3/payments", order()), (200, first));
    assert_eq!(stage.world.books().len(), 1);
    let mut other = order();
    other["description"] = json!("Order 2");
    let (status, error) = stage.post_with("one", "/v3/payments", other);
    assert_eq!((status, error["parameter"].as_str()), (400, Some("Idempotence-Key")));
    let refund = json!({"payment_id": id, "amount": {"value": "60.00", "currency": "RUB"}});
    assert_eq!(stage.post_with("two", "/v3/refunds", refund.clone()).0, 200);
    assert_eq!(stage.post_with("two", "/v3/refunds", refund).0, 200);
    assert_eq!(stage.payment(&id)["refunded_amount"]["value"], "60.00");
}

#[test]
fn a_key_is_forgotten_after_a_day_and_belongs_to_one_shop() {
    let mut stage = stage();
    stage.post_with("one", "/v3/payments", order());
    stage.shop = "MjAwOnRlc3Rfb3RoZXI="; // 200:test_other
    assert_eq!(stage.post_with("one", "/v3/payments", order()).0, 200);
    assert_eq!(stage.world.books().len(), 2);
    stage.pass(SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
    stage.post_with("one", "/v3/payments", order());
    assert_eq!(stage.world.books().len(), 2);
    stage.pass(SignedDuration::from_secs(1));
    stage.post_with("one", "/v3/payments", order());
    assert_eq!(stage.world.books().len(), 3);
}

#[test]
fn a_key_is_required_and_a_refused_request_does_not_use_it_up() {
    let mut stage = stage();
    let bare = stage.signed("POST", "/v3/payments").with_json(&order());
    let (status, error) = read(&stage.ask(&bare));
    assert_eq!((status, error["parameter"].as_str()), (400, Some("Idempotence-Key")));
    assert_eq!(stage.post_with("one", "/v3/payments", json!({})).0, 400);
    assert_eq!(stage.post_with("one", "/v3/payments", order()).0, 200);
}

#[test]
fn strangers_and_other_shops_see_nothing() {
    let mut stage = stage();
    let id = stage.create(|_| {});
    let target = format!("/v3/payments/{id}");
    for header in [None, Some("Basic MTAwOndyb25n"), Some("Basic ***"), Some("Bearer token"), Some("Basic")] {
        let mut request = Request::new("GET", &target);
        if let Some(header) = header {
            request = request.with_header("authorization", header);
        }
        let (status, error) = read(&stage.ask(&request));
        assert_eq!((status, error["code"].as_str()), (401, Some("invalid_credentials")), "{header:?}");
        assert_eq!(error["type"], "error");
        assert_eq!(error["id"].as_str().unwrap().len(), 36);
    }
    stage.shop = "MjAwOnRlc3Rfb3RoZXI=";
    assert_eq!(stage.get(&target).0, 403);
    assert_eq!(stage.get("/v3/payments").1["items"], json!([]));
    assert_eq!(stage.get("/v3/payments/nothing").0, 404);
}

#[test]
fn transport_errors_are_plain() {
    let mut stage = stage();
    let put = stage.signed("PUT", "/v3/payments");
    assert_eq!(stage.ask(&put).status, 405);
    let mut text = stage.signed("POST", "/v3/payments").with_header("Idempotence-Key", "k");
    text.body = b"{}".to_vec();
    assert_eq!(stage.ask(&text.with_header("Content-Type", "text/plain")).status, 415);
    assert_eq!(stage.get("/v3/sbp_banks").0, 404);
}

#[test]
fn lists_are_filtered_and_newest_first() {
    let mut stage = stage();
    let first = stage.confirmed(|_| {});
    stage.pass(minute());
    let second = stage.create(|body| body["payment_method_data"] = json!({"type": "sbp"}));
    let ids = |(_, list): (u16, Value)| {
        let items = list["items"].as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(stage.get("/v3/payments")), [second.as_str(), first.as_str()]);
    assert_eq!(ids(stage.get("/v3/payments?status=succeeded")), [first.as_str()]);
    assert_eq!(ids(stage.get("/v3/payments?payment_method=sbp")), [second.as_str()]);
    assert_eq!(ids(stage.get("/v3/payments?created_at.lt=2026-01-15T10:21:00.000Z")), [first.as_str()]);
    assert_eq!(ids(stage.get("/v3/payments?captured_at.gte=2026-01-15T10:00:00.000Z")), [first.as_str()]);
    let (_, page) = stage.get("/v3/payments?limit=1");
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(ids(stage.get(&format!("/v3/payments?limit=1&cursor={cursor}"))), [first.as_str()]);
}

fn receipt(total: &str) -> Value {
    json!({"customer": {"email": "buyer@example.com"},
           "items": [{"description": "Tea", "quantity": "1.000", "vat_code": 1, "payment_mode": "full_payment",
                      "payment_subject": "commodity", "amount": {"value": total, "currency": "RUB"}}]})
}

#[test]
fn a_receipt_is_printed_when_the_money_is_taken() {
    let mut stage = stage();
    let id = stage.confirmed(|body| {
        hold(body);
        body["receipt"] = receipt("100.00");
    });
    assert_eq!(stage.payment(&id)["receipt_registration"], "pending");
    let capture = format!("/v3/payments/{id}/capture");
    let part = json!({"amount": {"value": "60.00", "currency": "RUB"}});
    assert_eq!(stage.post(&capture, part.clone()).1["parameter"], "receipt");
    let mut with_receipt = part;
    with_receipt["receipt"] = receipt("60.00");
    assert_eq!(stage.post(&capture, with_receipt).0, 200);
    stage.pass(minute());
    assert_eq!(stage.payment(&id)["receipt_registration"], "succeeded");
    let (_, list) = stage.get(&format!("/v3/receipts?payment_id={id}"));
    assert_eq!(list["items"][0]["items"][0]["amount"]["value"], "60.00");
    assert_eq!(list["items"][0]["status"], "succeeded");
    assert!(list["items"][0]["fiscal_document_number"].is_string());
}

#[test]
fn a_receipt_of_its_own_needs_money_and_settlements_that_match() {
    let mut stage = stage();
    let id = stage.confirmed(|_| {});
    let mut body = receipt("100.00");
    body["type"] = json!("payment");
    body["payment_id"] = json!(id);
    body["send"] = json!(true);
    body["settlements"] = json!([{"type": "prepayment", "amount": {"value": "99.00", "currency": "RUB"}}]);
    assert_eq!(stage.post("/v3/receipts", body.clone()).1["parameter"], "settlements");
    body["settlements"][0]["amount"]["value"] = json!("100.00");
    let (status, sent) = stage.post("/v3/receipts", body.clone());
    assert_eq!((status, &sent["status"], &sent["payment_id"]), (200, &json!("pending"), &json!(id)));
    let read = format!("/v3/receipts/{}", sent["id"].as_str().unwrap());
    stage.pass(minute());
    assert_eq!(stage.get(&read).1["status"], "succeeded");
    body["payment_id"] = json!(stage.create(|_| {}));
    assert_eq!(stage.post("/v3/receipts", body).1["parameter"], "payment_id");
}
