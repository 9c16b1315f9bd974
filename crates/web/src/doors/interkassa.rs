//! Interkassa's paths: the payment page of both generations, the list of systems, and the way to the API.

use crate::busy;
use crate::checkout::notices::{Explained as Shown, Refused, RefusedKind};
use crate::checkout::views::Page;
use crate::checkout::{framing, pages, visit};
use crate::doors::account_api;
use crate::doors::robokassa::{EXPLAINED_MAX, to_payment};
use crate::explained::checkout_in_words;
use crate::messages;
use crate::state::Web;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::payments::Language;
use engine::checkouts::{CheckoutRefused, Started};
use protocols::interkassa::errors::{self, Code};
use protocols::interkassa::explain::Explained;
use protocols::interkassa::sci1::export::Format;
use protocols::interkassa::{Door, answers, entry, wants_json};
use protocols::robokassa::explain::effort::Effort;
use wire::http::{HttpRequest, Method};

/// A request to one of this dialect's paths; none if it has nothing of the dialect in it.
pub async fn serve(web: &Web, door: Door, request: &HttpRequest) -> Option<Response> {
    match door {
        Door::Page => start(web, request).await,
        Door::Systems => Some(systems(web, request).await),
        Door::Api => Some(account_api::serve(web, request).await),
    }
}

/// A payment, a price or a list of payways, whichever a request asks for.
pub async fn start(web: &Web, request: &HttpRequest) -> Option<Response> {
    // Whoever only asks whether there is a page opens no payment.
    if request.method == Method::Head {
        return Some(StatusCode::OK.into_response());
    }
    let read = match entry(request) {
        Ok(None) => return None,
        Ok(Some(read)) => read,
        Err(refused) => return Some(refuse(web, request, &refused).await),
    };
    Some(match web.engine.start_checkout(&read).await {
        Ok(Started::Payment(opened)) => to_payment(web, opened, request),
        Ok(Started::Reply(reply)) => messages::reply(reply),
        Err(CheckoutRefused::Interkassa(refused)) => refuse(web, request, &refused).await,
        Err(CheckoutRefused::Engine(error)) if wants_json(request) => busy::later(&error),
        Err(CheckoutRefused::Engine(error)) => busy::unavailable(web, request, &error),
    })
}

/// The answer to a request whose body is larger than anything a shop has to say.
pub async fn too_large(web: &Web, head: &HttpRequest) -> Response {
    let why = "the body is too large or broke off";
    refuse(web, head, &errors::Refused::with(Code::WrongFormat, why)).await
}

async fn systems(web: &Web, request: &HttpRequest) -> Response {
    let format = Format::of_query(&request.query);
    match web.engine.payment_systems(format).await {
        Ok(reply) => messages::reply(reply),
        Err(error) => busy::later(&error),
    }
}

/// A refusal, in the form that the request wanted.
async fn refuse(web: &Web, request: &HttpRequest, refused: &errors::Refused) -> Response {
    tracing::info!(code = refused.code.number(), why = refused.why, "a checkout's request is refused");
    if wants_json(request) {
        return messages::reply(answers::refusal(refused));
    }
    let page = visit::page(web, request, None, None);
    let explained = explained(web, request, refused, page.language).await;
    shown(&page, refused, explained)
}

/// What is wrong with the signature of a rehearsal: its page is read by the shop's programmer. Of real
/// payments, whose pages buyers read, nothing is told.
async fn explained(
    web: &Web,
    request: &HttpRequest,
    refused: &errors::Refused,
    language: Language,
) -> Option<Shown> {
    let small = request.query.len().saturating_add(request.body.len()) <= EXPLAINED_MAX;
    if kind(refused) != RefusedKind::Signature || !small {
        return None;
    }
    let read = Explained::of_request(request).filter(Explained::is_test)?;
    let report = web.engine.explain_interkassa(&read, read.merchant()?, Effort::QUICK).await.ok()??;
    Some(Shown {
        mistakes: report.mistakes.iter().map(|mistake| checkout_in_words(language, mistake)).collect(),
        expected: report.expected_text,
        signed: report.signed_text,
    })
}

fn shown(page: &Page, refused: &errors::Refused, explained: Option<Shown>) -> Response {
    let view = Refused {
        number: refused.code.number(),
        kind: kind(refused),
        parameter: refused.parameter.map(str::to_owned),
        explained,
    };
    // As at the other dialect's door: clients know the page by its number, not by its status.
    framing::allow(messages::page(StatusCode::OK, pages::refused(page, &view)), Some("http: https:"))
}

/// The kind of a refusal that buyers read of; most codes are about things that no payment start has.
fn kind(refused: &errors::Refused) -> RefusedKind {
    let named = |name: &str| refused.parameter == Some(name);
    if named("ik_sign") || named("ik_sign_hash") {
        return RefusedKind::Signature;
    }
    if named("ik_co_id") || named("ik_shop_id") {
        return RefusedKind::UnknownShop;
    }
    if named("ik_am") || named("ik_payment_amount") {
        return RefusedKind::Sum;
    }
    match refused.code {
        Code::NumberTaken => RefusedKind::AlreadyPaid,
        Code::InvoiceExpired => RefusedKind::Over,
        Code::Forbidden => RefusedKind::Inactive,
        Code::PaywayClosed | Code::PaywayNotGiven | Code::PaywayInactive => RefusedKind::NotOffered,
        _ if refused.parameter.is_some() => RefusedKind::Parameter,
        _ => RefusedKind::NotStarted,
    }
}
