//! The payments of an emulated service as testers see them: each with what its shop was told.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use domain::ids::{BookKind, PaymentId, ShopId};
use domain::jobs::Task;
use domain::notices::{Notice, NoticeKind, NoticeState};
use domain::payments::{ClaimKey, Payment};
use jiff::Timestamp;
use std::collections::BTreeMap;
use store::exchanges::Direction;
use store::reads::payments::{Below, PAGE_MAX};

/// So many payments are listed, the newest ones.
pub const LISTED_MAX: usize = 1_000;

/// Where the notice of a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeWord {
    /// There is nothing to tell, or nobody to tell it to.
    None,
    /// It was not sent yet.
    Waiting,
    /// The shop accepted it.
    Accepted,
    /// It was not accepted, and is sent again.
    Repeating,
    /// It is not sent any more.
    GivenUp,
}

impl NoticeWord {
    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            NoticeWord::None => "none",
            NoticeWord::Waiting => "waiting",
            NoticeWord::Accepted => "accepted",
            NoticeWord::Repeating => "repeating",
            NoticeWord::GivenUp => "given_up",
        }
    }
}

/// What the shop was told of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Where the notice stands.
    pub state: NoticeWord,
    /// How often it was sent.
    pub tries: u32,
    /// When it is sent next.
    pub next_at: Option<Timestamp>,
    /// Status and body of the last answer; none came otherwise.
    pub last_answer: Option<(u16, String)>,
}

/// A payment with its shop and what it was told.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The payment.
    pub payment: Payment,
    /// The login of its shop.
    pub login: String,
    /// What the shop was told.
    pub notice: Told,
}

/// Whether a notice is the one that tells a shop of its order.
const fn is_the_shops(kind: NoticeKind) -> bool {
    match kind {
        NoticeKind::Fields | NoticeKind::PaidInvoice | NoticeKind::EndedInvoice => true,
        NoticeKind::PaidStatement | NoticeKind::HeldStatement => false,
    }
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// The payments of a shop, or of all shops; with this number, or this text of a checkout, or with any. The newest
    /// first.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn emulated_payments(
        &self,
        login: Option<&str>,
        number: Option<i64>,
        payment_no: Option<&str>,
        most: usize,
    ) -> Result<Vec<Listed>, EngineError> {
        let mut payments = match login {
            Some(login) => match self.store.shop_of_login(login).await? {
                Some(shop) => self.payments_of_twins(shop, number).await?,
                None => Vec::new(),
            },
            None => self.newest_payments().await?,
        };
        payments.retain(|payment| number.is_none_or(|number| payment.terms.number == number));
        payments.retain(|payment| payment_no.is_none_or(|wanted| payment.payment_no() == Some(wanted)));
        payments.sort_by_key(|payment| std::cmp::Reverse((payment.id.number, payment.id.book)));
        payments.dedup_by_key(|payment| payment.id);
        payments.truncate(most.min(LISTED_MAX));
        let mut logins: BTreeMap<ShopId, String> = BTreeMap::new();
        let mut listed = Vec::with_capacity(payments.len());
        for payment in payments {
            let login = match logins.get(&payment.shop) {
                Some(login) => login.clone(),
                None => self.shop(payment.shop).await?.login.clone(),
            };
            logins.insert(payment.shop, login.clone());
            listed.push(self.listed(payment, login).await?);
        }
        Ok(listed)
    }

    /// One payment with what its shop was told.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such payment.
    pub async fn emulated_payment(&self, id: PaymentId) -> Result<Listed, EngineError> {
        let payment = self.store.payment(id).await?.ok_or(EngineError::NotFound("payment"))?;
        let login = self.shop(payment.shop).await?.login.clone();
        self.listed(payment, login).await
    }

    async fn listed(&self, payment: Payment, login: String) -> Result<Listed, EngineError> {
        // A statement to ResultUrl2 is another message, with tries of its own.
        let mut notices = self.store.notices_of(payment.id).await?.into_iter();
        let notice = match notices.rfind(|notice| is_the_shops(notice.kind)) {
            Some(notice) => self.told_of(&notice).await?,
            None => Told { state: NoticeWord::None, tries: 0, next_at: None, last_answer: None },
        };
        Ok(Listed { payment, login, notice })
    }

    async fn told_of(&self, notice: &Notice) -> Result<Told, EngineError> {
        let state = match (notice.state, notice.tries) {
            (NoticeState::Owed, 0) => NoticeWord::Waiting,
            (NoticeState::Owed, _) => NoticeWord::Repeating,
            (NoticeState::Accepted { .. }, _) => NoticeWord::Accepted,
            (NoticeState::GivenUp, _) => NoticeWord::GivenUp,
        };
        let next_at = self.store.job(Task::SendNotice(notice.id)).await?.map(|job| job.due);
        let last_answer = if notice.tries == 0 { None } else { self.last_answer(notice).await? };
        Ok(Told { state, tries: notice.tries, next_at, last_answer })
    }

    /// As it was heard in this run, else as it was written down in an earlier one.
    async fn last_answer(&self, notice: &Notice) -> Result<Option<(u16, String)>, EngineError> {
        let emulation = self.emulation();
        let heard =
            emulation.and_then(|emulation| emulation.log().last_answer(notice.payment, &notice.address.url));
        if let Some(heard) = heard {
            let body = String::from_utf8_lossy(&heard.body).into_owned();
            return Ok(heard.status.map(|status| (status, body)));
        }
        let exchanges = self.store.exchanges_of(notice.payment).await?;
        let told = |direction: &Direction, request: &str| {
            *direction == Direction::Out
                && request.lines().next().is_some_and(|head| head.contains(&notice.address.url))
        };
        let last = exchanges.into_iter().rev().find(|exchange| told(&exchange.direction, &exchange.request));
        let answer = last.and_then(|exchange| Some((exchange.status?, exchange.reply?)));
        Ok(answer.map(|(status, reply)| {
            let body = reply.split_once("\n\n").map_or("", |(_, body)| body);
            (status, body.to_owned())
        }))
    }

    async fn newest_payments(&self) -> Result<Vec<Payment>, EngineError> {
        let (mut all, mut below): (Vec<Payment>, Option<Below>) = (Vec::new(), None);
        while all.len() < LISTED_MAX {
            let page = self.store.payments(below, PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            below = Some(Below(last.id));
            all.extend(page);
        }
        Ok(all)
    }

    async fn payments_of_twins(
        &self,
        shop: ShopId,
        number: Option<i64>,
    ) -> Result<Vec<Payment>, EngineError> {
        let mut all = Vec::new();
        for kind in [BookKind::Live, BookKind::Test] {
            let shop = ShopId { number: shop.number, book: shop.book.twin(kind) };
            if let Some(number) = number {
                // However old it is, the payment that the number leads to is found.
                all.extend(self.store.payment_of_claim(&ClaimKey { number, shop }).await?);
            }
            let (mut below, mut read): (Option<Below>, usize) = (None, 0);
            while read < LISTED_MAX {
                let page = self.store.payments_of_shop(shop, below, PAGE_MAX).await?;
                let Some(last) = page.last() else { break };
                below = Some(Below(last.id));
                read = read.saturating_add(page.len());
                all.extend(page);
            }
        }
        Ok(all)
    }
}
