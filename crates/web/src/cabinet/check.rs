//! The signature check: a request is pasted, and it is shown what was hashed and which known mistake fits.

use crate::cabinet::check_found::{self, FoundView};
use crate::cabinet::components::Field;
use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::messages;
use crate::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::sellers::Shop;
use engine::error::EngineError;
use protocols::interkassa;
use protocols::robokassa;
use protocols::robokassa::explain::effort::Effort;
use tokio::sync::Semaphore;

/// What is pasted may be so long, in bytes.
const TEXT_BYTES_MAX: usize = 12_288;
/// Signatures are searched for so many at once: each takes a core for a moment.
const CHECKS_AT_ONCE: usize = 1;

static CHECKS: Semaphore = Semaphore::const_new(CHECKS_AT_ONCE);

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct CheckView {
    /// What was pasted.
    pub text: String,
    /// The chosen shop.
    pub shop: Field,
    /// The shops to choose from.
    pub shops: Vec<(String, String)>,
    /// What came of it.
    pub found: Option<FoundView>,
    /// Why nothing was checked; may be empty.
    pub error: String,
}

#[derive(Template)]
#[template(path = "cabinet/check.html", whitespace = "minimize")]
struct CheckPage<'a> {
    shell: Shell<'a>,
    view: &'a CheckView,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &CheckView) -> Result<Rendered, RenderFault> {
    let verdict = view.found.as_ref().map_or("", |found| found.verdict);
    let shell = Shell::new(frame, &[verdict, frame.words().cab_check()]);
    rendered(&CheckPage { shell, view })
}

/// The empty form.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Check).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let view = desk.shops(&web).await.map(|shops| blank(&desk, &shops));
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

/// Checks what was pasted. Nothing is kept of it.
pub async fn judge(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Check).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let shops = match desk.shops(&web).await {
        Ok(shops) => shops,
        Err(stuck) => return desk.stuck(&web, &stuck),
    };
    let (w, mut view) = (desk.frame.words(), blank(&desk, &shops));
    if !desk.is_own_form() {
        w.cab_stale_form().clone_into(&mut view.error);
        return messages::page(StatusCode::FORBIDDEN, page(&desk.frame, &view));
    }
    match found(&web, &desk, &shops).await {
        Ok(Ok(found)) => {
            view.found = Some(found);
            messages::page(StatusCode::OK, page(&desk.frame, &view))
        }
        Ok(Err(error)) => {
            error.clone_into(&mut view.error);
            messages::page(StatusCode::UNPROCESSABLE_ENTITY, page(&desk.frame, &view))
        }
        Err(EngineError::Busy) => {
            w.ck_busy().clone_into(&mut view.error);
            messages::page(StatusCode::SERVICE_UNAVAILABLE, page(&desk.frame, &view))
        }
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

/// What was pasted, in the dialect that it speaks.
enum Pasted {
    Robokassa(robokassa::explain::Explained),
    Interkassa(interkassa::explain::Explained),
}

impl Pasted {
    /// Fields of a checkout show by their names; anything else that has parameters is of the other dialect.
    fn read(text: &str) -> Option<Pasted> {
        let of_checkout = interkassa::explain::Explained::read(text).map(Pasted::Interkassa);
        of_checkout.or_else(|| robokassa::explain::Explained::read(text).map(Pasted::Robokassa))
    }

    /// Whether it may be a request of this shop's.
    fn fits(&self, shop: &Shop) -> bool {
        match self {
            Pasted::Robokassa(_) => shop.checkout.is_none(),
            Pasted::Interkassa(_) => shop.checkout.is_some(),
        }
    }

    /// The shop that it names, as written; none if it names none.
    fn names(&self) -> Option<&str> {
        match self {
            Pasted::Robokassa(request) => request.login(),
            Pasted::Interkassa(request) => request.merchant(),
        }
    }
}

/// Whether a shop is called so. A name in other letters is one of the mistakes, so it still means the shop.
fn is_called(shop: &Shop, name: &str) -> bool {
    let first = shop.checkout.as_ref().map(|checkout| checkout.first_id.as_str());
    std::iter::once(shop.login.as_str()).chain(first).any(|known| known.eq_ignore_ascii_case(name))
}

/// The judgement, or what is missing for one.
async fn found(
    web: &Web,
    desk: &Desk,
    shops: &[Shop],
) -> Result<Result<FoundView, &'static str>, EngineError> {
    let w = desk.frame.words();
    let text = desk.sent("text");
    let read = if text.len() > TEXT_BYTES_MAX { None } else { Pasted::read(&text) };
    let Some(request) = read else { return Ok(Err(w.ck_nothing())) };
    let fitting: Vec<&Shop> = shops.iter().filter(|shop| request.fits(shop)).collect();
    let shop = match (request.names(), fitting.as_slice()) {
        (Some(name), all) => all.iter().find(|shop| is_called(shop, name)).ok_or_else(|| w.ck_strange()),
        (None, []) => Err(w.ck_no_shops()),
        (None, [only]) => Ok(only),
        (None, all) => {
            let chosen = desk.sent("shop");
            all.iter().find(|shop| shop.login == chosen).ok_or_else(|| w.ck_which())
        }
    };
    let shop = match shop {
        Ok(shop) => *shop,
        Err(missing) => return Ok(Err(missing)),
    };
    let _held = CHECKS.try_acquire().map_err(|_| EngineError::Busy)?;
    let (engine, login, hard) = (&web.engine, shop.login.as_str(), Effort::THOROUGH);
    let found = match &request {
        Pasted::Robokassa(request) => {
            let report = engine.explain_robokassa(request, login, hard).await?;
            report.map(|report| check_found::of_robokassa(w, shop, report))
        }
        Pasted::Interkassa(request) => {
            let report = engine.explain_interkassa(request, login, hard).await?;
            report.map(|report| check_found::of_interkassa(w, shop, report))
        }
    };
    Ok(Ok(found.ok_or(EngineError::NotFound("shop"))?))
}

fn blank(desk: &Desk, shops: &[Shop]) -> CheckView {
    CheckView {
        text: desk.sent("text"),
        shop: Field::text("shop", desk.frame.words().ck_shop()).typed(desk.sent("shop")),
        shops: shops.iter().map(|shop| (shop.login.clone(), shop.name.clone())).collect(),
        ..CheckView::default()
    }
}
