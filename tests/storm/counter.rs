//! The counter: a provider whose word is proven, and who takes whatever buyers put down: the sum that was
//! asked, another one, or another currency. It tells until it is answered, and sometimes changes its mind.

use domain::ids::{AttemptId, ProviderAccountId};
use jiff::{SignedDuration, Timestamp};
use wire::http::{Headers, HttpRequest, Method};

use crate::mail::{Letter, What};
use crate::tasks::Then;
use crate::world::World;

/// Gaps between its tries to tell, in seconds.
const GAPS_S: [i64; 4] = [10, 60, 600, 3_600];

/// Somebody at the counter.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Whose attempt it is.
    pub attempt: AttemptId,
    /// Its public name.
    pub name: String,
    /// Of which order.
    pub order: usize,
    /// What was put down, in minor units; nothing if it was declined.
    pub minor: i64,
    /// In which currency.
    pub currency: &'static str,
    /// When.
    pub at: Timestamp,
    /// Whether we have answered that we know.
    pub known: bool,
    tries: usize,
}

/// The counter.
#[derive(Debug)]
pub struct Counter {
    /// Its account with us.
    pub account: ProviderAccountId,
    /// Everybody who was there.
    pub seats: Vec<Seat>,
}

impl Counter {
    /// An empty counter.
    pub fn new(account: ProviderAccountId) -> Counter {
        Counter { account, seats: Vec::new() }
    }

    /// What it took for an attempt, if it took anything.
    pub fn taken(&self, attempt: AttemptId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.attempt == attempt && seat.minor > 0)
    }

    /// Whether it has said no to an attempt.
    pub fn declined(&self, attempt: AttemptId) -> bool {
        self.seats.iter().any(|seat| seat.attempt == attempt && seat.minor == 0)
    }

    /// All that it took in a currency.
    pub fn total(&self, currency: &str) -> i64 {
        self.seats.iter().filter(|seat| seat.currency == currency).map(|seat| seat.minor).sum()
    }
}

impl World {
    /// Somebody sits down at the counter and is served; the word goes into the mail.
    pub fn serve(&mut self, order: usize, attempt: AttemptId, minor: i64, currency: &'static str) {
        let Some(node) = self.some_node() else { return };
        let name = self.node(node).map(|node| node.engine.print(attempt)).unwrap_or_default();
        let at = self.now();
        let tag = self.orders.get(order).map(|order| order.tag.clone()).unwrap_or_default();
        self.say(|| format!("the counter takes {minor} {currency} for {tag}, attempt {name}"));
        let seat = Seat { attempt, name, order, minor, currency, at, known: false, tries: 0 };
        self.counter.seats.push(seat);
        self.send(What::Word(self.counter.seats.len() - 1));
    }

    /// Word of the counter arrives at some node.
    pub fn word_arrives(&mut self, place: usize) {
        let Some(seat) = self.counter.seats.get(place).cloned() else { return };
        if self.strikes(self.climate.notice_lost) {
            return self.word_unheard(place);
        }
        if self.strikes(self.climate.copied) {
            self.send(What::Word(place));
        }
        let account = self.counter.account;
        let request = word(&seat);
        self.say(|| format!("word of the counter arrives about {}", seat.name));
        let lost: Then = Box::new(move |world| world.word_unheard(place));
        self.ask_node(lost, |engine| async move {
            let status = engine.provider_news(account, &request).await.status;
            let then: Then = Box::new(move |world| {
                let heard = !world.strikes(world.climate.answer_lost);
                match world.counter.seats.get_mut(place) {
                    Some(seat) if heard && status == 200 => seat.known = true,
                    _ => world.word_unheard(place),
                }
            });
            then
        });
    }

    /// It is told again later, unless it is known by now.
    fn word_unheard(&mut self, place: usize) {
        let Some(seat) = self.counter.seats.get_mut(place).filter(|seat| !seat.known) else { return };
        let gap = GAPS_S.get(seat.tries).or(GAPS_S.last()).copied().unwrap_or(60);
        seat.tries += 1;
        let not_before = self.time.now().checked_add(SignedDuration::from_secs(gap));
        let not_before = not_before.expect("a moment before the end of time");
        let waits = |letter: &Letter| matches!(letter.what, What::Word(other) if other == place);
        if !self.mail.iter().any(waits) {
            self.mail.push(Letter { not_before, what: What::Word(place) });
        }
    }
}

/// What the counter says, in its own words.
fn word(seat: &Seat) -> HttpRequest {
    let (outcome, reason) = if seat.minor > 0 { ("paid", "") } else { ("declined", "issuer_declined") };
    let Seat { name, minor, currency, .. } = seat;
    let body = format!(
        "attempt={name}&outcome={outcome}&reason={reason}&amount={minor}&currency={currency}&method=cash&keep="
    );
    HttpRequest {
        method: Method::Post,
        path: String::new(),
        query: String::new(),
        headers: Headers::new(),
        body: body.into_bytes(),
        peer: None,
    }
}
