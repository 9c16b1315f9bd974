//! One payment: how much, in what state, what can be done; what happened, and where the money went.

use crate::cabinet::components::{mark, state_kind};
use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::cabinet::timeline::{Happening, timeline};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::messages;
use crate::state::Web;
use crate::sums;
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use domain::history::Subject;
use domain::ids::NoticeId;
use domain::notices::{Notice, NoticeState};
use domain::payments::{Payment, PaymentState};
use domain::refunds::{Refund, RefundState};
use engine::error::EngineError;
use money::Money;
use store::reads::ledger::EntryView;
use store::reads::payments::WholePayment;

/// An action that the payment allows now.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its page.
    pub address: String,
    /// Its name.
    pub name: String,
    /// What it would do.
    pub hint: String,
}

/// Money that came or left, in the words of the page.
#[derive(Clone, Debug)]
pub struct Move {
    /// Why, and between which accounts.
    pub text: String,
    /// How much.
    pub sum: String,
    /// When, and under which number in the book.
    pub note: String,
}

/// A notice or refund in a line.
#[derive(Clone, Debug)]
pub struct Report {
    /// The state's colour and sign.
    pub kind: &'static str,
    /// The state's word.
    pub state: String,
    /// When.
    pub when: String,
    /// The sum of a refund; empty for a notice.
    pub sum: String,
    /// The public number of a notice that can be sent again; empty otherwise.
    pub again: String,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct PaymentView {
    /// The payment's public number.
    pub number: String,
    /// The order's number.
    pub order: String,
    /// The sum.
    pub sum: String,
    /// The state's colour and sign.
    pub kind: &'static str,
    /// The state's word.
    pub state: &'static str,
    /// What else is to be known; may be empty.
    pub mark: &'static str,
    /// What was done just now; may be empty.
    pub note: String,
    /// What can be done.
    pub actions: Vec<Action>,
    /// What was received, taken and returned.
    pub money: Vec<(String, String)>,
    /// What is left of it.
    pub rest: Option<String>,
    /// The ledger lines in words.
    pub moves: Vec<Move>,
    /// Names and values.
    pub facts: Vec<(String, String)>,
    /// Refunds.
    pub refunds: Vec<Report>,
    /// Notices to the shop.
    pub notices: Vec<Report>,
    /// What happened.
    pub timeline: Vec<Happening>,
    /// The list.
    pub list: String,
}

#[derive(Template)]
#[template(path = "cabinet/payment.html", whitespace = "minimize")]
struct PaymentPage<'a> {
    shell: Shell<'a>,
    view: &'a PaymentView,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &PaymentView) -> Result<Rendered, RenderFault> {
    let order = frame.words().pl_order_named(&view.order);
    let shell = Shell::new(frame, &[view.state, &view.sum, &order]);
    rendered(&PaymentPage { shell, view })
}

/// A payment's page.
pub async fn show(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let mut desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let view = look(&web, &mut desk, &number).await;
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

/// Sends a notice again.
pub async fn send_again(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let mut desk = match Desk::open(&web, request, Section::Payments).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let back = format!("/cabinet/payments/{number}");
    if !desk.is_own_form() {
        return messages::see_other(&back);
    }
    match again(&web, &mut desk, &number).await {
        Ok(()) => messages::see_other(&format!("{back}?done=sent")),
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

async fn again(web: &Web, desk: &mut Desk, number: &str) -> Result<(), EngineError> {
    let payment = desk.payment(web, number).await?;
    let id: NoticeId = web.engine.parse(&desk.sent("notice"))?;
    let notice = web.engine.store().notice(id).await?.filter(|notice| notice.payment == payment.id);
    let notice = notice.ok_or(EngineError::NotFound("page"))?;
    web.engine.send_again(notice.id, desk.actor.clone()).await
}

async fn look(web: &Web, desk: &mut Desk, number: &str) -> Result<PaymentView, EngineError> {
    let id = desk.payment(web, number).await?.id;
    let store = web.engine.store();
    let whole = store.whole_payment(id).await?.ok_or(EngineError::NotFound("page"))?;
    let entries = store.entries_of(id).await?;
    let history = store.timeline(Subject::Payment(id), id.book).await?;
    let exchanges = store.said_about(id).await?;
    let accounts = store.providers().await?;
    let frame = &desk.frame;
    let payment = &whole.payment;
    let held = held(&whole);
    Ok(PaymentView {
        number: web.engine.print(id),
        order: payment.terms.order_text(),
        sum: frame.sum(payment.amount),
        kind: state_kind(&payment.state),
        state: frame.words().payment_state(&payment.state),
        mark: mark(frame, payment),
        note: done(frame, desk.asked("done").as_deref(), payment),
        actions: actions(frame, payment, held, number, &web.engine.pay_url(id)),
        money: money(frame, payment),
        rest: rest(payment).map(|rest| frame.sum(rest)),
        moves: entries.iter().flat_map(|entry| moves(frame, entry)).collect(),
        facts: facts(web, desk, &whole).await?,
        refunds: whole.refunds.iter().map(|refund| refund_report(frame, refund)).collect(),
        notices: whole.notices.iter().map(|notice| notice_report(web, frame, notice)).collect(),
        timeline: timeline(frame, &history, &exchanges, &accounts),
        list: frame.to(Section::Payments.path()),
    })
}

/// What was just done, by the word in the address; no more is said than the payment bears out.
fn done(frame: &Frame, word: Option<&str>, payment: &Payment) -> String {
    let w = frame.words();
    match (word, payment.state) {
        (Some("sent"), _) => w.pp_sent_again().to_owned(),
        (Some("refund"), _) if payment.refunded.is_positive() => w.rf_done(&frame.sum(payment.refunded)),
        (Some("capture"), PaymentState::Capturing { amount, .. }) => w.cp_done(&frame.sum(amount)),
        (Some("capture"), PaymentState::Paid) => w.cp_done(&frame.sum(payment.captured)),
        (Some("release"), PaymentState::Releasing { .. } | PaymentState::Cancelled) => w.rl_done().to_owned(),
        (Some(_) | None, _) => String::new(),
    }
}

/// What is held for the payment, as its attempt received it.
pub(crate) fn held(whole: &WholePayment) -> Option<Money> {
    let attempt = whole.attempts.iter().find(|attempt| Some(attempt.id) == whole.payment.paid_by)?;
    let received = attempt.received.unwrap_or(attempt.amount);
    received.smaller(attempt.amount).ok()
}

/// What can still be refunded of the sale.
pub(crate) fn refundable(payment: &Payment) -> Option<Money> {
    if payment.is_part() {
        return None;
    }
    payment.captured.minus(payment.refunded).ok().filter(|left| left.is_positive())
}

/// What came beyond the sale and has not gone back.
pub(crate) fn stray(payment: &Payment) -> Option<Money> {
    let all = payment.unclaimed.plus(payment.credit).ok()?;
    all.is_positive().then_some(all)
}

fn actions(frame: &Frame, payment: &Payment, held: Option<Money>, number: &str, page: &str) -> Vec<Action> {
    let w = frame.words();
    let to = |what: &str| format!("/cabinet/payments/{number}/{what}");
    let mut actions = Vec::new();
    match payment.state {
        PaymentState::Held { until } => {
            let sum = frame.sum(held.unwrap_or(payment.amount));
            let hint = w.pp_capture_left(&sum, &frame.moment(until));
            actions.push(Action { address: to("capture"), name: w.pp_capture().to_owned(), hint });
            let hint = w.pp_release_hint().to_owned();
            actions.push(Action { address: to("release"), name: w.pp_release().to_owned(), hint });
        }
        PaymentState::Open => actions.push(Action {
            address: page.to_owned(),
            name: w.pp_open_page().to_owned(),
            hint: w.pp_open_page_hint().to_owned(),
        }),
        PaymentState::Capturing { .. }
        | PaymentState::Releasing { .. }
        | PaymentState::Closing { .. }
        | PaymentState::Paid
        | PaymentState::Cancelled
        | PaymentState::Expired => {}
    }
    if let Some(left) = refundable(payment) {
        let hint = w.pp_refund_left(&frame.sum(left));
        actions.push(Action { address: to("refund"), name: w.pp_refund().to_owned(), hint });
    }
    if let Some(left) = stray(payment) {
        let hint = w.pp_give_back_left(&frame.sum(left));
        actions.push(Action { address: to("refund?of=stray"), name: w.pp_give_back().to_owned(), hint });
    }
    actions
}

/// What was received, what was taken of it, and what went back.
fn money(frame: &Frame, payment: &Payment) -> Vec<(String, String)> {
    let w = frame.words();
    if !payment.captured.is_positive() {
        return Vec::new();
    }
    let minus = |sum: Money| frame.sum(sum.negated().unwrap_or(sum));
    let mut lines = vec![(w.pp_got().to_owned(), frame.sum(payment.captured))];
    if payment.fee.is_positive() {
        lines.push((w.pp_fee().to_owned(), minus(payment.fee)));
    }
    if payment.refunded.is_positive() {
        lines.push((w.pp_refunds().to_owned(), minus(payment.refunded)));
    }
    if payment.fee_returned.is_positive() {
        lines.push((w.pp_fee_back().to_owned(), frame.sum(payment.fee_returned)));
    }
    lines
}

/// What is left to the seller of the payment.
fn rest(payment: &Payment) -> Option<Money> {
    if !payment.captured.is_positive() {
        return None;
    }
    let after_fee = payment.captured.minus(payment.fee).ok()?;
    after_fee.minus(payment.refunded).ok()?.plus(payment.fee_returned).ok()
}

fn moves(frame: &Frame, entry: &EntryView) -> Vec<Move> {
    let w = frame.words();
    let line = |line: &domain::ledger::Line| {
        let (from, to) = (line.posting.from(), line.posting.to());
        let way = w.la_move(w.account_in_line(from), w.account_in_line(to));
        Move {
            text: format!("{}: {way}", w.cause(entry.cause)),
            sum: frame.sum(line.posting.amount()),
            note: format!("{}, № {}", frame.moment(entry.at), entry.number),
        }
    };
    entry.lines.iter().map(line).collect()
}

async fn facts(web: &Web, desk: &Desk, whole: &WholePayment) -> Result<Vec<(String, String)>, EngineError> {
    let (frame, payment) = (&desk.frame, &whole.payment);
    let w = frame.words();
    let shop = web.engine.store().shop(payment.shop).await?;
    let used = payment.paid_by.or(payment.last_attempt);
    let attempt = whole.attempts.iter().find(|attempt| Some(attempt.id) == used);
    let held_until = match payment.state {
        PaymentState::Held { until }
        | PaymentState::Capturing { until, .. }
        | PaymentState::Releasing { until } => Some(until),
        PaymentState::Open
        | PaymentState::Closing { .. }
        | PaymentState::Paid
        | PaymentState::Cancelled
        | PaymentState::Expired => None,
    };
    let ends = (payment.state == PaymentState::Open).then_some(payment.ends_at);
    let price = payment
        .terms
        .price
        .map(|price| w.price_at(&frame.sum(price.sum), &sums::worth(price.rate.worth, w.language())));
    let passed = Some(payment.passed).filter(|passed| passed.is_positive()).map(|passed| frame.sum(passed));
    let method = match attempt {
        Some(attempt) => Some(attempt.method),
        None => web.engine.method_of_part(payment).await?,
    };
    let part = payment.is_part().then(|| w.pp_part_text().to_owned());
    let maybe = [
        (w.pp_part().to_owned(), part),
        (w.price().to_owned(), price),
        (w.pp_passed().to_owned(), passed),
        (w.pl_order().to_owned(), Some(payment.terms.order_text())),
        (w.pl_description().to_owned(), Some(payment.terms.description.clone())),
        (w.pl_shop().to_owned(), shop.map(|shop| shop.name)),
        (w.pl_method().to_owned(), method.map(|method| w.method(&method).to_owned())),
        (w.pp_charged_by().to_owned(), charged_by(web, frame, payment).await?),
        (w.pp_email().to_owned(), payment.terms.email.clone()),
        (w.pp_opened().to_owned(), Some(frame.moment(payment.opened_at))),
        (w.pp_ends().to_owned(), ends.map(|at| frame.moment(at))),
        (w.pp_held_until().to_owned(), held_until.map(|at| frame.moment(at))),
        (w.pp_paid_at().to_owned(), payment.paid_at.map(|at| frame.moment(at))),
        (w.pl_number().to_owned(), Some(web.engine.print(payment.id))),
    ];
    let named = maybe.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let custom = payment.terms.custom.iter().map(|field| (w.pp_custom(&field.name), field.value.clone()));
    Ok(named.chain(custom).filter(|(_, value)| !value.is_empty()).collect())
}

/// The kept method that a payment uses, and the order with which it was kept.
async fn charged_by(web: &Web, frame: &Frame, payment: &Payment) -> Result<Option<String>, EngineError> {
    let Some(id) = payment.terms.reuse.stored() else { return Ok(None) };
    let Some(stored) = web.engine.store().stored_method(id).await? else { return Ok(None) };
    let parent = web.engine.store().payment(stored.payment).await?;
    let order = parent.map_or_else(String::new, |parent| parent.terms.order_text());
    Ok(Some(frame.words().pp_charged_by_order(&stored.kept.mask, &order)))
}

fn refund_report(frame: &Frame, refund: &Refund) -> Report {
    let w = frame.words();
    let (kind, state) = match refund.state {
        RefundState::Asked => ("waiting", w.pp_refund_asked()),
        RefundState::Sent => ("waiting", w.pp_refund_sent()),
        RefundState::Returned => ("paid", w.pp_refund_returned()),
        RefundState::Failed { .. } => ("failed", w.pp_refund_failed()),
    };
    Report {
        kind,
        state: state.to_owned(),
        when: frame.moment(refund.asked_at),
        sum: frame.sum(refund.amount),
        again: String::new(),
    }
}

fn notice_report(web: &Web, frame: &Frame, notice: &Notice) -> Report {
    let w = frame.words();
    let (kind, state, when) = match notice.state {
        NoticeState::Owed if notice.tries == 0 => ("waiting", w.pp_notice_new().to_owned(), notice.owed_at),
        NoticeState::Owed => ("waiting", w.pp_notice_owed(notice.tries.into()), notice.owed_at),
        NoticeState::Accepted { at } => ("paid", w.pp_notice_accepted().to_owned(), at),
        NoticeState::GivenUp => ("failed", w.pp_notice_given_up().to_owned(), notice.owed_at),
    };
    let never = matches!(notice.state, NoticeState::Owed) && notice.tries == 0;
    let again = if never { String::new() } else { web.engine.print(notice.id) };
    Report { kind, state, when: frame.moment(when), sum: String::new(), again }
}
