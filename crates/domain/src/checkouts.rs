//! Checkouts: what shops that speak Interkassa's protocols set, and what their orders say, beyond other shops.

use crate::decide::Refused;
use crate::payments::{ClaimKey, Payment};
use crate::sellers::{Shop, ShopAddress};
use money::Money;
use money::currency::Currency;
use sha2::{Digest, Sha256};

/// Which generation of the protocol an order came by: it is answered in the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// That of 2008, which names a shop.
    First,
    /// That of 2013, which names a checkout.
    Second,
}

impl Generation {
    /// The word in database and lists.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Generation::First => "first",
            Generation::Second => "second",
        }
    }

    /// The generation with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Generation> {
        [Generation::First, Generation::Second].into_iter().find(|generation| generation.code() == code)
    }
}

/// A setting of a checkout that a request may replace for its own payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replaceable {
    /// Where it is told of payments.
    Interaction,
    /// Where buyers return after success.
    Success,
    /// Where they return while nothing is decided.
    Pending,
    /// Where they return otherwise.
    Fail,
    /// How long a payment lives.
    Lifetime,
}

impl Replaceable {
    /// Every one.
    pub const ALL: &[Replaceable] = &[
        Replaceable::Interaction,
        Replaceable::Success,
        Replaceable::Pending,
        Replaceable::Fail,
        Replaceable::Lifetime,
    ];

    /// The word in settings and database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Replaceable::Interaction => "interaction",
            Replaceable::Success => "success",
            Replaceable::Pending => "pending",
            Replaceable::Fail => "fail",
            Replaceable::Lifetime => "lifetime",
        }
    }

    /// The setting with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Replaceable> {
        Replaceable::ALL.iter().copied().find(|setting| setting.code() == code)
    }
}

/// What makes a shop a checkout. Its sign key and its test key are the first and the second of the shop's
/// passwords, the same in both books; the third, if there is one, opens the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The shop's identifier in the first generation: 32 hex digits in upper case, in five groups.
    pub first_id: String,
    /// The business account that it belongs to: 24 hex digits, the same for all checkouts of a seller.
    pub account: String,
    /// The user with whom the API is opened: 24 hex digits.
    pub user: String,
    /// What it takes payments in besides the shop's own currency.
    pub currencies: Vec<Currency>,
    /// Whether a request without a signature is refused.
    pub must_sign: bool,
    /// Whether a number of the shop's leads to one sale only.
    pub unique_numbers: bool,
    /// What a request may replace.
    pub replaceable: Vec<Replaceable>,
    /// Where buyers return while nothing is decided.
    pub pending: Option<ShopAddress>,
    /// Whether it is told of payments that end without a sale too.
    pub tells_ended: bool,
    /// The status of an answer that takes a notice for delivered.
    pub expected_status: u16,
    /// The body of such an answer; empty if any will do.
    pub expected_text: String,
    /// Forms that were prepared, each with an address of its own.
    pub forms: Vec<SavedForm>,
}

/// A form that was prepared: whoever opens its address pays what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedForm {
    /// Ten letters and digits, which stand in its address.
    pub code: String,
    /// How much.
    pub amount: Money,
    /// For what.
    pub description: String,
}

impl SavedForm {
    /// The name under which the checkout of a code is found.
    #[must_use]
    pub fn name(code: &str) -> String {
        format!("form:{code}")
    }
}

impl Checkout {
    /// A checkout with these identifiers, set as most modules expect it: signed, numbers unique, everything
    /// replaceable, told of sales only, content with any answer of status 200.
    #[must_use]
    pub fn usual(first_id: String, account: String, user: String) -> Checkout {
        Checkout {
            first_id,
            account,
            user,
            currencies: Vec::new(),
            must_sign: true,
            unique_numbers: true,
            replaceable: Replaceable::ALL.to_vec(),
            pending: None,
            tells_ended: false,
            expected_status: 200,
            expected_text: String::new(),
            forms: Vec::new(),
        }
    }

    /// Whether it can be.
    ///
    /// # Errors
    /// [`Refused::Invalid`] naming what is wrong.
    pub fn check(&self) -> Result<(), Refused> {
        let wrong = |what, why: &str| Err(Refused::Invalid { what, why: why.to_owned() });
        if !is_first_id(&self.first_id) {
            return wrong("shop id", "expected 32 hex digits in capitals, in groups of 8, 4, 4, 4 and 12");
        }
        if !(is_hex_id(&self.account) && is_hex_id(&self.user)) {
            return wrong("account", "expected 24 hex digits in small letters");
        }
        if !(100..=599).contains(&self.expected_status) {
            return wrong("expected status", "expected a status of HTTP, such as 200");
        }
        if self.expected_text.len() > EXPECTED_BYTES_MAX {
            return wrong("expected text", "expected at most 255 bytes");
        }
        Ok(())
    }
}

/// So long is the text of an answer that takes a notice for delivered, in bytes.
const EXPECTED_BYTES_MAX: usize = 255;

/// Whether a text is an identifier of the second generation: of accounts, users and checkouts.
#[must_use]
pub fn is_hex_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a text is an identifier of the first generation.
#[must_use]
pub fn is_first_id(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
}

/// How a checkout is told of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Telling {
    /// At its own address.
    Own,
    /// At the address that the order named.
    At(ShopAddress),
    /// Not at all.
    Off,
}

/// What an order of a checkout says besides; it is echoed in what the checkout is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutTerms {
    /// By which generation of the protocol it came.
    pub generation: Generation,
    /// The shop's own number, a text; empty if it gave none.
    pub payment_no: String,
    /// How the checkout is told.
    pub telling: Telling,
    /// Where the buyer returns while nothing is decided instead of the checkout's address.
    pub pending: Option<ShopAddress>,
    /// Whether the ways back after success and otherwise are links without a word of the payment.
    pub plain: (bool, bool),
    /// The payway that was asked for, as written; empty if none was.
    pub via: String,
    /// The newer words for a payway and its currency, as written; empty where they were not used.
    pub newer: (String, String),
    /// Whether the buyer was to go straight on, which notices repeat.
    pub process: bool,
    /// The payer's e-mail address or phone, which notices repeat.
    pub contact: Option<String>,
}

impl CheckoutTerms {
    /// What a payment of a checkout says that no request began: its people opened it, or a prepared form did.
    #[must_use]
    pub const fn without_request() -> CheckoutTerms {
        CheckoutTerms {
            generation: Generation::Second,
            payment_no: String::new(),
            telling: Telling::Own,
            pending: None,
            plain: (false, false),
            via: String::new(),
            newer: (String::new(), String::new()),
            process: false,
            contact: None,
        }
    }

    /// The record that the number of an order is, where one leads to one sale only.
    #[must_use]
    pub fn claim(&self, shop: &Shop) -> Option<ClaimKey> {
        let unique = shop.checkout.as_ref().is_some_and(|checkout| checkout.unique_numbers);
        let named = unique && !self.payment_no.is_empty();
        named.then(|| ClaimKey { number: number_of(&self.payment_no), shop: shop.id })
    }
}

/// The number that a text has in claims: 63 bits of its SHA-256, below zero, where those of shops that count
/// are above it.
#[must_use]
pub fn number_of(text: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let first = digest.first_chunk::<8>().copied().unwrap_or_default();
    i64::from_be_bytes(first) | i64::MIN
}

impl Payment {
    /// The number that its checkout gave it; none of other shops' payments.
    #[must_use]
    pub fn payment_no(&self) -> Option<&str> {
        self.terms.checkout.as_ref().map(|terms| terms.payment_no.as_str())
    }
}

impl Shop {
    /// Whether it takes payments in a currency.
    #[must_use]
    pub fn takes(&self, currency: Currency) -> bool {
        let others = self.checkout.as_ref().map_or(&[][..], |checkout| &checkout.currencies);
        currency == self.currency || others.contains(&currency)
    }

    /// What it takes payments in, its own currency first.
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        let others = self.checkout.as_ref().map_or(&[][..], |checkout| &checkout.currencies);
        let others = others.iter().copied().filter(|&other| other != self.currency);
        std::iter::once(self.currency).chain(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_setting() {
        for &setting in Replaceable::ALL {
            assert_eq!(Replaceable::from_code(setting.code()), Some(setting));
        }
        assert_eq!(Generation::from_code("second"), Some(Generation::Second));
    }

    #[test]
    fn a_texts_number_is_below_zero_and_its_own() {
        let (one, other) = (number_of("ID_4233"), number_of("ID_42331"));
        assert!(one < 0 && other < 0 && one != other);
        assert_eq!(number_of("ID_4233"), one);
    }
}
