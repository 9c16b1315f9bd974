//! The services about methods and prices: GetCurrencies, GetPaymentMethods, GetRates, CalcOutSumm.

use domain::methods::Method;
use money::Money;
use money::currency::Currency;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use wire::form::RawForm;
use wire::http::HttpRequest;

use super::errors::Refused;
use super::fields::Fields;
use super::keys::ShopKeys;
use super::labels::{method_of_label, words};
use super::names::Name;
use super::op_state::ResultCode;
use super::soap;
use super::sums::read_sum;
use super::xml::{attributes, element, text};

/// How many decimals a calculated sum has.
const DECIMALS: usize = 6;

/// Which question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Service {
    /// The methods in groups, with their limits.
    GetCurrencies,
    /// The groups alone.
    GetPaymentMethods,
    /// The methods with what a buyer would pay.
    GetRates,
    /// What the shop's sum may be so that a buyer pays so much.
    CalcOutSumm,
}

impl Service {
    /// The root element of its reply.
    const fn root(self) -> &'static str {
        match self {
            Service::GetCurrencies => "CurrenciesList",
            Service::GetPaymentMethods => "PaymentMethodsList",
            Service::GetRates => "RatesList",
            Service::CalcOutSumm => "CalcSummsResponseData",
        }
    }
}

/// A question that was read.
#[derive(Debug)]
pub struct PriceQuery {
    login: String,
    english: bool,
    label: Option<String>,
    out_sum: Option<String>,
    inc_sum: Option<String>,
    signature: Option<String>,
    test: bool,
}

impl PriceQuery {
    /// Reads it from a query, a form, a JSON object or a SOAP envelope.
    ///
    /// # Errors
    /// The code to answer with: without a login there is no shop.
    pub fn read(request: &HttpRequest) -> Result<PriceQuery, ResultCode> {
        let fields = service_fields(request).map_err(|_| ResultCode::ShopNotFound)?;
        let loose = |name| fields.loose(name);
        Ok(PriceQuery {
            login: loose(Name::MerchantLogin).ok_or(ResultCode::ShopNotFound)?,
            english: loose(Name::Language).is_some_and(|language| !language.eq_ignore_ascii_case("ru")),
            label: loose(Name::IncCurrLabel),
            out_sum: loose(Name::OutSum),
            inc_sum: loose(Name::IncSum),
            signature: loose(Name::Signature).or_else(|| loose(Name::SignatureValue)),
            test: loose(Name::IsTest).as_deref() == Some("1"),
        })
    }

    /// The shop that it names, as written.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Whether it is about rehearsals.
    pub fn is_test(&self) -> bool {
        self.test
    }

    /// The one method that it is about; `None` for all of them. A label that is unknown means all as well.
    pub fn method(&self) -> Option<Method> {
        self.label.as_deref().and_then(method_of_label)
    }

    /// The order's sum of which the prices are wanted.
    ///
    /// # Errors
    /// [`ResultCode::NotCalculated`] for what is no sum above zero.
    pub fn out_sum(&self, currency: Currency) -> Result<Money, ResultCode> {
        sum(self.out_sum.as_deref(), currency)
    }

    /// The sum that the buyer is to pay.
    ///
    /// # Errors
    /// [`ResultCode::NotCalculated`] for what is no sum above zero; [`ResultCode::WrongSignature`] if it is
    /// signed and the signature does not fit. It need not be signed.
    pub fn inc_sum(&self, currency: Currency, keys: &ShopKeys<'_>) -> Result<Money, ResultCode> {
        if let Some(received) = &self.signature {
            let given = self.inc_sum.as_deref().unwrap_or_default();
            let signed = format!("{}:{given}:{}", self.login, keys.password1.expose());
            if !keys.digests().any(|digest| digest.fits(signed.as_bytes(), received)) {
                return Err(ResultCode::WrongSignature);
            }
        }
        sum(self.inc_sum.as_deref(), currency)
    }
}

fn sum(given: Option<&str>, currency: Currency) -> Result<Money, ResultCode> {
    let sum = given.and_then(|text| read_sum(text, currency));
    sum.filter(|sum| sum.is_positive()).ok_or(ResultCode::NotCalculated)
}

/// A method that the shop offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offered {
    /// Which.
    pub method: Method,
    /// The smallest sum.
    pub smallest: Money,
    /// The largest sum.
    pub largest: Money,
    /// What a buyer would pay, where that was asked.
    pub price: Option<Money>,
}

/// The reply that lists methods.
pub fn list_reply(service: Service, query: &PriceQuery, offered: &[Offered]) -> String {
    let named = |method: Method| {
        let words = words(method);
        if query.english { words.english } else { words.description }
    };
    let mut groups: BTreeMap<&str, Vec<&Offered>> = BTreeMap::new();
    for offer in offered {
        groups.entry(words(offer.method).group).or_default().push(offer);
    }
    let content = match service {
        Service::GetPaymentMethods => {
            let each = groups.iter().map(|(code, offers)| {
                let description =
                    offers.first().map_or("", |offer| group_name(code, named(offer.method), query.english));
                attributes("Method", &[("Code", code), ("Description", description)], "")
            });
            element("Methods", &each.collect::<String>())
        }
        Service::GetCurrencies | Service::GetRates | Service::CalcOutSumm => {
            let each = groups.iter().map(|(code, offers)| {
                let description =
                    offers.first().map_or("", |offer| group_name(code, named(offer.method), query.english));
                let items: String = offers.iter().map(|offer| currency(offer, named(offer.method))).collect();
                attributes(
                    "Group",
                    &[("Code", code), ("Description", description)],
                    &element("Items", &items),
                )
            });
            element("Groups", &each.collect::<String>())
        }
    };
    answer(service.root(), ResultCode::Ok, &content)
}

/// A group's name: banks' buttons have one of their own, other groups that of their method.
fn group_name<'a>(code: &str, of_method: &'a str, english: bool) -> &'a str {
    match (code, english) {
        ("Bank", true) => "Banks' buttons",
        ("Bank", false) => "Кнопки банков",
        (_, _) => of_method,
    }
}

fn currency(offer: &Offered, name: &str) -> String {
    let words = words(offer.method);
    let (smallest, largest) = (offer.smallest.to_string(), offer.largest.to_string());
    let price = offer.price.map(|price| attributes("Rate", &[("IncSum", &price.decimals(DECIMALS))], ""));
    let values = [
        ("Label", words.label),
        ("Alias", words.alias),
        ("Name", name),
        ("MinValue", smallest.as_str()),
        ("MaxValue", largest.as_str()),
    ];
    attributes("Currency", &values, &price.unwrap_or_default())
}

/// The reply of CalcOutSumm.
pub fn sum_reply(sum: Money) -> String {
    answer(Service::CalcOutSumm.root(), ResultCode::Ok, &text("OutSum", &sum.decimals(DECIMALS)))
}

/// The reply that tells why there is no answer; nothing follows the result.
pub fn refusal(service: Service, code: ResultCode) -> String {
    answer(service.root(), code, "")
}

/// A whole reply: the result and what follows it.
pub(super) fn answer(root: &str, code: ResultCode, content: &str) -> String {
    let description = match code.description() {
        "" => String::new(),
        words => text("Description", words),
    };
    let result = element("Result", &(text("Code", &code.number().to_string()) + &description));
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{root} \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns=\"http://merchant.roboxchange.com/WebService/\">{result}{content}</{root}>"
    )
}

/// The fields of a request to a service: of a JSON object or a SOAP envelope if it is one, else of form and
/// query.
///
/// # Errors
/// As [`Fields::read`].
pub(super) fn service_fields(request: &HttpRequest) -> Result<Fields, Refused> {
    let query = RawForm::default();
    match json_form(request).or_else(|| soap::form(request)) {
        Some(form) => Fields::of(&form, &query),
        None => Fields::read(request),
    }
}

/// The members of a JSON object as a form, if the request is one. Numbers are taken as they are written:
/// nothing here passes through a float.
fn json_form(request: &HttpRequest) -> Option<RawForm> {
    let kind = request.headers.get("content-type")?.to_ascii_lowercase();
    let members: BTreeMap<String, &RawValue> =
        kind.starts_with("application/json").then(|| serde_json::from_slice(&request.body).ok()).flatten()?;
    let mut form = RawForm::default();
    for (name, value) in members {
        let written = value.get();
        let value = match written.chars().next()? {
            '"' => serde_json::from_str(written).ok()?,
            '-' | '0'..='9' => written.to_owned(),
            // Members that are nothing, true, lists or objects are no parameters.
            _ => continue,
        };
        form.push(name.into_bytes(), value.into_bytes()).ok()?;
    }
    Some(form)
}

#[cfg(test)]
mod tests;
