//! Invoices as the API shows them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::Money;
use serde::Serialize;
use wire::http::HttpReply;

use super::super::notice::local_time;
use super::super::payways::Payway;
use super::super::states::InvoiceStage;
use super::super::views::{Number, number};
use super::envelope::{map, ok};

/// An invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invoice {
    /// Its number.
    pub id: u64,
    /// Its account.
    pub account: String,
    /// Its checkout.
    pub checkout: String,
    /// The purse that it credits.
    pub purse: u64,
    /// The merchant's number; empty if there is none.
    pub payment_no: String,
    /// By which payway; `None` before one was chosen.
    pub payway: Option<Payway>,
    /// Where it stands.
    pub stage: InvoiceStage,
    /// Its amount.
    pub amount: Money,
    /// What the checkout is credited with.
    pub credited: Money,
    /// What the buyer pays.
    pub price: Money,
    /// The description.
    pub description: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was decided; `None` while it is not.
    pub processed: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvoiceView<'a> {
    id: String,
    account_id: &'a str,
    co_id: &'a str,
    purse_id: String,
    payment_no: &'a str,
    payway_id: Option<String>,
    payway_alias: Option<String>,
    state: u8,
    state_name: &'static str,
    co_amount: Number,
    co_refund: Number,
    ps_price: Number,
    currency: &'static str,
    description: &'a str,
    created: String,
    processed: Option<String>,
}

impl<'a> InvoiceView<'a> {
    fn of(invoice: &'a Invoice, zone: &TimeZone) -> InvoiceView<'a> {
        InvoiceView {
            id: invoice.id.to_string(),
            account_id: &invoice.account,
            co_id: &invoice.checkout,
            purse_id: invoice.purse.to_string(),
            payment_no: &invoice.payment_no,
            payway_id: invoice.payway.map(Payway::id),
            payway_alias: invoice.payway.map(Payway::alias),
            state: invoice.stage.number(),
            state_name: invoice.stage.name(),
            co_amount: number(invoice.amount),
            co_refund: number(invoice.credited),
            ps_price: number(invoice.price),
            currency: invoice.amount.currency().code(),
            description: &invoice.description,
            created: local_time(invoice.created, zone),
            processed: invoice.processed.map(|at| local_time(at, zone)),
        }
    }
}

/// The answer to a question for all invoices; times are told in this zone.
pub fn invoices(invoices: &[Invoice], zone: &TimeZone) -> HttpReply {
    map(invoices.iter().map(|invoice| (invoice.id.to_string(), InvoiceView::of(invoice, zone))))
}

/// The answer to a question for one invoice.
pub fn invoice(invoice: &Invoice, zone: &TimeZone) -> HttpReply {
    ok(InvoiceView::of(invoice, zone))
}

#[cfg(test)]
mod tests {
    use money::currency::Currency;

    use super::*;

    #[test]
    fn an_invoice_tells_its_state_as_number_and_word() {
        let shown = Invoice {
            id: 40_000_123,
            account: "5f02".to_owned(),
            checkout: "64b7".to_owned(),
            purse: 300_000_912_345,
            payment_no: "ID_1".to_owned(),
            payway: Some(Payway::Test),
            stage: InvoiceStage::Credited,
            amount: Money::from_minor(10_000, Currency::Uah),
            credited: Money::from_minor(9_700, Currency::Uah),
            price: Money::from_minor(10_000, Currency::Uah),
            description: "Tea".to_owned(),
            created: "2030-01-01T00:00:00Z".parse().unwrap(),
            processed: None,
        };
        let kyiv = TimeZone::get("Europe/Kyiv").unwrap();
        let one = String::from_utf8(invoice(&shown, &kyiv).body).unwrap();
        for part in [
            "\"data\":{\"id\":\"40000123\"",
            "\"paymentNo\":\"ID_1\"",
            "\"state\":7,\"stateName\":\"success\"",
            "\"coAmount\":100,\"coRefund\":97,\"psPrice\":100,\"currency\":\"UAH\"",
            "\"created\":\"2030-01-01 02:00:00\",\"processed\":null",
        ] {
            assert!(one.contains(part), "{part}: {one}");
        }
        let all = String::from_utf8(invoices(std::slice::from_ref(&shown), &kyiv).body).unwrap();
        assert!(all.contains("\"data\":{\"40000123\":{\"id\":\"40000123\""));
    }
}
