//! Payments as people and workers look at them.

use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use crate::table::Table;
use crate::value::Value;
use domain::attempts::{Attempt, Call};
use domain::ids::{
    AttemptId, Book, CallId, Id, NoticeId, PaymentId, ProviderAccountId, RefundId, ShopId, StoredMethodId,
};
use domain::notices::Notice;
use domain::payments::{Claim, ClaimKey, Payment};
use domain::refunds::Refund;
use domain::stored::StoredMethod;

/// A page of a list is this long at most.
pub const PAGE_MAX: u32 = 200;
/// So many idle attempts are told of at once.
pub const IDLE_MAX: u32 = 1_000;

/// A payment with all that belongs to it, as of one moment.
#[derive(Clone, Debug)]
pub struct WholePayment {
    /// The payment.
    pub payment: Payment,
    /// Its attempts, the first one first.
    pub attempts: Vec<Attempt>,
    /// Its refunds, the first one first.
    pub refunds: Vec<Refund>,
    /// Its notices, the first one first.
    pub notices: Vec<Notice>,
}

/// Where a list goes on: below this payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Below(pub PaymentId);

impl Store {
    /// A payment.
    ///
    /// # Errors
    /// [`StoreError`], like every read: the database does not answer, or a row cannot be read.
    pub async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.record_of(&id).await
    }

    /// An attempt.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attempt(&self, id: AttemptId) -> Result<Option<Attempt>, StoreError> {
        self.record_of(&id).await
    }

    /// A frozen call.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn call(&self, id: CallId) -> Result<Option<Call>, StoreError> {
        self.record_of(&id).await
    }

    /// A refund.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        self.record_of(&id).await
    }

    /// A notice.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        self.record_of(&id).await
    }

    /// A method that a provider keeps.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stored_method(&self, id: StoredMethodId) -> Result<Option<StoredMethod>, StoreError> {
        self.record_of(&id).await
    }

    /// Who owns an order's number, and under which content it was opened.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_of(&self, key: &ClaimKey) -> Result<Option<Claim>, StoreError> {
        self.record_of(key).await
    }

    /// The payment that owns an order's number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payment_of_claim(&self, key: &ClaimKey) -> Result<Option<Payment>, StoreError> {
        let claim: Option<Claim> = self.record_of(key).await?;
        match claim {
            Some(claim) => self.payment(claim.payment).await,
            None => Ok(None),
        }
    }

    /// A payment with its attempts, refunds and notices.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn whole_payment(&self, id: PaymentId) -> Result<Option<WholePayment>, StoreError> {
        let queries = vec![
            Query::record::<Payment>(&id),
            of_payment::<Attempt>(id),
            of_payment::<Refund>(id),
            of_payment::<Notice>(id),
        ];
        let reader = self.reader();
        let found = reader.several(queries).await?;
        let [payment, attempts, refunds, notices] = found.as_slice() else {
            return Err(StoreError::Unavailable("a read was broken off".to_owned()));
        };
        let Some(payment) = reader.read_all(payment)?.pop() else { return Ok(None) };
        Ok(Some(WholePayment {
            payment,
            attempts: reader.read_all(attempts)?,
            refunds: reader.read_all(refunds)?,
            notices: reader.read_all(notices)?,
        }))
    }

    /// The notices of a payment, the first one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notices_of(&self, payment: PaymentId) -> Result<Vec<Notice>, StoreError> {
        self.reader().records(of_payment::<Notice>(payment)).await
    }

    /// The refunds of a payment, the first one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refunds_of(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
        self.reader().look_up_all(of_payment::<Refund>(payment)).await
    }

    /// Refunds through an attempt that are not final.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unfinished_refunds(&self, attempt: AttemptId) -> Result<Vec<Refund>, StoreError> {
        let condition = "attempt = $1 AND book = $2 AND state IN ('asked', 'sent') ORDER BY number";
        let values = vec![attempt.number.into(), attempt.book.into()];
        self.reader().look_up_all(Query::records::<Refund>(condition, values)).await
    }

    /// The payments of one shop, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payments_of_shop(
        &self,
        shop: ShopId,
        below: Option<Below>,
        limit: u32,
    ) -> Result<Vec<Payment>, StoreError> {
        let condition = "shop = $1 AND book = $2 AND number < $3 ORDER BY number DESC LIMIT $4";
        let below = below.map_or(Value::Int(i64::MAX), |below| below.0.number.into());
        let values = vec![shop.number.into(), shop.book.into(), below, limit.min(PAGE_MAX).into()];
        self.reader().records(Query::records::<Payment>(condition, values)).await
    }

    /// The payments of all shops of one book, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payments_of_book(
        &self,
        book: Book,
        below: Option<Below>,
        limit: u32,
    ) -> Result<Vec<Payment>, StoreError> {
        // Sellers have few shops: one short page of each, and the newest of all.
        let mut all = Vec::new();
        for shop in self.shops_of_book(book).await? {
            all.extend(self.payments_of_shop(shop.id, below, limit).await?);
        }
        all.sort_by_key(|payment| std::cmp::Reverse(payment.id.number));
        all.truncate(usize::try_from(limit.min(PAGE_MAX)).unwrap_or(usize::MAX));
        Ok(all)
    }

    /// The payments of the whole installation, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payments(&self, below: Option<Below>, limit: u32) -> Result<Vec<Payment>, StoreError> {
        let condition = "(number, book) < ($1, $2) ORDER BY number DESC, book DESC LIMIT $3";
        let (number, book) = match below {
            Some(Below(id)) => (id.number.into(), id.book.into()),
            None => (Value::Int(i64::MAX), Value::Int(i64::MAX)),
        };
        let values = vec![number, book, limit.min(PAGE_MAX).into()];
        self.reader().records(Query::records::<Payment>(condition, values)).await
    }

    /// Payments that hold money which belongs to no sale, the first one first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stray_payments(&self, limit: u32) -> Result<Vec<Payment>, StoreError> {
        let condition = "(credit > 0 OR unclaimed > 0) ORDER BY number, book LIMIT $1";
        self.reader().records(Query::records::<Payment>(condition, vec![limit.min(PAGE_MAX).into()])).await
    }

    /// The attempt that a provider knows under this reference, in whatever book.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attempt_of_reference(
        &self,
        account: ProviderAccountId,
        reference: &str,
    ) -> Result<Option<AttemptId>, StoreError> {
        let sql = "SELECT attempt, book FROM provider_references WHERE reference = $1 AND account = $2";
        let query = Query::new(sql, vec![reference.into(), account.number.into()]);
        let rows = self.reader().look_up(query).await?;
        let found = rows.first().map(|row| row.id("attempt", row.book("book")?)).transpose();
        found.map_err(|error| error.of_table("provider_references"))
    }

    /// Attempts that are not final and for which no work is planned.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn idle_attempts(&self) -> Result<Vec<AttemptId>, StoreError> {
        let sql = "SELECT number, book FROM attempts \
                   WHERE (state = 'planned' OR state = 'sending' OR state = 'waiting' OR state = 'unknown' \
                   OR state = 'held') AND NOT EXISTS \
                   (SELECT 1 FROM jobs WHERE jobs.about = attempts.number AND jobs.book = attempts.book \
                   AND jobs.kind IN ('advance_attempt', 'check_attempt', 'capture_hold', 'release_hold')) \
                   ORDER BY number LIMIT $1";
        let rows = self.reader().rows(Query::new(sql, vec![IDLE_MAX.into()])).await?;
        let ids = rows.iter().map(|row| Ok(AttemptId::new(row.book("book")?, row.number("number")?)));
        ids.collect::<Result<_, StoreError>>().map_err(|error| error.of_table("attempts"))
    }
}

fn of_payment<R: Table>(payment: PaymentId) -> Query {
    let values = vec![payment.number.into(), payment.book.into()];
    Query::records::<R>("payment = $1 AND book = $2 ORDER BY number", values)
}
