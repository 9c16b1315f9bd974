//! The signature check: a request is pasted, and it is shown what was hashed and which known mistake fits.

use crate::cabinet::components::Field;
use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::messages;
use crate::state::Web;
use crate::words::Words;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::sellers::Shop;
use engine::error::EngineError;
use protocols::robokassa::explain::Explained;
use protocols::robokassa::explain::effort::Effort;
use protocols::robokassa::explain::report::{Report, Verdict};
use protocols::robokassa::explain::secrets::PasswordName;
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

/// What came of it.
#[derive(Clone, Debug)]
pub struct FoundView {
    /// The colour of the notice.
    pub kind: &'static str,
    /// Whether the signature is right, in a sentence.
    pub verdict: &'static str,
    /// The mistakes that explain it, in words.
    pub mistakes: Vec<String>,
    /// Shop, digest, password, signatures.
    pub facts: Vec<(String, String)>,
    /// The text that should be hashed, secrets masked.
    pub expected: Option<String>,
    /// The text that was hashed instead, secrets masked.
    pub signed: Option<String>,
    /// The parameters: name, value, whether it is signed.
    pub parameters: Vec<(String, String, bool)>,
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

/// The judgement, or what is missing for one.
async fn found(
    web: &Web,
    desk: &Desk,
    shops: &[Shop],
) -> Result<Result<FoundView, &'static str>, EngineError> {
    let w = desk.frame.words();
    let text = desk.sent("text");
    let read = if text.len() > TEXT_BYTES_MAX { None } else { Explained::read(&text) };
    let Some(request) = read else { return Ok(Err(w.ck_nothing())) };
    let shop = match (request.login(), shops) {
        // A login in other letters is one of the mistakes, so it still means the shop.
        (Some(login), _) => {
            let named = shops.iter().find(|shop| shop.login.eq_ignore_ascii_case(login));
            named.ok_or_else(|| w.ck_strange())
        }
        (None, []) => Err(w.ck_no_shops()),
        (None, [only]) => Ok(only),
        (None, _) => {
            let chosen = desk.sent("shop");
            shops.iter().find(|shop| shop.login == chosen).ok_or_else(|| w.ck_which())
        }
    };
    let shop = match shop {
        Ok(shop) => shop,
        Err(missing) => return Ok(Err(missing)),
    };
    let _held = CHECKS.try_acquire().map_err(|_| EngineError::Busy)?;
    let report = web.engine.explain_robokassa(&request, &shop.login, Effort::THOROUGH).await?;
    let report = report.ok_or(EngineError::NotFound("shop"))?;
    Ok(Ok(found_view(w, shop, report)))
}

fn blank(desk: &Desk, shops: &[Shop]) -> CheckView {
    CheckView {
        text: desk.sent("text"),
        shop: Field::text("shop", desk.frame.words().ck_shop()).typed(desk.sent("shop")),
        shops: shops.iter().map(|shop| (shop.login.clone(), shop.name.clone())).collect(),
        ..CheckView::default()
    }
}

fn found_view(w: Words, shop: &Shop, report: Report) -> FoundView {
    let (kind, verdict) = match (report.verdict, report.mistakes.is_empty()) {
        (Verdict::Right, _) => ("paid", w.ck_right()),
        (Verdict::Accepted, _) => ("note", w.ck_accepted()),
        (Verdict::Wrong, false) => ("failed", w.ck_wrong()),
        (Verdict::Wrong, true) => ("failed", w.ck_unexplained()),
        (Verdict::Unsigned, _) => ("note", w.ck_unsigned()),
    };
    let mut mistakes: Vec<String> = report.mistakes.iter().map(|mistake| w.mistake(mistake)).collect();
    mistakes.extend(report.refusal.map(|refused| w.ck_refused(refused.error.number().into())));
    let mut facts = vec![
        (w.ck_shop().to_owned(), shop.name.clone()),
        (w.ck_digest().to_owned(), report.digest.name().to_owned()),
        (w.ck_password().to_owned(), password(w, report.password).to_owned()),
    ];
    facts.extend(report.received.map(|received| (w.ck_received().to_owned(), received)));
    // Whoever is signed in for this shop may see what its signature should be: he has the passwords.
    facts.extend(report.expected_digest.map(|right| (w.ck_right_signature().to_owned(), right)));
    FoundView {
        kind,
        verdict,
        mistakes,
        facts,
        expected: report.expected_text,
        signed: report.signed_text,
        parameters: report
            .parameters
            .into_iter()
            .map(|parameter| (parameter.name, parameter.value, parameter.signed))
            .collect(),
    }
}

fn password(w: Words, name: PasswordName) -> &'static str {
    match name {
        PasswordName::Live1 => w.ck_live_first(),
        PasswordName::Live2 => w.ck_live_second(),
        PasswordName::Test1 => w.ck_test_first(),
        PasswordName::Test2 => w.ck_test_second(),
    }
}
