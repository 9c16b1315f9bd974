//! Random stories: whatever the shop and the payer do, the provider keeps its books.

use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::{Value, json};
use simulators::yookassa::state::Status;

use crate::stage::{Stage, seeded_stage, stage};

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
