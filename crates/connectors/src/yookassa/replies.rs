//! The answers: what is certain becomes an outcome, everything else stays unknown.
//!
//! An answer is believed only if it is about our own payment: its number, our reference in it, the
//! currency, and whether it was real money are compared first.

use domain::attempts::{AttemptState, Operation, PaidWith, Prompt, Reason};
use domain::methods::Method;
use jiff::Timestamp;
use money::Money;
use serde::de::DeserializeOwned;
use wire::http::HttpReply;

use crate::connector::{ConnectorFault, Context, Next, Step, Task};
use domain::outcomes::Outcome;

use super::kept;
use super::objects::{AmountText, Confirmation, Payment, PaymentStatus, Problem, Refund, RefundStatus};
use super::reasons::reason;
use super::{NAME, PROFILE, TEST_KEY_BEGINS, bad_reply, is_number, secret_key};

/// The longest address a buyer is sent to.
const ADDRESS_LENGTH_MAX: usize = 2_048;
/// How much of the provider's own words an error repeats, in characters.
const SHOWN_CHARS_MAX: usize = 64;

/// What an answer means for the task.
pub(super) fn read(task: &Task<'_>, reply: &HttpReply, cx: &Context<'_>) -> Result<Step, ConnectorFault> {
    match reply.status {
        200 => match task.operation {
            Operation::Pay | Operation::Check | Operation::Capture | Operation::Release => {
                payment_step(task, &object(&reply.body)?, cx)
            }
            Operation::Refund | Operation::CheckRefund => refund_step(task, &object(&reply.body)?),
        },
        202 => Err(busy("it is still processing the request")),
        429 => Err(busy("too many requests")),
        // It may have been carried out all the same. The same key brings the answer later.
        status @ 500..=599 => Err(busy(format!("status {status}"))),
        status => refused(task, status, &reply.body),
    }
}

pub(super) fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, ConnectorFault> {
    // The texts of these errors may repeat what was sent; line and column are enough to find the place.
    serde_json::from_slice(body).map_err(|error| {
        bad_reply(format!("the object is not readable at line {} column {}", error.line(), error.column()))
    })
}

fn payment_step(task: &Task<'_>, payment: &Payment, cx: &Context<'_>) -> Result<Step, ConnectorFault> {
    let amount = own_amount(task, payment, cx)?;
    let next = match payment.status {
        PaymentStatus::Pending => pending(task, payment, amount, cx)?,
        PaymentStatus::WaitingForCapture => held(task, payment, amount)?,
        PaymentStatus::Succeeded => Next::Done(taken(task, amount, cost(payment, amount)?)),
        PaymentStatus::Canceled => Next::Done(cancelled(task, payment)),
    };
    let remember = (task.operation == Operation::Pay).then(|| payment.id.clone());
    Ok(Step { remember, kept: kept::read(task, payment), paid_with: kept::paid_with(payment), next })
}

fn pending(
    task: &Task<'_>,
    payment: &Payment,
    amount: Money,
    cx: &Context<'_>,
) -> Result<Next, ConnectorFault> {
    match task.operation {
        Operation::Pay => {
            same_amount(task, amount)?;
            if payment.confirmation.is_none() && task.attempt.reuse.stored().is_some() {
                // A kept method may need no confirmation, or there is nobody to give one.
                return Ok(Next::Wait);
            }
            let prompt = prompt(task, payment.confirmation.as_ref(), cx)?;
            Ok(Next::Ask(prompt, prompt_ends(task.attempt.method, cx)))
        }
        Operation::Check => Ok(Next::Wait),
        Operation::Capture | Operation::Release | Operation::Refund | Operation::CheckRefund => {
            Err(bad_reply("a held payment is pending again"))
        }
    }
}

fn held(task: &Task<'_>, payment: &Payment, amount: Money) -> Result<Next, ConnectorFault> {
    match task.operation {
        Operation::Pay | Operation::Check => {
            same_amount(task, amount)?;
            Ok(Next::Done(Outcome::Held { amount, until: hold_ends(payment)? }))
        }
        // Taken in, not carried out yet: the next check tells.
        Operation::Capture | Operation::Release | Operation::Refund | Operation::CheckRefund => {
            Ok(Next::Wait)
        }
    }
}

/// The amount of a payment, after everything that shows whose payment it is.
fn own_amount(task: &Task<'_>, payment: &Payment, cx: &Context<'_>) -> Result<Money, ConnectorFault> {
    if !is_number(&payment.id) {
        return Err(bad_reply("the payment has no proper number"));
    }
    if task.attempt.memo.as_deref().is_some_and(|memo| memo != payment.id) {
        return Err(bad_reply("the payment is another one than asked about"));
    }
    let named = payment.metadata.as_ref().and_then(|metadata| metadata.attempt.as_deref());
    if named != Some(task.reference) {
        return Err(bad_reply("the payment does not belong to this attempt"));
    }
    if payment.test != secret_key(cx)?.expose().starts_with(TEST_KEY_BEGINS) {
        return Err(bad_reply("test and live money are mixed up"));
    }
    let taken = matches!(payment.status, PaymentStatus::WaitingForCapture | PaymentStatus::Succeeded);
    if taken && !payment.paid {
        return Err(bad_reply("the payment is finished and yet not paid"));
    }
    positive(&payment.amount, task)
}

fn positive(text: &AmountText, task: &Task<'_>) -> Result<Money, ConnectorFault> {
    let amount = text.money(task.attempt.amount.currency()).filter(|amount| amount.is_positive());
    amount.ok_or_else(|| bad_reply("the amount is not one of the attempt's currency"))
}

/// Until money is taken the amount is ours. After that it is reported as it is: the books show what the
/// provider has, and a difference is for them to judge.
fn same_amount(task: &Task<'_>, amount: Money) -> Result<(), ConnectorFault> {
    if amount == task.attempt.amount { Ok(()) } else { Err(bad_reply("the amount is not the attempt's")) }
}

/// What the provider keeps, if it says what is left.
fn cost(payment: &Payment, amount: Money) -> Result<Option<Money>, ConnectorFault> {
    let Some(income) = &payment.income_amount else { return Ok(None) };
    let left = income.money(amount.currency()).and_then(|income| amount.minus(income).ok());
    match left {
        Some(cost) if !cost.is_negative() => Ok(Some(cost)),
        Some(_) | None => Err(bad_reply("the income does not fit the amount")),
    }
}

fn taken(task: &Task<'_>, amount: Money, cost: Option<Money>) -> Outcome {
    match task.operation {
        // A release that came too late finds the money captured, and a held payment ends well only so.
        Operation::Capture | Operation::Release => Outcome::Captured { amount, cost },
        Operation::Pay | Operation::Check | Operation::Refund | Operation::CheckRefund => {
            if was_held(task) {
                Outcome::Captured { amount, cost }
            } else {
                Outcome::Received { amount, cost }
            }
        }
    }
}

fn cancelled(task: &Task<'_>, payment: &Payment) -> Outcome {
    let declined = || Outcome::Declined { reason: reason(payment.cancellation_details.as_ref()) };
    match task.operation {
        // Whoever cancelled it, and why: the hold is over and the payer has the money.
        Operation::Capture | Operation::Release => Outcome::Released,
        Operation::Pay | Operation::Check | Operation::Refund | Operation::CheckRefund => {
            if was_held(task) {
                Outcome::Released
            } else {
                declined()
            }
        }
    }
}

fn was_held(task: &Task<'_>) -> bool {
    task.attempt.state == AttemptState::Held
}

fn hold_ends(payment: &Payment) -> Result<Timestamp, ConnectorFault> {
    let text = payment.expires_at.as_deref().unwrap_or_default();
    text.parse().map_err(|_| bad_reply("the hold has no readable end"))
}

fn prompt_ends(method: Method, cx: &Context<'_>) -> Timestamp {
    let own_end = PROFILE.offer(method).and_then(|offer| offer.ends_within);
    let own_end = own_end.and_then(|within| cx.now.checked_add(within).ok());
    own_end.map_or(cx.ends_at, |end| end.min(cx.ends_at))
}

/// What the buyer is shown. The provider's choice counts: it may answer a wish for a code with a page.
fn prompt(
    task: &Task<'_>,
    confirmation: Option<&Confirmation>,
    cx: &Context<'_>,
) -> Result<Prompt, ConnectorFault> {
    let confirmation = confirmation.ok_or_else(|| bad_reply("the buyer has nothing to confirm with"))?;
    match confirmation.kind.as_str() {
        "redirect" => Ok(Prompt::Redirect { url: address(confirmation.confirmation_url.as_deref(), cx)? }),
        "qr" => Ok(Prompt::Qr { data: address(confirmation.confirmation_data.as_deref(), cx)? }),
        "external" => Ok(Prompt::External { phone: task.attempt.payer.phone.clone() }),
        other => Err(bad_reply(format!("the confirmation {} is not known", shown(other)))),
    }
}

/// An address that a browser may be sent to. Plain http is for providers that are spoken to by it, which
/// are simulators.
fn address(text: Option<&str>, cx: &Context<'_>) -> Result<String, ConnectorFault> {
    let text = text.unwrap_or_default();
    let secure = text.starts_with("https://");
    let plain = text.starts_with("http://") && cx.account.base_url.starts_with("http://");
    let clean =
        text.len() <= ADDRESS_LENGTH_MAX && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if (secure || plain) && clean {
        return Ok(text.to_owned());
    }
    Err(bad_reply("the buyer cannot be sent to this address"))
}

fn refund_step(task: &Task<'_>, refund: &Refund) -> Result<Step, ConnectorFault> {
    if !is_number(&refund.id) {
        return Err(bad_reply("the refund has no proper number"));
    }
    if task.refund.is_some_and(|known| known != refund.id) {
        return Err(bad_reply("the refund is another one than asked about"));
    }
    if task.attempt.memo.as_deref() != Some(refund.payment_id.as_str()) {
        return Err(bad_reply("the refund is of another payment"));
    }
    let amount = positive(&refund.amount, task)?;
    if amount != task.amount {
        return Err(bad_reply("the amount is not the refund's"));
    }
    let next = match refund.status {
        RefundStatus::Pending => Next::Wait,
        RefundStatus::Succeeded => Next::Done(Outcome::Returned { amount }),
        RefundStatus::Canceled => {
            Next::Done(Outcome::Declined { reason: reason(refund.cancellation_details.as_ref()) })
        }
    };
    Ok(Step { remember: Some(refund.id.clone()), kept: None, paid_with: PaidWith::default(), next })
}

/// An error that the provider itself wrote: its code, and the parameter that it blames. A page of some proxy with
/// the same status is none.
pub(super) fn written(status: u16, body: &[u8]) -> Result<(&'static str, String), ConnectorFault> {
    let code = match status {
        400 => "invalid_request",
        401 => "invalid_credentials",
        403 => "forbidden",
        404 => "not_found",
        410 => "gone",
        other => return Err(bad_reply(format!("status {other}"))),
    };
    let problem: Problem = object(body)?;
    if problem.kind != "error" || problem.code != code {
        return Err(bad_reply(format!("status {status} with the code {}", shown(&problem.code))));
    }
    let parameter = problem.parameter.unwrap_or_default();
    if parameter.eq_ignore_ascii_case("Idempotence-Key") {
        // The key is known under other bytes: what became of those, nobody has told us.
        return Err(bad_reply("the idempotency key belongs to another request"));
    }
    Ok((code, parameter))
}

/// An error that the provider itself wrote is final for a request that was to change something. A page of
/// some proxy with the same status is not, and no question is ever answered by an error.
fn refused(task: &Task<'_>, status: u16, body: &[u8]) -> Result<Step, ConnectorFault> {
    let (code, parameter) = written(status, body)?;
    let credentials = matches!(status, 401 | 403);
    let definite = match task.operation {
        // A repeated creation whose key is not let in says nothing of the one sent before.
        Operation::Pay => !credentials || task.attempt.state == AttemptState::Planned,
        Operation::Capture | Operation::Release | Operation::Refund => true,
        // A repeated refund that finds our key changed says nothing of the one sent before.
        Operation::CheckRefund => task.refund.is_none() && !credentials,
        Operation::Check => false,
    };
    if !definite {
        return Err(bad_reply(format!("{code} {}", shown(&parameter))));
    }
    let reason = if status == 401 { Reason::AuthError } else { Reason::InvalidRequest };
    Ok(Step {
        remember: None,
        kept: None,
        paid_with: PaidWith::default(),
        next: Next::Done(Outcome::Declined { reason }),
    })
}

pub(super) fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS_MAX).collect()
}

pub(super) fn busy(what: impl Into<String>) -> ConnectorFault {
    ConnectorFault::Busy { provider: NAME, what: what.into() }
}
