//! The order of the method list: what comes first, what is folded, and what a search finds.

use domain::methods::{Asks, Group as Kind, Method};
use domain::payments::Language;
use money::Money;

use crate::checkout::views::{Choose, Group, Row};
use crate::words::Words;

/// How many rows the first card has at most.
const FIRST_MAX: usize = 4;
/// With more methods than this the list has a search field.
const SEARCH_OVER: usize = 12;

/// What the buyer holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Device {
    /// A phone: bank apps are on it.
    Phone,
    /// Anything else: a code can be scanned from its screen.
    Desktop,
}

impl Device {
    /// Guesses the device from the browser's `User-Agent`. A wrong guess costs one tap, no more.
    pub fn guess(user_agent: Option<&str>) -> Device {
        match user_agent {
            Some(text) if text.contains("Mobi") || text.contains("Android") => Device::Phone,
            Some(_) | None => Device::Desktop,
        }
    }
}

/// A method that is offered for this payment, and what the buyer would pay by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offer {
    /// The method.
    pub method: Method,
    /// What the buyer pays in all.
    pub total: Money,
    /// Whether the buyer's e-mail address is needed first.
    pub asks_email: bool,
}

/// What decides the order of the list.
#[derive(Clone, Copy, Debug)]
pub struct Taste<'a> {
    /// What the buyer holds.
    pub device: Device,
    /// The method that the shop's request names.
    pub preferred: Option<Method>,
    /// The method that this browser used last.
    pub last: Option<Method>,
    /// What was searched for, if the search form was sent.
    pub query: Option<&'a str>,
    /// The language in which the names are searched.
    pub language: Language,
}

/// Puts the offers in order for the page: the preferred method, the last one used, then what suits the
/// device; the rest is folded by group. A single left-over stands in the first card, too: folding it
/// would save nothing.
pub fn arrange(offers: &[Offer], sum: Money, taste: &Taste) -> Choose {
    let mut offers = offers.to_vec();
    offers.sort_by_key(|offer| rank(offer.method, taste));
    let rows: Vec<Row> = offers.iter().map(|offer| row(offer, sum)).collect();
    let search = (rows.len() > SEARCH_OVER).then(|| taste.query.unwrap_or("").trim().to_owned());
    if let Some(query) = search.as_deref().filter(|query| !query.is_empty()) {
        let first = rows.into_iter().filter(|row| found(row.method, query, taste.language)).collect();
        return Choose { first, search, ..Choose::default() };
    }
    let cut = if rows.len() == FIRST_MAX + 1 { rows.len() } else { rows.len().min(FIRST_MAX) };
    let (first, rest) = rows.split_at(cut);
    Choose { notice: None, first: first.to_vec(), groups: grouped(rest), search }
}

fn row(offer: &Offer, sum: Money) -> Row {
    let price = (offer.total != sum).then_some(offer.total);
    let asks = match offer.method.asks() {
        Asks::Nothing => false,
        Asks::Phone => true,
    };
    Row { method: offer.method, form: asks || offer.asks_email || price.is_some(), price }
}

/// The smaller, the earlier.
fn rank(method: Method, taste: &Taste) -> (bool, bool, usize) {
    (Some(method) != taste.preferred, Some(method) != taste.last, suits(method, taste.device))
}

/// On a phone the bank's app is one tap away; on a desktop a code is scanned or a card typed.
fn suits(method: Method, device: Device) -> usize {
    let order = match device {
        Device::Phone => [
            Method::Sbp,
            Method::SberPay,
            Method::TPay,
            Method::BankCard,
            Method::YooMoney,
            Method::MobileBalance,
            Method::Cash,
        ],
        Device::Desktop => [
            Method::Sbp,
            Method::BankCard,
            Method::SberPay,
            Method::TPay,
            Method::YooMoney,
            Method::MobileBalance,
            Method::Cash,
        ],
    };
    order.iter().position(|candidate| *candidate == method).unwrap_or(order.len())
}

fn grouped(rows: &[Row]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let kind: Kind = row.method.group();
        match groups.iter_mut().find(|group| group.kind == kind) {
            Some(group) => group.rows.push(row.clone()),
            None => groups.push(Group { kind, rows: vec![row.clone()] }),
        }
    }
    groups
}

fn found(method: Method, query: &str, language: Language) -> bool {
    let words = Words::of(language);
    let query = query.to_lowercase();
    [words.method(&method), words.group(&method.group()), method.code()]
        .iter()
        .any(|name| name.to_lowercase().contains(&query))
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::currency::Currency;

    fn roubles(minor: i64) -> Money {
        Money::from_minor(minor, Currency::Rub)
    }

    fn offers(methods: &[Method]) -> Vec<Offer> {
        methods
            .iter()
            .map(|method| Offer { method: *method, total: roubles(129_000), asks_email: false })
            .collect()
    }

    fn taste(device: Device) -> Taste<'static> {
        Taste { device, preferred: None, last: None, query: None, language: Language::Ru }
    }

    fn first(choose: &Choose) -> Vec<Method> {
        choose.first.iter().map(|row| row.method).collect()
    }

    #[test]
    fn a_phone_sees_apps_first_and_a_desktop_code_and_card() {
        let all = offers(Method::ALL);
        let phone = arrange(&all, roubles(129_000), &taste(Device::Phone));
        assert_eq!(first(&phone), [Method::Sbp, Method::SberPay, Method::TPay, Method::BankCard]);
        let desktop = arrange(&all, roubles(129_000), &taste(Device::Desktop));
        assert_eq!(first(&desktop)[..2], [Method::Sbp, Method::BankCard]);
        assert_eq!(desktop.groups.iter().map(|group| group.rows.len()).sum::<usize>(), 3);
        assert_eq!(desktop.search, None);
    }

    #[test]
    fn the_preferred_method_leads_then_the_last_one_used() {
        let taste =
            Taste { preferred: Some(Method::Cash), last: Some(Method::YooMoney), ..taste(Device::Phone) };
        let choose = arrange(&offers(Method::ALL), roubles(129_000), &taste);
        assert_eq!(first(&choose)[..3], [Method::Cash, Method::YooMoney, Method::Sbp]);
    }

    #[test]
    fn one_left_over_is_not_folded() {
        let choose = arrange(&offers(&Method::ALL[..5]), roubles(129_000), &taste(Device::Phone));
        assert_eq!((choose.first.len(), choose.groups.len()), (5, 0));
    }

    #[test]
    fn a_price_stands_on_a_row_only_if_it_differs_and_is_then_agreed_to_on_the_form() {
        let offers = [
            Offer { method: Method::Sbp, total: roubles(129_000), asks_email: false },
            Offer { method: Method::BankCard, total: roubles(134_160), asks_email: false },
            Offer { method: Method::MobileBalance, total: roubles(129_000), asks_email: false },
        ];
        let choose = arrange(&offers, roubles(129_000), &taste(Device::Phone));
        let rows: Vec<_> = choose.first.iter().map(|row| (row.price, row.form)).collect();
        assert_eq!(rows, [(None, false), (Some(roubles(134_160)), true), (None, true)]);
    }

    #[test]
    fn a_row_leads_to_its_form_where_an_address_is_needed() {
        let plain = Offer { method: Method::Sbp, total: roubles(129_000), asks_email: false };
        for (offer, form) in [(plain, false), (Offer { asks_email: true, ..plain }, true)] {
            let choose = arrange(&[offer], roubles(129_000), &taste(Device::Phone));
            assert_eq!(choose.first[0].form, form);
        }
    }

    #[test]
    fn over_twelve_methods_can_be_searched_by_name_in_any_case() {
        let many = offers(&[Method::ALL, Method::ALL].concat());
        assert_eq!(arrange(&many, roubles(129_000), &taste(Device::Phone)).search.as_deref(), Some(""));
        let taste = Taste { query: Some(" НАЛИЧНЫЕ "), ..taste(Device::Phone) };
        let choose = arrange(&many, roubles(129_000), &taste);
        assert_eq!(first(&choose), [Method::Cash, Method::Cash]);
        assert!(choose.groups.is_empty());
    }

    #[test]
    fn the_device_is_guessed_from_the_browser_s_name() {
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1";
        assert_eq!(Device::guess(Some(phone)), Device::Phone);
        assert_eq!(Device::guess(Some("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")), Device::Desktop);
        assert_eq!(Device::guess(None), Device::Desktop);
    }
}
