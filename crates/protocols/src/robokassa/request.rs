//! The start of a payment: read without a key, then verified with the shop's.

use std::net::IpAddr;

use domain::methods::Method;
use domain::payments::{CustomField, Language};
use domain::receipts::Receipt;
use domain::sellers::ShopAddress;
use jiff::Timestamp;
use money::Money;
use wire::digest::sha256;
use wire::http::HttpRequest;

use super::errors::{Refused, RobokassaError};
use super::expiry::read_expiry;
use super::fields::{Fields, Given};
use super::keys::ShopKeys;
use super::labels::method_of_label;
use super::names::Name;
use super::receipt::read_receipt;
use super::signature::{Signed, matching};
use super::slots::{SignedTerms, Slots};
use super::sums::{read_number, read_sum};
use crate::order::Order;

/// How long a description may be, in characters; the rest is cut off, as the service does.
pub const DESCRIPTION_CHARS_MAX: usize = 100;
/// The longest e-mail address (RFC 5321), in bytes.
const EMAIL_BYTES_MAX: usize = 254;

/// A payment start that was read but not verified: it says whose key is needed.
#[derive(Debug)]
pub struct PaymentStart {
    slots: Slots,
    custom: Vec<CustomField>,
    signature: Given,
    test: bool,
    unsigned: Unsigned,
}

/// What no signature covers: the buyer can change all of it.
#[derive(Debug)]
struct Unsigned {
    description: String,
    email: Option<String>,
    language: Option<Language>,
    preferred: Option<Method>,
    allowed: Vec<Method>,
    expiry: Given,
    recurring: Given,
    previous: Given,
}

impl PaymentStart {
    /// Reads GET queries, POST forms and POSTs with their values in the query.
    ///
    /// # Errors
    /// Whatever can be refused without a key: 26 without a login, 29 for a repeated parameter, 30 and 31 for
    /// values that are no text.
    pub fn read(request: &HttpRequest) -> Result<PaymentStart, Refused> {
        let fields = Fields::read(request)?;
        let Given::Text(login) = fields.strict(Name::MerchantLogin)? else {
            let error = RobokassaError::ShopNotFound;
            return Err(Refused::because_of(Name::MerchantLogin.official(), error, "no shop is named"));
        };
        let slots = Slots {
            login,
            out_sum: fields.strict(Name::OutSum)?,
            default_sum: fields.strict(Name::DefaultSum)?,
            number: fields.strict(Name::InvId)?,
            currency: fields.strict(Name::OutSumCurrency)?,
            user_ip: fields.strict(Name::UserIp)?,
            receipt: fields.strict(Name::Receipt)?,
            step_by_step: fields.strict(Name::StepByStep)?,
            result_url2: fields.strict(Name::ResultUrl2)?,
            success: (fields.strict(Name::SuccessUrl2)?, fields.strict(Name::SuccessUrl2Method)?),
            fail: (fields.strict(Name::FailUrl2)?, fields.strict(Name::FailUrl2Method)?),
            token: fields.strict(Name::Token)?,
            encoding: fields.encoding(),
        };
        Ok(PaymentStart {
            slots,
            custom: fields.custom()?,
            signature: fields.strict(Name::SignatureValue)?,
            // Python clients send `False`, which the service takes as live: only 1 is a rehearsal.
            test: fields.strict(Name::IsTest)?.text() == Some("1"),
            unsigned: Unsigned::of(&fields)?,
        })
    }

    /// The shop that the request names, as written.
    pub fn login(&self) -> &str {
        &self.slots.login
    }

    /// Whether this is a rehearsal, which the test passwords sign.
    pub fn is_test(&self) -> bool {
        self.test
    }

    /// The language that the request asks for, for pages that refuse it too.
    pub fn language(&self) -> Option<Language> {
        self.unsigned.language
    }

    /// Verifies the signature, then everything that can be wrong although it is signed.
    ///
    /// # Errors
    /// 31 without a sum; 29 if no candidate fits; then 31, 30, 34, 64, 41, 30 and 33 for a bad sum, a bad number,
    /// a feature that this shop cannot use, a bad receipt, and an end that has passed.
    pub fn verify(&self, keys: &ShopKeys<'_>, now: Timestamp) -> Result<Order, Refused> {
        let Some(sum_text) = self.slots.out_sum.text().or(self.slots.default_sum.text()) else {
            return Err(Refused::because_of("OutSum", RobokassaError::WrongSum, "no sum was sent"));
        };
        let signed = self.signed(keys)?;
        let currency = signed.terms.currency.unwrap_or(keys.currency);
        let sum = read_sum(sum_text, currency).filter(|sum| sum.is_positive()).ok_or(Refused::because_of(
            "OutSum",
            RobokassaError::WrongSum,
            "the sum is not a plain decimal above zero with at most the digits of its currency",
        ))?;
        let number = read_number(self.slots.number.text().unwrap_or_default()).map_err(|_| {
            let why = "the number is not an integer of 1 to 9223372036854775807";
            Refused::because_of("InvId", RobokassaError::WrongInvoiceParameter, why)
        })?;
        let recurring = self.unsigned.recurring()?;
        self.features(&signed.terms, keys, recurring)?;
        let receipt = receipt(&signed.terms, sum)?;
        let until = self.until(now)?;
        let unsigned = &self.unsigned;
        let fingerprint = self.fingerprint((sum, sum_text), number, recurring, &signed);
        Ok(Order {
            sum,
            sum_text: sum_text.to_owned(),
            number,
            description: unsigned.description.clone(),
            email: unsigned.email.clone(),
            payer_ip: signed.terms.user_ip,
            language: unsigned.language,
            custom: signed.custom,
            success: signed.terms.success,
            fail: signed.terms.fail,
            statement_to: signed.terms.result_url2,
            until,
            preferred: unsigned.preferred,
            allowed: unsigned.allowed.clone(),
            hold: signed.terms.step_by_step,
            recurring,
            // A client that always sends both is served: the money is held, and no kept card is offered for it.
            token: signed.terms.token.as_deref().filter(|_| !signed.terms.step_by_step).map(str::to_owned),
            receipt,
            split: Vec::new(),
            test: self.test,
            fingerprint,
        })
    }

    /// Verifies the signature and nothing else, for whoever explains it.
    ///
    /// # Errors
    /// 29, as [`PaymentStart::verify`] has it.
    pub(super) fn check_signature(&self, keys: &ShopKeys<'_>) -> Result<(), Refused> {
        self.signed(keys).map(|_| ())
    }

    fn signed(&self, keys: &ShopKeys<'_>) -> Result<Signed, Refused> {
        let wrong = |parameter, why| Refused::because_of(parameter, RobokassaError::WrongSignature, why);
        let Some(received) = self.signature.text() else {
            return Err(wrong("SignatureValue", "no signature was sent"));
        };
        if self.slots.login != keys.login {
            return Err(wrong(
                "MerchantLogin",
                "the login is signed as it is written in the shop's settings",
            ));
        }
        let signed = matching(&self.slots, &self.custom, keys, received)
            .ok_or(wrong("SignatureValue", "no reading of the request has this signature"))?;
        if signed.ambiguous && !self.test && !keys.switches.shp_in_values {
            return Err(wrong("Shp_", "a custom value with :shp in it signs like two fields"));
        }
        // Alone, the two addresses sign alike: a buyer could turn the way back after success into the way
        // back after a failure, and so reach it without paying.
        if signed.terms.fail.is_some() && signed.terms.success.is_none() && !keys.switches.lone_fail_address {
            return Err(wrong("FailUrl2", "without SuccessUrl2 it signs like SuccessUrl2"));
        }
        Ok(signed)
    }

    /// Refuses what is signed or asked for but cannot be done, each by its own number.
    fn features(&self, terms: &SignedTerms, keys: &ShopKeys<'_>, recurring: bool) -> Result<(), Refused> {
        let because = |parameter, error, why| Err(Refused::because_of(parameter, error, why));
        let refused = |parameter, error| {
            because(parameter, error, "this shop cannot use the feature that is asked for")
        };
        let (holds, token) = (terms.step_by_step, terms.token.is_some());
        // The service has no rehearsals of recurring payments.
        if recurring && (self.test || !keys.switches.recurring) {
            refused("Recurring", RobokassaError::RecurringNotAllowed)
        } else if recurring && token {
            let why = "a kept card is not kept again";
            because("Token", RobokassaError::WrongRecurringParameters, why)
        } else if holds && !keys.switches.holds {
            refused("StepByStep", RobokassaError::HoldNotAllowed)
        } else if holds && token && keys.switches.strict {
            because("Token", RobokassaError::WrongHoldParameters, "money of a kept card is not held")
        } else if token && !keys.switches.saved_cards {
            refused("Token", RobokassaError::CannotStart)
        } else if self.unsigned.previous.text().is_some() {
            let why = "this parameter belongs to a charge that follows";
            because("PreviousInvoiceID", RobokassaError::WrongRecurringParameters, why)
        } else {
            Ok(())
        }
    }

    fn until(&self, now: Timestamp) -> Result<Option<Timestamp>, Refused> {
        let Some(text) = self.unsigned.expiry.text() else { return Ok(None) };
        let refused = |error, why| Refused::because_of("ExpirationDate", error, why);
        let until = read_expiry(text).ok_or(refused(
            RobokassaError::WrongInvoiceParameter,
            "the date is not written as ISO 8601 says",
        ))?;
        if until <= now {
            return Err(refused(RobokassaError::TimeIsOver, "the date has passed"));
        }
        Ok(Some(until))
    }

    /// Everything that is signed, as it was understood. Each part is preceded by its length, so no two
    /// orders can run into each other.
    fn fingerprint(
        &self,
        (sum, sum_text): (Money, &str),
        number: Option<i64>,
        recurring: bool,
        signed: &Signed,
    ) -> [u8; 32] {
        let address = |address: &Option<ShopAddress>| {
            address.as_ref().map_or(String::new(), |to| format!("{} {}", to.verb.code(), to.url))
        };
        let terms = &signed.terms;
        let mut parts = vec![
            "robokassa order 1".to_owned(),
            self.slots.login.clone(),
            if self.test { "test" } else { "live" }.to_owned(),
            format!("{sum} {}", sum.currency()),
            sum_text.to_owned(),
            number.map_or(String::new(), |number| number.to_string()),
            terms.user_ip.map_or(String::new(), |ip: IpAddr| ip.to_string()),
            address(&terms.success),
            address(&terms.fail),
        ];
        if terms.step_by_step {
            parts.push("hold".to_owned());
        }
        // Not signed, but other content all the same: the method is kept or it is not.
        parts.extend(recurring.then(|| "recurring".to_owned()));
        parts.extend(terms.token.as_ref().map(|token| format!("token {token}")));
        parts.extend(terms.result_url2.as_ref().map(|url| format!("statement {url}")));
        parts.extend(terms.receipt.as_ref().map(|json| format!("receipt {json}")));
        parts.extend(signed.custom.iter().flat_map(|field| [field.name.clone(), field.value.clone()]));
        let content: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
        sha256(content.as_bytes())
    }
}

impl Unsigned {
    /// Whether the buyer's method is to be kept.
    ///
    /// # Errors
    /// 35 for a word that is neither yes nor no.
    fn recurring(&self) -> Result<bool, Refused> {
        match self.recurring.text() {
            None => Ok(false),
            Some(text) if says_no(text) => Ok(false),
            Some(text) if text == "1" || text.eq_ignore_ascii_case("true") => Ok(true),
            Some(_) => {
                let (error, why) = (RobokassaError::WrongRecurringParameters, "it is neither true nor false");
                Err(Refused::because_of("Recurring", error, why))
            }
        }
    }

    fn of(fields: &Fields) -> Result<Unsigned, Refused> {
        let description = fields.loose_or_1251(Name::Description).unwrap_or_default();
        let language = fields.loose(Name::Culture).map(|culture| {
            // Every other value means English, says the documentation.
            if culture.eq_ignore_ascii_case("ru") { Language::Ru } else { Language::En }
        });
        let mut allowed: Vec<Method> = Vec::new();
        for method in fields.loose_all(Name::PaymentMethods).filter_map(|label| method_of_label(&label)) {
            if !allowed.contains(&method) {
                allowed.push(method);
            }
        }
        Ok(Unsigned {
            description: description.chars().take(DESCRIPTION_CHARS_MAX).collect(),
            email: fields.loose(Name::Email).and_then(|text| email(&text)),
            language,
            preferred: fields.loose(Name::IncCurrLabel).and_then(|label| method_of_label(&label)),
            allowed,
            expiry: fields.strict(Name::ExpirationDate)?,
            recurring: fields.strict(Name::Recurring)?,
            previous: fields.strict(Name::PreviousInvoiceId)?,
        })
    }
}

/// The receipt, if one is signed: it is refused before the payment starts, not when it cannot be printed.
fn receipt(terms: &SignedTerms, sum: Money) -> Result<Option<Receipt>, Refused> {
    let read = terms.receipt.as_ref().map(|json| read_receipt(json, sum)).transpose();
    read.map_err(|error| Refused::because_of("Receipt", RobokassaError::WrongInvoiceParameter, error.why()))
}

/// An address to fill in for the buyer. A plus that was not percent-encoded arrives as a space; what is no
/// address is none, because the buyer will be asked anyway.
pub(super) fn email(text: &str) -> Option<String> {
    let text = text.replace(' ', "+");
    let (name, host) = text.rsplit_once('@')?;
    let plausible =
        !name.is_empty() && !host.is_empty() && !name.contains('@') && text.len() <= EMAIL_BYTES_MAX;
    plausible.then_some(text)
}

/// What clients send when they do not want what a parameter asks for.
pub(super) fn says_no(text: &str) -> bool {
    text == "0" || text.eq_ignore_ascii_case("false")
}
