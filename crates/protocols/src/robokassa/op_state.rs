//! The services OpState and OpStateExt: a shop asks what became of an operation.

use domain::methods::Method;
use domain::payments::CustomField;
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;
use wire::http::HttpRequest;

use super::errors::Refused;
use super::expiry::MOSCOW;
use super::fields::Given;
use super::keys::ShopKeys;
use super::labels::words;
use super::names::Name;
use super::services::{answer, service_fields};
use super::sums::read_number;
use super::xml::{element, text};

/// How many decimals every sum in a reply has.
const DECIMALS: usize = 6;

/// The result that every reply begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultCode {
    /// The question was answered.
    Ok,
    /// The signature is wrong.
    WrongSignature,
    /// There is no such shop, or it is not activated: both answer alike.
    ShopNotFound,
    /// The shop has no such operation, or its payer has not chosen a method yet.
    OperationNotFound,
    /// A live and a test operation have this number.
    TwoOperations,
    /// The calculation is not possible.
    NotCalculated,
    /// Something is wrong on our side.
    Internal,
}

impl ResultCode {
    /// The number in the reply.
    pub const fn number(self) -> u16 {
        match self {
            ResultCode::Ok => 0,
            ResultCode::WrongSignature => 1,
            ResultCode::ShopNotFound => 2,
            ResultCode::OperationNotFound => 3,
            ResultCode::TwoOperations => 4,
            ResultCode::NotCalculated => 5,
            ResultCode::Internal => 1_000,
        }
    }

    /// What the reply says about it; nothing where all is well.
    pub(super) const fn description(self) -> &'static str {
        match self {
            ResultCode::Ok => "",
            ResultCode::WrongSignature => "The signature is wrong",
            ResultCode::ShopNotFound => "The shop is not found or not activated",
            ResultCode::OperationNotFound => "The operation is not found",
            ResultCode::TwoOperations => "Two operations have this number",
            ResultCode::NotCalculated => "The sum or the method cannot be calculated with",
            ResultCode::Internal => "Internal error",
        }
    }
}

/// Where an operation stands, in this dialect's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StateCode {
    /// Started; no money received.
    Started,
    /// Cancelled; no money received.
    Cancelled,
    /// Money held.
    Held,
    /// Money received and being credited.
    Crediting,
    /// Returned to the payer after receipt, or a hold that was released.
    Returned,
    /// Suspended.
    Suspended,
    /// Done.
    Done,
}

impl StateCode {
    /// The number in the reply.
    pub const fn number(self) -> u16 {
        match self {
            StateCode::Started => 5,
            StateCode::Cancelled => 10,
            StateCode::Held => 20,
            StateCode::Crediting => 50,
            StateCode::Returned => 60,
            StateCode::Suspended => 80,
            StateCode::Done => 100,
        }
    }
}

/// How much the reply tells: OpStateExt has keys and custom fields besides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// OpState.
    Short,
    /// OpStateExt.
    Extended,
}

/// A question that was read but not verified.
#[derive(Debug)]
pub struct StateQuery {
    login: String,
    number: Given,
    signature: Given,
}

impl StateQuery {
    /// Reads GET queries, POST forms, POSTs with their values in the query, JSON objects and SOAP envelopes.
    ///
    /// # Errors
    /// The code to answer with: without a login there is no shop; what cannot be read is not signed.
    pub fn read(request: &HttpRequest) -> Result<StateQuery, ResultCode> {
        let unsigned = |_: Refused| ResultCode::WrongSignature;
        let fields = service_fields(request).map_err(unsigned)?;
        let login = fields.strict(Name::MerchantLogin).map_err(|_| ResultCode::ShopNotFound)?;
        let signature = fields.strict(Name::Signature).map_err(unsigned)?;
        let signature = match signature {
            Given::Text(_) => signature,
            Given::Absent | Given::Empty => fields.strict(Name::SignatureValue).map_err(unsigned)?,
        };
        Ok(StateQuery {
            login: login.text().ok_or(ResultCode::ShopNotFound)?.to_owned(),
            number: fields.strict(Name::InvId).map_err(unsigned)?,
            signature,
        })
    }

    /// The shop that the question names, as written.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Verifies the signature, which password 2 makes, and yields the operation's number.
    ///
    /// # Errors
    /// Wrong signature; or no operation, if what is signed is not a number.
    pub fn verify(&self, keys: &ShopKeys<'_>) -> Result<i64, ResultCode> {
        let number = self.number.text().unwrap_or_default();
        let signed = format!("{}:{number}:{}", self.login, keys.password2.expose());
        let received = self.signature.text().unwrap_or_default();
        let fits = keys.digests().any(|digest| digest.fits(signed.as_bytes(), received));
        if !fits || self.login != keys.login {
            return Err(ResultCode::WrongSignature);
        }
        read_number(number).ok().flatten().ok_or(ResultCode::OperationNotFound)
    }
}

/// Everything that a reply tells of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// Where it stands.
    pub state: StateCode,
    /// When the question came.
    pub asked_at: Timestamp,
    /// When the state was reached.
    pub changed_at: Timestamp,
    /// How it is or was paid.
    pub method: Method,
    /// What the payer pays.
    pub paid: Money,
    /// The payer's card or purse, masked; if known.
    pub account: Option<&'a str>,
    /// The order's sum.
    pub sum: Money,
    /// The key of the operation, for refunds and saved cards; if known.
    pub op_key: Option<&'a str>,
    /// The reference that the card network gave; if known.
    pub rrn: Option<&'a str>,
    /// The shop's own fields.
    pub custom: &'a [CustomField],
}

/// The reply about an operation. The order of elements is fixed: one official library reads it as a stream.
pub fn operation_reply(operation: &Operation<'_>, detail: Detail) -> String {
    let state = [
        text("Code", &operation.state.number().to_string()),
        text("RequestDate", &moscow(operation.asked_at)),
        text("StateDate", &moscow(operation.changed_at)),
    ];
    let words = words(operation.method);
    let method = text("Code", words.code) + &text("Description", words.description);
    let extended = |value: Option<&str>, name| match (detail, value) {
        (Detail::Extended, Some(value)) => text(name, value),
        (Detail::Extended | Detail::Short, _) => String::new(),
    };
    let info = [
        text("IncCurrLabel", words.label),
        text("IncSum", &operation.paid.decimals(DECIMALS)),
        operation.account.map_or(String::new(), |account| text("IncAccount", account)),
        element("PaymentMethod", &method),
        text("OutCurrLabel", currency_label(operation.sum.currency())),
        text("OutSum", &operation.sum.decimals(DECIMALS)),
        extended(operation.op_key, "OpKey"),
        extended(operation.rrn, "BankCardRRN"),
    ];
    let body = element("State", &state.concat()) + &element("Info", &info.concat());
    let custom = match detail {
        Detail::Short => String::new(),
        Detail::Extended => custom_fields(operation.custom),
    };
    document(ResultCode::Ok, &(body + &custom))
}

/// The reply that tells why there is no answer; nothing follows the result.
pub fn error_reply(code: ResultCode) -> String {
    document(code, "")
}

/// The documentation calls the element `UserField`; a client written from observed traffic reads
/// `UserFields`. Both are told.
fn custom_fields(custom: &[CustomField]) -> String {
    let field =
        |field: &CustomField| element("Field", &(text("Name", &field.name) + &text("Value", &field.value)));
    let fields: String = custom.iter().map(field).collect();
    element("UserField", &fields) + &element("UserFields", &fields)
}

fn document(code: ResultCode, content: &str) -> String {
    answer("OperationStateResponse", code, content)
}

/// Seven digits of fraction and the zone, as the service writes dates.
pub(super) fn moscow(at: Timestamp) -> String {
    MOSCOW.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S%.7f").to_string() + "+03:00"
}

/// The services still call the rouble by its code from before 1998.
fn currency_label(currency: Currency) -> &'static str {
    if currency == Currency::Rub { "RUR" } else { currency.code() }
}

#[cfg(test)]
mod tests;
