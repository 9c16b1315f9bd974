//! Payments at the command line: listed, given back, captured, released, cancelled, told again.

use super::reply::done::DoneView;
use super::reply::{PaymentLine, PaymentsView, Reply};
use super::request::{PaymentRef, PaymentsWish};
use super::{Admin, words};
use crate::error::Failure;
use domain::ids::{Book, BookKind, NoticeId, PaymentId, ShopId};
use domain::payments::{ClaimKey, Payment};
use domain::refunds::Source;
use money::Money;
use std::collections::BTreeMap;
use store::reads::payments::Below;

impl Admin<'_> {
    pub(super) async fn list_payments(&self, wish: PaymentsWish) -> Result<Reply, Failure> {
        let below = match &wish.after {
            Some(text) => Some(Below(self.payment_id(text)?)),
            None => None,
        };
        let only = wish.kind.as_deref().map(words::kind).transpose()?;
        let mut payments = match (&wish.shop, &wish.seller) {
            (Some(shop), _) => self.payments_of_shop(shop, below, wish.limit).await?,
            (None, Some(seller)) => self.payments_of_seller(seller, below, wish.limit).await?,
            (None, None) => self.engine.store().payments(below, wish.limit).await?,
        };
        let limit = usize::try_from(wish.limit).unwrap_or(usize::MAX);
        payments.sort_by_key(|payment| std::cmp::Reverse((payment.id.number, payment.id.book)));
        payments.truncate(limit);
        // A page that is full may have a next one; what is filtered out still moves the place.
        let next = payments.last().filter(|_| payments.len() == limit).map(|last| self.engine.print(last.id));
        payments.retain(|payment| only.is_none_or(|kind| payment.id.book.kind() == kind));
        Ok(Reply::Payments(PaymentsView { payments: self.lines(&payments).await?, next }))
    }

    /// Live and test payments of a shop: its twins stand in two books.
    async fn payments_of_shop(
        &self,
        shop: &str,
        below: Option<Below>,
        limit: u32,
    ) -> Result<Vec<Payment>, Failure> {
        let shop = self.shop(shop).await?.id;
        let mut payments = Vec::new();
        for kind in [BookKind::Live, BookKind::Test] {
            let twin = ShopId { number: shop.number, book: shop.book.twin(kind) };
            payments.extend(self.engine.store().payments_of_shop(twin, below, limit).await?);
        }
        Ok(payments)
    }

    async fn payments_of_seller(
        &self,
        seller: &str,
        below: Option<Below>,
        limit: u32,
    ) -> Result<Vec<Payment>, Failure> {
        let book: Book = self.seller(self.seller_id(seller)?).await?.id.book;
        let mut payments = Vec::new();
        for kind in [BookKind::Live, BookKind::Test] {
            payments.extend(self.engine.store().payments_of_book(book.twin(kind), below, limit).await?);
        }
        Ok(payments)
    }

    async fn lines(&self, payments: &[Payment]) -> Result<Vec<PaymentLine>, Failure> {
        let mut logins: BTreeMap<ShopId, String> = BTreeMap::new();
        let mut lines = Vec::new();
        for payment in payments {
            let login = match logins.get(&payment.shop) {
                Some(login) => login.clone(),
                None => self.login_of(payment.shop).await?,
            };
            lines.push(self.line(payment, login.clone()));
            logins.insert(payment.shop, login);
        }
        Ok(lines)
    }

    pub(super) async fn login_of(&self, shop: ShopId) -> Result<String, Failure> {
        let found = self.engine.store().shop(shop).await?;
        Ok(found.map_or_else(|| self.engine.print(shop), |shop| shop.login))
    }

    pub(super) fn line(&self, payment: &Payment, login: String) -> PaymentLine {
        PaymentLine {
            payment: self.engine.print(payment.id),
            order: payment.terms.order_text(),
            shop: login,
            test: payment.id.book.kind() == BookKind::Test,
            state: payment.state.word().to_owned(),
            amount: payment.amount.to_string(),
            captured: payment.captured.to_string(),
            refunded: payment.refunded.to_string(),
            currency: payment.currency().code().to_owned(),
            opened_at: words::moment(payment.opened_at),
        }
    }

    fn payment_id(&self, text: &str) -> Result<PaymentId, Failure> {
        self.engine.parse(text).map_err(|_| Failure::not_found(format!("there is no payment \"{text}\"")))
    }

    /// The payment that is meant. A number without `--test` means the real order if there is one.
    pub(super) async fn payment(&self, which: &PaymentRef) -> Result<Payment, Failure> {
        let (found, named) = match which {
            PaymentRef::Id(text) => {
                (self.engine.store().payment(self.payment_id(text)?).await?, format!("\"{text}\""))
            }
            PaymentRef::Order { shop, number, test } => {
                let found = self.payment_of_order(shop, *number, *test).await?;
                (found, format!("with number {number} in the shop \"{shop}\""))
            }
        };
        found.ok_or_else(|| Failure::not_found(format!("there is no payment {named}")))
    }

    async fn payment_of_order(
        &self,
        shop: &str,
        number: i64,
        test: bool,
    ) -> Result<Option<Payment>, Failure> {
        let shop = self.shop(shop).await?.id;
        let kinds: &[BookKind] = if test { &[BookKind::Test] } else { &[BookKind::Live, BookKind::Test] };
        for kind in kinds {
            let shop = ShopId { number: shop.number, book: shop.book.twin(*kind) };
            if let Some(payment) = self.engine.store().payment_of_claim(&ClaimKey { number, shop }).await? {
                return Ok(Some(payment));
            }
        }
        Ok(None)
    }

    pub(super) async fn refund(
        &self,
        which: &PaymentRef,
        amount: Option<&str>,
        source: &str,
    ) -> Result<Reply, Failure> {
        let payment = self.payment(which).await?;
        let amount = amount.map(|text| words::sum(text, payment.currency())).transpose()?;
        let unknown = || Failure::usage(format!("\"{source}\" is neither sale, unclaimed nor credit"));
        let source = Source::from_code(source).ok_or_else(unknown)?;
        let (refund, amount) = self.engine.refund(payment.id, amount, source, self.actor.clone()).await?;
        self.done(payment.id, "refund_asked", Some(self.engine.print(refund)), Some(amount)).await
    }

    pub(super) async fn capture(&self, which: &PaymentRef, amount: Option<&str>) -> Result<Reply, Failure> {
        let payment = self.payment(which).await?;
        let amount = amount.map(|text| words::sum(text, payment.currency())).transpose()?;
        let amount = self.engine.capture(payment.id, amount, self.actor.clone()).await?;
        self.done(payment.id, "capture_asked", None, Some(amount)).await
    }

    pub(super) async fn release(&self, which: &PaymentRef) -> Result<Reply, Failure> {
        let payment = self.payment(which).await?;
        self.engine.release(payment.id, self.actor.clone()).await?;
        self.done(payment.id, "release_asked", None, None).await
    }

    pub(super) async fn cancel(&self, which: &PaymentRef) -> Result<Reply, Failure> {
        let payment = self.payment(which).await?;
        self.engine.cancel(payment.id, self.actor.clone()).await?;
        self.done(payment.id, "cancel_asked", None, None).await
    }

    pub(super) async fn send_again(
        &self,
        which: &PaymentRef,
        notice: Option<&str>,
    ) -> Result<Reply, Failure> {
        let payment = self.payment(which).await?;
        let notices = self.engine.store().notices_of(payment.id).await?;
        let wanted = match notice {
            Some(text) => {
                let id = self.engine.parse::<NoticeId>(text).ok();
                let found = notices.iter().find(|notice| Some(notice.id) == id);
                found.ok_or_else(|| Failure::not_found(format!("this payment has no notice \"{text}\"")))?
            }
            None => notices.last().ok_or_else(|| {
                Failure::not_found("there is nothing to tell the shop about this payment yet")
            })?,
        };
        self.engine.send_again(wanted.id, self.actor.clone()).await?;
        self.done(payment.id, "notice_again", Some(self.engine.print(wanted.id)), None).await
    }

    async fn done(
        &self,
        id: PaymentId,
        done: &str,
        about: Option<String>,
        amount: Option<Money>,
    ) -> Result<Reply, Failure> {
        let payment = self.engine.store().payment(id).await?;
        let payment = payment.ok_or_else(|| Failure::not_found("the payment is gone"))?;
        Ok(Reply::Done(DoneView {
            payment: self.engine.print(id),
            state: payment.state.word().to_owned(),
            done: done.to_owned(),
            about,
            amount: amount.map(|amount| amount.to_string()),
            currency: payment.currency().code().to_owned(),
        }))
    }
}
