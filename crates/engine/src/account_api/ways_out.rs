//! The ways by which money leaves purses: what providers pay out to, told as payways.

use connectors::payouts::PayoutOffer;
use connectors::registry;
use domain::ids::BookKind;
use domain::methods::Method;
use domain::payouts::DestinationKind;
use domain::providers::ProviderAccount;
use money::Money;
use money::currency::Currency;
use protocols::interkassa::api::payways::OutputOffer;
use protocols::interkassa::errors::{Code, Refused};
use protocols::interkassa::payways::Payway;
use protocols::interkassa::views::{Detail, Fee, Offer};
use std::sync::Arc;

/// What accounts with providers pay out to for live books, each way once, with the bounds of all of them.
pub(super) fn ways_out(providers: &[Arc<ProviderAccount>]) -> Vec<OutputOffer> {
    let mut ways: Vec<OutputOffer> = Vec::new();
    for account in providers.iter().filter(|account| account.active && account.serves(BookKind::Live)) {
        let Some(payouts) = registry::find(&account.connector).and_then(|known| known.payouts()) else {
            continue;
        };
        for offer in payouts.offers(account) {
            for &currency in offer.currencies {
                add(&mut ways, offer, currency);
            }
        }
    }
    ways
}

fn add(ways: &mut Vec<OutputOffer>, offer: &PayoutOffer, currency: Currency) {
    let payway = Payway::Real { method: method_of(offer.to), currency };
    let (least, most) =
        (Money::from_minor(offer.smallest, currency), Money::from_minor(offer.largest, currency));
    match ways.iter_mut().find(|way| way.offer.payway == payway) {
        Some(known) => {
            known.offer.least = known.offer.least.and_then(|other| other.smaller(least).ok());
            known.offer.most = known.offer.most.and_then(|other| other.larger(most).ok());
        }
        None => {
            let fee = Fee { rate: 0, fixed: Money::zero(currency), least: None, most: None };
            let offer_told = Offer { payway, least: Some(least), most: Some(most), fee: Some(fee) };
            ways.push(OutputOffer { offer: offer_told, details: details(offer.to) });
        }
    }
}

/// The method whose name in payways a kind of place has.
pub(super) const fn method_of(to: DestinationKind) -> Method {
    match to {
        DestinationKind::Card => Method::BankCard,
        DestinationKind::Phone => Method::Sbp,
        DestinationKind::Wallet => Method::YooMoney,
    }
}

/// The kind of place that a payway leads to.
pub(super) fn kind_of(payway: Payway) -> Option<DestinationKind> {
    let Payway::Real { method, currency: _ } = payway else { return None };
    DestinationKind::ALL.iter().copied().find(|kind| method_of(*kind) == method)
}

/// What must be told of the recipient at each kind of place.
fn details(to: DestinationKind) -> Vec<Detail> {
    let detail = |name, title, pattern, example| Detail { name, title, pattern, example };
    match to {
        DestinationKind::Card => {
            vec![detail("card", "Card number", "\\d{16,19}", "5555555555554477")]
        }
        DestinationKind::Phone => vec![
            detail("phone", "Phone number", "\\d{10,15}", "79000000000"),
            detail("bank", "Number of the bank", "\\d{1,32}", "100000000001"),
        ],
        DestinationKind::Wallet => {
            vec![detail("purse", "Number of the wallet", "[\\w.@]{5,64}", "4100116075156746")]
        }
    }
}

/// Whether a way carries this amount.
pub(super) fn within(offer: &Offer, arrives: Money) -> Result<(), Refused> {
    let (Some(least), Some(most)) = (offer.least, offer.most) else { return Ok(()) };
    let range = format!("{least} to {most} {}", arrives.currency().code());
    let outside = |code| Refused::because_of("amount", code, "the payway has bounds").naming(range.clone());
    if arrives.minor() < least.minor() {
        return Err(outside(Code::BelowMinimum));
    }
    if arrives.minor() > most.minor() {
        return Err(outside(Code::AboveMaximum));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(to: DestinationKind) -> OutputOffer {
        let mut ways = Vec::new();
        let wide = PayoutOffer { to, currencies: &[Currency::Uah], smallest: 500, largest: 1_000 };
        let deep = PayoutOffer { to, currencies: &[Currency::Uah], smallest: 100, largest: 900 };
        add(&mut ways, &wide, Currency::Uah);
        add(&mut ways, &deep, Currency::Uah);
        assert_eq!(ways.len(), 1);
        ways.remove(0)
    }

    #[test]
    fn a_way_of_several_accounts_is_one_with_the_bounds_of_all() {
        let way = offer(DestinationKind::Card);
        let uah = |minor| Money::from_minor(minor, Currency::Uah);
        assert_eq!((way.offer.least, way.offer.most), (Some(uah(100)), Some(uah(1_000))));
        let code = |minor| within(&way.offer, uah(minor)).map_err(|refused| refused.code.number());
        assert_eq!([code(99), code(100), code(1_000), code(1_001)], [Err(1413), Ok(()), Ok(()), Err(1414)]);
    }

    #[test]
    fn every_place_is_a_payway_and_needs_what_it_is_known_by() {
        for &kind in DestinationKind::ALL {
            assert_eq!(kind_of(offer(kind).offer.payway), Some(kind));
            assert!(!details(kind).is_empty());
        }
        assert_eq!(kind_of(Payway::Test), None);
    }
}
