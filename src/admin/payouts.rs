//! Payouts at the command line: made, listed, shown, approved, refused.

use super::payment_view::{account_name, exchange_view, movements};
use super::reply::Reply;
use super::reply::payouts::{PayoutLine, PayoutView, PayoutsView};
use super::request::payouts::{NewPayoutWish, PayoutRef, PayoutRequest, PayoutsWish};
use super::{Admin, words};
use crate::error::Failure;
use domain::attempts::Reason;
use domain::history::Subject;
use domain::ids::{BookKind, PayoutId, ShopId};
use domain::jobs::Task;
use domain::payouts::{Destination, DestinationKind, Payout};
use engine::payouts::{PayoutOrder, PayoutSum};
use store::reads::payouts::PayoutFilter;

impl Admin<'_> {
    pub(super) async fn about_payouts(&self, request: PayoutRequest) -> Result<Reply, Failure> {
        match request {
            PayoutRequest::Create(wish) => self.create_payout(wish).await,
            PayoutRequest::List(wish) => self.list_payouts(wish).await,
            PayoutRequest::Show(which) => {
                let payout = self.the_payout(&which).await?;
                self.show_payout(payout.id, false).await
            }
            PayoutRequest::Approve(which) => {
                let payout = self.the_payout(&which).await?;
                self.engine.approve_payout(payout.id, self.actor.clone()).await?;
                self.show_payout(payout.id, false).await
            }
            PayoutRequest::Refuse(which) => {
                let payout = self.the_payout(&which).await?;
                self.engine.refuse_payout(payout.id, self.actor.clone()).await?;
                self.show_payout(payout.id, false).await
            }
        }
    }

    async fn create_payout(&self, wish: NewPayoutWish) -> Result<Reply, Failure> {
        let shop = self.shop(&wish.shop).await?;
        let currency = match &wish.currency {
            Some(code) => words::currency(code)?,
            None => shop.currency,
        };
        let kind = DestinationKind::from_code(&wish.kind)
            .ok_or_else(|| Failure::usage(format!("\"{}\" is neither card, phone nor wallet", wish.kind)))?;
        let to = Destination::parse(kind, &wish.account.0, wish.bank.as_deref());
        let through = match &wish.through {
            Some(named) => Some(self.provider(named).await?.id),
            None => None,
        };
        let order = PayoutOrder {
            shop: twin(shop.id, wish.test),
            number: wish.number,
            description: wish.description,
            sum: PayoutSum::Arrives(words::sum(&wish.amount, currency)?),
            to: to.map_err(|why| Failure::usage(format!("{}: {why}", kind.code())))?,
            through,
            actor: self.actor.clone(),
        };
        let asked = self.engine.ask_payout(order).await?;
        self.show_payout(asked.payout.id, !asked.fresh).await
    }

    async fn list_payouts(&self, wish: PayoutsWish) -> Result<Reply, Failure> {
        let shop = self.shop(&wish.shop).await?;
        let below = match &wish.after {
            Some(text) => Some(self.payout_id(text)?),
            None => None,
        };
        let filter = PayoutFilter {
            from: wish.from.as_deref().map(|text| words::since(text, &shop.zone)).transpose()?,
            until: wish.until.as_deref().map(|text| words::until(text, &shop.zone)).transpose()?,
            below,
        };
        let payouts = self.engine.payouts_of_shop(twin(shop.id, wish.test), filter, wish.limit).await?;
        let full = payouts.len() == usize::try_from(wish.limit).unwrap_or(usize::MAX);
        let next = payouts.last().filter(|_| full).map(|last| self.engine.print(last.id));
        let lines =
            payouts.iter().map(|payout| self.payout_line(payout, &shop.login)).collect::<Result<_, _>>();
        Ok(Reply::Payouts(PayoutsView { payouts: lines?, next }))
    }

    async fn show_payout(&self, id: PayoutId, repeated: bool) -> Result<Reply, Failure> {
        let store = self.engine.store();
        let payout = store.payout(id).await?.ok_or_else(|| Failure::not_found("the payout is gone"))?;
        let accounts = store.providers().await?;
        let history = store.timeline(Subject::Payout(id), id.book).await?;
        let entries = store.entries_of(id).await?;
        let exchanges = store.exchanges_of(id).await?;
        let job = store.job(Task::CarryPayout(id)).await?;
        let login = self.login_of(payout.shop).await?;
        Ok(Reply::Payout(PayoutView {
            line: self.payout_line(&payout, &login)?,
            description: payout.description,
            bank: payout.to.bank,
            provider: account_name(payout.provider.number, &accounts),
            provider_memo: payout.memo,
            checks: payout.checks,
            asked_by: words::actor(&payout.asked_by, &accounts),
            changed_at: words::moment(payout.changed_at),
            next_at: job.filter(|job| job.parked.is_none()).map(|job| words::moment(job.due)),
            repeated,
            history: history.into_iter().map(|line| self.event_view(line, id.book, &accounts)).collect(),
            ledger: entries.iter().flat_map(|entry| movements(entry, &accounts)).collect(),
            exchanges: exchanges.into_iter().map(exchange_view).collect(),
        }))
    }

    fn payout_line(&self, payout: &Payout, login: &str) -> Result<PayoutLine, Failure> {
        let taken = payout.taken().map_err(|error| Failure::not_found(error.to_string()))?;
        Ok(PayoutLine {
            payout: self.engine.print(payout.id),
            number: payout.number.clone(),
            shop: login.to_owned(),
            test: payout.id.book.kind() == BookKind::Test,
            state: payout.state.code().to_owned(),
            reason: payout.state.reason().map(Reason::code).map(str::to_owned),
            amount: payout.amount.to_string(),
            fee: payout.fee.to_string(),
            taken: taken.to_string(),
            currency: payout.amount.currency().code().to_owned(),
            kind: payout.to.kind.code().to_owned(),
            to: payout.to.mask.clone(),
            asked_at: words::moment(payout.asked_at),
        })
    }

    fn payout_id(&self, text: &str) -> Result<PayoutId, Failure> {
        self.engine.parse(text).map_err(|_| Failure::not_found(format!("there is no payout \"{text}\"")))
    }

    /// The payout that is meant.
    async fn the_payout(&self, which: &PayoutRef) -> Result<Payout, Failure> {
        let (found, named) = match which {
            PayoutRef::Id(text) => (self.engine.payout(self.payout_id(text)?).await?, format!("\"{text}\"")),
            PayoutRef::Number { shop, number, test } => {
                let of = twin(self.shop(shop).await?.id, *test);
                let found = self.engine.payout_of_number(of, number).await?;
                (found, format!("with number \"{number}\" in the shop \"{shop}\""))
            }
        };
        found.ok_or_else(|| Failure::not_found(format!("there is no payout {named}")))
    }
}

/// The shop in the book whose money is meant.
fn twin(shop: ShopId, test: bool) -> ShopId {
    let kind = if test { BookKind::Test } else { BookKind::Live };
    ShopId { number: shop.number, book: shop.book.twin(kind) }
}
