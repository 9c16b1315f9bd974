//! What templates may ask for: texts, sums, times and addresses of the page that is being written.

use domain::payments::Language;
use jiff::Timestamp;
use money::Money;

use crate::checkout::views::{Deadline, Ending, Field, Form, Group, Handle, Outcome, Page};
use crate::words::Words;
use crate::{assets, dates, language, sums};

/// How many names a folded group shows.
const NAMES_SHOWN: usize = 3;

/// One page in the making.
pub(crate) struct Shell<'a> {
    pub(crate) page: &'a Page,
    pub(crate) w: Words,
    pub(crate) title: String,
    /// Whose page it is: the shop's for its buyers, else the operator's.
    pub(crate) head: String,
    /// The zone's name, which stands on the page once.
    pub(crate) zone: String,
    /// Whether the page has any use for the script.
    pub(crate) scripted: bool,
    /// The code as SVG, where there is one.
    pub(crate) qr: String,
    /// What the code says, if it is an address.
    pub(crate) link: Option<String>,
}

impl<'a> Shell<'a> {
    /// A shell with a title of its own, in the operator's name.
    pub(crate) fn new(page: &'a Page, title: String) -> Shell<'a> {
        Shell {
            page,
            w: Words::of(page.language),
            title,
            head: page.place.clone(),
            zone: dates::zone_name(&page.zone, page.now),
            scripted: true,
            qr: String::new(),
            link: None,
        }
    }

    /// The inlined style.
    pub(crate) fn style(&self) -> &'static str {
        &assets::style().text
    }

    /// The script's address.
    pub(crate) fn script(&self) -> String {
        assets::script_address()
    }

    /// The languages of the footer.
    pub(crate) fn languages(&self) -> Vec<(Language, &'static str)> {
        language::complete().map(|language| (language, language::name(language))).collect()
    }

    /// Whether the page is written in a language.
    pub(crate) fn reads(&self, language: &Language) -> bool {
        *language == self.w.language()
    }

    /// A sum in the page's language.
    pub(crate) fn sum(&self, money: &Money) -> String {
        sums::sum(*money, self.w.language())
    }

    /// Date and time in the page's language and zone.
    pub(crate) fn moment(&self, at: &Timestamp) -> String {
        dates::moment(*at, &self.page.zone, self.w.language())
    }

    /// The same, without the date if it is today's.
    pub(crate) fn short(&self, at: &Timestamp) -> String {
        dates::short(*at, self.page.now, &self.page.zone, self.w.language())
    }

    /// How many seconds are left of a deadline.
    pub(crate) fn seconds_left(&self, deadline: &Deadline) -> i64 {
        deadline.until.duration_since(self.page.now).as_secs().max(0)
    }

    /// The payment's address; empty on pages without one, which have no use for it.
    pub(crate) fn address(&self) -> String {
        self.page.payment.as_ref().map(Handle::address).unwrap_or_default()
    }

    /// The way back to the shop.
    pub(crate) fn back(&self) -> String {
        format!("{}/back", self.address())
    }

    /// The method list, also while something else is shown under the payment's address.
    pub(crate) fn list(&self) -> String {
        format!("{}?methods", self.address())
    }

    /// The form of a method.
    pub(crate) fn form(&self, method: &domain::methods::Method) -> String {
        format!("{}?method={}", self.address(), method.code())
    }

    /// The token that forms return.
    pub(crate) fn csrf(&self) -> &str {
        self.page.payment.as_ref().map_or("", |payment| &payment.csrf)
    }

    /// What the clock of an installation for tests shows.
    pub(crate) fn clock_now(&self) -> String {
        self.w.clock_now(&self.moment(&self.page.now))
    }

    /// The names in a folded group, and how many more there are.
    pub(crate) fn names(&self, group: &Group) -> String {
        let names: Vec<_> =
            group.rows.iter().take(NAMES_SHOWN).map(|row| self.w.method(&row.method)).collect();
        let names = names.join(", ");
        match group.rows.len().saturating_sub(NAMES_SHOWN) {
            0 => names,
            more => self.w.names_and_more(&names, u64::try_from(more).unwrap_or(u64::MAX)),
        }
    }

    /// Whether a form came back with something to put right.
    pub(crate) fn has_errors(&self, form: &Form) -> bool {
        [&form.phone, &form.email].into_iter().flatten().any(|field| field.error.is_some())
    }

    /// What is wrong with the phone number, or nothing.
    pub(crate) fn phone_error(&self, field: &Field) -> &'static str {
        field.error.map_or("", |error| self.w.phone_error(error))
    }

    /// What is wrong with the e-mail address, or nothing.
    pub(crate) fn email_error(&self, field: &Field) -> &'static str {
        field.error.map_or("", |error| self.w.email_error(error))
    }

    /// The endings that a tester may choose: holding makes sense only where it was asked for.
    pub(crate) fn endings(&self, outcome: &Outcome) -> Vec<Ending> {
        Ending::ALL
            .into_iter()
            .filter(|ending| match ending {
                Ending::Paid => !outcome.hold,
                Ending::Held => outcome.hold,
                Ending::Declined => true,
            })
            .collect()
    }
}

/// The drawing inside a state's sign, as an SVG path on a field of 24 by 24.
pub(crate) fn sign(kind: &str) -> &'static str {
    match kind {
        "paid" => "m7.5 12.5 3 3 6-6.5",
        "waiting" => "M12 8.5v4l2.5 1.5M12 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14",
        "failed" => "m8.5 8.5 7 7m0-7-7 7",
        "note" => "M12 11.5V16M12 8v.1",
        _ => "M8 12h8",
    }
}
