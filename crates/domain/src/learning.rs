//! Learning how an attempt ended: the one place where money arrives.

use crate::attempts::{Attempt, AttemptState, Operation, PaidWith, Reason};
use crate::booking::Arrival;
use crate::calendar::{day, settles_at};
use crate::decide::{Command, Decision, Kind, Stop};
use crate::facts::{Asks, Facts};
use crate::faults::{Planted, planted};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{AttemptId, Book, NoticeId, RefundId};
use crate::jobs::{Lease, Task};
use crate::lifecycle::{Booking, PaymentEvent};
use crate::moving::pass_on;
use crate::outcomes::Outcome;
use crate::payments::{Payment, PaymentState};
use crate::refunds::{Refund, Source};
use crate::sellers::Shop;
use crate::sending::remembered;
use crate::stored::Kept;
use crate::waiting::next_check;
use jiff::Timestamp;
use money::Money;

mod keeping;
mod owing;

/// News: what became of an attempt.
#[derive(Clone, Debug)]
pub struct LearnOutcome {
    /// Which.
    pub attempt: AttemptId,
    /// What the provider was asked, or `Check` where it told by itself.
    pub operation: Operation,
    /// What it said.
    pub outcome: Outcome,
    /// What the connector remembers.
    pub remember: Option<String>,
    /// The method that the provider keeps, if it told.
    pub kept: Option<Kept>,
    /// What it told of the buyer's means, if anything.
    pub paid_with: PaidWith,
    /// Who told.
    pub actor: Actor,
    /// The job that brought it.
    pub lease: Option<Lease>,
    /// The notice to the shop, should one be owed.
    pub notice: NoticeId,
    /// The signed statement to the address that the order named, should one be owed.
    pub statement: NoticeId,
    /// The return of the money, should it belong to no sale.
    pub refund: RefundId,
    /// When to ask the provider again about a hold.
    pub next_check: Timestamp,
}

/// The records that an outcome changes, while they are being changed.
struct Scene<'a> {
    command: &'a LearnOutcome,
    facts: &'a Facts,
    attempt: Attempt,
    payment: Payment,
    shop: &'a Shop,
    decision: Decision,
    now: Timestamp,
}

impl Command for LearnOutcome {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.attempt.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.attempt);
        asks.know(Task::CheckAttempt(self.attempt));
        if let Some(lease) = self.lease {
            asks.know(lease.task);
        }
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let attempt = facts.need(&self.attempt)?.clone();
        let payment = facts.need(&attempt.payment)?.clone();
        let shop = facts.need(&payment.shop)?;
        let decision = Decision::nothing().finish(self.lease);
        let mut scene = Scene { command: self, facts, attempt, payment, shop, decision, now };
        let line = remembered(&mut scene.attempt, self.remember.as_ref());
        scene.decision.directory.extend(line);
        scene.attempt.paid_with.learn(&self.paid_with);
        match &self.outcome {
            Outcome::Held { amount, .. } if planted(Planted::HoldIsMoney) => scene.received(*amount, None)?,
            Outcome::Held { amount, until } => scene.held(*amount, *until)?,
            Outcome::Received { amount, cost } | Outcome::Captured { amount, cost } => {
                scene.received(*amount, *cost)?;
            }
            Outcome::Released => scene.released()?,
            Outcome::Declined { reason } => scene.declined(*reason)?,
            // A refund's outcome is learned by `LearnRefund`; of an attempt it says nothing.
            Outcome::Returned { .. } => {}
        }
        scene.keep()?;
        Ok((scene.close()?, ()))
    }
}

impl Scene<'_> {
    fn tell(&mut self, happened: Happened) {
        let subject = Subject::Payment(self.payment.id);
        self.decision = std::mem::take(&mut self.decision).tell(subject, &self.command.actor, happened);
    }

    fn plan(&mut self, task: Task, due: Timestamp) {
        self.decision = std::mem::take(&mut self.decision).then(task, due);
    }

    fn happen(&mut self, event: PaymentEvent) -> Result<Booking, Stop> {
        let before = self.payment.state;
        let transition = self.payment.on(event, self.now)?;
        self.payment.state = transition.to;
        self.payment.changed_at = self.now;
        self.reached_after(before);
        Ok(transition.booking)
    }

    fn held(&mut self, amount: Money, until: Timestamp) -> Result<(), Stop> {
        let id = self.attempt.id;
        match self.attempt.state {
            AttemptState::Planned
            | AttemptState::Sending { .. }
            | AttemptState::Waiting
            | AttemptState::Unknown => {}
            // Nobody waited for it any more, and it came to a hold all the same.
            AttemptState::Abandoned => self.payment.unfinished.push(id),
            AttemptState::Held => return self.still_held(until),
            AttemptState::Declined { .. } => {
                self.tell(Happened::NewsContradicts { attempt: id, amount, what: "held after a refusal" });
                return self.plan_if_free(Task::ReleaseHold(id), self.now);
            }
            AttemptState::Received | AttemptState::Released => return Ok(()),
        }
        self.attempt.state = AttemptState::Held;
        self.attempt.received = Some(amount).filter(|held| held.currency() == self.payment.currency());
        self.attempt.prompt = None;
        self.attempt.waits_until = Some(until);
        self.attempt.checks = 0;
        self.tell(Happened::FundsHeld { attempt: id, amount });
        if self.payment.takes_attempts() {
            if self.attempt.received.is_none_or(|held| held.minor() < self.attempt.amount.minor()) {
                // It could never pay the order.
                self.tell(Happened::NewsContradicts { attempt: id, amount, what: "another sum is held" });
                self.plan(Task::ReleaseHold(id), self.now);
                return Ok(());
            }
            self.payment.paid_by = Some(id);
        }
        match self.happen(PaymentEvent::FundsHeld { attempt: id, until })? {
            Booking::ReleaseHold if planted(Planted::ForgetRelease) => {}
            Booking::ReleaseHold => self.plan(Task::ReleaseHold(id), self.now),
            Booking::Nothing | Booking::Sale | Booking::Credit { .. } | Booking::Unclaimed => {
                let due = next_check(&self.attempt, self.command.next_check, self.now);
                self.plan(Task::CheckAttempt(id), due);
                if self.payment.paid_by == Some(id)
                    && let Some(notice) = self.owing(&self.attempt).held(self.command.statement)
                {
                    self.owe(notice);
                }
            }
        }
        Ok(())
    }

    /// Nothing new about a hold: what was asked for it is asked again, or it is checked later.
    fn still_held(&mut self, until: Timestamp) -> Result<(), Stop> {
        let id = self.attempt.id;
        self.attempt.checks = self.attempt.checks.saturating_add(1);
        self.attempt.waits_until = Some(until);
        let own = self.payment.paid_by == Some(id);
        let task = match self.payment.state {
            PaymentState::Held { .. } if own => Task::CheckAttempt(id),
            PaymentState::Capturing { .. } if own => Task::CaptureHold(id),
            PaymentState::Open
            | PaymentState::Held { .. }
            | PaymentState::Capturing { .. }
            | PaymentState::Releasing { .. }
            | PaymentState::Closing { .. }
            | PaymentState::Paid
            | PaymentState::Cancelled
            | PaymentState::Expired => Task::ReleaseHold(id),
        };
        self.plan_if_free(task, next_check(&self.attempt, self.command.next_check, self.now))
    }

    fn plan_if_free(&mut self, task: Task, due: Timestamp) -> Result<(), Stop> {
        if self.facts.is_free(task, self.command.lease.as_ref())? {
            self.plan(task, due);
        }
        Ok(())
    }

    fn received(&mut self, amount: Money, cost: Option<Money>) -> Result<(), Stop> {
        let id = self.attempt.id;
        if self.attempt.is_final() && planted(Planted::DropLateMoney) {
            return Ok(());
        }
        if self.attempt.state == AttemptState::Received && !planted(Planted::ReceiveTwice) {
            if self.attempt.received.is_some_and(|known| known != amount) {
                self.tell(Happened::NewsContradicts { attempt: id, amount, what: "received twice" });
            }
            return Ok(());
        }
        self.attempt.state = AttemptState::Received;
        self.attempt.received = None;
        self.attempt.cost = cost;
        self.tell(Happened::FundsReceived { attempt: id, amount });
        let amount = if planted(Planted::IgnoreCurrency) {
            Money::from_minor(amount.minor(), self.payment.currency())
        } else {
            amount
        };
        if amount.currency() != self.payment.currency() {
            return self.contradicts(amount);
        }
        self.attempt.received = Some(amount);
        self.payment.brought.push(id);
        let (asked, due) = self.asked(amount)?;
        let event = if amount == asked || planted(Planted::AnySumPays) {
            PaymentEvent::FundsReceived { attempt: id }
        } else {
            PaymentEvent::AmountDiffers { attempt: id, amount, asked }
        };
        let booking = self.happen(event)?;
        self.book(booking, (amount, due), cost)
    }

    /// What this attempt had to bring, and what the sale then comes to, the credit included.
    fn asked(&self, amount: Money) -> Result<(Money, Money), Stop> {
        let attempt = &self.attempt;
        let own = self.payment.paid_by == Some(attempt.id);
        let of_hold = match self.payment.state {
            PaymentState::Held { .. } if own => Some(attempt.amount),
            PaymentState::Capturing { amount, .. } if own => Some(amount),
            PaymentState::Open
            | PaymentState::Held { .. }
            | PaymentState::Capturing { .. }
            | PaymentState::Releasing { .. }
            | PaymentState::Closing { .. }
            | PaymentState::Paid
            | PaymentState::Cancelled
            | PaymentState::Expired => None,
        };
        Ok(match of_hold {
            // A hold counted on the credit there was when it started, and a part of it may be captured.
            Some(asked) => (asked, asked.smaller(amount)?.plus(attempt.price.minus(attempt.amount)?)?),
            // The credit may have grown or gone back since the attempt started: what counts is what is missing.
            None => (attempt.price.minus(self.payment.credit)?, attempt.price),
        })
    }

    /// Another currency than asked for: the sum stands in suspense until a person has looked.
    fn contradicts(&mut self, amount: Money) -> Result<(), Stop> {
        use crate::ledger::{Account, Cause, Entry};
        let (id, provider) = (self.attempt.id, self.attempt.provider);
        self.tell(Happened::NewsContradicts { attempt: id, amount, what: "another currency" });
        let today = day(self.now, &self.shop.zone);
        let entry = Entry::new(Cause::SetAside(id), self.payment.id, today).moving(
            Account::Provider(provider),
            Account::Suspense(provider),
            amount,
        )?;
        self.decision.entries.push(entry);
        // For the payment it is as if the attempt had brought nothing; a hold it stood on is gone.
        self.happen(PaymentEvent::AttemptFailed { attempt: id })?;
        Ok(())
    }

    fn book(
        &mut self,
        booking: Booking,
        (amount, due): (Money, Money),
        cost: Option<Money>,
    ) -> Result<(), Stop> {
        let attempt = self.attempt.clone();
        let arrival = Arrival { attempt: &attempt, amount, due, cost, day: day(self.now, &self.shop.zone) };
        match booking {
            Booking::Nothing | Booking::ReleaseHold => {}
            Booking::Sale => {
                let entry = self.payment.book_sale(&arrival)?;
                self.decision.entries.push(entry);
                self.paid(&arrival)?;
            }
            Booking::Credit { completes } => {
                let entry = self.payment.book_credit(&arrival, completes)?;
                self.decision.entries.push(entry);
                if completes {
                    self.paid(&arrival)?;
                    self.give_back(Source::Credit, self.payment.credit.smaller(attempt.room()?)?)?;
                } else {
                    let why = "another sum, or too late";
                    self.tell(Happened::MoneySetAside { attempt: attempt.id, amount, why });
                }
            }
            Booking::Unclaimed => {
                let entry = self.payment.book_unclaimed(&arrival)?;
                self.decision.entries.push(entry);
                let why = "it belongs to no sale";
                self.tell(Happened::MoneySetAside { attempt: attempt.id, amount, why });
                self.give_back(Source::Unclaimed, amount)?;
            }
        }
        Ok(())
    }

    fn paid(&mut self, arrival: &Arrival<'_>) -> Result<(), Stop> {
        let id = self.payment.id;
        self.payment.paid_at = Some(self.now);
        self.tell(Happened::PaymentPaid { amount: self.payment.captured });
        self.decision.dropped.push(Task::ExpirePayment(id));
        self.plan(Task::SettlePayment(id), settles_at(self.now, self.shop));
        let owing = self.owing(arrival.attempt);
        for notice in owing.paid(self.command.notice, self.command.statement) {
            self.owe(notice);
        }
        let (decision, method) = (std::mem::take(&mut self.decision), arrival.attempt.method);
        self.decision = pass_on(&mut self.payment, decision, method, (self.now, arrival.day))?;
        Ok(())
    }

    /// Money of no sale goes back by itself; should the provider refuse, it is listed for a person.
    fn give_back(&mut self, source: Source, amount: Money) -> Result<(), Stop> {
        if !amount.is_positive() {
            return Ok(());
        }
        let today = day(self.now, &self.shop.zone);
        let (refund, entry) = Refund::of_strange_money(
            self.command.refund,
            &mut self.payment,
            &mut self.attempt,
            source,
            amount,
            (self.now, today),
        )?;
        self.tell(Happened::RefundAsked { refund: refund.id, amount });
        self.plan(Task::CarryRefund(refund.id), self.now);
        self.decision = std::mem::take(&mut self.decision).enter(entry).save(refund);
        Ok(())
    }

    fn released(&mut self) -> Result<(), Stop> {
        let id = self.attempt.id;
        if self.attempt.is_final() {
            return Ok(());
        }
        self.attempt.state = AttemptState::Released;
        self.tell(Happened::HoldReleased);
        self.happen(PaymentEvent::Released { attempt: id })?;
        Ok(())
    }

    fn declined(&mut self, reason: Reason) -> Result<(), Stop> {
        match self.command.operation {
            Operation::Capture | Operation::Release => self.operation_refused(reason),
            Operation::Pay | Operation::Check => self.attempt_refused(reason),
            // Of a refund `LearnRefund` is told.
            Operation::Refund | Operation::CheckRefund => Ok(()),
        }
    }

    /// The provider did not capture or release: the hold stands, and it is asked how.
    fn operation_refused(&mut self, reason: Reason) -> Result<(), Stop> {
        let operation = self.command.operation.code();
        self.tell(Happened::OperationRefused { operation, reason: reason.code().to_owned() });
        if self.attempt.is_final() {
            return Ok(());
        }
        let own = self.payment.paid_by == Some(self.attempt.id);
        let asked = match self.payment.state {
            PaymentState::Capturing { .. } => own && self.command.operation == Operation::Capture,
            PaymentState::Releasing { .. } => own && self.command.operation == Operation::Release,
            PaymentState::Open
            | PaymentState::Held { .. }
            | PaymentState::Closing { .. }
            | PaymentState::Paid
            | PaymentState::Cancelled
            | PaymentState::Expired => false,
        };
        // A refusal that comes late says nothing about what is asked now.
        if asked {
            self.happen(PaymentEvent::OperationRefused)?;
        }
        let due = next_check(&self.attempt, self.command.next_check, self.now);
        self.plan(Task::CheckAttempt(self.attempt.id), due);
        Ok(())
    }

    fn attempt_refused(&mut self, reason: Reason) -> Result<(), Stop> {
        let id = self.attempt.id;
        match self.attempt.state {
            AttemptState::Received => {
                let amount = self.attempt.received.unwrap_or(self.attempt.amount);
                self.tell(Happened::NewsContradicts { attempt: id, amount, what: "declined after success" });
            }
            AttemptState::Declined { .. } | AttemptState::Released | AttemptState::Abandoned => {}
            AttemptState::Held => self.released()?,
            AttemptState::Planned
            | AttemptState::Sending { .. }
            | AttemptState::Waiting
            | AttemptState::Unknown => {
                self.attempt.state = AttemptState::Declined { reason };
                self.tell(Happened::AttemptDeclined { attempt: id, reason: reason.code().to_owned() });
                self.happen(PaymentEvent::AttemptFailed { attempt: id })?;
                self.end_stored(reason)?;
            }
        }
        Ok(())
    }

    /// What follows from an attempt that is final, whatever it was.
    fn close(mut self) -> Result<Decision, Stop> {
        if self.attempt.is_final() {
            self.attempt.prompt = None;
            self.payment.unfinished.retain(|unfinished| *unfinished != self.attempt.id);
            self.decision = std::mem::take(&mut self.decision).forget_attempt(self.attempt.id);
            let before = self.payment.state;
            self.end_charge()?;
            self.payment.end_if_idle(self.now)?;
            self.reached_after(before);
        }
        Ok(self.decision.save(self.attempt).save(self.payment))
    }
}

/// News: the provider will not finish an attempt, or it was never sent.
#[derive(Clone, Debug)]
pub struct AbandonAttempt {
    /// Which.
    pub attempt: AttemptId,
    /// The job that found it out.
    pub lease: Option<Lease>,
}

impl Command for AbandonAttempt {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.attempt.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.attempt);
        if let Some(lease) = self.lease {
            asks.know(lease.task);
        }
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let mut attempt = facts.need(&self.attempt)?.clone();
        let mut payment = facts.need(&attempt.payment)?.clone();
        let mut decision = Decision::nothing().finish(self.lease);
        if attempt.is_final() {
            return Ok((decision, ()));
        }
        if let Some(lease) = &self.lease
            && !facts.holds(lease)?
        {
            // News came while the provider was asked, and the check that follows it knows more.
            return Ok((Decision::nothing(), ()));
        }
        if attempt.state == AttemptState::Held {
            // Money is held: whoever gave up must go on asking, so the job stays.
            return Ok((Decision::nothing(), ()));
        }
        let before = payment.state;
        attempt.state = AttemptState::Abandoned;
        attempt.prompt = None;
        payment.unfinished.retain(|unfinished| *unfinished != attempt.id);
        payment.state = payment.on(PaymentEvent::AttemptFailed { attempt: attempt.id }, now)?.to;
        payment.end_charge(now)?;
        payment.end_if_idle(now)?;
        payment.changed_at = now;
        let subject = Subject::Payment(payment.id);
        decision = decision.tell(subject, &Actor::Clock, Happened::AttemptAbandoned { attempt: attempt.id });
        if let Some(happened) = payment.reached(before) {
            decision = decision.tell(subject, &Actor::Clock, happened);
        }
        if let Some(task) = payment.end_to_tell(before) {
            decision = decision.then(task, now);
        }
        Ok((decision.forget_attempt(attempt.id).save(attempt).save(payment), ()))
    }
}
