//! Fiscal receipts: those that come with a payment or refund, and those sent on their own.

use jiff::SignedDuration;
use serde_json::Value;

use crate::message::Request;

use super::fields::Fields;
use super::lists::{self, Filter};
use super::problem::Problem;
use super::receipt_check::{self, STANDALONE_LINES_MAX};
use super::show;
use super::state::{About, Happening, Progress, Receipt, Status, Turn, World};

/// How long the simulated fiscal service takes.
const REGISTERED_AFTER: SignedDuration = SignedDuration::from_secs(2);

const SETTLEMENT_TYPES: [&str; 4] = ["cashless", "prepayment", "postpayment", "consideration"];

/// POST `/receipts`.
pub(crate) fn create(world: &mut World, turn: &mut Turn, shop: &str, body: &Value) -> Result<Value, Problem> {
    let fields = Fields::of_body(body)?;
    let about = about(world, shop, &fields)?;
    let total = receipt_check::check(&fields, STANDALONE_LINES_MAX)?;
    if fields.flag("send")? != Some(true) {
        return Err(fields.wrong("send", "true is expected"));
    }
    if settled(&fields)? != total {
        return Err(fields.wrong("settlements", "Settlements and lines have different totals"));
    }
    let id = print(world, turn, shop, about, body.clone());
    world.receipts.get(&id).map(show::receipt).ok_or_else(Problem::internal)
}

/// GET `/receipts/{id}`.
pub(crate) fn read(world: &World, shop: &str, id: &str) -> Result<Value, Problem> {
    let receipt = world.receipts.get(id);
    let receipt = receipt.ok_or_else(|| Problem::not_found("receipt_id", "Receipt doesn't exist"))?;
    if receipt.shop != shop {
        return Err(Problem::forbidden("The receipt belongs to another shop"));
    }
    Ok(show::receipt(receipt))
}

/// GET `/receipts`.
pub(crate) fn list(world: &World, shop: &str, request: &Request) -> Result<Value, Problem> {
    let filter = Filter::read(request, &["pending", "succeeded", "canceled"])?;
    let keep = |receipt: &Receipt| {
        let (payment, refund) = match &receipt.about {
            About::Payment(id) => (Some(id.as_str()), None),
            About::Refund(id) => (None, Some(id.as_str())),
        };
        receipt.shop == shop
            && filter.created.holds(Some(receipt.created_at))
            && filter.status.as_deref().is_none_or(|status| status == receipt.status.code())
            && filter.payment_id.as_deref().is_none_or(|id| Some(id) == payment)
            && filter.refund_id.as_deref().is_none_or(|id| Some(id) == refund)
    };
    Ok(lists::page(&world.receipts, &filter, keep, show::receipt))
}

/// Puts a receipt on its way to the fiscal service; answers its identifier.
pub(crate) fn print(world: &mut World, turn: &mut Turn, shop: &str, about: About, content: Value) -> String {
    let id = format!("rt-{}", turn.seeded.uuid());
    let receipt = Receipt {
        id: id.clone(),
        shop: shop.to_owned(),
        about,
        status: Progress::Pending,
        content,
        created_at: turn.now,
        registered_at: None,
        fiscal_number: None,
    };
    world.receipts.insert(id.clone(), receipt);
    turn.plan(REGISTERED_AFTER, Happening::ReceiptRegisters { receipt: id.clone() });
    id
}

/// The fiscal service has registered a receipt; payment and refund show it too.
pub(crate) fn register(world: &mut World, turn: &mut Turn, id: &str) {
    let Some(receipt) = world.receipts.get_mut(id) else { return };
    receipt.status = Progress::Succeeded;
    receipt.registered_at = Some(turn.now);
    receipt.fiscal_number = Some(turn.seeded.digits(5));
    let shown = match &receipt.about {
        About::Payment(id) => world.payments.get_mut(id).map(|payment| &mut payment.receipt_status),
        About::Refund(id) => world.refunds.get_mut(id).map(|refund| &mut refund.receipt_status),
    };
    if let Some(status @ Some(_)) = shown {
        *status = Some(Progress::Succeeded);
    }
}

/// What a separate receipt is about; money must have moved for it.
fn about(world: &World, shop: &str, fields: &Fields) -> Result<About, Problem> {
    match fields.need_text("type", 16)? {
        "payment" => {
            let id = fields.need_text("payment_id", 64)?;
            let payment = world.payments.get(id).filter(|payment| payment.shop == shop);
            let payment = payment.ok_or_else(|| fields.wrong("payment_id", "Payment doesn't exist"))?;
            if !matches!(payment.status, Status::WaitingForCapture | Status::Succeeded) {
                return Err(fields.wrong("payment_id", "The payment is not paid"));
            }
            Ok(About::Payment(id.to_owned()))
        }
        "refund" => {
            let id = fields.need_text("refund_id", 64)?;
            let refund = world.refunds.get(id).filter(|refund| refund.shop == shop);
            let refund = refund.ok_or_else(|| fields.wrong("refund_id", "Refund doesn't exist"))?;
            if refund.status != Progress::Succeeded {
                return Err(fields.wrong("refund_id", "The refund has not succeeded"));
            }
            Ok(About::Refund(id.to_owned()))
        }
        _ => Err(fields.wrong("type", "payment or refund is expected")),
    }
}

/// The sum of the settlements in kopecks.
fn settled(fields: &Fields) -> Result<i64, Problem> {
    let settlements = fields.list("settlements")?;
    if settlements.is_empty() {
        return Err(fields.missing("settlements"));
    }
    let mut total: i64 = 0;
    for (place, settlement) in settlements.iter().enumerate() {
        let settlement = Fields::of(settlement, fields.name(&format!("settlements[{place}]")))?;
        if !SETTLEMENT_TYPES.contains(&settlement.need_text("type", 32)?) {
            return Err(settlement.wrong("type", "This settlement type is not known"));
        }
        total = total.saturating_add(settlement.need_amount("amount")?);
    }
    Ok(total)
}
