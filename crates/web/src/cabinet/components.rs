//! What the cabinet's components show, as plain data.

use crate::cabinet::shell::Frame;
use domain::payments::{Payment, PaymentState};
use domain::sellers::Shop;
use store::reads::payment_list::Listed;

/// A field of a form.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// Its name, which also is its identifier on the page.
    pub name: &'static str,
    /// Its type, as HTML calls it.
    pub kind: &'static str,
    /// What stands above.
    pub label: String,
    /// What helps to fill it in; may be empty.
    pub hint: String,
    /// What was typed.
    pub value: String,
    /// What is wrong and how to put it right; empty: nothing.
    pub error: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What a browser may fill in by itself, as HTML calls it; empty: nothing.
    pub filled_by: &'static str,
}

impl Field {
    /// A field for text, to be filled in.
    pub(crate) fn text(name: &'static str, label: &str) -> Field {
        Field { name, kind: "text", label: label.to_owned(), required: true, ..Field::default() }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Field {
        Field { hint: hint.into(), ..self }
    }

    pub(crate) fn typed(self, value: impl Into<String>) -> Field {
        Field { value: value.into(), ..self }
    }

    pub(crate) fn kind(self, kind: &'static str) -> Field {
        Field { kind, ..self }
    }

    pub(crate) fn filled_by(self, filled_by: &'static str) -> Field {
        Field { filled_by, ..self }
    }

    pub(crate) fn optional(self) -> Field {
        Field { required: false, ..self }
    }

    pub(crate) fn wrong(self, error: impl Into<String>) -> Field {
        Field { error: error.into(), ..self }
    }

    pub(crate) fn described(&self) -> bool {
        !self.hint.is_empty() || !self.error.is_empty()
    }
}

/// What is wrong in a form: each field with its error.
pub(crate) fn errors(fields: &[&Field]) -> Vec<(&'static str, String)> {
    let wrong = fields.iter().filter(|field| !field.error.is_empty());
    wrong.map(|field| (field.name, field.error.clone())).collect()
}

/// A link of a row of counters.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its name.
    pub name: String,
    /// How many; empty where that is not known cheaply.
    pub count: String,
    /// Where it leads.
    pub address: String,
    /// Whether it is what is shown.
    pub here: bool,
}

/// A condition that can be removed.
#[derive(Clone, Debug)]
pub struct Chip {
    /// What was chosen.
    pub text: String,
    /// The same for whoever listens, with what the link does.
    pub spoken: String,
    /// The list without it.
    pub address: String,
}

/// A row of the table of payments.
#[derive(Clone, Debug)]
pub struct PaymentRow {
    /// Where the payment stands.
    pub address: String,
    /// The sum.
    pub sum: String,
    /// The state's colour and sign.
    pub kind: &'static str,
    /// The state's word.
    pub state: &'static str,
    /// What else is to be known: returned, unclaimed money; may be empty.
    pub mark: &'static str,
    /// The method.
    pub method: &'static str,
    /// The order's number.
    pub order: String,
    /// What was bought; may be empty.
    pub description: String,
    /// The shop's name.
    pub shop: String,
    /// When it was opened.
    pub when: String,
    /// The same for programs.
    pub iso: String,
}

/// The colour and sign of a state.
pub(crate) fn state_kind(state: &PaymentState) -> &'static str {
    match state {
        PaymentState::Open | PaymentState::Closing { .. } | PaymentState::Capturing { .. } => "waiting",
        PaymentState::Held { .. } | PaymentState::Releasing { .. } => "note",
        PaymentState::Paid => "paid",
        PaymentState::Cancelled | PaymentState::Expired => "ended",
    }
}

/// What else a row tells of a payment.
pub(crate) fn mark(frame: &Frame, payment: &Payment) -> &'static str {
    let w = frame.words();
    if payment.unclaimed.is_positive() || payment.credit.is_positive() {
        w.ps_stray()
    } else if !payment.refunded.is_positive() {
        ""
    } else if payment.refunded.minor() >= payment.captured.minor() {
        w.ps_returned()
    } else {
        w.ps_part_returned()
    }
}

/// A row for a payment whose public number is given.
pub(crate) fn payment_row(frame: &Frame, listed: &Listed, number: &str, shops: &[Shop]) -> PaymentRow {
    let (w, payment) = (frame.words(), &listed.payment);
    let shop = shops.iter().find(|shop| shop.id == payment.shop);
    PaymentRow {
        address: format!("/cabinet/payments/{number}"),
        sum: frame.sum(payment.amount),
        kind: state_kind(&payment.state),
        state: w.payment_state(&payment.state),
        mark: mark(frame, payment),
        method: listed.method.map_or("", |method| w.method(&method)),
        order: payment.terms.order_text(),
        description: shortened(&payment.terms.description, DESCRIPTION_SHOWN),
        shop: shop.map(|shop| shop.name.clone()).unwrap_or_default(),
        when: frame.short(payment.opened_at),
        iso: payment.opened_at.to_string(),
    }
}

/// So many letters of a description stand in a row.
const DESCRIPTION_SHOWN: usize = 60;

/// The beginning of a text, with an ellipsis if something was cut off.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_letters() {
        assert_eq!(shortened("за чай", 10), "за чай");
        assert_eq!(shortened("за чай и кофе", 6), "за чай…");
    }

    #[test]
    fn only_wrong_fields_come_into_the_summary() {
        let good = Field::text("a", "A");
        let wrong = Field::text("b", "B").wrong("Enter it.");
        assert_eq!(errors(&[&good, &wrong]), [("b", "Enter it.".to_owned())]);
    }
}
