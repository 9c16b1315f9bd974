//! The course of a payment: confirmed, declined, held, captured, released, expired.

use jiff::SignedDuration;

use super::kept;
use super::kopecks;
use super::methods::Method;
use super::notices;
use super::receipts;
use super::show;
use super::state::{About, Cancellation, Happening, Payment, Progress, Status, Turn, World};

/// Reasons that the decline button offers, in the order of its list.
pub(crate) const DECLINE_REASONS: [&str; 18] = [
    "insufficient_funds",
    "3d_secure_failed",
    "card_expired",
    "invalid_card_number",
    "invalid_csc",
    "call_issuer",
    "general_decline",
    "issuer_unavailable",
    "fraud_suspected",
    "payment_method_limit_exceeded",
    "payment_method_restricted",
    "country_forbidden",
    "identification_required",
    "unsupported_mobile_operator",
    "rejected_by_timeout",
    "internal_timeout",
    "expired_on_confirmation",
    "permission_revoked",
];

/// Who ends a payment for this reason.
fn party(reason: &str) -> &'static str {
    match reason {
        "canceled_by_merchant" => "merchant",
        "fraud_suspected"
        | "country_forbidden"
        | "identification_required"
        | "internal_timeout"
        | "expired_on_confirmation"
        | "expired_on_capture"
        | "permission_revoked" => "yoo_money",
        _ => "payment_network",
    }
}

/// The payer pays. `chosen` is the method picked on the page, if the shop left the choice open.
/// False if the payment does not wait for a payer, or no fitting method is known.
pub(crate) fn confirm(world: &mut World, turn: &mut Turn, id: &str, chosen: Option<Method>) -> bool {
    let Some(payment) = world.payments.get_mut(id) else { return false };
    let Some(method) = payment.method.or(chosen) else { return false };
    if payment.status != Status::Pending || payment.amount > method.most() {
        return false;
    }
    payment.method = Some(method);
    payment.bank_reference = Some(turn.seeded.digits(12));
    if let Some((id, method)) = kept::keep(payment) {
        world.kept.insert(id, method);
    }
    if payment.captures_itself {
        let amount = payment.amount;
        succeed(world, turn, id, amount);
        return true;
    }
    payment.status = Status::WaitingForCapture;
    payment.expires_at = turn.now.saturating_add(method.hold_for()).ok();
    turn.plan(method.hold_for(), Happening::HoldEnds { payment: id.to_owned() });
    let object = show::payment(payment, &world.public_url);
    notices::tell(world, turn, "payment.waiting_for_capture", object);
    true
}

/// The payer says "in a while": the payment waits, and pays itself after `delay` if it still can.
pub(crate) fn confirm_later(
    world: &mut World,
    turn: &mut Turn,
    id: &str,
    chosen: Option<Method>,
    delay: SignedDuration,
) -> bool {
    let Some(payment) = world.payments.get_mut(id) else { return false };
    let Some(method) = payment.method.or(chosen) else { return false };
    if payment.status != Status::Pending || payment.amount > method.most() {
        return false;
    }
    payment.method = Some(method);
    turn.plan(delay, Happening::PayerPays { payment: id.to_owned() });
    true
}

/// The payment fails before it was paid. False if it does not wait for a payer.
pub(crate) fn decline(world: &mut World, turn: &mut Turn, id: &str, reason: &str) -> bool {
    end(world, turn, id, Status::Pending, reason)
}

/// The hold is given back. False if nothing is held.
pub(crate) fn release(world: &mut World, turn: &mut Turn, id: &str, reason: &str) -> bool {
    end(world, turn, id, Status::WaitingForCapture, reason)
}

/// The hold is taken, in whole or in part; the rest goes back in the same step. False if nothing is held.
pub(crate) fn capture(world: &mut World, turn: &mut Turn, id: &str, amount: i64) -> bool {
    let held = world.payments.get(id).is_some_and(|payment| payment.status == Status::WaitingForCapture);
    if held {
        succeed(world, turn, id, amount);
    }
    held
}

fn succeed(world: &mut World, turn: &mut Turn, id: &str, amount: i64) {
    let Some(payment) = world.payments.get_mut(id) else { return };
    payment.status = Status::Succeeded;
    payment.amount = amount;
    payment.income = Some(kopecks::income(amount));
    payment.captured_at = Some(turn.now);
    payment.expires_at = None;
    let (object, shop) = (show::payment(payment, &world.public_url), payment.shop.clone());
    if let Some(content) = payment.receipt.clone() {
        receipts::print(world, turn, &shop, About::Payment(id.to_owned()), content);
    }
    notices::tell(world, turn, "payment.succeeded", object);
}

fn end(world: &mut World, turn: &mut Turn, id: &str, from: Status, reason: &str) -> bool {
    let Some(payment) = world.payments.get_mut(id) else { return false };
    if payment.status != from {
        return false;
    }
    cancel(payment, reason);
    let object = show::payment(payment, &world.public_url);
    notices::tell(world, turn, "payment.canceled", object);
    true
}

fn cancel(payment: &mut Payment, reason: &str) {
    payment.status = Status::Canceled;
    payment.expires_at = None;
    payment.cancellation = Some(Cancellation { party: party(reason), reason: reason.to_owned() });
    // A receipt of a payment that never came is never printed.
    payment.receipt_status = payment.receipt_status.map(|_| Progress::Canceled);
}
