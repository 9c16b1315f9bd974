//! What a shop signs and a buyer follows: orders, each with a tag that comes back in every message about it.

use domain::ids::{AttemptId, PaymentId};
use domain::methods::Method;
use jiff::Timestamp;
use testkit::robokassa::Link;
use wire::http::{Headers, HttpRequest, Method as Verb};

use crate::shops::Shop;

/// An order: one content that a shop signed.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which shop's.
    pub shop: usize,
    /// The shop's number for it; none asks for one.
    pub number: Option<i64>,
    /// The sum, in kopecks.
    pub sum: i64,
    /// What comes back unchanged; the provider shows it too.
    pub tag: String,
    /// Whether somebody changed the sum after it was signed.
    pub tampered: bool,
    /// Whether its money is held first.
    pub two_step: bool,
    /// The payments under which it was shown to buyers.
    pub payments: Vec<PaymentId>,
    /// The attempts that buyers saw begin.
    pub attempts: Vec<(PaymentId, AttemptId, Method)>,
    /// Whether a buyer was told that it cannot be paid any more.
    pub over: bool,
    /// When late money stops counting, as far as buyers know: for the latest payment.
    pub grace_ends: Timestamp,
    /// How much the shop asked to give back at most, in kopecks.
    pub asked_back: i64,
    /// How much of a hold the shop asked for at most, in kopecks.
    pub asked_capture: i64,
}

impl Order {
    /// The link as the shop signs it now.
    pub fn request(&self, shop: &Shop) -> HttpRequest {
        let number = self.number.map(|number| number.to_string()).unwrap_or_default();
        let (told, digest) = shop.current();
        let link = Link::new(&shop.login, &rubles(self.sum), &number)
            .custom("Shp_tag", &self.tag)
            .unsigned("Description", &self.tag);
        let url = link.url("", told.password1.expose(), digest);
        let (path, query) = url.split_once('?').expect("an address with a query");
        let query = if self.tampered {
            query.replacen(&format!("OutSum={}", rubles(self.sum)), "OutSum=1.00", 1)
        } else {
            query.to_owned()
        };
        HttpRequest {
            method: Verb::Get,
            path: path.to_owned(),
            query,
            headers: Headers::new(),
            body: Vec::new(),
            peer: None,
        }
    }
}

/// Kopecks as a shop writes them.
pub fn rubles(kopecks: i64) -> String {
    format!("{}.{:02}", kopecks / 100, kopecks % 100)
}

/// Kopecks of a sum with at most six decimals; none when it is not one.
pub fn kopecks(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = part.chars().chain("000000".chars()).take(6).collect();
    let (cents, rest) = digits.split_at_checked(2)?;
    if rest.bytes().any(|digit| digit != b'0') {
        return None;
    }
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents.parse().ok()?)
}
