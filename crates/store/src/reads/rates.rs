//! Rates: the one that holds at a moment, and all that were said.

use crate::error::StoreError;
use crate::rates::whose;
use crate::reader::Query;
use crate::store::Store;
use domain::ids::{Book, ShopId};
use domain::rates::Rate;
use jiff::Timestamp;
use money::currency::Currency;

/// So many rates are listed at most.
pub const RATES_MAX: u32 = 500;

impl Store {
    /// What a currency is worth in another at a moment, for a shop of this number in its live book: its own
    /// rate before everybody's, and of each the latest that has begun to hold.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rate_at(
        &self,
        of: Currency,
        to: Currency,
        shop: ShopId,
        moment: Timestamp,
    ) -> Result<Option<Rate>, StoreError> {
        let [number, book] = whose(Some(shop));
        let condition = "book = $1 AND priced_in = $2 AND paid_in = $3 AND valid_from <= $4 \
                         AND ((shop = $5 AND shop_book = $6) OR shop = 0) \
                         ORDER BY shop DESC, valid_from DESC, number DESC LIMIT 1";
        let values = vec![Book::PLATFORM.into(), of.into(), to.into(), moment.into(), number, book];
        Ok(self.reader().records(Query::records::<Rate>(condition, values)).await?.pop())
    }

    /// All rates, the youngest first; at most [`RATES_MAX`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rates(&self) -> Result<Vec<Rate>, StoreError> {
        let condition = "book = $1 ORDER BY valid_from DESC, number DESC LIMIT $2";
        let values = vec![Book::PLATFORM.into(), RATES_MAX.into()];
        self.reader().records(Query::records::<Rate>(condition, values)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::{Place, on_both_engines};
    use crate::samples::{Hands, at, book, store_at};
    use domain::history::Actor;
    use domain::ids::Id;
    use domain::rates::{SetRate, Worth};

    on_both_engines! {
        the_rate_that_holds_is_the_latest_that_has_begun_and_a_shops_own_before_all
        what_was_said_of_a_rate_is_never_changed
    }

    fn said(number: u64, worth: &str, from: i64, shop: Option<ShopId>) -> Rate {
        let worth = Worth::parse(worth).unwrap();
        Rate { number, of: Currency::Usd, to: Currency::Rub, worth, shop, from: at(from) }
    }

    async fn with(place: &Place, rates: &[Rate]) -> Store {
        let store = store_at(place, &Hands::at(0)).await;
        for rate in rates {
            store.submit(SetRate { rate: *rate, actor: Actor::Clock }).await.unwrap();
        }
        store
    }

    async fn held(store: &Store, shop: ShopId, moment: i64) -> Option<u64> {
        let rate = store.rate_at(Currency::Usd, Currency::Rub, shop, at(moment)).await.unwrap();
        rate.map(|rate| rate.number)
    }

    async fn the_rate_that_holds_is_the_latest_that_has_begun_and_a_shops_own_before_all(place: Place) {
        let own = ShopId::new(book(1), 7);
        let all = [
            said(1, "90.00", 0, None),
            said(2, "91.00", 100, None),
            said(3, "89.50", 100, None),
            said(4, "80.00", 200, Some(own)),
        ];
        let store = with(&place, &all).await;
        assert_eq!(held(&store, own, -1).await, None);
        assert_eq!(held(&store, own, 50).await, Some(1));
        assert_eq!(held(&store, own, 100).await, Some(3), "of two for one moment the later word holds");
        assert_eq!(held(&store, own, 200).await, Some(4));
        let others = [ShopId::new(book(2), 7), ShopId::new(book(1), 8)];
        assert_eq!(
            (held(&store, others[0], 200).await, held(&store, others[1], 200).await),
            (Some(3), Some(3))
        );
        assert_eq!(store.rate_at(Currency::Eur, Currency::Rub, own, at(200)).await.unwrap(), None);
        let listed: Vec<u64> = store.rates().await.unwrap().iter().map(|rate| rate.number).collect();
        assert_eq!(listed, [4, 3, 2, 1]);
        store.close().await;
    }

    async fn what_was_said_of_a_rate_is_never_changed(place: Place) {
        let store = with(&place, &[said(1, "90.00", 0, None)]).await;
        let again = store.submit(SetRate { rate: said(1, "90.00", 0, None), actor: Actor::Clock }).await;
        assert!(again.is_err());
        for change in ["UPDATE rates SET units = 1", "DELETE FROM rates"] {
            assert!(place.execute(change).await.is_err(), "{change}");
        }
        assert_eq!(store.rates().await.unwrap(), [said(1, "90.00", 0, None)]);
        store.close().await;
    }
}
