//! The provider's JSON: what is sent, and of what comes back the parts that decide something.

use money::Money;
use money::currency::Currency;
use serde::{Deserialize, Serialize};

use super::receipts::NewReceipt;

/// An amount: text with a dot and two decimals, and the code of its currency.
#[derive(Serialize, Deserialize)]
pub(super) struct AmountText {
    value: String,
    currency: String,
}

impl AmountText {
    /// The amount as the provider writes it.
    pub(super) fn from_money(amount: Money) -> AmountText {
        AmountText { value: amount.decimals(2), currency: amount.currency().code().to_owned() }
    }

    /// The amount, if it is one of this currency.
    pub(super) fn money(&self, currency: Currency) -> Option<Money> {
        if self.currency != currency.code() {
            return None;
        }
        Money::parse(&self.value, currency).ok()
    }
}

/// The body of a creation.
#[derive(Serialize)]
pub(super) struct NewPayment<'a> {
    pub(super) amount: AmountText,
    pub(super) capture: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payment_method_data: Option<MethodData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payment_method_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) save_payment_method: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confirmation: Option<NewConfirmation<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) description: &'a str,
    pub(super) metadata: NewMetadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<NewReceipt<'a>>,
}

/// The method that the buyer has chosen on our page.
#[derive(Serialize)]
pub(super) struct MethodData<'a> {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone: Option<&'a str>,
}

/// How the buyer is to confirm.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum NewConfirmation<'a> {
    Redirect { return_url: &'a str, locale: &'static str },
    Qr { return_url: &'a str },
    External { locale: &'static str },
}

/// What the provider gives back with every answer and notice.
#[derive(Serialize)]
pub(super) struct NewMetadata<'a> {
    pub(super) attempt: &'a str,
}

/// The body of a capture.
#[derive(Serialize)]
pub(super) struct NewCapture<'a> {
    pub(super) amount: AmountText,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<NewReceipt<'a>>,
}

/// The body of a refund.
#[derive(Serialize)]
pub(super) struct NewRefund<'a> {
    pub(super) payment_id: &'a str,
    pub(super) amount: AmountText,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<NewReceipt<'a>>,
}

/// Where a payment stands. Another word is an unreadable answer.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PaymentStatus {
    Pending,
    WaitingForCapture,
    Succeeded,
    Canceled,
}

/// A payment.
#[derive(Deserialize)]
pub(super) struct Payment {
    pub(super) id: String,
    pub(super) status: PaymentStatus,
    pub(super) amount: AmountText,
    pub(super) income_amount: Option<AmountText>,
    pub(super) paid: bool,
    pub(super) test: bool,
    pub(super) expires_at: Option<String>,
    pub(super) confirmation: Option<Confirmation>,
    pub(super) payment_method: Option<UsedMethod>,
    pub(super) authorization_details: Option<Authorization>,
    pub(super) metadata: Option<Metadata>,
    pub(super) cancellation_details: Option<Cancellation>,
}

/// How the buyer confirms; which fields there are depends on the type.
#[derive(Deserialize)]
pub(super) struct Confirmation {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) confirmation_url: Option<String>,
    pub(super) confirmation_data: Option<String>,
}

/// The method that was used; of its many fields those that name it to us and to people.
#[derive(Deserialize)]
pub(super) struct UsedMethod {
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) saved: bool,
    pub(super) title: Option<String>,
    pub(super) card: Option<UsedCard>,
    pub(super) account_number: Option<String>,
}

/// What the card network said.
#[derive(Deserialize)]
pub(super) struct Authorization {
    pub(super) rrn: Option<String>,
}

/// What may be seen of a card.
#[derive(Deserialize)]
pub(super) struct UsedCard {
    pub(super) first6: Option<String>,
    pub(super) last4: Option<String>,
}

/// Our own words, given back.
#[derive(Deserialize)]
pub(super) struct Metadata {
    pub(super) attempt: Option<String>,
    pub(super) payout: Option<String>,
}

/// Why something was cancelled.
#[derive(Deserialize)]
pub(super) struct Cancellation {
    pub(super) reason: Option<String>,
}

/// Where a refund stands.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RefundStatus {
    Pending,
    Succeeded,
    Canceled,
}

/// A refund.
#[derive(Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) payment_id: String,
    pub(super) status: RefundStatus,
    pub(super) amount: AmountText,
    pub(super) cancellation_details: Option<Cancellation>,
}

/// An error.
#[derive(Deserialize)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) code: String,
    pub(super) parameter: Option<String>,
}
