//! What one currency is worth in another: exact decimals, said once and never changed.
//!
//! A price in another currency is no exchange: the buyer pays the shop's own currency, and the price with its
//! rate is kept beside the sum it came to.

use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, ShopId};
use crate::receipts::{Line, Receipt, ReceiptFault};
use crate::splitting::shares;
use jiff::Timestamp;
use money::currency::Currency;
use money::{Money, MoneyError, Rounding};
use std::fmt;

/// So many digits a rate has behind its dot at most.
pub const DECIMALS_MAX: u8 = 9;
/// So many digits it has before its dot at most.
const WHOLE_MAX: usize = 9;

/// What one whole unit of a currency is worth: a decimal above zero, kept as it counts and not in floats.
///
/// ```
/// use domain::rates::Worth;
/// let worth = Worth::parse("90.250").expect("a decimal");
/// assert_eq!(worth.to_string(), "90.25");
/// assert_eq!((worth.units(), worth.decimals()), (9_025, 2));
/// assert!(["0", "-1", "1e3", "90,25", ".5", "1.0000000001"].iter().all(|text| Worth::parse(text).is_none()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Worth {
    units: u64,
    decimals: u8,
}

impl Worth {
    /// Reads digits with at most one dot between them, nine before it and nine behind it at most.
    #[must_use]
    pub fn parse(text: &str) -> Option<Worth> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction.trim_end_matches('0')),
            Some(_) => return None,
            None => (text, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > WHOLE_MAX || !digits(whole) || !digits(fraction) {
            return None;
        }
        let decimals = u8::try_from(fraction.len()).ok()?;
        Worth::from_parts(format!("{whole}{fraction}").parse().ok()?, decimals)
    }

    /// So many units of the last of these digits behind the dot; `None` for nothing and for too many digits.
    #[must_use]
    pub const fn from_parts(units: u64, decimals: u8) -> Option<Worth> {
        if units == 0 || decimals > DECIMALS_MAX { None } else { Some(Worth { units, decimals }) }
    }

    /// How many units of the last digit.
    #[must_use]
    pub const fn units(self) -> u64 {
        self.units
    }

    /// How many digits stand behind the dot.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        self.decimals
    }
}

impl fmt::Display for Worth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.decimals);
        let all = format!("{:0width$}", self.units, width = decimals.saturating_add(1));
        let (whole, fraction) =
            all.split_at_checked(all.len().saturating_sub(decimals)).unwrap_or((all.as_str(), ""));
        if fraction.is_empty() { f.pad(whole) } else { f.pad(&format!("{whole}.{fraction}")) }
    }
}

/// What one unit of a currency is worth in another from a moment on, until a later rate takes over. It stands
/// in the platform's book, is its own key, and is only ever added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate {
    /// Ordered in time: of two rates for one moment the one that was said later holds.
    pub number: u64,
    /// The currency in which shops price.
    pub of: Currency,
    /// The currency in which buyers pay.
    pub to: Currency,
    /// What one unit of the first is worth in the second.
    pub worth: Worth,
    /// The shop whose own rate this is, in its live book; `None`: everybody's.
    pub shop: Option<ShopId>,
    /// From when it holds, to the microsecond.
    pub from: Timestamp,
}

impl Rate {
    /// What a price comes to, rounded half up once to the smallest unit of the currency that is paid.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`] for a price in another currency, [`MoneyError::TooLarge`] for a sum
    /// that does not fit.
    ///
    /// ```
    /// use domain::{ids::Book, rates::{Rate, Worth}};
    /// use money::{Money, currency::Currency};
    /// let worth = Worth::parse("90.255").expect("a decimal");
    /// let from = jiff::Timestamp::UNIX_EPOCH;
    /// let rate = Rate { number: 1, of: Currency::Usd, to: Currency::Rub, worth, shop: None, from };
    /// // 0.10 dollars are 9.0255 roubles.
    /// assert_eq!(rate.convert(Money::from_minor(10, Currency::Usd))?.to_string(), "9.03");
    /// assert!(rate.convert(Money::from_minor(10, Currency::Eur)).is_err());
    /// # Ok::<(), money::MoneyError>(())
    /// ```
    pub fn convert(&self, price: Money) -> Result<Money, MoneyError> {
        if price.currency() != self.of {
            return Err(MoneyError::CurrenciesDiffer { left: price.currency(), right: self.of });
        }
        let too_large = MoneyError::TooLarge { currency: self.to };
        let (priced, paid) = (self.of.digits(), self.to.digits());
        let up = ten_to(paid.saturating_sub(priced));
        let down = ten_to(self.worth.decimals.saturating_add(priced.saturating_sub(paid)));
        let parts = up.and_then(|up| self.worth.units.checked_mul(up)).ok_or(too_large)?;
        Money::from_minor(price.minor(), self.to).share(parts, down.ok_or(too_large)?, Rounding::HalfUp)
    }
}

fn ten_to(digits: u8) -> Option<u64> {
    10_u64.checked_pow(u32::from(digits))
}

/// A price in another currency than the payment's, with the rate by which it became the payment's sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The price, as the shop named it.
    pub sum: Money,
    /// The rate that held when the payment was opened; it stays whatever is said later.
    pub rate: Rate,
}

impl Price {
    /// Whether a payment of a shop may be opened with this sum for the price.
    ///
    /// # Errors
    /// [`Refused::NotThere`] where nobody has said this rate, [`Refused::Invalid`] where it is another
    /// shop's or comes to another sum.
    pub fn check(&self, facts: &Facts, shop: ShopId, amount: Money) -> Result<(), Stop> {
        let rate = facts.need(&self.rate)?;
        let theirs = rate.shop.is_some_and(|own| own.number != shop.number);
        if theirs || rate.convert(self.sum)? != amount {
            let why = "expected the sum that the price comes to at its rate".to_owned();
            return Err(Refused::Invalid { what: "sum", why }.into());
        }
        Ok(())
    }
}

/// A receipt in another currency: its lines share the new total as they shared the old one, by the largest
/// remainder.
///
/// # Errors
/// [`ReceiptFault`] where a line breaks a rule in the new currency.
pub fn receipt_in(receipt: &Receipt, total: Money) -> Result<Receipt, ReceiptFault> {
    let weights: Vec<i64> = receipt.lines().iter().map(|line| line.sum.minor()).collect();
    let minors = shares(total.minor(), &weights).ok_or(ReceiptFault::Total)?;
    let lines = receipt.lines().iter().zip(minors);
    let lines =
        lines.map(|(line, minor)| Line { sum: Money::from_minor(minor, total.currency()), ..line.clone() });
    Receipt::new(receipt.tax_system(), lines.collect())
}

/// A wish: from a moment on, a currency shall be worth so much in another.
#[derive(Clone, Debug)]
pub struct SetRate {
    /// The rate, under a fresh number.
    pub rate: Rate,
    /// Who says so.
    pub actor: Actor,
}

impl Command for SetRate {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        Book::PLATFORM
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.rate);
    }

    fn decide(&self, facts: &Facts, _now: Timestamp) -> Result<(Decision, ()), Stop> {
        let rate = self.rate;
        if rate.of == rate.to {
            let why = "expected two different currencies".to_owned();
            return Err(Refused::Invalid { what: "rate", why }.into());
        }
        if facts.find(&rate)?.is_some() {
            return Err(Refused::Taken { what: "rate" }.into());
        }
        let fields = format!("{} = {} {} from {}", rate.of, rate.worth, rate.to, rate.from);
        let said = Happened::SettingsChanged { what: "rate", fields };
        // A shop's own history stands in the shop's book, which this decision is not about.
        Ok((Decision::nothing().tell(Subject::Platform, &self.actor, said).save(rate), ()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Id;
    use crate::receipts::Quantity;
    use crate::receipts::words::Tax;

    fn rate(of: Currency, worth: &str, to: Currency) -> Rate {
        Rate {
            number: 1,
            of,
            to,
            worth: Worth::parse(worth).unwrap(),
            shop: None,
            from: Timestamp::UNIX_EPOCH,
        }
    }

    fn converted(price: &str, of: Currency, worth: &str, to: Currency) -> String {
        rate(of, worth, to).convert(Money::parse(price, of).unwrap()).unwrap().to_string()
    }

    #[test]
    fn a_price_is_converted_exactly_and_rounded_half_up_once() {
        assert_eq!(converted("10.00", Currency::Usd, "80.00", Currency::Rub), "800.00");
        assert_eq!(converted("0.01", Currency::Usd, "89.4999", Currency::Rub), "0.89");
        assert_eq!(converted("0.01", Currency::Usd, "89.5", Currency::Rub), "0.90");
        assert_eq!(converted("1000000.00", Currency::Kzt, "0.176543219", Currency::Rub), "176543.22");
    }

    #[test]
    fn currencies_of_other_digits_are_converted_all_the_same() {
        assert_eq!(converted("1500", Currency::Jpy, "0.6", Currency::Rub), "900.00");
        assert_eq!(converted("9.99", Currency::Rub, "1.6", Currency::Jpy), "16");
        assert_eq!(converted("1.000", Currency::Bhd, "239.5", Currency::Rub), "239.50");
    }

    #[test]
    fn a_sum_that_does_not_fit_is_an_error_and_no_wrong_number() {
        let largest = Money::from_minor(i64::MAX, Currency::Usd);
        assert!(rate(Currency::Usd, "999999999.999999999", Currency::Rub).convert(largest).is_err());
        assert_eq!(rate(Currency::Usd, "1", Currency::Rub).convert(largest).unwrap().minor(), i64::MAX);
    }

    #[test]
    fn a_rate_prints_as_it_is_read() {
        for text in ["90", "0.000000001", "999999999.123456789", "5.6"] {
            assert_eq!(Worth::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Worth::parse("0090.10").unwrap().to_string(), "90.1");
        for text in ["", "0", "0.0", "1.", ".1", "1 ", "+1", "1234567890", "0.0000000001", "1e2", "1,5"] {
            assert_eq!(Worth::parse(text), None, "{text:?}");
        }
        assert_eq!(Worth::from_parts(1, 10), None);
    }

    #[test]
    fn the_lines_of_a_receipt_add_up_in_the_other_currency_too() {
        let line = |minor| Line {
            name: "tea".to_owned(),
            quantity: Quantity::ONE,
            sum: Money::from_minor(minor, Currency::Usd),
            tax: Tax::Untaxed,
            mode: None,
            subject: None,
            marking: None,
            catalogue: None,
            package: None,
        };
        let dollars = Receipt::new(None, vec![line(333), line(333), line(334)]).unwrap();
        let roubles = receipt_in(&dollars, Money::from_minor(90_001, Currency::Rub)).unwrap();
        assert_eq!(roubles.total().minor(), 90_001);
        assert_eq!(roubles.lines().iter().map(|line| line.sum.minor()).sum::<i64>(), 90_001);
        assert!(roubles.lines().iter().all(|line| line.sum.currency() == Currency::Rub));
    }

    #[test]
    fn a_rate_of_one_currency_in_itself_is_refused_and_so_is_one_that_is_known() {
        let own = SetRate { rate: rate(Currency::Rub, "1", Currency::Rub), actor: Actor::Clock };
        let known = SetRate { rate: rate(Currency::Usd, "90", Currency::Rub), actor: Actor::Clock };
        let mut facts = Facts::default();
        facts.rates.learn(known.rate, Some(known.rate));
        assert!(matches!(
            own.decide(&facts, Timestamp::UNIX_EPOCH),
            Err(Stop::Refused(Refused::Invalid { what: "rate", .. }))
        ));
        assert!(matches!(
            known.decide(&facts, Timestamp::UNIX_EPOCH),
            Err(Stop::Refused(Refused::Taken { what: "rate" }))
        ));
    }

    #[test]
    fn a_price_needs_a_rate_that_was_said_and_its_own_sum() {
        let rate = rate(Currency::Usd, "90", Currency::Rub);
        let shop = ShopId::new(Book::from_number(2).unwrap(), 7);
        let price = Price { sum: Money::from_minor(100, Currency::Usd), rate };
        let roubles = |minor| Money::from_minor(minor, Currency::Rub);
        let mut facts = Facts::default();
        assert!(matches!(price.check(&facts, shop, roubles(9_000)), Err(Stop::NeedMore(_))));
        facts.rates.learn(rate, None);
        assert!(matches!(
            price.check(&facts, shop, roubles(9_000)),
            Err(Stop::Refused(Refused::NotThere { what: "rate" }))
        ));
        facts.rates.learn(rate, Some(rate));
        assert_eq!(price.check(&facts, shop, roubles(9_000)), Ok(()));
        assert!(price.check(&facts, shop, roubles(9_001)).is_err());
        let theirs = Rate { shop: Some(ShopId::new(Book::from_number(4).unwrap(), 8)), ..rate };
        facts.rates.learn(theirs, Some(theirs));
        assert!(Price { rate: theirs, ..price }.check(&facts, shop, roubles(9_000)).is_err());
    }
}
