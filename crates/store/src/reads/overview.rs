//! What needs a seller: notices that were not accepted, holds about to lapse, money nobody claimed, shops
//! that have fallen silent.

use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use domain::ids::{Book, ShopId};
use domain::notices::Notice;
use domain::payments::Payment;
use jiff::Timestamp;

/// So many things of each kind are told of at once.
pub const NEEDS_MAX: u32 = 100;

/// What needs the seller, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Notices that were given up, or refused at least once and are sent again.
    pub notices: Vec<Notice>,
    /// Payments whose hold ends soon.
    pub holds: Vec<Payment>,
    /// Payments with money that belongs to no sale.
    pub stray: Vec<Payment>,
}

impl Store {
    /// What needs the seller of a book; holds that end before a moment count as ending soon.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn needs(&self, book: Book, ends_before: Timestamp) -> Result<Needs, StoreError> {
        let limit = NEEDS_MAX;
        let notices = Query::records::<Notice>(
            "book = $1 AND (state = 'given_up' OR (state = 'owed' AND tries > 0)) ORDER BY number DESC LIMIT $2",
            vec![book.into(), limit.into()],
        );
        let holds = Query::records::<Payment>(
            "book = $1 AND state = 'held' AND state_until < $2 ORDER BY number DESC LIMIT $3",
            vec![book.into(), ends_before.into(), limit.into()],
        );
        let stray = Query::records::<Payment>(
            "book = $1 AND (credit > 0 OR unclaimed > 0) ORDER BY number DESC LIMIT $2",
            vec![book.into(), limit.into()],
        );
        let reader = self.reader();
        let found = reader.several(vec![notices, holds, stray]).await?;
        let [notices, holds, stray] = found.as_slice() else {
            return Err(StoreError::Unavailable("a read was broken off".to_owned()));
        };
        Ok(Needs {
            notices: reader.read_all(notices)?,
            holds: reader.read_all(holds)?,
            stray: reader.read_all(stray)?,
        })
    }

    /// When the newest payment of a shop was opened; none: it never had one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_opened(&self, shop: ShopId) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT opened_at FROM payments WHERE shop = $1 AND book = $2 ORDER BY number DESC LIMIT 1";
        let query = Query::new(sql, vec![shop.number.into(), shop.book.into()]);
        let rows = self.reader().look_up(query).await?;
        let at = rows.first().map(|row| row.time("opened_at")).transpose();
        at.map_err(|error| error.of_table("payments"))
    }
}
