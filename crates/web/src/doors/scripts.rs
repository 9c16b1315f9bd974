//! Files for shops' own pages, and the payment by bank app that one of them starts.

use crate::busy;
use crate::doors::places;
use crate::messages;
use crate::qr;
use crate::state::Web;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::attempts::{PayerFields, Prompt};
use domain::ids::PaymentId;
use domain::methods::Method;
use engine::error::EngineError;
use engine::orders::StartRefused;
use protocols::robokassa::errors::{Refused, RobokassaError};
use protocols::robokassa::scripts::Script;
use protocols::robokassa::start_by_server;
use serde_json::json;
use std::time::Duration;
use wire::http::{HttpReply, HttpRequest};

const FORM: &str = include_str!("../../static/merchant/form.js");
const FRAME: &str = include_str!("../../static/merchant/frame.html");
const DIRECT_PAYMENT: &str = include_str!("../../static/merchant/direct_payment.js");
const IFRAME: &str = include_str!("../../static/merchant/iframe.js");
const BADGE: &str = include_str!("../../static/merchant/badge.js");

/// These addresses never change, so what is kept of them must be asked for again soon.
const CACHE: &str = "public, max-age=3600";
/// A frame with a button may stand on any page: it only leads the whole window to the payment page.
const FRAME_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; form-action *; \
     base-uri 'none'; frame-ancestors *";
/// So long the provider may take to make a code.
const CODE_WAIT: Duration = Duration::from_secs(15);

/// A file; the same for everybody, because scripts read their values from their own addresses.
pub fn file(script: Script) -> Response {
    let (kind, text) = match script {
        Script::Form => ("text/javascript; charset=utf-8", FORM),
        Script::Frame => ("text/html; charset=utf-8", FRAME),
        Script::DirectPayment => ("text/javascript; charset=utf-8", DIRECT_PAYMENT),
        Script::Iframe => ("text/javascript; charset=utf-8", IFRAME),
        Script::Badge => ("text/javascript; charset=utf-8", BADGE),
    };
    let mut response = text.into_response();
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, CACHE),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if script == Script::Frame {
        let policy = HeaderValue::from_static(FRAME_POLICY);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Starts a payment by bank app and tells its code and link. The shop's signature says what may be paid, as
/// with any start; pages of every host may read the answer, which holds nothing of the browser that asks.
pub async fn sbp_code(web: &Web, request: &HttpRequest) -> Response {
    let told = match web.engine.start_robokassa(request).await {
        Ok(opened) => code(web, opened.payment, request).await,
        Err(error) => Err(error),
    };
    let mut response = match told {
        Ok(body) => messages::reply(HttpReply::json(200, body)),
        Err(StartRefused::Robokassa(refused)) => {
            tracing::info!(number = refused.error.number(), why = refused.why, "a code is refused");
            messages::reply(HttpReply::json(200, start_by_server::refused(&refused)))
        }
        Err(StartRefused::Engine(error)) => {
            tracing::warn!(%error, "a code cannot be made");
            busy::come_again(messages::reply(HttpReply::json(503, start_by_server::unavailable())))
        }
    };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn code(web: &Web, payment: PaymentId, request: &HttpRequest) -> Result<String, StartRefused> {
    let engine = &web.engine;
    let mut changes = engine.watch();
    let scene = engine.scene(payment).await?;
    let waiting = scene.attempt.filter(|attempt| attempt.method == Method::Sbp && !attempt.is_final());
    if waiting.is_none() {
        let payer = PayerFields { phone: None, email: scene.payment.terms.email.clone(), saved: false };
        match engine.start_attempt(payment, Method::Sbp, payer).await {
            Ok(_) => {}
            Err(EngineError::Refused(refused)) => {
                tracing::info!(%refused, "a code is not offered");
                return Err(Refused::with(RobokassaError::CannotStart, "SBP is not offered here").into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    let link = tokio::time::timeout(CODE_WAIT, async {
        loop {
            let prompt = engine.scene(payment).await?.attempt.filter(|attempt| attempt.method == Method::Sbp);
            match prompt.map(|attempt| (attempt.is_final(), attempt.prompt)) {
                Some((false, Some(Prompt::Qr { data }))) => return Ok(Some(data)),
                Some((false, Some(Prompt::Redirect { url }))) => return Ok(Some(url)),
                Some((false, None)) => engine.wait_for_change(&mut changes, payment, CODE_WAIT).await,
                Some((_, Some(Prompt::External { .. } | Prompt::Outcome)) | (true, _)) | None => {
                    return Ok(None);
                }
            }
        }
    });
    let link = link.await.unwrap_or(Ok::<_, EngineError>(None))?;
    // Whoever cannot be shown a code can still pay on the page.
    let link = link.unwrap_or_else(|| engine.pay_url(payment));
    let svg = qr::draw(&link, "QR").unwrap_or_default();
    let guid = places::guid_of(web, payment).unwrap_or_default();
    tracing::debug!(peer = ?request.peer, "a code is told to a page of a shop");
    Ok(json!({ "invoiceID": guid, "errorCode": 0, "errorMessage": null, "link": link, "svg": svg })
        .to_string())
}
