//! What every request passes first: a place in the crowd, and a line in the metrics.

use crate::busy;
use crate::crowd::{Class, Full};
use crate::messages::{self, BodyMax};
use crate::spots::{Reader, Spot};
use crate::state::Web;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::{Instrument, field};

/// Lets a request through, or tells it to come again before anything of its body is read.
pub async fn pass(State(web): State<Web>, request: Request, next: Next) -> Response {
    let spot = Spot::of(&request);
    let began = web.engine.now();
    // The route and not the address: an address leads to somebody's payment.
    let span = tracing::debug_span!("request", route = spot.word(), status = field::Empty);
    let answering = async {
        match spot.class() {
            None => next.run(request).await,
            Some(class) => in_crowd(&web, spot, class, request, next).await,
        }
    };
    let response = answering.instrument(span.clone()).await;
    span.record("status", response.status().as_u16());
    web.meters.answered(spot, response.status(), (began, web.engine.now()));
    response
}

async fn in_crowd(web: &Web, spot: Spot, class: Class, mut request: Request, next: Next) -> Response {
    match web.crowd.room(class).enter().await {
        Ok(_place) => {
            request.extensions_mut().insert(BodyMax(class.limits().body_bytes));
            next.run(request).await
        }
        Err(Full) => {
            web.meters.refused(class);
            let (room, class) = (web.crowd.room(class), class.word());
            if room.is_news(web.engine.now().as_second()) {
                let (busy, waiting) = (room.busy(), room.waiting());
                tracing::warn!(class, busy, waiting, "too much at once: requests are told to come again");
            }
            match spot.reader() {
                Reader::Person => match messages::head(&request.into_parts().0) {
                    Ok(head) => busy::page(web, &head),
                    Err(unreadable) => unreadable.into_response(),
                },
                Reader::Program => busy::plain(),
            }
        }
    }
}
