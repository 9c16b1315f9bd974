//! Starting an attempt and carrying it on, up to the moment its outcome is known.

use crate::attempts::{Attempt, AttemptState, Call, Operation, PayerFields, Prompt};
use crate::decide::{Command, Decision, DirectoryLine, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{AttemptId, Book, CallId, PaymentId, ProviderAccountId, TariffId};
use crate::jobs::{Lease, Task};
use crate::methods::{self, Method};
use crate::payments::{Payment, PaymentState};
use crate::sellers::{Seller, Shop};
use crate::tariffs::{Sale, Tariff, price};
use jiff::Timestamp;
use money::Money;
use money::currency::Currency;

/// A payment can be tried so often.
pub const ATTEMPTS_MAX: u32 = 50;

/// A wish: the buyer chose a method.
#[derive(Clone, Debug)]
pub struct StartAttempt {
    /// The attempt, should a new one be needed.
    pub id: AttemptId,
    /// Of which payment.
    pub payment: PaymentId,
    /// How.
    pub method: Method,
    /// Through which account, and the version that was read.
    pub provider: (ProviderAccountId, u32),
    /// Under which tariff, and the version that was read.
    pub tariff: (TariffId, u32),
    /// What the buyer told.
    pub payer: PayerFields,
}

impl Command for StartAttempt {
    type Answer = AttemptId;
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.payment.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.payment);
        asks.know(self.provider.0);
        asks.know(self.tariff.0);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, AttemptId), Stop> {
        let payment = facts.need(&self.payment)?;
        if let Some(under_way) = self.pressed_twice(facts, payment)? {
            return Ok((Decision::nothing(), under_way));
        }
        let shop = facts.need(&payment.shop)?;
        let seller = facts.need(&shop.seller)?;
        self.allowed(facts, payment, shop, seller)?;
        let attempt = self.attempt(facts, payment, shop, seller, now)?;
        let started =
            Happened::AttemptStarted { attempt: self.id, method: self.method, amount: attempt.amount };
        let mut payment = payment.clone();
        payment.unfinished.push(self.id);
        payment.attempts = payment.attempts.saturating_add(1);
        payment.last_attempt = Some(self.id);
        payment.changed_at = now;
        let decision = Decision::nothing()
            .tell(Subject::Payment(payment.id), &Actor::Buyer, started)
            .then(Task::AdvanceAttempt(self.id), now)
            .save(attempt)
            .save(payment);
        Ok((decision, self.id))
    }
}

impl StartAttempt {
    /// A button pressed twice starts one attempt: the first one is still on its way to the provider.
    fn pressed_twice(&self, facts: &Facts, payment: &Payment) -> Result<Option<AttemptId>, Stop> {
        let Some(last) = payment.last_attempt else {
            return Ok(None);
        };
        let last = facts.need(&last)?;
        let on_its_way = match last.state {
            AttemptState::Planned | AttemptState::Sending { .. } => true,
            AttemptState::Waiting
            | AttemptState::Unknown
            | AttemptState::Held
            | AttemptState::Received
            | AttemptState::Declined { .. }
            | AttemptState::Released
            | AttemptState::Abandoned => false,
        };
        Ok((on_its_way && last.method == self.method && last.payer == self.payer).then_some(last.id))
    }

    fn allowed(&self, facts: &Facts, payment: &Payment, shop: &Shop, seller: &Seller) -> Result<(), Stop> {
        if !payment.takes_attempts() {
            let state = payment.state.word();
            return Err(Refused::WrongState { wish: "a payment", what: "payment", state }.into());
        }
        for (what, on) in [("shop", shop.active), ("seller", seller.active)] {
            if !on {
                return Err(Refused::Off { what }.into());
            }
        }
        if payment.attempts >= ATTEMPTS_MAX {
            return Err(Refused::TooMany { what: "attempts", limit: ATTEMPTS_MAX }.into());
        }
        let (account, version) = (facts.need(&self.provider.0)?, self.provider.1);
        if account.version != version {
            return Err(Refused::Stale { what: "provider account" }.into());
        }
        let offered = account.active
            && account.serves(payment.id.book.kind())
            && account.methods.contains(&self.method)
            && payment.offers(shop, self.method);
        if !offered {
            return Err(Refused::MethodOff { method: self.method }.into());
        }
        match (self.method.asks(), &self.payer.phone) {
            (methods::Asks::Phone, None) => {
                let why = "expected the number of the phone to charge".to_owned();
                Err(Refused::Invalid { what: "phone", why }.into())
            }
            (methods::Asks::Phone, Some(_)) | (methods::Asks::Nothing, _) => Ok(()),
        }
    }

    fn attempt(
        &self,
        facts: &Facts,
        payment: &Payment,
        shop: &Shop,
        seller: &Seller,
        now: Timestamp,
    ) -> Result<Attempt, Stop> {
        let tariff = facts.need(&self.tariff.0)?;
        if tariff.version != self.tariff.1 {
            return Err(Refused::Stale { what: "tariff" }.into());
        }
        let quote = Quote::of(payment, shop, seller, tariff, self.method)?;
        Ok(Attempt {
            id: self.id,
            payment: payment.id,
            method: self.method,
            provider: self.provider.0,
            price: quote.price,
            amount: quote.to_pay,
            tariff: self.tariff,
            fee: quote.fee,
            refund_fee: tariff.refund_fee.clone(),
            hold: payment.terms.hold,
            state: AttemptState::Planned,
            memo: None,
            prompt: None,
            waits_until: None,
            payer: self.payer.clone(),
            call: None,
            checks: 0,
            received: None,
            cost: None,
            returned: Money::zero(payment.currency()),
            started_at: now,
        })
    }
}

/// What a method costs the buyer of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The fee template, of the step that the seller's turnover reaches.
    pub fee: crate::tariffs::Fee,
    /// The price: the order's sum and the buyer's share of the fee.
    pub price: Money,
    /// Of the price, what is still to be paid beside the payer's credit.
    pub to_pay: Money,
}

impl Quote {
    /// The quote under a tariff.
    ///
    /// # Errors
    /// [`Refused::MethodOff`] when the tariff is not meant for this sale, or when so much is in
    /// credit that nothing would be left to pay by this method.
    pub fn of(
        payment: &Payment,
        shop: &Shop,
        seller: &Seller,
        tariff: &Tariff,
        method: Method,
    ) -> Result<Quote, Refused> {
        let currency = payment.currency();
        let sale = Sale { seller: shop.seller, shop: shop.id, method, currency };
        let fee = tariff.fits(&sale).and_then(|_| tariff.fee_at(seller.turnover_of(currency)));
        let fee = fee.ok_or(Refused::MethodOff { method })?;
        let price = price(payment.amount, fee, shop.buyer_share)?;
        let to_pay = price.minus(payment.credit)?;
        if !to_pay.is_positive() {
            return Err(Refused::MethodOff { method });
        }
        Ok(Quote { fee: fee.clone(), price, to_pay })
    }
}

impl Payment {
    /// Whether shop and order allow a method.
    #[must_use]
    pub fn offers(&self, shop: &Shop, method: Method) -> bool {
        let allowed = &self.terms.allowed;
        shop.methods.contains(&method) && (allowed.is_empty() || allowed.contains(&method))
    }
}

impl Seller {
    /// The turnover that decides the step of a tariff.
    #[must_use]
    pub fn turnover_of(&self, currency: Currency) -> Money {
        let of_currency = self.turnover.iter().find(|turnover| turnover.sum.currency() == currency);
        of_currency.map_or(Money::zero(currency), |turnover| turnover.sum)
    }
}

/// A wish of a worker: a call is about to leave. Saved first, so that after a crash it is known
/// what may have left.
#[derive(Clone, Debug)]
pub struct SaveCall {
    /// The call.
    pub id: CallId,
    /// For which attempt.
    pub attempt: AttemptId,
    /// What for.
    pub operation: Operation,
    /// The link of the chain, from 1.
    pub step: u32,
    /// The request, without secrets.
    pub request: String,
    /// What the connector remembers.
    pub remember: Option<String>,
    /// The worker's right to do it.
    pub lease: Lease,
}

impl Command for SaveCall {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.attempt.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.attempt);
        asks.know(self.lease.task);
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        if !facts.holds(&self.lease)? {
            return Err(Refused::LeaseOver.into());
        }
        let mut attempt = facts.need(&self.attempt)?.clone();
        let payment = facts.need(&attempt.payment)?;
        if !may_leave(self.operation, &attempt, payment) {
            let (wish, state) = (self.operation.code(), payment.state.word());
            return Err(Refused::WrongState { wish, what: "payment", state }.into());
        }
        if self.operation == Operation::Pay {
            attempt.state = AttemptState::Sending { step: self.step };
        }
        attempt.call = Some(self.id);
        let lines = remembered(&mut attempt, self.remember.as_ref());
        let call = Call {
            id: self.id,
            attempt: self.attempt,
            operation: self.operation,
            step: self.step,
            request: self.request.clone(),
            saved_at: now,
        };
        let said = Happened::CallSaved { operation: self.operation.code(), step: self.step };
        let mut decision = Decision::nothing()
            .tell(Subject::Payment(payment.id), &Actor::Clock, said)
            .save(attempt)
            .save(call);
        decision.directory.extend(lines);
        Ok((decision, ()))
    }
}

/// Whether a call may leave where things stand now, whatever they were when it was planned.
fn may_leave(operation: Operation, attempt: &Attempt, payment: &Payment) -> bool {
    let own = payment.paid_by == Some(attempt.id);
    match operation {
        Operation::Pay => match attempt.state {
            AttemptState::Planned => payment.takes_attempts(),
            AttemptState::Sending { .. } | AttemptState::Waiting | AttemptState::Unknown => true,
            AttemptState::Held
            | AttemptState::Received
            | AttemptState::Declined { .. }
            | AttemptState::Released
            | AttemptState::Abandoned => false,
        },
        Operation::Capture => own && matches!(payment.state, PaymentState::Capturing { .. }),
        Operation::Release => match payment.state {
            // The hold is wanted.
            PaymentState::Held { .. } | PaymentState::Capturing { .. } => !own,
            PaymentState::Open
            | PaymentState::Releasing { .. }
            | PaymentState::Closing { .. }
            | PaymentState::Paid
            | PaymentState::Cancelled
            | PaymentState::Expired => attempt.state != AttemptState::Received,
        },
        Operation::Refund | Operation::Check | Operation::CheckRefund => true,
    }
}

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
        if attempt.is_final() {
            return Ok((decision, ()));
        }
        if matches!(attempt.state, AttemptState::Planned | AttemptState::Sending { .. }) {
            attempt.state = AttemptState::Unknown;
            let lost = Happened::AnswerLost { attempt: attempt.id };
            decision =
                decision.tell(Subject::Payment(attempt.payment), &Actor::Provider(attempt.provider), lost);
        }
        attempt.checks = attempt.checks.saturating_add(1);
        let next = next_check(&attempt, self.next_check, now);
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
        let under_way = facts.find(&task)?.is_some_and(|job| job.lease.is_some_and(|(_, until)| until > now));
        // A check that is under way may have asked before the news: another one follows it, and
        // however many hints come meanwhile, it is one.
        let due = if under_way { crate::calendar::after(now, 1) } else { now };
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

/// Takes over what the connector remembers; a new number of the provider goes into the directory.
pub(crate) fn remembered(attempt: &mut Attempt, memo: Option<&String>) -> Option<DirectoryLine> {
    let memo = memo?;
    if attempt.memo.as_ref() == Some(memo) {
        return None;
    }
    attempt.memo = Some(memo.clone());
    Some(DirectoryLine::ProviderReference {
        account: attempt.provider,
        reference: memo.clone(),
        attempt: attempt.id,
    })
}
