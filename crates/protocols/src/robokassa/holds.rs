//! The end of a hold: a shop asks for the money that is held, or lets it go (protocol, section 7).

use domain::payments::CustomField;
use domain::receipts::Receipt;
use money::Money;
use money::currency::Currency;
use wire::form::TextEncoding;
use wire::http::HttpRequest;

use super::errors::Refused;
use super::fields::{Fields, Given};
use super::keys::ShopKeys;
use super::names::Name;
use super::receipt::{ReceiptError, read_receipt};
use super::signature::matching;
use super::slots::Slots;
use super::sums::{read_number, read_sum};

/// What a shop wants of a hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HoldWish {
    /// Take the money, all of it or less.
    Confirm,
    /// Give all of it back.
    Cancel,
}

/// Why a wish is not granted, for the log: a client hears no more than that it is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HoldRefused {
    /// Something cannot be read.
    #[error(transparent)]
    Unread(#[from] Refused),
    /// No shop is named.
    #[error("no shop is named")]
    NoShop,
    /// Not signed with password 1 of this shop.
    #[error("no reading of the request has this signature")]
    WrongSignature,
    /// The number is none.
    #[error("the number is not an integer of 1 to 9223372036854775807")]
    NoNumber,
    /// The sum is none.
    #[error("the sum is not a plain decimal above zero")]
    NoSum,
    /// A receipt is attached that is none, or not one of the sum.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
}

/// A wish that was read but not verified.
#[derive(Debug)]
pub struct HoldRequest {
    wish: HoldWish,
    slots: Slots,
    custom: Vec<CustomField>,
    signature: Given,
}

/// A wish that the shop has signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedWish {
    /// The shop's number of the order.
    pub number: i64,
    /// How much is to be taken, as it was written; nothing where everything goes back.
    sum: Option<String>,
    /// The JSON of the receipt of what is taken.
    receipt: Option<String>,
}

impl HoldRequest {
    /// Reads POST forms and POSTs with their values in the query.
    ///
    /// # Errors
    /// [`HoldRefused::NoShop`] and [`HoldRefused::Unread`].
    pub fn read(wish: HoldWish, request: &HttpRequest) -> Result<HoldRequest, HoldRefused> {
        let fields = Fields::read(request)?;
        let login = fields.strict(Name::MerchantLogin)?;
        // The sum takes an empty slot when everything goes back, even if it is sent.
        let out_sum = match wish {
            HoldWish::Confirm => fields.strict(Name::OutSum)?,
            HoldWish::Cancel => Given::Absent,
        };
        let slots = Slots {
            login: login.text().ok_or(HoldRefused::NoShop)?.to_owned(),
            out_sum,
            default_sum: Given::Absent,
            number: fields.strict(Name::InvId)?,
            currency: Given::Absent,
            user_ip: Given::Absent,
            receipt: fields.strict(Name::Receipt)?,
            step_by_step: Given::Absent,
            result_url2: Given::Absent,
            success: (Given::Absent, Given::Absent),
            fail: (Given::Absent, Given::Absent),
            token: Given::Absent,
            encoding: TextEncoding::UTF_8,
        };
        // One framework calls it by its name in the state services.
        let signature = match fields.strict(Name::SignatureValue)? {
            Given::Text(text) => Given::Text(text),
            Given::Absent | Given::Empty => fields.strict(Name::Signature)?,
        };
        Ok(HoldRequest { wish, slots, custom: fields.custom()?, signature })
    }

    /// The shop that the request names, as written.
    pub fn login(&self) -> &str {
        &self.slots.login
    }

    /// Verifies the signature, which password 1 makes: `login:OutSum:InvoiceID[:Receipt]:Password1`, with an
    /// empty sum where everything goes back. Custom fields follow it if they are sent.
    ///
    /// # Errors
    /// [`HoldRefused`]: the signature first, then what is signed.
    pub fn verify(&self, keys: &ShopKeys<'_>) -> Result<SignedWish, HoldRefused> {
        let received = self.signature.text().ok_or(HoldRefused::WrongSignature)?;
        if self.slots.login != keys.login {
            return Err(HoldRefused::WrongSignature);
        }
        let signed =
            matching(&self.slots, &self.custom, keys, received).ok_or(HoldRefused::WrongSignature)?;
        let number = read_number(self.slots.number.text().unwrap_or_default());
        let number = number.ok().flatten().ok_or(HoldRefused::NoNumber)?;
        Ok(match self.wish {
            HoldWish::Confirm => {
                let sum = Some(self.slots.out_sum.text().ok_or(HoldRefused::NoSum)?.to_owned());
                SignedWish { number, sum, receipt: signed.terms.receipt.map(|json| json.as_ref().to_owned()) }
            }
            // Nothing is sold then.
            HoldWish::Cancel => SignedWish { number, sum: None, receipt: None },
        })
    }
}

impl SignedWish {
    /// How much is to be taken, in the payment's currency; nothing where everything goes back.
    ///
    /// # Errors
    /// [`HoldRefused::NoSum`] for what is no sum of this currency above zero.
    pub fn sum(&self, currency: Currency) -> Result<Option<Money>, HoldRefused> {
        let Some(text) = &self.sum else { return Ok(None) };
        let sum = read_sum(text, currency).filter(|sum| sum.is_positive()).ok_or(HoldRefused::NoSum)?;
        Ok(Some(sum))
    }

    /// The receipt of what is taken, if one was signed.
    ///
    /// # Errors
    /// [`HoldRefused::Receipt`] for what is no receipt of this sum.
    pub fn receipt(&self, sum: Money) -> Result<Option<Receipt>, HoldRefused> {
        Ok(self.receipt.as_ref().map(|json| read_receipt(json, sum)).transpose()?)
    }
}

/// What a client reads: a JSON text, quotes and all. One compares it letter by letter, one parses it, one
/// looks for the words in it.
pub const fn answer(granted: bool) -> &'static str {
    if granted { "\"success: true\"" } else { "\"success: false\"" }
}
