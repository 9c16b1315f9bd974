//! What a buyer can do on a payment's page. Each ends with a look at the page, so reloading repeats nothing.

use crate::busy::unavailable;
use crate::checkout::handlers::{Visit, missing};
use crate::checkout::notices::Leave;
use crate::checkout::views::{Ending, Field, FieldError};
use crate::checkout::{email, pages, phone, visit};
use crate::language::from_tag;
use crate::messages;
use crate::state::Web;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::attempts::{AttemptState, PayerFields};
use domain::history::Actor;
use domain::methods::{Asks, Method};
use domain::sellers::Verb;
use engine::checkout::Choice;
use engine::error::EngineError;
use engine::returning::NOTICE_HEAD_START;
use protocols::robokassa::notice::with_query;
use std::time::Duration;
use wire::form::RawForm;

/// A page that follows the start of an attempt waits so long for what the provider wants shown.
const PROMPT_WAIT: Duration = Duration::from_millis(2_500);

/// The buyer chose a method.
pub async fn start(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Response {
    let (visit, form) = match posted(&web, &id, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let method = visit::field(&form, "method").and_then(|code| Method::from_code(&code));
    let Some(choice) = method.and_then(|method| visit.choices.iter().find(|choice| choice.method == method))
    else {
        return to_page(&web, &visit);
    };
    let own = visit::is_first_browser(&web.engine, visit.scene.payment.id, &visit.request);
    let payer = match payer(choice, &form) {
        // Nobody but the browser that the shop has sent uses its card.
        Ok(payer) => PayerFields { saved: payer.saved && own, ..payer },
        Err((phone, email)) => return visit.show_form(&web, choice, phone, email),
    };
    let payment = visit.scene.payment.id;
    let mut changes = web.engine.watch();
    match web.engine.start_attempt(payment, choice.method, payer).await {
        Ok(_) => {}
        // The page tells why: the payment ended, or the method is not offered any more.
        Err(EngineError::Refused(refused)) => tracing::info!(%refused, "an attempt did not start"),
        Err(error) => return unavailable(&web, &visit.request, &error),
    }
    wait_for_prompt(&web, &visit, &mut changes).await;
    let mut response = to_page(&web, &visit);
    // Whoever starts an attempt may see what it asks for.
    if let Ok(mark) = HeaderValue::try_from(visit::cookie(&web.engine, payment, &visit.request)) {
        response.headers_mut().append(header::SET_COOKIE, mark);
    }
    response
}

/// What the form of a method asked for; the fields as they were filled in where something is wrong with one.
fn payer(choice: &Choice, form: &RawForm) -> Result<PayerFields, (Field, Field)> {
    let read = |name: &str, wanted: bool, meant: fn(&str) -> Option<String>| {
        let typed = if wanted { visit::field(form, name).unwrap_or_default() } else { String::new() };
        let value = meant(&typed);
        let error = match (&value, typed.trim().is_empty()) {
            _ if !wanted => None,
            (Some(_), _) => None,
            (None, true) => Some(FieldError::Empty),
            (None, false) => Some(FieldError::Malformed),
        };
        (value.filter(|_| wanted), Field { value: typed, error })
    };
    let wants_phone = match choice.method.asks() {
        Asks::Phone => true,
        Asks::Nothing => false,
    };
    let (phone, phone_field) = read("phone", wants_phone, phone::digits);
    let (email, email_field) = read("email", choice.asks_email, email::address);
    if phone_field.error.is_some() || email_field.error.is_some() {
        return Err((phone_field, email_field));
    }
    let saved = visit::field(form, "card").is_some_and(|card| card == "saved");
    Ok(PayerFields { phone, email, saved })
}

async fn wait_for_prompt(
    web: &Web,
    visit: &Visit,
    changes: &mut tokio::sync::broadcast::Receiver<domain::ids::PaymentId>,
) {
    let payment = visit.scene.payment.id;
    let waits = async {
        loop {
            let on_its_way = web.engine.scene(payment).await.is_ok_and(|scene| {
                scene.attempt.is_some_and(|attempt| {
                    matches!(attempt.state, AttemptState::Planned | AttemptState::Sending { .. })
                })
            });
            if !on_its_way {
                return;
            }
            web.engine.wait_for_change(changes, payment, PROMPT_WAIT).await;
        }
    };
    // The page has a state for "still on its way": nothing is lost when the wait is over.
    let _ = tokio::time::timeout(PROMPT_WAIT, waits).await;
}

/// The buyer turns back for good.
pub async fn cancel(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Response {
    let (visit, _) = match posted(&web, &id, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    match web.engine.cancel(visit.scene.payment.id, Actor::Buyer).await {
        Ok(()) | Err(EngineError::Refused(_)) => to_page(&web, &visit),
        Err(error) => unavailable(&web, &visit.request, &error),
    }
}

/// A tester chose how a rehearsal ends.
pub async fn outcome(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Response {
    let (visit, form) = match posted(&web, &id, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let ending = visit::field(&form, "outcome").and_then(|code| Ending::from_code(&code));
    let code = match ending {
        Some(Ending::Paid) => Some("paid".to_owned()),
        Some(Ending::Held) => Some("held".to_owned()),
        Some(Ending::Declined) => visit::field(&form, "reason"),
        None => None,
    };
    let Some(code) = code else {
        return to_page(&web, &visit);
    };
    match web.engine.choose_outcome(visit.scene.payment.id, &code).await {
        Ok(()) | Err(EngineError::Refused(_) | EngineError::NotFound(_)) => to_page(&web, &visit),
        Err(error) => unavailable(&web, &visit.request, &error),
    }
}

/// The reader chose a language.
pub async fn language(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Response {
    let (visit, form) = match posted(&web, &id, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let mut response = to_page(&web, &visit);
    let chosen = visit::field(&form, "language").and_then(|code| from_tag(&code));
    if let Some(cookie) = chosen.and_then(|chosen| HeaderValue::try_from(visit::language_cookie(chosen)).ok())
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The way back to the shop: after the shop was told, or had its three seconds.
pub async fn back(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Response {
    let visit = match Visit::begin(&web, &id, request).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let (payment, shop) = (&visit.scene.payment, &visit.scene.shop);
    let head_start = Duration::try_from(NOTICE_HEAD_START).unwrap_or_default();
    let mut changes = web.engine.watch();
    let way = loop {
        match web.engine.way_back(payment, shop, visit.page.language).await {
            Ok(Some(way)) if !way.open => {
                web.engine.wait_for_change(&mut changes, payment.id, head_start).await;
            }
            Ok(way) => break way,
            Err(error) => return unavailable(&web, &visit.request, &error),
        }
    };
    let Some(way) = way else {
        return match shop.site.as_str() {
            "" => missing(&web, &visit.request),
            site => messages::see_other(site),
        };
    };
    let target = match way.address.verb {
        Verb::Get => with_query(&way.address.url, &way.fields),
        Verb::Post => way.address.url.clone(),
    };
    match (way.trusted, way.address.verb) {
        (true, Verb::Get) => messages::see_other(&target),
        (known, verb) => {
            let fields = match verb {
                Verb::Get => None,
                Verb::Post => Some(way.fields),
            };
            let leave = Leave { target, fields, known };
            messages::page(StatusCode::OK, pages::leave(&visit.page, &leave))
        }
    }
}

/// A form of our own page; anything else is answered by the page itself.
async fn posted(web: &Web, id: &str, request: Request) -> Result<(Visit, RawForm), Response> {
    let visit = Visit::begin(web, id, request).await?;
    let request = &visit.request;
    let form = RawForm::from_body(request.headers.get("content-type"), &request.body).unwrap_or_default();
    if !visit::is_own_form(&web.engine, visit.scene.payment.id, request, &form) {
        return Err(to_page(web, &visit));
    }
    Ok((visit, form))
}

fn to_page(web: &Web, visit: &Visit) -> Response {
    messages::see_other(&format!("/pay/{}", web.engine.print(visit.scene.payment.id)))
}
