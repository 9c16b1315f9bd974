//! Moves between books: of a payment, and those that are under way.

use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use domain::ids::{MoveId, PaymentId};
use domain::moving::{Move, MoveEnd, MoveEndKey};

impl Store {
    /// A move, in the sender's book.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_between_books(&self, id: MoveId) -> Result<Option<Move>, StoreError> {
        self.record_of(&id).await
    }

    /// What a move came to, in the receiver's book.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_end(&self, key: MoveEndKey) -> Result<Option<MoveEnd>, StoreError> {
        self.record_of(&key).await
    }

    /// The moves of a payment's parts, as the parts are named.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn moves_of(&self, payment: PaymentId) -> Result<Vec<Move>, StoreError> {
        let values = vec![payment.number.into(), payment.book.into()];
        let condition = "payment = $1 AND book = $2 ORDER BY number";
        self.reader().records(Query::records::<Move>(condition, values)).await
    }
}
