//! What the invoice service answers, and which links its list is about (protocol, section 11.4).

use domain::invoices::{Invoice, InvoiceKind};
use domain::methods::Method;
use domain::receipts::Line;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use money::currency::Currency;
use money::{Money, Rounding};
use serde::Serialize;
use serde_json::value::RawValue;

use super::expiry::{MOSCOW, read_expiry};
use super::guid;
use super::invoices::{INTERFACE, InvoiceDenied, InvoiceRequest, PREFIX, aliases, kind_of};
use super::labels::words;
use super::members::{Members, Wrong};
use super::op_state::moscow;
use super::sums::{read_number, read_sum};

/// The size of a page when none is named.
const PAGE_SIZE: u32 = 10;
/// The largest page.
pub const PAGE_SIZE_MAX: u32 = 500;

/// How a link stands, in the service's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It is paid.
    Paid,
    /// It is over or withdrawn.
    Expired,
    /// It can be paid.
    NotPaid,
}

impl Status {
    const ALL: [Status; 3] = [Status::Paid, Status::Expired, Status::NotPaid];

    /// The word of the service.
    pub const fn word(self) -> &'static str {
        match self {
            Status::Paid => "Paid",
            Status::Expired => "Expired",
            Status::NotPaid => "Notpaid",
        }
    }
}

/// Which links a shop wants to see; an empty list means all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The page, from 1.
    pub page: u32,
    /// So many links a page.
    pub size: u32,
    /// How they stand.
    pub statuses: Vec<Status>,
    /// For how many payments.
    pub kinds: Vec<InvoiceKind>,
    /// By which methods.
    pub methods: Vec<Method>,
    /// Words to look for; may be empty.
    pub keywords: String,
    /// Issued at or after.
    pub from: Option<Timestamp>,
    /// Issued before.
    pub until: Option<Timestamp>,
    /// At least so much.
    pub least: Option<Money>,
    /// At most so much.
    pub most: Option<Money>,
    /// The oldest first.
    pub ascending: bool,
}

impl InvoiceRequest {
    /// Which links are wanted.
    ///
    /// # Errors
    /// [`InvoiceDenied::Wrong`]: the first member that cannot be.
    pub fn list(&self, currency: Currency) -> Result<Wanted, InvoiceDenied> {
        let payload = self.members()?;
        let sum = |name: &str| {
            let Some(text) = payload.text(name)? else { return Ok(None) };
            read_sum(&text, currency).map(Some).ok_or_else(|| Wrong::of(name, "expected a sum of money"))
        };
        Ok(Wanted {
            page: count(&payload, "CurrentPage", 1)?,
            size: count(&payload, "PageSize", PAGE_SIZE)?.min(PAGE_SIZE_MAX),
            statuses: listed(&payload, "InvoiceStatuses", status)?,
            kinds: listed(&payload, "InvoiceTypes", kind_of)?,
            methods: aliases(&payload, "PaymentAliases")?,
            keywords: payload.text("Keywords")?.unwrap_or_default(),
            from: moment(&payload, "DateFrom", false)?,
            until: moment(&payload, "DateTo", true)?,
            least: sum("SumFrom")?,
            most: sum("SumTo")?,
            ascending: payload.flag("IsAscending")?,
        })
    }
}

/// A positive number of pages or links; nothing and 0 mean the usual.
fn count(payload: &Members<'_>, name: &str, usual: u32) -> Result<u32, Wrong> {
    let wrong = || Wrong::of(name, "expected a positive integer");
    let text = payload.text(name)?.unwrap_or_default();
    match read_number(&text).map_err(|_| wrong())? {
        Some(number) => u32::try_from(number).map_err(|_| wrong()),
        None => Ok(usual),
    }
}

fn listed<T>(payload: &Members<'_>, name: &str, known: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Wrong> {
    let word = |text: &String| known(text).ok_or_else(|| Wrong::of(name, "not in the documented list"));
    payload.texts(name)?.iter().map(word).collect()
}

/// The words of old and new documents; clients write them in small letters and with underscores as well.
fn status(word: &str) -> Option<Status> {
    let plain: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    Status::ALL.into_iter().find(|status| status.word().eq_ignore_ascii_case(&plain))
}

/// A date or a date with its time; a day that ends a time counts wholly.
fn moment(payload: &Members<'_>, name: &str, ends: bool) -> Result<Option<Timestamp>, Wrong> {
    let Some(text) = payload.text(name)? else { return Ok(None) };
    let wrong = || Wrong::of(name, "expected a date as ISO 8601 says");
    if let Some(at) = read_expiry(&text) {
        // The last moment that is named counts.
        let after = if ends { at.checked_add(1.microsecond()).map_err(|_| wrong())? } else { at };
        return Ok(Some(after));
    }
    let date: Date = text.trim().parse().map_err(|_| wrong())?;
    let date = if ends { date.tomorrow().map_err(|_| wrong())? } else { date };
    MOSCOW.to_timestamp(date.at(0, 0, 0, 0)).map(Some).map_err(|_| wrong())
}

/// What the service tells of a link that was issued.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IssuedReply<'a> {
    id: String,
    url: &'a str,
    inv_id: i64,
    encoded_id: String,
    is_success: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListReply<'a> {
    invoice_information_list: Vec<Information<'a>>,
    total: u64,
    is_success: bool,
    message: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Information<'a> {
    id: String,
    encoded_id: String,
    inv_id: i64,
    invoice_type: &'static str,
    created: String,
    modified: String,
    expiration_date: Option<String>,
    out_sum: Option<Box<RawValue>>,
    description: &'a str,
    merchant_comments: &'a str,
    invoice_status: &'static str,
    invoice_payment_url: String,
    is_customer_notification_email_sent: bool,
    aliases: Vec<&'static str>,
    invoice_items: Vec<Item<'a>>,
    user_fields: serde_json::Map<String, serde_json::Value>,
    payments: [(); 0],
    is_without_free_sale: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    name: &'a str,
    quantity: Option<Box<RawValue>>,
    cost: Option<Box<RawValue>>,
    tax: &'static str,
    payment_method: Option<&'static str>,
    payment_object: Option<&'static str>,
    nomenclature_code: Option<&'a str>,
}

/// The two spellings of a link's public identifier: the GUID in small letters, and the 22 letters.
pub fn spellings(public: &str) -> Option<(String, String)> {
    let bits = guid::bits_of(public, PREFIX)?;
    Some((guid::print(bits).to_ascii_lowercase(), guid::encode(bits)))
}

/// The answer to a link that was issued, at this address.
pub fn issued(public: &str, url: &str, number: i64) -> Option<String> {
    let (id, encoded_id) = spellings(public)?;
    serde_json::to_string(&IssuedReply { id, url, inv_id: number, encoded_id, is_success: true }).ok()
}

/// The answer to a link that was withdrawn.
pub const WITHDRAWN: &str = "{\"isSuccess\":true}";

/// The answer to a wish that is not granted.
pub fn denied(why: &InvoiceDenied) -> String {
    format!("{{\"isSuccess\":false,\"message\":{}}}", serde_json::Value::from(why.to_string()))
}

/// A link on the list: how it stands, its public identifier, and its address.
#[derive(Clone, Debug)]
pub struct Listed<'a> {
    /// The link.
    pub invoice: &'a Invoice,
    /// How it stands.
    pub status: Status,
    /// The public identifier.
    pub public: String,
    /// The address.
    pub url: String,
}

/// A page of the list, and how many links there are on all pages.
pub fn list(listed: Vec<Listed<'_>>, total: u64) -> Option<String> {
    let all: Option<Vec<Information<'_>>> = listed.into_iter().map(information).collect();
    let reply = ListReply { invoice_information_list: all?, total, is_success: true, message: None };
    serde_json::to_string(&reply).ok()
}

fn information(listed: Listed<'_>) -> Option<Information<'_>> {
    let invoice = listed.invoice;
    let terms = &invoice.terms;
    let (id, encoded_id) = spellings(&listed.public)?;
    let own = terms.custom.iter().filter(|field| field.name != INTERFACE.0);
    Some(Information {
        id,
        encoded_id,
        inv_id: terms.number,
        invoice_type: match invoice.kind {
            InvoiceKind::OneTime => "OneTime",
            InvoiceKind::Reusable => "Reusable",
        },
        created: moscow(invoice.created_at),
        modified: moscow(invoice.changed_at),
        expiration_date: invoice.until.map(moscow),
        out_sum: number(invoice.amount.decimals(2)),
        description: &terms.description,
        merchant_comments: &invoice.comment,
        invoice_status: listed.status.word(),
        invoice_payment_url: listed.url,
        is_customer_notification_email_sent: false,
        aliases: terms.allowed.iter().map(|method| words(*method).alias).collect(),
        invoice_items: terms.receipt.iter().flat_map(|receipt| receipt.lines()).map(item).collect(),
        user_fields: own.map(|field| (field.name.clone(), field.value.clone().into())).collect(),
        payments: [],
        is_without_free_sale: invoice.no_free_sale,
    })
}

fn item(line: &Line) -> Item<'_> {
    // The price of one need not be whole kopecks; then it is rounded.
    let one = line.sum.share(1_000, u64::from(line.quantity.thousandths()), Rounding::HalfUp);
    Item {
        name: &line.name,
        quantity: number(line.quantity.to_string()),
        cost: one.ok().and_then(|one| number(one.decimals(2))),
        tax: line.tax.code(),
        payment_method: line.mode.map(|mode| mode.code()),
        payment_object: line.subject.map(|subject| subject.code()),
        nomenclature_code: line.marking.as_deref(),
    }
}

/// A number with exactly these digits.
fn number(digits: String) -> Option<Box<RawValue>> {
    RawValue::from_string(digits).ok()
}
