//! What checkouts set and what their orders say, as JSON beside the columns of all shops and payments.

use crate::error::StoreError;
use crate::value::{Row, Value, json};
use domain::checkouts::{Checkout, CheckoutTerms, Generation, Replaceable, SavedForm, Telling};
use domain::sellers::{ShopAddress, Verb};
use money::Money;
use money::currency::Currency;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct CheckoutRow {
    first_id: String,
    account: String,
    user: String,
    currencies: Vec<String>,
    must_sign: bool,
    unique_numbers: bool,
    replaceable: Vec<String>,
    pending: Option<AddressRow>,
    tells_ended: bool,
    expected_status: u16,
    expected_text: String,
    forms: Vec<FormRow>,
}

#[derive(Serialize, Deserialize)]
struct FormRow {
    code: String,
    currency: String,
    minor: i64,
    description: String,
}

#[derive(Serialize, Deserialize)]
struct AddressRow {
    url: String,
    verb: String,
}

#[derive(Serialize, Deserialize)]
struct TermsRow {
    generation: String,
    payment_no: String,
    untold: bool,
    told_at: Option<AddressRow>,
    pending: Option<AddressRow>,
    plain: (bool, bool),
    via: String,
    newer: (String, String),
    process: bool,
    contact: Option<String>,
}

fn written(address: &ShopAddress) -> AddressRow {
    AddressRow { url: address.url.clone(), verb: address.verb.code().to_owned() }
}

fn address(row: AddressRow) -> Result<ShopAddress, StoreError> {
    let verb = known("checkout", &row.verb, Verb::from_code)?;
    Ok(ShopAddress { url: row.url, verb })
}

fn known<T>(column: &str, word: &str, find: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    find(word).ok_or_else(|| StoreError::corrupt(column, format!("unknown word \"{word}\"")))
}

fn form_row(form: &SavedForm) -> FormRow {
    let (currency, minor) = (form.amount.currency().code().to_owned(), form.amount.minor());
    FormRow { code: form.code.clone(), currency, minor, description: form.description.clone() }
}

fn form(row: FormRow) -> Result<SavedForm, StoreError> {
    let currency = known("checkout", &row.currency, Currency::from_code)?;
    let amount = Money::from_minor(row.minor, currency);
    Ok(SavedForm { code: row.code, amount, description: row.description })
}

/// The column of a shop.
pub(crate) fn checkout_value(checkout: Option<&Checkout>) -> Result<Value, StoreError> {
    let Some(checkout) = checkout else { return Ok(Value::Null) };
    json(&CheckoutRow {
        first_id: checkout.first_id.clone(),
        account: checkout.account.clone(),
        user: checkout.user.clone(),
        currencies: checkout.currencies.iter().map(|currency| currency.code().to_owned()).collect(),
        must_sign: checkout.must_sign,
        unique_numbers: checkout.unique_numbers,
        replaceable: checkout.replaceable.iter().map(|setting| setting.code().to_owned()).collect(),
        pending: checkout.pending.as_ref().map(written),
        tells_ended: checkout.tells_ended,
        expected_status: checkout.expected_status,
        expected_text: checkout.expected_text.clone(),
        forms: checkout.forms.iter().map(form_row).collect(),
    })
}

/// What a shop's column says.
pub(crate) fn read_checkout(row: &Row) -> Result<Option<Checkout>, StoreError> {
    let Some(found) = row.maybe_json::<CheckoutRow>("checkout")? else { return Ok(None) };
    let currencies = found.currencies.iter().map(|code| known("checkout", code, Currency::from_code));
    let replaceable = found.replaceable.iter().map(|code| known("checkout", code, Replaceable::from_code));
    Ok(Some(Checkout {
        currencies: currencies.collect::<Result<_, _>>()?,
        replaceable: replaceable.collect::<Result<_, _>>()?,
        first_id: found.first_id,
        account: found.account,
        user: found.user,
        must_sign: found.must_sign,
        unique_numbers: found.unique_numbers,
        pending: found.pending.map(address).transpose()?,
        tells_ended: found.tells_ended,
        expected_status: found.expected_status,
        expected_text: found.expected_text,
        forms: found.forms.into_iter().map(form).collect::<Result<_, _>>()?,
    }))
}

/// The column of a payment.
pub(crate) fn terms_value(terms: Option<&CheckoutTerms>) -> Result<Value, StoreError> {
    let Some(terms) = terms else { return Ok(Value::Null) };
    let (untold, told_at) = match &terms.telling {
        Telling::Own => (false, None),
        Telling::At(address) => (false, Some(written(address))),
        Telling::Off => (true, None),
    };
    json(&TermsRow {
        generation: terms.generation.code().to_owned(),
        payment_no: terms.payment_no.clone(),
        untold,
        told_at,
        pending: terms.pending.as_ref().map(written),
        plain: terms.plain,
        via: terms.via.clone(),
        newer: terms.newer.clone(),
        process: terms.process,
        contact: terms.contact.clone(),
    })
}

/// The order's number as the shop's people know it, from the columns `order_number` and `checkout` alone.
pub(crate) fn order_text(row: &Row) -> Result<String, StoreError> {
    let own = row.maybe_json::<TermsRow>("checkout")?.map(|terms| terms.payment_no);
    match own.filter(|own| !own.is_empty()) {
        Some(own) => Ok(own),
        None => Ok(row.int("order_number")?.to_string()),
    }
}

/// A pattern for the column of a payment whose order has this number; a value's own quotation marks are
/// written with a backslash there, so none can pose as the member's name.
pub(crate) fn order_pattern(text: &str) -> String {
    let written = serde_json::Value::from(text).to_string();
    let mut pattern = "%\"payment!_no\":".to_owned();
    for letter in written.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// What a payment's column says.
pub(crate) fn read_terms(row: &Row) -> Result<Option<CheckoutTerms>, StoreError> {
    let Some(found) = row.maybe_json::<TermsRow>("checkout")? else { return Ok(None) };
    let telling = match (found.untold, found.told_at) {
        (true, _) => Telling::Off,
        (false, Some(at)) => Telling::At(address(at)?),
        (false, None) => Telling::Own,
    };
    Ok(Some(CheckoutTerms {
        generation: known("checkout", &found.generation, Generation::from_code)?,
        payment_no: found.payment_no,
        telling,
        pending: found.pending.map(address).transpose()?,
        plain: found.plain,
        via: found.via,
        newer: found.newer,
        process: found.process,
        contact: found.contact,
    }))
}
