//! The log of notifications: what each shop was told, what it answered, when it is told again; "send again".

use crate::cabinet::components::Tab;
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
use domain::ids::{Id, NoticeId};
use domain::notices::{Notice, NoticeKind, NoticeState};
use domain::sellers::Shop;
use engine::error::EngineError;
use engine::unconfirmed::Unconfirmed;
use store::reads::notice_list::{LoggedNotice, NoticePage, NoticeSort};
use store::reads::payment_list::Place;
use wire::form::TextEncoding;

/// So many notices stand on a page.
const ROWS: u32 = 50;
/// The word of the filter in addresses.
const REFUSED: &str = "refused";

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct NoticesView {
    /// All, or those that were not accepted.
    pub tabs: Vec<Tab>,
    /// Whether only those that were not accepted are shown.
    pub refused_only: bool,
    /// The notices.
    pub rows: Vec<NoticeRow>,
    /// The addresses of newer and older notices.
    pub newer: Option<String>,
    /// See `newer`.
    pub older: Option<String>,
    /// What was done; may be empty.
    pub done: String,
    /// What was not done and why; may be empty.
    pub error: String,
}

/// A notice in the log.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Its public number, which the form returns.
    pub number: String,
    /// The payment's page.
    pub payment: String,
    /// The shop's number of the order.
    pub order: String,
    /// The shop's name.
    pub shop: String,
    /// The state's colour and sign.
    pub kind: &'static str,
    /// The state's word.
    pub state: &'static str,
    /// What the shop answered last.
    pub answer: String,
    /// Where it was sent.
    pub address: String,
    /// How often it was sent.
    pub tries: String,
    /// When it is sent next; empty if it is not.
    pub next: String,
    /// When it was owed.
    pub when: String,
    /// The same for programs.
    pub iso: String,
}

#[derive(Template)]
#[template(path = "cabinet/notices.html", whitespace = "minimize")]
struct NoticesPage<'a> {
    shell: Shell<'a>,
    view: &'a NoticesView,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &NoticesView) -> Result<Rendered, RenderFault> {
    let shell = Shell::new(frame, &[frame.words().cab_notices()]);
    rendered(&NoticesPage { shell, view })
}

/// The log.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Notices).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let sort = sort(desk.asked("state").as_deref());
    let view = look(&web, &desk, sort).await.map(|view| {
        let sent = desk.asked("sent").and_then(|count| count.parse().ok());
        let done = sent.map_or_else(String::new, |count| desk.frame.words().no_sent(count));
        NoticesView { done, ..view }
    });
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

/// Sends the chosen ones again, many at once.
pub async fn again(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Notices).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let sort = sort(Some(&desk.sent("state")));
    let chosen = match chosen(&web, &desk) {
        Ok(chosen) => chosen,
        Err(stuck) => return desk.stuck(&web, &stuck),
    };
    let w = desk.frame.words();
    let refused = match (desk.is_own_form(), chosen.is_empty()) {
        (false, _) => Some((StatusCode::FORBIDDEN, w.cab_stale_form())),
        (true, true) => Some((StatusCode::UNPROCESSABLE_ENTITY, w.no_nothing_chosen())),
        (true, false) => None,
    };
    if let Some((status, error)) = refused {
        return match look(&web, &desk, sort).await {
            Ok(view) => {
                let view = NoticesView { error: error.to_owned(), ..view };
                messages::page(status, page(&desk.frame, &view))
            }
            Err(stuck) => desk.stuck(&web, &stuck),
        };
    }
    let mut sent = 0_u64;
    for notice in chosen {
        match web.engine.send_again(notice, desk.actor.clone()).await {
            Ok(()) => sent = sent.saturating_add(1),
            Err(stuck) => return desk.stuck(&web, &stuck),
        }
    }
    let joint = if sort == NoticeSort::NotAccepted { "&" } else { "?" };
    messages::see_other(&desk.frame.to(&format!("{}{joint}sent={sent}", address(sort))))
}

/// The notices that were ticked. One of another seller is answered like one that is not there.
fn chosen(web: &Web, desk: &Desk) -> Result<Vec<NoticeId>, EngineError> {
    let ticked = desk.form.all("notice").filter_map(|field| field.text(TextEncoding::UTF_8).ok());
    let own = |text: String| {
        let id: NoticeId = web.engine.parse(&text)?;
        let own = id.book() == desk.seller.id.book.twin(id.book().kind());
        own.then_some(id).ok_or(EngineError::NotFound("page"))
    };
    ticked.take(usize::try_from(ROWS).unwrap_or(usize::MAX)).map(own).collect()
}

async fn look(web: &Web, desk: &Desk, sort: NoticeSort) -> Result<NoticesView, EngineError> {
    let number =
        |name| desk.asked(name).and_then(|text| web.engine.parse::<NoticeId>(&text).ok()).map(|id| id.number);
    let place = match (number("before"), number("after")) {
        (Some(number), _) => Place::Below(number),
        (None, Some(number)) => Place::Above(number),
        (None, None) => Place::Top,
    };
    let log = web.engine.store().notice_list(desk.book, sort, place, ROWS).await?;
    let shops = desk.shops(web).await?;
    let mut view = NoticesView {
        tabs: tabs(&desk.frame, sort),
        refused_only: sort == NoticeSort::NotAccepted,
        rows: log.rows.iter().map(|logged| row(web, &desk.frame, logged, &shops)).collect(),
        ..NoticesView::default()
    };
    turn(desk, sort, place, &log, |id| web.engine.print(id), &mut view);
    Ok(view)
}

/// Where the neighbouring pages begin.
fn turn(
    desk: &Desk,
    sort: NoticeSort,
    place: Place,
    log: &NoticePage,
    print: impl Fn(NoticeId) -> String,
    view: &mut NoticesView,
) {
    let joint = if sort == NoticeSort::NotAccepted { "&" } else { "?" };
    let beside = |name: &str, logged: Option<&LoggedNotice>| {
        let id = print(logged?.notice.id);
        Some(desk.frame.to(&format!("{}{joint}{name}={id}", address(sort))))
    };
    let (newer, older) = match place {
        Place::Top => (false, log.more),
        Place::Below(_) => (true, log.more),
        Place::Above(_) => (log.more, true),
    };
    view.newer = if newer { beside("after", log.rows.first()) } else { None };
    view.older = if older { beside("before", log.rows.last()) } else { None };
}

fn sort(word: Option<&str>) -> NoticeSort {
    if word == Some(REFUSED) { NoticeSort::NotAccepted } else { NoticeSort::All }
}

fn address(sort: NoticeSort) -> String {
    match sort {
        NoticeSort::All => Section::Notices.path().to_owned(),
        NoticeSort::NotAccepted => format!("{}?state={REFUSED}", Section::Notices.path()),
    }
}

/// What a shop said instead of confirming, in the reader's language; a line of another form as it is.
pub(super) fn said(w: &Words, line: &str) -> String {
    match Unconfirmed::read(line) {
        Some(Unconfirmed::Otherwise { status, shown, expected }) => {
            w.no_said(&status.to_string(), &shown, expected.as_deref().unwrap_or(w.no_any_good()))
        }
        Some(Unconfirmed::Nothing { why }) => w.no_no_answer(&why),
        Some(Unconfirmed::Unreached { why }) => w.no_unreached(&why),
        None => line.to_owned(),
    }
}

fn tabs(frame: &Frame, shown: NoticeSort) -> Vec<Tab> {
    let w = frame.words();
    let tab = |sort, name: &str| Tab {
        name: name.to_owned(),
        count: String::new(),
        address: frame.to(&address(sort)),
        here: sort == shown,
    };
    vec![tab(NoticeSort::All, w.pl_all()), tab(NoticeSort::NotAccepted, w.no_refused())]
}

fn row(web: &Web, frame: &Frame, logged: &LoggedNotice, shops: &[Shop]) -> NoticeRow {
    let (w, notice) = (frame.words(), &logged.notice);
    let shop = shops.iter().find(|shop| shop.id == logged.shop);
    let (kind, state) = state(frame, notice);
    let answer = match (notice.state, &logged.why) {
        (NoticeState::Accepted { at }, _) => w.no_accepted_at(&frame.short(at)),
        (NoticeState::Owed | NoticeState::GivenUp, Some(why)) => said(&w, why),
        (NoticeState::Owed | NoticeState::GivenUp, None) => w.no_waiting().to_owned(),
    };
    NoticeRow {
        number: web.engine.print(notice.id),
        payment: format!("/cabinet/payments/{}", web.engine.print(notice.payment)),
        order: logged.order.clone(),
        shop: shop.map(|shop| shop.name.clone()).unwrap_or_default(),
        kind,
        state,
        answer,
        address: match notice.kind {
            NoticeKind::Fields | NoticeKind::PaidInvoice => notice.address.url.clone(),
            NoticeKind::EndedInvoice => format!("canceled {}", notice.address.url),
            NoticeKind::PaidStatement | NoticeKind::HeldStatement => {
                format!("ResultUrl2 {}", notice.address.url)
            }
        },
        tries: notice.tries.to_string(),
        next: logged.next_try.map(|at| frame.short(at)).unwrap_or_default(),
        when: frame.short(notice.owed_at),
        iso: notice.owed_at.to_string(),
    }
}

fn state(frame: &Frame, notice: &Notice) -> (&'static str, &'static str) {
    let w = frame.words();
    match (notice.state, notice.tries) {
        (NoticeState::Accepted { .. }, _) => ("paid", w.no_state_accepted()),
        (NoticeState::GivenUp, _) => ("failed", w.no_state_given_up()),
        (NoticeState::Owed, 0) => ("waiting", w.no_state_owed()),
        (NoticeState::Owed, _) => ("waiting", w.no_state_refused()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_stands_in_the_address() {
        assert_eq!(sort(Some("refused")), NoticeSort::NotAccepted);
        assert_eq!(sort(None), NoticeSort::All);
        assert_eq!(address(NoticeSort::NotAccepted), "/cabinet/notices?state=refused");
    }
}
