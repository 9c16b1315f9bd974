//! Payouts: one by its identifier or by the shop's own number, and a shop's list.

use crate::error::StoreError;
use crate::reader::Query;
use crate::reads::payments::PAGE_MAX;
use crate::store::Store;
use crate::value::Value;
use domain::ids::{PayoutId, ShopId};
use domain::payouts::{Payout, PayoutNumber, PayoutNumberKey};
use jiff::Timestamp;

/// Which payouts of a shop to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PayoutFilter {
    /// Asked for at or after this moment.
    pub from: Option<Timestamp>,
    /// Asked for before this moment.
    pub until: Option<Timestamp>,
    /// The list goes on below this payout.
    pub below: Option<PayoutId>,
}

impl Store {
    /// A payout.
    ///
    /// # Errors
    /// [`StoreError`], like every read: the database does not answer, or a row cannot be read.
    pub async fn payout(&self, id: PayoutId) -> Result<Option<Payout>, StoreError> {
        self.record_of(&id).await
    }

    /// The payout that a shop's own number means.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payout_of_number(&self, key: &PayoutNumberKey) -> Result<Option<Payout>, StoreError> {
        let claim: Option<PayoutNumber> = self.record_of(key).await?;
        match claim {
            Some(claim) => self.payout(claim.payout).await,
            None => Ok(None),
        }
    }

    /// The payouts of a shop, the newest first; at most [`PAGE_MAX`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payouts_of_shop(
        &self,
        shop: ShopId,
        filter: PayoutFilter,
        limit: u32,
    ) -> Result<Vec<Payout>, StoreError> {
        let condition = "shop = $1 AND book = $2 AND number < $3 AND asked_at >= $4 AND asked_at < $5 \
                         ORDER BY number DESC LIMIT $6";
        let below = filter.below.map_or(Value::Int(i64::MAX), |below| below.number.into());
        let moment = |at: Option<Timestamp>, other: i64| at.map_or(Value::Int(other), Value::from);
        let values = vec![
            shop.number.into(),
            shop.book.into(),
            below,
            moment(filter.from, i64::MIN),
            moment(filter.until, i64::MAX),
            limit.min(PAGE_MAX).into(),
        ];
        self.reader().records(Query::records::<Payout>(condition, values)).await
    }
}
