//! Rates: said by the operator, and taken when a shop prices in another currency than buyers pay.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::StartRefused;
use domain::history::Actor;
use domain::ids::{Book, BookKind, ShopId};
use domain::rates::{Price, Rate, SetRate, Worth, receipt_in};
use domain::sellers::Shop;
use jiff::Timestamp;
use money::currency::Currency;
use protocols::order::Order;
use protocols::robokassa::errors::{Refused, RobokassaError};

/// The parameter that names the currency of a price.
pub const PARAMETER: &str = "OutSumCurrency";

/// What a currency shall be worth.
#[derive(Clone, Copy, Debug)]
pub struct NewRate {
    /// The currency in which shops price.
    pub of: Currency,
    /// The currency in which buyers pay.
    pub to: Currency,
    /// What one unit of the first is worth in the second.
    pub worth: Worth,
    /// The shop whose own rate this is, in either of its books; `None`: everybody's.
    pub shop: Option<ShopId>,
    /// From when it holds; `None`: from now on.
    pub from: Option<Timestamp>,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Says what a currency is worth from a moment on. Payments that are open keep the rate they have.
    ///
    /// # Errors
    /// [`EngineError::Refused`] for a currency in itself.
    #[tracing::instrument(skip_all)]
    pub async fn set_rate(&self, new: NewRate, actor: Actor) -> Result<Rate, EngineError> {
        let from = new.from.unwrap_or(self.now());
        let rate = Rate {
            number: self.store.fresh(self.now())?,
            of: new.of,
            to: new.to,
            worth: new.worth,
            shop: new.shop.map(of_live_book),
            // As the store keeps it: a rate is looked up by all that it says.
            from: Timestamp::from_microsecond(from.as_microsecond()).unwrap_or(from),
        };
        self.submit(SetRate { rate, actor }).await?;
        Ok(rate)
    }

    /// The rate at which a shop's prices in a currency are converted now, if one was said: the shop's own
    /// before everybody's.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn rate_for(&self, shop: &Shop, of: Currency) -> Result<Option<Rate>, EngineError> {
        Ok(self.store.rate_at(of, shop.currency, of_live_book(shop.id), self.now()).await?)
    }

    /// An order in the shop's own currency: a price in another one is converted at the rate that holds now, its
    /// receipt with it, and is kept beside the sum.
    ///
    /// # Errors
    /// [`StartRefused::Robokassa`] with error 41 where there is no rate, 31 where the price comes to no sum,
    /// and 30 where the receipt cannot be told in the shop's currency.
    pub(crate) async fn in_own_currency(
        &self,
        shop: &Shop,
        order: Order,
    ) -> Result<(Order, Option<Price>), StartRefused> {
        if order.sum.currency() == shop.currency {
            return Ok((order, None));
        }
        let refused = |parameter, error, why| Refused::because_of(parameter, error, why);
        let rate = self.rate_for(shop, order.sum.currency()).await?.ok_or(refused(
            PARAMETER,
            RobokassaError::CannotStart,
            "there is no rate for this currency: openkassa rates set says one",
        ))?;
        let sum = rate.convert(order.sum).ok().filter(|sum| sum.is_positive()).ok_or(refused(
            "OutSum",
            RobokassaError::WrongSum,
            "the price comes to no sum of the shop's currency",
        ))?;
        let receipt = order.receipt.as_ref().map(|receipt| receipt_in(receipt, sum)).transpose();
        let receipt = receipt
            .map_err(|fault| refused("Receipt", RobokassaError::WrongInvoiceParameter, fault.why()))?;
        let price = Price { sum: order.sum, rate };
        Ok((Order { sum, receipt, ..order }, Some(price)))
    }
}

/// Rates name a shop by its live book; its rehearsals have the same prices.
const fn of_live_book(shop: ShopId) -> ShopId {
    ShopId { number: shop.number, book: Book::twin(shop.book, BookKind::Live) }
}
