//! The cabinet's shell: what every page there knows, and what its templates may ask for.

use crate::checkout::pages::{RenderFault, Rendered};
use crate::checkout::views::Page;
use crate::words::Words;
use crate::{assets, dates, language, policy, sums};
use askama::Template;
use domain::ids::BookKind;
use domain::payments::Language;
use jiff::Timestamp;
use money::Money;

/// The sections of the side list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Balances, what needs the seller, the last payments.
    Overview,
    /// The list of payments, and each of them.
    Payments,
    /// The balance with its ledger lines.
    Balance,
    /// Payment links by hand.
    Link,
    /// Shops and their settings.
    Shops,
    /// The log of notifications.
    Notices,
    /// The signature check.
    Check,
}

impl Section {
    /// Every section, in the order of the side list.
    pub const ALL: [Section; 7] = [
        Section::Overview,
        Section::Payments,
        Section::Balance,
        Section::Link,
        Section::Shops,
        Section::Notices,
        Section::Check,
    ];

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Section::Overview => "/cabinet",
            Section::Payments => "/cabinet/payments",
            Section::Balance => "/cabinet/balance",
            Section::Link => "/cabinet/link",
            Section::Shops => "/cabinet/shops",
            Section::Notices => "/cabinet/notices",
            Section::Check => "/cabinet/check",
        }
    }

    fn name(self, w: Words) -> &'static str {
        match self {
            Section::Overview => w.cab_overview(),
            Section::Payments => w.cab_payments(),
            Section::Balance => w.cab_balance(),
            Section::Link => w.cab_link(),
            Section::Shops => w.cab_shops(),
            Section::Notices => w.cab_notices(),
            Section::Check => w.cab_check(),
        }
    }
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Account {
    /// The seller's name.
    pub seller: String,
    /// The person's name or login.
    pub person: String,
    /// The token that every form returns.
    pub csrf: String,
}

/// What every page of the cabinet knows.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Language, zone, time, place; it is about no payment of a buyer.
    pub page: Page,
    /// Who is signed in; nobody on the pages before that.
    pub account: Option<Account>,
    /// The section that the page belongs to.
    pub here: Option<Section>,
    /// Whether live or test payments are in view.
    pub kind: BookKind,
    /// The page's own address, to which the language form leads back.
    pub address: String,
    /// Whether the page is shown in the mirrored language.
    pub mirrored: bool,
}

/// The parameter that says which payments are in view.
pub(crate) const BOOK: &str = "book";

impl Frame {
    /// The texts of the page.
    pub(crate) fn words(&self) -> Words {
        if self.mirrored { Words::mirrored() } else { Words::of(self.page.language) }
    }

    /// A sum in the page's language.
    pub(crate) fn sum(&self, money: Money) -> String {
        sums::sum(money, self.words().language())
    }

    /// Date and time in the page's language and zone.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        dates::moment(at, &self.page.zone, self.words().language())
    }

    /// The same, without the date if it is today's.
    pub(crate) fn short(&self, at: Timestamp) -> String {
        dates::short(at, self.page.now, &self.page.zone, self.words().language())
    }

    /// An address of the cabinet that keeps what is in view.
    pub(crate) fn to(&self, path: &str) -> String {
        match (self.kind, path.contains('?')) {
            (BookKind::Live, _) => path.to_owned(),
            (BookKind::Test, false) => format!("{path}?{BOOK}=test"),
            (BookKind::Test, true) => format!("{path}&{BOOK}=test"),
        }
    }
}

/// A page of the cabinet in the making.
pub(crate) struct Shell<'a> {
    pub(crate) frame: &'a Frame,
    /// As the shells of other pages call it.
    pub(crate) page: &'a Page,
    pub(crate) w: Words,
    pub(crate) title: String,
    pub(crate) zone: String,
}

impl<'a> Shell<'a> {
    /// A shell whose title ends with the place.
    pub(crate) fn new(frame: &'a Frame, parts: &[&str]) -> Shell<'a> {
        let place = frame.page.place.as_str();
        let parts = parts.iter().copied().chain([place]).filter(|part| !part.is_empty());
        Shell {
            frame,
            page: &frame.page,
            w: frame.words(),
            title: parts.collect::<Vec<_>>().join(" – "),
            zone: dates::zone_name(&frame.page.zone, frame.page.now),
        }
    }

    pub(crate) fn style(&self) -> String {
        assets::cabinet_style_address()
    }

    pub(crate) fn script(&self) -> String {
        assets::cabinet_script_address()
    }

    pub(crate) fn direction(&self) -> &'static str {
        if self.w.is_mirrored() { "rtl" } else { "ltr" }
    }

    /// The side list: address, name, and whether it is where we are.
    pub(crate) fn sections(&self) -> Vec<(String, &'static str, bool)> {
        let entry = |section: Section| {
            (self.frame.to(section.path()), section.name(self.w), self.frame.here == Some(section))
        };
        Section::ALL.into_iter().map(entry).collect()
    }

    pub(crate) fn home(&self) -> String {
        self.frame.to(Section::Overview.path())
    }

    pub(crate) fn is_test(&self) -> bool {
        self.frame.kind == BookKind::Test
    }

    pub(crate) fn csrf(&self) -> &str {
        self.frame.account.as_ref().map_or("", |account| &account.csrf)
    }

    pub(crate) fn languages(&self) -> Vec<(Language, &'static str)> {
        language::complete().map(|language| (language, language::name(language))).collect()
    }

    pub(crate) fn reads(&self, language: &Language) -> bool {
        *language == self.w.language() && !self.w.is_mirrored()
    }

    pub(crate) fn clock_now(&self) -> String {
        self.w.clock_now(&self.frame.moment(self.page.now))
    }
}

/// Writes a page of the cabinet.
pub(crate) fn rendered(template: &impl Template) -> Result<Rendered, RenderFault> {
    Ok(Rendered { html: template.render()?, policy: policy::CABINET.to_owned() })
}
