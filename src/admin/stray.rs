//! Money that belongs to no sale, at the command line: whose it is, why it came and since when it waits.

use super::reply::Reply;
use super::reply::attention::StrayLine;
use super::{Admin, words};
use crate::error::Failure;
use domain::history::Subject;
use domain::payments::{Payment, PaymentState};
use domain::refunds::{RefundState, Source};
use store::reads::history::HistoryLine;

/// The event that tells why money belongs to no sale.
const SET_ASIDE: &str = "money_set_aside";
/// What an overpayment is told as: the sale took its part, and the rest is the payer's.
const MORE_THAN_DUE: &str = "more than was due";

impl Admin<'_> {
    pub(super) async fn list_stray(&self, limit: u32) -> Result<Reply, Failure> {
        let mut payments = Vec::new();
        for payment in self.engine.store().stray_payments(limit).await? {
            payments.push(self.stray_line(&payment).await?);
        }
        Ok(Reply::Stray { payments })
    }

    async fn stray_line(&self, payment: &Payment) -> Result<StrayLine, Failure> {
        let store = self.engine.store();
        let history = store.timeline(Subject::Payment(payment.id), payment.id.book).await?;
        let refunds = store.refunds_of(payment.id).await?;
        let set_aside = history.iter().rev().find(|line| line.what == SET_ASIDE);
        let since = set_aside.map_or(payment.paid_at.unwrap_or(payment.changed_at), |line| line.at);
        let failed = refunds.iter().rev().find_map(|refund| match (refund.source, refund.state) {
            (Source::Unclaimed | Source::Credit, RefundState::Failed { reason }) => Some(reason.code()),
            (Source::Sale, RefundState::Failed { .. })
            | (_, RefundState::Asked | RefundState::Sent | RefundState::Returned) => None,
        });
        let age = self.engine.now().duration_since(since).as_secs();
        Ok(StrayLine {
            line: self.line(payment, self.login_of(payment.shop).await?),
            credit: payment.credit.to_string(),
            unclaimed: payment.unclaimed.to_string(),
            payer: payment.terms.email.clone(),
            cause: cause(payment, set_aside).to_owned(),
            refund_failed: failed.map(str::to_owned),
            since: words::moment(since),
            age_s: u64::try_from(age).unwrap_or(0),
        })
    }
}

/// Why the money is there, as closely as the records tell.
fn cause<'a>(payment: &Payment, set_aside: Option<&'a HistoryLine>) -> &'a str {
    if !payment.unclaimed.is_positive() {
        return set_aside.and_then(why).unwrap_or(MORE_THAN_DUE);
    }
    match payment.state {
        PaymentState::Paid => "paid a second time",
        PaymentState::Cancelled | PaymentState::Expired | PaymentState::Closing { .. } => {
            "paid when the payment had ended"
        }
        PaymentState::Open
        | PaymentState::Held { .. }
        | PaymentState::Capturing { .. }
        | PaymentState::Releasing { .. } => set_aside.and_then(why).unwrap_or(MORE_THAN_DUE),
    }
}

fn why(line: &HistoryLine) -> Option<&str> {
    line.details.iter().find(|(name, _)| name == "why").map(|(_, value)| value.as_str())
}
