//! The YooKassa machine driven from outside, without threads, sockets or a real clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use simulators::message::{Delivery, Reply, Request};
use simulators::seeded::Seeded;
use simulators::yookassa::machine::{answered, handle, happen};
use simulators::yookassa::notices::Outgoing;
use simulators::yookassa::state::{Happening, Later, Status, World};

/// A provider, its clock, and whoever receives its notices.
struct Stage {
    world: World,
    seeded: Seeded,
    now: Timestamp,
    agenda: BTreeMap<(Timestamp, u64), Happening>,
    planned: u64,
    keys: u64,
    shop: &'static str,
    /// What the receiver answers to each notice in turn; 200 once the list is over.
    answers: Vec<Option<u16>>,
    sent: Vec<(Timestamp, Outgoing)>,
}

fn stage() -> Stage {
    seeded_stage(1)
}

fn seeded_stage(seed: u64) -> Stage {
    let shops = [("100", "test_fake"), ("200", "test_other")];
    let shops = shops.map(|(shop, secret)| (shop.to_owned(), secret.to_owned()));
    let mut world = World::new(shops, "http://provider.example");
    world.set_notice_url(Some("http://shop.example/notices".to_owned()));
    Stage {
        world,
        seeded: Seeded::new(seed),
        now: "2026-01-15T10:20:30Z".parse().unwrap(),
        agenda: BTreeMap::new(),
        planned: 0,
        keys: 0,
        shop: "MTAwOnRlc3RfZmFrZQ==", // 100:test_fake
        answers: Vec::new(),
        sent: Vec::new(),
    }
}

impl Stage {
    fn plan(&mut self, later: Vec<Later>) {
        for Later { at, what } in later {
            self.planned += 1;
            self.agenda.insert((at, self.planned), what);
        }
    }

    fn ask(&mut self, request: &Request) -> Reply {
        let (reply, later) = handle(&mut self.world, request, self.now, &mut self.seeded);
        self.plan(later);
        reply
    }

    fn signed(&self, method: &str, target: &str) -> Request {
        Request::new(method, target).with_header("Authorization", &format!("Basic {}", self.shop))
    }

    fn get(&mut self, target: &str) -> (u16, Value) {
        let request = self.signed("GET", target);
        read(&self.ask(&request))
    }

    fn post(&mut self, target: &str, body: Value) -> (u16, Value) {
        self.keys += 1;
        let key = format!("key-{}", self.keys);
        self.post_with(&key, target, body)
    }

    fn post_with(&mut self, key: &str, target: &str, body: Value) -> (u16, Value) {
        let request = self.signed("POST", target).with_header("Idempotence-Key", key).with_json(&body);
        read(&self.ask(&request))
    }

    fn control(&mut self, target: &str, body: Value) -> (u16, Value) {
        let request = Request::new("POST", &format!("/control/{target}")).with_json(&body);
        read(&self.ask(&request))
    }

    fn faults(&mut self, rule: Value) {
        assert_eq!(self.control("faults", json!({"rules": [rule]})).0, 200);
    }

    /// Creates a payment of 100 roubles; answers its identifier.
    fn create(&mut self, change: impl FnOnce(&mut Value)) -> String {
        let mut body = order();
        change(&mut body);
        let (status, payment) = self.post("/v3/payments", body);
        assert_eq!(status, 200, "{payment}");
        payment["id"].as_str().unwrap().to_owned()
    }

    /// A payment that the payer has confirmed.
    fn confirmed(&mut self, change: impl FnOnce(&mut Value)) -> String {
        let id = self.create(change);
        assert_eq!(self.control(&format!("payments/{id}"), json!({"outcome": "pay"})).0, 200);
        id
    }

    /// Lets time pass; everything planned happens at its moment.
    fn pass(&mut self, time: SignedDuration) {
        let until = self.now + time;
        while let Some(entry) = self.agenda.first_entry() {
            if entry.key().0 > until {
                break;
            }
            let ((at, _), what) = entry.remove_entry();
            self.now = at;
            let (outgoing, later) = happen(&mut self.world, &what, at, &mut self.seeded);
            self.plan(later);
            let Some(outgoing) = outgoing else { continue };
            let answer = if self.answers.is_empty() { Some(200) } else { self.answers.remove(0) };
            let later = answered(&mut self.world, &outgoing, answer, at);
            self.plan(later);
            self.sent.push((at, outgoing));
        }
        self.now = until;
    }

    fn events(&self) -> Vec<String> {
        self.sent.iter().map(|(_, sent)| sent.body["event"].as_str().unwrap().to_owned()).collect()
    }

    fn payment(&mut self, id: &str) -> Value {
        let (status, payment) = self.get(&format!("/v3/payments/{id}"));
        assert_eq!(status, 200);
        payment
    }
}

fn order() -> Value {
    json!({"amount": {"value": "100.00", "currency": "RUB"}, "capture": true,
           "payment_method_data": {"type": "bank_card"}, "description": "Order 1",
           "confirmation": {"type": "redirect", "return_url": "https://shop.example/back?a=1"}})
}

fn hold(body: &mut Value) {
    body["capture"] = json!(false);
}

fn read(reply: &Reply) -> (u16, Value) {
    (reply.status, serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
}

fn minute() -> SignedDuration {
    SignedDuration::from_mins(1)
}

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
fn each_kind_of_confirmation_answers_in_its_own_way() {
    let mut stage = stage();
    let qr = stage.create(|body| {
        body["payment_method_data"] = json!({"type": "sbp"});
        body["confirmation"] = json!({"type": "qr"});
    });
    let shown = stage.payment(&qr)["confirmation"].clone();
    assert_eq!(
        shown,
        json!({"type": "qr", "confirmation_data": format!("http://provider.example/pay/{qr}")})
    );
    let push = stage.create(|body| {
        body["payment_method_data"] = json!({"type": "sberbank", "phone": "79000000000"});
        body["confirmation"] = json!({"type": "external"});
    });
    assert_eq!(stage.payment(&push)["confirmation"], json!({"type": "external"}));
    let list = stage.ask(&Request::new("GET", "/payer"));
    let page = String::from_utf8(list.body).unwrap();
    assert!(page.contains(&push) && !page.contains(&qr));
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
    assert_eq!(ids(stage.get("/v3/payments")), [second.clone(), first.clone()]);
    assert_eq!(ids(stage.get("/v3/payments?status=succeeded")), [first.clone()]);
    assert_eq!(ids(stage.get("/v3/payments?payment_method=sbp")), [second.clone()]);
    assert_eq!(ids(stage.get("/v3/payments?created_at.lt=2026-01-15T10:21:00.000Z")), [first.clone()]);
    assert_eq!(ids(stage.get("/v3/payments?captured_at.gte=2026-01-15T10:00:00.000Z")), [first.clone()]);
    let (_, page) = stage.get("/v3/payments?limit=1");
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(ids(stage.get(&format!("/v3/payments?limit=1&cursor={cursor}"))), [first]);
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

#[test]
fn a_lost_answer_was_carried_out_and_the_key_finds_it_again() {
    let mut stage = stage();
    for (fault, status, delivery) in
        [("lost_answer", 200, Delivery::Lost), ("error_after", 500, Delivery::AtOnce)]
    {
        stage.faults(json!({"on": "create_payment", "fault": fault, "next": 1}));
        let before = stage.world.books().len();
        let request =
            stage.signed("POST", "/v3/payments").with_header("Idempotence-Key", fault).with_json(&order());
        let reply = stage.ask(&request);
        assert_eq!((reply.status, reply.delivery), (status, delivery));
        assert_eq!(stage.ask(&request).delivery, Delivery::AtOnce);
        assert_eq!(stage.ask(&request).status, 200);
        assert_eq!(stage.world.books().len(), before + 1);
    }
}

#[test]
fn a_refused_request_was_not_carried_out_and_a_slow_one_was() {
    let mut stage = stage();
    stage.faults(json!({"on": "any", "fault": "refused_before", "next": 1}));
    assert_eq!(stage.post_with("k", "/v3/payments", order()).0, 503);
    assert!(stage.world.books().is_empty());
    stage.faults(json!({"on": "create_payment", "fault": "slow", "ms": 1500, "next": 1}));
    let request =
        stage.signed("POST", "/v3/payments").with_header("Idempotence-Key", "k").with_json(&order());
    assert_eq!(stage.ask(&request).delivery, Delivery::After(1_500));
    assert_eq!(stage.world.books().len(), 1);
}

#[test]
fn a_notice_is_repeated_with_growing_gaps_for_a_day() {
    let mut stage = stage();
    stage.answers = vec![None; 1_000];
    stage.confirmed(|_| {});
    stage.pass(SignedDuration::from_hours(72));
    let times: Vec<Timestamp> = stage.sent.iter().map(|(at, _)| *at).collect();
    let gaps: Vec<SignedDuration> = times.windows(2).map(|pair| pair[1].duration_since(pair[0])).collect();
    assert!(gaps.windows(2).all(|pair| pair[0] <= pair[1]), "{gaps:?}");
    let whole = times[times.len() - 1].duration_since(times[0]);
    assert!(whole > SignedDuration::from_hours(22) && whole <= SignedDuration::from_hours(24), "{whole:?}");
    assert!(stage.sent.iter().all(|(_, sent)| sent.body == stage.sent[0].1.body));
}

#[test]
fn only_status_200_ends_the_repetition() {
    let mut stage = stage();
    stage.answers = vec![Some(500), Some(204), Some(302), None, Some(200)];
    stage.confirmed(|_| {});
    stage.pass(SignedDuration::from_hours(48));
    assert_eq!(stage.sent.len(), 5);
}

#[test]
fn duplicates_are_copies_and_change_nothing() {
    let mut stage = stage();
    stage.faults(json!({"on": "notice", "fault": "duplicate", "times": 49, "next": 1}));
    stage.confirmed(|_| {});
    stage.pass(SignedDuration::from_hours(48));
    assert_eq!(stage.sent.len(), 50);
    assert!(stage.sent.iter().all(|(_, sent)| sent.body == stage.sent[0].1.body));
}

#[test]
fn a_reordered_notice_is_overtaken_by_the_next_or_comes_a_minute_late() {
    let mut overtaken = stage();
    overtaken.faults(json!({"on": "notice", "fault": "reordered", "next": 1}));
    let id = overtaken.confirmed(hold);
    overtaken.pass(SignedDuration::from_secs(10));
    overtaken.post(&format!("/v3/payments/{id}/capture"), json!({}));
    overtaken.pass(SignedDuration::from_hours(1));
    assert_eq!(overtaken.events(), ["payment.succeeded", "payment.waiting_for_capture"]);

    let mut alone = stage();
    alone.faults(json!({"on": "notice", "fault": "reordered", "next": 1}));
    alone.confirmed(|_| {});
    alone.pass(SignedDuration::from_secs(59));
    assert!(alone.sent.is_empty());
    alone.pass(SignedDuration::from_hours(1));
    assert_eq!(alone.events(), ["payment.succeeded"]);
}

#[test]
fn a_late_notice_comes_late() {
    let mut stage = stage();
    stage.faults(json!({"on": "notice", "fault": "late", "seconds": 600, "next": 1}));
    stage.confirmed(|_| {});
    stage.pass(SignedDuration::from_secs(599));
    assert!(stage.sent.is_empty());
    stage.pass(SignedDuration::from_secs(1));
    assert_eq!(stage.events(), ["payment.succeeded"]);
}

#[test]
fn the_page_lets_a_person_pay_decline_and_go_back() {
    let mut stage = stage();
    for (form, status, location) in [
        (vec![("outcome", "pay")], "succeeded", "https://shop.example/back?a=1"),
        (
            vec![("outcome", "decline"), ("reason", "call_issuer")],
            "canceled",
            "https://shop.example/back?a=1",
        ),
        (vec![("outcome", "back")], "pending", "https://shop.example/back?a=1"),
    ] {
        let id = stage.create(|_| {});
        let target = format!("/pay/{id}");
        let page = String::from_utf8(stage.ask(&Request::new("GET", &target)).body).unwrap();
        assert!(
            page.contains(r#"name="outcome" value="pay""#)
                && page.contains(r#"name="outcome" value="decline""#)
        );
        let reply = stage.ask(&Request::new("POST", &target).with_form(&form));
        assert_eq!((reply.status, reply.header("location")), (303, Some(location)));
        assert_eq!(stage.payment(&id)["status"], status);
    }
}

#[test]
fn a_payment_without_method_lets_the_payer_choose_one() {
    let mut stage = stage();
    let id = stage.create(|body| body["payment_method_data"] = Value::Null);
    assert!(stage.payment(&id).get("payment_method").is_none());
    let form = [("outcome", "pay"), ("method", "yoo_money")];
    stage.ask(&Request::new("POST", &format!("/pay/{id}")).with_form(&form));
    assert_eq!(stage.payment(&id)["payment_method"]["type"], "yoo_money");
}

#[test]
fn pages_speak_the_language_asked_for_and_escape_what_strangers_wrote() {
    let mut stage = stage();
    let id = stage.create(|body| body["description"] = json!("<script>alert(1)</script>"));
    let mut page = |target: &str, language: &str| {
        let request = Request::new("GET", target).with_header("Accept-Language", language);
        String::from_utf8(stage.ask(&request).body).unwrap()
    };
    let russian = page(&format!("/pay/{id}"), "ru-RU,ru");
    assert!(russian.contains("lang=\"ru\"") && russian.contains("Симулятор"));
    assert!(!russian.contains("<script"));
    assert!(page("/?lang=en", "ru").contains("Simulator. No real money moves."));
    assert!(page("/pay/unknown", "ru").contains("Такой страницы нет"));
}

/// What the property test may do.
#[derive(Debug, Clone)]
enum Step {
    Create(i64, bool),
    Pay(usize),
    Decline(usize),
    Capture(usize, i64),
    Cancel(usize),
    Refund(usize, i64),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (100..100_000_i64, any::<bool>()).prop_map(|(sum, once)| Step::Create(sum, once)),
        (0..4_usize).prop_map(Step::Pay),
        (0..4_usize).prop_map(Step::Decline),
        (0..4_usize, 1..100_000_i64).prop_map(|(payment, sum)| Step::Capture(payment, sum)),
        (0..4_usize).prop_map(Step::Cancel),
        (0..4_usize, 1..100_000_i64).prop_map(|(payment, sum)| Step::Refund(payment, sum)),
        (0..200_000_i64).prop_map(Step::Wait),
    ]
}

fn roubles(sum: i64) -> Value {
    json!({"value": format!("{}.{:02}", sum / 100, sum % 100), "currency": "RUB"})
}

fn run(seed: u64, steps: &[Step]) -> Stage {
    let mut stage = seeded_stage(seed);
    let slow_refunds =
        json!({"on": "create_refund", "fault": "refund_pending", "seconds": 60, "per_mille": 500});
    let late_notices = json!({"on": "notice", "fault": "reordered", "per_mille": 300});
    stage.control("faults", json!({"rules": [slow_refunds, late_notices]}));
    let mut ids = Vec::new();
    for step in steps {
        let id = |place: &usize| ids.get(*place).cloned().unwrap_or_else(|| "none".to_owned());
        match step {
            Step::Create(sum, once) => ids.push(stage.create(|body| {
                body["amount"] = roubles(*sum);
                body["capture"] = json!(once);
            })),
            Step::Pay(place) => {
                stage.control(&format!("payments/{}", id(place)), json!({"outcome": "pay"}));
            }
            Step::Decline(place) => {
                stage.control(&format!("payments/{}", id(place)), json!({"outcome": "decline"}));
            }
            Step::Capture(place, sum) => {
                stage.post(&format!("/v3/payments/{}/capture", id(place)), json!({"amount": roubles(*sum)}));
            }
            Step::Cancel(place) => {
                stage.post(&format!("/v3/payments/{}/cancel", id(place)), json!({}));
            }
            Step::Refund(place, sum) => {
                stage.post("/v3/refunds", json!({"payment_id": id(place), "amount": roubles(*sum)}));
            }
            Step::Wait(seconds) => stage.pass(SignedDuration::from_secs(*seconds)),
        }
    }
    stage.pass(SignedDuration::from_hours(24 * 30));
    stage
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_money_goes_back_at_most_once(
        seed in any::<u64>(),
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let mut stage = run(seed, &steps);
        for line in stage.world.books() {
            prop_assert!(line.refunded >= 0 && line.refunded <= line.amount);
            prop_assert!(line.status == Status::Succeeded || line.refunded == 0);
            prop_assert!(matches!(line.status, Status::Succeeded | Status::Canceled));
            prop_assert!(line.income <= line.amount);
        }
        // Each payment ends with exactly one notice of its end.
        let ends = stage.events().iter().filter(|event| *event != "payment.waiting_for_capture"
            && *event != "refund.succeeded").count();
        prop_assert_eq!(ends, stage.world.books().len());
        let refunds = stage.get("/v3/refunds?status=succeeded&limit=100").1["items"].as_array().unwrap().len();
        prop_assert_eq!(stage.events().iter().filter(|event| *event == "refund.succeeded").count(), refunds);
    }

    #[test]
    fn the_same_seed_tells_the_same_story(seed in any::<u64>(), steps in prop::collection::vec(step(), 0..20)) {
        let (first, second) = (run(seed, &steps), run(seed, &steps));
        prop_assert_eq!(first.world.books(), second.world.books());
        prop_assert_eq!(first.sent, second.sent);
    }

    #[test]
    fn no_body_path_or_query_panics(method in "GET|POST|PUT", target in ".{0,40}", body in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut stage = stage();
        for prefix in ["/v3/payments", "/v3/", "/pay/", "/control/payments/", "/"] {
            let mut request = stage.signed(&method, &format!("{prefix}{target}"))
                .with_header("idempotence-key", "k").with_header("content-type", "application/json");
            request.body = body.clone();
            let status = stage.ask(&request).status;
            prop_assert!((200..600).contains(&status));
        }
    }
}
