//! Withdrawals: payouts from a purse, computed, made, listed.

use super::ways_out::{kind_of, method_of, within};
use super::{ApiFault, Asked, LISTED_MAX, PAGES_MAX};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::payouts::{PayoutOrder, PayoutShares, PayoutSum};
use crate::purses::purse_number;
use domain::attempts::Reason;
use domain::history::Actor;
use domain::ids::{BookKind, PayoutId, ShopId};
use domain::payouts::{Destination, DestinationKind, Payout, PayoutState};
use jiff::SignedDuration;
use money::Money;
use money::currency::Currency;
use protocols::interkassa::api::calculation::{CalcKey, Sums};
use protocols::interkassa::api::envelope::ApiError;
use protocols::interkassa::api::payways::OutputOffer;
use protocols::interkassa::api::withdrawals::{self, WayOut, Withdrawal, WithdrawalRequest, WithdrawalState};
use protocols::interkassa::errors::{Code, Refused};
use protocols::interkassa::payways::{Payway, method_of_service};
use std::sync::Arc;
use store::reads::payouts::PayoutFilter;
use wire::http::HttpReply;

mod refusals;

/// How the numbers of payouts begin that their programs have given none; no number of theirs has a colon.
const UNNUMBERED: &str = "api:";

impl<N: Network, C: Clock> Engine<N, C> {
    /// Computes a payout, or makes it.
    pub(super) async fn api_withdraw(&self, asked: &Asked) -> Result<HttpReply, ApiFault> {
        if self.kind() == BookKind::Live {
            return Err(refusals::not_in_live().into());
        }
        let request = WithdrawalRequest::read(&asked.params)?;
        let currency = asked.member.purse(&request.purse)?;
        let shop = source(asked, currency)?;
        let ways = self.ways_out(Some(currency)).await?;
        let way = way_of(&request.way, currency, &ways)?;
        let to = destination(&request, way)?;
        let amount = request.amount(currency)?;
        let sum = match request.key {
            CalcKey::PayerPrice => PayoutSum::Leaves(amount),
            CalcKey::PayeeAmount => PayoutSum::Arrives(amount),
        };
        let shares = sum.shares().map_err(|why| refusals::in_words(EngineError::Refused(why), ""))?;
        within(&way.offer, shares.arrives)?;
        let payment_no = request.payment_no.clone().unwrap_or_default();
        let mut made = Withdrawal {
            id: None,
            state: WithdrawalState::WaitAccept,
            purse: purse_number(asked.member.book, currency),
            account: asked.member.account.clone(),
            checkout: asked.member.checkouts.iter().find(|own| own.id == shop).map(login).unwrap_or_default(),
            payment_no: payment_no.clone(),
            payway: way.offer.payway.id(),
            sums: sums(shares),
            system_transaction: String::new(),
            processed: None,
            balance: self.purse_balance(asked, currency).await?,
        };
        if request.process {
            let number = match request.payment_no {
                Some(number) => number,
                None => unnumbered(self.fresh::<PayoutId>(shop.book)?.number),
            };
            let (description, through, actor) = (String::new(), None, Actor::Shop);
            let order = PayoutOrder { shop, number, description, sum, to, through, actor };
            let asked_for = self.ask_payout(order).await;
            let payout = asked_for.map_err(|error| refusals::in_words(error, &payment_no))?.payout;
            made = self.withdrawal(asked, &payout, self.purse_balance(asked, currency).await?)?;
        }
        Ok(withdrawals::made(&made))
    }

    /// All payouts as far as filters allow, or one.
    pub(super) async fn api_withdrawals(
        &self,
        asked: &Asked,
        one: Option<&str>,
    ) -> Result<HttpReply, ApiFault> {
        let (member, zone) = (&asked.member, asked.member.zone());
        if let Some(id) = one {
            let number = id.parse().map_err(|_| ApiError::NotFound)?;
            let payout = self.payout(PayoutId { number, book: member.book }).await?;
            let own = |payout: &Payout| member.checkouts.iter().any(|shop| shop.id == payout.shop);
            let payout = payout.filter(own).ok_or(ApiError::NotFound)?;
            return Ok(withdrawals::status(&self.looked_at(asked, &payout)?, &zone));
        }
        let checkouts = member.narrowed(asked.filters.checkout.as_deref())?;
        let mut found = Vec::new();
        for shop in &checkouts {
            match asked.filters.payment_no.as_deref() {
                Some(number) => found.extend(self.payout_of_number(shop.id, number).await?),
                None => found.extend(self.newest_payouts(asked, shop.id).await?),
            }
        }
        let currency = asked.filters.purse.as_deref().map(|purse| member.purse(purse)).transpose()?;
        let payway = asked.filters.payway.as_deref();
        found.retain(|payout| {
            currency.is_none_or(|only| only == payout.amount.currency())
                && payway.is_none_or(|name| Payway::named(name, &[payway_of(payout)]).is_some())
        });
        found.sort_by_key(|payout| payout.id.number);
        let newest = found.split_off(found.len().saturating_sub(LISTED_MAX));
        let shown =
            newest.iter().map(|payout| self.looked_at(asked, payout)).collect::<Result<Vec<_>, _>>()?;
        Ok(match asked.filters.payment_no {
            Some(_) => withdrawals::by_payment_no(&shown, &zone),
            None => withdrawals::list(&shown, &zone),
        })
    }

    /// The newest payouts of a checkout that the dates leave.
    async fn newest_payouts(&self, asked: &Asked, shop: ShopId) -> Result<Vec<Payout>, ApiFault> {
        let (from, to) = (asked.filters.from, asked.filters.to);
        // A date names its whole second.
        let until = to.and_then(|to| to.checked_add(SignedDuration::from_secs(1)).ok());
        let mut filter = PayoutFilter { from, until, below: None };
        let mut found: Vec<Payout> = Vec::new();
        for _ in 0..PAGES_MAX {
            let limit = store::reads::payments::PAGE_MAX;
            let page = self.payouts_of_shop(shop, filter, limit).await?;
            filter.below = page.last().map(|payout| payout.id);
            found.extend(page);
            if filter.below.is_none() || found.len() >= LISTED_MAX {
                break;
            }
        }
        Ok(found)
    }

    /// A payout whose status is told: what is left in the purse is none of it.
    fn looked_at(&self, asked: &Asked, payout: &Payout) -> Result<Withdrawal, ApiFault> {
        self.withdrawal(asked, payout, Money::zero(payout.amount.currency()))
    }

    fn withdrawal(&self, asked: &Asked, payout: &Payout, balance: Money) -> Result<Withdrawal, ApiFault> {
        let leaves = payout.taken().map_err(|_| refusals::too_large())?;
        let shares = PayoutShares { leaves, fee: payout.fee, arrives: payout.amount };
        let named = !payout.number.starts_with(UNNUMBERED);
        let checkout = asked.member.checkouts.iter().find(|shop| shop.id == payout.shop);
        Ok(Withdrawal {
            id: Some(payout.id.number),
            state: state(payout.state),
            purse: purse_number(asked.member.book, payout.amount.currency()),
            account: asked.member.account.clone(),
            checkout: checkout.map(login).unwrap_or_default(),
            payment_no: if named { payout.number.clone() } else { String::new() },
            payway: payway_of(payout).id(),
            sums: sums(shares),
            system_transaction: payout.memo.clone().unwrap_or_default(),
            processed: payout.state.is_final().then_some(payout.changed_at),
            balance,
        })
    }
}

/// The number of a payout whose program has given none. So many digits in a row could be a card's, so they are letters.
fn unnumbered(number: u64) -> String {
    let letter = |digit: u8| char::from(digit.saturating_sub(b'0').saturating_add(b'a'));
    let letters: String = number.to_string().bytes().map(letter).collect();
    format!("{UNNUMBERED}{letters}")
}

fn login(shop: &Arc<domain::sellers::Shop>) -> String {
    shop.login.clone()
}

/// The checkout that a payout belongs to: the one that is named, else the oldest that takes the purse's currency.
/// Whether it is switched off is not looked at here: a number must keep its meaning.
fn source(asked: &Asked, currency: Currency) -> Result<ShopId, Refused> {
    let checkouts = asked.member.narrowed(asked.filters.checkout.as_deref())?;
    let why = "the checkout does not take the purse's currency";
    let none = Refused::because_of("purseId", Code::PursesIncompatible, why);
    checkouts.iter().find(|shop| shop.takes(currency)).map(|shop| shop.id).ok_or(none)
}

fn payway_of(payout: &Payout) -> Payway {
    Payway::Real { method: method_of(payout.to.kind), currency: payout.amount.currency() }
}

/// The way that a request names, among those that there are for its purse.
fn way_of<'a>(
    asked: &WayOut,
    currency: Currency,
    ways: &'a [OutputOffer],
) -> Result<&'a OutputOffer, Refused> {
    let why = "money of this purse cannot leave by this payway";
    let closed = |parameter| Refused::because_of(parameter, Code::PaywayInactive, why);
    match asked {
        WayOut::Payway(name) => {
            let named = |way: &&OutputOffer| Payway::named(name, &[way.offer.payway]).is_some();
            ways.iter().find(named).ok_or(closed("paywayId"))
        }
        WayOut::Method { method, currency: wanted } => {
            if *wanted != currency {
                let why = "the recipient gets the purse's currency: nothing is converted";
                return Err(Refused::because_of("currency", Code::PursesIncompatible, why));
            }
            let method = method_of_service(method);
            let same = |way: &&OutputOffer| match way.offer.payway {
                Payway::Real { method: own, currency: _ } => Some(own) == method,
                Payway::Test => false,
            };
            ways.iter().find(same).ok_or(closed("method"))
        }
    }
}

/// Where money goes by a way, from the details of the recipient under any of the names that are in use.
fn destination(request: &WithdrawalRequest, way: &OutputOffer) -> Result<Destination, Refused> {
    let missing =
        Refused::because_of("details", Code::NotSet, "the payway needs another detail of the recipient");
    let kind = kind_of(way.offer.payway).ok_or(missing.clone())?;
    let (names, bank): (&[&str], Option<&str>) = match kind {
        DestinationKind::Card => (&["card", "cardNumber", "payee"], None),
        DestinationKind::Phone => (&["phone", "payee"], Some(request.detail("bank").ok_or(missing.clone())?)),
        DestinationKind::Wallet => (&["purse", "payee"], None),
    };
    let number = names.iter().find_map(|name| request.detail(name)).ok_or(missing)?;
    Destination::parse(kind, number, bank)
        .map_err(|why| Refused::because_of("details", Code::WrongFormat, why))
}

/// What providers take of us for payouts is not known before they say it, so the whole fee is ours.
fn sums(shares: PayoutShares) -> Sums {
    Sums {
        written_off: shares.leaves,
        received: shares.arrives,
        fee: shares.fee,
        cost: Money::zero(shares.fee.currency()),
        price: shares.arrives,
        income: shares.fee,
    }
}

fn state(state: PayoutState) -> WithdrawalState {
    match state {
        PayoutState::Asked => WithdrawalState::WaitAccept,
        PayoutState::Approved => WithdrawalState::Invoke,
        PayoutState::Sent => WithdrawalState::Process,
        PayoutState::Settled => WithdrawalState::Success,
        // A person of ours has refused.
        PayoutState::Bounced { reason: Reason::MerchantCanceled } => WithdrawalState::Revoked,
        PayoutState::Bounced { .. } => WithdrawalState::Canceled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::methods::Method;
    use protocols::interkassa::views::Offer;

    #[test]
    fn a_number_that_nobody_gave_is_no_cards_number() {
        let number = unnumbered(4_111_111_111_111_111_904);
        assert_eq!(number, "api:ebbbbbbbbbbbbbbbjae");
        assert!(!wire::card_numbers::has_card_number(&number));
    }

    #[test]
    fn a_way_is_named_by_its_alias_or_by_the_newer_pair_of_words() {
        let payway = Payway::Real { method: Method::BankCard, currency: Currency::Uah };
        let offer = Offer { payway, least: None, most: None, fee: None };
        let ways = [OutputOffer { offer, details: Vec::new() }];
        let newer = |method: &str, currency| WayOut::Method { method: method.to_owned(), currency };
        let code = |asked: &WayOut| {
            way_of(asked, Currency::Uah, &ways).map(drop).map_err(|refused| refused.code.number())
        };
        assert_eq!(code(&WayOut::Payway(payway.alias())), Ok(()));
        assert_eq!(code(&newer("visa", Currency::Uah)), Ok(()));
        assert_eq!(code(&newer("card", Currency::Usd)), Err(1037));
        assert_eq!(code(&newer("skrill", Currency::Uah)), Err(1403));
        assert_eq!(code(&WayOut::Payway("nothing".to_owned())), Err(1403));
    }
}
