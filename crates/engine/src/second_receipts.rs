//! A shop attaches a second receipt to a paid order, and asks where it stands.
//!
//! Cash registers are not connected yet, so a receipt is checked, kept with its payment and waits.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::{keys, without_card_numbers};
use domain::attaching::{AttachReceipt, AttachedKey, AttachedReceipt};
use domain::decide::Refused;
use domain::ids::BookKind;
use domain::payments::ClaimKey;
use domain::sellers::Shop;
use protocols::robokassa::fiscal::{Envelope, FiscalCall, FiscalCode, SecondReceipt, attached, status};
use std::sync::Arc;
use wire::http::HttpRequest;

impl<N: Network, C: Clock> Engine<N, C> {
    /// The answer to a shop's request about second receipts, as JSON.
    #[tracing::instrument(skip_all)]
    pub async fn second_receipt(&self, call: FiscalCall, request: &HttpRequest) -> String {
        let done = match call {
            FiscalCall::Attach => self.attach_receipt(request, false).await,
            FiscalCall::Register => self.attach_receipt(request, true).await,
            FiscalCall::Status => self.receipt_status(request).await,
        };
        let code = done.unwrap_or_else(|code| {
            tracing::info!(?code, ?call, "a request about a second receipt is refused");
            code
        });
        match call {
            FiscalCall::Attach | FiscalCall::Register => attached(code),
            FiscalCall::Status => status(code),
        }
    }

    async fn attach_receipt(&self, request: &HttpRequest, first: bool) -> Result<FiscalCode, FiscalCode> {
        let envelope = Envelope::read(request)?;
        let shop = self.signer(&envelope).await?;
        let sent = envelope.receipt(shop.currency)?;
        let claim = ClaimKey { number: sent.order, shop: shop.id };
        let payment = self.store.payment_of_claim(&claim).await.map_err(|error| internal(error.into()))?;
        let payment = payment.ok_or(FiscalCode::Refused("there is no such order"))?;
        let SecondReceipt { name, receipt, email, phone, .. } = sent;
        let email = email.or_else(|| payment.terms.email.clone());
        if email.is_none() && phone.is_none() {
            return Err(FiscalCode::Refused("the client has neither email nor phone"));
        }
        let attached = AttachedReceipt {
            key: AttachedKey { name, shop: shop.id },
            payment: payment.id,
            receipt: without_card_numbers(receipt),
            email,
            phone,
            attached_at: self.now(),
        };
        self.submit(AttachReceipt { attached, first }).await.map_err(internal)?;
        self.changed(payment.id);
        Ok(FiscalCode::Ok)
    }

    async fn receipt_status(&self, request: &HttpRequest) -> Result<FiscalCode, FiscalCode> {
        let envelope = Envelope::read(request)?;
        let shop = self.signer(&envelope).await?;
        let key = AttachedKey { name: envelope.name()?, shop: shop.id };
        let kept = self.store.attached_receipt(&key).await.map_err(|error| internal(error.into()))?;
        // Nobody prints it yet, so it waits.
        kept.map(|_| FiscalCode::Waiting).ok_or(FiscalCode::Refused("there is no such receipt"))
    }

    /// The shop that has signed; an unknown one answers as a wrong signature does.
    async fn signer(&self, envelope: &Envelope) -> Result<Arc<Shop>, FiscalCode> {
        let shop = self.shop_of_login(envelope.login(), BookKind::Live).await.map_err(internal)?;
        let shop = shop.ok_or(FiscalCode::WrongSignature)?;
        let passwords = shop.current_passwords().ok_or(FiscalCode::WrongSignature)?;
        envelope.verify(&keys(&shop, passwords, false))?;
        Ok(shop)
    }
}

fn internal(error: EngineError) -> FiscalCode {
    let EngineError::Refused(refused) = &error else {
        tracing::error!(%error, "a second receipt cannot be kept");
        return FiscalCode::Internal;
    };
    FiscalCode::Refused(match refused {
        Refused::WrongState { .. } => "the order is not paid",
        Refused::TooMany { .. } => "the order has its receipts already",
        Refused::TooMuch { .. } => "the receipt is of more than was paid",
        Refused::Taken { .. } => "another receipt has this id",
        Refused::Invalid { .. } => "id must differ from originId",
        Refused::NotThere { .. }
        | Refused::Stale { .. }
        | Refused::Off { .. }
        | Refused::MethodOff { .. }
        | Refused::AlreadyPaid
        | Refused::Short { .. }
        | Refused::LeaseOver
        | Refused::Money(_)
        | Refused::Mistake(_) => "the receipt cannot be kept",
    })
}
