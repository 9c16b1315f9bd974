//! Rates of currencies: those that the operator has said, which hold for everybody now.

use super::ApiFault;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::network::Network;
use domain::rates::Rate as Said;
use jiff::Timestamp;
use protocols::interkassa::api::currencies::{Rate, currencies, currency};
use wire::http::HttpReply;

impl<N: Network, C: Clock> Engine<N, C> {
    /// All rates, or those of one currency.
    pub(super) async fn api_rates(&self, one: Option<&str>) -> Result<HttpReply, ApiFault> {
        let held = in_force(&self.store.rates().await?, self.now());
        // There is one rate for both directions of a deal, because nothing is dealt in.
        let told = |rate: &Said| {
            let worth = rate.worth.to_string();
            Rate::new(rate.of, rate.to, &worth, &worth)
        };
        let rates: Vec<Rate> = held.iter().filter_map(told).collect();
        match one {
            None => Ok(currencies(&rates)),
            Some(code) => Ok(currency(&rates, code)?),
        }
    }
}

/// Of all that was said, the youngest first, what holds for everybody at a moment.
fn in_force(said: &[Said], now: Timestamp) -> Vec<Said> {
    let mut held: Vec<Said> = Vec::new();
    for rate in said.iter().filter(|rate| rate.shop.is_none() && rate.from <= now) {
        if !held.iter().any(|known| (known.of, known.to) == (rate.of, rate.to)) {
            held.push(*rate);
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::rates::Worth;
    use money::currency::Currency;

    #[test]
    fn the_youngest_rate_that_has_begun_holds() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let rate = |number, worth, from| Said {
            number,
            of: Currency::Usd,
            to: Currency::Uah,
            worth: Worth::parse(worth).unwrap(),
            shop: None,
            from: at(from),
        };
        let said = [rate(3, "28", 300), rate(2, "27", 200), rate(1, "26", 100)];
        let held = |now| in_force(&said, at(now)).iter().map(|rate| rate.number).collect::<Vec<_>>();
        assert_eq!([held(50), held(250), held(300)], [vec![], vec![2], vec![3]]);
    }
}
