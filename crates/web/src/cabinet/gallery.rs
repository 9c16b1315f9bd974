//! The gallery: every component of the cabinet in its states, on one page that a demo shows.

use crate::cabinet::components::{Chip, Field, PaymentRow, Tab, errors, state_kind};
use crate::cabinet::shell::{Frame, Shell, rendered};
use crate::cabinet::timeline::{Happening, Raw, curl};
use crate::checkout::handlers;
use crate::checkout::pages::{RenderFault, Rendered};
use crate::checkout::visit;
use crate::messages;
use crate::qr;
use crate::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::ids::BookKind;
use domain::methods::Method;
use domain::payments::{ClosingWhy, PaymentState};
use jiff::{SignedDuration, Timestamp};
use money::Money;
use money::currency::Currency;
use wire::form::RawForm;

/// What the page shows.
struct Samples {
    sum: String,
    states: Vec<(&'static str, &'static str)>,
    rows: Vec<PaymentRow>,
    totals: Vec<(String, String)>,
    tabs: Vec<Tab>,
    chips: Vec<Chip>,
    good: Field,
    wrong: Field,
    choice: Field,
    options: Vec<(String, String)>,
    timeline: Vec<Happening>,
    link: String,
    code: String,
    here: String,
    other: String,
}

#[derive(Template)]
#[template(path = "cabinet/gallery.html", whitespace = "minimize")]
struct GalleryPage<'a> {
    shell: Shell<'a>,
    view: &'a Samples,
    errors: Vec<(&'static str, String)>,
    qr: String,
}

/// The gallery's address.
pub const ADDRESS: &str = "/gallery";

/// The gallery of a demo; elsewhere there is no such page.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let request = match messages::read(request).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    if web.tour.is_none() {
        return handlers::missing(&web, &request);
    }
    let query = RawForm::from_urlencoded(request.query.as_bytes()).unwrap_or_default();
    let lang = visit::field(&query, "lang");
    let mut page = visit::page(&web, &request, None, lang.as_deref());
    page.clock = None;
    let frame = Frame {
        page,
        account: None,
        here: None,
        kind: BookKind::Live,
        address: ADDRESS.to_owned(),
        mirrored: lang.as_deref() == Some("mirrored"),
    };
    messages::page(StatusCode::OK, self::page(&frame))
}

/// Writes the page for a frame without anybody signed in.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame) -> Result<Rendered, RenderFault> {
    let view = samples(frame);
    let w = frame.words();
    let qr = qr::draw(&view.link, w.code_picture())?;
    let shell = Shell::new(frame, &[&view.sum, w.ga_title()]);
    rendered(&GalleryPage { shell, view: &view, errors: errors(&[&view.good, &view.wrong]), qr })
}

fn samples(frame: &Frame) -> Samples {
    let w = frame.words();
    let now = frame.page.now;
    let rub = |minor| Money::from_minor(minor, Currency::Rub);
    let states = states(now);
    let rows: Vec<PaymentRow> =
        states.iter().zip(1_u32..).map(|(state, place)| row(frame, *state, place)).collect();
    let tab = |name: &str, count: &str, here| Tab {
        name: name.to_owned(),
        count: count.to_owned(),
        address: ADDRESS.to_owned(),
        here,
    };
    let chip = |text: String| Chip { spoken: w.pl_remove(&text), text, address: ADDRESS.to_owned() };
    Samples {
        sum: frame.sum(rub(129_000)),
        states: states.iter().map(|state| (state_kind(state), w.payment_state(state))).collect(),
        totals: vec![(frame.sum(rub(1_032_000)), w.pl_on_page(8))],
        rows,
        tabs: vec![
            tab(w.pl_all(), "", false),
            tab(w.pl_group_paid(), &w.pl_and_more("1000"), true),
            tab(w.pl_group_held(), "3", false),
        ],
        chips: vec![chip(w.pl_chip_least(&frame.sum(rub(100_000)))), chip(w.pl_chip_search("5417"))],
        good: Field::text("good", w.ln_amount()).hint(w.ln_amount_hint("1290,00")).typed("1290,00"),
        wrong: Field::text("wrong", w.rf_amount())
            .hint(w.rf_amount_hint(&frame.sum(rub(129_000))))
            .typed("5000")
            .wrong(w.rf_too_much(&frame.sum(rub(129_000)))),
        choice: Field::text("choice", w.pl_method()).typed(Method::Sbp.code()),
        options: Method::ALL
            .iter()
            .map(|method| (method.code().to_owned(), w.method(method).to_owned()))
            .collect(),
        timeline: happenings(frame),
        link: "https://pay.example/pay/pay_0000000000000000000000000".to_owned(),
        code: curl(
            "POST https://shop.example/result\ncontent-type: text/plain\n\nInvId=5417&SignatureValue=***",
        ),
        here: ADDRESS.to_owned(),
        other: if frame.mirrored { ADDRESS.to_owned() } else { format!("{ADDRESS}?lang=mirrored") },
    }
}

/// Every state of a payment.
fn states(now: Timestamp) -> [PaymentState; 8] {
    let until = now.saturating_add(SignedDuration::from_hours(48)).unwrap_or(now);
    [
        PaymentState::Open,
        PaymentState::Held { until },
        PaymentState::Capturing { amount: Money::from_minor(129_000, Currency::Rub), until },
        PaymentState::Releasing { until },
        PaymentState::Closing { why: ClosingWhy::TimeOver },
        PaymentState::Paid,
        PaymentState::Cancelled,
        PaymentState::Expired,
    ]
}

fn row(frame: &Frame, state: PaymentState, place: u32) -> PaymentRow {
    let w = frame.words();
    let at = frame.page.now;
    PaymentRow {
        address: ADDRESS.to_owned(),
        sum: frame.sum(Money::from_minor(i64::from(place).saturating_mul(129_000), Currency::Rub)),
        kind: state_kind(&state),
        state: w.payment_state(&state),
        mark: if state == PaymentState::Paid { w.ps_part_returned() } else { "" },
        method: if place.is_multiple_of(3) { "" } else { w.method(&Method::Sbp) },
        order: format!("54{place:02}"),
        description: w.ga_text().to_owned(),
        shop: "Example shop".to_owned(),
        when: frame.short(at),
        iso: at.to_string(),
    }
}

fn happenings(frame: &Frame) -> Vec<Happening> {
    let w = frame.words();
    let at = frame.page.now;
    let local = at.to_zoned_datetime(frame.page.zone.clone());
    let happening = |text: String, by: &str| Happening {
        day: None,
        at: local.strftime("%H:%M:%S").to_string(),
        iso: at.to_string(),
        text,
        by: by.to_owned(),
        raw: None,
    };
    let raw = Raw {
        id: "sample".to_owned(),
        request: "POST https://shop.example/result\n\nInvId=5417".to_owned(),
        answer: Some("200\n\nOK5417".to_owned()),
        error: String::new(),
        curl: curl("POST https://shop.example/result\n\nInvId=5417"),
    };
    vec![
        Happening {
            day: Some(crate::dates::day(local.date(), w.language())),
            ..happening(w.ev_opened("5417"), w.pp_by_shop())
        },
        happening(w.ev_attempt(w.method(&Method::Sbp)), w.pp_by_buyer()),
        Happening { raw: Some(raw), ..happening(w.pp_told_shop("200"), "") },
        happening(w.ev_notice_ok().to_owned(), w.pp_by_shop()),
    ]
}
