//! What a receipt says: the lines of a sale with their taxes, as the law on cash registers wants them told.

use std::fmt;

use money::currency::Currency;
use money::{Money, MoneyError};

use words::{PaymentMode, SaleSubject, Tax, TaxSystem};

pub mod words;

/// The most lines of one receipt.
pub const LINES_MAX: usize = 100;
/// The longest name of a line, in characters.
pub const NAME_CHARS_MAX: usize = 128;
/// The longest marking code, in characters: that of a Data Matrix with its proof of origin, and some room.
pub const MARKING_CHARS_MAX: usize = 256;
/// The longest code of a national catalogue, in characters.
pub const CATALOGUE_CHARS_MAX: usize = 64;
/// The largest quantity, in thousandths: five digits before the dot and three behind it.
const THOUSANDTHS_MAX: u32 = 99_999_999;
/// Digits before the dot of the largest sum of a line.
const SUM_DIGITS_MAX: u32 = 8;
/// What separates the parts of a marking code; the only control character that belongs to one.
const GROUP_SEPARATOR: char = '\u{1d}';

/// How much of something is sold: more than nothing, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(u32);

impl Quantity {
    /// One.
    pub const ONE: Quantity = Quantity(1_000);

    /// So many thousandths; `None` for nothing and for more than 99999.999.
    #[must_use]
    pub fn from_thousandths(thousandths: u32) -> Option<Quantity> {
        (1..=THOUSANDTHS_MAX).contains(&thousandths).then_some(Quantity(thousandths))
    }

    /// In thousandths.
    #[must_use]
    pub const fn thousandths(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Quantity {
    /// A plain decimal without needless zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1_000, self.0 % 1_000);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{rest:03}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// One line of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is sold; text of a stranger.
    pub name: String,
    /// How much of it.
    pub quantity: Quantity,
    /// What all of it costs; the price of one need not be a whole number of kopecks.
    pub sum: Money,
    /// Its tax.
    pub tax: Tax,
    /// How far it is paid; `None` leaves it to the fiscal service's own setting.
    pub mode: Option<PaymentMode>,
    /// What it is; `None` as above.
    pub subject: Option<SaleSubject>,
    /// The marking code of the goods.
    pub marking: Option<String>,
    /// The code of the catalogue of Kazakhstan.
    pub catalogue: Option<String>,
    /// The code of the package in that catalogue.
    pub package: Option<String>,
}

/// A receipt: its lines are checked one by one, and their sum is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    tax_system: Option<TaxSystem>,
    lines: Vec<Line>,
    total: Money,
}

/// Why a receipt is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptFault {
    /// It has no lines.
    NoLines,
    /// It has more than [`LINES_MAX`].
    TooManyLines,
    /// A line has no name.
    NoName,
    /// A line's name is longer than [`NAME_CHARS_MAX`].
    LongName,
    /// The sum of a line is below zero or has more than eight digits before the dot.
    Sum,
    /// A marking code is empty, too long, or has characters that none has.
    Marking,
    /// A code of a catalogue is too long.
    Catalogue,
    /// A rate of Kazakhstan in another currency than its own.
    TaxOfKazakhstan,
    /// The lines do not add up to a sum of money.
    Total,
}

impl ReceiptFault {
    /// What is wrong, in English.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            ReceiptFault::NoLines => "the receipt has no items",
            ReceiptFault::TooManyLines => "the receipt has more than 100 items",
            ReceiptFault::NoName => "an item of the receipt has no name",
            ReceiptFault::LongName => "the name of an item is longer than 128 characters",
            ReceiptFault::Sum => "the sum of an item is not of 0 to 99999999.99",
            ReceiptFault::Marking => "the marking code of an item is none",
            ReceiptFault::Catalogue => "a catalogue code of an item is longer than 64 characters",
            ReceiptFault::TaxOfKazakhstan => "an item has a tax of Kazakhstan, and its sum is not in tenge",
            ReceiptFault::Total => "the sums of the receipt do not add up",
        }
    }
}

impl fmt::Display for ReceiptFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

impl std::error::Error for ReceiptFault {}

impl From<MoneyError> for ReceiptFault {
    fn from(_: MoneyError) -> ReceiptFault {
        ReceiptFault::Total
    }
}

impl Receipt {
    /// A receipt of these lines, all in one currency.
    ///
    /// # Errors
    /// [`ReceiptFault`]: the first rule that a line breaks.
    pub fn new(tax_system: Option<TaxSystem>, lines: Vec<Line>) -> Result<Receipt, ReceiptFault> {
        let first = lines.first().ok_or(ReceiptFault::NoLines)?;
        if lines.len() > LINES_MAX {
            return Err(ReceiptFault::TooManyLines);
        }
        let mut total = Money::zero(first.sum.currency());
        for line in &lines {
            line.check()?;
            total = total.plus(line.sum)?;
        }
        Ok(Receipt { tax_system, lines, total })
    }

    /// By which system the seller is taxed, if the shop said so.
    #[must_use]
    pub fn tax_system(&self) -> Option<TaxSystem> {
        self.tax_system
    }

    /// Its lines; at least one.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The sum of its lines.
    #[must_use]
    pub fn total(&self) -> Money {
        self.total
    }

    /// The same with every name changed, to hide what must not be kept. The change must not make a name
    /// longer.
    #[must_use]
    pub fn with_names(mut self, change: impl Fn(String) -> String) -> Receipt {
        for line in &mut self.lines {
            line.name = change(std::mem::take(&mut line.name));
        }
        self
    }
}

impl Line {
    fn check(&self) -> Result<(), ReceiptFault> {
        if self.name.trim().is_empty() {
            return Err(ReceiptFault::NoName);
        }
        if self.name.chars().count() > NAME_CHARS_MAX {
            return Err(ReceiptFault::LongName);
        }
        if self.sum.is_negative() || self.sum.minor() >= sum_limit(self.sum.currency()) {
            return Err(ReceiptFault::Sum);
        }
        if self.tax.is_of_kazakhstan() && self.sum.currency() != Currency::Kzt {
            return Err(ReceiptFault::TaxOfKazakhstan);
        }
        if self.marking.as_deref().is_some_and(|code| !is_marking(code)) {
            return Err(ReceiptFault::Marking);
        }
        let long = |code: &Option<String>| {
            code.as_deref().is_some_and(|code| code.chars().count() > CATALOGUE_CHARS_MAX)
        };
        if long(&self.catalogue) || long(&self.package) {
            return Err(ReceiptFault::Catalogue);
        }
        Ok(())
    }
}

/// The first sum, in minor units, that has too many digits.
fn sum_limit(currency: Currency) -> i64 {
    10_i64.saturating_pow(SUM_DIGITS_MAX.saturating_add(u32::from(currency.digits())))
}

fn is_marking(code: &str) -> bool {
    let length = code.chars().count();
    (1..=MARKING_CHARS_MAX).contains(&length) && code.chars().all(|c| c == GROUP_SEPARATOR || !c.is_control())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(minor: i64) -> Line {
        Line {
            name: "Tea".to_owned(),
            quantity: Quantity::ONE,
            sum: Money::from_minor(minor, Currency::Rub),
            tax: Tax::Untaxed,
            mode: None,
            subject: None,
            marking: None,
            catalogue: None,
            package: None,
        }
    }

    fn fault(change: impl FnOnce(&mut Line)) -> Option<ReceiptFault> {
        let mut line = line(100);
        change(&mut line);
        Receipt::new(None, vec![line]).err()
    }

    #[test]
    fn a_receipt_has_one_to_a_hundred_lines() {
        assert_eq!(Receipt::new(None, Vec::new()), Err(ReceiptFault::NoLines));
        let most = Receipt::new(Some(TaxSystem::Patent), vec![line(7); 100]).unwrap();
        assert_eq!((most.total().minor(), most.lines().len()), (700, 100));
        assert_eq!(Receipt::new(None, vec![line(7); 101]), Err(ReceiptFault::TooManyLines));
    }

    #[test]
    fn each_rule_of_a_line_has_its_own_fault() {
        assert_eq!(fault(|_| {}), None);
        assert_eq!(fault(|line| line.name = " ".to_owned()), Some(ReceiptFault::NoName));
        assert_eq!(fault(|line| line.name = "ж".repeat(128)), None);
        assert_eq!(fault(|line| line.name = "ж".repeat(129)), Some(ReceiptFault::LongName));
        let sum = |minor| fault(|line| line.sum = Money::from_minor(minor, Currency::Rub));
        assert_eq!((sum(0), sum(9_999_999_999)), (None, None));
        assert_eq!((sum(-1), sum(10_000_000_000)), (Some(ReceiptFault::Sum), Some(ReceiptFault::Sum)));
        assert_eq!(fault(|line| line.tax = Tax::Vat12), Some(ReceiptFault::TaxOfKazakhstan));
        let tenge = |line: &mut Line| {
            line.sum = Money::from_minor(100, Currency::Kzt);
            line.tax = Tax::Vat12;
        };
        assert_eq!(fault(tenge), None);
        assert_eq!(fault(|line| line.package = Some("1".repeat(65))), Some(ReceiptFault::Catalogue));
    }

    #[test]
    fn marking_codes_may_hold_group_separators_and_nothing_else_that_is_invisible() {
        let marked = |code: &str| fault(|line| line.marking = Some(code.to_owned()));
        assert_eq!(marked("010460043993125621JgXJ5.T\u{1d}8005112000\u{1d}93mNNN"), None);
        for code in ["", "01\u{0}", "01\n", &"1".repeat(257)] {
            assert_eq!(marked(code), Some(ReceiptFault::Marking), "{code:?}");
        }
    }

    #[test]
    fn lines_of_two_currencies_have_no_sum() {
        let mut other = line(1);
        other.sum = Money::from_minor(1, Currency::Usd);
        assert_eq!(Receipt::new(None, vec![line(1), other]), Err(ReceiptFault::Total));
    }

    #[test]
    fn quantities_are_printed_without_needless_zeros() {
        let shown = |thousandths| Quantity::from_thousandths(thousandths).unwrap().to_string();
        assert_eq!([1, 10, 1_000, 1_500, 99_999_999].map(shown), ["0.001", "0.01", "1", "1.5", "99999.999"]);
        assert_eq!(Quantity::from_thousandths(0), None);
        assert_eq!(Quantity::from_thousandths(100_000_000), None);
    }

    #[test]
    fn names_can_be_hidden_without_touching_anything_else() {
        let receipt = Receipt::new(None, vec![line(5), line(6)]).unwrap();
        let hidden = receipt.clone().with_names(|_| "*".to_owned());
        assert!(hidden.lines().iter().all(|line| line.name == "*"));
        assert_eq!(hidden.total(), receipt.total());
    }

    proptest! {
        #[test]
        fn the_total_is_the_sum_of_the_lines(sums in proptest::collection::vec(0..10_000_000_000_i64, 1..=100)) {
            let receipt = Receipt::new(None, sums.iter().map(|&minor| line(minor)).collect()).unwrap();
            prop_assert_eq!(receipt.total().minor(), sums.iter().sum::<i64>());
        }
    }
}
