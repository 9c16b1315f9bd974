//! Robokassa's services that take signed tokens, refunds and payment links, and the pages of such links.

use crate::busy;
use crate::checkout::visit;
use crate::doors::robokassa::{refuse, to_payment};
use crate::messages;
use crate::state::Web;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::ids::PaymentId;
use engine::error::EngineError;
use engine::invoices::InvoiceError;
use engine::orders::StartRefused;
use engine::refund_api::RefundError;
use protocols::robokassa::invoices::InvoiceCall;
use protocols::robokassa::invoices_list;
use protocols::robokassa::refunds::{self, RefundCall};
use wire::http::{HttpReply, HttpRequest, Method};

/// A browser comes back to a reusable link's payment for so long, in seconds.
const LINK_SECONDS: u32 = 86_400;
/// So many letters at the end of a link's address tell its cookie from others.
const LINK_LETTERS: usize = 8;

/// A program gives money back, or asks where that stands.
pub(super) async fn refund(web: &Web, call: RefundCall, request: &HttpRequest) -> Response {
    match call {
        RefundCall::Create => match web.engine.refund_by_program(request).await {
            Ok(answer) => json(answer),
            Err(RefundError::Denied(why)) => {
                tracing::info!(%why, "a program's refund is not taken on");
                json(refunds::denied(&why))
            }
            Err(RefundError::Engine(error)) => later(&error),
        },
        RefundCall::State => match web.engine.refund_state(request).await {
            Ok(answer) => json(answer),
            Err(error) => later(&error),
        },
    }
}

/// A program issues, withdraws or lists payment links.
pub(super) async fn invoices(web: &Web, call: InvoiceCall, request: &HttpRequest) -> Response {
    let answered = match call {
        InvoiceCall::Create => web.engine.issue_invoice(request).await,
        InvoiceCall::Deactivate => web.engine.withdraw_invoice(request).await,
        InvoiceCall::List => web.engine.list_invoices(request).await,
    };
    match answered {
        Ok(answer) => json(answer),
        Err(InvoiceError::Denied(why)) => {
            tracing::info!(%why, ?call, "a program's wish about payment links is not granted");
            json(invoices_list::denied(&why))
        }
        Err(InvoiceError::Engine(error)) => later(&error),
    }
}

/// Somebody opens a payment link.
pub(super) async fn link(web: &Web, request: &HttpRequest) -> Response {
    // Whoever only asks whether there is a page opens no payment.
    if request.method == Method::Head {
        return StatusCode::OK.into_response();
    }
    let name = cookie_name(&request.path);
    let known = visit::read_cookie(request, &name).and_then(|text| web.engine.parse::<PaymentId>(text).ok());
    match web.engine.open_link(&request.path, known).await {
        Ok(opened) => {
            let mut response = to_payment(web, opened, request);
            if opened.fresh {
                let (payment, secure) = (web.engine.print(opened.payment), visit::secure(&web.engine));
                let kept = format!(
                    "{name}={payment}; Path=/; Max-Age={LINK_SECONDS}; HttpOnly; SameSite=Lax{secure}"
                );
                if let Ok(kept) = HeaderValue::try_from(kept) {
                    response.headers_mut().append(header::SET_COOKIE, kept);
                }
            }
            response
        }
        Err(StartRefused::Robokassa(refused)) => {
            refuse(&visit::page(web, request, None, None), &refused, None)
        }
        Err(StartRefused::Engine(error)) => busy::unavailable(web, request, &error),
    }
}

/// Several links may be open in one browser.
fn cookie_name(path: &str) -> String {
    let letters: Vec<char> =
        path.chars().rev().filter(char::is_ascii_alphanumeric).take(LINK_LETTERS).collect();
    format!("kassa_link_{}", letters.into_iter().collect::<String>())
}

fn json(body: String) -> Response {
    messages::reply(HttpReply::json(200, body))
}

/// A program that is told so comes again.
fn later(error: &EngineError) -> Response {
    tracing::error!(%error, "a program's request could not be taken");
    busy::plain()
}
