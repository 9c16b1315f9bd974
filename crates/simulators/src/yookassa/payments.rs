//! The calls about payments: create, read, list, capture, cancel.

use serde_json::Value;

use crate::message::Request;

use super::course;
use super::fields::Fields;
use super::kept;
use super::lists::{self, Filter};
use super::methods::{CONFIRM_WITHIN, Method};
use super::order::Order;
use super::problem::Problem;
use super::receipt_check;
use super::show;
use super::state::{Confirmation, Happening, Payment, Progress, Status, Turn, World};

/// Keys of test shops begin so.
pub(crate) const TEST_SECRET_PREFIX: &str = "test_";

/// POST `/payments`.
pub(crate) fn create(world: &mut World, turn: &mut Turn, shop: &str, body: &Value) -> Result<Value, Problem> {
    let order = Order::read(body)?;
    let kept = match &order.kept {
        Some(id) => Some(kept::own(world, shop, id)?.clone()),
        None => None,
    };
    let asks = order.confirmation.is_some();
    let id = turn.seeded.uuid();
    let payment = Payment {
        id: id.clone(),
        shop: shop.to_owned(),
        test: world.secrets.get(shop).is_some_and(|secret| secret.starts_with(TEST_SECRET_PREFIX)),
        status: Status::Pending,
        amount: order.amount,
        income: None,
        refunded: 0,
        refunding: 0,
        description: order.description,
        metadata: order.metadata,
        customer: order.customer,
        gateway: order.gateway.unwrap_or_else(|| shop.to_owned()),
        method: order.method.or(kept.as_ref().map(|kept| kept.method)),
        // A method carries the identifier of the payment by which it came.
        method_id: order.kept.unwrap_or_else(|| id.clone()),
        keeps: order.keeps,
        is_kept: kept.is_some(),
        phone: order.phone,
        captures_itself: order.captures_itself,
        confirmation: order.confirmation.unwrap_or_else(Confirmation::of_nobody),
        created_at: turn.now,
        captured_at: None,
        expires_at: None,
        receipt_status: order.receipt.as_ref().map(|_| Progress::Pending),
        receipt: order.receipt,
        cancellation: None,
        bank_reference: None,
    };
    if let Some(limit) = payment.method.map_or(Some(CONFIRM_WITHIN), Method::confirm_within) {
        turn.plan(limit, Happening::ConfirmationEnds { payment: id.clone() });
    }
    world.payments.insert(id.clone(), payment);
    if let Some(kept) = &kept {
        kept::charge(world, turn, &id, kept, asks);
    }
    read(world, shop, &id)
}

/// GET `/payments/{id}`.
pub(crate) fn read(world: &World, shop: &str, id: &str) -> Result<Value, Problem> {
    own(world, shop, id).map(|payment| show::payment(payment, &world.public_url))
}

/// GET `/payments`.
pub(crate) fn list(world: &World, shop: &str, request: &Request) -> Result<Value, Problem> {
    let filter = Filter::read(request, &["pending", "waiting_for_capture", "succeeded", "canceled"])?;
    let keep = |payment: &Payment| {
        let method = payment.method.map(Method::code);
        payment.shop == shop
            && filter.created.holds(Some(payment.created_at))
            && filter.captured.holds(payment.captured_at)
            && filter.status.as_deref().is_none_or(|status| status == payment.status.code())
            && filter.payment_method.as_deref().is_none_or(|code| Some(code) == method)
    };
    Ok(lists::page(&world.payments, &filter, keep, |payment| show::payment(payment, &world.public_url)))
}

/// POST `/payments/{id}/capture`, whole if no amount is named.
pub(crate) fn capture(
    world: &mut World,
    turn: &mut Turn,
    shop: &str,
    id: &str,
    body: &Value,
) -> Result<Value, Problem> {
    let held = own(world, shop, id)?;
    if held.status != Status::WaitingForCapture {
        return Err(Problem::refused(format!("A payment that is {} cannot be captured", held.status.code())));
    }
    let fields = Fields::of_body(body)?;
    let amount = match fields.value("amount") {
        Some(_) => fields.need_amount("amount")?,
        None => held.amount,
    };
    if amount > held.amount {
        return Err(fields.wrong("amount.value", "The sum exceeds what is held"));
    }
    if !fields.list("transfers")?.is_empty() || fields.object("deal")?.is_some() {
        return Err(Problem::forbidden("Splits and deals are not enabled for this shop"));
    }
    match fields.object("receipt")? {
        Some(receipt) => receipt_check::check_for(&receipt, amount)?,
        None if held.receipt.is_some() && amount < held.amount => {
            return Err(fields.wrong("receipt", "A receipt for the smaller sum is required"));
        }
        None => {}
    }
    if let (Some(receipt), Some(payment)) = (fields.value("receipt"), world.payments.get_mut(id)) {
        payment.receipt = Some(receipt.clone());
        payment.receipt_status = Some(Progress::Pending);
    }
    course::capture(world, turn, id, amount);
    read(world, shop, id)
}

/// POST `/payments/{id}/cancel`; any body is ignored, toolkits leave old ones in it.
pub(crate) fn cancel(world: &mut World, turn: &mut Turn, shop: &str, id: &str) -> Result<Value, Problem> {
    let status = own(world, shop, id)?.status;
    if !course::release(world, turn, id, "canceled_by_merchant") {
        return Err(Problem::refused(format!("A payment that is {} cannot be canceled", status.code())));
    }
    read(world, shop, id)
}

/// The payment, if it is this shop's.
///
/// # Errors
/// There is no such payment, or it belongs to another shop.
pub(crate) fn own<'a>(world: &'a World, shop: &str, id: &str) -> Result<&'a Payment, Problem> {
    let payment = world.payments.get(id);
    let payment = payment.ok_or_else(|| Problem::not_found("payment_id", "Payment doesn't exist"))?;
    if payment.shop != shop {
        return Err(Problem::forbidden("The payment belongs to another shop"));
    }
    Ok(payment)
}
