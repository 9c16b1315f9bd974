//! The signature check for programs: the request that puzzles a shop's programmer in, what is wrong with it out.

use super::api::{answer, emulated};
use crate::explained::in_words;
use crate::problem::Problem;
use crate::state::Web;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::payments::Language;
use protocols::robokassa::explain::Explained;
use protocols::robokassa::explain::effort::Effort;
use protocols::robokassa::explain::report::Report;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::form::RawForm;

/// A request in JSON, for programs that would rather not send it bare.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    request: String,
    login: Option<String>,
}

/// Judges the signature of a request. The body is the request as a person would paste it, or
/// `{"request":"…","login":"…"}`; the login is needed where the request names none.
pub async fn judge(State(web): State<Web>, request: Request) -> Response {
    let request = match emulated(&web, request).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let bad =
        |what, place, how: &str| Problem::new(StatusCode::BAD_REQUEST, what, place, how).into_response();
    let Ok(body) = String::from_utf8(request.body) else {
        return bad("the body is no text", "body", "send the request as text in UTF-8");
    };
    let (text, login) = match serde_json::from_str::<Wrapped>(&body) {
        Ok(wrapped) => (wrapped.request, wrapped.login),
        Err(_) => (body, None),
    };
    let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
    let login = login.or_else(|| crate::checkout::visit::field(&query, "login"));
    let Some(read) = Explained::read(&text) else {
        let how = "send an address with a query, a form body such as OutSum=10.00&InvId=7, or JSON";
        return bad("there is no parameter in that", "body", how);
    };
    let Some(login) = login.or_else(|| read.login().map(str::to_owned)) else {
        return bad(
            "the request names no shop",
            "query, login",
            "say whose it is: /emulator/explain?login=demo",
        );
    };
    match web.engine.explain_robokassa(&read, &login, Effort::THOROUGH).await {
        Ok(Some(report)) => answer(view(&report, &login)),
        Ok(None) => {
            let how = "a login has Latin letters, digits, dash, dot and underscore, and at least one letter";
            Problem::new(StatusCode::NOT_FOUND, "there is no such shop", "body, MerchantLogin", how)
                .into_response()
        }
        Err(error) => Problem::unavailable(&error).into_response(),
    }
}

/// The same members that `openkassa robokassa explain --json` prints.
fn view(report: &Report, login: &str) -> Value {
    let parameters: Vec<Value> = report
        .parameters
        .iter()
        .map(|read| json!({ "name": read.name, "official": read.official, "value": read.value, "signed": read.signed }))
        .collect();
    let mistakes: Vec<Value> = report
        .mistakes
        .iter()
        .map(|mistake| {
            let (en, ru) = (in_words(Language::En, mistake), in_words(Language::Ru, mistake));
            json!({ "code": mistake.code(), "en": en, "ru": ru })
        })
        .collect();
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
        "parameters": parameters,
        "expected_text": report.expected_text,
        "expected_signature": report.expected_digest,
        "received_signature": report.received,
        "signed_text": report.signed_text,
        "mistakes": mistakes,
        "refusal": refusal,
        "tried": report.tried,
        "complete": report.complete,
    })
}
