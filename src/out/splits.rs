//! Rates, and money between two books, as people read them.

use super::table::Table;
use super::yes;
use crate::admin::reply::books::{BooksView, MoveView};
use crate::admin::reply::rates::RateView;

pub(super) fn rates(all: &[RateView]) -> String {
    let mut table = Table::new(&["currency", ">is worth", "in", "for", "from", "holds"]);
    for rate in all {
        let whom = rate.shop.as_ref().map_or_else(|| "everybody".to_owned(), |shop| format!("shop {shop}"));
        table.row([&rate.currency, &rate.rate, &rate.paid_in, &whom, &rate.from, yes(rate.holds)]);
    }
    table.to_string()
}

pub(super) fn moves(all: &[MoveView]) -> Table {
    let mut table =
        Table::new(&["shop", ">sum", "currency", "state", "left", "goes back", "arrived as", "move"]);
    for part in all {
        table.row([
            &part.shop,
            &part.amount,
            &part.currency,
            &part.state,
            part.sent_at.as_deref().unwrap_or(""),
            part.deadline.as_deref().unwrap_or(""),
            part.arrived_as.as_deref().unwrap_or(""),
            &part.id,
        ]);
    }
    table
}

/// What is between two books; nothing where nothing is.
pub(super) fn under_way(view: &BooksView) -> String {
    if view.under_way.is_empty() {
        return String::new();
    }
    format!("\nUnder way from one book to another:\n{}", moves(&view.under_way))
}
