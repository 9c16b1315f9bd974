//! What a copy prints: what arrived, that it was proven, and what a person must still do.

use super::table::{Fields, Table};
use serde::Serialize;
use std::io;

/// An installation that was carried to another database.
#[derive(Debug, Serialize)]
pub struct CopiedView {
    /// The old place, without a password.
    pub from: String,
    /// The new place, without a password.
    pub to: String,
    /// `live` or `test`.
    pub kind: &'static str,
    /// What was carried.
    pub tables: Vec<TableView>,
    /// All rows.
    pub rows: u64,
    /// Jobs that were under way at the old place and are due anew.
    pub leases_ended: u64,
    /// What was proven at the new place.
    pub books: ProofView,
    /// Where the master key was read: the new place needs the same.
    pub master_key: String,
}

/// A table that was carried.
#[derive(Debug, Serialize)]
pub struct TableView {
    /// Its name.
    pub table: String,
    /// So many rows, the same at both places.
    pub rows: u64,
}

/// What the check of the books read at the new place. It was green, or nothing would be there.
#[derive(Debug, Serialize)]
pub struct ProofView {
    /// Always true.
    pub green: bool,
    /// Books read.
    pub books: u64,
    /// Entries read.
    pub entries: u64,
    /// Payments read.
    pub payments: u64,
    /// Chains of entries that end in the same hash at both places.
    pub chains: u64,
}

/// Prints what was carried.
///
/// # Errors
/// What the system says when nobody reads.
pub fn print(view: &CopiedView, json: bool) -> io::Result<()> {
    let text = if json { serde_json::to_string_pretty(view)? } else { text(view) };
    super::line(text.trim_end())
}

fn text(view: &CopiedView) -> String {
    let mut fields = Fields::new();
    fields.add("from", &view.from);
    fields.add("to", &view.to);
    fields.add("kind", view.kind);
    fields.add("rows", view.rows.to_string());
    let mut table = Table::new(&["table", ">rows"]);
    for one in &view.tables {
        table.row([&one.table, &one.rows.to_string()]);
    }
    let ProofView { books, entries, payments, chains, .. } = &view.books;
    format!(
        "{fields}\n{table}\n\
         Every row was read back and is the same. The books are green there: {books} books, {entries} entries, \
         {payments} payments read; {chains} chains end in the same hash.\n\
         {} jobs that were under way are due anew.\n\n\
         The master key does not travel. The new place opens with the same one: {}.\n\
         The old place is as it was. Do not serve it again: two places would tell shops and providers \
         different things.\n",
        view.leases_ended, view.master_key
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_what_arrived_and_what_to_do_about_key_and_old_place() {
        let view = CopiedView {
            from: "/srv/kassa/openkassa.db".to_owned(),
            to: "postgres://kassa:***@db/books".to_owned(),
            kind: "live",
            tables: vec![TableView { table: "payments".to_owned(), rows: 12 }],
            rows: 12,
            leases_ended: 1,
            books: ProofView { green: true, books: 2, entries: 5, payments: 12, chains: 2 },
            master_key: "the file /srv/kassa/master.key".to_owned(),
        };
        let text = text(&view);
        assert!(text.contains("payments    12"), "{text}");
        assert!(text.contains("the same one: the file /srv/kassa/master.key."), "{text}");
        assert!(text.contains("Do not serve it again"), "{text}");
    }
}
