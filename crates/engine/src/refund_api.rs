//! A shop's program gives money back, and asks where its refunds stand.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::without_card_numbers;
use domain::attempts::Attempt;
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{AttemptId, BookKind, RefundId, ShopId};
use domain::payments::Payment;
use domain::refunding::RefundPayment;
use domain::refunding_by_token::RefundByToken;
use domain::refunds::Source;
use protocols::robokassa::op_key;
use protocols::robokassa::refunds::{self, RefundDenied, RefundRequest};
use wire::http::HttpRequest;

/// Why a program's refund was not taken on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// The request, the operation or the money is not what it should be.
    #[error(transparent)]
    Denied(#[from] RefundDenied),
    /// The system could not do it; nothing is wrong with the request.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Takes on the refund that a token asks for; the answer is the JSON of the service. A token that comes
    /// again is answered as it was.
    ///
    /// # Errors
    /// [`RefundError`]; nothing is saved then.
    #[tracing::instrument(skip_all)]
    pub async fn refund_by_program(&self, request: &HttpRequest) -> Result<String, RefundError> {
        let request = RefundRequest::read(request)?;
        let (payment, attempt) = self.operation_of(request.op_key()).await?;
        // Rehearsals have no password 3 of their own.
        let live = ShopId { number: payment.shop.number, book: payment.shop.book.twin(BookKind::Live) };
        let shop = self.shop(live).await?;
        request.verify(shop.refund_password().ok_or(RefundDenied::AccessDenied)?)?;
        let source = source(&payment, &attempt).ok_or(RefundDenied::InvalidOperationState)?;
        let amount = request.sum(payment.currency())?;
        let receipt = request.receipt(amount, payment.currency())?.map(without_card_numbers);
        let id: RefundId = self.fresh(payment.id.book)?;
        let refund = RefundPayment { id, payment: payment.id, amount, source, receipt, actor: Actor::Shop };
        let asked = self.submit(RefundByToken { refund, digest: request.fingerprint() }).await;
        self.changed(payment.id);
        let id = asked.map_err(in_words)?;
        Ok(refunds::taken(&self.print(id)).ok_or(EngineError::NotFound("refund"))?)
    }

    /// Where the refund stands that a program asks about, as the JSON of the service.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    pub async fn refund_state(&self, request: &HttpRequest) -> Result<String, EngineError> {
        let id = refunds::asked_refund(request).and_then(|public| self.parse::<RefundId>(&public).ok());
        let refund = match id {
            Some(id) => self.store.refund(id).await?,
            None => None,
        };
        let told =
            refund.and_then(|refund| refunds::state(&self.print(refund.id), refund.amount, refund.state));
        Ok(told.unwrap_or_else(|| refunds::UNKNOWN.to_owned()))
    }

    async fn operation_of(&self, op_key: &str) -> Result<(Payment, Attempt), RefundError> {
        let public = op_key::public_of(op_key).ok_or(RefundDenied::OperationNotFound)?;
        let id: AttemptId = self.parse(&public).map_err(|_| RefundDenied::OperationNotFound)?;
        let attempt = self.store.attempt(id).await.map_err(EngineError::from)?;
        let attempt = attempt.ok_or(RefundDenied::OperationNotFound)?;
        let payment = self.store.payment(attempt.payment).await.map_err(EngineError::from)?;
        Ok((payment.ok_or(RefundDenied::OperationNotFound)?, attempt))
    }
}

/// What of the money that an operation brought can go back: the sale that it paid, or what belongs to none.
fn source(payment: &Payment, attempt: &Attempt) -> Option<Source> {
    if !payment.brought.contains(&attempt.id) {
        return None;
    }
    match payment.paid_by {
        Some(paid_by) if paid_by == attempt.id => Some(Source::Sale),
        Some(_) => Some(Source::Unclaimed),
        None if payment.credit.is_positive() => Some(Source::Credit),
        None => Some(Source::Unclaimed),
    }
}

/// The business's refusals in the service's words.
fn in_words(error: EngineError) -> RefundError {
    let EngineError::Refused(refused) = &error else { return error.into() };
    let denied = match refused {
        Refused::TooMuch { .. } | Refused::Short { .. } => RefundDenied::NotEnoughOperationFunds,
        Refused::Invalid { what: "receipt", .. } => refunds::other_sum(),
        Refused::Money(_) => RefundDenied::InvalidRefundSum,
        Refused::NotThere { .. }
        | Refused::Stale { .. }
        | Refused::Off { .. }
        | Refused::MethodOff { .. }
        | Refused::AlreadyPaid
        | Refused::WrongState { .. }
        | Refused::Taken { .. }
        | Refused::TooMany { .. }
        | Refused::Invalid { .. }
        | Refused::LeaseOver
        | Refused::Mistake(_) => RefundDenied::InvalidOperationState,
    };
    denied.into()
}
