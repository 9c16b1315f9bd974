//! Shops: by login, by identifier, by book.

use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use domain::ids::{Book, ShopId};
use domain::sellers::Shop;

impl Store {
    /// A shop in one of its books.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shop(&self, id: ShopId) -> Result<Option<Shop>, StoreError> {
        self.record_of(&id).await
    }

    /// The shop of a login, in its live book.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shop_of_login(&self, login: &str) -> Result<Option<ShopId>, StoreError> {
        let sql = "SELECT shop, book FROM shop_logins WHERE login = $1";
        let rows = self.reader().look_up(Query::new(sql, vec![login.into()])).await?;
        let found = rows.first().map(|row| row.id("shop", row.book("book")?)).transpose();
        found.map_err(|error| error.of_table("shop_logins"))
    }

    /// The shops of a book, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shops_of_book(&self, book: Book) -> Result<Vec<Shop>, StoreError> {
        let query = Query::records::<Shop>("book = $1 ORDER BY number", vec![book.into()]);
        self.reader().records(query).await
    }

    /// The shops of all books of one kind, the oldest first; `below` goes on after one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shops(&self, after: Option<ShopId>, limit: u32) -> Result<Vec<Shop>, StoreError> {
        let condition = "(number, book) > ($1, $2) ORDER BY number, book LIMIT $3";
        let (number, book) =
            after.map_or((-1, -1), |id| (id.number.cast_signed(), id.book.number().cast_signed()));
        let values = vec![number.into(), book.into(), limit.into()];
        self.reader().records(Query::records::<Shop>(condition, values)).await
    }
}
