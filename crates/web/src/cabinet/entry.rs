//! Signing in and out.

use crate::busy::unavailable;
use crate::cabinet::components::{Field, errors};
use crate::cabinet::shell::{Frame, Shell, rendered};
use crate::cabinet::visitor::{self, SIGN_IN};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::checkout::visit;
use crate::messages;
use crate::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::ids::BookKind;
use engine::people::{Credentials, Device, SignInError};
use wire::form::RawForm;
use wire::http::HttpRequest;

/// What the sign-in page shows.
#[derive(Clone, Debug, Default)]
pub struct EntryView {
    /// Organisation, login and password.
    pub fields: Vec<Field>,
    /// The page that is wanted.
    pub next: String,
    /// Why nobody was let in; may be empty.
    pub error: String,
    /// A note about what happened before; may be empty.
    pub note: String,
}

#[derive(Template)]
#[template(path = "cabinet/entry.html", whitespace = "minimize")]
struct EntryPage<'a> {
    shell: Shell<'a>,
    view: &'a EntryView,
    errors: Vec<(&'static str, String)>,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &EntryView) -> Result<Rendered, RenderFault> {
    let shell = Shell::new(frame, &[&view.error, frame.words().en_title()]);
    let fields: Vec<&Field> = view.fields.iter().collect();
    rendered(&EntryPage { shell, view, errors: errors(&fields) })
}

/// The sign-in page; whoever is signed in already goes on.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let request = match messages::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
    let wanted = visit::field(&query, "next");
    match visitor::known(&web, &request).await {
        Ok(Some(_)) => messages::see_other(visitor::next(wanted.as_deref())),
        Ok(None) => {
            let frame = frame(&web, &request);
            let view = EntryView {
                fields: fields(&frame, "", ""),
                next: visitor::next(wanted.as_deref()).to_owned(),
                note: if visit::field(&query, "out").is_some() { frame.words().en_out() } else { "" }
                    .to_owned(),
                ..EntryView::default()
            };
            messages::page(StatusCode::OK, page(&frame, &view))
        }
        Err(error) => unavailable(&web, &request, &error),
    }
}

/// Lets somebody in, or says that it was not right.
pub async fn enter(State(web): State<Web>, request: Request) -> Response {
    let request = match messages::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    let form = RawForm::from_body(request.headers.get("content-type"), &request.body).unwrap_or_default();
    let typed = |name| visit::field(&form, name).unwrap_or_default();
    let (organisation, login, password) = (typed("organisation"), typed("login"), typed("password"));
    let (organisation, login) = (organisation.trim(), login.trim());
    let wanted = visit::field(&form, "next");
    let next = visitor::next(wanted.as_deref());
    let frame = frame(&web, &request);
    let mut view = EntryView {
        fields: fields(&frame, organisation, login),
        next: next.to_owned(),
        ..EntryView::default()
    };
    if !visit::is_from_here(&request) {
        view.error = frame.words().en_again().to_owned();
        return messages::page(StatusCode::FORBIDDEN, page(&frame, &view));
    }
    let empty = [organisation.is_empty(), login.is_empty(), password.is_empty()];
    if empty.contains(&true) {
        let missing = view.fields.iter_mut().zip(empty).filter(|(_, empty)| *empty);
        missing.for_each(|(field, _)| field.error = frame.words().en_fill_in().to_owned());
        return messages::page(StatusCode::UNPROCESSABLE_ENTITY, page(&frame, &view));
    }
    let credentials = Credentials { organisation, login, password: &password };
    match web.engine.sign_in(&credentials, &device(&request)).await {
        Ok(value) => with_cookie(messages::see_other(next), &visitor::cookie(&web.engine, &value)),
        Err(SignInError::Wrong) => {
            view.error = frame.words().en_wrong().to_owned();
            messages::page(StatusCode::UNPROCESSABLE_ENTITY, page(&frame, &view))
        }
        Err(SignInError::Slowed(until)) => {
            view.error = frame.words().en_slowed(&frame.short(until));
            messages::page(StatusCode::TOO_MANY_REQUESTS, page(&frame, &view))
        }
        Err(SignInError::Engine(error)) => unavailable(&web, &request, &error),
    }
}

/// Ends the session of this browser.
pub async fn leave(State(web): State<Web>, request: Request) -> Response {
    let request = match messages::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    let person = match visitor::of(&web, &request).await {
        Ok(person) => person,
        Err(response) => return response,
    };
    let form = RawForm::from_body(request.headers.get("content-type"), &request.body).unwrap_or_default();
    if !visit::is_from_here(&request) || visit::field(&form, "csrf") != Some(person.csrf) {
        return messages::see_other("/cabinet");
    }
    let token = person.member.session.token.clone();
    match web.engine.end_session(&person.member, &token).await {
        Ok(()) => {
            let gone = messages::see_other(&format!("{SIGN_IN}?out"));
            with_cookie(gone, &visitor::no_cookie(&web.engine))
        }
        Err(error) => unavailable(&web, &request, &error),
    }
}

/// Keeps a reader's language, signed in or not.
pub async fn language(State(_): State<Web>, request: Request) -> Response {
    let request = match messages::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    let form = RawForm::from_body(request.headers.get("content-type"), &request.body).unwrap_or_default();
    let back = visit::field(&form, "back");
    let signing_in = back.as_deref().filter(|back| back.starts_with(SIGN_IN) && !back.contains("//"));
    let back = signing_in.unwrap_or_else(|| visitor::next(back.as_deref()));
    let chosen = visit::field(&form, "language").and_then(|code| crate::language::from_tag(&code));
    match chosen {
        Some(language) => with_cookie(messages::see_other(back), &visit::language_cookie(language)),
        None => messages::see_other(back),
    }
}

fn frame(web: &Web, request: &HttpRequest) -> Frame {
    let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
    let lang = visit::field(&query, "lang");
    let page = visit::page(web, request, None, lang.as_deref());
    let address = match request.query.as_str() {
        "" => SIGN_IN.to_owned(),
        query => format!("{SIGN_IN}?{query}"),
    };
    let mirrored = web.tour.is_some() && lang.as_deref() == Some("mirrored");
    Frame { page, account: None, here: None, kind: BookKind::Live, address, mirrored }
}

fn fields(frame: &Frame, organisation: &str, login: &str) -> Vec<Field> {
    let w = frame.words();
    vec![
        Field::text("organisation", w.en_organisation()).typed(organisation).filled_by("organization"),
        Field::text("login", w.en_login()).typed(login).filled_by("username"),
        Field::text("password", w.en_password()).kind("password").filled_by("current-password"),
    ]
}

fn device(request: &HttpRequest) -> Device {
    Device {
        address: request.peer.map(|peer| peer.to_string()).unwrap_or_default(),
        agent: request.headers.get("user-agent").unwrap_or_default().to_owned(),
    }
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
