//! Payways for money that comes in, of one checkout or of all, and for money that goes out.

use super::ways_out::ways_out;
use super::{ApiFault, Asked};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::network::Network;
use domain::ids::BookKind;
use money::currency::Currency;
use protocols::interkassa::api::envelope::ApiError;
use protocols::interkassa::api::params::{Filters, Params};
use protocols::interkassa::api::payways::{
    OutputOffer, input_payway, input_payways, output_payway, output_payways,
};
use protocols::interkassa::errors::{Code, Refused};
use protocols::interkassa::payways::Payway;
use protocols::interkassa::views::Offer;
use wire::http::HttpReply;

impl<N: Network, C: Clock> Engine<N, C> {
    /// The payways of money that comes in as a stranger sees them: those of the checkout that he names, which its
    /// buyers see as well, or all that any checkout could have.
    pub(super) async fn api_input_payways(
        &self,
        params: &Params,
        one: Option<&str>,
    ) -> Result<HttpReply, ApiFault> {
        // No date is read of these filters, so the zone is of no account.
        let filters = Filters::read(params, &jiff::tz::TimeZone::UTC)?;
        let offers = match filters.checkout.as_deref() {
            Some(id) => {
                let shop = self.shop_of_login(id, BookKind::Live).await?;
                let shop = shop.filter(|shop| shop.checkout.is_some() && shop.active);
                let why = "there is no checkout of this name";
                let unknown = Refused::because_of("checkoutId", Code::Invalid, why);
                self.checkout_payways(&shop.ok_or(unknown)?).await?
            }
            None => {
                let plain = |payway| Offer { payway, least: None, most: None, fee: None };
                let test = std::iter::once(Payway::Test);
                self.real_payways().await?.into_iter().chain(test).map(plain).collect()
            }
        };
        input_reply(&offers, one)
    }

    /// The payways of an account's checkouts as far as filters allow, or one.
    pub(super) async fn api_account_payways(
        &self,
        asked: &Asked,
        one: Option<&str>,
    ) -> Result<HttpReply, ApiFault> {
        let mut offers: Vec<Offer> = Vec::new();
        for shop in asked.member.narrowed(asked.filters.checkout.as_deref())? {
            for offer in self.checkout_payways(&shop).await? {
                if !offers.iter().any(|known| known.payway == offer.payway) {
                    offers.push(offer);
                }
            }
        }
        input_reply(&offers, one)
    }

    /// The payways of money that goes out as far as filters allow, or one. Whose purse it is, is known of
    /// whoever has said who he is.
    pub(super) async fn api_output_payways(
        &self,
        asked: Option<&Asked>,
        one: Option<&str>,
    ) -> Result<HttpReply, ApiFault> {
        let purse = asked.and_then(|asked| asked.filters.purse.as_deref().map(|purse| (asked, purse)));
        let currency = purse.map(|(asked, purse)| asked.member.purse(purse)).transpose()?;
        let offers = self.ways_out(currency).await?;
        match one {
            None => Ok(output_payways(&offers)),
            Some(id) => {
                let named = |offer: &&OutputOffer| Payway::named(id, &[offer.offer.payway]).is_some();
                Ok(output_payway(offers.iter().find(named).ok_or(ApiError::NotFound)?))
            }
        }
    }

    /// The ways by which money can leave live books, in one currency or in all.
    pub(super) async fn ways_out(&self, currency: Option<Currency>) -> Result<Vec<OutputOffer>, ApiFault> {
        // Where payouts are refused there is no way out either.
        if self.kind() == BookKind::Live {
            return Ok(Vec::new());
        }
        let mut offers = ways_out(&self.all_providers().await?);
        offers.retain(|way| currency.is_none_or(|only| only == way.offer.payway.currency()));
        Ok(offers)
    }
}

fn input_reply(offers: &[Offer], one: Option<&str>) -> Result<HttpReply, ApiFault> {
    let Some(id) = one else { return Ok(input_payways(offers)) };
    let named = |offer: &&Offer| Payway::named(id, &[offer.payway]).is_some();
    Ok(input_payway(offers.iter().find(named).ok_or(ApiError::NotFound)?))
}
