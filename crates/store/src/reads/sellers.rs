//! Sellers, and what the installation is.

use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use domain::ids::{Book, SellerId};
use domain::providers::{Installation, InstallationKey};
use domain::sellers::Seller;

/// Books that were written in: a row without entries only keeps a lock.
const BOOKS: &str = "SELECT book FROM books WHERE entries > 0 ORDER BY book";

impl Store {
    /// A seller in one of its books.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn seller(&self, id: SellerId) -> Result<Option<Seller>, StoreError> {
        self.record_of(&id).await
    }

    /// Sellers in both of their books, the oldest first, after one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sellers(&self, after: Option<SellerId>, limit: u32) -> Result<Vec<Seller>, StoreError> {
        let condition = "(number, book) > ($1, $2) ORDER BY number, book LIMIT $3";
        let (number, book) =
            after.map_or((-1, -1), |id| (id.number.cast_signed(), id.book.number().cast_signed()));
        let values = vec![number.into(), book.into(), limit.into()];
        self.reader().records(Query::records::<Seller>(condition, values)).await
    }

    /// What kind of installation this is; none before it is set up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn installation(&self) -> Result<Option<Installation>, StoreError> {
        self.record_of(&InstallationKey).await
    }

    /// Every book that has ever held money.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn books(&self) -> Result<Vec<Book>, StoreError> {
        let rows = self.reader().rows(Query::new(BOOKS, Vec::new())).await?;
        let books = rows.iter().map(|row| row.book("book"));
        books.collect::<Result<_, _>>().map_err(|error| error.of_table("books"))
    }
}
