//! Purses: a seller's book by currency, under numbers that a checkout's protocol can bear.

use domain::ids::{Book, BookKind};
use money::currency::Currency;
use wire::digest::sha256;

/// The least number of twelve digits.
const FIRST: u64 = 100_000_000_000;
/// So many numbers of twelve digits there are.
const COUNT: u64 = 900_000_000_000;

/// The number of a seller's purse in a currency: twelve digits that follow from both, and from nothing else.
/// Both books of the seller have the same purses.
#[must_use]
pub fn purse_number(book: Book, currency: Currency) -> u64 {
    let text = format!("purse {} {}", book.twin(BookKind::Live).number(), currency.code());
    let first = sha256(text.as_bytes()).first_chunk::<8>().copied().unwrap_or_default();
    FIRST.saturating_add(u64::from_be_bytes(first).checked_rem(COUNT).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purse_has_twelve_digits_and_one_number_for_both_books() {
        let live = Book::of_seller(7, BookKind::Live).unwrap();
        let number = purse_number(live, Currency::Uah);
        assert_eq!(number.to_string().len(), 12);
        assert_eq!(purse_number(live.twin(BookKind::Test), Currency::Uah), number);
        assert_ne!(purse_number(live, Currency::Usd), number);
    }
}
