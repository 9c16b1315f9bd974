//! The emulator's page: its payments with their outcomes to choose, and every message as it was sent.

use super::{api, emulation, views};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::checkout::shell::Shell;
use crate::checkout::views::Page;
use crate::checkout::visit;
use crate::messages;
use crate::problem::Problem;
use crate::state::Web;
use crate::words::Words;
use crate::{assets, policy};
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::ids::PaymentId;
use domain::payments::PaymentState;
use engine::emulation::Service;
use engine::emulation::log::{Event, EventKind, Way};
use engine::emulation::outcomes::{OutcomeRefused, Wanted};
use engine::emulation::payments::{Listed, NoticeWord};
use std::sync::Arc;
use wire::form::RawForm;
use wire::http::HttpRequest;

/// So many payments are shown.
const PAYMENTS_SHOWN: usize = 50;
/// So many messages are shown.
const EVENTS_SHOWN: usize = 100;
/// So much of a body is shown, in letters; programs get more of it.
const BODY_SHOWN: usize = 4_000;

/// A payment on the page.
struct Row {
    id: String,
    csrf: String,
    number: String,
    login: String,
    sum: String,
    state: &'static str,
    test: bool,
    notice: &'static str,
    tries: u32,
    told: String,
    /// Whether an outcome can be chosen.
    waits: bool,
}

/// A message on the page.
struct Message {
    number: u64,
    time: String,
    class: &'static str,
    arrow: &'static str,
    head: String,
    text: String,
}

#[derive(Template)]
#[template(path = "emulator.html", whitespace = "minimize")]
struct EmulatorPage<'a> {
    shell: Shell<'a>,
    address: &'a str,
    interkassa: bool,
    strict: bool,
    rows: Vec<Row>,
    messages: Vec<Message>,
    last: u64,
    note: Option<&'static str>,
}

impl EmulatorPage<'_> {
    fn style(&self) -> String {
        assets::emulator_style_address()
    }

    fn script(&self) -> String {
        assets::emulator_script_address()
    }

    fn outcomes(&self) -> &'static [Wanted] {
        Wanted::ALL
    }
}

/// The page at `/emulator`.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    match messages::read(request).await {
        Ok(request) => shown(&web, &request).await,
        Err(unreadable) => unreadable.into_response(),
    }
}

/// The page, for whatever address leads to it.
pub async fn shown(web: &Web, request: &HttpRequest) -> Response {
    let emulation = match emulation(web, request) {
        Ok(emulation) => emulation,
        Err(response) => return *response,
    };
    let listed = match web.engine.emulated_payments(None, None, None, PAYMENTS_SHOWN).await {
        Ok(listed) => listed,
        Err(error) => return Problem::unavailable(&error).into_response(),
    };
    let events = emulation.log().newest(EVENTS_SHOWN);
    let page = visit::page(web, request, None, None);
    let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
    let note = visit::field(&query, "note").and_then(|code| note(&code, Words::of(page.language)));
    let view = EmulatorPage {
        address: web.engine.public_url(),
        interkassa: matches!(emulation.service(), Service::Interkassa { .. }),
        strict: emulation.is_strict(),
        rows: listed.iter().map(|listed| row(web, listed)).collect(),
        last: events.first().map_or(0, |event| event.number),
        messages: events.iter().map(message).collect(),
        note,
        shell: shell(&page, emulation.service()),
    };
    messages::page(StatusCode::OK, write(&view))
}

/// A tester pressed a button of the page.
pub async fn choose(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Response {
    let request = match api::emulated(&web, request).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let form = RawForm::from_body(request.headers.get("content-type"), &request.body).unwrap_or_default();
    let wanted = visit::field(&form, "outcome").and_then(|code| Wanted::from_code(&code));
    let payment = web.engine.parse::<PaymentId>(&id).ok();
    let (Some(payment), Some(wanted)) = (payment, wanted) else {
        return messages::see_other("/emulator");
    };
    if !visit::is_own_form(&web.engine, payment, &request, &form) {
        return messages::see_other("/emulator");
    }
    match web.engine.emulate_outcome(payment, wanted).await {
        Ok(()) => messages::see_other("/emulator"),
        Err(OutcomeRefused::NoMethod) => messages::see_other("/emulator?note=no_method"),
        Err(OutcomeRefused::NotYet | OutcomeRefused::Engine(_)) => {
            messages::see_other("/emulator?note=again")
        }
        Err(OutcomeRefused::NotFound | OutcomeRefused::Ended { .. }) => {
            messages::see_other("/emulator?note=ended")
        }
    }
}

fn note(code: &str, words: Words) -> Option<&'static str> {
    match code {
        "no_method" => Some(words.emulator_no_method()),
        "again" => Some(words.emulator_again()),
        "ended" => Some(words.emulator_ended()),
        _ => None,
    }
}

fn shell<'a>(page: &'a Page, service: &Service) -> Shell<'a> {
    let words = Words::of(page.language);
    let title = match service {
        Service::Robokassa { .. } => words.emulator_title(),
        Service::Interkassa { .. } => words.emulator_title_interkassa(),
    };
    let title = format!("{title} \u{2013} {}", page.place);
    let mut shell = Shell::new(page, title);
    shell.scripted = false;
    shell
}

fn write(view: &EmulatorPage<'_>) -> Result<Rendered, RenderFault> {
    Ok(Rendered { html: view.render()?, policy: policy::with_files() })
}

fn row(web: &Web, listed: &Listed) -> Row {
    let (payment, notice) = (&listed.payment, &listed.notice);
    let told = match (&notice.last_answer, notice.state) {
        (Some((status, body)), _) => format!("{status} {}", beginning(body, 80)),
        (None, NoticeWord::None | NoticeWord::Waiting) => String::new(),
        (None, NoticeWord::Accepted | NoticeWord::Repeating | NoticeWord::GivenUp) => "\u{2014}".to_owned(),
    };
    let waits = match payment.state {
        PaymentState::Open | PaymentState::Closing { .. } | PaymentState::Expired => true,
        PaymentState::Held { .. }
        | PaymentState::Capturing { .. }
        | PaymentState::Releasing { .. }
        | PaymentState::Paid
        | PaymentState::Cancelled => false,
    };
    Row {
        id: web.engine.print(payment.id),
        csrf: visit::page_token(&web.engine, payment.id),
        number: payment.terms.order_text(),
        login: listed.login.clone(),
        sum: format!("{} {}", payment.amount, payment.currency().code()),
        state: payment.state.word(),
        test: views::is_test(listed),
        notice: notice.state.code(),
        tries: notice.tries,
        told,
        waits,
    }
}

fn message(event: &Arc<Event>) -> Message {
    let status = match (event.kind, event.status) {
        (EventKind::Request | EventKind::Notice | EventKind::Message, _) => String::new(),
        (EventKind::Answer, Some(status)) => format!("{status} "),
        (EventKind::Answer, None) => "\u{2014} ".to_owned(),
    };
    let mut text = String::new();
    for (name, value) in event.headers.iter() {
        text.push_str(&format!("{name}: {value}\n"));
    }
    if !event.body.is_empty() {
        text.push('\n');
        text.push_str(&beginning(&String::from_utf8_lossy(&event.body), BODY_SHOWN));
    }
    text.push_str(event.error.as_deref().unwrap_or_default());
    Message {
        number: event.number,
        time: event.at.strftime("%H:%M:%S%.3f").to_string(),
        class: event.kind.code(),
        arrow: match event.way {
            Way::In => "\u{2192}",
            Way::Out => "\u{2190}",
        },
        head: format!("{status}{} {}", event.method, event.url),
        text,
    }
}

/// The beginning of a text, with a mark where it goes on.
fn beginning(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).collect();
    if shown.len() < text.len() {
        shown.push('\u{2026}');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_shows_its_beginning_and_that_it_goes_on() {
        assert_eq!(beginning("абв", 3), "абв");
        assert_eq!(beginning("абвг", 3), "абв\u{2026}");
    }
}
