//! A payment that several shops share: what of its sum goes to whom, and how a sum is divided.
//!
//! The buyer pays the master shop. Once the money is there, each part moves to its seller's own book, as
//! `moving.rs` says.

use crate::decide::{Refused, Stop};
use crate::ids::{MoveId, ShopId};
use crate::payments::Terms;
use crate::receipts::Receipt;
use money::Money;

/// The most parts of one payment.
pub const PARTS_MAX: usize = 50;

/// What of a payment goes to another shop than the one that is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The move that will carry it, taken when the payment is opened so that nothing carries it twice.
    pub id: MoveId,
    /// The shop that gets it, in a book of its own seller.
    pub shop: ShopId,
    /// That shop's own number of the order; `None`: one is assigned to it.
    pub number: Option<i64>,
    /// How much; more than nothing.
    pub amount: Money,
    /// What that shop sold.
    pub receipt: Option<Receipt>,
}

/// Whether a payment with this sum may be shared as its terms say.
///
/// # Errors
/// [`Refused::Invalid`]: parts of nothing, of another currency, for books of another kind, to one shop twice,
/// too many, more than the sum, or of money that is to be held first.
pub fn check(terms: &Terms, amount: Money, shop: ShopId) -> Result<(), Stop> {
    if terms.split.is_empty() {
        return Ok(());
    }
    let invalid = |why: &str| Err(Refused::Invalid { what: "split", why: why.to_owned() }.into());
    if terms.hold {
        return invalid("expected no hold: what is shared is taken at once");
    }
    if terms.split.len() > PARTS_MAX {
        return Err(Refused::TooMany { what: "parts", limit: 50 }.into());
    }
    let mut total = Money::zero(amount.currency());
    for (place, part) in terms.split.iter().enumerate() {
        let before = terms.split.iter().take(place);
        if part.shop == shop || before.into_iter().any(|other| other.shop == part.shop) {
            return invalid("expected each shop once");
        }
        if part.id.book != shop.book || part.shop.book.kind() != shop.book.kind() {
            return invalid("expected parts of one kind of book");
        }
        if !part.amount.is_positive() {
            return invalid("expected parts above zero");
        }
        total = total.plus(part.amount)?;
    }
    if total.compare(amount)?.is_gt() {
        return invalid("expected parts that are not more than the sum");
    }
    Ok(())
}

/// A total divided by weights: each gets its whole share, and what is left over goes, one by one, to those
/// who lost most by rounding, the first of equals first. `None` where a weight is negative, all are zero or
/// a number does not fit.
///
/// ```
/// use domain::splitting::shares;
/// assert_eq!(shares(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
/// assert_eq!(shares(7, &[0, 2, 2]), Some(vec![0, 4, 3]));
/// assert_eq!(shares(7, &[0, 0]), None);
/// ```
#[must_use]
pub fn shares(total: i64, weights: &[i64]) -> Option<Vec<i64>> {
    if total < 0 || weights.iter().any(|weight| *weight < 0) {
        return None;
    }
    let whole = weights.iter().try_fold(0_i128, |sum, weight| sum.checked_add(i128::from(*weight)))?;
    if whole == 0 {
        return None;
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut left = i128::from(total);
    for (place, weight) in weights.iter().enumerate() {
        let product = i128::from(total).checked_mul(i128::from(*weight))?;
        let part = product.checked_div(whole)?;
        left = left.checked_sub(part)?;
        parts.push((product.checked_rem(whole)?, place, part));
    }
    let mut by_loss: Vec<(i128, usize)> = parts.iter().map(|(rest, place, _)| (*rest, *place)).collect();
    by_loss.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    let lucky: Vec<usize> =
        by_loss.into_iter().take(usize::try_from(left).ok()?).map(|(_, place)| place).collect();
    let more = |place| i128::from(lucky.contains(&place));
    parts.into_iter().map(|(_, place, part)| i64::try_from(part.checked_add(more(place))?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_divided_is_none() {
        assert_eq!(shares(1, &[]), None);
        assert_eq!(shares(-1, &[1]), None);
        assert_eq!(shares(1, &[2, -1]), None);
        assert_eq!(shares(i64::MAX, &[i64::MAX, i64::MAX]).unwrap().iter().sum::<i64>(), i64::MAX);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_is_a_unit_away_from_their_share(
            total in 0_i64..1_000_000_000,
            weights in prop::collection::vec(0_i64..1_000_000, 1..20),
        ) {
            let whole: i64 = weights.iter().sum();
            prop_assume!(whole > 0);
            let parts = shares(total, &weights).unwrap();
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = i128::from(total) * i128::from(*weight);
                let got = i128::from(*part) * i128::from(whole);
                prop_assert!((exact - got).abs() < i128::from(whole), "{part} of {weight}");
            }
        }
    }
}
