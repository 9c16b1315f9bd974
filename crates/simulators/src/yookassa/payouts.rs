//! Payouts: asked for under a gateway's own name and secret, to a card, a wallet or a phone.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::message::Request;

use super::faults::{Family, Fault, On};
use super::fields::Fields;
use super::kopecks;
use super::lists::{self, Filter};
use super::notices;
use super::order::read_metadata;
use super::payments::TEST_SECRET_PREFIX;
use super::problem::Problem;
use super::show::moment;
use super::state::{Cancellation, Payout, PayoutTo, Progress, Turn, World};

const DESCRIPTION_MAX: usize = 128;

/// POST `/payouts`. Succeeds at once unless a fault says otherwise.
pub(crate) fn create(
    world: &mut World,
    turn: &mut Turn,
    gateway: &str,
    body: &Value,
) -> Result<Value, Problem> {
    let fields = Fields::of_body(body)?;
    let amount = fields.need_amount("amount")?;
    if fields.value("payout_token").is_some() || fields.value("payment_method_id").is_some() {
        return Err(Problem::forbidden("Payout tokens and kept methods are not enabled for this gateway"));
    }
    if fields.object("deal")?.is_some() || !fields.list("personal_data")?.is_empty() {
        return Err(Problem::forbidden("Deals and personal data are not enabled for this gateway"));
    }
    let to = fields.object("payout_destination_data")?;
    let to = read_destination(&to.ok_or_else(|| fields.missing("payout_destination_data"))?)?;
    let secret = world.gateways.get(gateway);
    let payout = Payout {
        id: format!("po-{}", turn.seeded.uuid()),
        gateway: gateway.to_owned(),
        test: secret.is_some_and(|secret| secret.starts_with(TEST_SECRET_PREFIX)),
        status: Progress::Pending,
        amount,
        to,
        description: fields.text("description", DESCRIPTION_MAX)?.map(str::to_owned),
        metadata: read_metadata(&fields)?,
        created_at: turn.now,
        succeeded_at: None,
        cancellation: None,
    };
    let id = payout.id.clone();
    world.payouts.insert(id.clone(), payout);
    match world.faults.strike(On::CreatePayout, Family::Payout, turn.seeded) {
        Some(Fault::PayoutPending) => {}
        Some(Fault::PayoutCanceled { reason }) => {
            cancel(world, turn, &id, &reason);
        }
        // Faults of the other families never strike here.
        Some(_) | None => {
            succeed(world, turn, &id);
        }
    }
    read(world, gateway, &id)
}

/// GET `/payouts/{id}`.
pub(crate) fn read(world: &World, gateway: &str, id: &str) -> Result<Value, Problem> {
    let payout = world.payouts.get(id);
    let payout = payout.ok_or_else(|| Problem::not_found("payout_id", "Payout doesn't exist"))?;
    if payout.gateway != gateway {
        return Err(Problem::forbidden("The payout belongs to another gateway"));
    }
    Ok(show(payout))
}

/// GET `/payouts`.
pub(crate) fn list(world: &World, gateway: &str, request: &Request) -> Result<Value, Problem> {
    let filter = Filter::read(request, &["pending", "succeeded", "canceled"])?;
    let keep = |payout: &Payout| {
        payout.gateway == gateway
            && filter.created.holds(Some(payout.created_at))
            && filter.status.as_deref().is_none_or(|status| status == payout.status.code())
    };
    Ok(lists::page(&world.payouts, &filter, keep, show))
}

/// The money reaches whoever it is for. False if the payout is not under way.
pub(crate) fn succeed(world: &mut World, turn: &mut Turn, id: &str) -> bool {
    let now = turn.now;
    let done = finish(world, id, |payout| {
        payout.status = Progress::Succeeded;
        payout.succeeded_at = Some(now);
    });
    let Some(payout) = done else { return false };
    notices::tell(world, turn, "payout.succeeded", show(&payout));
    true
}

/// The money stays at the gateway. False if the payout is not under way.
pub(crate) fn cancel(world: &mut World, turn: &mut Turn, id: &str, reason: &str) -> bool {
    let party = if reason == "insufficient_funds" { "yoo_money" } else { "payout_network" };
    let done = finish(world, id, |payout| {
        payout.status = Progress::Canceled;
        payout.cancellation = Some(Cancellation { party, reason: reason.to_owned() });
    });
    let Some(payout) = done else { return false };
    notices::tell(world, turn, "payout.canceled", show(&payout));
    true
}

fn finish(world: &mut World, id: &str, change: impl FnOnce(&mut Payout)) -> Option<Payout> {
    let payout = world.payouts.get_mut(id).filter(|payout| payout.status == Progress::Pending)?;
    change(payout);
    Some(payout.clone())
}

fn read_destination(fields: &Fields) -> Result<PayoutTo, Problem> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match fields.need_text("type", 32)? {
        "bank_card" => {
            let card = fields.object("card")?.ok_or_else(|| fields.missing("card"))?;
            let number = card.need_text("number", 19)?;
            if number.len() < 16 || !digits(number) {
                return Err(card.wrong("number", "16 to 19 digits are expected"));
            }
            let (first6, _) = number.split_at(6);
            let (_, last4) = number.split_at(number.len() - 4);
            Ok(PayoutTo::Card { first6: first6.to_owned(), last4: last4.to_owned() })
        }
        "yoo_money" => {
            let account = fields.need_text("account_number", 33)?;
            if account.len() < 11 || !digits(account) {
                return Err(fields.wrong("account_number", "11 to 33 digits are expected"));
            }
            Ok(PayoutTo::YooMoney { account: account.to_owned() })
        }
        "sbp" => {
            let (phone, bank) = (fields.need_text("phone", 15)?, fields.need_text("bank_id", 12)?);
            if !digits(phone) || !phone.starts_with('7') {
                return Err(fields.wrong("phone", "Digits that begin with 7 are expected"));
            }
            if !digits(bank) || bank.len() != 12 {
                return Err(fields.wrong("bank_id", "12 digits are expected"));
            }
            Ok(PayoutTo::Sbp { phone: phone.to_owned(), bank: bank.to_owned() })
        }
        _ => Err(fields.wrong("type", "This kind of destination is not known")),
    }
}

/// The whole payout object.
pub(crate) fn show(payout: &Payout) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("id", json!(payout.id));
    put("amount", kopecks::amount(payout.amount));
    put("status", json!(payout.status.code()));
    put("payout_destination", destination(&payout.to));
    put("created_at", json!(moment(payout.created_at)));
    put("metadata", json!(payout.metadata));
    put("test", json!(payout.test));
    if let Some(description) = &payout.description {
        put("description", json!(description));
    }
    if let Some(at) = payout.succeeded_at {
        put("succeeded_at", json!(moment(at)));
    }
    if let Some(details) = &payout.cancellation {
        put("cancellation_details", json!({"party": details.party, "reason": details.reason}));
    }
    Value::Object(object)
}

fn destination(to: &PayoutTo) -> Value {
    match to {
        PayoutTo::Card { first6, last4 } => {
            json!({"type": "bank_card", "card": {"first6": first6, "last4": last4, "card_type": "MasterCard"}})
        }
        PayoutTo::YooMoney { account } => json!({"type": "yoo_money", "account_number": account}),
        PayoutTo::Sbp { phone, bank } => {
            json!({"type": "sbp", "phone": phone, "bank_id": bank, "recipient_checked": false})
        }
    }
}

/// What of a payout's words is ours to compare in tests: who asked, and for what.
pub(crate) fn line(payout: &Payout) -> Value {
    let metadata: &BTreeMap<String, String> = &payout.metadata;
    json!({"id": payout.id, "gateway": payout.gateway, "status": payout.status.code(),
           "amount": kopecks::print(payout.amount), "to": destination(&payout.to), "metadata": metadata})
}
