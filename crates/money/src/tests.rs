//! What must hold for every amount: printing, reading, adding and sharing.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const RUB: Currency = Currency::Rub;

fn rub(minor: i64) -> Money {
    Money::from_minor(minor, RUB)
}

fn any_currency() -> impl Strategy<Value = Currency> {
    select(Currency::ALL)
}

#[test]
fn amounts_are_read_by_the_digits_of_their_currency() {
    let read = |text, currency| Money::parse(text, currency).map(Money::minor);
    assert_eq!(read("100", RUB), Ok(10_000));
    assert_eq!(read("100.2", RUB), Ok(10_020));
    assert_eq!(read("007.50", RUB), Ok(750));
    assert_eq!(read("0.000000001", Currency::Eth), Ok(1));
    assert_eq!(read("100.000", Currency::Jpy), Ok(100));
    assert_eq!(read("92233720368547758.07", RUB), Ok(i64::MAX));
}

#[test]
fn anything_but_digits_around_one_dot_is_refused() {
    for text in [
        "", ".", "1.", ".5", "1..5", "1.5.0", "1,5", "+1", "-1", " 1", "1 ", "1e3", "0x1", "1_0", "١",
        "1.-5", "NaN",
    ] {
        assert_eq!(Money::parse(text, RUB), Err(MoneyError::Malformed { currency: RUB }), "{text:?}");
    }
}

#[test]
fn more_precision_than_the_currency_has_is_refused() {
    assert_eq!(Money::parse("1.005", RUB), Err(MoneyError::TooPrecise { currency: RUB }));
    assert_eq!(Money::parse("1.1", Currency::Jpy), Err(MoneyError::TooPrecise { currency: Currency::Jpy }));
}

#[test]
fn an_amount_beyond_64_bits_is_refused() {
    for text in ["92233720368547758.08", "999999999999999999999999999999"] {
        assert_eq!(Money::parse(text, RUB), Err(MoneyError::TooLarge { currency: RUB }));
    }
    assert_eq!(rub(i64::MAX).plus(rub(1)), Err(MoneyError::TooLarge { currency: RUB }));
    assert_eq!(rub(i64::MIN).negated(), Err(MoneyError::TooLarge { currency: RUB }));
    assert_eq!(rub(i64::MAX).share(2, 1, Rounding::Down), Err(MoneyError::TooLarge { currency: RUB }));
    assert_eq!(
        rub(i64::MIN).share(u64::MAX, 1, Rounding::HalfUp),
        Err(MoneyError::TooLarge { currency: RUB })
    );
}

#[test]
fn two_currencies_are_never_brought_together() {
    let usd = Money::from_minor(1, Currency::Usd);
    let differ = MoneyError::CurrenciesDiffer { left: RUB, right: Currency::Usd };
    assert_eq!(rub(1).plus(usd), Err(differ));
    assert_eq!(rub(1).minus(usd), Err(differ));
    assert_eq!(rub(1).compare(usd), Err(differ));
    assert_eq!(rub(1).smaller(usd), Err(differ));
    assert_eq!(rub(1).larger(usd), Err(differ));
    assert_eq!(differ.to_string(), "RUB and USD are different currencies");
}

#[test]
fn negative_amounts_print_their_sign_once() {
    assert_eq!(rub(-5).to_string(), "-0.05");
    assert_eq!(rub(-150).decimals(6), "-1.500000");
    assert_eq!(rub(i64::MIN).to_string(), "-92233720368547758.08");
    assert_eq!(Money::from_minor(-7, Currency::Jpy).decimals(2), "-7.00");
}

#[test]
fn half_goes_away_from_zero_on_both_sides() {
    let half = |minor, rounding| rub(minor).share(1, 2, rounding).map(Money::minor);
    assert_eq!(half(5, Rounding::HalfUp), Ok(3));
    assert_eq!(half(-5, Rounding::HalfUp), Ok(-3));
    assert_eq!(half(5, Rounding::Down), Ok(2));
    assert_eq!(half(-5, Rounding::Down), Ok(-2));
    assert_eq!(half(5, Rounding::Up), Ok(3));
    assert_eq!(half(-5, Rounding::Up), Ok(-3));
    assert_eq!(rub(1).share(1, 3, Rounding::HalfUp).map(Money::minor), Ok(0));
    assert_eq!(rub(1).share(1, 3, Rounding::Up).map(Money::minor), Ok(1));
}

#[test]
fn a_share_of_nothing_is_refused() {
    assert_eq!(rub(1).share(1, 0, Rounding::Down), Err(MoneyError::NoWhole));
}

#[test]
fn smaller_and_larger_choose() {
    assert_eq!(rub(1).smaller(rub(2)), Ok(rub(1)));
    assert_eq!(rub(1).larger(rub(2)), Ok(rub(2)));
    assert_eq!(rub(3).compare(rub(2)), Ok(Ordering::Greater));
}

proptest! {
    #[test]
    fn printed_money_parses_back(minor in 0..=i64::MAX, currency in any_currency(), zeros in 0_usize..12) {
        let money = Money::from_minor(minor, currency);
        prop_assert_eq!(Money::parse(&money.to_string(), currency), Ok(money));
        prop_assert_eq!(Money::parse(&money.decimals(zeros), currency), Ok(money));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*", currency in any_currency()) {
        let _ = Money::parse(&text, currency);
    }

    #[test]
    fn what_is_added_can_be_taken_away(a in any::<i64>(), b in any::<i64>()) {
        if let Ok(sum) = rub(a).plus(rub(b)) {
            prop_assert_eq!(sum.minus(rub(b)), Ok(rub(a)));
        }
    }

    #[test]
    fn a_share_never_loses_more_than_a_minor_unit(
        minor in any::<i64>(), parts in any::<u64>(), of in 1..=u64::MAX,
    ) {
        for (rounding, twice_at_most) in [(Rounding::Down, 2), (Rounding::Up, 2), (Rounding::HalfUp, 1)] {
            let Ok(share) = rub(minor).share(parts, of, rounding) else { continue };
            let exact = i128::from(minor) * i128::from(parts);
            let lost = (exact - i128::from(share.minor()) * i128::from(of)).unsigned_abs();
            let allowed = u128::from(of) * twice_at_most;
            prop_assert!(lost * 2 < allowed || (twice_at_most == 1 && lost * 2 == allowed));
            let direction = i128::from(share.minor()) * i128::from(of);
            match rounding {
                Rounding::Down => prop_assert!(direction.unsigned_abs() <= exact.unsigned_abs()),
                Rounding::Up => prop_assert!(direction.unsigned_abs() >= exact.unsigned_abs()),
                Rounding::HalfUp => {}
            }
        }
    }

    #[test]
    fn a_part_and_the_rest_of_it_make_the_whole(minor in 0..=i64::MAX, of in 1..=u64::MAX, cut in any::<u64>()) {
        let parts = cut % of;
        let part = rub(minor).share(parts, of, Rounding::Down).unwrap();
        let rest = rub(minor).share(of - parts, of, Rounding::Up).unwrap();
        prop_assert_eq!(part.plus(rest), Ok(rub(minor)));
    }
}
