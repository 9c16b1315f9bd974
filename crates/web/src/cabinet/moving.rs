//! Money actions as pages: how much first, then what, to whom, how much and what is left, then the button.

use crate::cabinet::components::{Field, errors};
use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Shell, rendered};
use crate::checkout::pages::{RenderFault, Rendered};
use askama::Template;
use domain::ids::Id;
use domain::payments::Payment;
use money::Money;

/// The page that asks how much.
#[derive(Clone, Debug)]
pub struct AmountView {
    /// What is going to be done.
    pub title: &'static str,
    /// The payment's page.
    pub back: String,
    /// This page.
    pub action: String,
    /// The payment's sum.
    pub sum: String,
    /// The payment's order.
    pub order: String,
    /// What the button says.
    pub button: &'static str,
    /// The field.
    pub amount: Field,
    /// Which money it is about, where there are several kinds; may be empty.
    pub of: String,
}

/// The page that asks whether it shall be done.
#[derive(Clone, Debug)]
pub struct ConfirmView {
    /// What is asked.
    pub title: &'static str,
    /// The payment's page.
    pub back: String,
    /// The page that asks how much; empty where there is nothing to change.
    pub change: String,
    /// Where the form goes.
    pub action: String,
    /// The sum that moves.
    pub sum: String,
    /// What it means; may be empty.
    pub text: String,
    /// What, to whom.
    pub facts: Vec<(String, String)>,
    /// Balances that it changes.
    pub balances: Vec<(String, String)>,
    /// What the button says.
    pub button: String,
    /// Whether it gives money away.
    pub dangerous: bool,
    /// Fields that come along: the sum, and the number under which it is done only once.
    pub hidden: Vec<(&'static str, String)>,
    /// Why it was not done; may be empty.
    pub error: String,
}

#[derive(Template)]
#[template(path = "cabinet/amount.html", whitespace = "minimize")]
struct AmountPage<'a> {
    shell: Shell<'a>,
    view: &'a AmountView,
    errors: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "cabinet/confirm.html", whitespace = "minimize")]
struct ConfirmPage<'a> {
    shell: Shell<'a>,
    view: &'a ConfirmView,
}

/// Writes the page that asks how much.
///
/// # Errors
/// A fault of the template.
pub fn amount_page(frame: &Frame, view: &AmountView) -> Result<Rendered, RenderFault> {
    let shell = Shell::new(frame, &[view.title, &view.order]);
    rendered(&AmountPage { shell, view, errors: errors(&[&view.amount]) })
}

/// Writes the page that asks whether it shall be done.
///
/// # Errors
/// A fault of the template.
pub fn confirm_page(frame: &Frame, view: &ConfirmView) -> Result<Rendered, RenderFault> {
    let shell = Shell::new(frame, &[&view.sum, view.title]);
    rendered(&ConfirmPage { shell, view })
}

/// The payment's page.
pub(crate) fn back(number: &str) -> String {
    format!("/cabinet/payments/{number}")
}

/// A sum as it stands in a field, in the reader's own decimal sign.
pub(crate) fn in_field(sum: Money, frame: &Frame) -> String {
    let text = sum.to_string();
    match frame.words().language() {
        domain::payments::Language::En => text,
        domain::payments::Language::Ru
        | domain::payments::Language::Uk
        | domain::payments::Language::Es
        | domain::payments::Language::Bg => text.replace('.', ","),
    }
}

/// What stands above the sum on every page of this kind.
pub(crate) fn what(desk: &Desk, payment: &Payment) -> (String, String) {
    let w = desk.frame.words();
    let order = w.pl_order_named(&payment.terms.order_text());
    let text = match payment.terms.description.as_str() {
        "" => order,
        description => format!("{order}, {description}"),
    };
    (w.cm_what().to_owned(), text)
}

/// Whether an identifier that came back in a form is one of this payment's book.
pub(crate) fn is_of_book(id: &impl Id, payment: &Payment) -> bool {
    id.book() == payment.id.book
}
