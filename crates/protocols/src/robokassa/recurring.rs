//! A charge that follows an earlier payment without its buyer: `/Merchant/Recurring` (protocol, section 8).

use domain::payments::CustomField;
use domain::receipts::Receipt;
use money::Money;
use wire::digest::sha256;
use wire::http::{HttpReply, HttpRequest, Method};

use super::errors::{Refused, RobokassaError};
use super::fields::{Fields, Given};
use super::keys::ShopKeys;
use super::names::Name;
use super::receipt::read_receipt;
use super::request::{DESCRIPTION_CHARS_MAX, says_no};
use super::signature::{Signed, matching};
use super::slots::Slots;
use super::sums::{read_number, read_sum};

/// What a charge may not say: its method is the kept one, it has no end, and it cannot be rehearsed.
const FORBIDDEN: [Name; 4] = [Name::Recurring, Name::IncCurrLabel, Name::ExpirationDate, Name::IsTest];

/// A charge that was read but not verified.
#[derive(Debug)]
pub struct ChargeRequest {
    slots: Slots,
    custom: Vec<CustomField>,
    signature: Given,
    previous: Given,
    forbidden: Option<Name>,
    description: String,
}

/// A charge that the shop has signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Charge {
    /// The shop's number of the new order.
    pub number: i64,
    /// The number of the order under which the buyer agreed; not signed, so whose it is has to be looked up.
    pub parent: i64,
    /// How much.
    pub sum: Money,
    /// The sum as the shop wrote it.
    pub sum_text: String,
    /// What is bought; not signed.
    pub description: String,
    /// Fields to give back, in the order in which they are echoed and signed.
    pub custom: Vec<CustomField>,
    /// What is sold, for the fiscal service.
    pub receipt: Option<Receipt>,
    /// Where the shop wants a statement besides (`ResultUrl2`).
    pub statement_to: Option<String>,
    /// SHA-256 over all of the above but the description: the same request always has the same fingerprint.
    pub fingerprint: [u8; 32],
}

impl ChargeRequest {
    /// Reads POST forms and POSTs with their values in the query.
    ///
    /// # Errors
    /// 35 for another method, 26 without a login, 29 for a repeated parameter, 30 and 31 for values that are no
    /// text.
    pub fn read(request: &HttpRequest) -> Result<ChargeRequest, Refused> {
        if request.method != Method::Post {
            // It moves money: a link that somebody follows must not.
            return Err(wrong("method", "a charge is asked for by POST"));
        }
        let fields = Fields::read(request)?;
        let Given::Text(login) = fields.strict(Name::MerchantLogin)? else {
            let error = RobokassaError::ShopNotFound;
            return Err(Refused::because_of(Name::MerchantLogin.official(), error, "no shop is named"));
        };
        let slots = Slots {
            login,
            out_sum: fields.strict(Name::OutSum)?,
            default_sum: Given::Absent,
            number: fields.strict(Name::InvId)?,
            currency: Given::Absent,
            user_ip: Given::Absent,
            receipt: fields.strict(Name::Receipt)?,
            step_by_step: Given::Absent,
            result_url2: fields.strict(Name::ResultUrl2)?,
            success: (Given::Absent, Given::Absent),
            fail: (Given::Absent, Given::Absent),
            token: Given::Absent,
            encoding: fields.encoding(),
        };
        let description = fields.loose_or_1251(Name::Description).unwrap_or_default();
        let said = |name: &Name| fields.loose(*name).is_some_and(|text| !says_no(&text));
        Ok(ChargeRequest {
            slots,
            custom: fields.custom()?,
            signature: fields.strict(Name::SignatureValue)?,
            previous: fields.strict(Name::PreviousInvoiceId)?,
            // Clients that send `Recurring=False` or `IsTest=0` with everything say nothing by it.
            forbidden: FORBIDDEN.into_iter().find(said),
            description: description.chars().take(DESCRIPTION_CHARS_MAX).collect(),
        })
    }

    /// The shop that the request names, as written.
    pub fn login(&self) -> &str {
        &self.slots.login
    }

    /// Verifies the signature, which password 1 makes:
    /// `login:OutSum:InvoiceID[:Receipt][:ResultUrl2]:Password1[:Shp_…]`; then everything that is signed.
    ///
    /// # Errors
    /// 29 if no reading fits; then 34, 35, 31 and 30 for a shop that has no such agreement, parameters that do
    /// not belong here, a bad sum and a bad receipt.
    pub fn verify(&self, keys: &ShopKeys<'_>) -> Result<Charge, Refused> {
        let signed = self.signed(keys)?;
        if !keys.switches.recurring {
            let why = "this shop has no agreement about charges without the buyer";
            return Err(Refused::with(RobokassaError::RecurringNotAllowed, why));
        }
        if let Some(name) = self.forbidden {
            return Err(wrong(name.official(), "this parameter does not belong to a charge"));
        }
        let number = number(&self.slots.number).ok_or(wrong(
            "InvoiceID",
            "the number of the new order is missing or not an integer above zero",
        ))?;
        let parent = number_of_parent(&self.previous, number)?;
        let sum_text = self.slots.out_sum.text().unwrap_or_default();
        let sum = read_sum(sum_text, keys.currency).filter(|sum| sum.is_positive());
        let why = "the sum is not a plain decimal above zero with at most the digits of its currency";
        let sum = sum.ok_or(Refused::because_of("OutSum", RobokassaError::WrongSum, why))?;
        let receipt = signed.terms.receipt.as_ref().map(|json| read_receipt(json, sum)).transpose();
        let receipt = receipt.map_err(|error| {
            Refused::because_of("Receipt", RobokassaError::WrongInvoiceParameter, error.why())
        })?;
        Ok(Charge {
            number,
            parent,
            sum,
            sum_text: sum_text.to_owned(),
            description: self.description.clone(),
            fingerprint: self.fingerprint(sum, parent, &signed),
            receipt,
            statement_to: signed.terms.result_url2,
            custom: signed.custom,
        })
    }

    fn signed(&self, keys: &ShopKeys<'_>) -> Result<Signed, Refused> {
        let unsigned = |why| Refused::because_of("SignatureValue", RobokassaError::WrongSignature, why);
        let received = self.signature.text().ok_or(unsigned("no signature was sent"))?;
        if self.slots.login != keys.login {
            return Err(unsigned("the login is signed as it is written in the shop's settings"));
        }
        let fits = matching(&self.slots, &self.custom, keys, received).or_else(|| {
            // A module signs an empty slot for the receipt that it does not send.
            let slots = Slots { receipt: Given::Empty, ..self.slots.clone() };
            let absent = self.slots.receipt == Given::Absent;
            absent.then(|| matching(&slots, &self.custom, keys, received)).flatten()
        });
        let signed = fits.ok_or(unsigned("no reading of the request has this signature"))?;
        if signed.ambiguous && !keys.switches.shp_in_values {
            let why = "a custom value with :shp in it signs like two fields";
            return Err(Refused::because_of("Shp_", RobokassaError::WrongSignature, why));
        }
        Ok(signed)
    }

    fn fingerprint(&self, sum: Money, parent: i64, signed: &Signed) -> [u8; 32] {
        let mut parts = vec![
            "robokassa charge 1".to_owned(),
            self.slots.login.clone(),
            format!("{sum} {}", sum.currency()),
            self.slots.number.text().unwrap_or_default().to_owned(),
            parent.to_string(),
        ];
        parts.extend(signed.terms.result_url2.as_ref().map(|url| format!("statement {url}")));
        parts.extend(signed.terms.receipt.as_ref().map(|json| format!("receipt {json}")));
        parts.extend(signed.custom.iter().flat_map(|field| [field.name.clone(), field.value.clone()]));
        let content: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
        sha256(content.as_bytes())
    }
}

/// The answer to a charge that is saved: not charged yet, which clients know.
pub fn taken(number: i64) -> HttpReply {
    HttpReply::text(200, format!("OK{number}"))
}

/// The answer to a charge that is refused: everything that does not begin with OK is one.
pub fn refused(refused: &Refused) -> HttpReply {
    HttpReply::text(200, format!("ERROR {}: {}", refused.error.number(), refused.why))
}

fn number_of_parent(previous: &Given, own: i64) -> Result<i64, Refused> {
    let why = "the number of the order under which the buyer agreed is missing or not another one";
    let parent = number(previous).filter(|parent| *parent != own);
    parent.ok_or(wrong(Name::PreviousInvoiceId.official(), why))
}

fn number(given: &Given) -> Option<i64> {
    read_number(given.text().unwrap_or_default()).ok().flatten()
}

fn wrong(parameter: &'static str, why: &'static str) -> Refused {
    Refused::because_of(parameter, RobokassaError::WrongRecurringParameters, why)
}
