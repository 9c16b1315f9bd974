//! The outcomes that a tester chooses for payments of an emulated service; no browser is needed.

use super::{ACTOR, Plan};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use connectors::rehearsal;
use domain::attempts::{Attempt, AttemptState, PaidWith, PayerFields, Prompt, Reason};
use domain::cutting_short::CutShort;
use domain::history::Actor;
use domain::ids::PaymentId;
use domain::methods::Asks;
use domain::outcomes::Outcome;
use domain::payments::{Payment, PaymentState};
use domain::stored::Reuse;
use jiff::SignedDuration;
use std::time::Duration;

/// So long the provider is waited for, which answers at once unless the machine is very busy.
const PROMPT_WAIT: Duration = Duration::from_secs(15);
/// A buyer's phone for methods that ask for one; the number belongs to nobody.
const PHONE: &str = "79000000000";

macro_rules! outcomes {
    ($($(#[$doc:meta])* $name:ident $code:literal;)*) => {
        /// What becomes of a payment.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Wanted { $($(#[$doc])* $name,)* }

        impl Wanted {
            /// Every outcome.
            pub const ALL: &[Wanted] = &[$(Wanted::$name,)*];

            /// The word for programs.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Wanted::$name => $code,)* }
            }

            /// The outcome with this word.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Wanted> {
                Wanted::ALL.iter().copied().find(|wanted| wanted.code() == code)
            }
        }
    };
}

outcomes! {
    /// The provider takes the money, or holds it where the shop asked for a hold.
    Paid "paid";
    /// The provider refuses and the buyer gives up: the payment is cancelled.
    Refused "refused";
    /// The payment's time is over without money.
    Expired "expired";
    /// The payment's time is over, and then the money arrives.
    PaidLate "paid_late";
    /// Paid, and the notice is sent once more although the shop accepted it.
    NotifiedTwice "notified_twice";
    /// Paid, and the first notice is signed wrong; its repeats are right.
    BadSignature "bad_signature";
    /// The provider never answers: nothing happens until the payment's time is over.
    NoAnswer "no_answer";
}

/// Why an outcome was not brought about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutcomeRefused {
    /// There is no such payment, or nothing is emulated here.
    #[error("there is no such payment")]
    NotFound,
    /// It has come to an end, or its money is held.
    #[error("the payment is {state} already")]
    Ended {
        /// Where it stands.
        state: &'static str,
    },
    /// No method takes this payment.
    #[error("no method takes this payment: its shop, sum or PaymentMethods leave none")]
    NoMethod,
    /// The attempt did not begin in time.
    #[error("the attempt has not begun yet")]
    NotYet,
    /// The system could not do it.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Brings an outcome about. Where the buyer has chosen no method yet, the first one that fits is chosen.
    ///
    /// # Errors
    /// [`OutcomeRefused`]; the payment may have got an attempt then, and no outcome.
    #[tracing::instrument(skip_all, fields(payment = id.number, wanted = wanted.code()))]
    pub async fn emulate_outcome(&self, id: PaymentId, wanted: Wanted) -> Result<(), OutcomeRefused> {
        let emulation = self.emulation().ok_or(OutcomeRefused::NotFound)?;
        let attempt = self.attempt_to_end(id, wanted).await?;
        let plan = match wanted {
            Wanted::NotifiedTwice => Some(Plan::TellTwice),
            Wanted::BadSignature => Some(Plan::ForgeFirst),
            Wanted::Paid | Wanted::Refused | Wanted::Expired | Wanted::PaidLate | Wanted::NoAnswer => None,
        };
        emulation.plan(id, plan);
        match wanted {
            Wanted::Paid | Wanted::NotifiedTwice | Wanted::BadSignature => self.brings(&attempt).await?,
            Wanted::Refused => {
                self.declines(&attempt, Reason::IssuerDeclined).await?;
                self.cancel(id, Actor::Buyer).await?;
            }
            Wanted::Expired => {
                self.cut_short(id).await?;
                self.declines(&attempt, Reason::Timeout).await?;
            }
            Wanted::PaidLate => {
                self.cut_short(id).await?;
                self.brings(&attempt).await?;
            }
            Wanted::NoAnswer => {}
        }
        Ok(())
    }

    /// The attempt that waits for its outcome; begun here if the buyer has not begun one.
    async fn attempt_to_end(&self, id: PaymentId, wanted: Wanted) -> Result<Attempt, OutcomeRefused> {
        let mut changes = self.watch();
        let (payment, attempt) = self.seen(id).await?;
        let ended = || OutcomeRefused::Ended { state: payment.state.word() };
        match (payment.state, attempt) {
            (PaymentState::Open, Some(attempt)) if !attempt.is_final() => {}
            (PaymentState::Open, _) => self.begin_any(id).await?,
            // Its time is over and the provider still waits; or it has expired and money may come all the same.
            (PaymentState::Closing { .. }, Some(attempt)) if waits(&attempt) => return Ok(attempt),
            (PaymentState::Expired, Some(attempt)) if brings_money(wanted) && !attempt.hold => {
                return Ok(attempt);
            }
            (
                PaymentState::Held { .. }
                | PaymentState::Capturing { .. }
                | PaymentState::Releasing { .. }
                | PaymentState::Closing { .. }
                | PaymentState::Paid
                | PaymentState::Cancelled
                | PaymentState::Expired,
                _,
            ) => return Err(ended()),
        }
        let until = self.now().saturating_add(SignedDuration::try_from(PROMPT_WAIT).unwrap_or_default());
        let until = until.unwrap_or(self.now());
        loop {
            let (_, attempt) = self.seen(id).await?;
            if let Some(attempt) = attempt.filter(waits) {
                return Ok(attempt);
            }
            if self.now() >= until {
                return Err(OutcomeRefused::NotYet);
            }
            self.wait_for_change(&mut changes, id, Duration::from_millis(200)).await;
        }
    }

    async fn seen(&self, id: PaymentId) -> Result<(Payment, Option<Attempt>), OutcomeRefused> {
        let payment =
            self.store.payment(id).await.map_err(EngineError::from)?.ok_or(OutcomeRefused::NotFound)?;
        let attempt = match payment.last_attempt {
            Some(attempt) => self.store.attempt(attempt).await.map_err(EngineError::from)?,
            None => None,
        };
        Ok((payment, attempt))
    }

    async fn begin_any(&self, id: PaymentId) -> Result<(), OutcomeRefused> {
        let scene = self.scene(id).await?;
        let choices = self.choices(&scene).await?;
        let method = choices.first().ok_or(OutcomeRefused::NoMethod)?.method;
        let phone = match method.asks() {
            Asks::Phone => Some(PHONE.to_owned()),
            Asks::Nothing => None,
        };
        self.start_attempt(id, method, PayerFields { phone, email: None, saved: false }).await?;
        Ok(())
    }

    async fn brings(&self, attempt: &Attempt) -> Result<(), EngineError> {
        if waits(attempt) {
            let code = if attempt.hold { "held" } else { "paid" };
            return self.choose_outcome(attempt.payment, code).await;
        }
        let account = self.provider(attempt.provider).await?;
        let outcome = Outcome::Received { amount: attempt.amount, cost: None };
        let keep = attempt.reuse == Reuse::Keep;
        let kept = keep.then(|| rehearsal::kept_by(&self.print(attempt.id)));
        let told = (kept, rehearsal::paid_with(attempt.method));
        self.learn_proven(&account, attempt, outcome, told).await
    }

    async fn declines(&self, attempt: &Attempt, reason: Reason) -> Result<(), EngineError> {
        let account = self.provider(attempt.provider).await?;
        self.learn_proven(&account, attempt, Outcome::Declined { reason }, (None, PaidWith::default())).await
    }

    /// Ends the time of a payment that is open; one that is closing or expired has ended already.
    async fn cut_short(&self, payment: PaymentId) -> Result<(), OutcomeRefused> {
        let (seen, _) = self.seen(payment).await?;
        if seen.state == PaymentState::Open {
            self.submit(CutShort { payment, actor: Actor::Operator(ACTOR.to_owned()) }).await?;
            self.changed(payment);
        }
        Ok(())
    }
}

fn waits(attempt: &Attempt) -> bool {
    attempt.state == AttemptState::Waiting && attempt.prompt == Some(Prompt::Outcome)
}

const fn brings_money(wanted: Wanted) -> bool {
    match wanted {
        Wanted::Paid | Wanted::PaidLate | Wanted::NotifiedTwice | Wanted::BadSignature => true,
        Wanted::Refused | Wanted::Expired | Wanted::NoAnswer => false,
    }
}
