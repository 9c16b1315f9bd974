//! A payment link by hand: a sum, what for and until when become an address with its code.

use crate::cabinet::components::{Field, errors};
use crate::cabinet::desk::Desk;
use crate::cabinet::moving::in_field;
use crate::cabinet::query::{currency, read_sum};
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::messages;
use crate::qr;
use crate::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::decide::Refused;
use domain::ids::{Id, PaymentId};
use domain::payments::{Payment, PaymentState};
use domain::sellers::Shop;
use engine::by_hand::LinkOrder;
use engine::error::EngineError;
use jiff::Timestamp;
use jiff::civil::DateTime;
use money::Money;
use money::currency::Currency;

/// A description may be so long.
const DESCRIPTION_CHARS_MAX: usize = 250;
/// What stands in the field's example, in the currency's smallest units of two digits.
const EXAMPLE_MINOR: i64 = 129_000;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct LinkView {
    /// The shops to choose from; none: no link can be made.
    pub shops: Vec<(String, String)>,
    /// The chosen shop.
    pub shop: Field,
    /// Sum, description, e-mail address, end.
    pub fields: Vec<Field>,
    /// The number under which the form makes one link.
    pub once: String,
    /// The link that was made.
    pub made: Option<Made>,
    /// This page, for another link.
    pub again: String,
    /// What is wrong beyond single fields; may be empty.
    pub error: String,
}

/// A link that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The sum.
    pub sum: String,
    /// What for.
    pub description: String,
    /// The address for the buyer.
    pub address: String,
    /// Until when it can be paid.
    pub until: String,
    /// The payment's page in the cabinet.
    pub payment: String,
}

#[derive(Template)]
#[template(path = "cabinet/link.html", whitespace = "minimize")]
struct LinkPage<'a> {
    shell: Shell<'a>,
    view: &'a LinkView,
    errors: Vec<(&'static str, String)>,
    qr: String,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template, or an address that no code can hold.
pub fn page(frame: &Frame, view: &LinkView) -> Result<Rendered, RenderFault> {
    let w = frame.words();
    let (state, code) = match &view.made {
        Some(made) => (made.sum.as_str(), qr::draw(&made.address, w.code_picture())?),
        None => ("", String::new()),
    };
    let shell = Shell::new(frame, &[state, w.ln_title()]);
    let fields: Vec<&Field> = std::iter::once(&view.shop).chain(&view.fields).collect();
    rendered(&LinkPage { shell, view, errors: errors(&fields), qr: code })
}

/// The form, or the link that was made under an address.
pub async fn show(State(web): State<Web>, request: Request) -> Response {
    let mut desk = match Desk::open(&web, request, Section::Link).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let view = match desk.asked("made") {
        Some(number) => made(&web, &mut desk, &number).await,
        None => blank(&web, &desk).await,
    };
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

/// Makes the link, once.
pub async fn make(State(web): State<Web>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Link).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    match order(&web, &desk).await {
        Ok(Ok(number)) => messages::see_other(&desk.frame.to(&format!("/cabinet/link?made={number}"))),
        Ok(Err(view)) => messages::page(StatusCode::UNPROCESSABLE_ENTITY, page(&desk.frame, &view)),
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

async fn blank(web: &Web, desk: &Desk) -> Result<LinkView, EngineError> {
    let shops = active(desk.shops(web).await?);
    let mut view = form(web, desk, &shops)?;
    for field in &mut view.fields {
        field.value = String::new();
    }
    Ok(view)
}

fn active(shops: Vec<Shop>) -> Vec<Shop> {
    shops.into_iter().filter(|shop| shop.active).collect()
}

/// The form with what was sent.
fn form(web: &Web, desk: &Desk, shops: &[Shop]) -> Result<LinkView, EngineError> {
    let (frame, w) = (&desk.frame, desk.frame.words());
    let example = in_field(Money::from_minor(EXAMPLE_MINOR, currency(shops)), frame);
    let id: PaymentId = web.engine.fresh(desk.book)?;
    Ok(LinkView {
        shops: shops.iter().map(|shop| (web.engine.print(shop.id), shop.name.clone())).collect(),
        shop: Field::text("shop", w.ln_shop()).typed(desk.sent("shop")),
        fields: vec![
            Field::text("amount", w.ln_amount()).hint(w.ln_amount_hint(&example)).typed(desk.sent("amount")),
            Field::text("description", w.ln_description())
                .hint(w.ln_description_hint())
                .typed(desk.sent("description")),
            Field::text("email", w.ln_email())
                .hint(w.ln_email_hint())
                .kind("email")
                .typed(desk.sent("email"))
                .optional(),
            Field::text("until", w.ln_until())
                .hint(w.ln_until_hint())
                .kind("datetime-local")
                .typed(desk.sent("until"))
                .optional(),
        ],
        once: web.engine.print(id),
        made: None,
        again: frame.to(Section::Link.path()),
        error: String::new(),
    })
}

/// What was typed, read.
struct Typed {
    amount: Money,
    description: String,
    email: Option<String>,
    until: Option<Timestamp>,
}

/// Makes the link of the form; the form with what is wrong otherwise.
async fn order(web: &Web, desk: &Desk) -> Result<Result<String, LinkView>, EngineError> {
    let w = desk.frame.words();
    let shops = active(desk.shops(web).await?);
    let mut view = form(web, desk, &shops)?;
    let shop = shops.iter().find(|shop| web.engine.print(shop.id) == desk.sent("shop"));
    let Some(shop) = shop else {
        view.shop = view.shop.wrong(w.ln_shop_error());
        return Ok(Err(view));
    };
    let id = web.engine.parse::<PaymentId>(&desk.sent("once")).ok();
    let (Some(id), true) = (id.filter(|id| id.book() == desk.book), desk.is_own_form()) else {
        view.error = w.cab_stale_form().to_owned();
        return Ok(Err(view));
    };
    let Some(typed) = read(&desk.frame, &mut view.fields, shop.currency) else {
        return Ok(Err(view));
    };
    let order = LinkOrder {
        payment: id,
        amount: typed.amount,
        description: typed.description,
        email: typed.email,
        until: typed.until,
    };
    match web.engine.open_by_hand(shop, order, desk.actor.clone()).await {
        Ok(payment) => Ok(Ok(web.engine.print(payment))),
        Err(EngineError::Refused(refused)) => {
            match refused {
                Refused::Off { .. } => view.shop = view.shop.wrong(w.ln_shop_error()),
                _ => view.error = w.cab_stale_form().to_owned(),
            }
            Ok(Err(view))
        }
        Err(error) => Err(error),
    }
}

/// Reads the fields; what is wrong is written under them.
fn read(frame: &Frame, fields: &mut [Field], currency: Currency) -> Option<Typed> {
    let w = frame.words();
    let [amount, description, email, until] = fields else { return None };
    let sum = read_sum(&amount.value, currency);
    if sum.is_none() {
        let example = in_field(Money::from_minor(EXAMPLE_MINOR, currency), frame);
        amount.error = w.rf_unread(&example);
    }
    if description.value.is_empty() || description.value.chars().count() > DESCRIPTION_CHARS_MAX {
        description.error = w.ln_description_error().to_owned();
    }
    if !email.value.is_empty() && !is_address(&email.value) {
        email.error = w.ln_email_error().to_owned();
    }
    let end = read_end(&until.value, frame);
    if !until.value.is_empty() && end.is_none_or(|end| end <= frame.page.now) {
        until.error = w.ln_until_error().to_owned();
    }
    let wrong = [&*amount, &*description, &*email, &*until].iter().any(|field| !field.error.is_empty());
    let typed = Typed {
        amount: sum?,
        description: description.value.clone(),
        email: Some(email.value.clone()).filter(|email| !email.is_empty()),
        until: end,
    };
    (!wrong).then_some(typed)
}

fn read_end(typed: &str, frame: &Frame) -> Option<Timestamp> {
    let local: DateTime = typed.parse().ok()?;
    frame.page.zone.to_timestamp(local).ok()
}

/// What is plainly no e-mail address is refused; whether one exists is told by writing to it.
fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !text.chars().any(char::is_whitespace)
    })
}

async fn made(web: &Web, desk: &mut Desk, number: &str) -> Result<LinkView, EngineError> {
    let payment: Payment = desk.payment(web, number).await?;
    let frame = &desk.frame;
    let made = Made {
        sum: frame.sum(payment.amount),
        description: payment.terms.description.clone(),
        address: web.engine.pay_url(payment.id),
        until: if payment.state == PaymentState::Open {
            frame.moment(payment.ends_at)
        } else {
            String::new()
        },
        payment: format!("/cabinet/payments/{number}"),
    };
    Ok(LinkView { made: Some(made), again: frame.to(Section::Link.path()), ..LinkView::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plainly_no_address_is_refused() {
        assert!(is_address("anna@example.com"));
        for text in ["anna", "@example.com", "anna@example", "an na@example.com"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
