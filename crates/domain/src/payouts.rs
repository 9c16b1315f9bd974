//! Money on its way out of a seller's balance: what a payout is, where it goes and where it stands.

use crate::attempts::Reason;
use crate::history::Actor;
use crate::ids::{PayoutId, ProviderAccountId, ShopId};
use crate::secrets::Secret;
use jiff::Timestamp;
use money::{Money, MoneyError};

/// The longest number that a shop may give a payout, in characters.
pub const NUMBER_CHARS_MAX: usize = 128;
/// The longest description, in characters: what providers show to whoever gets the money.
pub const DESCRIPTION_CHARS_MAX: usize = 128;

/// What kind of place money goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DestinationKind {
    /// A bank card, by its number.
    Card,
    /// A bank account, by the phone number that it is known by.
    Phone,
    /// An electronic wallet, by its number.
    Wallet,
}

impl DestinationKind {
    /// Every kind.
    pub const ALL: &[DestinationKind] =
        &[DestinationKind::Card, DestinationKind::Phone, DestinationKind::Wallet];

    /// The word in the database and at the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            DestinationKind::Card => "card",
            DestinationKind::Phone => "phone",
            DestinationKind::Wallet => "wallet",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<DestinationKind> {
        DestinationKind::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

/// Where money goes. The number itself is a secret; people and connectors see its mask.
///
/// ```
/// use domain::payouts::{Destination, DestinationKind};
/// let card = Destination::parse(DestinationKind::Card, "5555 5555 5555 4477", None).expect("a card");
/// assert_eq!(card.mask, "555555******4477");
/// assert!(!format!("{card:?}").contains("5555555555554477"));
/// assert!(Destination::parse(DestinationKind::Card, "5555555555554478", None).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Destination {
    /// What kind of place.
    pub kind: DestinationKind,
    /// Its number.
    pub account: Secret,
    /// What people may see of the number, such as `555555******4477`.
    pub mask: String,
    /// The bank that holds the account of a phone number, as the provider numbers banks.
    pub bank: Option<String>,
}

impl PartialEq for Destination {
    fn eq(&self, other: &Destination) -> bool {
        let parts = |of: &Destination| (of.kind, of.account.expose().to_owned(), of.bank.clone());
        parts(self) == parts(other)
    }
}

impl Eq for Destination {}

impl Destination {
    /// Reads a number as a person or a program writes it: spaces and dashes are dropped, and a phone's plus.
    ///
    /// # Errors
    /// What is wrong with it; the number is not repeated.
    pub fn parse(
        kind: DestinationKind,
        number: &str,
        bank: Option<&str>,
    ) -> Result<Destination, &'static str> {
        let plain: String = number.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let plain = match kind {
            DestinationKind::Card if digits(&plain) && (16..=19).contains(&plain.len()) && luhn(&plain) => {
                plain
            }
            DestinationKind::Card => return Err("expected the 16 to 19 digits of a card's number"),
            DestinationKind::Phone => {
                let phone = plain.strip_prefix('+').unwrap_or(&plain).to_owned();
                if !digits(&phone) || !(10..=15).contains(&phone.len()) {
                    return Err("expected a phone number with its country, such as +79000000000");
                }
                phone
            }
            DestinationKind::Wallet => {
                let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'@');
                if !(5..=64).contains(&plain.len()) || !plain.bytes().all(fits) {
                    return Err("expected the 5 to 64 letters and digits of a wallet's number");
                }
                plain
            }
        };
        let bank = bank.filter(|bank| !bank.is_empty());
        if bank.is_some_and(|bank| !digits(bank) || bank.len() > 32) {
            return Err("expected the digits of a bank's number");
        }
        let mask = masked(kind, &plain);
        Ok(Destination { kind, account: Secret::new(plain), mask, bank: bank.map(str::to_owned) })
    }
}

/// What people may see of a number: of a card as card networks allow it, of others the last four characters.
fn masked(kind: DestinationKind, number: &str) -> String {
    let shown_first = match kind {
        DestinationKind::Card => 6,
        DestinationKind::Phone => 1,
        DestinationKind::Wallet => 0,
    };
    let last = number.len().saturating_sub(4);
    let hide =
        |(place, letter): (usize, char)| if place < shown_first || place >= last { letter } else { '*' };
    number.chars().enumerate().map(hide).collect()
}

/// The check digit of card numbers.
fn luhn(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().fold(0_u32, |sum, (place, digit)| {
        let value = u32::from(digit.saturating_sub(b'0'));
        let doubled = value.saturating_mul(2);
        let folded = if doubled > 9 { doubled.saturating_sub(9) } else { doubled };
        sum.saturating_add(if place % 2 == 1 { folded } else { value })
    });
    sum % 10 == 0
}

/// Where a payout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutState {
    /// The money is set aside, and a person must approve.
    Asked,
    /// It may leave; nothing is sent yet.
    Approved,
    /// The call is saved and may have left, or the provider is at work.
    Sent,
    /// The money has left.
    Settled,
    /// It does not leave; the money is back in the balance.
    Bounced {
        /// Why; `merchant_canceled` where a person of ours refused.
        reason: Reason,
    },
}

impl PayoutState {
    /// The word in the database and in lists.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            PayoutState::Asked => "asked",
            PayoutState::Approved => "approved",
            PayoutState::Sent => "sent",
            PayoutState::Settled => "settled",
            PayoutState::Bounced { .. } => "bounced",
        }
    }

    /// Why it bounced, if it did.
    #[must_use]
    pub const fn reason(self) -> Option<Reason> {
        match self {
            PayoutState::Bounced { reason } => Some(reason),
            PayoutState::Asked | PayoutState::Approved | PayoutState::Sent | PayoutState::Settled => None,
        }
    }

    /// The state with this word; a reason belongs to what bounced, and only to that.
    #[must_use]
    pub fn from_parts(code: &str, reason: Option<Reason>) -> Option<PayoutState> {
        match (code, reason) {
            ("asked", None) => Some(PayoutState::Asked),
            ("approved", None) => Some(PayoutState::Approved),
            ("sent", None) => Some(PayoutState::Sent),
            ("settled", None) => Some(PayoutState::Settled),
            ("bounced", Some(reason)) => Some(PayoutState::Bounced { reason }),
            _ => None,
        }
    }

    /// Whether nothing can follow any more but contradicting news.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            PayoutState::Asked | PayoutState::Approved | PayoutState::Sent => false,
            PayoutState::Settled | PayoutState::Bounced { .. } => true,
        }
    }
}

/// The request that a payout was sent by, written down before it left. It contains no secret: the number that
/// the money goes to is put in at the last moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutCall {
    /// The request as text, as it is sent again.
    pub request: String,
    /// When it was written down.
    pub saved_at: Timestamp,
}

/// A withdrawal from a seller's balance.
#[derive(Clone, Debug)]
pub struct Payout {
    /// Which.
    pub id: PayoutId,
    /// Through which shop of the seller it was asked for.
    pub shop: ShopId,
    /// The shop's own number of it, unique in the shop.
    pub number: String,
    /// What whoever gets it may read.
    pub description: String,
    /// How much arrives.
    pub amount: Money,
    /// What it costs the seller beside that.
    pub fee: Money,
    /// Where to.
    pub to: Destination,
    /// Through which account it leaves.
    pub provider: ProviderAccountId,
    /// Where it stands.
    pub state: PayoutState,
    /// The call by which it was sent, once it was.
    pub call: Option<PayoutCall>,
    /// The provider's number, when known.
    pub memo: Option<String>,
    /// How often it was checked without news.
    pub checks: u32,
    /// Who asked.
    pub asked_by: Actor,
    /// When.
    pub asked_at: Timestamp,
    /// When its state changed last.
    pub changed_at: Timestamp,
}

impl Payout {
    /// What leaves the balance: what arrives and what it costs.
    ///
    /// # Errors
    /// [`MoneyError`] when the two do not fit together.
    pub fn taken(&self) -> Result<Money, MoneyError> {
        self.amount.plus(self.fee)
    }
}

/// A shop's own number of a payout.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayoutNumberKey {
    /// The number, as the shop writes it.
    pub number: String,
    /// The shop.
    pub shop: ShopId,
}

/// Which payout a shop's number means: the claim that keeps one number from paying twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutNumber {
    /// The number.
    pub key: PayoutNumberKey,
    /// The payout.
    pub payout: PayoutId,
}

/// How a payout ended at its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutOutcome {
    /// The money has left.
    Settled,
    /// It does not leave.
    Bounced {
        /// Why.
        reason: Reason,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_found_by_their_parts_and_a_reason_belongs_to_a_bounce_only() {
        let reason = Reason::LimitExceeded;
        let all = [
            PayoutState::Asked,
            PayoutState::Approved,
            PayoutState::Sent,
            PayoutState::Settled,
            PayoutState::Bounced { reason },
        ];
        for state in all {
            assert_eq!(PayoutState::from_parts(state.code(), state.reason()), Some(state));
        }
        assert_eq!(PayoutState::from_parts("bounced", None), None);
        assert_eq!(PayoutState::from_parts("sent", Some(reason)), None);
        for kind in DestinationKind::ALL {
            assert_eq!(DestinationKind::from_code(kind.code()), Some(*kind));
        }
    }

    #[test]
    fn numbers_are_read_as_people_write_them_and_shown_masked() {
        let mask = |kind, number| Destination::parse(kind, number, None).map(|to| to.mask);
        assert_eq!(mask(DestinationKind::Card, "4111-1111 1111 1111"), Ok("411111******1111".to_owned()));
        assert_eq!(mask(DestinationKind::Phone, "+7 (900) 000-12-34"), Ok("7******1234".to_owned()));
        assert_eq!(mask(DestinationKind::Wallet, "4100116075156746"), Ok("************6746".to_owned()));
        for (kind, wrong) in [
            (DestinationKind::Card, "4111111111111112"),
            (DestinationKind::Card, "411111111111"),
            (DestinationKind::Phone, "12345"),
            (DestinationKind::Wallet, "a\"b,c"),
        ] {
            assert!(mask(kind, wrong).is_err(), "{wrong}");
        }
        assert!(Destination::parse(DestinationKind::Phone, "79000001234", Some("x")).is_err());
    }

    #[test]
    fn the_same_number_written_otherwise_is_the_same_place() {
        let read = |number| Destination::parse(DestinationKind::Phone, number, Some("100000000111")).unwrap();
        assert_eq!(read("+7 900 000 12 34"), read("79000001234"));
        assert_ne!(read("79000001234"), read("79000001235"));
    }
}
