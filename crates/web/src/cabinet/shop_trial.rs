//! "Test now": a message of a rehearsal is sent to an address of a shop, and its answer is shown.

use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Section};
use crate::cabinet::shop::{page, view};
use crate::cabinet::shops::Twins;
use crate::messages;
use crate::state::Web;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::error::EngineError;
use engine::trials::{Place, TRIAL_NUMBER, Trial};

/// What came of it.
#[derive(Clone, Debug)]
pub struct TrialView {
    /// The word of the address that was tried.
    pub code: &'static str,
    /// The colour of the notice.
    pub kind: &'static str,
    /// What came of it in a sentence.
    pub text: String,
    /// The status and how long it took; empty without an answer.
    pub facts: String,
    /// The answer's beginning; may be empty.
    pub answer: String,
}

/// Tries an address.
pub async fn now(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Shops).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let twins = match Twins::of(&web, &desk, &number).await {
        Ok(twins) => twins,
        Err(stuck) => return desk.stuck(&web, &stuck),
    };
    let mut view = view(&web, &desk.frame, &twins);
    if !desk.is_own_form() {
        desk.frame.words().cab_stale_form().clone_into(&mut view.error);
        return messages::page(StatusCode::FORBIDDEN, page(&desk.frame, &view));
    }
    let place = Place::ALL.into_iter().find(|place| place.code() == desk.sent("address"));
    // A checkout's message would be in the other dialect's words.
    let tried = |place: &Place| twins.live.checkout.is_none() && place.of(&twins.test).is_some();
    let Some(place) = place.filter(tried) else {
        return messages::see_other(&desk.frame.to(&view.address));
    };
    match web.engine.try_address(twins.live.id, place).await {
        Ok(trial) => {
            view.trial = Some(trial_view(&desk.frame, &trial));
            messages::page(StatusCode::OK, page(&desk.frame, &view))
        }
        Err(EngineError::Busy) => {
            desk.frame.words().sh_trials_busy().clone_into(&mut view.error);
            messages::page(StatusCode::SERVICE_UNAVAILABLE, page(&desk.frame, &view))
        }
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

fn trial_view(frame: &Frame, trial: &Trial) -> TrialView {
    let w = frame.words();
    let expected = format!("OK{TRIAL_NUMBER}");
    let text = match (trial.accepted, trial.place, &trial.error) {
        (_, _, Some(error)) => w.sh_trial_silent(error),
        (true, Place::Result, None) => w.sh_trial_accepted().to_owned(),
        (true, Place::Success | Place::Fail, None) => w.sh_trial_page().to_owned(),
        (false, Place::Result, None) => w.sh_trial_refused(&expected),
        (false, Place::Success | Place::Fail, None) => w.sh_trial_no_page().to_owned(),
    };
    let facts = trial.status.map(|status| w.sh_trial_facts(&status.to_string(), &trial.took_ms.to_string()));
    TrialView {
        code: trial.place.code(),
        kind: if trial.accepted { "paid" } else { "failed" },
        text,
        facts: facts.unwrap_or_default(),
        answer: trial.answer.clone(),
    }
}
