//! What a command prints: JSON for programs, aligned text for people.

mod attention;
mod checkouts;
pub mod copied;
pub mod diagnosis;
mod explained;
mod payment;
mod payouts;
mod people;
mod settings;
mod splits;
mod table;

use crate::admin::reply::books::BooksView;
use crate::admin::reply::done::DoneView;
use crate::admin::reply::passwords::PasswordsView;
use crate::admin::reply::{ByCurrency, PaymentsView, Reply, SellerLine, SellerView};
use serde::Serialize;
use std::io::{self, Write};
use table::{Fields, Table};

/// Prints one line at once.
///
/// # Errors
/// What the system says when nobody reads.
pub fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Prints an answer.
///
/// # Errors
/// What the system says when nobody reads.
pub fn reply(reply: &Reply, json: bool) -> io::Result<()> {
    let text = if json { as_json(reply)? } else { as_text(reply) };
    line(text.trim_end())
}

/// The answer alone, without the name of its kind.
fn as_json(reply: &Reply) -> io::Result<String> {
    let text = match reply {
        Reply::Seller(view) => serde_json::to_string_pretty(view),
        Reply::Admission(view) => serde_json::to_string_pretty(view),
        Reply::People { people } => listed("people", people),
        Reply::Sellers { sellers } => listed("sellers", sellers),
        Reply::Shop(view) => serde_json::to_string_pretty(view),
        Reply::Shops { shops } => listed("shops", shops),
        Reply::Passwords(view) => serde_json::to_string_pretty(view),
        Reply::Provider(view) => serde_json::to_string_pretty(view),
        Reply::Providers { providers } => listed("providers", providers),
        Reply::Tariff(view) => serde_json::to_string_pretty(view),
        Reply::Tariffs { tariffs } => listed("tariffs", tariffs),
        Reply::Rates { rates } => listed("rates", rates),
        Reply::Payments(view) => serde_json::to_string_pretty(view),
        Reply::Stray { payments } => listed("payments", payments),
        Reply::Payment(view) => serde_json::to_string_pretty(view),
        Reply::Payout(view) => serde_json::to_string_pretty(view),
        Reply::Payouts(view) => serde_json::to_string_pretty(view),
        Reply::Done(view) => serde_json::to_string_pretty(view),
        Reply::Jobs(view) => serde_json::to_string_pretty(view),
        Reply::Job(view) => serde_json::to_string_pretty(view),
        Reply::Clock(view) => serde_json::to_string_pretty(view),
        Reply::Token(view) => serde_json::to_string_pretty(view),
        Reply::Books(view) => serde_json::to_string_pretty(view),
        Reply::Explained(view) => serde_json::to_string_pretty(view),
        Reply::Checkout(view) => serde_json::to_string_pretty(view),
        Reply::Checkouts { checkouts } => listed("checkouts", checkouts),
        Reply::Form(view) => serde_json::to_string_pretty(view),
    };
    Ok(text?)
}

fn listed<T: Serialize>(name: &str, all: &[T]) -> serde_json::Result<String> {
    let mut object = serde_json::Map::new();
    object.insert(name.to_owned(), serde_json::to_value(all)?);
    serde_json::to_string_pretty(&object)
}

fn as_text(reply: &Reply) -> String {
    match reply {
        Reply::Seller(view) => seller(view),
        Reply::Admission(view) => people::admission(view),
        Reply::People { people: all } => people::people(all),
        Reply::Sellers { sellers: all } => sellers(all),
        Reply::Shop(view) => settings::shop(view),
        Reply::Shops { shops } => settings::shops(shops),
        Reply::Passwords(view) => passwords(view),
        Reply::Provider(view) => settings::provider(view),
        Reply::Providers { providers } => settings::providers(providers),
        Reply::Tariff(view) => settings::tariffs(std::slice::from_ref(view)),
        Reply::Tariffs { tariffs } => settings::tariffs(tariffs),
        Reply::Rates { rates } => splits::rates(rates),
        Reply::Payments(view) => payments(view),
        Reply::Stray { payments } => attention::stray(payments),
        Reply::Payment(view) => payment::text(view),
        Reply::Payout(view) => payouts::text(view),
        Reply::Payouts(view) => payouts::list(view),
        Reply::Done(view) => done(view),
        Reply::Jobs(view) => attention::jobs(view),
        Reply::Job(view) => attention::job(view),
        Reply::Clock(view) => attention::clock(view),
        Reply::Token(view) => attention::token(view),
        Reply::Books(view) => books(view),
        Reply::Explained(view) => explained::text(view),
        Reply::Checkout(view) => checkouts::checkout(view),
        Reply::Checkouts { checkouts: all } => checkouts::checkouts(all),
        Reply::Form(view) => checkouts::form(view),
    }
}

/// Yes or no.
fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

fn seller(view: &SellerView) -> String {
    let mut fields = Fields::new();
    fields.add("seller", &view.seller);
    fields.add("name", &view.name);
    fields.add("active", yes(view.active));
    fields.add("time zone", &view.zone);
    fields.add("shops", view.shops.join(", "));
    fields.add_some("balances as of", view.at.as_ref());
    let live = balances("live balances", &view.balances);
    let test = balances("test balances", &view.test_balances);
    let first = view.administrator.as_ref().map(people::admission).unwrap_or_default();
    format!("{fields}{first}\n{live}\n{test}")
}

fn balances(title: &str, by_currency: &ByCurrency) -> String {
    let mut table = Table::new(&["account", ">sum", "currency"]);
    for (currency, sums) in by_currency {
        for (account, sum) in sums {
            table.row([account_words(account), sum, currency]);
        }
    }
    format!("{title}\n{table}")
}

/// An account as people call it.
fn account_words(code: &str) -> &str {
    match code {
        "provider" => "at providers (negative: they owe it)",
        "pending" => "pending, until the settlement delay is over",
        "available" => "available",
        "seller_owes" => "owed by the seller (negative)",
        "refunds_in_transit" => "refunds under way",
        "payouts_in_transit" => "payouts under way",
        "payer_credit" => "part and overpayments",
        "unclaimed" => "unclaimed, goes back to payers",
        "in_transit" => "between two books (negative: arrived)",
        "fees_earned" => "commission taken",
        "fees_paid" => "cost of providers (negative)",
        "suspense" => "in suspense, a person must look",
        other => other,
    }
}

fn sellers(all: &[SellerLine]) -> String {
    let mut table = Table::new(&["seller", "name", "active", "time zone"]);
    for seller in all {
        table.row([&seller.seller, &seller.name, yes(seller.active), &seller.zone]);
    }
    table.to_string()
}

fn passwords(view: &PasswordsView) -> String {
    let mut fields = Fields::new();
    fields.add("shop", &view.shop);
    fields.add("login", &view.login);
    fields.add("password 1", &view.password1);
    fields.add("password 2", &view.password2);
    fields.add("test password 1", &view.test_password1);
    fields.add("test password 2", &view.test_password2);
    format!("{fields}\nThe passwords are shown this once. Put them into the shop's settings now.\n")
}

fn payments(view: &PaymentsView) -> String {
    let mut table = Table::new(&[
        "payment",
        "shop",
        ">order",
        "state",
        ">sum",
        ">refunded",
        "currency",
        "opened",
        "test",
    ]);
    for line in &view.payments {
        let test = if line.test { "test" } else { "" };
        table.row([
            &line.payment,
            &line.shop,
            &line.order,
            &line.state,
            &line.amount,
            &line.refunded,
            &line.currency,
            &line.opened_at,
            test,
        ]);
    }
    let more = view.next.as_ref().map(|next| format!("\nOlder ones: --after {next}\n")).unwrap_or_default();
    format!("{table}{more}")
}

fn done(view: &DoneView) -> String {
    let mut fields = Fields::new();
    fields.add("payment", &view.payment);
    fields.add("done", view.done.replace('_', " "));
    if let Some(amount) = &view.amount {
        fields.add("sum", format!("{amount} {}", view.currency));
    }
    if let Some(about) = &view.about {
        fields.add("about", about);
    }
    fields.add("state now", &view.state);
    fields.to_string()
}

fn books(view: &BooksView) -> String {
    let read = format!("{} books, {} entries, {} payments read", view.books, view.entries, view.payments);
    if view.green {
        return format!("The books are green: {read}, everything adds up.\n{}", splits::under_way(view));
    }
    let mut table = Table::new(&[">book", ">entry", "payment", "what", "expected", "found"]);
    for finding in &view.findings {
        let entry = finding.entry.map(|entry| entry.to_string()).unwrap_or_default();
        let payment = finding.payment.clone().unwrap_or_default();
        let book = finding.book.to_string();
        table.row([&book, &entry, &payment, &finding.what, &finding.expected, &finding.found]);
    }
    let more = if view.more { "There is more than is shown.\n" } else { "" };
    format!("The books do NOT add up: {read}.\n\n{table}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn lists_are_objects_that_can_grow() {
        let line = SellerLine {
            seller: "seller_x".to_owned(),
            name: "ООО «Ромашка»".to_owned(),
            active: true,
            zone: "Europe/Moscow".to_owned(),
        };
        let text = as_json(&Reply::Sellers { sellers: vec![line] }).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["sellers"][0]["seller"], "seller_x");
    }

    #[test]
    fn sums_are_printed_with_their_currency() {
        let sums = BTreeMap::from([("pending".to_owned(), "96.50".to_owned())]);
        let text = balances("live balances", &BTreeMap::from([("RUB".to_owned(), sums)]));
        assert!(text.lines().any(|line| line.contains("pending") && line.ends_with("96.50  RUB")), "{text}");
    }

    #[test]
    fn books_that_do_not_add_up_cannot_be_overlooked() {
        let (under_way, findings) = (Vec::new(), Vec::new());
        let view =
            BooksView { green: false, books: 2, entries: 3, payments: 1, under_way, findings, more: true };
        let text = books(&view);
        assert!(text.contains("NOT") && text.contains("more than is shown"), "{text}");
    }
}
