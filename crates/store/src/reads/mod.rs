//! Queries by hand, one file a feature: they answer views and never write.

pub mod books;
pub mod exchanges;
pub mod history;
pub mod invoices;
pub mod jobs;
pub mod ledger;
pub mod lines;
pub mod moves;
pub mod notice_list;
pub mod overview;
pub mod payment_list;
pub mod payments;
pub mod payouts;
pub mod providers;
pub mod rates;
pub mod sellers;
pub mod shops;
pub mod tariffs;

use crate::error::StoreError;
use crate::store::Store;
use crate::table::Table;

impl Store {
    /// The record of a key, if there is one.
    pub(crate) async fn record_of<R: Table>(&self, key: &R::Key) -> Result<Option<R>, StoreError> {
        self.reader().record_of(key).await
    }
}

#[cfg(test)]
mod tests;
