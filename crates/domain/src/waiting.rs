//! Attempts whose outcome is not known yet: somebody waits, an answer was lost, or a hint came.

use crate::attempts::{Attempt, AttemptState, Prompt};
use crate::decide::{Command, Decision, Kind, Stop};
use crate::facts::{Asks, Facts};
use crate::faults::{Planted, planted};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{AttemptId, Book};
use crate::jobs::{Lease, Task};
use crate::sending::remembered;
use jiff::Timestamp;

/// News: the provider waits for the buyer, or we for the provider.
#[derive(Clone, Debug)]
pub struct LearnWaiting {
    /// Which attempt.
    pub attempt: AttemptId,
    /// What the buyer is shown, and until when the provider waits; `None` leaves it as it is.
    pub prompt: Option<(Prompt, Timestamp)>,
    /// What the connector remembers.
    pub remember: Option<String>,
    /// When to ask the provider next, unless it ends the attempt itself before.
    pub next_check: Timestamp,
    /// The job that brought it.
    pub lease: Option<Lease>,
}

impl Command for LearnWaiting {
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
        let mut decision = Decision::nothing().finish(self.lease);
        decision.directory.extend(remembered(&mut attempt, self.remember.as_ref()));
        if attempt.is_final() {
            return Ok((decision.save(attempt), ()));
        }
        let held = attempt.state == AttemptState::Held;
        // Of a hold nothing is shown any more, and its own end stands.
        if let Some((prompt, until)) = self.prompt.as_ref().filter(|_| !held) {
            let shown = Happened::PromptShown { attempt: attempt.id };
            decision =
                decision.tell(Subject::Payment(attempt.payment), &Actor::Provider(attempt.provider), shown);
            attempt.prompt = Some(prompt.clone());
            attempt.waits_until = Some(*until);
        }
        attempt.checks = match (&self.prompt, &self.lease) {
            (Some(_), _) => 0,
            (None, Some(_)) => attempt.checks.saturating_add(1),
            // A stranger's hint must not stretch the gaps between checks.
            (None, None) => attempt.checks,
        };
        if !held {
            attempt.state = AttemptState::Waiting;
        }
        let next = next_check(&attempt, self.next_check, now);
        let decision = plan_check(decision, facts, self.lease, attempt.id, (next, now))?;
        Ok((decision.save(attempt), ()))
    }
}

/// News: an answer was lost. The outcome is unknown, never failed; the provider will be asked.
#[derive(Clone, Debug)]
pub struct LearnLost {
    /// Which attempt.
    pub attempt: AttemptId,
    /// When to ask.
    pub next_check: Timestamp,
    /// The job that lost it.
    pub lease: Option<Lease>,
}

impl Command for LearnLost {
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
        let mut decision = Decision::nothing().finish(self.lease);
        if attempt.state == AttemptState::Received || (attempt.is_final() && attempt.memo.is_none()) {
            return Ok((decision, ()));
        }
        // An attempt that has ended is asked about because somebody said that money came all the same: what
        // was said is forgotten only when there is an answer.
        if matches!(attempt.state, AttemptState::Planned | AttemptState::Sending { .. }) {
            attempt.state = AttemptState::Unknown;
            let lost = Happened::AnswerLost { attempt: attempt.id };
            decision =
                decision.tell(Subject::Payment(attempt.payment), &Actor::Provider(attempt.provider), lost);
        }
        attempt.checks = attempt.checks.saturating_add(1);
        let next = next_check(&attempt, self.next_check, now);
        if planted(Planted::ForgetCheck) {
            return Ok((decision.save(attempt), ()));
        }
        let decision = plan_check(decision, facts, self.lease, attempt.id, (next, now))?;
        Ok((decision.save(attempt), ()))
    }
}

/// News: a provider hinted that an attempt has moved. Only its answer to a check is learned.
#[derive(Clone, Copy, Debug)]
pub struct CheckSoon {
    /// Which attempt.
    pub attempt: AttemptId,
}

impl Command for CheckSoon {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.attempt.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.attempt);
        asks.know(Task::CheckAttempt(self.attempt));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let attempt = facts.need(&self.attempt)?;
        let task = Task::CheckAttempt(attempt.id);
        if attempt.state == AttemptState::Received {
            return Ok((Decision::nothing(), ()));
        }
        // A check that is under way may have asked before the news: another one follows it, and
        // however many hints come meanwhile, it is one.
        let follow_up = crate::calendar::after(now, 1);
        let due = match facts.find(&task)? {
            Some(job) if job.is_leased(now) => follow_up,
            Some(job) if job.parked.is_none() && job.due > now && job.due <= follow_up => {
                return Ok((Decision::nothing(), ()));
            }
            Some(_) | None => now,
        };
        Ok((Decision::nothing().then(task, due), ()))
    }
}

/// The plan's time, or the moment the provider ends the attempt itself, if that comes first.
pub(crate) fn next_check(attempt: &Attempt, planned: Timestamp, now: Timestamp) -> Timestamp {
    match attempt.waits_until {
        Some(until) if until > now => planned.min(crate::calendar::after(until, 1)),
        Some(_) | None => planned,
    }
}

/// The next check is planned by whoever holds the work; an answer under an old lease starts none,
/// and news from outside brings a check forward that nobody is carrying out.
fn plan_check(
    decision: Decision,
    facts: &Facts,
    lease: Option<Lease>,
    attempt: AttemptId,
    (due, now): (Timestamp, Timestamp),
) -> Result<Decision, Stop> {
    let may_plan = match &lease {
        Some(lease) => facts.holds(lease)?,
        None => {
            facts.find(&Task::CheckAttempt(attempt))?.is_none_or(|job| !job.is_leased(now) && due < job.due)
        }
    };
    Ok(if may_plan { decision.then(Task::CheckAttempt(attempt), due) } else { decision })
}
