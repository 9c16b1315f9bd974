//! The register of identifiers: typed, ordered in time, each knowing its book.
//!
//! Inside, an identifier is a pair of numbers. Outside it is a prefix and 26 letters that hide
//! both numbers behind one AES block, so a stranger reads neither volume nor order from it.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use jiff::Timestamp;
use std::fmt;

/// Whether a book holds real money or rehearsals. The two never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BookKind {
    /// Real money.
    Live,
    /// Rehearsals.
    Test,
}

/// The unit of locality: every seller has a live and a test book, the platform too.
///
/// The lowest bit tells test from live, the rest is the seller's number; number 0 is the platform.
/// At most 40 bits.
///
/// ```
/// use domain::ids::{Book, BookKind};
/// let book = Book::of_seller(7, BookKind::Live).unwrap();
/// assert_eq!(book.twin(BookKind::Test).kind(), BookKind::Test);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Book(u64);

impl Book {
    /// Books have at most this many bits.
    pub const BITS: u32 = 40;
    /// The platform's own live book, which also holds what all sellers share: providers and tariffs.
    pub const PLATFORM: Book = Book(0);

    /// The book with this number, if it fits into 40 bits.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Book> {
        if number >> Self::BITS == 0 { Some(Book(number)) } else { None }
    }

    /// The live or test book of the seller with this number, if it fits.
    #[must_use]
    pub const fn of_seller(seller: u64, kind: BookKind) -> Option<Book> {
        if seller >> (Self::BITS - 1) != 0 {
            return None;
        }
        Some(Book((seller << 1) | matches!(kind, BookKind::Test) as u64))
    }

    /// The number in the database.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Live or test.
    #[must_use]
    pub const fn kind(self) -> BookKind {
        if self.0 & 1 == 0 { BookKind::Live } else { BookKind::Test }
    }

    /// The book of the same owner of the given kind.
    #[must_use]
    pub const fn twin(self, kind: BookKind) -> Book {
        Book((self.0 & !1) | matches!(kind, BookKind::Test) as u64)
    }
}

impl fmt::Display for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "book {}", self.0)
    }
}

/// What all identifiers have in common.
pub trait Id: Copy + Ord + fmt::Debug + Send + Sync + 'static {
    /// What stands before the underscore outside.
    const PREFIX: &'static str;
    /// The eight bits of kind inside the block.
    const KIND: u8;
    /// The identifier with this number in this book.
    fn new(book: Book, number: u64) -> Self;
    /// The book it lives in.
    fn book(self) -> Book;
    /// The number, ordered in time.
    fn number(self) -> u64;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            /// The number, ordered in time; first, so that keys of one time stand together.
            pub number: u64,
            /// The book it lives in.
            pub book: Book,
        }

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            const KIND: u8 = $kind;
            fn new(book: Book, number: u64) -> Self { Self { number, book } }
            fn book(self) -> Book { self.book }
            fn number(self) -> u64 { self.number }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {} of {}", $prefix, self.number, self.book)
            }
        }
    )*};
}

ids! {
    /// A seller: one legal person. Stands in both of its books under one number.
    SellerId "seller" 1;
    /// A shop of a seller. Stands in both books of the seller under one number.
    ShopId "shop" 2;
    /// What a shop wants to be paid.
    PaymentId "pay" 3;
    /// One try to pay through one provider.
    AttemptId "try" 4;
    /// Money on its way back to the payer.
    RefundId "ref" 5;
    /// A notification owed to a shop.
    NoticeId "note" 6;
    /// The platform's account with a provider; lives in the platform's book.
    ProviderAccountId "prov" 7;
    /// A tariff; lives in the platform's book.
    TariffId "tariff" 8;
    /// A request to a provider, frozen before it is sent.
    CallId "call" 9;
    /// The browser that opened a payment: the payment's number, told to nobody else.
    VisitId "visit" 10;
    /// A page of a payment: the payment's number, in every form that the page sends.
    PageTokenId "form" 11;
    /// A payer's method that a provider keeps: the number of the attempt that had it kept.
    StoredMethodId "stored" 20;
    /// A payment link that a shop issues.
    InvoiceId "inv" 21;
    /// Money on its way to another book; lives in the sender's.
    MoveId "move" 25;
    /// Money on its way out of a seller's balance.
    PayoutId "payout" 30;
}

/// Why a text is not one of our identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The prefix is another one or missing.
    #[error("expected an identifier that begins with \"{0}_\"")]
    Prefix(&'static str),
    /// Not 26 letters of our alphabet, or made under another key.
    #[error("this is not an identifier of this installation")]
    Unknown,
}

/// The alphabet of Crockford's base 32: no letter that reads like a digit.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// Turns identifiers into public text and back, under the installation's key.
///
/// The key never changes: it belongs to the backup.
#[derive(Clone)]
pub struct PublicIds {
    cipher: Aes128,
}

impl fmt::Debug for PublicIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicIds(***)")
    }
}

impl PublicIds {
    /// Identifiers under this key.
    #[must_use]
    pub fn new(key: [u8; 16]) -> Self {
        PublicIds { cipher: Aes128::new(&Array::from(key)) }
    }

    /// The public form, such as `pay_01h2…`: prefix, underscore, 26 letters.
    #[must_use]
    pub fn print<I: Id>(&self, id: I) -> String {
        // From the top: 16 zero bits that are checked, 8 of kind, 40 of book, 64 of number.
        let plain =
            (u128::from(I::KIND) << 104) | (u128::from(id.book().number()) << 64) | u128::from(id.number());
        let mut block = Array::from(plain.to_be_bytes());
        self.cipher.encrypt_block(&mut block);
        let value = u128::from_be_bytes(block.into());
        let letters = (0..LENGTH).rev().map(|place| {
            let five = (value >> place.saturating_mul(5)) & 31;
            LETTERS.get(five as usize).map_or('0', |letter| char::from(*letter))
        });
        format!("{}_{}", I::PREFIX, letters.collect::<String>())
    }

    /// The identifier behind a public form, in either case.
    ///
    /// # Errors
    /// [`IdError`] when the prefix is another one or the letters were not made here for this kind.
    pub fn parse<I: Id>(&self, text: &str) -> Result<I, IdError> {
        let letters = text
            .get(..I::PREFIX.len())
            .filter(|prefix| prefix.eq_ignore_ascii_case(I::PREFIX))
            .and_then(|_| text.get(I::PREFIX.len()..))
            .and_then(|rest| rest.strip_prefix('_'))
            .ok_or(IdError::Prefix(I::PREFIX))?;
        let plain = self.decrypt(letters)?;
        if plain >> 104 != u128::from(I::KIND) {
            return Err(IdError::Unknown);
        }
        let book = Book::from_number(((plain >> 64) & 0xff_ffff_ffff) as u64).ok_or(IdError::Unknown)?;
        let number = (plain & u128::from(u64::MAX)) as u64;
        if number >> 63 != 0 {
            return Err(IdError::Unknown);
        }
        Ok(I::new(book, number))
    }

    fn decrypt(&self, letters: &str) -> Result<u128, IdError> {
        if letters.len() != LENGTH {
            return Err(IdError::Unknown);
        }
        let mut value: u128 = 0;
        for (place, letter) in letters.bytes().enumerate() {
            let five = LETTERS.iter().position(|known| *known == letter.to_ascii_lowercase());
            let five = five.ok_or(IdError::Unknown)?;
            // 26 letters are 130 bits: the first may carry three only.
            if place == 0 && five > 7 {
                return Err(IdError::Unknown);
            }
            value = (value << 5) | five as u128;
        }
        let mut block = Array::from(value.to_be_bytes());
        self.cipher.decrypt_block(&mut block);
        Ok(u128::from_be_bytes(block.into()))
    }
}

/// Milliseconds of 2024-01-01T00:00:00Z, from which numbers count.
const EPOCH_MS: i64 = 1_704_067_200_000;
/// Nodes are numbered with six bits.
pub const NODES_MAX: u8 = 64;
/// The lowest bits of a number count; the node stands above them, the milliseconds above the node.
pub const SEQUENCE_BITS: u32 = 16;

/// Why no number can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumbersError {
    /// The reservation of the node has run out: its renewal is late.
    #[error("the reservation of identifiers has run out; the store is not answering")]
    ReservationOver,
}

/// A node's source of numbers: 41 bits of milliseconds, 6 of node, 16 of sequence.
///
/// It never gives a number for a time outside its reservation, so a clock that is set back
/// repeats nothing: the next start begins where the reservation ended.
#[derive(Clone, Debug)]
pub struct Numbers {
    node: u8,
    /// Milliseconds since the epoch, and the next sequence within them.
    at: u64,
    sequence: u32,
    reserved_until: u64,
}

impl Numbers {
    /// Numbers of a node (below 64) from `not_before` on, good until `reserved_until`.
    #[must_use]
    pub fn new(node: u8, not_before: Timestamp, reserved_until: Timestamp) -> Self {
        Numbers {
            node: node % NODES_MAX,
            at: since_epoch(not_before),
            sequence: 0,
            reserved_until: since_epoch(reserved_until),
        }
    }

    /// Moves the end of the reservation after it was saved.
    pub fn extend(&mut self, reserved_until: Timestamp) {
        self.reserved_until = self.reserved_until.max(since_epoch(reserved_until));
    }

    /// The next number: greater than every one before it.
    ///
    /// # Errors
    /// [`NumbersError::ReservationOver`] when the reservation was not renewed in time.
    pub fn next(&mut self, now: Timestamp) -> Result<u64, NumbersError> {
        let now = since_epoch(now);
        if now > self.at {
            self.at = now;
            self.sequence = 0;
        } else if self.sequence >> SEQUENCE_BITS != 0 {
            self.at = self.at.saturating_add(1);
            self.sequence = 0;
        }
        if self.at >= self.reserved_until {
            return Err(NumbersError::ReservationOver);
        }
        let number = (self.at << (SEQUENCE_BITS + 6)) | (u64::from(self.node) << SEQUENCE_BITS);
        let number = number | u64::from(self.sequence);
        self.sequence = self.sequence.saturating_add(1);
        Ok(number)
    }
}

/// The smallest number that an identifier taken at a moment can have, so that lists ordered by number can begin
/// at a time.
#[must_use]
pub fn first_number(at: Timestamp) -> u64 {
    since_epoch(at) << (SEQUENCE_BITS + 6)
}

/// When an identifier of this number was taken, to the millisecond: lists ordered by number say by it how far
/// they have come.
#[must_use]
pub fn taken_at(number: u64) -> Timestamp {
    let since = i64::try_from(number >> (SEQUENCE_BITS + 6)).unwrap_or(0);
    Timestamp::from_millisecond(EPOCH_MS.saturating_add(since)).unwrap_or(Timestamp::MAX)
}

fn since_epoch(at: Timestamp) -> u64 {
    let since = at.as_millisecond().saturating_sub(EPOCH_MS).max(0);
    since.unsigned_abs() & ((1 << 41) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(EPOCH_MS + ms).unwrap()
    }

    #[test]
    fn one_prefix_cannot_be_read_as_another() {
        let ids = PublicIds::new([7; 16]);
        let text = ids.print(PaymentId::new(Book::PLATFORM, 5));
        let other = text.replace("pay_", "try_");
        assert_eq!(ids.parse::<AttemptId>(&other), Err(IdError::Unknown));
        assert_eq!(ids.parse::<AttemptId>(&text), Err(IdError::Prefix("try")));
    }

    #[test]
    fn numbers_rise_even_when_the_clock_goes_back() {
        let mut numbers = Numbers::new(3, at(10), at(1000));
        let first = numbers.next(at(20)).unwrap();
        let second = numbers.next(at(5)).unwrap();
        assert!(second > first);
        assert_eq!(numbers.next(at(1000)), Err(NumbersError::ReservationOver));
        numbers.extend(at(2000));
        assert!(numbers.next(at(1000)).unwrap() > second);
    }

    #[test]
    fn a_millisecond_that_is_used_up_borrows_the_next() {
        let mut numbers = Numbers::new(0, at(0), at(1000));
        let mut last = 0;
        for _ in 0..70_000 {
            let next = numbers.next(at(1)).unwrap();
            assert!(next > last);
            last = next;
        }
    }

    proptest! {
        #[test]
        fn public_forms_lead_back(book in 0u64..(1 << 40), number in 0u64..(1 << 63), key: [u8; 16]) {
            let ids = PublicIds::new(key);
            let id = PaymentId::new(Book::from_number(book).unwrap(), number);
            let text = ids.print(id);
            prop_assert_eq!(text.len(), 4 + LENGTH);
            prop_assert_eq!(ids.parse::<PaymentId>(&text), Ok(id));
            prop_assert_eq!(ids.parse::<PaymentId>(&text.to_uppercase()), Ok(id));
        }

        #[test]
        fn strange_text_is_refused(text in "\\PC{0,40}") {
            let ids = PublicIds::new([1; 16]);
            prop_assert!(ids.parse::<PaymentId>(&text).is_err());
            let with_prefix = format!("pay_{text}");
            prop_assert!(ids.parse::<PaymentId>(&with_prefix).is_err());
        }
    }
}
