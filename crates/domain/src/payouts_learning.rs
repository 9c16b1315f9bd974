//! What a provider says of a payout: settled, bounced, or nothing certain yet.

use crate::attempts::Reason;
use crate::calendar::day;
use crate::decide::{Command, Decision, Kind, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, PayoutId};
use crate::jobs::{Lease, Task};
use crate::ledger::{Account, Cause, Entry};
use crate::payouts::{Payout, PayoutOutcome, PayoutState};
use crate::payouts_history::PayoutHappened;
use jiff::Timestamp;

/// News: how a payout stands.
#[derive(Clone, Debug)]
pub struct LearnPayout {
    /// Which.
    pub payout: PayoutId,
    /// How it ended; `None` the provider is still at work, or its answer was lost.
    pub outcome: Option<PayoutOutcome>,
    /// The provider's number of it.
    pub remember: Option<String>,
    /// When to ask next, should it not be finished.
    pub next_check: Timestamp,
    /// The job that brought it.
    pub lease: Option<Lease>,
}

impl Command for LearnPayout {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.payout.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payout);
        asks.know(Task::CarryPayout(self.payout));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let mut payout = facts.need(&self.payout)?.clone();
        let decision = Decision::nothing().finish(self.lease);
        let provider = Actor::Provider(payout.provider);
        match payout.state {
            PayoutState::Asked | PayoutState::Approved | PayoutState::Sent => {}
            PayoutState::Settled | PayoutState::Bounced { .. } => {
                return self.after_the_end(facts, payout, decision, now);
            }
        }
        payout.memo = self.remember.clone().or(payout.memo);
        match self.outcome {
            Some(PayoutOutcome::Settled) => settled(facts, payout, decision, now),
            Some(PayoutOutcome::Bounced { reason }) => {
                bounced(facts, payout, (reason, &provider), decision, now)
            }
            None => self.again(facts, payout, decision),
        }
    }
}

impl LearnPayout {
    /// Unknown is never failed: the money stays in transit, and the provider is asked again.
    fn again(&self, facts: &Facts, payout: Payout, decision: Decision) -> Result<(Decision, ()), Stop> {
        let task = Task::CarryPayout(payout.id);
        let may_plan = facts.is_free(task, self.lease.as_ref())?;
        let checks = payout.checks.saturating_add(1);
        let decision = decision.save(Payout { state: PayoutState::Sent, checks, ..payout });
        Ok((if may_plan { decision.then(task, self.next_check) } else { decision }, ()))
    }

    /// The end was known already. Other news than that contradicts it.
    fn after_the_end(
        &self,
        facts: &Facts,
        payout: Payout,
        decision: Decision,
        now: Timestamp,
    ) -> Result<(Decision, ()), Stop> {
        let subject = Subject::Payout(payout.id);
        let provider = Actor::Provider(payout.provider);
        match (payout.state, self.outcome) {
            // The money is gone all the same, and the books say so.
            (PayoutState::Bounced { .. }, Some(PayoutOutcome::Settled)) => {
                let said =
                    Happened::Payout(PayoutHappened::Contradicts { what: "settled after it had bounced" });
                let decision = decision.tell(subject, &provider, said);
                settled(facts, payout, decision, now)
            }
            (PayoutState::Settled, Some(PayoutOutcome::Bounced { .. })) => {
                let said =
                    Happened::Payout(PayoutHappened::Contradicts { what: "bounced after it had settled" });
                Ok((decision.tell(subject, &provider, said), ()))
            }
            (PayoutState::Settled, Some(PayoutOutcome::Settled) | None)
            | (PayoutState::Bounced { .. }, Some(PayoutOutcome::Bounced { .. }) | None)
            | (PayoutState::Asked | PayoutState::Approved | PayoutState::Sent, _) => Ok((decision, ())),
        }
    }
}

/// The money has left through the provider that holds it, and the fee is earned.
fn settled(
    facts: &Facts,
    payout: Payout,
    decision: Decision,
    now: Timestamp,
) -> Result<(Decision, ()), Stop> {
    let today = day(now, &facts.need(&payout.shop)?.zone);
    let mut entry = Entry::new(Cause::PayoutSettled(payout.id), payout.id, today);
    if payout.state.is_final() {
        entry = entry.moving(Account::Available, Account::PayoutsInTransit, payout.taken()?)?;
    }
    let entry = entry
        .moving(Account::PayoutsInTransit, Account::Provider(payout.provider), payout.amount)?
        .moving(Account::PayoutsInTransit, Account::FeesEarned, payout.fee)?;
    let said = Happened::Payout(PayoutHappened::Settled { amount: payout.amount });
    let decision = decision
        .enter(entry)
        .tell(Subject::Payout(payout.id), &Actor::Provider(payout.provider), said)
        .forget(Task::CarryPayout(payout.id))
        .save(Payout { state: PayoutState::Settled, changed_at: now, ..payout });
    Ok((decision, ()))
}

/// It does not leave: all that was taken is back in the balance.
pub(crate) fn bounced(
    facts: &Facts,
    payout: Payout,
    (reason, actor): (Reason, &Actor),
    decision: Decision,
    now: Timestamp,
) -> Result<(Decision, ()), Stop> {
    let today = day(now, &facts.need(&payout.shop)?.zone);
    let entry = Entry::new(Cause::PayoutBounced(payout.id), payout.id, today).moving(
        Account::PayoutsInTransit,
        Account::Available,
        payout.taken()?,
    )?;
    let said =
        Happened::Payout(PayoutHappened::Bounced { amount: payout.amount, reason: reason.code().to_owned() });
    let decision = decision
        .enter(entry)
        .tell(Subject::Payout(payout.id), actor, said)
        .forget(Task::CarryPayout(payout.id))
        .save(Payout { state: PayoutState::Bounced { reason }, changed_at: now, ..payout });
    Ok((decision, ()))
}
