//! Giving money back: of the sale, or what came beyond it.

use crate::cabinet::components::Field;
use crate::cabinet::desk::Desk;
use crate::cabinet::moving::{
    AmountView, ConfirmView, amount_page, back, confirm_page, in_field, is_of_book, what,
};
use crate::cabinet::payment::refundable;
use crate::cabinet::query::read_sum;
use crate::cabinet::shell::{Frame, Section};
use crate::messages;
use crate::state::Web;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::decide::Refused;
use domain::ids::RefundId;
use domain::payments::Payment;
use domain::refunds::Source;
use engine::error::EngineError;
use money::Money;

/// The money that can go back.
#[derive(Clone, Copy)]
struct Left {
    source: Source,
    sum: Money,
}

/// Asks how much, or shows what would be done.
pub async fn show(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let mut desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let of = desk.asked("of").unwrap_or_default();
    let typed = desk.asked("amount");
    match desk.payment(&web, &number).await {
        Ok(payment) => ask(&web, &desk, &number, &payment, &of, typed).await,
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

/// Does what was confirmed, once.
pub async fn confirmed(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let mut desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let payment = match desk.payment(&web, &number).await {
        Ok(payment) => payment,
        Err(stuck) => return desk.stuck(&web, &stuck),
    };
    let of = desk.sent("of");
    let sum = read_sum(&desk.sent("amount"), payment.currency());
    let id = web.engine.parse::<RefundId>(&desk.sent("once")).ok().filter(|id| is_of_book(id, &payment));
    let (Some(id), Some(sum), true) = (id, sum, desk.is_own_form()) else {
        let error = desk.frame.words().cab_stale_form().to_owned();
        return confirm(&web, &desk, &number, &payment, (&of, sum), error).await;
    };
    // A form that comes again finds its refund done, even if nothing is left by now.
    let source = left(&payment, &of).map_or(source_of(&payment, &of), |left| left.source);
    let done = web.engine.refund_once(id, payment.id, Some(sum), source, desk.actor.clone()).await;
    match done {
        Ok(_) => messages::see_other(&format!("{}?done=refund", back(&number))),
        Err(EngineError::Refused(refused)) => {
            let error = why(&desk.frame, &refused);
            confirm(&web, &desk, &number, &payment, (&of, Some(sum)), error).await
        }
        Err(error) => desk.stuck(&web, &error),
    }
}

/// The word of an address for money that came beyond the sale.
const STRAY: &str = "stray";

fn source_of(payment: &Payment, of: &str) -> Source {
    match of {
        STRAY if payment.credit.is_positive() && !payment.unclaimed.is_positive() => Source::Credit,
        STRAY => Source::Unclaimed,
        _ => Source::Sale,
    }
}

fn left(payment: &Payment, of: &str) -> Option<Left> {
    let source = source_of(payment, of);
    let sum = match source {
        Source::Sale => refundable(payment),
        Source::Unclaimed => Some(payment.unclaimed).filter(|sum| sum.is_positive()),
        Source::Credit => Some(payment.credit).filter(|sum| sum.is_positive()),
    };
    sum.map(|sum| Left { source, sum })
}

async fn ask(
    web: &Web,
    desk: &Desk,
    number: &str,
    payment: &Payment,
    of: &str,
    typed: Option<String>,
) -> Response {
    let (frame, w) = (&desk.frame, desk.frame.words());
    let Some(left) = left(payment, of) else {
        return messages::see_other(&back(number));
    };
    let shown = typed.clone().unwrap_or_else(|| in_field(left.sum, frame));
    let mut amount =
        Field::text("amount", w.rf_amount()).hint(w.rf_amount_hint(&frame.sum(left.sum))).typed(shown);
    if let Some(typed) = typed.filter(|_| desk.asked("change").is_none()) {
        match read_sum(&typed, payment.currency()) {
            None => amount = amount.wrong(w.rf_unread(&in_field(left.sum, frame))),
            Some(sum) if sum.minor() > left.sum.minor() => {
                amount = amount.wrong(w.rf_too_much(&frame.sum(left.sum)));
            }
            Some(sum) => return confirm(web, desk, number, payment, (of, Some(sum)), String::new()).await,
        }
    }
    let status = if amount.error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = AmountView {
        title: w.rf_title(),
        back: back(number),
        action: format!("{}/refund", back(number)),
        sum: frame.sum(payment.amount),
        order: w.pl_order_named(&payment.terms.order_text()),
        button: w.rf_next(),
        amount,
        of: of.to_owned(),
    };
    messages::page(status, amount_page(frame, &view))
}

async fn confirm(
    web: &Web,
    desk: &Desk,
    number: &str,
    payment: &Payment,
    (of, sum): (&str, Option<Money>),
    error: String,
) -> Response {
    match confirm_view(web, desk, number, payment, (of, sum), error).await {
        Ok(Some(view)) => {
            let good = view.error.is_empty();
            let status = if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            messages::page(status, confirm_page(&desk.frame, &view))
        }
        Ok(None) => messages::see_other(&back(number)),
        Err(stuck) => desk.stuck(web, &stuck),
    }
}

async fn confirm_view(
    web: &Web,
    desk: &Desk,
    number: &str,
    payment: &Payment,
    (of, sum): (&str, Option<Money>),
    error: String,
) -> Result<Option<ConfirmView>, EngineError> {
    let (frame, w) = (&desk.frame, desk.frame.words());
    let Some(left) = left(payment, of) else { return Ok(None) };
    let sum = sum.unwrap_or(left.sum);
    let whole = web.engine.store().whole_payment(payment.id).await?.ok_or(EngineError::NotFound("page"))?;
    let used = payment.paid_by.or(payment.brought.first().copied());
    let attempt = whole.attempts.into_iter().find(|attempt| Some(attempt.id) == used);
    let mut balances = Vec::new();
    if let (Source::Sale, Some(attempt)) = (left.source, &attempt) {
        balances = balances_after(web, frame, payment, attempt, sum).await?;
    }
    let to = attempt
        .as_ref()
        .map_or_else(|| w.cm_buyer().to_owned(), |attempt| w.cm_buyer_by(w.method(&attempt.method)));
    let action = format!("{}/refund", back(number));
    let typed = in_field(sum, frame);
    let id: RefundId = web.engine.fresh(payment.id.book)?;
    Ok(Some(ConfirmView {
        title: w.rf_confirm(),
        back: back(number),
        change: format!("{action}?change=1&amount={}{}", typed, if of == STRAY { "&of=stray" } else { "" }),
        action,
        sum: frame.sum(sum),
        text: String::new(),
        facts: vec![what(desk, payment), (w.cm_to_whom().to_owned(), to)],
        balances,
        button: w.rf_go(&frame.sum(sum)),
        dangerous: false,
        hidden: vec![("of", of.to_owned()), ("amount", typed), ("once", web.engine.print(id))],
        error,
    }))
}

async fn balances_after(
    web: &Web,
    frame: &Frame,
    payment: &Payment,
    attempt: &domain::attempts::Attempt,
    sum: Money,
) -> Result<Vec<(String, String)>, EngineError> {
    let w = frame.words();
    let seen = web.engine.preview_refund(payment, attempt, sum).await?;
    let mut lines = vec![(w.cm_available_now().to_owned(), frame.sum(seen.available))];
    if seen.fee_returned.is_positive() {
        lines.push((w.cm_fee_back().to_owned(), frame.sum(seen.fee_returned)));
    }
    if seen.fee_charged.is_positive() {
        lines.push((w.cm_fee_charged().to_owned(), frame.sum(seen.fee_charged)));
    }
    lines.push((w.cm_pending_then().to_owned(), frame.sum(seen.pending_after)));
    lines.push((w.cm_available_then().to_owned(), frame.sum(seen.available_after)));
    Ok(lines)
}

/// Why a refund was not made, and what to do about it.
fn why(frame: &Frame, refused: &Refused) -> String {
    let w = frame.words();
    match refused {
        Refused::TooMuch { left, .. } if left.is_positive() => w.rf_too_much(&frame.sum(*left)),
        Refused::Short { missing, .. } => w.rf_short(&frame.sum(*missing)),
        Refused::TooMuch { .. }
        | Refused::NotThere { .. }
        | Refused::Stale { .. }
        | Refused::Off { .. }
        | Refused::MethodOff { .. }
        | Refused::AlreadyPaid
        | Refused::WrongState { .. }
        | Refused::Taken { .. }
        | Refused::TooMany { .. }
        | Refused::Invalid { .. }
        | Refused::LeaseOver
        | Refused::Money(_)
        | Refused::Mistake(_) => w.rf_now_impossible().to_owned(),
    }
}
