//! The bar of an installation for tests that shows its time and moves it forward.

use crate::busy::unavailable;
use crate::cabinet::shell::Section;
use crate::checkout::{pages, visit};
use crate::messages;
use crate::owner::is_owner;
use crate::state::Web;
use crate::words::Words;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::ids::{Book, BookKind, Id, PageTokenId, PaymentId};
use engine::time_travel::{Destination, TravelError};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use wire::form::RawForm;
use wire::http::HttpRequest;

/// What a page shows of the clock.
#[derive(Clone, Debug)]
pub struct TimeBar {
    /// The token of our own forms.
    pub csrf: String,
    /// The page to which a move leads back.
    pub back: String,
    /// The zone in which a moment is typed, by its name.
    pub zone: String,
    /// Whether the owner's token must be typed.
    pub asks_token: bool,
    /// How the last move ended.
    pub note: Option<Note>,
}

/// How a move of the clock ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// There.
    Moved,
    /// Only so far.
    Short,
    /// The moment has passed.
    Past,
    /// Too far at once.
    Far,
    /// Somebody moves it already.
    Busy,
    /// The token is not the owner's.
    Token,
    /// The moment cannot be read.
    Unread,
}

impl Note {
    /// Every note.
    pub const ALL: [Note; 7] =
        [Note::Moved, Note::Short, Note::Past, Note::Far, Note::Busy, Note::Token, Note::Unread];

    /// Its word in an address.
    pub const fn code(self) -> &'static str {
        match self {
            Note::Moved => "moved",
            Note::Short => "short",
            Note::Past => "past",
            Note::Far => "far",
            Note::Busy => "busy",
            Note::Token => "token",
            Note::Unread => "unread",
        }
    }

    /// What it says.
    pub(crate) fn text(self, w: &Words) -> &'static str {
        match self {
            Note::Moved => w.clock_moved(),
            Note::Short => w.clock_short(),
            Note::Past => w.clock_past(),
            Note::Far => w.clock_far(),
            Note::Busy => w.clock_busy(),
            Note::Token => w.clock_wrong_token(),
            Note::Unread => w.clock_unread(),
        }
    }

    /// The class of its notice.
    pub const fn class(self) -> &'static str {
        match self {
            Note::Moved => "paid",
            Note::Short | Note::Busy => "waiting",
            Note::Past | Note::Far | Note::Token | Note::Unread => "failed",
        }
    }
}

/// The bar for a page that leads back to `back`; none where the clock is never moved.
pub(crate) fn of(web: &Web, request: &HttpRequest, back: String, zone: &TimeZone) -> Option<TimeBar> {
    if web.engine.kind() == BookKind::Live {
        return None;
    }
    let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
    let said = visit::field(&query, "clock");
    Some(TimeBar {
        csrf: token(web),
        back,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        asks_token: asks_token(web),
        note: Note::ALL.into_iter().find(|note| said.as_deref() == Some(note.code())),
    })
}

/// A form of the bar moves the clock; the page from which it came shows how that ended.
pub async fn moved(State(web): State<Web>, request: Request) -> Response {
    let request = match messages::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    if web.engine.kind() == BookKind::Live {
        let page = visit::page(&web, &request, None, None);
        return messages::page(StatusCode::FORBIDDEN, pages::live_clock(&page));
    }
    let form = RawForm::from_body(request.headers.get("content-type"), &request.body).unwrap_or_default();
    let back = back(&web, &visit::field(&form, "back").unwrap_or_default());
    if !visit::is_from_here(&request) || visit::field(&form, "clock_csrf") != Some(token(&web)) {
        return messages::see_other(&back);
    }
    if asks_token(&web) {
        match is_owner(&web, &visit::field(&form, "token").unwrap_or_default()).await {
            Ok(true) => {}
            Ok(false) => return told(&back, Note::Token),
            Err(error) => return unavailable(&web, &request, &error),
        }
    }
    let Some(destination) = destination(&form) else {
        return told(&back, Note::Unread);
    };
    match web.engine.move_clock(destination).await {
        Ok(moved) if moved.arrived => told(&back, Note::Moved),
        Ok(_) => told(&back, Note::Short),
        Err(TravelError::Back(_)) => told(&back, Note::Past),
        Err(TravelError::TooFar) => told(&back, Note::Far),
        Err(TravelError::UnderWay) => told(&back, Note::Busy),
        // A server has workers until it ends, and a live one was answered above.
        Err(TravelError::NoWorkers | TravelError::Live) => told(&back, Note::Short),
        Err(TravelError::Engine(error)) => unavailable(&web, &request, &error),
    }
}

/// Whether the owner's token must be typed. Pages of a demo and of an emulator are on their owner's machine;
/// elsewhere anybody may reach them.
fn asks_token(web: &Web) -> bool {
    web.tour.is_none() && web.engine.emulation().is_none()
}

fn told(back: &str, note: Note) -> Response {
    messages::see_other(&format!("{back}?clock={}", note.code()))
}

/// Where a move leads back: to a payment's page, a section of the cabinet or the front page, and nowhere else.
fn back(web: &Web, named: &str) -> String {
    if let Some(section) = Section::ALL.into_iter().find(|section| section.path() == named) {
        return section.path().to_owned();
    }
    let payment = named.strip_prefix("/pay/").filter(|id| web.engine.parse::<PaymentId>(id).is_ok());
    payment.map_or_else(|| "/".to_owned(), |id| format!("/pay/{id}"))
}

/// The token of the bar's forms: a number under another kind, so only this installation can make it.
fn token(web: &Web) -> String {
    web.engine.print(PageTokenId::new(Book::PLATFORM, 0))
}

fn destination(form: &RawForm) -> Option<Destination> {
    match visit::field(form, "by")?.as_str() {
        "1h" => Some(Destination::By(SignedDuration::from_hours(1))),
        "1d" => Some(Destination::By(SignedDuration::from_hours(24))),
        "1w" => Some(Destination::By(SignedDuration::from_hours(7 * 24))),
        "to" => {
            let zone = TimeZone::get(&visit::field(form, "zone")?).ok()?;
            let typed: DateTime = visit::field(form, "to")?.trim().parse().ok()?;
            Some(Destination::To(zone.to_timestamp(typed).ok()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(form: &str) -> Option<Destination> {
        destination(&RawForm::from_urlencoded(form.as_bytes()).unwrap())
    }

    #[test]
    fn a_moment_is_typed_in_the_zone_of_the_page() {
        let ten = "2026-12-01T07:00:00Z".parse().unwrap();
        let form = "by=to&to=2026-12-01T10%3A00&zone=Europe%2FMoscow";
        assert_eq!(asked(form), Some(Destination::To(ten)));
        assert_eq!(asked("by=to&to=&zone=UTC"), None);
        assert_eq!(asked("by=to&to=2026-12-01T10%3A00&zone=Nowhere"), None);
    }

    #[test]
    fn a_button_moves_by_its_length_and_nothing_else() {
        assert_eq!(asked("by=1d"), Some(Destination::By(SignedDuration::from_hours(24))));
        assert_eq!(asked("by=9y"), None);
        assert_eq!(asked(""), None);
    }
}
