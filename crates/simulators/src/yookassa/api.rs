//! The API under `/v3`: who asks, what for, whether it was asked before, and what goes wrong on the way.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::message::{Delivery, Reply, Request};

use super::faults::{Family, Fault, On};
use super::idempotency;
use super::methods::Method;
use super::payments;
use super::payouts;
use super::problem::Problem;
use super::receipts;
use super::refunds;
use super::state::{Turn, World};

/// One call, its identifier already cut from the path.
enum Call<'a> {
    CreatePayment,
    ReadPayment(&'a str),
    ListPayments,
    Capture(&'a str),
    Cancel(&'a str),
    CreateRefund,
    ReadRefund(&'a str),
    ListRefunds,
    CreatePayout,
    ReadPayout(&'a str),
    ListPayouts,
    CreateReceipt,
    ReadReceipt(&'a str),
    ListReceipts,
    Settings,
}

impl Call<'_> {
    fn on(&self) -> On {
        match self {
            Call::CreatePayment => On::CreatePayment,
            Call::ReadPayment(_) => On::ReadPayment,
            Call::ListPayments => On::ListPayments,
            Call::Capture(_) => On::Capture,
            Call::Cancel(_) => On::Cancel,
            Call::CreateRefund => On::CreateRefund,
            Call::ReadRefund(_) => On::ReadRefund,
            Call::ListRefunds => On::ListRefunds,
            Call::CreatePayout => On::CreatePayout,
            Call::ReadPayout(_) => On::ReadPayout,
            Call::ListPayouts => On::ListPayouts,
            Call::CreateReceipt => On::CreateReceipt,
            Call::ReadReceipt(_) => On::ReadReceipt,
            Call::ListReceipts => On::ListReceipts,
            Call::Settings => On::Settings,
        }
    }

    fn changes(&self) -> bool {
        match self {
            Call::CreatePayment
            | Call::Capture(_)
            | Call::Cancel(_)
            | Call::CreateRefund
            | Call::CreatePayout
            | Call::CreateReceipt => true,
            Call::ReadPayment(_)
            | Call::ListPayments
            | Call::ReadRefund(_)
            | Call::ListRefunds
            | Call::ReadPayout(_)
            | Call::ListPayouts
            | Call::ReadReceipt(_)
            | Call::ListReceipts
            | Call::Settings => false,
        }
    }
}

/// Answers one request to the API; `path` is what follows `/v3`.
pub(crate) fn answer(world: &mut World, turn: &mut Turn, request: &Request, path: &[&str]) -> Reply {
    let known = if path.first() == Some(&"payouts") { &world.gateways } else { &world.secrets };
    let shop = match shop_of(known, request) {
        Ok(shop) => shop,
        Err(problem) => return problem.reply(turn.seeded),
    };
    let call = match route(&request.method, path) {
        Route::To(call) => call,
        Route::OtherMethod => return Reply::text(405, "Method Not Allowed"),
        Route::Nowhere => return Problem::not_found("path", "There is no such resource").reply(turn.seeded),
    };
    let fault = world.faults.strike(call.on(), Family::Answer, turn.seeded);
    if fault == Some(Fault::RefusedBefore) {
        return Problem::unavailable().reply(turn.seeded);
    }
    let mut reply = carry_out(world, turn, &shop, &call, request).unwrap_or_else(Refusal::into_reply);
    match fault {
        Some(Fault::LostAnswer) => reply.delivery = Delivery::Lost,
        Some(Fault::Slow { ms }) => reply.delivery = Delivery::After(ms),
        Some(Fault::ErrorAfter) => return Problem::internal().reply(turn.seeded),
        // The first was dealt with above; the others belong to other families and never strike here.
        Some(
            Fault::RefusedBefore
            | Fault::RefundPending { .. }
            | Fault::RefundCanceled { .. }
            | Fault::PayoutPending
            | Fault::PayoutCanceled { .. }
            | Fault::Duplicate { .. }
            | Fault::Reordered
            | Fault::Late { .. },
        )
        | None => {}
    }
    reply
}

/// A request that was not carried out, with its finished reply.
struct Refusal(Reply);

impl Refusal {
    fn into_reply(self) -> Reply {
        self.0
    }
}

fn carry_out(
    world: &mut World,
    turn: &mut Turn,
    shop: &str,
    call: &Call,
    request: &Request,
) -> Result<Reply, Refusal> {
    if !call.changes() {
        let answer = look_up(world, shop, call, request);
        return answer
            .map(|body| Reply::json(200, &body))
            .map_err(|problem| Refusal(problem.reply(turn.seeded)));
    }
    let body = body_of(call, request)?;
    let refuse = |problem: Problem, turn: &mut Turn| Refusal(problem.reply(turn.seeded));
    let key = idempotency::key(request).map_err(|problem| refuse(problem, turn))?;
    let asked = (request.path.as_str(), &body);
    let seen =
        idempotency::recall(world, shop, key, asked, turn.now).map_err(|problem| refuse(problem, turn))?;
    if let Some(reply) = seen {
        return Ok(reply);
    }
    let done = change(world, turn, shop, call, &body).map_err(|problem| refuse(problem, turn))?;
    let reply = Reply::json(200, &done);
    idempotency::remember(world, shop, key, (&request.path, body), &reply, turn.now);
    Ok(reply)
}

fn look_up(world: &World, shop: &str, call: &Call, request: &Request) -> Result<Value, Problem> {
    match call {
        Call::ReadPayment(id) => payments::read(world, shop, id),
        Call::ListPayments => payments::list(world, shop, request),
        Call::ReadRefund(id) => refunds::read(world, shop, id),
        Call::ListRefunds => refunds::list(world, shop, request),
        Call::ReadPayout(id) => payouts::read(world, shop, id),
        Call::ListPayouts => payouts::list(world, shop, request),
        Call::ReadReceipt(id) => receipts::read(world, shop, id),
        Call::ListReceipts => receipts::list(world, shop, request),
        Call::Settings => Ok(settings(world, shop)),
        Call::CreatePayment
        | Call::Capture(_)
        | Call::Cancel(_)
        | Call::CreateRefund
        | Call::CreatePayout
        | Call::CreateReceipt => Err(Problem::internal()),
    }
}

fn change(
    world: &mut World,
    turn: &mut Turn,
    shop: &str,
    call: &Call,
    body: &Value,
) -> Result<Value, Problem> {
    match call {
        Call::CreatePayment => payments::create(world, turn, shop, body),
        Call::Capture(id) => payments::capture(world, turn, shop, id, body),
        Call::Cancel(id) => payments::cancel(world, turn, shop, id),
        Call::CreateRefund => refunds::create(world, turn, shop, body),
        Call::CreatePayout => payouts::create(world, turn, shop, body),
        Call::CreateReceipt => receipts::create(world, turn, shop, body),
        Call::ReadPayment(_)
        | Call::ListPayments
        | Call::ReadRefund(_)
        | Call::ListRefunds
        | Call::ReadPayout(_)
        | Call::ListPayouts
        | Call::ReadReceipt(_)
        | Call::ListReceipts
        | Call::Settings => Err(Problem::internal()),
    }
}

enum Route<'a> {
    To(Call<'a>),
    OtherMethod,
    Nowhere,
}

fn route<'a>(method: &str, path: &[&'a str]) -> Route<'a> {
    let call = match (method, path) {
        ("POST", ["payments"]) => Call::CreatePayment,
        ("GET", ["payments"]) => Call::ListPayments,
        ("GET", ["payments", id]) => Call::ReadPayment(id),
        ("POST", ["payments", id, "capture"]) => Call::Capture(id),
        ("POST", ["payments", id, "cancel"]) => Call::Cancel(id),
        ("POST", ["refunds"]) => Call::CreateRefund,
        ("GET", ["refunds"]) => Call::ListRefunds,
        ("GET", ["refunds", id]) => Call::ReadRefund(id),
        ("POST", ["payouts"]) => Call::CreatePayout,
        ("GET", ["payouts"]) => Call::ListPayouts,
        ("GET", ["payouts", id]) => Call::ReadPayout(id),
        ("POST", ["receipts"]) => Call::CreateReceipt,
        ("GET", ["receipts"]) => Call::ListReceipts,
        ("GET", ["receipts", id]) => Call::ReadReceipt(id),
        ("GET", ["me"]) => Call::Settings,
        (_, ["payments" | "refunds" | "payouts" | "receipts" | "me"])
        | (_, ["payments" | "refunds" | "payouts" | "receipts", _])
        | (_, ["payments", _, "capture" | "cancel"]) => return Route::OtherMethod,
        _ => return Route::Nowhere,
    };
    Route::To(call)
}

/// The shop, or the payout gateway, whose identifier and secret the request carries.
fn shop_of(known: &BTreeMap<String, String>, request: &Request) -> Result<String, Problem> {
    let header = request.header("authorization").unwrap_or("");
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Problem::credentials("Basic authentication is required"));
    }
    let pair = STANDARD.decode(token.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = pair.unwrap_or_default();
    let (shop, secret) = pair.split_once(':').unwrap_or((&pair, ""));
    if known.get(shop).is_none_or(|right| right != secret) {
        return Err(Problem::credentials("Shop identifier or secret key is wrong"));
    }
    Ok(shop.to_owned())
}

/// The JSON body; a missing one counts as empty, and cancelling reads none at all.
fn body_of(call: &Call, request: &Request) -> Result<Value, Refusal> {
    if matches!(call, Call::Cancel(_)) || request.body.is_empty() {
        return Ok(json!({}));
    }
    let kind = request.header("content-type").unwrap_or("").to_ascii_lowercase();
    if kind.split(';').next().is_none_or(|kind| kind.trim() != "application/json") {
        return Err(Refusal(Reply::text(415, "Unsupported Media Type")));
    }
    // What cannot be read becomes a body that is no object, and the first field names it.
    Ok(serde_json::from_slice(&request.body).unwrap_or(Value::Null))
}

fn settings(world: &World, shop: &str) -> Value {
    let test = world.secrets.get(shop).is_some_and(|secret| secret.starts_with(payments::TEST_SECRET_PREFIX));
    let methods: Vec<&str> = Method::ALL.into_iter().map(Method::code).collect();
    json!({"account_id": shop, "status": "enabled", "test": test, "fiscalization_enabled": true,
           "fiscalization": {"enabled": true, "provider": "yoo_receipt"}, "payment_methods": methods})
}
