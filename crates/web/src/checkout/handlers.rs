//! Looking at a payment's page.

use crate::busy::unavailable;
use crate::checkout::framing;
use crate::checkout::offers::Device;
use crate::checkout::pages;
use crate::checkout::stage::{Asked, Look};
use crate::checkout::views::{Field, Page, Stage};
use crate::checkout::visit;
use crate::messages;
use crate::state::Web;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use connectors::registry;
use domain::ids::PaymentId;
use domain::methods::Method;
use engine::checkout::{Choice, Scene};
use engine::error::EngineError;
use protocols::robokassa::guid;
use protocols::robokassa::places::Place;
use serde_json::json;
use wire::form::RawForm;
use wire::http::HttpRequest;

/// A payment with the request that looks at it, and all that the page is made from.
pub(crate) struct Visit {
    /// The payment with shop, seller and attempt.
    pub(crate) scene: Scene,
    /// The methods that can be chosen; none once the payment takes no attempts.
    pub(crate) choices: Vec<Choice>,
    refunds: Vec<domain::refunds::Refund>,
    provider: Option<&'static str>,
    reasons: Vec<domain::attempts::Reason>,
    /// Whose pages may frame this one.
    frames: Option<String>,
    /// The request.
    pub(crate) request: HttpRequest,
    /// What every page knows.
    pub(crate) page: Page,
}

impl Visit {
    /// Finds the payment of an address; the answer of an error is the page that tells it.
    pub(crate) async fn begin(web: &Web, id: &str, request: Request) -> Result<Visit, Response> {
        let request = messages::read(request).await.map_err(IntoResponse::into_response)?;
        Visit::of(web, id, request).await
    }

    /// The same for a request that was read already.
    pub(crate) async fn of(web: &Web, id: &str, request: HttpRequest) -> Result<Visit, Response> {
        let Ok(payment) = web.engine.parse::<PaymentId>(id) else {
            return Err(missing(web, &request));
        };
        match Visit::find(web, payment, request.clone()).await {
            Ok(visit) => Ok(visit),
            Err(EngineError::NotFound(_)) => Err(missing(web, &request)),
            Err(error) => Err(unavailable(web, &request, &error)),
        }
    }

    async fn find(web: &Web, payment: PaymentId, request: HttpRequest) -> Result<Visit, EngineError> {
        let engine = &web.engine;
        let scene = engine.scene(payment).await?;
        let choices = if scene.payment.takes_attempts() { engine.choices(&scene).await? } else { Vec::new() };
        // Most pages are looked at before any money came, and then nothing can have gone back.
        let nothing_came = scene.payment.brought.is_empty();
        let refunds = if nothing_came { Vec::new() } else { engine.store().refunds_of(payment).await? };
        let provider = match &scene.attempt {
            Some(attempt) => Some(engine.provider(attempt.provider).await?),
            None => None,
        };
        let provider = provider.and_then(|account| registry::find(&account.connector));
        let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
        let lang = visit::field(&query, "lang");
        let page = visit::page(web, &request, Some((&scene.payment, &scene.shop)), lang.as_deref());
        let reasons = engine.decline_reasons();
        let provider = provider.map(|connector| connector.profile().title);
        let frames = engine.frame_ancestors(&scene.shop);
        Ok(Visit { scene, choices, refunds, provider, reasons, frames, request, page })
    }

    /// What the page shows when it is asked for this.
    pub(crate) fn look(&self, web: &Web, asked: Asked) -> Look<'_> {
        Look {
            scene: &self.scene,
            choices: &self.choices,
            refunds: &self.refunds,
            provider: self.provider,
            reasons: &self.reasons,
            first_browser: visit::is_first_browser(&web.engine, self.scene.payment.id, &self.request),
            device: Device::guess(self.request.headers.get("user-agent")),
            language: self.page.language,
            asked,
        }
    }

    /// The page in a state.
    pub(crate) fn show(&self, status: StatusCode, look: &Look<'_>, stage: &Stage) -> Response {
        let page = messages::page(status, pages::payment(&self.page, &look.summary(), stage));
        framing::allow(page, self.frames.as_deref())
    }

    /// The form of a method again, with what is wrong in its fields.
    pub(crate) fn show_form(&self, web: &Web, choice: &Choice, phone: Field, email: Field) -> Response {
        let look = self.look(web, Asked::default());
        let stage = Stage::Form(look.form(choice, phone, email));
        self.show(StatusCode::UNPROCESSABLE_ENTITY, &look, &stage)
    }
}

/// The page of a payment, in whatever state it is.
pub async fn show(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Response {
    match Visit::begin(&web, &id, request).await {
        Err(response) => response,
        Ok(visit) => {
            let look = visit.look(&web, asked(&visit.request));
            let stage = look.stage();
            match ended_at(&web, &visit, &stage) {
                Some(address) => messages::see_other(&address),
                None => visit.show(StatusCode::OK, &look, &stage),
            }
        }
    }
}

/// The page of a payment that has ended, where [`ended_at`] says; of another one, the way to its own address.
pub(crate) fn show_ended(web: &Web, visit: &Visit) -> Response {
    let look = visit.look(web, Asked::default());
    let stage = look.stage();
    match ended_at(web, visit, &stage) {
        Some(_) => visit.show(StatusCode::OK, &look, &stage),
        None => messages::see_other(&format!("/pay/{}", web.engine.print(visit.scene.payment.id))),
    }
}

/// Where the page of a payment stands once the buyer has nothing more to do. Libraries for phones open the page
/// inside an app and learn by this address that it has ended.
fn ended_at(web: &Web, visit: &Visit, stage: &Stage) -> Option<String> {
    let ended = match stage {
        Stage::Paid(_) | Stage::Held(_) | Stage::Cancelled(_) | Stage::Expired(_) => true,
        Stage::Choose(_)
        | Stage::Form(_)
        | Stage::Starting(_)
        | Stage::Redirect(_)
        | Stage::Qr(_)
        | Stage::External(_)
        | Stage::Checking(_)
        | Stage::Failed(_)
        | Stage::Closing
        | Stage::Late(_)
        | Stage::Outcome(_) => false,
    };
    let guid = guid::of_payment(&web.engine.print(visit.scene.payment.id)).filter(|_| ended)?;
    let query = Some(visit.request.query.as_str()).filter(|query| !query.is_empty());
    Some(Place::state_path(&guid) + &query.map(|query| format!("?{query}")).unwrap_or_default())
}

/// The mark of the state that a plain look at the page would show, for the page that watches.
pub async fn state(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Response {
    match Visit::begin(&web, &id, request).await {
        Err(response) => response,
        Ok(visit) => {
            let mark = visit.look(&web, Asked::default()).stage().mark();
            ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "state": mark }))).into_response()
        }
    }
}

fn asked(request: &HttpRequest) -> Asked {
    let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
    Asked {
        method: visit::field(&query, "method").and_then(|code| Method::from_code(&code)),
        list: query.first("methods").is_some(),
        query: visit::field(&query, "q"),
    }
}

/// The page for an address that leads nowhere.
pub fn missing(web: &Web, request: &HttpRequest) -> Response {
    messages::page(StatusCode::NOT_FOUND, pages::missing(&visit::page(web, request, None, None)))
}
