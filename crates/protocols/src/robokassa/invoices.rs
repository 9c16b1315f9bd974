//! The invoice service: a shop's program issues payment links, withdraws them and lists them (protocol,
//! section 11).

use domain::invoices::InvoiceKind;
use domain::methods::Method;
use domain::payments::{CustomField, Language};
use domain::receipts::Receipt;
use domain::receipts::words::TaxSystem;
use domain::sellers::{ShopAddress, Verb};
use jiff::Timestamp;
use money::Money;
use wire::digest::Digest;
use wire::http::{HttpRequest, Method as Verbs};

use super::expiry::read_expiry;
use super::fields::has_control;
use super::guid;
use super::invoices_features::{Features, address};
use super::invoices_items::read_items;
use super::jwt::{JwtError, Named, Token};
use super::keys::{ShopKeys, digest_of};
use super::labels::method_of_label;
use super::members::{Members, Wrong, text_of};
use super::sums::{read_number, read_sum};

/// How long a description may be, in characters; the rest is cut off.
pub const DESCRIPTION_CHARS_MAX: usize = 250;
/// How long a shop's remark for itself may be, in characters; the rest is cut off.
const COMMENT_CHARS_MAX: usize = 1_000;
/// The longest e-mail address (RFC 5321), in bytes.
const EMAIL_BYTES_MAX: usize = 254;
/// So many fields of a shop's own are kept with a link.
const FIELDS_MAX: usize = 100;
/// So long all of them may be, in bytes.
const FIELDS_BYTES_MAX: usize = 16_384;
/// The field by which a shop tells such payments from others, and what stands in it.
pub const INTERFACE: (&str, &str) = ("shp_interface", "InvoiceService.WebApi");
/// What stands before the letters of a link's public identifier.
pub(super) const PREFIX: &str = "inv";

/// What is asked of the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvoiceCall {
    /// Issue a link.
    Create,
    /// Withdraw one.
    Deactivate,
    /// List them.
    List,
}

impl InvoiceCall {
    /// The call behind a path in small letters, without the end's slash.
    pub(super) fn at(path: &str) -> Option<InvoiceCall> {
        match path.strip_prefix("/invoiceservicewebapi/api/")? {
            "createinvoice" => Some(InvoiceCall::Create),
            "deactivateinvoice" => Some(InvoiceCall::Deactivate),
            "getinvoiceinformationlist" => Some(InvoiceCall::List),
            _ => None,
        }
    }
}

/// Why a program's wish is not granted; its text is what the client reads.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvoiceDenied {
    /// Not sent by POST.
    #[error("expected a POST with a token in its body")]
    NotPosted,
    /// The body is no token.
    #[error(transparent)]
    Unread(#[from] JwtError),
    /// The payload names no shop, or one that is not here; both are told alike.
    #[error("MerchantLogin: there is no such shop")]
    NoShop,
    /// Signed otherwise than with `MerchantLogin:Password1` and the shop's own digest.
    #[error(
        "the signature of the token is wrong: expected the HMAC of the shop's algorithm under MerchantLogin:Password1"
    )]
    WrongSignature,
    /// A rehearsal that is not signed with the test password, or the other way round.
    #[error("AdditionalParameters.IsTest: rehearsals are signed with the test password, and nothing else is")]
    WrongMode,
    /// A member cannot be taken.
    #[error(transparent)]
    Wrong(#[from] Wrong),
    /// The shop takes no payments.
    #[error("the shop is not activated")]
    Inactive,
    /// The order is paid.
    #[error("InvId: the order is paid already")]
    AlreadyPaid,
    /// The number belongs to another order.
    #[error("InvId: the number belongs to another order")]
    Taken,
    /// There is no such link of this shop.
    #[error("there is no such invoice")]
    NotFound,
}

/// A request that was read but not verified.
#[derive(Debug)]
pub struct InvoiceRequest {
    token: Token,
    login: String,
}

/// A link that a shop wants, read and verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedInvoice {
    /// For how many payments.
    pub kind: InvoiceKind,
    /// The order's number; `None` if one is to be assigned.
    pub number: Option<i64>,
    /// The sum, more than nothing.
    pub sum: Money,
    /// The sum as the shop wrote it.
    pub sum_text: String,
    /// What for; may be empty.
    pub description: String,
    /// The shop's remark for itself; may be empty.
    pub comment: String,
    /// The language of the pages.
    pub language: Option<Language>,
    /// The shop's own fields with the one that tells such payments from others, in the order in which they are
    /// signed.
    pub custom: Vec<CustomField>,
    /// What is sold, of exactly the sum.
    pub receipt: Option<Receipt>,
    /// Where the buyer goes after success.
    pub success: Option<ShopAddress>,
    /// Where the buyer goes otherwise.
    pub fail: Option<ShopAddress>,
    /// Until when the link can be opened.
    pub until: Option<Timestamp>,
    /// The only methods to offer; empty: all.
    pub allowed: Vec<Method>,
    /// The buyer's e-mail address.
    pub email: Option<String>,
    /// Whether the money is to be held first.
    pub hold: bool,
    /// Where a signed statement of the payment's state goes, besides the notice to the shop.
    pub statement_to: Option<String>,
    /// Whether the buyer's method is to be kept for charges that follow.
    pub recurring: bool,
    /// The key of an earlier operation whose card is to be offered; whose it is has to be looked up.
    pub token: Option<String>,
    /// Whether no receipt is to be made where none is said.
    pub no_free_sale: bool,
    /// SHA-256 over what is signed.
    pub content: [u8; 32],
}

/// Which link is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Which {
    /// That of an order's number.
    Number(i64),
    /// That of a public identifier.
    Public(String),
}

impl InvoiceRequest {
    /// Reads the token in the body.
    ///
    /// # Errors
    /// [`InvoiceDenied::NotPosted`], [`InvoiceDenied::Unread`] and [`InvoiceDenied::NoShop`].
    pub fn read(request: &HttpRequest) -> Result<InvoiceRequest, InvoiceDenied> {
        if request.method != Verbs::Post {
            return Err(InvoiceDenied::NotPosted);
        }
        let token = Token::read(&request.body)?;
        let login = members(&token)?.text("MerchantLogin").ok().flatten();
        Ok(InvoiceRequest { login: login.ok_or(InvoiceDenied::NoShop)?, token })
    }

    /// The shop that the token names, as written.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Verifies the token with the shop's own digest; the header may leave it out, and has no other say in it.
    ///
    /// # Errors
    /// [`InvoiceDenied::WrongSignature`].
    pub fn verify(&self, keys: &ShopKeys<'_>) -> Result<(), InvoiceDenied> {
        let own = digest_of(keys.algorithm);
        let digest = match self.token.named() {
            Named::Nothing => own,
            Named::Hmac(digest) if digest == own => own,
            Named::Hmac(Digest::Md5) if keys.switches.also_md5 => Digest::Md5,
            Named::Hmac(_) | Named::Other => return Err(InvoiceDenied::WrongSignature),
        };
        let key = format!("{}:{}", keys.login, keys.password1.expose());
        let signed = self.login == keys.login && self.token.is_signed(digest, &key);
        signed.then_some(()).ok_or(InvoiceDenied::WrongSignature)
    }

    /// Whether the payload is about a rehearsal.
    ///
    /// # Errors
    /// [`InvoiceDenied::Wrong`] for what is neither yes nor no.
    pub fn is_test(&self) -> Result<bool, InvoiceDenied> {
        Ok(with_additional(&members(&self.token)?, |more| more.flag("IsTest"))?)
    }

    /// The link that is wanted.
    ///
    /// # Errors
    /// [`InvoiceDenied::Wrong`]: the first member that cannot be.
    pub fn wanted(&self, keys: &ShopKeys<'_>, now: Timestamp) -> Result<WantedInvoice, InvoiceDenied> {
        let payload = members(&self.token)?;
        let sum_text = payload.text("OutSum")?.ok_or(Wrong::of("OutSum", "missing"))?;
        let sum = read_sum(&sum_text, keys.currency).filter(|sum| sum.is_positive());
        let sum = sum.ok_or(Wrong::of("OutSum", "expected a sum of money above zero"))?;
        let kind = kind(&payload)?;
        let features = Features::of(&payload)?;
        features.check(keys, kind, self.is_test()?)?;
        let receipt = read_items(&payload, tax_system(&payload)?, keys.currency)?;
        if receipt.as_ref().is_some_and(|receipt| receipt.total() != sum) {
            return Err(Wrong::of("InvoiceItems", "the items do not add up to OutSum").into());
        }
        let email = with_additional(&payload, |more| more.text("Email"))?;
        Ok(WantedInvoice {
            kind,
            number: number(&payload)?,
            sum,
            sum_text,
            description: line(&payload, "Description", DESCRIPTION_CHARS_MAX)?,
            comment: line(&payload, "MerchantComments", COMMENT_CHARS_MAX)?,
            language: language(&payload)?,
            custom: custom(&payload)?,
            receipt,
            success: way(&payload, "SuccessUrl2Data")?,
            fail: way(&payload, "FailUrl2Data")?,
            until: until(&payload, now)?,
            allowed: aliases(&payload, "Aliases")?,
            email: email.or(payload.text("Email")?).filter(|text| is_email(text)),
            hold: features.hold,
            statement_to: features.statement_to,
            recurring: features.recurring,
            token: features.token,
            no_free_sale: payload.flag("IsWithoutFreeSale")?,
            content: self.token.fingerprint(),
        })
    }

    /// The link that is to be withdrawn.
    ///
    /// # Errors
    /// [`InvoiceDenied::Wrong`] where none is named.
    pub fn which(&self) -> Result<Which, InvoiceDenied> {
        let payload = members(&self.token)?;
        let public = |bits: Option<u128>| bits.map(|bits| Which::Public(guid::public_of(bits, PREFIX)));
        if let Some(text) = payload.text("EncodedId")? {
            return public(guid::decode(&text)).ok_or(InvoiceDenied::NotFound);
        }
        if let Some(text) = payload.text("Id")? {
            return public(guid::parse(&text)).ok_or(InvoiceDenied::NotFound);
        }
        let missing = Wrong::of("InvId", "expected one of InvId, Id and EncodedId");
        Ok(number(&payload)?.map(Which::Number).ok_or(missing)?)
    }

    /// The payload's members, for the list.
    pub(super) fn members(&self) -> Result<Members<'_>, InvoiceDenied> {
        members(&self.token)
    }
}

/// The public identifier behind the last part of a link's address, 22 letters or a GUID.
pub fn public_of_link(path: &str) -> Option<String> {
    let last = path.trim_end_matches('/').rsplit('/').next()?;
    let bits = guid::decode(last).or_else(|| guid::parse(last))?;
    Some(guid::public_of(bits, PREFIX))
}

fn members(token: &Token) -> Result<Members<'_>, InvoiceDenied> {
    Members::of(token.payload()).ok_or(InvoiceDenied::Unread(JwtError::Form))
}

/// Looks into `AdditionalParameters`, which may be missing.
pub(super) fn with_additional<T: Default>(
    payload: &Members<'_>,
    look: impl FnOnce(&Members<'_>) -> Result<T, Wrong>,
) -> Result<T, Wrong> {
    const NAME: &str = "AdditionalParameters";
    let Some(raw) = payload.raw(NAME) else { return Ok(T::default()) };
    let more = Members::of(raw.get()).ok_or(Wrong::of(NAME, "expected an object"))?;
    look(&more).map_err(|wrong| wrong.inside(NAME))
}

fn kind(payload: &Members<'_>) -> Result<InvoiceKind, Wrong> {
    let word = payload.text("InvoiceType")?.ok_or(Wrong::of("InvoiceType", "missing"))?;
    kind_of(&word).ok_or(Wrong::of("InvoiceType", "expected OneTime or Reusable"))
}

pub(super) fn kind_of(word: &str) -> Option<InvoiceKind> {
    match word.to_ascii_lowercase().as_str() {
        "onetime" => Some(InvoiceKind::OneTime),
        "reusable" => Some(InvoiceKind::Reusable),
        _ => None,
    }
}

fn number(payload: &Members<'_>) -> Result<Option<i64>, Wrong> {
    let text = payload.text("InvId")?.unwrap_or_default();
    read_number(&text).map_err(|_| Wrong::of("InvId", "expected an integer of 1 to 9223372036854775807"))
}

fn tax_system(payload: &Members<'_>) -> Result<Option<TaxSystem>, Wrong> {
    let Some(word) = payload.text("Sno")? else { return Ok(None) };
    TaxSystem::from_code(&word.to_ascii_lowercase())
        .map(Some)
        .ok_or(Wrong::of("Sno", "not in the documented list"))
}

/// A text for people, in one line.
fn line(payload: &Members<'_>, name: &str, most: usize) -> Result<String, Wrong> {
    let text = payload.text(name)?.unwrap_or_default().replace(char::is_control, " ");
    Ok(text.trim().chars().take(most).collect())
}

fn language(payload: &Members<'_>) -> Result<Option<Language>, Wrong> {
    // Every other value means English, as in a payment start.
    let of = |word: String| if word.eq_ignore_ascii_case("ru") { Language::Ru } else { Language::En };
    Ok(payload.text("Culture")?.map(of))
}

fn way(payload: &Members<'_>, name: &str) -> Result<Option<ShopAddress>, Wrong> {
    let Some(raw) = payload.raw(name) else { return Ok(None) };
    let way = Members::of(raw.get()).ok_or_else(|| Wrong::of(name, "expected an object"))?;
    let read = || {
        let Some(url) = way.text("Url")? else { return Ok(None) };
        let url = address(&url, "Url")?;
        let verb = way.text("Method")?.map_or(Some(Verb::Get), |word| Verb::from_code(&word));
        let verb = verb.ok_or(Wrong::of("Method", "expected GET or POST"))?;
        Ok(Some(ShopAddress { url, verb }))
    };
    read().map_err(|wrong: Wrong| wrong.inside(name))
}

fn until(payload: &Members<'_>, now: Timestamp) -> Result<Option<Timestamp>, Wrong> {
    let Some(text) = payload.text("ExpirationDate")? else { return Ok(None) };
    let until = read_expiry(&text).ok_or(Wrong::of("ExpirationDate", "expected a date as ISO 8601 says"))?;
    if until <= now { Err(Wrong::of("ExpirationDate", "the date has passed")) } else { Ok(Some(until)) }
}

/// Methods by their aliases; unknown ones are ignored, as in a payment start.
pub(super) fn aliases(payload: &Members<'_>, name: &str) -> Result<Vec<Method>, Wrong> {
    let mut methods: Vec<Method> = Vec::new();
    for method in payload.texts(name)?.iter().filter_map(|alias| method_of_label(alias)) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    Ok(methods)
}

/// The shop's own fields, by name ignoring case, which is the order in which they are signed.
fn custom(payload: &Members<'_>) -> Result<Vec<CustomField>, Wrong> {
    const NAME: &str = "UserFields";
    let mut fields = Vec::new();
    if let Some(raw) = payload.raw(NAME) {
        let given = Members::of(raw.get()).ok_or(Wrong::of(NAME, "expected an object"))?;
        for (name, raw) in given.all().filter(|(_, raw)| raw.get() != "null") {
            let value = match raw.get() {
                word @ ("true" | "false") => Some(word.to_owned()),
                _ => text_of(raw),
            };
            let value = value.filter(|value| !has_control(value, &[]));
            let value = value.ok_or(Wrong::of(NAME, "expected texts without control characters"))?;
            // A name with a colon or an equals sign in it would sign like two fields.
            if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
                return Err(Wrong::of(NAME, "a name has characters other than letters and digits"));
            }
            let prefixed = name.to_ascii_lowercase().starts_with("shp");
            let name = if prefixed { name.to_owned() } else { format!("shp_{name}") };
            fields.push(CustomField { name, value });
        }
    }
    fields.retain(|field| !field.name.eq_ignore_ascii_case(INTERFACE.0));
    let bytes: usize = fields.iter().map(|field| field.name.len().saturating_add(field.value.len())).sum();
    if fields.len() > FIELDS_MAX || bytes > FIELDS_BYTES_MAX {
        return Err(Wrong::of(NAME, "too many fields, or too long ones"));
    }
    fields.push(CustomField { name: INTERFACE.0.to_owned(), value: INTERFACE.1.to_owned() });
    fields.sort_by_key(|field| field.name.to_lowercase());
    Ok(fields)
}

/// What is plainly no address is none: the buyer will be asked anyway.
fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    text.len() <= EMAIL_BYTES_MAX
        && parts.is_some_and(|(name, host)| {
            !name.is_empty() && !host.is_empty() && !text.chars().any(char::is_whitespace)
        })
}

#[cfg(test)]
mod tests;
