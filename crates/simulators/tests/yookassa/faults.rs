//! What goes wrong on request: lost answers, and notices late, twice and out of order.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use simulators::message::Delivery;

use crate::stage::{hold, order, stage};

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
