//! Letting held money go back to the buyer.

use crate::cabinet::capture::holding;
use crate::cabinet::desk::Desk;
use crate::cabinet::moving::{ConfirmView, back, confirm_page, what};
use crate::cabinet::shell::Section;
use crate::messages;
use crate::state::Web;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use domain::payments::Payment;
use engine::error::EngineError;
use money::Money;

/// Shows what would be done.
pub async fn show(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let mut desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    match holding(&web, &mut desk, &number).await {
        Ok(Some((payment, held))) => {
            let view = confirm(&desk, &number, &payment, held);
            desk.answer(&web, Ok(confirm_page(&desk.frame, &view)))
        }
        Ok(None) => messages::see_other(&back(&number)),
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

/// Does it. Asked for twice it is done once: the second time there is nothing held any more.
pub async fn confirmed(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let mut desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let payment = match desk.payment(&web, &number).await {
        Ok(payment) => payment,
        Err(stuck) => return desk.stuck(&web, &stuck),
    };
    if !desk.is_own_form() {
        return messages::see_other(&format!("{}/release", back(&number)));
    }
    match web.engine.release(payment.id, desk.actor.clone()).await {
        Ok(()) | Err(EngineError::Refused(_)) => {
            messages::see_other(&format!("{}?done=release", back(&number)))
        }
        Err(error) => desk.stuck(&web, &error),
    }
}

fn confirm(desk: &Desk, number: &str, payment: &Payment, held: Money) -> ConfirmView {
    let (frame, w) = (&desk.frame, desk.frame.words());
    ConfirmView {
        title: w.rl_title(),
        back: back(number),
        change: String::new(),
        action: format!("{}/release", back(number)),
        sum: frame.sum(held),
        text: w.rl_text().to_owned(),
        facts: vec![
            what(desk, payment),
            (w.cm_to_whom().to_owned(), w.cm_buyer().to_owned()),
            (w.ba_title().to_owned(), w.rl_unchanged().to_owned()),
        ],
        balances: Vec::new(),
        button: w.rl_go(&frame.sum(held)),
        dangerous: true,
        hidden: Vec::new(),
        error: String::new(),
    }
}
