//! Whole records, as workers and doors read them before they submit a command.

use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use crate::table::Table;
use crate::value::Value;
use domain::attempts::{Attempt, Call};
use domain::facts::Key;
use domain::ids::{
    AttemptId, Book, CallId, Id, NoticeId, PaymentId, ProviderAccountId, RefundId, SellerId, ShopId,
};
use domain::jobs::{Job, Task};
use domain::notices::Notice;
use domain::payments::{Claim, ClaimKey, Payment};
use domain::providers::{Installation, InstallationKey, ProviderAccount};
use domain::refunds::Refund;
use domain::sellers::{Seller, Shop};
use domain::tariffs::Tariff;
use jiff::Timestamp;
use money::Money;

impl Store {
    /// The record of a key, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer or the row cannot be read.
    pub async fn find<K: Key>(&self, key: &K) -> Result<Option<K::Record>, StoreError>
    where
        K::Record: Table,
    {
        let sql = K::Record::SHAPE.select_keys(1);
        let mut found = self.reader().records(Query::new(sql, K::Record::key_values(key))).await?;
        Ok(found.pop())
    }

    /// What the installation is; nothing before it is set up.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn installation(&self) -> Result<Option<Installation>, StoreError> {
        self.find(&InstallationKey).await
    }

    /// A payment.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.find(&id).await
    }

    /// An attempt.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn attempt(&self, id: AttemptId) -> Result<Option<Attempt>, StoreError> {
        self.find(&id).await
    }

    /// A frozen call.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn call(&self, id: CallId) -> Result<Option<Call>, StoreError> {
        self.find(&id).await
    }

    /// A refund.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn refund(&self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        self.find(&id).await
    }

    /// A notice.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        self.find(&id).await
    }

    /// A shop, in the book of its identifier.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn shop(&self, id: ShopId) -> Result<Option<Shop>, StoreError> {
        self.find(&id).await
    }

    /// A seller, in the book of its identifier.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn seller(&self, id: SellerId) -> Result<Option<Seller>, StoreError> {
        self.find(&id).await
    }

    /// An account with a provider.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn provider(&self, id: ProviderAccountId) -> Result<Option<ProviderAccount>, StoreError> {
        self.find(&id).await
    }

    /// A job, if it waits or is being done.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn job(&self, task: Task) -> Result<Option<Job>, StoreError> {
        self.find(&task).await
    }

    /// The payment that an order's number leads to.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn payment_of_claim(&self, key: &ClaimKey) -> Result<Option<Payment>, StoreError> {
        let claim: Option<Claim> = self.find(key).await?;
        match claim {
            Some(claim) => self.payment(claim.payment).await,
            None => Ok(None),
        }
    }

    /// The shop of a login, in its live book.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn shop_of_login(&self, login: &str) -> Result<Option<ShopId>, StoreError> {
        let sql = "SELECT shop, book FROM shop_logins WHERE login = $1";
        let rows = self.reader().rows(Query::new(sql, vec![login.into()])).await?;
        rows.first().map(|row| Ok(ShopId::new(row.book("book")?, row.number("shop")?))).transpose()
    }

    /// The attempt that a provider calls by this number.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn attempt_of_reference(
        &self,
        account: ProviderAccountId,
        reference: &str,
    ) -> Result<Option<AttemptId>, StoreError> {
        let sql = "SELECT attempt, book FROM provider_references WHERE reference = $1 AND account = $2";
        let values = vec![reference.into(), account.number.into()];
        let rows = self.reader().rows(Query::new(sql, values)).await?;
        rows.first().map(|row| Ok(AttemptId::new(row.book("book")?, row.number("attempt")?))).transpose()
    }

    /// All accounts with providers; they are few.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn providers(&self) -> Result<Vec<ProviderAccount>, StoreError> {
        self.reader().records(Query::records::<ProviderAccount>("1 = 1 ORDER BY number", Vec::new())).await
    }

    /// All tariffs; they are few.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn tariffs(&self) -> Result<Vec<Tariff>, StoreError> {
        self.reader().records(Query::records::<Tariff>("1 = 1 ORDER BY number", Vec::new())).await
    }

    /// The attempts of a payment, the oldest first.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn attempts_of(&self, payment: PaymentId) -> Result<Vec<Attempt>, StoreError> {
        self.under(payment).await
    }

    /// The notices of a payment, the oldest first.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn notices_of(&self, payment: PaymentId) -> Result<Vec<Notice>, StoreError> {
        self.under(payment).await
    }

    /// The refunds of a payment, the oldest first.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn refunds_of(&self, payment: PaymentId) -> Result<Vec<Refund>, StoreError> {
        self.under(payment).await
    }

    async fn under<R: Table>(&self, payment: PaymentId) -> Result<Vec<R>, StoreError> {
        let values: Vec<Value> = vec![payment.number.into(), payment.book.into()];
        self.reader().records(Query::records::<R>("payment = $1 AND book = $2 ORDER BY number", values)).await
    }

    /// The refunds of an attempt that are not finished.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn unfinished_refunds(&self, attempt: AttemptId) -> Result<Vec<Refund>, StoreError> {
        let condition = "attempt = $1 AND book = $2 AND state IN ('asked', 'sent') ORDER BY number";
        let values = vec![attempt.number.into(), attempt.book.into()];
        self.reader().records(Query::records::<Refund>(condition, values)).await
    }

    /// What a book captured from one moment to before another, a sum a currency.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn captured_between(
        &self,
        book: Book,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Money>, StoreError> {
        let sql = "SELECT currency, CAST(SUM(captured) AS BIGINT) AS captured FROM payments \
                   WHERE book = $1 AND paid_at >= $2 AND paid_at < $3 GROUP BY currency ORDER BY currency";
        let rows = self.reader().rows(Query::new(sql, vec![book.into(), from.into(), to.into()])).await?;
        rows.iter().map(|row| row.money("captured", row.currency("currency")?)).collect()
    }

    /// Unfinished attempts for which no work is planned; there should be none.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn idle_attempts(&self) -> Result<Vec<AttemptId>, StoreError> {
        let sql = "SELECT a.number, a.book FROM attempts a WHERE a.state IN \
                   ('planned', 'sending', 'waiting', 'unknown', 'held') AND NOT EXISTS \
                   (SELECT 1 FROM jobs j WHERE j.about = a.number AND j.book = a.book AND j.kind IN \
                   ('advance_attempt', 'check_attempt', 'capture_hold', 'release_hold')) ORDER BY a.number LIMIT 1000";
        let rows = self.reader().rows(Query::new(sql, Vec::new())).await?;
        rows.iter().map(|row| Ok(AttemptId::new(row.book("book")?, row.number("number")?))).collect()
    }

    /// Makes a job due now, unless somebody is at it.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn bring_forward(&self, task: Task, now: Timestamp) -> Result<(), StoreError> {
        self.plain(crate::jobs::bring_forward(task, now)).await.map(|_| ())
    }
}
