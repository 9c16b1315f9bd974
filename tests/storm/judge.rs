//! The judge: it knows only what shops, buyers and providers saw, and what they may conclude from it.

use std::collections::BTreeMap;

use domain::attempts::AttemptState;
use domain::ids::AttemptId;
use domain::methods::Method;
use domain::payments::PaymentState;
use engine::checkout::Scene;
use jiff::{SignedDuration, Timestamp};
use simulators::yookassa::state::{BookLine, Status};

use crate::world::World;

/// Watches may be wrong by so much.
const SLACK: SignedDuration = SignedDuration::from_mins(3);

/// What a shop was told of an order.
#[derive(Debug, Clone)]
pub struct Told {
    /// With which sum, in kopecks.
    pub sum: i64,
    /// Whether the shop has said that it knows.
    pub accepted: bool,
    signature: String,
}

/// What strangers saw.
#[derive(Debug, Default)]
pub struct Judge {
    /// What shops were told, by order.
    pub told: BTreeMap<usize, Told>,
    numbers: BTreeMap<(usize, i64), usize>,
    /// When a payment at the provider was last seen unpaid.
    unpaid_at: BTreeMap<String, Timestamp>,
}

/// What the providers have for an order, in kopecks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Taken from buyers.
    pub taken: i64,
    /// Of it, certainly not too late.
    pub in_time: i64,
    /// Gone back to buyers, as far as the provider that is asked knows.
    pub returned: i64,
}

impl Judge {
    /// A shop has said that it knows.
    pub fn accepts(&mut self, order: usize) {
        if let Some(told) = self.told.get_mut(&order) {
            told.accepted = true;
        }
    }
}

const fn is_taken(line: &BookLine) -> bool {
    matches!(line.status, Status::Succeeded)
}

impl World {
    /// What the providers have for an order.
    pub fn kept(&self, order: usize) -> Kept {
        self.kept_in(&self.provider.books(), order)
    }

    /// The same, of the provider's books as they were just read.
    fn kept_in(&self, lines: &[BookLine], order: usize) -> Kept {
        let Some(of) = self.orders.get(order) else { return Kept::default() };
        let limit = of.grace_ends.saturating_add(SLACK).unwrap_or(Timestamp::MAX);
        let mut kept = Kept::default();
        for line in lines.iter().filter(|line| is_taken(line)) {
            if self.provider.description_of(&line.payment) == Some(of.tag.as_str()) {
                let late = self.judge.unpaid_at.get(&line.payment).is_some_and(|at| *at > limit);
                kept.taken += line.amount;
                kept.in_time += if late { 0 } else { line.amount };
                kept.returned += line.refunded;
            }
        }
        for seat in self.counter.seats.iter().filter(|seat| seat.order == order && seat.currency == "RUB") {
            kept.taken += seat.minor;
            kept.in_time += if seat.at > limit { 0 } else { seat.minor };
        }
        kept
    }

    /// A shop hears that an order is paid.
    pub fn shop_hears(&mut self, place: usize, number: i64, sum: i64, signature: &str) {
        let Some(order) = self.orders.get(place).cloned() else { return };
        let tag = &order.tag;
        if order.number.is_some_and(|own| own != number) {
            self.accuse(format!("{tag} is sold under the number {number}"));
        }
        if sum > order.sum || (sum != order.sum && !order.two_step) {
            self.accuse(format!("{tag} of {} kopecks is sold for {sum}", order.sum));
        }
        let sold = *self.judge.numbers.entry((order.shop, number)).or_insert(place);
        if sold != place {
            self.accuse(format!("number {number} of shop {} is sold twice", order.shop));
        }
        let told = Told { sum, accepted: false, signature: signature.to_owned() };
        let first = self.judge.told.entry(place).or_insert(told);
        if first.signature != signature || first.sum != sum {
            self.accuse(format!("{tag} is told twice, and not with the same bytes"));
        }
        let kept = self.kept(place);
        if kept.taken < sum {
            self.accuse(format!("{tag} is sold for {sum}, and buyers paid {}", kept.taken));
        } else if kept.in_time < sum {
            self.accuse(format!("{tag} is sold for {sum}, and it was paid too late"));
        }
    }

    /// A page tells a buyer how things stand.
    pub fn page_says(&mut self, place: usize, scene: &Scene) {
        let (payment, state) = (&scene.payment, scene.payment.state);
        self.say(|| format!("the page of payment {} says {}", payment.id.number, state.word()));
        let kept = self.kept(place);
        let Some(order) = self.orders.get(place).cloned() else { return };
        let least = if order.two_step { 1 } else { order.sum };
        if state == PaymentState::Paid && kept.taken < least {
            self.accuse(format!("the page says that {} is paid, and it is not", order.tag));
        }
        if let Some(attempt) = &scene.attempt
            && matches!(attempt.state, AttemptState::Declined { .. })
        {
            let waits = self.at_provider(attempt.id).is_some_and(|status| status != Status::Canceled);
            if waits || self.counter.taken(attempt.id).is_some() && !self.counter.declined(attempt.id) {
                self.accuse(format!("the page says declined, and the provider of {} does not", order.tag));
            }
        }
        let ended = matches!(state, PaymentState::Cancelled | PaymentState::Expired);
        let theirs = order.attempts.iter().filter(|(of, ..)| *of == payment.id);
        let payable = |status| matches!(status, Status::Pending | Status::WaitingForCapture);
        let unfinished = theirs.filter(|(_, attempt, method)| {
            // Cash may be brought at any time: nobody waits longer for it than the shop does.
            let awaited = *method != Method::Cash || self.now() < payment.grace_ends_at;
            awaited && self.at_provider(*attempt).is_some_and(payable)
        });
        if ended && unfinished.count() > 0 {
            self.accuse(format!("the page says that {} has ended, and it can still be paid", order.tag));
        }
    }

    /// Where an attempt stands at the provider that is asked, if it ever heard of it.
    fn at_provider(&self, attempt: AttemptId) -> Option<Status> {
        let engine = self.places.iter().find_map(|place| place.node.as_ref()).map(|node| &node.engine)?;
        let number = self.provider.number_of(&engine.print(attempt))?;
        self.provider.books().into_iter().find(|line| line.payment == number).map(|line| line.status)
    }

    /// A refund was promised: beside what had gone back before, there must be so much to give back.
    pub fn refund_promised(&mut self, place: usize, minor: i64, before: i64) {
        let kept = self.kept(place);
        if minor > kept.taken - before {
            self.accuse(format!("{minor} kopecks are promised back of {} taken", kept.taken));
        }
    }

    /// What must be true after every step.
    pub fn judge_step(&mut self) {
        let now = self.now();
        let lines = self.provider.books();
        for line in lines.iter().filter(|line| line.status == Status::Pending) {
            self.judge.unpaid_at.insert(line.payment.clone(), now);
        }
        for place in 0..self.orders.len() {
            let kept = self.kept_in(&lines, place);
            let Some(order) = self.orders.get(place) else { return };
            let strange = kept.taken - self.judge.told.get(&place).map_or(0, |told| told.sum);
            let (tag, most) = (order.tag.clone(), order.asked_back + strange.max(0));
            if kept.returned > most.min(kept.taken) {
                self.accuse(format!("{} kopecks of {tag} went back, at most {most} should", kept.returned));
            } else if order.two_step && kept.taken > order.asked_capture {
                let asked = order.asked_capture;
                self.accuse(format!("{} kopecks of {tag} were captured, {asked} were asked for", kept.taken));
            }
        }
    }
}
