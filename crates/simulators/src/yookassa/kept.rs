//! Methods that payers let the provider keep, and charges of them without the payer.

use serde_json::{Value, json};

use crate::message::Reply;

use super::course;
use super::methods::Method;
use super::problem::Problem;
use super::state::{Payment, Turn, World};

/// A method that is kept; its identifier is that of the payment by which it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptMethod {
    pub(crate) shop: String,
    pub(crate) method: Method,
    /// The payer took the permission back.
    pub(crate) revoked: bool,
    /// Why the bank refuses, if it does.
    pub(crate) refuses: Option<String>,
}

/// Whether the provider can keep a method at all.
pub(crate) fn can_be_kept(method: Method) -> bool {
    match method {
        Method::BankCard | Method::YooMoney => true,
        Method::Sbp | Method::Sberbank | Method::TinkoffBank | Method::MobileBalance | Method::Cash => false,
    }
}

/// The kept method of this identifier, if it is this shop's. One that belongs to another shop does not exist.
pub(crate) fn own<'a>(world: &'a World, shop: &str, id: &str) -> Result<&'a KeptMethod, Problem> {
    let kept = world.kept.get(id).filter(|kept| kept.shop == shop);
    kept.ok_or_else(|| Problem::invalid("payment_method_id", "Payment method doesn't exist"))
}

/// The payer has paid and lets the provider keep the method, if that was asked for.
pub(crate) fn keep(payment: &mut Payment) -> Option<(String, KeptMethod)> {
    let method = payment.method.filter(|method| payment.keeps && can_be_kept(*method))?;
    payment.is_kept = true;
    let (shop, revoked, refuses) = (payment.shop.clone(), false, None);
    Some((payment.method_id.clone(), KeptMethod { shop, method, revoked, refuses }))
}

/// Charges the kept method of a new payment. A confirmation, if one was asked for, waits for the payer; a
/// permission that was taken back does not.
pub(crate) fn charge(world: &mut World, turn: &mut Turn, payment: &str, kept: &KeptMethod, asks: bool) {
    if kept.revoked {
        course::decline(world, turn, payment, "permission_revoked");
    } else if asks {
        // The payer is on the way.
    } else if let Some(reason) = &kept.refuses {
        course::decline(world, turn, payment, reason);
    } else {
        course::confirm(world, turn, payment, None);
    }
}

/// Every kept method, for tests.
pub(crate) fn list(world: &World) -> Reply {
    let lines = world.kept.iter().map(|(id, kept)| line(id, kept));
    Reply::json(200, &json!({"items": lines.collect::<Vec<_>>()}))
}

/// What a test decides for a kept method: `revoke`, `refuse` with a reason, or `allow`.
pub(crate) fn decide(world: &mut World, id: &str, body: &Value) -> Reply {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let Some(kept) = world.kept.get_mut(id) else {
        return Reply::json(404, &json!({"error": "there is no such method"}));
    };
    match text("outcome") {
        Some("revoke") => kept.revoked = true,
        Some("refuse") => kept.refuses = Some(text("reason").unwrap_or("insufficient_funds").to_owned()),
        Some("allow") => kept.refuses = None,
        _ => return Reply::json(400, &json!({"error": "outcome must be revoke, refuse or allow"})),
    }
    Reply::json(200, &line(id, kept))
}

fn line(id: &str, kept: &KeptMethod) -> Value {
    json!({"id": id, "shop": kept.shop, "method": kept.method.code(), "revoked": kept.revoked,
           "refuses": kept.refuses})
}
