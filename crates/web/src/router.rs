//! The table of contents of our HTTP.

use crate::access::Route;
use crate::assets;
use crate::cabinet::{
    balance, capture, check, entry, export, gallery, link, notices, overview, payment, payments, refund,
    release, sessions, shop, shop_passwords, shop_trial, shops,
};
use crate::checkout::{actions, handlers};
use crate::doors::{account_api, callbacks, interkassa, places, rest, robokassa};
use crate::emulator::{api, explain, page, recorder};
use crate::front;
use crate::gate;
use crate::health;
use crate::listening;
use crate::messages::{self, Unreadable};
use crate::state::Web;
use crate::time_bar;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use axum::{Router, middleware};
use protocols::interkassa::Door;
use protocols::robokassa::Endpoint;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use wire::http::HttpRequest;

/// Every route with its handler.
pub fn router(web: Web) -> Router {
    let public = Route::ALL.iter().filter(|route| health::is_public(**route));
    let router = public.fold(Router::new(), |router, route| router.route(route.path(), handler(*route)));
    router
        .fallback(dialects)
        .layer(middleware::from_fn_with_state(web.clone(), recorder::pass))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_| {
            // One request stumbled over a mistake of ours; the others go on.
            (StatusCode::INTERNAL_SERVER_ERROR, "an internal mistake stopped this one request")
                .into_response()
        }))
        .layer(middleware::from_fn_with_state(web.clone(), gate::pass))
        .with_state(web)
}

pub(crate) fn handler(route: Route) -> MethodRouter<Web> {
    match route {
        Route::Pay => get(handlers::show),
        Route::PayState => get(handlers::state),
        Route::PayStart => post(actions::start),
        Route::PayCancel => post(actions::cancel),
        Route::PayOutcome => post(actions::outcome),
        Route::PayLanguage => post(actions::language),
        Route::PayBack => get(actions::back),
        Route::Callback => any(callbacks::news),
        Route::Static => get(file),
        Route::Front => get(front::show).post(front::show),
        Route::Clock => post(time_bar::moved),
        Route::ApiClock => get(rest::show_clock).post(rest::move_clock).fallback(rest::wrong_method),
        Route::Api => any(rest::missing),
        Route::CabinetSignIn => get(entry::show).post(entry::enter),
        Route::CabinetSignOut => post(entry::leave),
        Route::CabinetLanguage => post(entry::language),
        Route::CabinetSessions => get(sessions::show),
        Route::CabinetSessionsEnd => post(sessions::end),
        Route::CabinetPassword => post(sessions::password),
        Route::Gallery => get(gallery::show),
        Route::CabinetOverview => get(overview::show),
        Route::CabinetPayment => get(payment::show),
        Route::CabinetPaymentNotice => post(payment::send_again),
        Route::CabinetRefund => get(refund::show).post(refund::confirmed),
        Route::CabinetCapture => get(capture::show).post(capture::confirmed),
        Route::CabinetRelease => get(release::show).post(release::confirmed),
        Route::CabinetBalance => get(balance::show),
        Route::CabinetLink => get(link::show).post(link::make),
        Route::CabinetPayments => get(payments::show),
        Route::CabinetPaymentsCsv => get(export::as_csv),
        Route::CabinetPaymentsXlsx => get(export::as_xlsx),
        Route::CabinetShops => get(shops::show),
        Route::CabinetShop => get(shop::show).post(shop::change),
        Route::CabinetShopPasswords => get(shop_passwords::show).post(shop_passwords::rotate),
        Route::CabinetShopTest => post(shop_trial::now),
        Route::CabinetNotices => get(notices::show),
        Route::CabinetNoticesAgain => post(notices::again),
        Route::CabinetCheck => get(check::show).post(check::judge),
        Route::CabinetSearch => get(payments::search),
        Route::Emulator => get(page::show),
        Route::EmulatorPayments => get(api::payments).fallback(api::wrong_method),
        Route::EmulatorOutcome => post(api::outcome).fallback(api::wrong_method),
        Route::EmulatorChoose => post(page::choose),
        Route::EmulatorEvents => get(api::events).fallback(api::wrong_method),
        Route::EmulatorExplain => post(explain::judge).fallback(api::wrong_method),
        Route::EmulatorMissing => any(api::missing),
        Route::Health => get(health::up),
        Route::Ready => get(health::ready),
        // The operator's own listener gives it its text; here it is an address like any other.
        Route::Metrics | Route::Dialects => any(dialects),
    }
}

/// Serves until told to stop; then finishes what is under way. At most so many connections are open.
///
/// # Errors
/// [`std::io::Error`] when the listener fails.
pub async fn serve(web: Web, listener: TcpListener, connections_max: usize) -> std::io::Result<()> {
    let (meters, stop) = (web.meters.clone(), web.stop.clone());
    listening::serve(router(web), listener, connections_max, meters, stop).await
}

async fn file(State(web): State<Web>, Path(name): Path<String>, request: Request) -> Response {
    match assets::static_file(&name) {
        Some(file) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(file.kind)),
                (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            ];
            (headers, file.bytes).into_response()
        }
        None => dialects(State(web), request).await,
    }
}

/// Merchant protocols name their paths in any case; only their own paths are looked at that way.
async fn dialects(State(web): State<Web>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let head = messages::head(&parts);
    let endpoint = protocols::robokassa::path(parts.uri.path());
    let door = protocols::interkassa::door(parts.uri.path());
    match (messages::read(Request::from_parts(parts, body)).await, endpoint, head) {
        (Ok(request), Some(endpoint), _) => robokassa::serve(&web, endpoint, &request).await,
        (Ok(request), None, _) => {
            let served = match door {
                Some(door) => interkassa::serve(&web, door, &request).await,
                None => None,
            };
            served.unwrap_or_else(|| handlers::missing(&web, &request))
        }
        (Err(Unreadable::Body), None, Ok(head)) if door == Some(Door::Page) => {
            interkassa::too_large(&web, &head).await
        }
        (Err(Unreadable::Body), None, _) if door == Some(Door::Api) => account_api::too_large(),
        (Err(Unreadable::Method), None, _) if door == Some(Door::Api) => account_api::wrong_method(),
        (Err(Unreadable::Body), Some(Endpoint::PaymentStart | Endpoint::SplitStart), Ok(head)) => {
            robokassa::too_large(&web, &head)
        }
        (Err(Unreadable::Body), Some(Endpoint::Recurring), _) => robokassa::charge_too_large(),
        (Err(Unreadable::Body), Some(Endpoint::StartByServer | Endpoint::SbpCode), _) => places::unreadable(),
        // Whoever says nothing is refused in the form of each path, and so is who says too much.
        (Err(Unreadable::Body), Some(endpoint), Ok(head)) => {
            robokassa::serve(&web, endpoint, &HttpRequest { query: String::new(), ..head }).await
        }
        (Err(unreadable), _, _) => unreadable.into_response(),
    }
}
