//! Tariffs.

use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use domain::ids::{Book, TariffId};
use domain::tariffs::Tariff;

impl Store {
    /// A tariff.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tariff(&self, id: TariffId) -> Result<Option<Tariff>, StoreError> {
        self.record_of(&id).await
    }

    /// All tariffs, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tariffs(&self) -> Result<Vec<Tariff>, StoreError> {
        let values = vec![Book::PLATFORM.into()];
        self.reader().records(Query::records::<Tariff>("book = $1 ORDER BY number", values)).await
    }
}
