//! Money on its way from one book to another: it leaves one, arrives in the other, or comes back.
//!
//! No decision reaches into two books, so a move is two legs. The first is taken with the decision that causes
//! it and leaves the money on an in-transit account of the sender's book. A job carries it into the receiver's
//! book, where the move's number is a claim: it arrives there once, or is refused once, and never both. After
//! the deadline it is refused there first and given back then.

use crate::calendar::{after, day, settles_at};
use crate::decide::{Command, Decision, Kind, Refused, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, Id, MoveId, NoticeId, PaymentId, ShopId};
use crate::jobs::{Lease, Task};
use crate::ledger::{Account, Cause, Entry};
use crate::methods::Method;
use crate::notices::Notice;
use crate::opening::free_number;
use crate::payments::{Claim, ClaimKey, Payment, PaymentState, Terms};
use crate::sellers::{Shop, Switch};
use crate::stored::Reuse;
use jiff::Timestamp;
use jiff::civil::Date;
use money::Money;

/// So long a move may take, in seconds; then its money goes back to the sender.
pub const DEADLINE_S: u32 = 86_400;
/// Minutes between one try and the next while the receiver takes nothing; the last goes on.
const GAPS_MIN: [u32; 6] = [1, 2, 5, 10, 30, 60];

/// Where a move stands, in the sender's book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveState {
    /// The money has left and is not known to have arrived.
    InTransit,
    /// The receiver has it.
    Arrived,
    /// The sender has it again.
    Returned,
}

impl MoveState {
    /// Every state.
    pub const ALL: &[MoveState] = &[MoveState::InTransit, MoveState::Arrived, MoveState::Returned];

    /// The word in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            MoveState::InTransit => "in_transit",
            MoveState::Arrived => "arrived",
            MoveState::Returned => "returned",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<MoveState> {
        MoveState::ALL.iter().copied().find(|state| state.code() == code)
    }
}

/// A move of a payment's part to another shop, as the sender's book has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Which; its number is the same on both sides.
    pub id: MoveId,
    /// Of which payment.
    pub payment: PaymentId,
    /// To whom, in the receiver's book.
    pub shop: ShopId,
    /// How much.
    pub amount: Money,
    /// How the buyer paid, which the receiver is told.
    pub method: Method,
    /// Where it stands.
    pub state: MoveState,
    /// How often the receiver could not take it.
    pub tries: u32,
    /// When the money left.
    pub sent_at: Timestamp,
    /// From when on it goes back.
    pub deadline: Timestamp,
    /// When it arrived or came back.
    pub ended_at: Option<Timestamp>,
}

/// What a move came to in the receiver's book: the claim that lets it arrive or be refused, and never both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveEnd {
    /// Which move, in which book.
    pub key: MoveEndKey,
    /// The sender's book.
    pub from: Book,
    /// The payment as which it arrived, under the move's own number; `None`: it was refused and went back.
    pub payment: Option<PaymentId>,
    /// How the buyer paid.
    pub method: Method,
    /// When.
    pub at: Timestamp,
}

/// The number of a move, in the receiver's book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoveEndKey {
    /// The number of the move.
    pub number: u64,
    /// The receiver's book.
    pub book: Book,
}

impl MoveEnd {
    fn landing(&self) -> Landing {
        self.payment.map_or(Landing::Refused, Landing::Arrived)
    }
}

/// What the receiver's side said of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landing {
    /// It has arrived as this payment, now or before.
    Arrived(PaymentId),
    /// It was refused, now or before, and never arrives.
    Refused,
    /// The receiver takes nothing at present.
    Waits(&'static str),
}

/// Takes the parts of a payment that was just paid out of its book's Pending: the first leg of each.
///
/// # Errors
/// [`Stop`] when sums do not fit together.
pub(crate) fn pass_on(
    payment: &mut Payment,
    mut decision: Decision,
    method: Method,
    (now, today): (Timestamp, Date),
) -> Result<Decision, Stop> {
    let zero = Money::zero(payment.currency());
    for part in &payment.terms.split {
        let sent = Move {
            id: part.id,
            payment: payment.id,
            shop: part.shop,
            amount: part.amount,
            method,
            state: MoveState::InTransit,
            tries: 0,
            sent_at: now,
            deadline: after(now, DEADLINE_S),
            ended_at: None,
        };
        let transit = Account::InTransit(part.id.number);
        let entry = Entry::new(Cause::MoveSent(part.id), payment.id, today);
        let said = Happened::PartSent { part: part.id, amount: part.amount };
        payment.passed = payment.passed.plus(part.amount)?;
        // The fee of the whole is the master's: where it and the parts exceed the sum, other money of the
        // master's pays for it.
        payment.unsettled = payment.unsettled.minus(part.amount)?.larger(zero)?;
        decision = decision
            .enter(entry.moving(Account::Pending, transit, part.amount)?)
            .tell(Subject::Payment(payment.id), &Actor::Clock, said)
            .then(Task::CarryMove(part.id), now)
            .save(sent);
    }
    Ok(decision)
}

/// News: a move reaches the receiver's book, which takes it once however often it is told.
#[derive(Clone, Debug)]
pub struct ReceiveMove {
    /// Which.
    pub id: MoveId,
    /// For whom.
    pub shop: ShopId,
    /// How much.
    pub amount: Money,
    /// How the buyer paid.
    pub method: Method,
    /// What the shop sold, as the split says; its `number` is replaced by the one that is settled on.
    pub terms: Terms,
    /// The shop's own number of the order, if the split named one.
    pub number: Option<i64>,
    /// The notice to the shop, should one be owed.
    pub notice: NoticeId,
}

impl ReceiveMove {
    const fn key(&self) -> MoveEndKey {
        MoveEndKey { number: self.id.number, book: self.shop.book }
    }
}

impl Command for ReceiveMove {
    type Answer = Landing;
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.shop.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.key());
        asks.know(self.shop);
        asks.know(PaymentId::new(self.shop.book, self.id.number));
        if let Some(number) = self.number {
            asks.know(ClaimKey { number, shop: self.shop });
        }
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Landing), Stop> {
        if let Some(end) = facts.find(&self.key())? {
            return Ok((Decision::nothing(), end.landing()));
        }
        let shop = facts.need(&self.shop)?;
        if let Some(why) = self.hindrance(shop, facts.need(&shop.seller)?.active) {
            return Ok((Decision::nothing(), Landing::Waits(why)));
        }
        let named = match self.number {
            Some(number) => facts.find(&ClaimKey { number, shop: shop.id })?.is_none().then_some(number),
            None => None,
        };
        let mut decision = Decision::nothing();
        let number = match named {
            Some(number) => number,
            None => {
                let number = free_number(facts, shop)?;
                decision = decision.save(Shop { last_number: number, ..shop.clone() });
                number
            }
        };
        let payment = self.payment(shop, number, now);
        if facts.find(&payment.id)?.is_some() {
            return Err(Refused::Mistake("a payment has the number of a move").into());
        }
        let entry = Entry::new(Cause::PartReceived(payment.id), payment.id, day(now, &shop.zone));
        let entry = entry.moving(Account::InTransit(self.id.number), Account::Pending, self.amount)?;
        let (subject, id) = (Subject::Payment(payment.id), payment.id);
        let claim = Claim {
            key: ClaimKey { number, shop: shop.id },
            fingerprint: fingerprint(self.id),
            payment: payment.id,
        };
        let end = MoveEnd { payment: Some(id), ..self.end(now) };
        decision = decision
            .enter(entry)
            .tell(subject, &Actor::Clock, Happened::PartReceived { amount: self.amount, number })
            .then(Task::SettlePayment(id), settles_at(now, shop))
            .save(claim)
            .save(end);
        // A shop that did not name the number would not know what it is told about.
        let owed = || Notice::of_share(self.notice, &payment, self.method, shop, now);
        if let Some(notice) = named.and_then(|_| owed()) {
            decision = decision
                .tell(subject, &Actor::Clock, Happened::NoticeOwed { notice: notice.id })
                .then(Task::SendNotice(notice.id), now)
                .save(notice);
        }
        Ok((decision.save(payment), Landing::Arrived(id)))
    }
}

impl ReceiveMove {
    /// Why the receiver takes nothing at present.
    fn hindrance(&self, shop: &Shop, seller_is_active: bool) -> Option<&'static str> {
        if !seller_is_active {
            Some("the seller is switched off")
        } else if !shop.active {
            Some("the shop is switched off")
        } else if !shop.switches.contains(&Switch::Split) {
            Some("the shop takes no part in shared payments any more")
        } else if shop.currency != self.amount.currency() {
            Some("the shop has another currency")
        } else {
            None
        }
    }

    const fn end(&self, at: Timestamp) -> MoveEnd {
        MoveEnd { key: self.key(), from: self.id.book, payment: None, method: self.method, at }
    }

    /// A sale of the receiver, paid from the start: nobody pays it on a page of its own.
    fn payment(&self, shop: &Shop, number: i64, now: Timestamp) -> Payment {
        let zero = Money::zero(self.amount.currency());
        Payment {
            id: PaymentId::new(shop.id.book, self.id.number),
            shop: shop.id,
            state: PaymentState::Paid,
            terms: Terms {
                number,
                split: Vec::new(),
                checkout: None,
                price: None,
                statement_to: None,
                reuse: Reuse::Once,
                ..self.terms.clone()
            },
            amount: self.amount,
            captured: self.amount,
            refunded: zero,
            unsettled: self.amount,
            passed: zero,
            settled: false,
            fee: zero,
            fee_returned: zero,
            credit: zero,
            receipts_attached: 0,
            unclaimed: zero,
            paid_by: None,
            brought: Vec::new(),
            unfinished: Vec::new(),
            attempts: 0,
            last_attempt: None,
            opened_at: now,
            ends_at: now,
            grace_ends_at: now,
            paid_at: Some(now),
            changed_at: now,
        }
    }
}

/// The fingerprint of an order that nobody asked for under its number: no digest of a request looks like it.
fn fingerprint(id: MoveId) -> [u8; 32] {
    let mut print = [0; 32];
    let bytes = id.book.number().to_be_bytes().into_iter().chain(id.number.to_be_bytes());
    for (slot, byte) in print.iter_mut().zip(bytes) {
        *slot = byte;
    }
    print
}

/// News: a move's deadline is over. The receiver's book refuses it from now on, unless it has arrived.
#[derive(Clone, Debug)]
pub struct RefuseMove {
    /// Which.
    pub id: MoveId,
    /// For whom it was.
    pub shop: ShopId,
    /// How the buyer paid.
    pub method: Method,
}

impl Command for RefuseMove {
    type Answer = Landing;
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.shop.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(MoveEndKey { number: self.id.number, book: self.shop.book });
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, Landing), Stop> {
        let key = MoveEndKey { number: self.id.number, book: self.shop.book };
        if let Some(end) = facts.find(&key)? {
            return Ok((Decision::nothing(), end.landing()));
        }
        let end = MoveEnd { key, from: self.id.book, payment: None, method: self.method, at: now };
        Ok((Decision::nothing().save(end), Landing::Refused))
    }
}

/// News: what the receiver's side said of a move, for the sender's book.
#[derive(Clone, Debug)]
pub struct LearnMove {
    /// Which.
    pub id: MoveId,
    /// What was said.
    pub landing: Landing,
    /// The job that carried it.
    pub lease: Option<Lease>,
}

impl Command for LearnMove {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.id.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.id);
        asks.know(Task::CarryMove(self.id));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let known = facts.need(&self.id)?.clone();
        let decision = Decision::nothing().finish(self.lease);
        match (known.state, self.landing) {
            (MoveState::Arrived | MoveState::Returned, _) => Ok((decision, ())),
            (MoveState::InTransit, Landing::Arrived(_)) => {
                let said = Happened::PartArrived { part: known.id, amount: known.amount };
                let decision = decision
                    .tell(Subject::Payment(known.payment), &Actor::Clock, said)
                    .forget(Task::CarryMove(known.id))
                    .save(Move { state: MoveState::Arrived, ended_at: Some(now), ..known });
                Ok((decision, ()))
            }
            (MoveState::InTransit, Landing::Refused) => returned(facts, known, decision, now),
            (MoveState::InTransit, Landing::Waits(why)) => self.waits(facts, known, decision, why, now),
        }
    }
}

impl LearnMove {
    fn waits(
        &self,
        facts: &Facts,
        known: Move,
        decision: Decision,
        why: &'static str,
        now: Timestamp,
    ) -> Result<(Decision, ()), Stop> {
        let task = Task::CarryMove(known.id);
        let first = known.tries == 0;
        let next = next_try(known.tries, now).min(known.deadline.max(now));
        let mut decision = decision.save(Move { tries: known.tries.saturating_add(1), ..known.clone() });
        // One line says it; the tries after the first would only repeat it.
        if first {
            let said = Happened::PartWaits { part: known.id, why };
            decision = decision.tell(Subject::Payment(known.payment), &Actor::Clock, said);
        }
        let may_plan = facts.is_free(task, self.lease.as_ref())?;
        Ok((if may_plan { decision.then(task, next) } else { decision }, ()))
    }
}

/// The way back: the money stands again where the payment's money stands by now.
fn returned(facts: &Facts, known: Move, decision: Decision, now: Timestamp) -> Result<(Decision, ()), Stop> {
    let mut payment = facts.need(&known.payment)?.clone();
    let today = day(now, &facts.need(&payment.shop)?.zone);
    let home = if payment.settled { Account::Available } else { Account::Pending };
    if !payment.settled {
        payment.unsettled = payment.unsettled.plus(known.amount)?;
    }
    payment.changed_at = now;
    let entry = Entry::new(Cause::MoveReturned(known.id), payment.id, today);
    let said = Happened::PartReturned { part: known.id, amount: known.amount };
    let decision = decision
        .enter(entry.moving(Account::InTransit(known.id.number), home, known.amount)?)
        .tell(Subject::Payment(payment.id), &Actor::Clock, said)
        .forget(Task::CarryMove(known.id))
        .save(payment)
        .save(Move { state: MoveState::Returned, ended_at: Some(now), ..known });
    Ok((decision, ()))
}

fn next_try(tries: u32, now: Timestamp) -> Timestamp {
    let place = usize::try_from(tries).unwrap_or(usize::MAX);
    let minutes = GAPS_MIN.get(place).or(GAPS_MIN.last()).copied().unwrap_or(60);
    after(now, minutes.saturating_mul(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_found_by_their_own_words() {
        for state in MoveState::ALL {
            assert_eq!(MoveState::from_code(state.code()), Some(*state));
        }
        assert_eq!(MoveState::from_code("lost"), None);
    }

    #[test]
    fn tries_grow_apart_up_to_an_hour() {
        let now = Timestamp::UNIX_EPOCH;
        let minutes = |tries| next_try(tries, now).duration_since(now).as_mins();
        assert_eq!((0..8).map(minutes).collect::<Vec<_>>(), [1, 2, 5, 10, 30, 60, 60, 60]);
        assert_eq!(minutes(u32::MAX), 60);
    }
}
