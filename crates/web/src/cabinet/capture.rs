//! Taking what is held, in part or whole.

use crate::cabinet::components::Field;
use crate::cabinet::desk::Desk;
use crate::cabinet::moving::{AmountView, ConfirmView, amount_page, back, confirm_page, in_field, what};
use crate::cabinet::payment::held;
use crate::cabinet::query::read_sum;
use crate::cabinet::shell::Section;
use crate::messages;
use crate::state::Web;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::decide::Refused;
use domain::payments::{Payment, PaymentState};
use engine::error::EngineError;
use money::Money;

/// Asks how much, or shows what would be done.
pub async fn show(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let mut desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let typed = desk.asked("amount");
    match holding(&web, &mut desk, &number).await {
        Ok(Some((payment, held))) => ask(&web, &desk, &number, &payment, held, typed).await,
        Ok(None) => messages::see_other(&back(&number)),
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

/// Does what was confirmed. Asked for twice it is done once: the second time the payment is being taken already.
pub async fn confirmed(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let mut desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let payment = match desk.payment(&web, &number).await {
        Ok(payment) => payment,
        Err(stuck) => return desk.stuck(&web, &stuck),
    };
    let sum = read_sum(&desk.sent("amount"), payment.currency());
    let (Some(sum), true) = (sum, desk.is_own_form()) else {
        return messages::see_other(&format!("{}/capture", back(&number)));
    };
    match web.engine.capture(payment.id, Some(sum), desk.actor.clone()).await {
        Err(EngineError::Refused(Refused::Invalid { what: "receipt", .. })) => {
            needs_receipt(&web, &mut desk, &number, sum).await
        }
        // What is no longer possible has happened already, or something else has: its page tells which.
        Ok(_) | Err(EngineError::Refused(_)) => {
            messages::see_other(&format!("{}?done=capture", back(&number)))
        }
        Err(error) => desk.stuck(&web, &error),
    }
}

/// Of a part of an order with a receipt only the shop knows what is sold.
async fn needs_receipt(web: &Web, desk: &mut Desk, number: &str, sum: Money) -> Response {
    let (payment, held) = match holding(web, desk, number).await {
        Ok(Some(holding)) => holding,
        Ok(None) => return messages::see_other(&back(number)),
        Err(stuck) => return desk.stuck(web, &stuck),
    };
    let error = desk.frame.words().cp_receipt().to_owned();
    match confirm(web, desk, number, &payment, (sum, held)).await {
        Ok(view) => {
            let page = confirm_page(&desk.frame, &ConfirmView { error, ..view });
            messages::page(StatusCode::UNPROCESSABLE_ENTITY, page)
        }
        Err(stuck) => desk.stuck(web, &stuck),
    }
}

/// A payment that is held, with what is held.
pub(crate) async fn holding(
    web: &Web,
    desk: &mut Desk,
    number: &str,
) -> Result<Option<(Payment, Money)>, EngineError> {
    let payment = desk.payment(web, number).await?;
    let whole = web.engine.store().whole_payment(payment.id).await?.ok_or(EngineError::NotFound("page"))?;
    let sum = held(&whole);
    let is_held = matches!(whole.payment.state, PaymentState::Held { .. });
    Ok(sum.filter(|_| is_held).map(|sum| (whole.payment, sum)))
}

async fn ask(
    web: &Web,
    desk: &Desk,
    number: &str,
    payment: &Payment,
    held: Money,
    typed: Option<String>,
) -> Response {
    let (frame, w) = (&desk.frame, desk.frame.words());
    let shown = typed.clone().unwrap_or_else(|| in_field(held, frame));
    let mut amount = Field::text("amount", w.cp_amount()).hint(w.cp_hint(&frame.sum(held))).typed(shown);
    if let Some(typed) = typed.filter(|_| desk.asked("change").is_none()) {
        match read_sum(&typed, payment.currency()) {
            None => amount = amount.wrong(w.rf_unread(&in_field(held, frame))),
            Some(sum) if sum.minor() > held.minor() => {
                amount = amount.wrong(w.cp_too_much(&frame.sum(held)));
            }
            Some(sum) => {
                let view = confirm(web, desk, number, payment, (sum, held)).await;
                return desk.answer(web, view.map(|view| confirm_page(frame, &view)));
            }
        }
    }
    let status = if amount.error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = AmountView {
        title: w.cp_title(),
        back: back(number),
        action: format!("{}/capture", back(number)),
        sum: frame.sum(payment.amount),
        order: w.pl_order_named(&payment.terms.order_text()),
        button: w.rf_next(),
        amount,
        of: String::new(),
    };
    messages::page(status, amount_page(frame, &view))
}

async fn confirm(
    web: &Web,
    desk: &Desk,
    number: &str,
    payment: &Payment,
    (sum, held): (Money, Money),
) -> Result<ConfirmView, EngineError> {
    let (frame, w) = (&desk.frame, desk.frame.words());
    let key = domain::ledger::BalanceKey {
        account: domain::ledger::Account::Pending,
        currency: sum.currency(),
        book: payment.id.book,
    };
    let pending = web.engine.store().balance(key).await?;
    let rest = held.minus(sum).unwrap_or(Money::zero(sum.currency()));
    let action = format!("{}/capture", back(number));
    let typed = in_field(sum, frame);
    let mut balances = vec![(w.ba_pending().to_owned(), frame.sum(pending))];
    if rest.is_positive() {
        balances.push((w.cp_rest().to_owned(), frame.sum(rest)));
    }
    if let Ok(then) = pending.plus(sum) {
        balances.push((w.cm_pending_before_fee().to_owned(), frame.sum(then)));
    }
    Ok(ConfirmView {
        title: w.cp_confirm(),
        back: back(number),
        change: format!("{action}?change=1&amount={typed}"),
        action,
        sum: frame.sum(sum),
        text: String::new(),
        facts: vec![what(desk, payment), (w.cp_from().to_owned(), w.cp_from_buyer().to_owned())],
        balances,
        button: w.cp_go(&frame.sum(sum)),
        dangerous: false,
        hidden: vec![("amount", typed)],
        error: String::new(),
    })
}
