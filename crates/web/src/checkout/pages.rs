//! Writes pages: views in, HTML and its security policy out.

use askama::Template;
use money::Money;
use qrcode::types::QrError;

use crate::checkout::notices::{Leave, Refused};
use crate::checkout::shell::Shell;
use crate::checkout::views::{ChooseNotice, LateWhy, Page, Stage, Summary};
use crate::state::Tour;
use crate::words::Words;
use crate::{policy, qr, sums};

/// After how many seconds a paid page goes back to the shop by itself; the script counts the same.
const RETURN_SECONDS: u64 = 5;

/// A page as it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// The page, in UTF-8.
    pub html: String,
    /// The value of its `Content-Security-Policy`.
    pub policy: String,
}

/// Why a page cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum RenderFault {
    /// The provider's or the shop's address is not an absolute http or https address.
    #[error("not a web address: {0}")]
    Address(String),
    /// The code's text does not fit into a QR code.
    #[error("no QR code can hold the text: {0}")]
    Code(#[from] QrError),
    /// The template could not be written.
    #[error("template: {0}")]
    Template(#[from] askama::Error),
}

#[derive(Template)]
#[template(path = "payment.html", whitespace = "minimize")]
struct PaymentPage<'a> {
    shell: Shell<'a>,
    summary: &'a Summary,
    stage: &'a Stage,
}

#[derive(Template)]
#[template(path = "refused.html", whitespace = "minimize")]
struct RefusedPage<'a> {
    shell: Shell<'a>,
    view: &'a Refused,
}

#[derive(Template)]
#[template(path = "missing.html", whitespace = "minimize")]
struct MissingPage<'a> {
    shell: Shell<'a>,
}

#[derive(Template)]
#[template(path = "busy.html", whitespace = "minimize")]
struct BusyPage<'a> {
    shell: Shell<'a>,
    again: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "live_clock.html", whitespace = "minimize")]
struct LiveClockPage<'a> {
    shell: Shell<'a>,
}

#[derive(Template)]
#[template(path = "front.html", whitespace = "minimize")]
struct FrontPage<'a> {
    shell: Shell<'a>,
    tour: Option<&'a Tour>,
}

#[derive(Template)]
#[template(path = "leave.html", whitespace = "minimize")]
struct LeavePage<'a> {
    shell: Shell<'a>,
    view: &'a Leave,
    host: &'a str,
}

/// Writes the payment page in one of its states.
///
/// # Errors
/// An address that must not become a link, a code that is too long, or a fault of the template.
pub fn payment(page: &Page, summary: &Summary, stage: &Stage) -> Result<Rendered, RenderFault> {
    let mut shell = Shell::new(page, title(page, summary, stage));
    shell.head.clone_from(&summary.shop);
    match stage {
        Stage::Redirect(view) => {
            if policy::web_address(&view.link).is_none() {
                return Err(RenderFault::Address(view.link.clone()));
            }
        }
        Stage::Qr(view) => {
            shell.qr = qr::draw(&view.code, shell.w.code_picture())?;
            shell.link = policy::web_address(&view.code).map(String::from);
        }
        Stage::Choose(_)
        | Stage::Form(_)
        | Stage::Starting(_)
        | Stage::External(_)
        | Stage::Checking(_)
        | Stage::Held(_)
        | Stage::Paid(_)
        | Stage::Failed(_)
        | Stage::Closing
        | Stage::Expired(_)
        | Stage::Cancelled(_)
        | Stage::Late(_)
        | Stage::Outcome(_) => {}
    }
    let html = PaymentPage { shell, summary, stage }.render()?;
    Ok(Rendered { html, policy: policy::header(None) })
}

/// Writes the page of a request that a merchant's door has refused; its number stands on the main element.
///
/// # Errors
/// A fault of the template.
pub fn refused(page: &Page, view: &Refused) -> Result<Rendered, RenderFault> {
    let words = Words::of(page.language);
    let mut shell = Shell::new(page, join(&[words.refused_title(), &view.number.to_string(), &page.place]));
    shell.scripted = false;
    let html = RefusedPage { shell, view }.render()?;
    Ok(Rendered { html, policy: policy::header(None) })
}

/// Writes the page for an address that leads nowhere.
///
/// # Errors
/// A fault of the template.
pub fn missing(page: &Page) -> Result<Rendered, RenderFault> {
    let mut shell = Shell::new(page, join(&[Words::of(page.language).missing_title(), "404", &page.place]));
    shell.scripted = false;
    let html = MissingPage { shell }.render()?;
    Ok(Rendered { html, policy: policy::header(None) })
}

/// Writes the page for a request that could not be taken, with a link to try `again` if it was a plain
/// look at a page.
///
/// # Errors
/// A fault of the template.
pub fn busy(page: &Page, again: Option<&str>) -> Result<Rendered, RenderFault> {
    let mut shell = Shell::new(page, join(&[Words::of(page.language).busy_title(), "503", &page.place]));
    shell.scripted = false;
    let html = BusyPage { shell, again }.render()?;
    Ok(Rendered { html, policy: policy::header(None) })
}

/// Writes the page for whoever would move the clock of a live installation.
///
/// # Errors
/// A fault of the template.
pub fn live_clock(page: &Page) -> Result<Rendered, RenderFault> {
    let title = join(&[Words::of(page.language).clock_live_title(), "403", &page.place]);
    let mut shell = Shell::new(page, title);
    shell.scripted = false;
    let html = LiveClockPage { shell }.render()?;
    Ok(Rendered { html, policy: policy::header(None) })
}

/// Writes the front page: the tour of a demo, or who runs this.
///
/// # Errors
/// A fault of the template.
pub fn front(page: &Page, tour: Option<&Tour>) -> Result<Rendered, RenderFault> {
    let words = Words::of(page.language);
    let title = match tour {
        Some(_) => join(&[words.tour_title(), &page.place]),
        None => page.place.clone(),
    };
    let mut shell = Shell::new(page, title);
    shell.scripted = false;
    let html = FrontPage { shell, tour }.render()?;
    Ok(Rendered { html, policy: policy::header(None) })
}

/// Writes the way back to the shop where it needs a page: to post the shop's fields, or to name a host
/// that is not the shop's own.
///
/// # Errors
/// The target is not a web address, or a fault of the template.
pub fn leave(page: &Page, view: &Leave) -> Result<Rendered, RenderFault> {
    let target =
        policy::web_address(&view.target).ok_or_else(|| RenderFault::Address(view.target.clone()))?;
    let words = Words::of(page.language);
    let what = if view.known { words.leave_title() } else { words.leave_unknown_title() };
    // The name as the browser will show it: a look-alike in another script shows its punycode.
    let host = target.host_str().unwrap_or_default();
    let shell = Shell::new(page, join(&[what, host, &page.place]));
    let html = LeavePage { shell, view, host }.render()?;
    let form = view.fields.is_some().then_some(&target);
    Ok(Rendered { html, policy: policy::header(form) })
}

/// A title: state or sum, subject, place.
fn title(page: &Page, summary: &Summary, stage: &Stage) -> String {
    let words = Words::of(page.language);
    let subject = match (&summary.order, &summary.description) {
        (Some(order), _) => words.order_number(order),
        (None, Some(description)) => description.clone(),
        (None, None) => String::new(),
    };
    join(&[&state_or_sum(words, summary.sum, stage), &subject, &summary.shop])
}

fn state_or_sum(words: Words, due: Money, stage: &Stage) -> String {
    let state = match stage {
        Stage::Choose(_) => return sums::sum(due, words.language()),
        Stage::Form(view) => return sums::sum(view.total, words.language()),
        Stage::Starting(_) => words.starting_title(),
        Stage::Redirect(_) | Stage::Qr(_) | Stage::External(_) => words.waiting_title(),
        Stage::Checking(_) => words.checking_title(),
        Stage::Held(_) => words.held_title(),
        Stage::Paid(_) => words.paid_title(),
        Stage::Failed(_) => words.failed_title(),
        Stage::Closing => words.closing_title(),
        Stage::Expired(_) => words.expired_title(),
        Stage::Cancelled(_) => words.cancelled_title(),
        Stage::Late(view) => words.late_title(&view.back),
        Stage::Outcome(_) => words.outcome_title(),
    };
    state.to_owned()
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" – ")
}
