//! Fees, written as posting templates: data that computes what moves to `FeesEarned`.

use crate::ids::{SellerId, ShopId, TariffId};
use crate::methods::Method;
use money::currency::Currency;
use money::{Money, MoneyError, Rounding};

/// How a fee is computed from what the buyer pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fee {
    /// The same for every payment.
    Fixed(Money),
    /// A part of the sum, rounded half up once.
    Share {
        /// So many parts …
        parts: u32,
        /// … of so many.
        of: u32,
    },
    /// The smallest of several.
    Smallest(Vec<Fee>),
    /// The largest of several.
    Largest(Vec<Fee>),
    /// All of them together.
    Sum(Vec<Fee>),
}

impl Fee {
    /// The fee on a sum that the buyer pays, in the same currency.
    ///
    /// ```
    /// use domain::tariffs::Fee;
    /// use money::Money;
    /// use money::currency::Currency;
    /// let fee = Fee::Largest(vec![
    ///     Fee::Share { parts: 35, of: 1_000 },
    ///     Fee::Fixed(Money::from_minor(300, Currency::Rub)),
    /// ]);
    /// assert_eq!(fee.on(Money::from_minor(10_000, Currency::Rub)).unwrap().to_string(), "3.50");
    /// assert_eq!(fee.on(Money::from_minor(1_000, Currency::Rub)).unwrap().to_string(), "3.00");
    /// ```
    ///
    /// # Errors
    /// [`MoneyError`] when a fixed part is of another currency or a sum is too large.
    pub fn on(&self, paid: Money) -> Result<Money, MoneyError> {
        let zero = Money::zero(paid.currency());
        match self {
            Fee::Fixed(amount) => zero.plus(*amount),
            // Half-up once per operation: the act at the month's end sums operations, never percentages.
            Fee::Share { parts, of } => paid.share(u64::from(*parts), u64::from(*of), Rounding::HalfUp),
            Fee::Smallest(fees) => choose(fees, paid, Money::smaller),
            Fee::Largest(fees) => choose(fees, paid, Money::larger),
            Fee::Sum(fees) => fees.iter().try_fold(zero, |sum, fee| sum.plus(fee.on(paid)?)),
        }
    }
}

fn choose(
    fees: &[Fee],
    paid: Money,
    better: fn(Money, Money) -> Result<Money, MoneyError>,
) -> Result<Money, MoneyError> {
    let mut chosen: Option<Money> = None;
    for fee in fees {
        let amount = fee.on(paid)?;
        chosen = Some(match chosen {
            Some(so_far) => better(so_far, amount)?,
            None => amount,
        });
    }
    Ok(chosen.unwrap_or(Money::zero(paid.currency())))
}

/// What becomes of the fee when the payment is refunded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundFee {
    /// The platform keeps it.
    Keep,
    /// It is returned in proportion to what is refunded.
    Return,
    /// It is kept, and each refund costs this.
    Fixed(Money),
}

/// The fee from a turnover on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Turnover of the previous calendar month from which it holds; the first step begins at zero.
    pub from: Money,
    /// The fee.
    pub fee: Fee,
}

/// A tariff. Lives in the platform's book; the most specific one wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Which.
    pub id: TariffId,
    /// For one seller, or all.
    pub seller: Option<SellerId>,
    /// For one shop, or all.
    pub shop: Option<ShopId>,
    /// For one method, or all.
    pub method: Option<Method>,
    /// Of one currency.
    pub currency: Currency,
    /// By turnover, ascending.
    pub steps: Vec<Step>,
    /// On refunds.
    pub refund_fee: RefundFee,
    /// Whether new attempts may use it.
    pub active: bool,
    /// Counts changes.
    pub version: u32,
}

/// What a payment asks a tariff by.
#[derive(Clone, Copy, Debug)]
pub struct Sale {
    /// The seller, in either book.
    pub seller: SellerId,
    /// The shop, in either book.
    pub shop: ShopId,
    /// The method.
    pub method: Method,
    /// The currency.
    pub currency: Currency,
}

impl Tariff {
    /// How specific the tariff is for a sale; `None` when it is not meant for it.
    ///
    /// Shop before seller before platform; within each, a named method before all methods.
    #[must_use]
    pub fn fits(&self, sale: &Sale) -> Option<u8> {
        let meant = self.active
            && self.currency == sale.currency
            && self.seller.is_none_or(|seller| seller.number == sale.seller.number)
            && self.shop.is_none_or(|shop| shop.number == sale.shop.number)
            && self.method.is_none_or(|method| method == sale.method);
        meant.then(|| {
            (u8::from(self.shop.is_some()) << 2)
                | (u8::from(self.seller.is_some()) << 1)
                | u8::from(self.method.is_some())
        })
    }

    /// The fee at a turnover: of the last step that it reaches.
    #[must_use]
    pub fn fee_at(&self, turnover: Money) -> Option<&Fee> {
        let reached = |step: &&Step| step.from.minor() <= turnover.minor();
        self.steps.iter().rev().find(reached).or(self.steps.first()).map(|step| &step.fee)
    }
}

/// The most specific tariff for a sale; of equal ones the younger. None: the method is not offered.
#[must_use]
pub fn best<'a>(tariffs: &'a [Tariff], sale: &Sale) -> Option<&'a Tariff> {
    tariffs
        .iter()
        .filter_map(|tariff| Some((tariff.fits(sale)?, tariff.id.number, tariff)))
        .max_by_key(|(fits, number, _)| (*fits, *number))
        .map(|(_, _, tariff)| tariff)
}

/// What the buyer pays so that the shop's order is met, when the buyer bears a share of the fee.
///
/// The smallest sum P with P − round(share × fee(P)) ≥ order; `buyer_share` in thousandths.
///
/// # Errors
/// [`MoneyError`] when sums overflow, as they do where the fee eats the whole sum.
pub fn price(order: Money, fee: &Fee, buyer_share: u16) -> Result<Money, MoneyError> {
    // Fees never fall when the sum grows, so climbing from the order reaches the smallest sum
    // that pays for its own fee, rounding included.
    let mut price = order;
    loop {
        let borne = fee.on(price)?.share(u64::from(buyer_share), 1_000, Rounding::HalfUp)?;
        let next = order.plus(borne)?;
        if next.minor() <= price.minor() {
            return Ok(price);
        }
        price = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rub(minor: i64) -> Money {
        Money::from_minor(minor, Currency::Rub)
    }

    fn some_fee() -> impl Strategy<Value = Fee> {
        let leaf = prop_oneof![
            (0i64..10_000).prop_map(|minor| Fee::Fixed(rub(minor))),
            (0u32..60).prop_map(|parts| Fee::Share { parts, of: 1_000 }),
        ];
        leaf.prop_recursive(2, 6, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..3).prop_map(Fee::Smallest),
                prop::collection::vec(inner.clone(), 1..3).prop_map(Fee::Largest),
                prop::collection::vec(inner, 1..3).prop_map(Fee::Sum),
            ]
        })
    }

    #[test]
    fn the_buyer_pays_the_smallest_sum_that_leaves_the_order() {
        let fee = Fee::Share { parts: 35, of: 1_000 };
        let price = price(rub(100_000), &fee, 1_000).unwrap();
        assert_eq!(price.to_string(), "1036.27");
        assert!(price.minus(fee.on(price).unwrap()).unwrap().minor() >= 100_000);
    }

    #[test]
    fn a_tariff_that_names_the_shop_wins() {
        use crate::ids::{Book, Id};
        let tariff = |number, shop: Option<ShopId>, method| Tariff {
            id: TariffId::new(Book::PLATFORM, number),
            seller: None,
            shop,
            method,
            currency: Currency::Rub,
            steps: Vec::new(),
            refund_fee: RefundFee::Keep,
            active: true,
            version: 1,
        };
        let book = Book::of_seller(1, crate::ids::BookKind::Live).unwrap();
        let shop = ShopId::new(book, 9);
        let sale =
            Sale { seller: SellerId::new(book, 1), shop, method: Method::Sbp, currency: Currency::Rub };
        let all = [tariff(1, None, None), tariff(2, None, Some(Method::Sbp)), tariff(3, Some(shop), None)];
        assert_eq!(best(&all, &sale).unwrap().id.number, 3);
        assert_eq!(best(all.get(..2).unwrap(), &sale).unwrap().id.number, 2);
    }

    #[test]
    fn turnover_decides_the_step() {
        use crate::ids::{Book, Id};
        let step = |from, parts| Step { from: rub(from), fee: Fee::Share { parts, of: 1_000 } };
        let tariff = Tariff {
            id: TariffId::new(Book::PLATFORM, 1),
            seller: None,
            shop: None,
            method: None,
            currency: Currency::Rub,
            steps: vec![step(0, 35), step(1_000_000, 30)],
            refund_fee: RefundFee::Return,
            active: true,
            version: 1,
        };
        assert_eq!(tariff.fee_at(rub(999_999)), Some(&Fee::Share { parts: 35, of: 1_000 }));
        assert_eq!(tariff.fee_at(rub(1_000_000)), Some(&Fee::Share { parts: 30, of: 1_000 }));
    }

    proptest! {
        #[test]
        fn the_price_is_the_smallest_that_fits(order in 1i64..10_000_000, fee in some_fee(), share in 0u16..=1_000) {
            let price = price(rub(order), &fee, share).unwrap();
            let left = |paid: Money| {
                let borne = fee.on(paid).unwrap().share(u64::from(share), 1_000, Rounding::HalfUp).unwrap();
                paid.minus(borne).unwrap().minor()
            };
            prop_assert!(left(price) >= order);
            for cheaper in (price.minor() - 200).max(order)..price.minor() {
                prop_assert!(left(rub(cheaper)) < order);
            }
        }
    }
}
