//! Sellers and their shops: the settings that decisions read again.
//!
//! A shop stands in both books of its seller under one number. The test twin has passwords and a
//! counter of its own, so nothing of a rehearsal touches the live side.

use crate::checkouts::Checkout;
use crate::ids::{SellerId, ShopId};
use crate::methods::Method;
use crate::secrets::Secret;
use jiff::civil::Date;
use money::Money;
use money::currency::Currency;

/// One legal person.
#[derive(Clone, Debug)]
pub struct Seller {
    /// Which.
    pub id: SellerId,
    /// Its name, as on the contract.
    pub name: String,
    /// Whether it may take new payments.
    pub active: bool,
    /// The time zone of its days and months, an IANA name.
    pub zone: String,
    /// Captured sums of the last full month, by currency, and the month's first day.
    /// Decides the step of its tariffs until the next month is measured.
    pub turnover: Vec<Turnover>,
    /// Counts changes.
    pub version: u32,
}

/// What all shops of a seller captured in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turnover {
    /// The first day of the month, in the seller's zone.
    pub month: Date,
    /// The captured sum of one currency.
    pub sum: Money,
}

/// The digest a shop signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// MD5.
    Md5,
    /// RIPEMD-160.
    Ripemd160,
    /// SHA-1.
    Sha1,
    /// SHA-256, the choice for new shops.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// Every digest.
    pub const ALL: &[Algorithm] = &[
        Algorithm::Md5,
        Algorithm::Ripemd160,
        Algorithm::Sha1,
        Algorithm::Sha256,
        Algorithm::Sha384,
        Algorithm::Sha512,
    ];

    /// The word in settings and database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Algorithm::Md5 => "md5",
            Algorithm::Ripemd160 => "ripemd160",
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
        }
    }

    /// The digest with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Algorithm> {
        Algorithm::ALL.iter().copied().find(|algorithm| algorithm.code() == code)
    }
}

/// The passwords of a shop under one version: old ones stay for what was promised under them.
#[derive(Clone, Debug)]
pub struct Passwords {
    /// Counts rotations from 1.
    pub version: u32,
    /// Signs what the shop asks and where the buyer returns.
    pub first: Secret,
    /// Signs what the shop is told.
    pub second: Secret,
    /// Signs refunds that the shop's program asks for; none until that is allowed, and none in the test twin:
    /// one password is for both.
    pub third: Option<Secret>,
}

/// How a browser or a server is sent to a shop's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Values in the query.
    Get,
    /// Values in a form body.
    Post,
}

impl Verb {
    /// The word of HTTP.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post => "POST",
        }
    }

    /// The verb with this word, in any case.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Verb> {
        [Verb::Get, Verb::Post].into_iter().find(|verb| verb.code().eq_ignore_ascii_case(code))
    }
}

/// An address of a shop and how to go there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopAddress {
    /// Absolute, http or https.
    pub url: String,
    /// GET or POST.
    pub verb: Verb,
}

/// Exceptions that a shop may be given by name, each for a client that needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Switch {
    /// Custom values may contain `:shp` (RULES: they sign like two fields).
    ShpInValues,
    /// Hold operations are signed with MD5 whatever the shop's digest is.
    Md5ForHolds,
    /// Tokens of the invoice service may be signed with MD5 whatever the shop's digest is.
    Md5ForInvoices,
    /// `FailUrl2` may come without `SuccessUrl2`, although the two then sign alike.
    LoneFailAddress,
    /// A request may ask that its money is held first.
    Holds,
    /// A request may ask that its method is kept, and charge it again without the buyer.
    Recurring,
    /// Cards are kept, and a request may offer its buyer one of them.
    SavedCards,
    /// The shop takes part in payments that several shops share, as the one that is paid or as another.
    Split,
    /// Every payout that the shop asks for waits for a person to approve it.
    PayoutsByHand,
}

impl Switch {
    /// Every switch.
    pub const ALL: &[Switch] = &[
        Switch::ShpInValues,
        Switch::Md5ForHolds,
        Switch::Md5ForInvoices,
        Switch::LoneFailAddress,
        Switch::Holds,
        Switch::Recurring,
        Switch::SavedCards,
        Switch::Split,
        Switch::PayoutsByHand,
    ];

    /// The word in settings and database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Switch::ShpInValues => "shp_in_values",
            Switch::Md5ForHolds => "md5_for_holds",
            Switch::Md5ForInvoices => "md5_for_invoices",
            Switch::LoneFailAddress => "lone_fail_address",
            Switch::Holds => "holds",
            Switch::Recurring => "recurring",
            Switch::SavedCards => "saved_cards",
            Switch::Split => "split",
            Switch::PayoutsByHand => "payouts_by_hand",
        }
    }

    /// The switch with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Switch> {
        Switch::ALL.iter().copied().find(|switch| switch.code() == code)
    }
}

/// When a payment's money becomes available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementDelay {
    /// At 00:00 in the shop's zone, so many days after the day of payment (1 is the next day).
    Days(u16),
    /// So many seconds after the payment.
    Seconds(u32),
}

/// A shop, in one of its seller's two books.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Which, and in which book.
    pub id: ShopId,
    /// Whose.
    pub seller: SellerId,
    /// The identifier in merchant protocols; contains a letter.
    pub login: String,
    /// The name that buyers see.
    pub name: String,
    /// Where the shop is found, for the way back; absolute or empty.
    pub site: String,
    /// Its currency.
    pub currency: Currency,
    /// Whether it may take new payments.
    pub active: bool,
    /// The digest it signs with.
    pub algorithm: Algorithm,
    /// Its passwords, the newest last.
    pub passwords: Vec<Passwords>,
    /// Where it is told of payments.
    pub result: Option<ShopAddress>,
    /// Where its buyers return after success.
    pub success: Option<ShopAddress>,
    /// Where its buyers return otherwise.
    pub fail: Option<ShopAddress>,
    /// Hosts to which a request may send its buyers.
    pub domains: Vec<String>,
    /// Named exceptions.
    pub switches: Vec<Switch>,
    /// The methods it offers.
    pub methods: Vec<Method>,
    /// The buyer's share of the fee, in thousandths: 0 the shop bears it, 1000 the buyer.
    pub buyer_share: u16,
    /// Whether its payments are authorised only: a person captures or releases each hold.
    pub two_step: bool,
    /// How long a payment lives, in seconds.
    pub lifetime_s: u32,
    /// How long after its end money still counts, in seconds.
    pub grace_s: u32,
    /// When its money becomes available.
    pub delay: SettlementDelay,
    /// The time zone of its days, an IANA name.
    pub zone: String,
    /// What makes it a checkout of Interkassa's protocols; other shops speak Robokassa's.
    pub checkout: Option<Checkout>,
    /// The last number it was assigned; not part of the version.
    pub last_number: i64,
    /// Counts changes of the settings above.
    pub version: u32,
}

impl Shop {
    /// The passwords in force.
    #[must_use]
    pub fn current_passwords(&self) -> Option<&Passwords> {
        self.passwords.last()
    }

    /// The password that signs refunds, if the shop's program may give money back.
    #[must_use]
    pub fn refund_password(&self) -> Option<&Secret> {
        self.current_passwords().and_then(|passwords| passwords.third.as_ref())
    }

    /// The passwords of a version, for what was promised under it.
    #[must_use]
    pub fn passwords_of(&self, version: u32) -> Option<&Passwords> {
        self.passwords.iter().find(|passwords| passwords.version == version)
    }
}
