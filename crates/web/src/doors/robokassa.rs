//! Robokassa's paths: the payment start and the questions about operations.

use crate::busy::{self, unavailable};
use crate::checkout::notices::{self, Refused, RefusedKind};
use crate::checkout::views::Page;
use crate::checkout::{framing, pages, visit};
use crate::doors::{places, scripts, tokens};
use crate::explained::in_words;
use crate::messages;
use crate::state::Web;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::opening::Opened;
use domain::payments::Language;
use engine::holds::HoldError;
use engine::orders::StartRefused;
use engine::rates::PARAMETER;
use protocols::robokassa::errors::{self, RobokassaError};
use protocols::robokassa::explain::Explained;
use protocols::robokassa::explain::effort::Effort;
use protocols::robokassa::holds::{self, HoldWish};
use protocols::robokassa::partner;
use protocols::robokassa::recurring;
use protocols::robokassa::{Call, Endpoint};
use protocols::robokassa::{soap, wsdl};
use wire::http::{HttpReply, HttpRequest, Method};

/// The signature of a larger request is not explained on a page: the search would cost too much for a
/// stranger's asking. In bytes.
pub(super) const EXPLAINED_MAX: usize = 16_384;

/// A request to one of this dialect's paths.
pub async fn serve(web: &Web, endpoint: Endpoint, request: &HttpRequest) -> Response {
    match endpoint {
        Endpoint::PaymentStart => opened(web, request, web.engine.start_robokassa(request).await).await,
        Endpoint::SplitStart => opened(web, request, web.engine.start_split(request).await).await,
        Endpoint::StartByServer => places::start_by_server(web, request).await,
        Endpoint::Script(script) => scripts::file(script),
        Endpoint::SbpCode => scripts::sbp_code(web, request).await,
        Endpoint::Sms => messages::reply(HttpReply::json(200, web.engine.short_message(request).await)),
        Endpoint::Fiscal(call) => {
            messages::reply(HttpReply::json(200, web.engine.second_receipt(call, request).await))
        }
        Endpoint::Place(place) => places::show(web, place, request).await,
        Endpoint::Certificate(encoding) => places::certificate(web, encoding).await,
        Endpoint::Hold(wish) => end_hold(web, wish, request).await,
        Endpoint::Recurring => charge(web, request).await,
        Endpoint::Invoices(call) => tokens::invoices(web, call, request).await,
        Endpoint::InvoiceLink => tokens::link(web, request).await,
        Endpoint::Refund(call) => tokens::refund(web, call, request).await,
        Endpoint::Service(call) => messages::reply(HttpReply::xml(200, answer(web, request, call).await)),
        Endpoint::Soap => in_envelope(web, request).await,
        Endpoint::Partner => messages::reply(partner::answer()),
    }
}

/// The reply of a service.
async fn answer(web: &Web, request: &HttpRequest, call: Call) -> String {
    match call {
        Call::State(detail) => web.engine.operation_state(request, detail).await,
        Call::Prices(service) => web.engine.prices(request, service).await,
    }
}

/// A service that is asked in an envelope answers the same, in an envelope too.
async fn in_envelope(web: &Web, request: &HttpRequest) -> Response {
    if wsdl::is_asked(request) {
        return messages::reply(HttpReply::xml(
            200,
            wsdl::description(web.engine.public_url(), &request.path),
        ));
    }
    let asked = soap::asked(request).and_then(|name| Some((protocols::robokassa::call(&name)?, name)));
    let reply = match asked {
        Some((call, name)) => HttpReply::xml(200, soap::reply(&name, &answer(web, request, call).await)),
        None => {
            HttpReply::xml(500, soap::fault("There is no SOAP 1.1 envelope with one of the services in it"))
        }
    };
    messages::reply(reply)
}

/// A shop takes held money or lets it go. That is no less than moving money, so a link does not do it.
async fn end_hold(web: &Web, wish: HoldWish, request: &HttpRequest) -> Response {
    if request.method != Method::Post {
        return hold_answer(false);
    }
    match web.engine.end_hold(wish, request).await {
        Ok(()) => hold_answer(true),
        Err(HoldError::Engine(error)) if !error.is_refusal() => unavailable(web, request, &error),
        Err(refused) => {
            tracing::info!(%refused, ?wish, "a hold is not ended as its shop wished");
            hold_answer(false)
        }
    }
}

/// A shop charges a kept method; it learns here only that this is taken in.
async fn charge(web: &Web, request: &HttpRequest) -> Response {
    let reply = match web.engine.charge_robokassa(request).await {
        Ok(number) => recurring::taken(number),
        Err(StartRefused::Robokassa(refused)) => {
            tracing::info!(number = refused.error.number(), why = refused.why, "a charge is refused");
            recurring::refused(&refused)
        }
        Err(StartRefused::Engine(error)) => return busy::later(&error),
    };
    messages::reply(reply)
}

fn hold_answer(granted: bool) -> Response {
    let headers =
        [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, holds::answer(granted)).into_response()
}

/// The buyer is sent on to the payment's one address. The browser that opened it gets a mark, by which
/// it is told from others later.
pub(super) fn to_payment(web: &Web, opened: Opened, request: &HttpRequest) -> Response {
    let mut response = messages::see_other(&web.engine.pay_url(opened.payment));
    if opened.fresh {
        let mark = visit::cookie(&web.engine, opened.payment, request);
        if let Ok(mark) = HeaderValue::try_from(mark) {
            response.headers_mut().append(header::SET_COOKIE, mark);
        }
    }
    response
}

async fn opened(web: &Web, request: &HttpRequest, opened: Result<Opened, StartRefused>) -> Response {
    match opened {
        Ok(opened) => to_payment(web, opened, request),
        Err(StartRefused::Robokassa(refused)) => {
            let page = visit::page(web, request, None, None);
            let explained = explained(web, request, &refused, page.language).await;
            refuse(&page, &refused, explained)
        }
        Err(StartRefused::Engine(error)) => unavailable(web, request, &error),
    }
}

/// The page of a payment start whose body is larger than anything a shop has to say.
pub fn too_large(web: &Web, head: &HttpRequest) -> Response {
    let why = "the body is too large or broke off";
    let page = visit::page(web, head, None, None);
    refuse(&page, &errors::Refused::with(RobokassaError::WrongInvoiceParameter, why), None)
}

/// The answer to a charge whose body is larger than anything a shop has to say.
pub fn charge_too_large() -> Response {
    let why = "the body is too large or broke off";
    messages::reply(recurring::refused(&errors::Refused::with(RobokassaError::WrongInvoiceParameter, why)))
}

/// What is wrong with the signature of a rehearsal: its page is read by the shop's programmer. Of real
/// payments, whose pages buyers read, nothing is told.
async fn explained(
    web: &Web,
    request: &HttpRequest,
    refused: &errors::Refused,
    language: Language,
) -> Option<notices::Explained> {
    let small = request.query.len().saturating_add(request.body.len()) <= EXPLAINED_MAX;
    if refused.error != RobokassaError::WrongSignature || !small {
        return None;
    }
    let read = Explained::of_request(request).filter(Explained::is_test)?;
    let report = web.engine.explain_robokassa(&read, read.login()?, Effort::QUICK).await.ok()??;
    Some(notices::Explained {
        mistakes: report.mistakes.iter().map(|mistake| in_words(language, mistake)).collect(),
        expected: report.expected_text,
        signed: report.signed_text,
    })
}

/// The page of a refusal, with its number.
pub(super) fn refuse(
    page: &Page,
    refused: &errors::Refused,
    explained: Option<notices::Explained>,
) -> Response {
    tracing::info!(number = refused.error.number(), why = refused.why, "a payment start is refused");
    let view = Refused {
        explained,
        number: refused.error.number(),
        kind: kind(refused),
        parameter: refused.parameter.map(str::to_owned),
    };
    // The service that these clients know answers its error pages with 200. There is nothing to press on them,
    // and the programmer of a page with a frame must see the number.
    framing::allow(messages::page(StatusCode::OK, pages::refused(page, &view)), Some("http: https:"))
}

fn kind(refused: &errors::Refused) -> RefusedKind {
    match refused.error {
        RobokassaError::NoTestSettings => RefusedKind::NoTestSettings,
        RobokassaError::ShopNotActivated => RefusedKind::Inactive,
        RobokassaError::ShopNotFound => RefusedKind::UnknownShop,
        RobokassaError::WrongSignature => RefusedKind::Signature,
        RobokassaError::WrongInvoiceParameter | RobokassaError::WrongRecurringParameters => {
            RefusedKind::Parameter
        }
        RobokassaError::WrongSum => RefusedKind::Sum,
        RobokassaError::TimeIsOver | RobokassaError::LinkExpired => RefusedKind::Over,
        RobokassaError::RecurringNotAllowed => RefusedKind::Recurring,
        RobokassaError::AlreadyPaid | RobokassaError::LinkAlreadyPaid => RefusedKind::AlreadyPaid,
        RobokassaError::HoldNotAllowed | RobokassaError::WrongHoldParameters => RefusedKind::Hold,
        RobokassaError::CannotStart if refused.parameter == Some(PARAMETER) => RefusedKind::NoRate,
        RobokassaError::CannotStart if refused.parameter.is_some() => RefusedKind::NotOffered,
        RobokassaError::CannotStart
        | RobokassaError::LinkNotFound
        | RobokassaError::Internal20
        | RobokassaError::Internal21
        | RobokassaError::Internal22
        | RobokassaError::Internal24
        | RobokassaError::Internal27
        | RobokassaError::Internal28
        | RobokassaError::Internal32
        | RobokassaError::Internal36
        | RobokassaError::Internal37
        | RobokassaError::Internal43
        | RobokassaError::Internal500 => RefusedKind::NotStarted,
    }
}
