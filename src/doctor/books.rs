//! The books: the same check as `books check`, told in one line.

use super::codes::BOOKS_WRONG;
use super::finding::Finding;
use crate::settings::kind_word;
use domain::ids::BookKind;
use store::checkup::Checkup;
use store::error::StoreError;

pub(super) async fn look(
    checkup: &Checkup,
    kind: BookKind,
    found: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let report = checkup.books().await?;
    let read = format!("{} books and {} entries read", report.books, report.entries);
    found.push(match report.findings.first() {
        Some(first) => {
            let (what, expected, is) = (first.what.code(), &first.expected, &first.found);
            let (count, book) = (report.findings.len(), first.book.number());
            let more = if report.more { " and more" } else { "" };
            let what = format!(
                "{count}{more} findings; the first: {what} in book {book}, {expected} expected, {is} found"
            );
            Finding::of(&BOOKS_WRONG, what)
        }
        None => {
            Finding::well("books", format!("the {} installation's books add up: {read}", kind_word(kind)))
        }
    });
    Ok(())
}
