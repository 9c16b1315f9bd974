//! What of a checkout a request is checked with and completed by.

use domain::secrets::Secret;
use domain::sellers::{Algorithm, ShopAddress};
use jiff::tz::TimeZone;
use money::currency::Currency;

/// The part of a checkout's settings that reading a request needs.
#[derive(Clone, Copy, Debug)]
pub struct CheckoutKeys<'a> {
    /// The identifier, exactly as it is written in the checkout's record.
    pub checkout: &'a str,
    /// Its currencies, the default first.
    pub currencies: &'a [Currency],
    /// The digest that it configured; no other is accepted.
    pub algorithm: Algorithm,
    /// The sign key: it signs every request, those for the test payway too.
    pub secret: &'a Secret,
    /// Whether a request without a signature is refused.
    pub must_sign: bool,
    /// Its own addresses.
    pub addresses: &'a Addresses,
    /// What of them a request may replace.
    pub overrides: Overrides,
    /// The zone in which dates without a zone are meant and dates are told: Kyiv unless it says otherwise.
    pub zone: &'a TimeZone,
}

/// The addresses of a checkout, each with the method of going there.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Addresses {
    /// Where it is told of payments.
    pub interaction: Option<ShopAddress>,
    /// Where its buyers return after success.
    pub success: Option<ShopAddress>,
    /// Where they return while the payment is undecided.
    pub pending: Option<ShopAddress>,
    /// Where they return otherwise.
    pub fail: Option<ShopAddress>,
}

/// Which settings a request may replace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overrides {
    /// The interaction address.
    pub interaction: bool,
    /// The address after success.
    pub success: bool,
    /// The address while undecided.
    pub pending: bool,
    /// The address otherwise.
    pub fail: bool,
    /// How long a payment lives.
    pub lifetime: bool,
}

impl Overrides {
    /// What a new checkout allows: everything, because most modules rely on it.
    pub const ALL: Overrides =
        Overrides { interaction: true, success: true, pending: true, fail: true, lifetime: true };
    /// Nothing.
    pub const NONE: Overrides =
        Overrides { interaction: false, success: false, pending: false, fail: false, lifetime: false };
}
