//! Everything about a payment, for a person who must find out what happened.

use super::reply::rates::PriceView;
use super::reply::receipt::ReceiptView;
use super::reply::{
    AttemptView, EventView, ExchangeView, MovementView, NoticeView, PaymentView, RefundView, Reply,
};
use super::request::PaymentRef;
use super::{Admin, words};
use crate::error::Failure;
use domain::attempts::Attempt;
use domain::history::Subject;
use domain::ids::{AttemptId, Book, Id, MoveId, NoticeId, PaymentId, RefundId, StoredMethodId};
use domain::jobs::Task;
use domain::ledger::Account;
use domain::notices::Notice;
use domain::providers::ProviderAccount;
use domain::refunds::Refund;
use store::exchanges::Exchange;
use store::reads::history::HistoryLine;
use store::reads::ledger::EntryView;

impl Admin<'_> {
    pub(super) async fn show_payment(&self, which: &PaymentRef) -> Result<Reply, Failure> {
        let id = self.payment(which).await?.id;
        let store = self.engine.store();
        let whole = store.whole_payment(id).await?;
        let whole = whole.ok_or_else(|| Failure::not_found("the payment is gone"))?;
        let accounts = store.providers().await?;
        let history = store.timeline(Subject::Payment(id), id.book).await?;
        let entries = store.entries_of(id).await?;
        let exchanges = store.exchanges_of(id).await?;
        let mut notices = Vec::new();
        for notice in &whole.notices {
            notices.push(self.notice_view(notice).await?);
        }
        let payment = whole.payment;
        let stored = self.stored_view(&payment).await?;
        let login = self.login_of(payment.shop).await?;
        let line = self.line(&payment, login);
        let parts = self.parts_of(&payment).await?;
        let part_of = self.part_of(&payment).await?;
        let price = payment.terms.price.map(|price| PriceView::of(&price, words::moment(price.rate.from)));
        let custom = payment.terms.custom;
        Ok(Reply::Payment(Box::new(PaymentView {
            line,
            description: payment.terms.description,
            email: payment.terms.email,
            custom: custom.into_iter().map(|field| (field.name, field.value)).collect(),
            receipt: payment.terms.receipt.as_ref().map(ReceiptView::of),
            stored,
            price,
            parts,
            part_of,
            fee: payment.fee.to_string(),
            fee_returned: payment.fee_returned.to_string(),
            unsettled: payment.unsettled.to_string(),
            credit: payment.credit.to_string(),
            unclaimed: payment.unclaimed.to_string(),
            ends_at: words::moment(payment.ends_at),
            paid_at: payment.paid_at.map(words::moment),
            pay_url: self.engine.pay_url(id),
            attempts: whole.attempts.iter().map(|attempt| self.attempt_view(attempt, &accounts)).collect(),
            refunds: whole.refunds.iter().map(|refund| self.refund_view(refund, &accounts)).collect(),
            notices,
            history: history.into_iter().map(|line| self.event_view(line, id.book, &accounts)).collect(),
            ledger: entries.iter().flat_map(|entry| movements(entry, &accounts)).collect(),
            exchanges: exchanges.into_iter().map(exchange_view).collect(),
        })))
    }

    fn attempt_view(&self, attempt: &Attempt, accounts: &[ProviderAccount]) -> AttemptView {
        let (state, reason) = words::attempt_state(&attempt.state);
        AttemptView {
            attempt: self.engine.print(attempt.id),
            method: attempt.method.code().to_owned(),
            provider: account_name(attempt.provider.number, accounts),
            state: state.to_owned(),
            reason,
            amount: attempt.amount.to_string(),
            received: attempt.received.map(|amount| amount.to_string()),
            cost: attempt.cost.map(|amount| amount.to_string()),
            provider_memo: attempt.memo.clone(),
            started_at: words::moment(attempt.started_at),
        }
    }

    fn refund_view(&self, refund: &Refund, accounts: &[ProviderAccount]) -> RefundView {
        let (state, reason) = words::refund_state(refund.state);
        RefundView {
            refund: self.engine.print(refund.id),
            state: state.to_owned(),
            reason,
            amount: refund.amount.to_string(),
            currency: refund.amount.currency().code().to_owned(),
            source: refund.source.code().to_owned(),
            fee_returned: refund.fee_returned.to_string(),
            fee_charged: refund.fee_charged.to_string(),
            asked_by: words::actor(&refund.asked_by, accounts),
            asked_at: words::moment(refund.asked_at),
        }
    }

    async fn notice_view(&self, notice: &Notice) -> Result<NoticeView, Failure> {
        let (state, accepted_at) = words::notice_state(notice.state);
        let job = self.engine.store().job(Task::SendNotice(notice.id)).await?;
        Ok(NoticeView {
            notice: self.engine.print(notice.id),
            state: state.to_owned(),
            kind: notice.kind.code().to_owned(),
            tries: notice.tries,
            url: notice.address.url.clone(),
            method: notice.address.verb.code().to_owned(),
            owed_at: words::moment(notice.owed_at),
            accepted_at,
            next_at: job.filter(|job| job.parked.is_none()).map(|job| words::moment(job.due)),
        })
    }

    pub(super) fn event_view(
        &self,
        line: HistoryLine,
        book: Book,
        accounts: &[ProviderAccount],
    ) -> EventView {
        let details = line.details.into_iter().map(|(name, value)| {
            let value = self.public(&name, &value, book).unwrap_or(value);
            (name, value)
        });
        EventView {
            at: words::moment(line.at),
            actor: words::actor(&line.actor, accounts),
            what: line.what,
            details: details.collect(),
        }
    }

    /// The public form of a number that the history keeps; other details stay as they are.
    fn public(&self, name: &str, value: &str, book: Book) -> Option<String> {
        let number = value.parse().ok()?;
        Some(match name {
            "attempt" => self.engine.print(AttemptId::new(book, number)),
            "refund" => self.engine.print(RefundId::new(book, number)),
            "part" => self.engine.print(MoveId::new(book, number)),
            "notice" => self.engine.print(NoticeId::new(book, number)),
            "stored" => self.engine.print(StoredMethodId::new(book, number)),
            "by" => self.engine.print(PaymentId::new(book, number)),
            _ => return None,
        })
    }
}

pub(super) fn account_name(number: u64, accounts: &[ProviderAccount]) -> String {
    let found = accounts.iter().find(|account| account.id.number == number);
    found.map_or_else(|| number.to_string(), |account| account.name.clone())
}

/// An account of the ledger in words; those of providers name theirs.
fn ledger_account(account: Account, accounts: &[ProviderAccount]) -> String {
    match account {
        Account::Provider(id) | Account::Suspense(id) => {
            format!("{} {}", account.code(), account_name(id.number, accounts))
        }
        Account::Pending
        | Account::Available
        | Account::SellerOwes
        | Account::RefundsInTransit
        | Account::PayoutsInTransit
        | Account::PayerCredit(_)
        | Account::Unclaimed(_)
        | Account::InTransit(_)
        | Account::FeesEarned
        | Account::FeesPaid => account.code().to_owned(),
    }
}

pub(super) fn movements(entry: &EntryView, accounts: &[ProviderAccount]) -> Vec<MovementView> {
    let movement = |line: &domain::ledger::Line| MovementView {
        entry: entry.number,
        at: words::moment(entry.at),
        effective_on: entry.effective_on.to_string(),
        cause: entry.cause.parts().0.to_owned(),
        from: ledger_account(line.posting.from(), accounts),
        to: ledger_account(line.posting.to(), accounts),
        amount: line.posting.amount().to_string(),
        currency: line.posting.amount().currency().code().to_owned(),
    };
    entry.lines.iter().map(movement).collect()
}

pub(super) fn exchange_view(exchange: Exchange) -> ExchangeView {
    ExchangeView {
        at: words::moment(exchange.at),
        direction: exchange.direction.code().to_owned(),
        peer: exchange.peer,
        request: exchange.request,
        status: exchange.status,
        reply: exchange.reply,
        error: exchange.error,
        took_ms: exchange.took_us / 1_000,
    }
}
