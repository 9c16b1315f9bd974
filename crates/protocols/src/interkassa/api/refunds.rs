//! Refunds over the API: what is asked for, and the answer.

use money::Money;
use money::currency::Currency;
use serde::Serialize;
use wire::http::HttpReply;

use super::super::amounts::read_amount;
use super::super::errors::{Code, Refused};
use super::super::reader::is_dashed_word;
use super::super::states::InvoiceStage;
use super::super::views::{Number, number};
use super::envelope::{SUCCESS, ok};
use super::params::Params;

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundRequest {
    /// The number of the invoice.
    pub invoice: u64,
    /// The amount as it was written; [`RefundRequest::amount`] reads it in the invoice's currency.
    pub amount_text: String,
    /// The merchant's number of the refund, which makes the request repeatable.
    pub merchant_order: Option<String>,
    /// Why; empty if it was not said.
    pub description: String,
}

impl RefundRequest {
    /// Reads it.
    ///
    /// # Errors
    /// 1021, 1022 and 1024 under the parameter's name.
    pub fn read(params: &Params) -> Result<RefundRequest, Refused> {
        let reader = params.reader();
        let why = "the number of the invoice is expected";
        let wrong = Refused::because_of("id", Code::WrongFormat, why);
        let id = reader.needed("id")?;
        let digits = id.bytes().all(|b| b.is_ascii_digit());
        let why = "a decimal above zero is expected";
        let amount = reader.needed("amount")?;
        read_amount(amount, Currency::Usd).ok_or(Refused::because_of("amount", Code::WrongFormat, why))?;
        let merchant_order = reader.pattern("merchantOrderId", 64, is_dashed_word)?;
        Ok(RefundRequest {
            invoice: Some(id).filter(|_| digits).and_then(|id| id.parse().ok()).ok_or(wrong)?,
            amount_text: amount.to_owned(),
            merchant_order: merchant_order.map(str::to_owned),
            description: reader.pattern("description", 255, |_| true)?.unwrap_or_default().to_owned(),
        })
    }

    /// The amount, in the currency of the invoice.
    ///
    /// # Errors
    /// 1024 if it has more digits than the currency.
    pub fn amount(&self, currency: Currency) -> Result<Money, Refused> {
        let why = "the amount has more digits than the currency";
        read_amount(&self.amount_text, currency).ok_or(Refused::because_of("amount", Code::WrongFormat, why))
    }
}

/// A refund that was taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refund {
    /// Its number.
    pub id: String,
    /// The number of the invoice.
    pub invoice: u64,
    /// How much goes back.
    pub amount: Money,
    /// The merchant's number; empty if there is none.
    pub merchant_order: String,
    /// Where the invoice stands now.
    pub stage: InvoiceStage,
}

#[derive(Serialize)]
struct Made<'a> {
    #[serde(rename = "@resultCode")]
    code: u16,
    #[serde(rename = "@resultMessage")]
    message: &'static str,
    refund: RefundView<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefundView<'a> {
    id: &'a str,
    invoice_id: String,
    amount: Number,
    currency: &'static str,
    merchant_order_id: &'a str,
    state: u8,
    state_name: &'static str,
}

/// The answer to a refund that was taken in. The service's own is not known beyond its envelope.
pub fn made(refund: &Refund) -> HttpReply {
    let view = RefundView {
        id: &refund.id,
        invoice_id: refund.invoice.to_string(),
        amount: number(refund.amount),
        currency: refund.amount.currency().code(),
        merchant_order_id: &refund.merchant_order,
        state: refund.stage.number(),
        state_name: refund.stage.name(),
    };
    ok(Made { code: 0, message: SUCCESS, refund: view })
}
