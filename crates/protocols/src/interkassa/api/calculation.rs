//! What a payout costs: from what leaves the purse to what arrives, or the other way round.

use money::{Money, MoneyError, Rounding};

use super::super::views::Fee;

/// Which amount a request fixes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CalcKey {
    /// What leaves the purse; clients mean it when they say nothing.
    PayerPrice,
    /// What the recipient gets.
    PayeeAmount,
}

impl CalcKey {
    /// The word of `calcKey`.
    pub const fn code(self) -> &'static str {
        match self {
            CalcKey::PayerPrice => "ikPayerPrice",
            CalcKey::PayeeAmount => "psPayeeAmount",
        }
    }
}

/// The sums of a payout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sums {
    /// What leaves the purse.
    pub written_off: Money,
    /// What the recipient gets.
    pub received: Money,
    /// The seller's fee.
    pub fee: Money,
    /// What the system takes of us.
    pub cost: Money,
    /// What we pay the system: what the recipient gets, and its cost.
    pub price: Money,
    /// What is left to us of the fee.
    pub income: Money,
}

/// Computes the sums of a payout. `None` if the amount does not even cover the fee.
///
/// # Errors
/// The fee, the cost and the amount are in different currencies, or a sum does not fit.
pub fn calculate(amount: Money, key: CalcKey, fee: &Fee, cost: Money) -> Result<Option<Sums>, MoneyError> {
    let received = match key {
        CalcKey::PayeeAmount => amount,
        CalcKey::PayerPrice => arriving(amount, fee)?,
    };
    if !received.is_positive() {
        return Ok(None);
    }
    let taken = match key {
        CalcKey::PayeeAmount => fee_of(received, fee)?,
        // What cannot be split to the last minor unit stays with the fee: exactly the amount leaves the purse.
        CalcKey::PayerPrice => amount.minus(received)?,
    };
    Ok(Some(Sums {
        written_off: received.plus(taken)?,
        received,
        fee: taken,
        cost,
        price: received.plus(cost)?,
        income: taken.minus(cost)?,
    }))
}

/// The fee for an amount that arrives: its share half-up and the fixed part, within the bounds.
fn fee_of(received: Money, fee: &Fee) -> Result<Money, MoneyError> {
    let share = received.share(u64::from(fee.rate), 10_000, Rounding::HalfUp)?;
    let taken = share.plus(fee.fixed)?;
    let at_least = fee.least.map_or(Ok(taken), |least| taken.larger(least))?;
    fee.most.map_or(Ok(at_least), |most| at_least.smaller(most))
}

/// The greatest amount that arrives when this one leaves. The fee grows with the amount, so it is found by
/// halving.
fn arriving(leaving: Money, fee: &Fee) -> Result<Money, MoneyError> {
    let money = |minor| Money::from_minor(minor, leaving.currency());
    let (mut fits, mut too_much) = (0_i64, leaving.minor().saturating_add(1).max(1));
    while too_much.saturating_sub(fits) > 1 {
        let middle = fits.midpoint(too_much);
        let whole = money(middle).plus(fee_of(money(middle), fee)?)?;
        if whole.compare(leaving)?.is_le() { fits = middle } else { too_much = middle }
    }
    Ok(money(fits))
}

#[cfg(test)]
mod tests {
    use money::currency::Currency;
    use proptest::prelude::*;

    use super::*;

    const fn uah(minor: i64) -> Money {
        Money::from_minor(minor, Currency::Uah)
    }

    const fn fee(rate: u32, fixed: i64) -> Fee {
        Fee { rate, fixed: uah(fixed), least: None, most: None }
    }

    #[test]
    fn the_worked_example_comes_out() {
        let sums =
            calculate(uah(203_300), CalcKey::PayeeAmount, &fee(100, 1_000), uah(2_233)).unwrap().unwrap();
        assert_eq!(sums.fee, uah(3_033));
        assert_eq!(sums.income, uah(800));
        assert_eq!(sums.price, uah(205_533));
        assert_eq!(sums.written_off, uah(206_333));
    }

    #[test]
    fn bounds_hold_the_fee() {
        let bounded = Fee { least: Some(uah(500)), most: Some(uah(700)), ..fee(100, 0) };
        let taken =
            |minor| calculate(uah(minor), CalcKey::PayeeAmount, &bounded, uah(0)).unwrap().unwrap().fee;
        assert_eq!([taken(100), taken(60_000), taken(1_000_000)], [uah(500), uah(600), uah(700)]);
    }

    #[test]
    fn an_amount_below_its_fee_is_no_payout() {
        assert_eq!(calculate(uah(1_000), CalcKey::PayerPrice, &fee(100, 1_000), uah(0)), Ok(None));
        assert_eq!(calculate(uah(0), CalcKey::PayeeAmount, &fee(0, 0), uah(0)), Ok(None));
        let foreign = Fee { fixed: Money::zero(Currency::Usd), ..fee(0, 0) };
        assert!(calculate(uah(1), CalcKey::PayeeAmount, &foreign, uah(0)).is_err());
        assert!(calculate(uah(i64::MAX), CalcKey::PayerPrice, &fee(100, 1_000), uah(0)).is_err());
    }

    proptest! {
        #[test]
        fn exactly_the_amount_leaves_and_no_more_could_arrive(
            leaving in 2_000_i64..10_000_000, rate in 0_u32..2_000, fixed in 0_i64..1_000
        ) {
            let fee = fee(rate, fixed);
            if let Some(sums) = calculate(uah(leaving), CalcKey::PayerPrice, &fee, uah(0)).unwrap() {
                prop_assert_eq!(sums.written_off, uah(leaving));
                let more = sums.received.plus(uah(1)).unwrap();
                prop_assert!(more.plus(fee_of(more, &fee).unwrap()).unwrap().minor() > leaving);
                prop_assert!(sums.fee.minor() >= fee_of(sums.received, &fee).unwrap().minor());
            }
        }
    }
}
