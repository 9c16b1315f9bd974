//! The start of a payment by the second protocol: read without a key, then verified with the checkout's.

use domain::methods::Method;
use domain::payments::Language;
use domain::sellers::ShopAddress;
use jiff::Timestamp;
use money::Money;
use wire::digest::sha256;
use wire::form::TextEncoding;

use super::amounts::{read_amount, read_currency};
use super::errors::{Code, Refused};
use super::expiry;
use super::fields::Fields;
use super::keys::CheckoutKeys;
use super::names;
use super::payways::{Payway, method_of_alias, method_of_service};
use super::reader::{Reader, is_dashed_word};
use super::signature;
use super::terms::{self, Terms};
use super::tree::Tree;
use crate::order::Order;

/// How long a description may be, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 255;

/// A payment start that was read but not verified: it says whose key is needed.
#[derive(Clone, Debug)]
pub struct PaymentStart {
    checkout: String,
    fields: Tree,
    encoding: TextEncoding,
}

/// What a verified request asks for.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The order, in the words of the business. Its number is always to be assigned: the merchant's own is
    /// a text and stands in the terms.
    pub order: Order,
    /// Everything else that it says.
    pub terms: Terms,
}

impl PaymentStart {
    /// Takes the fields of a request that names a checkout.
    ///
    /// # Errors
    /// 1021, 1022 and 1024 for a checkout that is missing or malformed.
    pub(super) fn of(fields: Fields) -> Result<PaymentStart, Refused> {
        let reader = Reader(&fields.ik);
        reader.needed(names::CO_ID)?;
        let checkout = reader.pattern(names::CO_ID, 36, is_dashed_word)?.unwrap_or_default().to_owned();
        Ok(PaymentStart { checkout, fields: fields.ik, encoding: fields.encoding })
    }

    /// The checkout that the request names, as written.
    pub fn checkout(&self) -> &str {
        &self.checkout
    }

    /// The language that the request asks for, for pages that refuse it too.
    pub fn language(&self) -> Option<Language> {
        let locale = self.fields.text(names::LOC)?.to_ascii_lowercase();
        match locale.split(['_', '-']).next()? {
            // The country's letters are often taken for the language's.
            "ua" => Some(Language::Uk),
            code => Language::from_code(code),
        }
    }

    /// Verifies the signature, then everything that can be wrong although it is signed.
    ///
    /// # Errors
    /// 1021 without a signature that the checkout requires; 1023 for one that does not fit; then whatever
    /// breaks a documented pattern, 1605 if no payway is left, and 1606 for an end that has passed.
    pub fn verify(&self, keys: &CheckoutKeys<'_>, now: Timestamp) -> Result<Opened, Refused> {
        let signed = self.check_signature(keys)?;
        let reader = Reader(&self.fields);
        let sum = self.sum(keys)?;
        let terms = Terms::read(&self.fields, keys, signed)?;
        let description = reader.pattern(names::DESC, DESCRIPTION_CHARS_MAX, |_| true)?.unwrap_or_default();
        let own = keys.addresses;
        let success = (names::SUC_U, names::SUC_M);
        let success = reader.replaced(success, own.success.as_ref(), keys.overrides.success)?;
        let fail = (names::FAL_U, names::FAL_M);
        let fail = reader.replaced(fail, own.fail.as_ref(), keys.overrides.fail)?;
        let until = expiry::end(reader, keys.zone, now)?.filter(|_| keys.overrides.lifetime);
        let order = Order {
            sum,
            sum_text: reader.needed(names::AM)?.to_owned(),
            number: None,
            description: description.to_owned(),
            email: email(&terms),
            payer_ip: None,
            language: self.language(),
            custom: terms::own(&self.fields),
            until,
            preferred: preferred(&terms),
            allowed: allowed(&terms, sum)?,
            hold: false,
            recurring: false,
            token: None,
            statement_to: None,
            split: Vec::new(),
            receipt: None,
            test: terms.is_test(),
            fingerprint: self.fingerprint(sum, &terms, [&success, &fail]),
            success,
            fail,
        };
        Ok(Opened { order, terms })
    }

    /// Whether the request is signed, which it must be where the checkout says so; a signature that is there
    /// must fit.
    ///
    /// # Errors
    /// 1021 and 1023, as [`PaymentStart::verify`]; 1107 for fields that could have been signed under others'
    /// names.
    pub(super) fn check_signature(&self, keys: &CheckoutKeys<'_>) -> Result<bool, Refused> {
        let wrong = |code, why| Refused::because_of(names::SIGN, code, why);
        if self.checkout != keys.checkout {
            return Err(Refused::because_of(
                names::CO_ID,
                Code::Invalid,
                "the checkout is signed as it is written in its settings",
            ));
        }
        let Some(received) = Reader(&self.fields).text(names::SIGN)? else {
            let why = "the checkout takes signed requests only";
            return if keys.must_sign { Err(wrong(Code::NotSet, why)) } else { Ok(false) };
        };
        if !signature::fits(&self.fields, self.encoding, keys.secret, keys.algorithm, received) {
            return Err(wrong(
                Code::Invalid,
                "the signature is not the one of these fields under the sign key",
            ));
        }
        // The text has no names in it: with a field of his own before the amount or the currency, a buyer
        // could move another signed value, one that he chose, into their place.
        let before_currency = self.fields.iter().map(|(name, _)| name).take_while(|name| *name < names::CUR);
        if before_currency.into_iter().any(|name| !names::is_documented(name)) {
            return Err(Refused::because_of(
                "ik_",
                Code::WrongParameter,
                "an unknown field before ik_cur would sign like another one",
            ));
        }
        Ok(true)
    }

    fn sum(&self, keys: &CheckoutKeys<'_>) -> Result<Money, Refused> {
        let reader = Reader(&self.fields);
        let currency = match (reader.text(names::CUR)?, keys.currencies) {
            (Some(text), _) => {
                let known = read_currency(text).filter(|currency| keys.currencies.contains(currency));
                let why = "the checkout has no such currency";
                known.ok_or(Refused::because_of(names::CUR, Code::Invalid, why))?
            }
            (None, [only]) => *only,
            (None, _) => {
                let why = "a checkout with several currencies must be told which";
                return Err(Refused::because_of(names::CUR, Code::NotSet, why));
            }
        };
        read_amount(reader.needed(names::AM)?, currency).ok_or(Refused::because_of(
            names::AM,
            Code::WrongFormat,
            "the amount is not a decimal above zero of at most eight digits and two behind the separator",
        ))
    }

    /// Everything that makes two requests the same invoice, as it was understood: not how they are to be
    /// answered, nor by which payway. Each part is preceded by its length, so no two can run into each other.
    fn fingerprint(&self, sum: Money, terms: &Terms, ways: [&Option<ShopAddress>; 2]) -> [u8; 32] {
        let address = |address: &Option<ShopAddress>| {
            address.as_ref().map_or(String::new(), |to| format!("{} {}", to.verb.code(), to.url))
        };
        let mut parts = vec![
            "interkassa order 2".to_owned(),
            self.checkout.clone(),
            terms.payment_no.clone(),
            format!("{sum} {}", sum.currency()),
            self.fields.text(names::DESC).unwrap_or_default().to_owned(),
            address(&terms.interaction),
            address(&terms.pending),
        ];
        parts.extend(ways.map(address));
        parts.extend(terms::own(&self.fields).into_iter().flat_map(|field| [field.name, field.value]));
        let content: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
        sha256(content.as_bytes())
    }
}

/// The payer's e-mail address, to fill in: a contact may be a phone as well.
fn email(terms: &Terms) -> Option<String> {
    let customers = terms.customer.iter().find(|field| field.name == "ik_customer_email");
    let free = terms.customer.iter().find(|field| field.name == "ik_customer_fields[email]");
    let all = [customers, free].into_iter().flatten().map(|field| field.value.as_str());
    let plausible = |text: &&str| {
        text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)
        })
    };
    terms.contact.as_deref().into_iter().chain(all).find(plausible).map(str::to_owned)
}

/// The method to offer first: the one of the payway that is asked for.
fn preferred(terms: &Terms) -> Option<Method> {
    let by_alias = terms.via.as_deref().and_then(method_of_alias);
    by_alias.or_else(|| terms.method.as_deref().and_then(method_of_service))
}

/// The only methods to offer; empty for all. A list of names that mean nothing here is as good as none: the
/// full choice is shown. What is denied is denied.
fn allowed(terms: &Terms, sum: Money) -> Result<Vec<Method>, Refused> {
    let payway = |method| Payway::Real { method, currency: sum.currency() };
    let of_list = |list: fn(&Terms, Payway) -> bool| {
        let chosen = Method::ALL.iter().copied().filter(|&method| list(terms, payway(method)));
        chosen.collect::<Vec<Method>>()
    };
    let wanted = of_list(|terms, payway| terms.allow.admits(payway));
    let denied = of_list(|terms, payway| terms.deny.has(payway));
    if denied.is_empty() {
        return Ok(wanted);
    }
    let base = if wanted.is_empty() { Method::ALL } else { &wanted };
    let left: Vec<Method> = base.iter().copied().filter(|method| !denied.contains(method)).collect();
    if left.is_empty() {
        let why = "no payway is left";
        return Err(Refused::because_of(names::PW_OFF, Code::PaywayClosed, why));
    }
    Ok(left)
}
