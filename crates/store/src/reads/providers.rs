//! The platform's accounts with providers.

use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use domain::ids::{Book, ProviderAccountId};
use domain::providers::ProviderAccount;

impl Store {
    /// An account with a provider.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn provider(&self, id: ProviderAccountId) -> Result<Option<ProviderAccount>, StoreError> {
        self.record_of(&id).await
    }

    /// All accounts with providers, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn providers(&self) -> Result<Vec<ProviderAccount>, StoreError> {
        let values = vec![Book::PLATFORM.into()];
        self.reader().records(Query::records::<ProviderAccount>("book = $1 ORDER BY number", values)).await
    }
}
