//! Refunds: in whole or in parts, never more than was taken.

use jiff::SignedDuration;
use serde_json::Value;

use crate::message::Request;

use super::faults::{Family, Fault, On};
use super::fields::Fields;
use super::lists::{self, Filter};
use super::notices;
use super::payments;
use super::problem::Problem;
use super::receipt_check;
use super::receipts;
use super::show;
use super::state::{About, Cancellation, Happening, Progress, Refund, Status, Turn, World};

const DESCRIPTION_MAX: usize = 250;

/// POST `/refunds`. Succeeds at once unless a fault says otherwise.
pub(crate) fn create(world: &mut World, turn: &mut Turn, shop: &str, body: &Value) -> Result<Value, Problem> {
    let fields = Fields::of_body(body)?;
    let payment_id = fields.need_text("payment_id", 64)?;
    let amount = fields.need_amount("amount")?;
    let description = fields.text("description", DESCRIPTION_MAX)?;
    if !fields.list("sources")?.is_empty() {
        return Err(Problem::forbidden("Splitting of payments is not enabled for this shop"));
    }
    if fields.object("deal")?.is_some() || fields.object("refund_method_data")?.is_some() {
        return Err(Problem::forbidden("Deals and certificates are not enabled for this shop"));
    }
    payments::own(world, shop, payment_id)?;
    let receipt = fields.object("receipt")?;
    if let Some(receipt) = &receipt {
        receipt_check::check_for(receipt, amount)?;
    }
    reserve(world, payment_id, amount)?;
    let refund = Refund {
        id: turn.seeded.uuid(),
        shop: shop.to_owned(),
        payment: payment_id.to_owned(),
        status: Progress::Pending,
        amount,
        description: description.map(str::to_owned),
        created_at: turn.now,
        receipt_status: receipt.as_ref().map(|_| Progress::Pending),
        cancellation: None,
    };
    let id = refund.id.clone();
    world.refunds.insert(id.clone(), refund);
    match world.faults.strike(On::CreateRefund, Family::Refund, turn.seeded) {
        Some(Fault::RefundPending { seconds }) => {
            turn.plan(
                SignedDuration::from_secs(i64::from(seconds)),
                Happening::RefundArrives { refund: id.clone() },
            );
        }
        Some(Fault::RefundCanceled { reason }) => {
            cancel(world, &id, &reason);
        }
        // Faults of the other families never strike here.
        Some(_) | None => {
            succeed(world, turn, &id);
        }
    }
    if let Some(content) = fields.value("receipt") {
        print_receipt(world, turn, shop, &id, content);
    }
    read(world, shop, &id)
}

/// GET `/refunds/{id}`.
pub(crate) fn read(world: &World, shop: &str, id: &str) -> Result<Value, Problem> {
    let refund = world.refunds.get(id);
    let refund = refund.ok_or_else(|| Problem::not_found("refund_id", "Refund doesn't exist"))?;
    if refund.shop != shop {
        return Err(Problem::forbidden("The refund belongs to another shop"));
    }
    Ok(show::refund(refund))
}

/// GET `/refunds`.
pub(crate) fn list(world: &World, shop: &str, request: &Request) -> Result<Value, Problem> {
    let filter = Filter::read(request, &["pending", "succeeded", "canceled"])?;
    let keep = |refund: &Refund| {
        refund.shop == shop
            && filter.created.holds(Some(refund.created_at))
            && filter.status.as_deref().is_none_or(|status| status == refund.status.code())
            && filter.payment_id.as_deref().is_none_or(|id| id == refund.payment)
    };
    Ok(lists::page(&world.refunds, &filter, keep, show::refund))
}

/// The money reaches the payer. False if the refund is not under way.
pub(crate) fn succeed(world: &mut World, turn: &mut Turn, id: &str) -> bool {
    let Some(refund) = finish(world, id, Progress::Succeeded) else { return false };
    if let Some(payment) = world.payments.get_mut(&refund.payment) {
        payment.refunding = payment.refunding.saturating_sub(refund.amount);
        payment.refunded = payment.refunded.saturating_add(refund.amount);
    }
    notices::tell(world, turn, "refund.succeeded", show::refund(&refund));
    true
}

/// The refund fails and can be asked for again. No notice tells of it. False if it is not under way.
pub(crate) fn cancel(world: &mut World, id: &str, reason: &str) -> bool {
    let Some(refund) = finish(world, id, Progress::Canceled) else { return false };
    if let Some(payment) = world.payments.get_mut(&refund.payment) {
        payment.refunding = payment.refunding.saturating_sub(refund.amount);
    }
    if let Some(refund) = world.refunds.get_mut(id) {
        // An empty till is the provider's finding; everything else comes from the payer's side.
        let party = if reason == "insufficient_funds" { "yoo_money" } else { "refund_network" };
        refund.cancellation = Some(Cancellation { party, reason: reason.to_owned() });
        refund.receipt_status = refund.receipt_status.map(|_| Progress::Canceled);
    }
    true
}

fn finish(world: &mut World, id: &str, status: Progress) -> Option<Refund> {
    let refund = world.refunds.get_mut(id).filter(|refund| refund.status == Progress::Pending)?;
    refund.status = status;
    Some(refund.clone())
}

fn print_receipt(world: &mut World, turn: &mut Turn, shop: &str, id: &str, content: &Value) {
    let canceled = world.refunds.get(id).is_some_and(|refund| refund.status == Progress::Canceled);
    if !canceled {
        receipts::print(world, turn, shop, About::Refund(id.to_owned()), content.clone());
    }
}

/// Sets the sum aside, so that two refunds at once cannot take the same money.
fn reserve(world: &mut World, payment: &str, amount: i64) -> Result<(), Problem> {
    let payment = world.payments.get_mut(payment).ok_or_else(Problem::internal)?;
    if payment.status != Status::Succeeded {
        return Err(Problem::refused("Only a succeeded payment can be refunded"));
    }
    let spoken_for = payment.refunded.saturating_add(payment.refunding);
    if amount > payment.amount.saturating_sub(spoken_for) {
        return Err(Problem::invalid("amount.value", "The refund exceeds what is left of the payment"));
    }
    payment.refunding = payment.refunding.saturating_add(amount);
    Ok(())
}
