//! The list's conditions as they stand in its address.

use crate::cabinet::shell::Frame;
use domain::ids::ShopId;
use domain::methods::Method;
use domain::payments::Payment;
use domain::sellers::Shop;
use engine::error::EngineError;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use money::Money;
use money::currency::Currency;
use std::collections::BTreeMap;
use store::reads::payment_list::{Filter, Group, Search};
use url::form_urlencoded::Serializer;
use wire::form::{RawForm, TextEncoding};

/// The conditions in the order in which addresses name them.
pub(crate) const CONDITIONS: [&str; 8] = ["state", "shop", "method", "from", "until", "least", "most", "q"];
/// A text to look for may be so long.
const SEARCH_CHARS_MAX: usize = 200;

/// What an address asks of the list, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListQuery {
    typed: BTreeMap<&'static str, String>,
}

/// What a typed sum means in a currency: figures with spaces and one comma or dot.
pub(crate) fn read_sum(text: &str, currency: Currency) -> Option<Money> {
    let plain: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '\u{a0}' && *letter != '\u{202f}')
        .map(|letter| if letter == ',' { '.' } else { letter })
        .collect();
    let sign = plain.trim_end_matches(['₽', '$', '€']).trim_start_matches(['₽', '$', '€']);
    Money::parse(sign, currency).ok().filter(|sum| sum.is_positive())
}

impl ListQuery {
    /// The conditions of a query; empty ones are none.
    pub(crate) fn read(query: &RawForm) -> ListQuery {
        let mut typed = BTreeMap::new();
        for name in CONDITIONS {
            let text = query.first(name).and_then(|field| field.text(TextEncoding::UTF_8).ok());
            let text: String = text.unwrap_or_default().trim().chars().take(SEARCH_CHARS_MAX).collect();
            if !text.is_empty() {
                typed.insert(name, text);
            }
        }
        ListQuery { typed }
    }

    /// What was typed for a condition.
    pub(crate) fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    /// Whether nothing is asked but a state and a time, which counters know cheaply.
    pub(crate) fn is_countable(&self) -> bool {
        self.typed.keys().all(|name| matches!(*name, "state" | "from" | "until"))
    }

    /// Whether nothing is asked at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.typed.is_empty()
    }

    /// The same without one condition.
    pub(crate) fn without(&self, name: &str) -> ListQuery {
        let mut typed = self.typed.clone();
        typed.remove(name);
        ListQuery { typed }
    }

    /// The same with one condition.
    pub(crate) fn with(&self, name: &'static str, value: &str) -> ListQuery {
        let mut typed = self.typed.clone();
        typed.insert(name, value.to_owned());
        ListQuery { typed }
    }

    /// An address with these conditions, and where a page begins.
    pub(crate) fn address(&self, frame: &Frame, path: &str, place: Option<(&str, &str)>) -> String {
        let mut query = Serializer::new(String::new());
        for name in CONDITIONS {
            if let Some(text) = self.typed.get(name) {
                query.append_pair(name, text);
            }
        }
        if let Some((name, number)) = place {
            query.append_pair(name, number);
        }
        match query.finish().as_str() {
            "" => frame.to(path),
            query => frame.to(&format!("{path}?{query}")),
        }
    }

    /// The filter that the conditions mean, and the names of those that cannot be read.
    pub(crate) fn filter(
        &self,
        zone: &TimeZone,
        currency: Currency,
        shop: impl Fn(&str) -> Result<ShopId, EngineError>,
    ) -> (Filter, Vec<&'static str>) {
        let mut filter = Filter::default();
        let mut unread = Vec::new();
        for (name, text) in &self.typed {
            let read = match *name {
                "state" => set(&mut filter.group, Group::from_code(text)),
                "shop" => set(&mut filter.shop, shop(text).ok()),
                "method" => set(&mut filter.method, Method::from_code(text)),
                "from" => set(&mut filter.from, read_day(text).and_then(|day| start(day, zone))),
                "until" => set(&mut filter.until, read_day(text).and_then(|day| end(day, zone))),
                "least" => set(&mut filter.least, read_sum(text, currency).map(Money::minor)),
                "most" => set(&mut filter.most, read_sum(text, currency).map(Money::minor)),
                _ => set(&mut filter.search, Some(search(text, currency))),
            };
            if !read {
                unread.push(*name);
            }
        }
        (filter, unread)
    }
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    *slot = value;
    slot.is_some()
}

/// A typed day.
pub(crate) fn read_day(text: &str) -> Option<Date> {
    text.parse().ok()
}

fn start(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

fn end(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.tomorrow().ok().and_then(|next| start(next, zone))
}

/// Figures are an order's number or a sum, anything else the beginning of an e-mail address; either may be a
/// checkout's own text for an order.
fn search(text: &str, currency: Currency) -> Search {
    let order = text.trim_start_matches(['№', '#']).trim().parse().ok();
    let minor = read_sum(text, currency).map(Money::minor);
    match (order, minor) {
        (None, None) => Search::Text(text.to_owned()),
        (order, minor) => Search::Number { order, minor, text: text.to_owned() },
    }
}

/// The currency in which sums are typed: that of the first shop.
pub(crate) fn currency(shops: &[Shop]) -> Currency {
    shops.first().map_or(Currency::Rub, |shop| shop.currency)
}

/// Totals of payments by currency: how many of them, and what they come to.
pub(crate) fn totals<'a>(payments: impl Iterator<Item = &'a Payment>) -> Vec<(Money, u64)> {
    let mut totals: BTreeMap<Currency, (Money, u64)> = BTreeMap::new();
    for payment in payments {
        let zero = (Money::zero(payment.currency()), 0);
        let (sum, count) = totals.entry(payment.currency()).or_insert(zero);
        // A page of payments never comes to more than an amount can say; if it did, the total stays behind.
        if let Ok(more) = sum.plus(payment.amount) {
            *sum = more;
        }
        *count = count.saturating_add(1);
    }
    totals.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> ListQuery {
        ListQuery::read(&RawForm::from_urlencoded(text.as_bytes()).unwrap())
    }

    fn no_shop(_: &str) -> Result<ShopId, EngineError> {
        Err(EngineError::NotFound("shop"))
    }

    #[test]
    fn a_sum_is_read_as_people_write_it() {
        let rub = |minor| Some(Money::from_minor(minor, Currency::Rub));
        assert_eq!(read_sum("1 290,50", Currency::Rub), rub(129_050));
        assert_eq!(read_sum("1\u{a0}290.5 ₽", Currency::Rub), rub(129_050));
        assert_eq!(read_sum("-5", Currency::Rub), None);
        assert_eq!(read_sum("0", Currency::Rub), None);
        assert_eq!(read_sum("1,290.50", Currency::Rub), None);
    }

    #[test]
    fn what_cannot_be_read_is_named_and_left_out() {
        let (filter, unread) =
            query("state=paid&from=yesterday&shop=x").filter(&TimeZone::UTC, Currency::Rub, no_shop);
        assert_eq!(filter.group, Some(Group::Paid));
        assert_eq!(filter.from, None);
        assert_eq!(unread, ["from", "shop"]);
    }

    #[test]
    fn days_are_whole_days_of_the_sellers_zone() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let (filter, _) = query("from=2026-03-14&until=2026-03-14").filter(&zone, Currency::Rub, no_shop);
        assert_eq!(filter.from, Some("2026-03-13T21:00:00Z".parse().unwrap()));
        assert_eq!(filter.until, Some("2026-03-14T21:00:00Z".parse().unwrap()));
    }

    #[test]
    fn figures_are_looked_for_as_an_order_and_as_a_sum() {
        let found = |text| search(text, Currency::Rub);
        let figures = |text: &str, order, minor| Search::Number { order, minor, text: text.to_owned() };
        assert_eq!(found("5417"), figures("5417", Some(5417), Some(541_700)));
        assert_eq!(found("1 290,50"), figures("1 290,50", None, Some(129_050)));
        assert_eq!(found("anna@"), Search::Text("anna@".to_owned()));
    }
}
