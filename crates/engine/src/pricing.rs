//! A shop asks which methods its buyers have and what they would pay (GetCurrencies, GetRates and others).

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::keys;
use connectors::connector::Offer;
use connectors::registry;
use domain::ids::BookKind;
use domain::methods::Method;
use domain::providers::ProviderAccount;
use domain::sellers::{Seller, Shop};
use domain::tariffs::{Fee, Sale, Tariff, best, price};
use money::currency::Currency;
use money::{Money, Rounding};
use protocols::robokassa::op_state::ResultCode;
use protocols::robokassa::services::{Offered, PriceQuery, Service, list_reply, refusal, sum_reply};
use std::sync::Arc;
use wire::http::HttpRequest;

/// What is known of the shop that asks, for prices in one currency.
pub(crate) struct Desk {
    shop: Arc<Shop>,
    currency: Currency,
    seller: Arc<Seller>,
    providers: Arc<Vec<Arc<ProviderAccount>>>,
    tariffs: Arc<Vec<Tariff>>,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// The reply to a question about methods or prices, as XML.
    #[tracing::instrument(skip_all)]
    pub async fn prices(&self, request: &HttpRequest, service: Service) -> String {
        match self.answered(request, service).await {
            Ok(reply) => reply,
            Err(code) => refusal(service, code),
        }
    }

    async fn answered(&self, request: &HttpRequest, service: Service) -> Result<String, ResultCode> {
        let query = PriceQuery::read(request)?;
        let desk = self.desk(&query).await?;
        let currency = desk.currency;
        match service {
            Service::GetCurrencies | Service::GetPaymentMethods => {
                Ok(list_reply(service, &query, &desk.offered(&query, None)))
            }
            Service::GetRates => {
                let sum = query.out_sum(currency)?;
                Ok(list_reply(service, &query, &desk.offered(&query, Some(sum))))
            }
            Service::CalcOutSumm => {
                let passwords = desk.shop.current_passwords().ok_or(ResultCode::ShopNotFound)?;
                let paid = query.inc_sum(currency, &keys(&desk.shop, passwords, false))?;
                let wanted = desk.offered(&query, None).first().map(|offered| offered.method);
                let sum = wanted.and_then(|method| desk.order_for(method, paid));
                sum.map(sum_reply).ok_or(ResultCode::NotCalculated)
            }
        }
    }

    /// An unknown shop and one that takes no payments answer alike: strangers learn nothing here.
    async fn desk(&self, query: &PriceQuery) -> Result<Desk, ResultCode> {
        let kind = if query.is_test() { BookKind::Test } else { BookKind::Live };
        let shop = self.shop_of_login(query.login(), kind).await.map_err(internal)?;
        let shop = shop.filter(|shop| shop.active).ok_or(ResultCode::ShopNotFound)?;
        let currency = shop.currency;
        let desk = self.desk_of(shop, currency).await.map_err(internal)?;
        if desk.seller.active { Ok(desk) } else { Err(ResultCode::ShopNotFound) }
    }

    /// What is known of a shop for prices in a currency.
    pub(crate) async fn desk_of(&self, shop: Arc<Shop>, currency: Currency) -> Result<Desk, EngineError> {
        let seller = self.seller(shop.seller).await?.ok_or(EngineError::NotFound("seller"))?;
        let (providers, tariffs) = (self.all_providers().await?, self.all_tariffs().await?);
        Ok(Desk { shop, currency, seller, providers, tariffs })
    }
}

impl Desk {
    /// The methods that buyers can choose, or the one that was asked for, with the price of an order where
    /// one is named. A method that cannot take that price is left out.
    fn offered(&self, query: &PriceQuery, order: Option<Money>) -> Vec<Offered> {
        let wanted = |method: &&Method| query.method().is_none_or(|only| only == **method);
        let methods = self.shop.methods.iter().filter(wanted);
        methods.filter_map(|method| self.offer(*method, order)).collect()
    }

    /// What a method takes, and the price of an order where one is named.
    pub(crate) fn offer(&self, method: Method, order: Option<Money>) -> Option<Offered> {
        let fee = self.fee(method)?;
        let price = order.map(|order| price(order, fee, self.shop.buyer_share)).transpose().ok()?;
        let able: Vec<&Offer> = self.accounts(method).collect();
        if price.is_some_and(|price| !able.iter().any(|offer| offer.takes(price))) {
            return None;
        }
        let currency = self.currency;
        let smallest = able.iter().map(|offer| offer.smallest).min()?;
        let largest = able.iter().map(|offer| offer.largest).max()?;
        Some(Offered {
            method,
            smallest: Money::from_minor(smallest, currency),
            largest: Money::from_minor(largest, currency),
            price,
        })
    }

    /// What the providers' accounts that would carry the method out offer.
    fn accounts(&self, method: Method) -> impl Iterator<Item = &'static Offer> {
        let (kind, two_step, currency) = (self.shop.id.book.kind(), self.shop.two_step, self.currency);
        let serving = move |account: &&Arc<ProviderAccount>| {
            account.active && account.serves(kind) && account.methods.contains(&method)
        };
        let offers = self.providers.iter().filter(serving);
        let offers =
            offers.filter_map(move |account| registry::find(&account.connector)?.profile().offer(method));
        offers.filter(move |offer| offer.currencies.contains(&currency) && (offer.holds || !two_step))
    }

    /// What a sale by a method costs.
    pub(crate) fn fee(&self, method: Method) -> Option<&Fee> {
        let currency = self.currency;
        let sale = Sale { seller: self.shop.seller, shop: self.shop.id, method, currency };
        best(&self.tariffs, &sale)?.fee_at(self.seller.turnover_of(currency))
    }

    /// The largest order that a buyer who pays so much has paid for; none if the fee eats all of it.
    fn order_for(&self, method: Method, paid: Money) -> Option<Money> {
        let fee = self.fee(method)?.on(paid).ok()?;
        let borne = fee.share(u64::from(self.shop.buyer_share), 1_000, Rounding::HalfUp).ok()?;
        paid.minus(borne).ok().filter(|order| order.is_positive())
    }
}

fn internal(error: EngineError) -> ResultCode {
    tracing::error!(%error, "a shop's prices cannot be told");
    ResultCode::Internal
}
