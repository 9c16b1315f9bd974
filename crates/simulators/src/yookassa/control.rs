//! What tests may do to the simulated provider from outside: choose for the payer, switch faults, look.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::message::{Reply, Request};

use super::course;
use super::faults::Faults;
use super::kept;
use super::kopecks;
use super::methods::Method;
use super::payouts;
use super::refunds;
use super::show;
use super::state::{Payment, Status, Turn, World};

/// What the payer decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Pays, at once or after so many seconds, by this method if the shop left it open.
    Pay { after_seconds: u32, method: Option<Method> },
    /// Fails with this reason.
    Decline { reason: String },
}

/// Lets the payer decide. False if the payment does not wait for a payer.
pub(crate) fn decide(world: &mut World, turn: &mut Turn, payment: &str, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Pay { after_seconds: 0, method } => course::confirm(world, turn, payment, *method),
        Outcome::Pay { after_seconds, method } => {
            let delay = SignedDuration::from_secs(i64::from(*after_seconds));
            course::confirm_later(world, turn, payment, *method, delay)
        }
        Outcome::Decline { reason } => course::decline(world, turn, payment, reason),
    }
}

/// Answers one request to `/control`; `path` is what follows it.
pub(crate) fn answer(world: &mut World, turn: &mut Turn, request: &Request, path: &[&str]) -> Reply {
    let body = if request.body.is_empty() { Ok(json!({})) } else { serde_json::from_slice(&request.body) };
    let Ok(body) = body else { return wrong(400, "the body is not JSON") };
    match (request.method.as_str(), path) {
        ("GET", ["payments"]) => {
            items(world.payments.oldest_first().map(|(_, payment)| payment_line(payment)))
        }
        ("GET", ["refunds"]) => items(world.refunds.oldest_first().map(|(_, refund)| show::refund(refund))),
        ("GET", ["payouts"]) => items(world.payouts.oldest_first().map(|(_, payout)| payouts::line(payout))),
        ("GET", ["notices"]) => items(world.notices.values().map(|notice| {
            json!({"event": notice.event, "object": notice.object, "tries": notice.tries,
                   "delivered": notice.delivered})
        })),
        ("GET", ["methods"]) => kept::list(world),
        ("POST", ["methods", id]) => kept::decide(world, id, &body),
        ("GET", ["faults"]) => Reply::json(200, &json!(world.faults)),
        ("POST", ["faults"]) => set_faults(world, body),
        ("POST", ["notice_url"]) => {
            world.notice_url = body.get("url").and_then(Value::as_str).map(str::to_owned);
            Reply::json(200, &json!({"url": world.notice_url}))
        }
        ("POST", ["payments", id]) => choose(world, turn, id, &body),
        ("POST", ["refunds", id]) => finish_refund(world, turn, id, &body),
        ("POST", ["payouts", id]) => finish_payout(world, turn, id, &body),
        _ => wrong(404, "there is no such control"),
    }
}

fn wrong(status: u16, why: &str) -> Reply {
    Reply::json(status, &json!({"error": why}))
}

fn items(lines: impl Iterator<Item = Value>) -> Reply {
    Reply::json(200, &json!({"items": lines.collect::<Vec<_>>()}))
}

fn set_faults(world: &mut World, body: Value) -> Reply {
    let faults: Faults = match serde_json::from_value(body) {
        Ok(faults) => faults,
        Err(error) => return wrong(400, &error.to_string()),
    };
    if let Err(why) = faults.check() {
        return wrong(400, &why);
    }
    world.faults = faults;
    Reply::json(200, &json!(world.faults))
}

fn choose(world: &mut World, turn: &mut Turn, id: &str, body: &Value) -> Reply {
    if world.payments.get(id).is_none() {
        return wrong(404, "there is no such payment");
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let outcome = match text("outcome") {
        Some("pay") => {
            let after = body.get("after_seconds").and_then(Value::as_u64).unwrap_or(0);
            let Ok(after_seconds) = u32::try_from(after) else {
                return wrong(400, "after_seconds is too large");
            };
            // A payment that leaves the choice open is paid by card unless the test says otherwise.
            let method = text("method").map_or(Some(Method::BankCard), Method::parse);
            Outcome::Pay { after_seconds, method }
        }
        Some("decline") => {
            Outcome::Decline { reason: text("reason").unwrap_or("insufficient_funds").to_owned() }
        }
        _ => return wrong(400, "outcome must be pay or decline"),
    };
    if !decide(world, turn, id, &outcome) {
        return wrong(409, "the payment does not wait for a payer");
    }
    world.payments.get(id).map_or_else(
        || wrong(404, "there is no such payment"),
        |payment| Reply::json(200, &payment_line(payment)),
    )
}

fn finish_refund(world: &mut World, turn: &mut Turn, id: &str, body: &Value) -> Reply {
    let reason = body.get("reason").and_then(Value::as_str).unwrap_or("general_decline");
    let done = match body.get("outcome").and_then(Value::as_str) {
        Some("succeed") => refunds::succeed(world, turn, id),
        Some("cancel") => refunds::cancel(world, id, reason),
        _ => return wrong(400, "outcome must be succeed or cancel"),
    };
    match world.refunds.get(id) {
        None => wrong(404, "there is no such refund"),
        Some(_) if !done => wrong(409, "the refund is not under way"),
        Some(refund) => Reply::json(200, &show::refund(refund)),
    }
}

fn finish_payout(world: &mut World, turn: &mut Turn, id: &str, body: &Value) -> Reply {
    let reason = body.get("reason").and_then(Value::as_str).unwrap_or("general_decline");
    let done = match body.get("outcome").and_then(Value::as_str) {
        Some("succeed") => payouts::succeed(world, turn, id),
        Some("cancel") => payouts::cancel(world, turn, id, reason),
        _ => return wrong(400, "outcome must be succeed or cancel"),
    };
    match world.payouts.get(id) {
        None => wrong(404, "there is no such payout"),
        Some(_) if !done => wrong(409, "the payout is not under way"),
        Some(payout) => Reply::json(200, &payouts::line(payout)),
    }
}

fn payment_line(payment: &Payment) -> Value {
    json!({
        "id": payment.id,
        "shop": payment.shop,
        "status": payment.status.code(),
        "amount": kopecks::print(payment.amount),
        "refunded": kopecks::print(payment.refunded),
        "method": payment.method.map(Method::code),
        "confirmation": payment.confirmation.by.code(),
        "description": payment.description,
        "metadata": payment.metadata,
        "waits_for_payer": payment.status == Status::Pending,
        "receipt": payment.receipt,
    })
}
