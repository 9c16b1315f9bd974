//! New passwords for a shop: asked first, told once, the old ones good for nothing new from then on.

use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::cabinet::shop::kind_word;
use crate::cabinet::shops::{self, Twins};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::messages;
use crate::state::Web;
use crate::words::Words;
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::decide::Refused;
use domain::ids::BookKind;
use engine::error::EngineError;
use engine::sellers::Told;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct PasswordsView {
    /// The shop's name.
    pub name: String,
    /// The page of its settings.
    pub back: String,
    /// This page.
    pub action: String,
    /// The word of the book whose passwords they are.
    pub of: &'static str,
    /// Whether they are those of rehearsals.
    pub test: bool,
    /// Whether they are a checkout's keys, one pair for both books.
    pub checkout: bool,
    /// The version that is replaced; what comes twice replaces once.
    pub version: String,
    /// The new passwords, 1 and 2; told this once.
    pub told: Option<(String, String)>,
    /// Why nothing was done; may be empty.
    pub error: String,
}

impl PasswordsView {
    /// What the button says that does it.
    fn go(&self, w: &Words) -> &'static str {
        if self.checkout { w.co_keys_go() } else { w.pw_go() }
    }
}

#[derive(Template)]
#[template(path = "cabinet/shop_passwords.html", whitespace = "minimize")]
struct PasswordsPage<'a> {
    shell: Shell<'a>,
    view: &'a PasswordsView,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &PasswordsView) -> Result<Rendered, RenderFault> {
    let w = frame.words();
    let title = if view.checkout { w.co_new_keys() } else { w.pw_title() };
    let shell = Shell::new(frame, &[title, &view.name]);
    rendered(&PasswordsPage { shell, view })
}

/// Asks whether it shall be done.
pub async fn show(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Shops).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let kind = kind(desk.asked("of").as_deref());
    let view = Twins::of(&web, &desk, &number).await.map(|twins| view(&web, &desk, &twins, kind));
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

/// Does it, once for each time it was asked, and tells the new ones.
pub async fn rotate(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Shops).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let twins = match Twins::of(&web, &desk, &number).await {
        Ok(twins) => twins,
        Err(stuck) => return desk.stuck(&web, &stuck),
    };
    let kind = book_of(&twins, kind(Some(&desk.sent("of"))));
    let mut view = view(&web, &desk, &twins, kind);
    let w = desk.frame.words();
    if !desk.is_own_form() {
        w.cab_stale_form().clone_into(&mut view.error);
        return messages::page(StatusCode::FORBIDDEN, page(&desk.frame, &view));
    }
    let told = match web.engine.new_passwords() {
        Ok(told) => told,
        Err(stuck) => return desk.stuck(&web, &stuck),
    };
    match replaced(&web, &desk, &twins, kind, &told).await {
        Ok(()) => {
            let (first, second) = match kind {
                BookKind::Live => (&told.password1, &told.password2),
                BookKind::Test => (&told.test_password1, &told.test_password2),
            };
            view.told = Some((first.expose().to_owned(), second.expose().to_owned()));
            messages::page(StatusCode::OK, page(&desk.frame, &view))
        }
        Err(EngineError::Refused(Refused::Stale { .. })) => {
            let once = if view.checkout { w.co_keys_once() } else { w.pw_once() };
            once.clone_into(&mut view.error);
            messages::page(StatusCode::CONFLICT, page(&desk.frame, &view))
        }
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

/// Puts the new ones into force, if those in force are still the ones that were asked about.
async fn replaced(
    web: &Web,
    desk: &Desk,
    twins: &Twins,
    kind: BookKind,
    told: &Told,
) -> Result<(), EngineError> {
    let seen = desk.sent("version").parse().unwrap_or(0);
    web.engine.rotate_twin(twins.live.id, kind, Some(seen), told, desk.actor.clone()).await?;
    if twins.live.checkout.is_some() {
        web.engine.rotate_twin(twins.live.id, BookKind::Test, None, told, desk.actor.clone()).await?;
    }
    Ok(())
}

/// The book whose passwords are asked about; a checkout's keys are those of its live one.
fn book_of(twins: &Twins, kind: BookKind) -> BookKind {
    if twins.live.checkout.is_some() { BookKind::Live } else { kind }
}

fn view(web: &Web, desk: &Desk, twins: &Twins, kind: BookKind) -> PasswordsView {
    let kind = book_of(twins, kind);
    let shop = twins.one(kind);
    let address = shops::address(web, shop.id);
    PasswordsView {
        name: shop.name.clone(),
        back: desk.frame.to(&address),
        action: format!("{address}/passwords"),
        of: kind_word(kind),
        test: kind == BookKind::Test,
        checkout: shop.checkout.is_some(),
        version: shop.current_passwords().map_or(0, |passwords| passwords.version).to_string(),
        ..PasswordsView::default()
    }
}

fn kind(word: Option<&str>) -> BookKind {
    if word == Some(kind_word(BookKind::Test)) { BookKind::Test } else { BookKind::Live }
}
