//! Giving money back: asked by a wish, carried by a worker, confirmed by news.

use crate::attempts::{Attempt, Call, Operation, Reason};
use crate::calendar::day;
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::faults::{Planted, planted};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{AttemptId, Book, CallId, PaymentId, RefundId};
use crate::jobs::{Lease, Task};
use crate::ledger::{Account, BalanceKey, Cause, Entry};
use crate::outcomes::Outcome;
use crate::payments::{Payment, PaymentState};
use crate::receipts::Receipt;
use crate::refunds::{Refund, RefundState, Source};
use jiff::Timestamp;
use money::Money;

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
    /// What is given back, if the shop says it; of exactly the sum.
    pub receipt: Option<Receipt>,
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
        if payment.is_part() {
            let why = "the buyer paid another shop, whose payment it is a part of, and gets money back there";
            return Err(Refused::Invalid { what: "refund", why: why.to_owned() }.into());
        }
        let of_source = self.of_source(&payment)?;
        let mut attempt = self.through(facts, &payment, self.amount.unwrap_or(of_source))?;
        let left = of_source.smaller(attempt.room()?)?;
        let amount = self.amount.unwrap_or(left);
        let too_much = amount.compare(left)?.is_gt() && !planted(Planted::RefundTooMuch);
        if !amount.is_positive() || too_much {
            return Err(Refused::TooMuch { wish: "refunded", left }.into());
        }
        if self.receipt.as_ref().is_some_and(|receipt| receipt.total() != amount) {
            let why = "expected one of the sum that is given back".to_owned();
            return Err(Refused::Invalid { what: "receipt", why }.into());
        }
        let (refund, entry) = match self.source {
            Source::Sale => {
                let pending = pending(facts, &payment)?;
                Refund::of_sale(self.id, &mut payment, &mut attempt, amount, pending, (now, today))?
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
            .save(Refund { asked_by: self.actor.clone(), receipt: self.receipt.clone(), ..refund })
            .save(payment)
            .save(attempt);
        Ok((decision, amount))
    }
}

impl RefundPayment {
    /// What can go back of the source.
    fn of_source(&self, payment: &Payment) -> Result<Money, Stop> {
        let zero = Money::zero(payment.currency());
        Ok(match self.source {
            Source::Sale if payment.state != PaymentState::Paid => {
                let state = payment.state.word();
                return Err(Refused::WrongState { wish: "a refund", what: "payment", state }.into());
            }
            Source::Sale => payment.captured.minus(payment.refunded)?.larger(zero)?,
            Source::Credit => payment.credit,
            Source::Unclaimed => payment.unclaimed,
        })
    }

    /// The attempt through which the money goes back: the first that brought enough, else the one
    /// that has the most left. A sale goes back through the attempt that completed it first; money
    /// that belongs to no sale through the youngest one, which brought it.
    fn through(&self, facts: &Facts, payment: &Payment, wanted: Money) -> Result<Attempt, Stop> {
        let (own, others): (Vec<AttemptId>, Vec<AttemptId>) =
            payment.brought.iter().partition(|attempt| payment.paid_by == Some(**attempt));
        let order = match self.source {
            Source::Sale => [own, others].concat(),
            Source::Credit => payment.brought.clone(),
            Source::Unclaimed => others.into_iter().rev().chain(own).collect(),
        };
        let mut best: Option<(Money, &Attempt)> = None;
        for attempt in order {
            let attempt = facts.need(&attempt)?;
            let room = attempt.room()?;
            if room.compare(wanted)?.is_ge() {
                return Ok(attempt.clone());
            }
            if best.is_none_or(|(most, _)| room.minor() > most.minor()) {
                best = Some((room, attempt));
            }
        }
        let state = payment.state.word();
        let (_, attempt) = best.ok_or(Refused::WrongState { wish: "a refund", what: "payment", state })?;
        Ok(attempt.clone())
    }
}

fn pending(facts: &Facts, payment: &Payment) -> Result<Money, Stop> {
    let (currency, book) = (payment.currency(), payment.id.book);
    facts.balance(BalanceKey { account: Account::Pending, currency, book })
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
        match (refund.state, &self.outcome) {
            (RefundState::Asked | RefundState::Sent, _) => {}
            (RefundState::Failed { .. }, Some(Outcome::Returned { amount })) if *amount == refund.amount => {
                return self.returned_after_all(facts, refund, decision, now);
            }
            (RefundState::Returned, Some(Outcome::Declined { .. })) => {
                let (attempt, amount) = (refund.attempt, refund.amount);
                let said = Happened::NewsContradicts { attempt, amount, what: "declined after its return" };
                return Ok((decision.tell(Subject::Payment(refund.payment), &Actor::Clock, said), ()));
            }
            (RefundState::Returned | RefundState::Failed { .. }, _) => return Ok((decision, ())),
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

    /// A refund that was believed to have failed: the money is gone all the same, and the books say so.
    fn returned_after_all(
        &self,
        facts: &Facts,
        refund: Refund,
        decision: Decision,
        now: Timestamp,
    ) -> Result<(Decision, ()), Stop> {
        let mut payment = facts.need(&refund.payment)?.clone();
        let mut attempt = facts.need(&refund.attempt)?.clone();
        let today = day(now, &facts.need(&payment.shop)?.zone);
        let (id, amount) = (refund.id, refund.amount);
        let (again, taken) = match refund.source {
            Source::Sale => {
                let pending = pending(facts, &payment)?;
                Refund::of_sale(id, &mut payment, &mut attempt, amount, pending, (now, today))?
            }
            Source::Credit | Source::Unclaimed => {
                Refund::of_strange_money(id, &mut payment, &mut attempt, refund.source, amount, (now, today))?
            }
        };
        payment.changed_at = now;
        let entry = Entry { cause: Cause::RefundReturned(id), ..taken }.moving(
            Account::RefundsInTransit,
            Account::Provider(attempt.provider),
            amount,
        )?;
        let refund = Refund {
            state: RefundState::Returned,
            from_unsettled: again.from_unsettled,
            fee_returned: again.fee_returned,
            fee_charged: again.fee_charged,
            ..refund
        };
        let contradicts =
            Happened::NewsContradicts { attempt: attempt.id, amount, what: "returned after its refusal" };
        let subject = Subject::Payment(payment.id);
        let actor = Actor::Provider(attempt.provider);
        let decision = decision
            .enter(entry)
            .tell(subject, &actor, contradicts)
            .tell(subject, &actor, Happened::RefundReturned { refund: id, amount })
            .save(refund)
            .save(payment)
            .save(attempt);
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
