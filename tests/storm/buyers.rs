//! What buyers do: follow links, choose, pay, pay twice, turn back, and look at the page.

use domain::attempts::PayerFields;
use domain::decide::Refused;
use domain::history::Actor;
use domain::ids::{AttemptId, Id, PaymentId};
use domain::opening::Opened;
use engine::error::EngineError;
use engine::orders::StartRefused;
use serde_json::json;
use simulators::yookassa::state::Status;
use store::error::StoreError;
use store::reader::Query;

use crate::orders::Order;
use crate::scene::{ASKED, HOLDING, PROVEN};
use crate::tasks::{Then, at_once, nothing};
use crate::world::World;

impl World {
    /// A shop signs an order, and a buyer follows the link.
    pub fn sign(&mut self, number: Option<i64>, shop: usize, tampered: bool) {
        let Some(two_step) = self.shops.get(shop).map(|shop| shop.plan.two_step) else { return };
        let sum = 100 + i64::try_from(self.chance.below(500_000)).unwrap_or(0);
        let tag = format!("order-{}", self.orders.len());
        let order = Order {
            shop,
            number,
            sum,
            tag,
            tampered,
            two_step,
            payments: Vec::new(),
            attempts: Vec::new(),
            over: false,
            grace_ends: self.now(),
            asked_back: 0,
            asked_capture: 0,
        };
        self.orders.push(order);
        self.click(self.orders.len() - 1);
    }

    /// A buyer follows the link of an order.
    pub fn click(&mut self, place: usize) {
        let Some(order) = self.orders.get(place) else { return };
        let Some(shop) = self.shops.get(order.shop) else { return };
        let request = order.request(shop);
        let (tag, sum, number) = (order.tag.clone(), order.sum, order.number);
        self.say(|| format!("a buyer follows the link of {tag}, number {number:?}, {sum} kopecks"));
        self.ask_node(nothing(), |engine| async move {
            let opened = engine.start_robokassa(&request).await;
            let then: Then = Box::new(move |world| world.clicked(place, opened));
            then
        });
    }

    fn clicked(&mut self, place: usize, opened: Result<Opened, StartRefused>) {
        let Opened { payment, .. } = match opened {
            Ok(opened) => opened,
            Err(refused) => {
                self.say(|| format!("the link is refused: {refused}"));
                if let StartRefused::Engine(error) = &refused {
                    self.sane(error);
                }
                return;
            }
        };
        self.acknowledged("payments", payment.number, payment.book().number());
        let now = self.now();
        let Some(order) = self.orders.get_mut(place) else { return };
        let tag = order.tag.clone();
        if order.tampered {
            return self.accuse(format!("{tag} is opened with a sum that the shop never signed"));
        }
        if !order.payments.contains(&payment) {
            order.payments.push(payment);
            order.over = false;
        }
        let plan = self.shops.get(order.shop).map(|shop| shop.plan.clone()).expect("the shop of an order");
        let lives = i64::from(plan.lifetime) + i64::from(plan.grace);
        order.grace_ends = now.checked_add(jiff::SignedDuration::from_secs(lives)).expect("a moment");
        self.say(|| format!("{tag} is paid under payment {}", payment.number));
        if self.strikes(600) {
            self.choose_for(place, payment);
        }
    }

    /// A payment that some buyer has before the eyes, with its order.
    pub fn some_payment(&mut self) -> Option<(usize, PaymentId)> {
        let shown = self.orders.iter().enumerate();
        let shown =
            shown.flat_map(|(place, order)| order.payments.iter().map(move |payment| (place, *payment)));
        let shown: Vec<_> = shown.collect();
        // Mostly the latest ones: old stories are over.
        let skip = if self.strikes(700) { shown.len().saturating_sub(6) } else { 0 };
        self.pick(shown.get(skip..).unwrap_or_default())
    }

    /// A payment of an order that some buyer has paid for, or is about to; any, if there is none.
    fn some_payment_of(&mut self, fits: impl Fn(&World, usize) -> bool) -> Option<(usize, PaymentId)> {
        let fitting = (0..self.orders.len()).filter(|place| fits(self, *place));
        let fitting: Vec<usize> = fitting.collect();
        let place = self.pick(&fitting).filter(|_| self.chance.chance(900));
        let payment = place.and_then(|place| Some((place, *self.orders.get(place)?.payments.last()?)));
        payment.or_else(|| self.some_payment())
    }

    /// A payment that was sold, mostly.
    pub fn some_sale(&mut self) -> Option<(usize, PaymentId)> {
        self.some_payment_of(|world, place| world.judge.told.contains_key(&place))
    }

    /// A payment whose money is held first, mostly one whose money is held now.
    pub fn some_hold(&mut self) -> Option<(usize, PaymentId)> {
        let lines = self.provider.books().into_iter().filter(|line| line.status == Status::WaitingForCapture);
        let held = lines.filter_map(|line| self.provider.description_of(&line.payment).map(str::to_owned));
        let held: Vec<String> = held.collect();
        self.some_payment_of(|world, place| {
            world.orders.get(place).is_some_and(|order| held.contains(&order.tag))
        })
    }

    /// A buyer chooses a method.
    pub fn choose(&mut self) {
        let fresh = |world: &World, place| {
            world.orders.get(place).is_some_and(|order: &Order| !order.over && !order.payments.is_empty())
        };
        if let Some((place, payment)) = self.some_payment_of(fresh) {
            self.choose_for(place, payment);
        }
    }

    fn choose_for(&mut self, place: usize, payment: PaymentId) {
        let two_step = self.orders.get(place).is_some_and(|order| order.two_step);
        let methods = match self.roll(10) {
            0..=6 if two_step => HOLDING.to_vec(),
            0..=6 => ASKED.to_vec(),
            _ => PROVEN.to_vec(),
        };
        let Some(method) = self.pick(&methods) else { return };
        self.say(|| format!("the buyer of payment {} chooses {}", payment.number, method.code()));
        let twice = self.strikes(100);
        for _ in 0..=usize::from(twice) {
            self.ask_node(nothing(), |engine| async move {
                let started = engine.start_attempt(payment, method, PayerFields::default()).await;
                let then: Then = Box::new(move |world| match started {
                    Ok(attempt) => {
                        world.acknowledged("attempts", attempt.number, attempt.book().number());
                        world.say(|| format!("attempt {} has begun", attempt.number));
                        if let Some(order) = world.orders.get_mut(place)
                            && !order.attempts.iter().any(|(_, known, _)| *known == attempt)
                        {
                            order.attempts.push((payment, attempt, method));
                        }
                    }
                    Err(error) => {
                        let over = matches!(&error, EngineError::Refused(Refused::WrongState { .. }));
                        if let Some(order) = world.orders.get_mut(place).filter(|_| over) {
                            order.over = true;
                        }
                        world.refused("an attempt", &error);
                    }
                });
                then
            });
        }
    }

    /// Somebody decides a payment at the provider that is asked.
    pub fn press(&mut self) {
        let waiting = self.provider.books().into_iter().filter(|line| line.status == Status::Pending);
        let waiting: Vec<String> = waiting.map(|line| line.payment).collect();
        let Some(number) = self.pick(&waiting) else { return self.put_down() };
        let outcome = match self.roll(10) {
            0..=5 => json!({"outcome": "pay"}),
            6 | 7 => json!({"outcome": "pay", "after_seconds": self.roll(3_000)}),
            _ => json!({"outcome": "decline", "reason": "insufficient_funds"}),
        };
        let path = format!("payments/{number}");
        let done = self.provider.control(&path, &outcome, self.time.now());
        self.say(|| format!("at the provider {number}: {outcome}, {done}"));
    }

    /// Somebody decides an attempt at the counter.
    pub fn put_down(&mut self) {
        let proven = self.orders.iter().enumerate().flat_map(|(place, order)| {
            let theirs = order.attempts.iter().filter(|(.., method)| PROVEN.contains(method));
            theirs.map(move |(_, attempt, _)| (place, *attempt))
        });
        let proven: Vec<(usize, AttemptId)> = proven.collect();
        let Some((place, attempt)) = self.pick(&proven) else { return };
        let Some(order) = self.orders.get(place) else { return };
        // Holds are none of its business, and it takes money for an attempt once.
        if order.two_step || self.counter.taken(attempt).is_some() {
            return;
        }
        let sum = order.sum;
        let part = 1 + i64::try_from(self.chance.below(sum.unsigned_abs())).unwrap_or(0);
        let (minor, currency) = match self.roll(20) {
            0..=8 => (sum, "RUB"),
            9..=12 => (part, "RUB"),
            13..=15 => (sum + part, "RUB"),
            16 => (sum, "USD"),
            _ if self.counter.declined(attempt) => (sum, "RUB"),
            _ => (0, "RUB"),
        };
        self.serve(place, attempt, minor, currency);
    }

    /// A buyer or the shop turns back.
    pub fn cancel(&mut self) {
        let Some((_, payment)) = self.some_payment() else { return };
        self.say(|| format!("payment {} is to be cancelled", payment.number));
        self.ask_node(nothing(), |engine| async move {
            let done = engine.cancel(payment, Actor::Buyer).await;
            let then: Then = Box::new(move |world| match done {
                Ok(()) => world.say(|| format!("payment {} is cancelled, or will be", payment.number)),
                Err(error) => world.refused("a cancellation", &error),
            });
            then
        });
    }

    /// A buyer looks at the page.
    pub fn look_at_page(&mut self) {
        let Some((place, payment)) = self.some_payment() else { return };
        self.ask_node(nothing(), |engine| async move {
            let scene = engine.scene(payment).await;
            let then: Then = Box::new(move |world| match scene {
                Ok(scene) => world.page_says(place, &scene),
                Err(error) => world.refused("a page", &error),
            });
            then
        });
    }

    /// Something was refused to a stranger; a wish may be, but what was shown before must be there.
    pub fn refused(&mut self, what: &str, error: &EngineError) {
        self.say(|| format!("{what} is refused: {error}"));
        self.sane(error);
        if let EngineError::NotFound(missing) = error {
            self.accuse(format!("{what}: what was acknowledged is not there: {missing}"));
        }
    }

    fn sane(&mut self, error: &EngineError) {
        let mistake = matches!(error, EngineError::Refused(Refused::Mistake(_)));
        if mistake || matches!(error, EngineError::Store(StoreError::Panicked | StoreError::Corrupt { .. })) {
            self.accuse(format!("a mistake of ours: {error}"));
        }
    }

    /// What was acknowledged to a stranger must be saved by then.
    pub fn acknowledged(&mut self, table: &'static str, number: u64, book: u64) {
        let sql = format!("SELECT number FROM {table} WHERE number = $1 AND book = $2");
        let query = Query::new(sql, vec![number.into(), book.into()]);
        let rows = at_once(self.ground.reader.rows(query)).expect("a reader that waits for nobody");
        if rows.expect("an answer").is_empty() {
            self.accuse(format!("{number} of {table} was acknowledged and is not saved"));
        }
    }
}
