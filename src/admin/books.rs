//! The books at the command line: whether everything adds up.

use super::Admin;
use super::reply::Reply;
use super::reply::books::{BooksView, FindingView};
use crate::error::Failure;
use store::reads::books::Finding;

impl Admin<'_> {
    pub(super) async fn check_books(&self) -> Result<Reply, Failure> {
        let report = self.engine.check_books().await?;
        let mut under_way = Vec::new();
        for open in &report.open_moves {
            under_way.push(self.move_view(open).await?);
        }
        Ok(Reply::Books(BooksView {
            green: report.is_green(),
            books: report.books,
            entries: report.entries,
            payments: report.payments,
            under_way,
            findings: report.findings.iter().map(|finding| self.finding_view(finding)).collect(),
            more: report.more,
        }))
    }

    fn finding_view(&self, finding: &Finding) -> FindingView {
        FindingView {
            book: finding.book.number(),
            entry: finding.entry,
            payment: finding.payment.map(|payment| self.engine.print(payment)),
            what: finding.what.code().to_owned(),
            expected: finding.expected.clone(),
            found: finding.found.clone(),
        }
    }
}
