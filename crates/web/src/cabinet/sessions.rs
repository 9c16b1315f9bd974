//! A person's own account: the browsers in which he is signed in, and his password.

use crate::cabinet::components::{Field, errors};
use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::messages;
use crate::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::error::EngineError;

/// The page.
const HERE: &str = "/cabinet/sessions";
/// How much of what a browser calls itself is shown, in characters.
const AGENT_CHARS_SHOWN: usize = 80;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SessionsView {
    /// The organisation's login and the personal one.
    pub logins: (String, String),
    /// The sessions.
    pub rows: Vec<SessionRow>,
    /// The fields for another password.
    pub fields: Vec<Field>,
    /// What was done; may be empty.
    pub done: String,
}

/// A session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its token's digest, which forms return.
    pub token: String,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it was begun.
    pub address: String,
    /// When.
    pub began: String,
    /// When it was used last.
    pub seen: String,
    /// Whether it is the one that looks at the page.
    pub own: bool,
}

#[derive(Template)]
#[template(path = "cabinet/sessions.html", whitespace = "minimize")]
struct SessionsPage<'a> {
    shell: Shell<'a>,
    view: &'a SessionsView,
    errors: Vec<(&'static str, String)>,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &SessionsView) -> Result<Rendered, RenderFault> {
    let shell = Shell::new(frame, &[frame.words().se_title()]);
    let fields: Vec<&Field> = view.fields.iter().collect();
    rendered(&SessionsPage { shell, view, errors: errors(&fields) })
}

/// The page of the person who asks.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Overview).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let w = desk.frame.words();
    let done = match desk.asked("done").as_deref() {
        Some("ended") => w.se_ended(),
        Some("password") => w.se_changed(),
        Some(_) | None => "",
    };
    let view = view(&web, &desk, fields(&desk.frame), done).await;
    desk.answer(&web, view.map(|view| page(&frame(&desk), &view)))
}

/// Ends one session, or all others.
pub async fn end(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Overview).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    if !desk.is_own_form() {
        return messages::see_other(HERE);
    }
    let chosen = desk.sent("session");
    let ended: Result<(), EngineError> = async {
        for session in web.engine.sessions(&desk.member).await? {
            let own = session.token == desk.member.session.token;
            if !own && (session.token == chosen || chosen == "others") {
                web.engine.end_session(&desk.member, &session.token).await?;
            }
        }
        Ok(())
    }
    .await;
    match ended {
        Ok(()) => messages::see_other(&format!("{HERE}?done=ended")),
        Err(error) => desk.stuck(&web, &error),
    }
}

/// Changes the person's own password.
pub async fn password(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Overview).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    if !desk.is_own_form() {
        return messages::see_other(HERE);
    }
    let w = desk.frame.words();
    let [mut present, mut new] = fields(&desk.frame);
    // A password may begin or end with a space.
    let typed = |name| crate::checkout::visit::field(&desk.form, name).unwrap_or_default();
    let changed = web.engine.change_own_password(&desk.member, &typed("present"), &typed("password")).await;
    match changed {
        Ok(true) => return messages::see_other(&format!("{HERE}?done=password")),
        Ok(false) => present = present.wrong(w.se_not_yours()),
        Err(EngineError::Refused(_)) => new = new.wrong(w.se_too_short()),
        Err(error) => return desk.stuck(&web, &error),
    }
    match view(&web, &desk, [present, new], "").await {
        Ok(view) => messages::page(StatusCode::UNPROCESSABLE_ENTITY, page(&frame(&desk), &view)),
        Err(error) => desk.stuck(&web, &error),
    }
}

/// The page belongs to no section.
fn frame(desk: &Desk) -> Frame {
    Frame { here: None, ..desk.frame.clone() }
}

async fn view(web: &Web, desk: &Desk, fields: [Field; 2], done: &str) -> Result<SessionsView, EngineError> {
    let organisation = web.engine.store().organisation_of(desk.member.seller.id).await?;
    let sessions = web.engine.sessions(&desk.member).await?;
    let own = desk.member.session.token.as_str();
    let rows = sessions.into_iter().map(|session| SessionRow {
        agent: session.agent.chars().take(AGENT_CHARS_SHOWN).collect(),
        address: session.address,
        began: desk.frame.moment(session.began_at),
        seen: desk.frame.short(session.seen_at),
        own: session.token == own,
        token: session.token,
    });
    Ok(SessionsView {
        logins: (organisation.unwrap_or_default(), desk.member.person.login.clone()),
        rows: rows.collect(),
        fields: fields.to_vec(),
        done: done.to_owned(),
    })
}

fn fields(frame: &Frame) -> [Field; 2] {
    let w = frame.words();
    [
        Field::text("present", w.se_present()).kind("password").filled_by("current-password"),
        Field::text("password", w.se_new()).kind("password").hint(w.se_hint()).filled_by("new-password"),
    ]
}
