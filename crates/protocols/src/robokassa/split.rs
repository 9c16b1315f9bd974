//! A payment that several shops share (protocol, section 10): one signed JSON, read without floats.

use domain::payments::{CustomField, Language};
use domain::receipts::{LINES_MAX, Line, Receipt};
use domain::splitting::PARTS_MAX;
use jiff::Timestamp;
use money::Money;
use serde::Deserialize;
use serde_json::value::RawValue;
use wire::digest::sha256;
use wire::form::TextEncoding;
use wire::http::HttpRequest;

use super::errors::{Refused, RobokassaError};
use super::expiry::read_expiry;
use super::fields::{Fields, Given, has_control};
use super::keys::ShopKeys;
use super::labels::method_of_label;
use super::names::Name;
use super::receipt::{read_receipt, text_of};
use super::request::{DESCRIPTION_CHARS_MAX, email};
use super::slots::{is_json_object, layers};
use super::spelling::decoded;
use super::sums::{read_number, read_sum};
use crate::order::{Order, OrderPart};

/// Names of a notice's own fields: a field of the shop's under one of them would be taken for ours.
const OWN_NAMES: [&str; 13] = [
    "out_summ",
    "outsum",
    "inv_id",
    "invid",
    "crc",
    "signaturevalue",
    "paymentmethod",
    "incsum",
    "inccurrlabel",
    "email",
    "fee",
    "istest",
    "culture",
];
/// So many fields come back at most.
const FIELDS_MAX: usize = 100;

/// The JSON as it is sent. Numbers keep their text, so no digit of theirs passes through a float.
#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow, rename = "outAmount", alias = "OutAmount")]
    out_amount: Option<&'a RawValue>,
    #[serde(borrow, alias = "shopParams")]
    shop_params: Option<Vec<SentField<'a>>>,
    #[serde(alias = "Email")]
    email: Option<String>,
    #[serde(rename = "incCurr", alias = "IncCurr")]
    inc_curr: Option<String>,
    #[serde(alias = "Language")]
    language: Option<String>,
    #[serde(borrow, rename = "isTest", alias = "IsTest")]
    is_test: Option<&'a RawValue>,
    #[serde(rename = "expirationDate", alias = "ExpirationDate")]
    expiration_date: Option<String>,
    // Without one the refusal is that of a shop that is not there.
    #[serde(default, alias = "Merchant")]
    merchant: SentMerchant,
    #[serde(borrow, rename = "splitMerchants", alias = "SplitMerchants")]
    split_merchants: Option<Vec<SentPart<'a>>>,
}

#[derive(Default, Deserialize)]
struct SentMerchant {
    #[serde(default, alias = "Id", alias = "ID")]
    id: String,
    #[serde(alias = "Comment")]
    comment: Option<String>,
}

#[derive(Deserialize)]
struct SentField<'a> {
    #[serde(alias = "Name")]
    name: String,
    #[serde(borrow, alias = "Value")]
    value: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct SentPart<'a> {
    #[serde(default, alias = "Id", alias = "ID")]
    id: String,
    #[serde(borrow, rename = "InvoiceId", alias = "invoiceId", alias = "InvoiceID", alias = "InvId")]
    invoice_id: Option<&'a RawValue>,
    #[serde(borrow, alias = "Amount")]
    amount: Option<&'a RawValue>,
    #[serde(borrow, alias = "Receipt")]
    receipt: Option<&'a RawValue>,
}

/// The list alone, as another request may carry it.
#[derive(Deserialize)]
struct SentList<'a> {
    #[serde(borrow, rename = "splitMerchants", alias = "SplitMerchants")]
    split_merchants: Vec<SentPart<'a>>,
}

/// What of a sum is whose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shares {
    /// The master shop's own number of the order; `None` if one is to be assigned.
    pub number: Option<i64>,
    /// The receipt of the whole, if every part has one.
    pub receipt: Option<Receipt>,
    /// The parts of other shops that are more than nothing.
    pub others: Vec<OrderPart>,
}

/// The start of a shared payment that was read but not verified.
#[derive(Debug)]
pub struct SplitStart {
    invoice: String,
    signature: Given,
    encoding: TextEncoding,
    login: String,
    test: bool,
    language: Option<Language>,
}

impl SplitStart {
    /// Reads GET queries, POST forms and POSTs with their values in the query.
    ///
    /// # Errors
    /// 30 without JSON of the documented form, 26 without a master shop, 29 for a repeated parameter.
    pub fn read(request: &HttpRequest) -> Result<SplitStart, Refused> {
        let fields = Fields::read(request)?;
        let Given::Text(invoice) = fields.strict(Name::Invoice)? else {
            return Err(malformed("no Invoice was sent"));
        };
        let signature = match fields.strict(Name::Signature)? {
            Given::Text(text) => Given::Text(text),
            Given::Absent | Given::Empty => fields.strict(Name::SignatureValue)?,
        };
        let encoding = fields.encoding();
        let json = json_of(&invoice, encoding).ok_or(malformed("Invoice is not a JSON object"))?;
        let sent = parsed(&json)?;
        if sent.merchant.id.is_empty() {
            let why = "merchant of the Invoice has no id";
            return Err(Refused::because_of("Invoice", RobokassaError::ShopNotFound, why));
        }
        let (login, test) = (sent.merchant.id.clone(), sent.is_test.is_some_and(says_yes));
        let language = sent.language();
        Ok(SplitStart { invoice, signature, encoding, login, test, language })
    }

    /// The master shop, as written.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Whether it says that it is a rehearsal, which the test passwords sign.
    pub fn is_test(&self) -> bool {
        self.test
    }

    /// The language that the request asks for.
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// Verifies the signature, then everything that can be wrong although it is signed: password 1 follows the
    /// JSON, with nothing or a colon between them, and the JSON is hashed as it was received or decoded once
    /// more.
    ///
    /// # Errors
    /// 29 if no candidate fits; then 41 for rehearsals and shops that may not share, 31 for sums that do not
    /// add up, 30 for anything that is not what it should be, and 33 for an end that has passed.
    pub fn verify(&self, keys: &ShopKeys<'_>, now: Timestamp) -> Result<Order, Refused> {
        let json = self.signed(keys)?;
        let sent = parsed(&json)?;
        let refused = |parameter, error, why| Err(Refused::because_of(parameter, error, why));
        // What was read first may have been another reading of the same bytes.
        if sent.merchant.id != keys.login || sent.is_test.is_some_and(says_yes) != self.test {
            let why = "the login is signed as it is written in the shop's settings";
            return refused("merchant", RobokassaError::WrongSignature, why);
        }
        if self.test {
            let why = "payments that shops share have no test mode";
            return refused("isTest", RobokassaError::CannotStart, why);
        }
        if !keys.switches.split {
            let why = "this shop has no agreement to share payments";
            return refused("splitMerchants", RobokassaError::CannotStart, why);
        }
        let sum_text = sent.out_amount.and_then(text_of).unwrap_or_default();
        let sum = read_sum(&sum_text, keys.currency).filter(|sum| sum.is_positive());
        let Some(sum) = sum else {
            let why = "outAmount is not a plain decimal above zero with at most the digits of its currency";
            return refused("outAmount", RobokassaError::WrongSum, why);
        };
        let custom = fields(sent.shop_params.as_deref().unwrap_or_default())?;
        let shares = shares(sent.split_merchants.as_deref().unwrap_or_default(), keys.login, sum)?;
        let until = until(sent.expiration_date.as_deref(), now)?;
        let comment = sent.merchant.comment.as_deref().unwrap_or_default().replace(char::is_control, " ");
        Ok(Order {
            sum,
            sum_text,
            number: shares.number,
            description: comment.trim().chars().take(DESCRIPTION_CHARS_MAX).collect(),
            email: sent.email.as_deref().filter(|text| !has_control(text, &[])).and_then(email),
            payer_ip: None,
            language: sent.language(),
            custom,
            success: None,
            fail: None,
            until,
            preferred: sent.inc_curr.as_deref().and_then(method_of_label),
            allowed: Vec::new(),
            hold: false,
            recurring: false,
            token: None,
            statement_to: None,
            receipt: shares.receipt,
            split: shares.others,
            test: false,
            fingerprint: sha256(format!("robokassa split 1:{json}").as_bytes()),
        })
    }

    /// The JSON that belongs to the text whose hash is the one received.
    fn signed(&self, keys: &ShopKeys<'_>) -> Result<String, Refused> {
        let wrong = |why| Refused::because_of("Signature", RobokassaError::WrongSignature, why);
        let received = self.signature.text().ok_or(wrong("no signature was sent"))?;
        let texts = [Some(self.invoice.clone()), decoded(&self.invoice, self.encoding)];
        for text in texts.into_iter().flatten() {
            for joint in ["", ":"] {
                let whole = format!("{text}{joint}{}", keys.password1.expose());
                if keys.digests().any(|digest| digest.fits(whole.as_bytes(), received)) {
                    return json_of(&text, self.encoding).ok_or(malformed("Invoice is not a JSON object"));
                }
            }
        }
        Err(wrong("no reading of the Invoice has this signature"))
    }
}

impl Sent<'_> {
    fn language(&self) -> Option<Language> {
        self.language
            .as_deref()
            .filter(|word| !word.is_empty())
            .map(|word| if word.eq_ignore_ascii_case("ru") { Language::Ru } else { Language::En })
    }
}

/// What of a sum is whose, from the JSON that another request carries: the list of `splitMerchants`, alone or
/// in an object.
///
/// # Errors
/// 31 where the parts do not add up to the sum, 30 for anything that is not what it should be.
pub fn read_shares(json: &str, master: &str, total: Money) -> Result<Shares, Refused> {
    let list = serde_json::from_str(json).map(|list: SentList<'_>| list.split_merchants);
    let list = list.or_else(|_| serde_json::from_str::<Vec<SentPart<'_>>>(json));
    shares(
        &list.map_err(|_| malformed("the list of splitMerchants is not of the documented form"))?,
        master,
        total,
    )
}

fn shares(parts: &[SentPart<'_>], master: &str, total: Money) -> Result<Shares, Refused> {
    let wrong = |error, why| Refused::because_of("splitMerchants", error, why);
    let invalid = |why| wrong(RobokassaError::WrongInvoiceParameter, why);
    if parts.is_empty() || parts.len() > PARTS_MAX {
        return Err(invalid("a shared payment has 1 to 50 parts"));
    }
    let mut all: Vec<OrderPart> = Vec::with_capacity(parts.len());
    let mut sum = Money::zero(total.currency());
    for part in parts {
        let read = part.read(total)?;
        if all.iter().any(|other| other.login == read.login) {
            return Err(invalid("a shop has more than one part"));
        }
        let too_large = |_| wrong(RobokassaError::WrongSum, "the parts do not add up to a sum of money");
        sum = sum.plus(read.sum).map_err(too_large)?;
        all.push(read);
    }
    if sum != total {
        return Err(wrong(RobokassaError::WrongSum, "the parts do not add up to outAmount"));
    }
    let receipt = joined(&all);
    let own = all.iter().find(|part| part.login == master).and_then(|part| part.number);
    let others = all.into_iter().filter(|part| part.login != master && part.sum.is_positive());
    Ok(Shares { number: own, receipt, others: others.collect() })
}

impl SentPart<'_> {
    fn read(&self, total: Money) -> Result<OrderPart, Refused> {
        let refused = |parameter, error, why| Refused::because_of(parameter, error, why);
        if self.id.is_empty() {
            let why = "a part names no shop by its id";
            return Err(refused("id", RobokassaError::WrongInvoiceParameter, why));
        }
        let text = self.amount.and_then(text_of).unwrap_or_default();
        let sum = read_sum(&text, total.currency()).ok_or(refused(
            "amount",
            RobokassaError::WrongSum,
            "the amount of a part is not a plain decimal with at most the digits of its currency",
        ))?;
        let number = self.invoice_id.map_or(Some(String::new()), text_of);
        let number = number.and_then(|text| read_number(&text).ok()).ok_or(refused(
            "InvoiceId",
            RobokassaError::WrongInvoiceParameter,
            "the InvoiceId of a part is not an integer of 0 to 9223372036854775807",
        ))?;
        // Some clients send what is JSON as a text.
        let receipt = self.receipt.map(|raw| text_of(raw).unwrap_or_else(|| raw.get().to_owned()));
        let receipt =
            receipt.filter(|json| !json.is_empty()).map(|json| read_receipt(&json, sum)).transpose();
        let wrong = |why| refused("receipt", RobokassaError::WrongInvoiceParameter, why);
        Ok(OrderPart {
            login: self.id.clone(),
            number,
            sum,
            receipt: receipt.map_err(|error| wrong(error.why()))?,
        })
    }
}

/// The receipts of all parts as one, for the service that takes the whole sum; none unless every part that is
/// more than nothing has one.
fn joined(parts: &[OrderPart]) -> Option<Receipt> {
    let with_sum = || parts.iter().filter(|part| part.sum.is_positive());
    let receipts: Vec<&Receipt> = with_sum().filter_map(|part| part.receipt.as_ref()).collect();
    if receipts.len() != with_sum().count() {
        return None;
    }
    let system = receipts.first()?.tax_system();
    let system = system.filter(|first| receipts.iter().all(|other| other.tax_system() == Some(*first)));
    let lines: Vec<Line> = receipts.iter().flat_map(|receipt| receipt.lines().to_vec()).collect();
    if lines.len() > LINES_MAX { None } else { Receipt::new(system, lines).ok() }
}

/// The shop's fields under their own names, in the order in which they are signed and sent.
fn fields(sent: &[SentField<'_>]) -> Result<Vec<CustomField>, Refused> {
    let wrong = |why| Refused::because_of("shop_params", RobokassaError::WrongInvoiceParameter, why);
    if sent.len() > FIELDS_MAX {
        return Err(wrong("there are more than 100 fields"));
    }
    let mut all = Vec::with_capacity(sent.len());
    for field in sent {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']');
        if field.name.is_empty() || !field.name.chars().all(plain) {
            return Err(wrong("the name of a field has characters other than letters and digits"));
        }
        if OWN_NAMES.contains(&field.name.to_ascii_lowercase().as_str()) {
            return Err(wrong("a field has a name that notices have for something else"));
        }
        let value = field.value.map_or(Some(String::new()), text_of);
        let value = value.filter(|text| !has_control(text, &[]));
        let value = value.ok_or(wrong("the value of a field is neither text nor a number"))?;
        all.push(CustomField { name: field.name.clone(), value });
    }
    all.sort_by_key(|field| field.name.to_lowercase());
    Ok(all)
}

fn until(text: Option<&str>, now: Timestamp) -> Result<Option<Timestamp>, Refused> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let refused = |error, why| Refused::because_of("expirationDate", error, why);
    let wrong = refused(RobokassaError::WrongInvoiceParameter, "the date is not written as ISO 8601 says");
    let until = read_expiry(text).ok_or(wrong)?;
    if until <= now {
        return Err(refused(RobokassaError::TimeIsOver, "the date has passed"));
    }
    Ok(Some(until))
}

/// The first decoding of a text that is a JSON object.
fn json_of(text: &str, encoding: TextEncoding) -> Option<String> {
    layers(text, encoding).into_iter().find(|json| is_json_object(json))
}

fn parsed(json: &str) -> Result<Sent<'_>, Refused> {
    serde_json::from_str(json).map_err(|_| malformed("Invoice is not JSON of the documented form"))
}

const fn malformed(why: &'static str) -> Refused {
    Refused::because_of("Invoice", RobokassaError::WrongInvoiceParameter, why)
}

fn says_yes(raw: &RawValue) -> bool {
    matches!(raw.get().trim_matches('"'), "1" | "true" | "True")
}

#[cfg(test)]
mod tests;
