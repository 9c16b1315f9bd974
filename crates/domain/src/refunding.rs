//! Giving money back: asked by a wish, carried by a worker, confirmed by news.

use crate::attempts::{Attempt, Call, Operation, Reason};
use crate::calendar::day;
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, CallId, PaymentId, RefundId};
use crate::jobs::{Lease, Task};
use crate::ledger::{Account, BalanceKey, Cause, Entry};
use crate::outcomes::Outcome;
use crate::payments::{Payment, PaymentState};
use crate::refunds::{Refund, RefundState, Source};
use crate::tariffs::RefundFee;
use jiff::Timestamp;
use jiff::civil::Date;
use money::{Money, Rounding};

/// A wish: give so much of a payment back to the payer.
#[derive(Clone, Debug)]
pub struct RefundPayment {
    /// The refund.
    pub id: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    /// How much; `None` all that is left.
    pub amount: Option<Money>,
    /// Of the sale, or of what the payer has in credit.
    pub source: Source,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for RefundPayment {
    type Answer = Money;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.payment.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payment);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Money), Stop> {
        let mut payment = facts.need(&self.payment)?.clone();
        let today = day(now, &facts.need(&payment.shop)?.zone);
        let attempt = payment.paid_by.or(payment.last_attempt);
        let attempt = attempt.ok_or(Refused::WrongState {
            wish: "a refund",
            what: "payment",
            state: payment.state.word(),
        })?;
        let mut attempt = facts.need(&attempt)?.clone();
        let left = self.left(&payment, &attempt)?;
        let amount = self.amount.unwrap_or(left);
        if !amount.is_positive() || amount.compare(left)?.is_gt() {
            return Err(Refused::TooMuch { wish: "refunded", left }.into());
        }
        let (refund, entry) = match self.source {
            Source::Sale => {
                let pending = BalanceKey {
                    account: Account::Pending,
                    currency: amount.currency(),
                    book: self.payment.book,
                };
                let pending = facts.balance(pending)?;
                self.of_sale(&mut payment, &mut attempt, amount, pending, (now, today))?
            }
            Source::Credit | Source::Unclaimed => Refund::of_strange_money(
                self.id,
                &mut payment,
                &mut attempt,
                self.source,
                amount,
                (now, today),
            )?,
        };
        payment.changed_at = now;
        let asked = Happened::RefundAsked { refund: self.id, amount };
        let decision = Decision::nothing()
            .enter(entry)
            .tell(Subject::Payment(payment.id), &self.actor, asked)
            .then(Task::CarryRefund(self.id), now)
            .save(Refund { asked_by: self.actor.clone(), ..refund })
            .save(payment)
            .save(attempt);
        Ok((decision, amount))
    }
}

impl RefundPayment {
    fn left(&self, payment: &Payment, attempt: &Attempt) -> Result<Money, Stop> {
        let received = attempt.received.unwrap_or(Money::zero(payment.currency()));
        let of_attempt = received.minus(attempt.returned)?;
        let of_source = match self.source {
            Source::Sale if payment.state != PaymentState::Paid => {
                let state = payment.state.word();
                return Err(Refused::WrongState { wish: "a refund", what: "payment", state }.into());
            }
            Source::Sale => payment.captured.minus(payment.refunded)?,
            Source::Credit => payment.credit,
            Source::Unclaimed => payment.unclaimed,
        };
        Ok(of_source.smaller(of_attempt)?)
    }

    /// The fee comes back first, then the payment's own unsettled part goes, then Available.
    fn of_sale(
        &self,
        payment: &mut Payment,
        attempt: &mut Attempt,
        amount: Money,
        pending: Money,
        (now, today): (Timestamp, Date),
    ) -> Result<(Refund, Entry), Stop> {
        let zero = Money::zero(amount.currency());
        payment.refunded = payment.refunded.plus(amount)?;
        attempt.returned = attempt.returned.plus(amount)?;
        let fee_returned = fee_returned(payment, attempt)?;
        payment.fee_returned = payment.fee_returned.plus(fee_returned)?;
        let fee_charged = match &attempt.refund_fee {
            RefundFee::Keep | RefundFee::Return => zero,
            RefundFee::Fixed(fee) => *fee,
        };
        let home = if payment.settled { Account::Available } else { Account::Pending };
        if !payment.settled {
            payment.unsettled = payment.unsettled.plus(fee_returned)?;
        }
        let in_pending = pending.plus(if payment.settled { zero } else { fee_returned })?.larger(zero)?;
        let from_unsettled = amount.smaller(payment.unsettled)?.smaller(in_pending)?;
        payment.unsettled = payment.unsettled.minus(from_unsettled)?;
        let entry = Entry::new(Cause::RefundAsked(self.id), payment.id, today)
            .moving(Account::FeesEarned, home, fee_returned)?
            .moving(Account::Pending, Account::RefundsInTransit, from_unsettled)?
            .moving(Account::Available, Account::RefundsInTransit, amount.minus(from_unsettled)?)?
            .moving(Account::Available, Account::FeesEarned, fee_charged)?;
        let refund = Refund {
            from_unsettled,
            fee_returned,
            fee_charged,
            ..Refund::asked(self.id, payment.id, attempt.id, Source::Sale, amount, now)
        };
        Ok((refund, entry))
    }
}

/// round(fee × refunded total ÷ captured) − returned before, so partial refunds sum exactly.
fn fee_returned(payment: &Payment, attempt: &Attempt) -> Result<Money, Stop> {
    let zero = Money::zero(payment.currency());
    match attempt.refund_fee {
        RefundFee::Keep | RefundFee::Fixed(_) => Ok(zero),
        RefundFee::Return if payment.captured.is_zero() => Ok(zero),
        RefundFee::Return => {
            let refunded = payment.refunded.minor().unsigned_abs();
            let captured = payment.captured.minor().unsigned_abs();
            Ok(payment.fee.share(refunded, captured, Rounding::HalfUp)?.minus(payment.fee_returned)?)
        }
    }
}

impl Refund {
    fn asked(
        id: RefundId,
        payment: PaymentId,
        attempt: crate::ids::AttemptId,
        source: Source,
        amount: Money,
        now: Timestamp,
    ) -> Refund {
        let zero = Money::zero(amount.currency());
        Refund {
            id,
            payment,
            attempt,
            amount,
            source,
            state: RefundState::Asked,
            from_unsettled: zero,
            fee_returned: zero,
            fee_charged: zero,
            memo: None,
            call: None,
            checks: 0,
            asked_by: Actor::Clock,
            asked_at: now,
        }
    }

    /// The return of money that is no sale: from `Unclaimed` or `PayerCredit`, without any fee.
    ///
    /// # Errors
    /// [`Stop`] when sums do not fit together.
    pub fn of_strange_money(
        id: RefundId,
        payment: &mut Payment,
        attempt: &mut Attempt,
        source: Source,
        amount: Money,
        (now, today): (Timestamp, Date),
    ) -> Result<(Refund, Entry), Stop> {
        let from = match source {
            Source::Sale => return Err(Refused::Mistake("a sale is no strange money").into()),
            Source::Unclaimed => {
                payment.unclaimed = payment.unclaimed.minus(amount)?;
                Account::Unclaimed(payment.id)
            }
            Source::Credit => {
                payment.credit = payment.credit.minus(amount)?;
                Account::PayerCredit(payment.id)
            }
        };
        attempt.returned = attempt.returned.plus(amount)?;
        let entry = Entry::new(Cause::RefundAsked(id), payment.id, today).moving(
            from,
            Account::RefundsInTransit,
            amount,
        )?;
        Ok((Refund::asked(id, payment.id, attempt.id, source, amount, now), entry))
    }

    /// Whether nothing can follow any more.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self.state {
            RefundState::Asked | RefundState::Sent => false,
            RefundState::Returned | RefundState::Failed { .. } => true,
        }
    }

    /// The money back where it came from: to what the payment has become meanwhile.
    fn undo(&self, payment: &mut Payment, attempt: &mut Attempt, today: Date) -> Result<Entry, Stop> {
        let cause = Cause::RefundFailed(self.id);
        let entry = Entry::new(cause, payment.id, today);
        attempt.returned = attempt.returned.minus(self.amount)?;
        match self.source {
            Source::Unclaimed => {
                payment.unclaimed = payment.unclaimed.plus(self.amount)?;
                Ok(entry.moving(Account::RefundsInTransit, Account::Unclaimed(payment.id), self.amount)?)
            }
            Source::Credit => {
                payment.credit = payment.credit.plus(self.amount)?;
                Ok(entry.moving(Account::RefundsInTransit, Account::PayerCredit(payment.id), self.amount)?)
            }
            Source::Sale => {
                payment.refunded = payment.refunded.minus(self.amount)?;
                payment.fee_returned = payment.fee_returned.minus(self.fee_returned)?;
                let home = if payment.settled { Account::Available } else { Account::Pending };
                if !payment.settled {
                    let back = self.from_unsettled.minus(self.fee_returned)?;
                    payment.unsettled = payment.unsettled.plus(back)?;
                }
                Ok(entry
                    .moving(Account::FeesEarned, Account::Available, self.fee_charged)?
                    .moving(Account::RefundsInTransit, home, self.from_unsettled)?
                    .moving(
                        Account::RefundsInTransit,
                        Account::Available,
                        self.amount.minus(self.from_unsettled)?,
                    )?
                    .moving(home, Account::FeesEarned, self.fee_returned)?)
            }
        }
    }
}

/// A wish of a worker: the call for a refund is about to leave.
#[derive(Clone, Debug)]
pub struct SaveRefundCall {
    /// The call.
    pub id: CallId,
    /// For which refund.
    pub refund: RefundId,
    /// What for: the refund itself or a question about it.
    pub operation: Operation,
    /// The link of the chain, from 1.
    pub step: u32,
    /// The request, without secrets.
    pub request: String,
    /// The worker's right to do it.
    pub lease: Lease,
}

impl Command for SaveRefundCall {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.refund.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.refund);
        asks.know(self.lease.task);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        if !facts.holds(&self.lease)? {
            return Err(Refused::LeaseOver.into());
        }
        let mut refund = facts.need(&self.refund)?.clone();
        if refund.is_final() {
            return Err(Refused::WrongState { wish: "a refund", what: "refund", state: "final" }.into());
        }
        refund.state = RefundState::Sent;
        refund.call = Some(self.id);
        let call = Call {
            id: self.id,
            attempt: refund.attempt,
            operation: self.operation,
            step: self.step,
            request: self.request.clone(),
            saved_at: now,
        };
        let said = Happened::CallSaved { operation: self.operation.code(), step: self.step };
        Ok((
            Decision::nothing()
                .tell(Subject::Payment(refund.payment), &Actor::Clock, said)
                .save(refund)
                .save(call),
            (),
        ))
    }
}

/// News: how a refund stands.
#[derive(Clone, Debug)]
pub struct LearnRefund {
    /// Which.
    pub refund: RefundId,
    /// How it ended; `None` the provider is still at work, or its answer was lost.
    pub outcome: Option<Outcome>,
    /// The provider's number of it.
    pub remember: Option<String>,
    /// When to ask next, should it not be finished.
    pub next_check: Timestamp,
    /// The job that brought it.
    pub lease: Option<Lease>,
}

impl Command for LearnRefund {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.refund.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.refund);
        asks.know(Task::CarryRefund(self.refund));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let mut refund = facts.need(&self.refund)?.clone();
        let decision = Decision::nothing().finish(self.lease);
        if refund.is_final() {
            return Ok((decision, ()));
        }
        refund.memo = self.remember.clone().or(refund.memo);
        match &self.outcome {
            Some(Outcome::Returned { amount }) if *amount == refund.amount => {
                self.returned(facts, refund, decision, now)
            }
            Some(Outcome::Declined { reason }) => self.failed(facts, refund, *reason, decision, now),
            // Anything else says nothing certain about a refund: it is asked about again.
            Some(
                Outcome::Returned { .. }
                | Outcome::Held { .. }
                | Outcome::Received { .. }
                | Outcome::Captured { .. }
                | Outcome::Released,
            )
            | None => self.again(facts, refund, decision),
        }
    }
}

impl LearnRefund {
    fn again(&self, facts: &Facts, mut refund: Refund, decision: Decision) -> Result<(Decision, ()), Stop> {
        refund.checks = refund.checks.saturating_add(1);
        let may_plan = match &self.lease {
            Some(lease) => facts.holds(lease)?,
            None => facts.find(&Task::CarryRefund(self.refund))?.is_none(),
        };
        let decision = decision.save(refund);
        let task = Task::CarryRefund(self.refund);
        Ok((if may_plan { decision.then(task, self.next_check) } else { decision }, ()))
    }

    fn returned(
        &self,
        facts: &Facts,
        mut refund: Refund,
        decision: Decision,
        now: Timestamp,
    ) -> Result<(Decision, ()), Stop> {
        let payment = facts.need(&refund.payment)?;
        let attempt = facts.need(&refund.attempt)?;
        let today = day(now, &facts.need(&payment.shop)?.zone);
        refund.state = RefundState::Returned;
        let entry = Entry::new(Cause::RefundReturned(refund.id), payment.id, today).moving(
            Account::RefundsInTransit,
            Account::Provider(attempt.provider),
            refund.amount,
        )?;
        let happened = Happened::RefundReturned { refund: refund.id, amount: refund.amount };
        let decision = decision
            .enter(entry)
            .tell(Subject::Payment(payment.id), &Actor::Provider(attempt.provider), happened)
            .forget(Task::CarryRefund(refund.id))
            .save(refund);
        Ok((decision, ()))
    }

    fn failed(
        &self,
        facts: &Facts,
        mut refund: Refund,
        reason: Reason,
        decision: Decision,
        now: Timestamp,
    ) -> Result<(Decision, ()), Stop> {
        let mut payment = facts.need(&refund.payment)?.clone();
        let mut attempt = facts.need(&refund.attempt)?.clone();
        let today = day(now, &facts.need(&payment.shop)?.zone);
        let entry = refund.undo(&mut payment, &mut attempt, today)?;
        payment.changed_at = now;
        refund.state = RefundState::Failed { reason };
        let happened = Happened::RefundFailed { refund: refund.id, reason: reason.code().to_owned() };
        let decision = decision
            .enter(entry)
            .tell(Subject::Payment(payment.id), &Actor::Provider(attempt.provider), happened)
            .forget(Task::CarryRefund(refund.id))
            .save(refund)
            .save(payment)
            .save(attempt);
        Ok((decision, ()))
    }
}
