//! Payways of a checkout: which there are, what they cost, and which one a payment went by.

use crate::checkouts::CheckoutRefused;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use connectors::registry;
use domain::ids::{BookKind, ShopId};
use domain::methods::Method;
use domain::payments::Payment;
use domain::sellers::Shop;
use domain::tariffs::Fee as TariffFee;
use money::currency::Currency;
use money::{Money, Rounding};
use protocols::interkassa::answers::{Answer, Price, success};
use protocols::interkassa::errors::{Code, Refused};
use protocols::interkassa::payways::{Payway, is_test, method_of_alias};
use protocols::interkassa::sci1::export::{Format, System, written};
use protocols::interkassa::views::{Fee, Offer};
use protocols::order::Order;
use std::sync::Arc;
use wire::http::HttpReply;

impl<N: Network, C: Clock> Engine<N, C> {
    /// What a checkout's buyers can pay by in a currency, with the bounds and the fee of each.
    pub(crate) async fn payways(
        &self,
        shop: &Arc<Shop>,
        currency: Currency,
    ) -> Result<Vec<Offer>, EngineError> {
        let desk = self.desk_of(shop.clone(), currency).await?;
        let real = |(method, smallest, largest, fee): (Method, Money, Money, Option<Fee>)| Offer {
            payway: match shop.id.book.kind() {
                BookKind::Live => Payway::Real { method, currency },
                BookKind::Test => Payway::Test,
            },
            least: Some(smallest),
            most: Some(largest),
            fee,
        };
        let offers = shop.methods.iter().filter_map(|method| {
            let offered = desk.offer(*method, None)?;
            Some((
                *method,
                offered.smallest,
                offered.largest,
                desk.fee(*method).and_then(|fee| told(fee, currency)),
            ))
        });
        let mut offers: Vec<Offer> = offers.map(real).collect();
        // Whichever method is rehearsed, it is one payway.
        offers.dedup_by(|one, other| one.payway == other.payway);
        Ok(offers)
    }

    /// The list of payways for a request.
    pub(crate) async fn payways_reply(
        &self,
        shop: &Arc<Shop>,
        order: &Order,
    ) -> Result<HttpReply, CheckoutRefused> {
        let mut offers = self.payways(shop, order.sum.currency()).await?;
        offers.retain(|offer| match offer.payway {
            Payway::Test => true,
            Payway::Real { method, currency: _ } => {
                order.allowed.is_empty() || order.allowed.contains(&method)
            }
        });
        Ok(success(&Answer::Payways(&offers)))
    }

    /// The public list of systems of the first generation: what any checkout could be paid by.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn payment_systems(&self, format: Format) -> Result<HttpReply, EngineError> {
        let all = self.real_payways().await?;
        let system = |(payway, id): (Payway, u32)| System { id, payway, rate: "1".to_owned(), open: true };
        let systems: Vec<System> = all.into_iter().zip(1..).map(system).collect();
        let text = written(&systems, format);
        Ok(match format {
            Format::Xml => HttpReply::xml(200, text),
            Format::Csv => HttpReply::text(200, text),
        })
    }

    /// What any checkout could be paid by for real.
    pub(crate) async fn real_payways(&self) -> Result<Vec<Payway>, EngineError> {
        let mut all: Vec<Payway> = Vec::new();
        for account in self.all_providers().await?.iter().filter(|account| account.active) {
            let Some(connector) = registry::find(&account.connector) else { continue };
            for offer in
                connector.profile().methods.iter().filter(|offer| account.methods.contains(&offer.method))
            {
                let real = |currency: &Currency| Payway::Real { method: offer.method, currency: *currency };
                all.extend(offer.currencies.iter().map(real).filter(|_| account.serves(BookKind::Live)));
            }
        }
        all.sort_by_key(|payway| payway.alias());
        all.dedup();
        Ok(all)
    }

    /// What a checkout's buyers can pay by in all of its currencies, rehearsals included.
    pub(crate) async fn checkout_payways(&self, live: &Arc<Shop>) -> Result<Vec<Offer>, EngineError> {
        let mut all = Vec::new();
        for currency in live.currencies() {
            all.extend(self.payways(live, currency).await?);
        }
        let twin = ShopId { number: live.id.number, book: live.id.book.twin(BookKind::Test) };
        all.extend(self.payways(&self.shop(twin).await?, live.currency).await?);
        Ok(all)
    }

    /// What an order costs by the payway that a request names.
    pub(crate) async fn price_reply(
        &self,
        shop: &Arc<Shop>,
        order: &Order,
    ) -> Result<HttpReply, CheckoutRefused> {
        let desk = self.desk_of(shop.clone(), order.sum.currency()).await?;
        let method = if order.test {
            shop.methods.first().copied()
        } else {
            let missing =
                Refused::because_of("ik_pw_via", Code::PaywayNotGiven, "no payway of ours is named");
            Some(order.preferred.ok_or(missing)?)
        };
        let offered = method.and_then(|method| desk.offer(method, Some(order.sum)));
        let price = offered.and_then(|offered| offered.price);
        let closed =
            Refused::because_of("ik_pw_via", Code::PaywayClosed, "the payway does not take this amount");
        let price = Price { amount: order.sum, price: price.ok_or(closed)? };
        Ok(success(&Answer::Price(price)))
    }
}

/// The alias of the payway by which a payment went: the one that was asked for where it means the same.
pub(crate) fn alias_of(payment: &Payment, method: Method) -> String {
    if payment.id.book.kind() == BookKind::Test {
        return Payway::Test.alias();
    }
    let asked = payment.terms.checkout.as_ref().map_or("", |terms| terms.via.as_str());
    if method_of_alias(asked) == Some(method) && !is_test(asked) {
        return asked.to_owned();
    }
    Payway::Real { method, currency: payment.currency() }.alias()
}

/// A fee as the protocol tells it: a share in hundredths of a percent, a fixed part, and bounds. Nothing for one
/// that has no such words.
fn told(fee: &TariffFee, currency: Currency) -> Option<Fee> {
    let nothing = Fee { rate: 0, fixed: Money::zero(currency), least: None, most: None };
    match fee {
        TariffFee::Share { parts, of } => {
            let whole = Money::from_minor(10_000, currency);
            let hundredths = whole.share(u64::from(*parts), u64::from(*of), Rounding::HalfUp).ok()?;
            Some(Fee { rate: u32::try_from(hundredths.minor()).ok()?, ..nothing })
        }
        TariffFee::Fixed(fixed) => Some(Fee { fixed: *fixed, ..nothing }),
        TariffFee::Sum(parts) => parts.iter().try_fold(nothing, |sum, part| {
            let part = told(part, currency).filter(|part| part.least.is_none() && part.most.is_none())?;
            let rate = sum.rate.checked_add(part.rate)?;
            Some(Fee { rate, fixed: sum.fixed.plus(part.fixed).ok()?, ..sum })
        }),
        TariffFee::Largest(parts) => match parts.as_slice() {
            [share, TariffFee::Fixed(least)] => Some(Fee { least: Some(*least), ..told(share, currency)? }),
            _ => None,
        },
        TariffFee::Smallest(parts) => match parts.as_slice() {
            [share, TariffFee::Fixed(most)] => Some(Fee { most: Some(*most), ..told(share, currency)? }),
            _ => None,
        },
    }
}
