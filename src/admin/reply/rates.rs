//! Rates, and what a price in another currency came to.

use domain::rates::Price;
use serde::{Deserialize, Serialize};

/// What a currency is worth from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateView {
    /// The currency in which shops price.
    pub currency: String,
    /// What one unit of it is worth.
    pub rate: String,
    /// The currency in which buyers pay.
    pub paid_in: String,
    /// The login of the shop whose own rate it is.
    pub shop: Option<String>,
    /// From when.
    pub from: String,
    /// Whether it is the one that holds.
    pub holds: bool,
}

/// A payment's price in another currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceView {
    /// The price, as the shop named it.
    pub sum: String,
    /// Its currency.
    pub currency: String,
    /// What one unit of that currency was worth.
    pub rate: String,
    /// From when that rate held.
    pub rate_from: String,
}

impl PriceView {
    /// As it is told; moments as everybody reads them.
    pub fn of(price: &Price, from: String) -> PriceView {
        PriceView {
            sum: price.sum.to_string(),
            currency: price.sum.currency().code().to_owned(),
            rate: price.rate.worth.to_string(),
            rate_from: from,
        }
    }
}
