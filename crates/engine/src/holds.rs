//! A shop ends a hold by its dialect: takes the money, or lets it go.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::{keys, without_card_numbers};
use domain::attempts::AttemptState;
use domain::decide::Refused;
use domain::history::Actor;
use domain::holding::CapturePayment;
use domain::ids::BookKind;
use domain::payments::{ClaimKey, Payment, PaymentState};
use money::Money;
use protocols::robokassa::holds::{HoldRefused, HoldRequest, HoldWish, SignedWish};
use wire::http::HttpRequest;

/// Why a hold was not ended as its shop wished.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoldError {
    /// The request is not what it should be.
    #[error(transparent)]
    Request(#[from] HoldRefused),
    /// There is no such shop or no such order.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The business said no, or the system could not do it.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Takes held money or lets it go, as a Robokassa client asks. What was done already as it is wished is
    /// granted again: the first answer may have been lost.
    ///
    /// # Errors
    /// [`HoldError`]; nothing is saved then.
    #[tracing::instrument(skip_all)]
    pub async fn end_hold(&self, wish: HoldWish, request: &HttpRequest) -> Result<(), HoldError> {
        let request = HoldRequest::read(wish, request)?;
        let (payment, signed) = match self.hold_in(&request, BookKind::Live).await {
            Err(HoldError::Request(HoldRefused::WrongSignature)) => {
                self.hold_in(&request, BookKind::Test).await?
            }
            found => found?,
        };
        let sum = signed.sum(payment.currency())?;
        let receipt = match sum {
            Some(sum) => signed.receipt(sum)?.map(without_card_numbers),
            None => None,
        };
        let done = match wish {
            HoldWish::Confirm => {
                let (payment, actor) = (payment.id, Actor::Shop);
                let captured = self.submit(CapturePayment { payment, amount: sum, receipt, actor }).await;
                self.changed(payment);
                captured.map(drop)
            }
            HoldWish::Cancel => self.release(payment.id, Actor::Shop).await,
        };
        match done {
            Err(EngineError::Refused(Refused::WrongState { .. })) if self.is_ended(&payment, sum).await? => {
                Ok(())
            }
            done => Ok(done?),
        }
    }

    async fn hold_in(
        &self,
        request: &HoldRequest,
        kind: BookKind,
    ) -> Result<(Payment, SignedWish), HoldError> {
        let shop = self.shop_of_login(request.login(), kind).await?.ok_or(HoldError::NotFound("shop"))?;
        let passwords = shop.current_passwords().ok_or(HoldRefused::WrongSignature)?;
        let signed = request.verify(&keys(&shop, passwords, true))?;
        let claim = ClaimKey { number: signed.number, shop: shop.id };
        let payment = self.store.payment_of_claim(&claim).await.map_err(EngineError::from)?;
        Ok((payment.ok_or(HoldError::NotFound("order"))?, signed))
    }

    /// Whether a hold has come to the end that is wished already: captured with this sum, or released.
    async fn is_ended(&self, payment: &Payment, sum: Option<Money>) -> Result<bool, EngineError> {
        let Some(now) = self.store.payment(payment.id).await? else { return Ok(false) };
        let attempt = match now.paid_by.or(now.last_attempt) {
            Some(id) => self.store.attempt(id).await?,
            None => None,
        };
        let Some(attempt) = attempt.filter(|attempt| attempt.hold) else { return Ok(false) };
        Ok(match sum {
            Some(sum) => now.state == PaymentState::Paid && now.captured == sum,
            None => attempt.state == AttemptState::Released,
        })
    }
}
