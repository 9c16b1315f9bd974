//! A program gives money of an invoice back.

use super::{ApiFault, Asked};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use domain::decide::Refused as BusinessRefused;
use domain::history::Actor;
use domain::ids::RefundId;
use domain::payments::Payment;
use domain::refunding::RefundPayment;
use domain::refunding_by_number::RefundByNumber;
use domain::refunds::Source;
use protocols::interkassa::api::envelope::ApiError;
use protocols::interkassa::api::refunds::{Refund, RefundRequest, made};
use protocols::interkassa::errors::{Code, Refused};
use wire::digest::sha256;
use wire::http::HttpReply;

impl<N: Network, C: Clock> Engine<N, C> {
    /// Takes a refund on; the same number with the same content again is the refund that it was.
    pub(super) async fn api_refund(&self, asked: &Asked) -> Result<HttpReply, ApiFault> {
        let request = RefundRequest::read(&asked.params)?;
        let payment = self.refunded_payment(asked, request.invoice).await?;
        let amount = request.amount(payment.currency())?;
        let refund = RefundPayment {
            id: self.fresh(payment.id.book)?,
            payment: payment.id,
            amount: Some(amount),
            source: Source::Sale,
            receipt: None,
            actor: Actor::Shop,
        };
        let id: RefundId = match &request.merchant_order {
            Some(number) => {
                let digest = sha256(format!("refund\n{}\n{number}", asked.member.account).as_bytes());
                let named = |error| in_words(error, number);
                self.submit(RefundByNumber { refund, digest }).await.map_err(named)?
            }
            None => {
                let id = refund.id;
                self.submit(refund).await.map_err(|error| in_words(error, ""))?;
                id
            }
        };
        self.changed(payment.id);
        let now = self.store.payment(payment.id).await?.unwrap_or(payment);
        Ok(made(&Refund {
            id: self.print(id),
            invoice: request.invoice,
            amount,
            merchant_order: request.merchant_order.unwrap_or_default(),
            stage: self.invoice_stage(&now).await?,
        }))
    }

    /// The payment whose money goes back. Where a number could mean two, nobody guesses about money.
    async fn refunded_payment(&self, asked: &Asked, invoice: u64) -> Result<Payment, ApiFault> {
        let checkouts = asked.member.narrowed(asked.filters.checkout.as_deref())?;
        let number = i64::try_from(invoice).map_err(|_| ApiError::NotFound)?;
        let mut found = self.payments_of_number(&checkouts, number).await?;
        let payment = found.pop().ok_or(ApiError::NotFound)?;
        if !found.is_empty() {
            let why = "two invoices have this number: checkoutId tells which is meant";
            return Err(Refused::because_of("id", Code::WrongParameter, why).into());
        }
        Ok(payment)
    }
}

/// The business's refusals in this dialect's codes.
fn in_words(error: EngineError, number: &str) -> ApiFault {
    let EngineError::Refused(business) = &error else { return error.into() };
    let refused = match business {
        BusinessRefused::TooMuch { left, .. } => {
            let why = "so much is left to give back at most";
            let most = format!("{left} {}", left.currency().code());
            Refused::because_of("amount", Code::AboveMaximum, why).naming(most)
        }
        BusinessRefused::Short { .. } => {
            Refused::with(Code::NotEnough, "the balance lacks a part of what would go back")
        }
        BusinessRefused::Taken { .. } => {
            let why = "another refund was asked for under it";
            Refused::because_of("merchantOrderId", Code::NumberTaken, why).naming(number.to_owned())
        }
        BusinessRefused::WrongState { .. } => {
            Refused::because_of("id", Code::Forbidden, "the invoice has nothing to give back")
        }
        BusinessRefused::Money(_) => {
            Refused::because_of("amount", Code::WrongInvoiceAmount, "the amount does not fit the invoice")
        }
        BusinessRefused::NotThere { .. }
        | BusinessRefused::Stale { .. }
        | BusinessRefused::Off { .. }
        | BusinessRefused::MethodOff { .. }
        | BusinessRefused::AlreadyPaid
        | BusinessRefused::TooMany { .. }
        | BusinessRefused::Invalid { .. }
        | BusinessRefused::LeaseOver
        | BusinessRefused::Mistake(_) => Refused::with(Code::TransactionFailed, "the refund is not possible"),
    };
    refused.into()
}
