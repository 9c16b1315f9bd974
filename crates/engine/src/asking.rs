//! The shop asks how an operation stands (OpState, OpStateExt).

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::keys;
use domain::attempts::{Attempt, AttemptState};
use domain::ids::BookKind;
use domain::methods::Method;
use domain::payments::{ClaimKey, Payment, PaymentState};
use money::Money;
use protocols::robokassa::op_key;
use protocols::robokassa::op_state::{
    Detail, Operation, ResultCode, StateCode, StateQuery, error_reply, operation_reply,
};
use wire::http::HttpRequest;

impl<N: Network, C: Clock> Engine<N, C> {
    /// The reply to OpState or OpStateExt, as XML.
    #[tracing::instrument(skip_all)]
    pub async fn operation_state(&self, request: &HttpRequest, detail: Detail) -> String {
        match self.find_operation(request).await {
            Ok((payment, Paid { attempt, method })) => {
                let op_key = attempt.as_ref().and_then(|attempt| op_key::of_public(&self.print(attempt.id)));
                let known = attempt.as_ref();
                let operation = Operation {
                    state: known.map_or(StateCode::Done, |attempt| state_code(&payment, attempt)),
                    asked_at: self.now(),
                    changed_at: payment.changed_at,
                    method,
                    paid: known.map_or(payment.captured, |attempt| paid(&payment, attempt)),
                    account: known.and_then(|attempt| attempt.paid_with.account.as_deref()),
                    sum: payment.told_sum(),
                    op_key: op_key.as_deref(),
                    rrn: known.and_then(|attempt| attempt.paid_with.bank_reference.as_deref()),
                    custom: &payment.terms.custom,
                };
                operation_reply(&operation, detail)
            }
            Err(code) => error_reply(code),
        }
    }

    async fn find_operation(&self, request: &HttpRequest) -> Result<(Payment, Paid), ResultCode> {
        let query = StateQuery::read(request)?;
        let live = self.operation_in(&query, BookKind::Live).await;
        match live {
            // A test password asks about rehearsals; one framework signs with it while in test mode.
            Err(ResultCode::WrongSignature) => self.operation_in(&query, BookKind::Test).await,
            found => found,
        }
    }

    async fn operation_in(&self, query: &StateQuery, kind: BookKind) -> Result<(Payment, Paid), ResultCode> {
        let shop = self.shop_of_login(query.login(), kind).await.map_err(internal)?;
        let shop = shop.ok_or(ResultCode::ShopNotFound)?;
        let passwords = shop.current_passwords().ok_or(ResultCode::ShopNotFound)?;
        let number = query.verify(&keys(&shop, passwords, false))?;
        let claim = ClaimKey { number, shop: shop.id };
        let payment = self.store.payment_of_claim(&claim).await.map_err(|error| internal(error.into()))?;
        let payment = payment.ok_or(ResultCode::OperationNotFound)?;
        let paid = self.how_paid(&payment).await.map_err(internal)?;
        // An operation exists from the first attempt on; code 3 before that is what clients expect.
        Ok((payment, paid.ok_or(ResultCode::OperationNotFound)?))
    }

    /// By which attempt or else how a payment is paid; a part of another shop's payment has no attempt here.
    async fn how_paid(&self, payment: &Payment) -> Result<Option<Paid>, EngineError> {
        if let Some(method) = self.method_of_part(payment).await? {
            return Ok(Some(Paid { attempt: None, method }));
        }
        let Some(attempt) = payment.paid_by.or(payment.last_attempt) else { return Ok(None) };
        let attempt = self.store.attempt(attempt).await?;
        Ok(attempt.map(|attempt| Paid { method: attempt.method, attempt: Some(attempt) }))
    }
}

/// How a payment is paid.
struct Paid {
    attempt: Option<Attempt>,
    method: Method,
}

fn internal(error: EngineError) -> ResultCode {
    tracing::error!(%error, "an operation's state cannot be told");
    ResultCode::Internal
}

/// What the payer pays: what was captured once that is known, for a hold may be captured in part.
fn paid(payment: &Payment, attempt: &Attempt) -> Money {
    let captured = payment.state == PaymentState::Paid && payment.paid_by == Some(attempt.id) && attempt.hold;
    if captured { payment.captured } else { attempt.amount }
}

fn state_code(payment: &Payment, attempt: &Attempt) -> StateCode {
    match payment.state {
        PaymentState::Open => StateCode::Started,
        PaymentState::Held { .. } | PaymentState::Capturing { .. } | PaymentState::Releasing { .. } => {
            StateCode::Held
        }
        PaymentState::Paid => StateCode::Done,
        PaymentState::Closing { .. } | PaymentState::Cancelled | PaymentState::Expired => {
            if matches!(attempt.state, AttemptState::Released | AttemptState::Received) {
                StateCode::Returned
            } else {
                StateCode::Cancelled
            }
        }
    }
}
