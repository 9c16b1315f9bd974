//! The signature check for programs: the request that puzzles a shop's programmer in, what is wrong with it out.

use super::api::{answer, emulated};
use crate::explained::{checkout_in_words, in_words};
use crate::problem::Problem;
use crate::state::Web;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::payments::Language;
use protocols::interkassa;
use protocols::robokassa;
use protocols::robokassa::explain::effort::Effort;
use protocols::robokassa::explain::report::ReadParameter;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::form::RawForm;

/// A request in JSON, for programs that would rather not send it bare.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    request: String,
    #[serde(alias = "checkout")]
    login: Option<String>,
}

/// Judges the signature of a request of either dialect. The body is the request as a person would paste it, or
/// `{"request":"…","login":"…"}`, for a checkout `"checkout"`; whose it is is needed where the request names
/// nobody.
pub async fn judge(State(web): State<Web>, request: Request) -> Response {
    let request = match emulated(&web, request).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let Ok(body) = String::from_utf8(request.body) else {
        return bad("the body is no text", "body", "send the request as text in UTF-8");
    };
    let (text, named) = match serde_json::from_str::<Wrapped>(&body) {
        Ok(wrapped) => (wrapped.request, wrapped.login),
        Err(_) => (body, None),
    };
    let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
    let asked = |name: &str| crate::checkout::visit::field(&query, name);
    let named = named.or_else(|| asked("login")).or_else(|| asked("checkout"));
    if let Some(read) = interkassa::explain::Explained::read(&text) {
        return of_interkassa(&web, &read, named).await;
    }
    match robokassa::explain::Explained::read(&text) {
        Some(read) => of_robokassa(&web, &read, named).await,
        None => {
            let how = "send an address with a query, a form body such as OutSum=10.00&InvId=7, or JSON";
            bad("there is no parameter in that", "body", how)
        }
    }
}

fn bad(what: &'static str, place: &'static str, how: &str) -> Response {
    Problem::new(StatusCode::BAD_REQUEST, what, place, how).into_response()
}

async fn of_robokassa(web: &Web, read: &robokassa::explain::Explained, named: Option<String>) -> Response {
    let Some(login) = named.or_else(|| read.login().map(str::to_owned)) else {
        let how = "say whose it is: /emulator/explain?login=demo";
        return bad("the request names no shop", "query, login", how);
    };
    match web.engine.explain_robokassa(read, &login, Effort::THOROUGH).await {
        Ok(Some(report)) => answer(view(&report, &login)),
        Ok(None) => {
            let how = "a login has Latin letters, digits, dash, dot and underscore, and at least one letter";
            Problem::new(StatusCode::NOT_FOUND, "there is no such shop", "body, MerchantLogin", how)
                .into_response()
        }
        Err(error) => Problem::unavailable(&error).into_response(),
    }
}

async fn of_interkassa(web: &Web, read: &interkassa::explain::Explained, named: Option<String>) -> Response {
    let Some(checkout) = named.or_else(|| read.merchant().map(str::to_owned)) else {
        let how = "say whose it is: /emulator/explain?checkout=5534b1683b1eaf00758b4567";
        return bad("the request names no checkout", "query, checkout", how);
    };
    match web.engine.explain_interkassa(read, &checkout, Effort::THOROUGH).await {
        Ok(Some(report)) => answer(checkout_view(read, &report, &checkout)),
        Ok(None) => {
            let how = "name one of the emulator's checkouts, as ik_co_id or ik_shop_id does";
            Problem::new(StatusCode::NOT_FOUND, "there is no such checkout", "body, ik_co_id", how)
                .into_response()
        }
        Err(error) => Problem::unavailable(&error).into_response(),
    }
}

/// The same members that `openkassa robokassa explain --json` prints.
fn view(report: &robokassa::explain::report::Report, login: &str) -> Value {
    let mistakes = report.mistakes.iter().map(|mistake| {
        let (en, ru) = (in_words(Language::En, mistake), in_words(Language::Ru, mistake));
        json!({ "code": mistake.code(), "en": en, "ru": ru })
    });
    let refusal = report.refusal.map(|refused| {
        json!({ "error": refused.error.number(), "parameter": refused.parameter, "why": refused.why })
    });
    json!({
        "verdict": report.verdict.code(),
        "kind": report.kind.code(),
        "told_by": if report.by_path { "path" } else { "parameters" },
        "shop": login,
        "test": report.test,
        "digest": report.digest.name(),
        "password": report.password.code(),
        "parameters": parameters(&report.parameters),
        "expected_text": report.expected_text,
        "expected_signature": report.expected_digest,
        "received_signature": report.received,
        "signed_text": report.signed_text,
        "mistakes": mistakes.collect::<Vec<Value>>(),
        "refusal": refusal,
        "tried": report.tried,
        "complete": report.complete,
    })
}

/// The same members that `openkassa interkassa explain --json` prints.
fn checkout_view(
    read: &interkassa::explain::Explained,
    report: &interkassa::explain::report::Report,
    checkout: &str,
) -> Value {
    let mistakes = report.mistakes.iter().map(|mistake| {
        let (en, ru) = (checkout_in_words(Language::En, mistake), checkout_in_words(Language::Ru, mistake));
        json!({ "code": mistake.code(), "en": en, "ru": ru })
    });
    let refusal = report.refusal.as_ref().map(|refused| {
        json!({ "error": refused.code.number(), "parameter": refused.parameter, "why": refused.why })
    });
    json!({
        "verdict": report.verdict.code(),
        "kind": report.kind.code(),
        "told_by": "parameters",
        "shop": checkout,
        "test": read.is_test(),
        "digest": report.digest.name(),
        "password": report.key.code(),
        "parameters": parameters(&report.parameters),
        "expected_text": report.expected_text,
        "expected_signature": report.expected_signature,
        "received_signature": report.received,
        "signed_text": report.signed_text,
        "mistakes": mistakes.collect::<Vec<Value>>(),
        "refusal": refusal,
        "tried": report.tried,
        "complete": report.complete,
    })
}

fn parameters(read: &[ReadParameter]) -> Vec<Value> {
    let one = |read: &ReadParameter| {
        json!({
            "name": read.name,
            "official": read.official,
            "value": read.value,
            "signed": read.signed,
        })
    };
    read.iter().map(one).collect()
}
