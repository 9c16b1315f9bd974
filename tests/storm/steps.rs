//! The steps of a history: what each of them does, by its own chance.

use jiff::SignedDuration;
use serde_json::json;
use simulators::seeded::Seeded;
use simulators::yookassa::notices::Outgoing;

use crate::flaky::Mishap;
use crate::history::Step;
use crate::mail::What;
use crate::world::World;

/// Of so many orders only the last ones are signed anew: numbers must meet.
const NUMBERS: usize = 24;

/// So often a database in disorder fails.
const OUT_OF_ORDER: usize = 6;

/// What a step does.
type Deed = fn(&mut World);

/// What steps do, and how often in comparison.
const DEEDS: [(u64, Deed); 20] = [
    (17, World::new_order),
    (5, World::old_link),
    (3, World::other_content),
    (1, World::forged_link),
    (24, World::choose),
    (24, World::press),
    (9, World::put_down),
    (2, World::cancel),
    (12, World::capture),
    (2, World::release),
    (12, World::give_back),
    (3, World::tell_again),
    (6, World::look_at_page),
    (3, World::change_settings),
    (1, World::death),
    (3, World::stands_still),
    (20, World::time_passes),
    (3, World::watches_go_wrong),
    (2, World::forged_notice),
    (1, World::sweep),
];

impl World {
    /// Takes a step, lets some of what follows happen, and looks whether all is as it must be.
    pub fn step(&mut self, step: Step) {
        self.chance = Seeded::new(step.chance);
        self.say(|| format!("-- step {}", step.number));
        if self.strikes(self.climate.mishap) {
            self.mishap();
        }
        let total: u64 = DEEDS.iter().map(|(weight, _)| weight).sum();
        let mut place = self.chance.below(total);
        for (weight, deed) in DEEDS {
            if place < weight {
                deed(self);
                break;
            }
            place -= weight;
        }
        let moves = self.roll(70);
        self.stir(moves);
        self.check();
    }

    /// What must be true after every step.
    pub fn check(&mut self) {
        self.judge_step();
        self.check_books();
    }

    fn new_order(&mut self) {
        let shop = self.roll(self.shops.len());
        let own = i64::try_from(1 + self.roll(NUMBERS)).unwrap_or(1);
        let number = if self.strikes(750) { Some(own) } else { None };
        let number = number.filter(|number| !self.is_known(shop, *number));
        self.sign(number, shop, false);
    }

    fn is_known(&self, shop: usize, number: i64) -> bool {
        self.orders.iter().any(|order| order.shop == shop && order.number == Some(number))
    }

    fn old_link(&mut self) {
        let signed: Vec<usize> = (0..self.orders.len()).collect();
        let Some(place) = self.pick(&signed) else { return };
        // A link without a number is good for a new payment each time: nobody follows it twice here.
        if self.orders.get(place).is_some_and(|order| order.number.is_some()) {
            self.click(place);
        }
    }

    fn other_content(&mut self) {
        let numbered = self.orders.iter().filter(|order| !order.tampered);
        let numbered = numbered.filter_map(|order| Some((order.shop, order.number?)));
        let numbered: Vec<_> = numbered.collect();
        if let Some((shop, number)) = self.pick(&numbered) {
            self.sign(Some(number), shop, false);
        }
    }

    fn forged_link(&mut self) {
        let shop = self.roll(self.shops.len());
        self.sign(Some(1_000_000), shop, true);
    }

    fn mishap(&mut self) {
        if let Some(number) = self.some_node() {
            self.mishap_of(number);
        }
    }

    /// Something will go wrong with the next commits of a node.
    pub fn mishap_of(&mut self, number: usize) {
        let Some(mishap) = self.pick(&Mishap::ALL) else { return };
        // A database that is gone for a while fails more often than a batch is sent again.
        let times = if mishap == Mishap::Fails && self.strikes(500) { OUT_OF_ORDER } else { 1 };
        let only_decisions = self.strikes(600);
        self.say(|| {
            format!("node {number} will meet {mishap:?}, {times} times, decisions only: {only_decisions}")
        });
        let Some(place) = self.places.get(number) else { return };
        for _ in 0..times {
            place.mishaps.plan(mishap, only_decisions);
        }
    }

    fn death(&mut self) {
        if let Some(number) = self.some_node() {
            self.kill(number);
        }
    }

    /// A process stands still for a while: a machine that is moved, or out of memory.
    fn stands_still(&mut self) {
        let Some(number) = self.some_node() else { return };
        let ms = self.chance.below(400_000);
        let until = self.after_ms(ms);
        self.say(|| format!("node {number} stands still for {ms} ms"));
        if let Some(place) = self.places.get_mut(number) {
            place.frozen_until = until;
        }
        let some = self.roll(60);
        self.stir(some);
        self.pass(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(0)), 40);
    }

    fn time_passes(&mut self) {
        let seconds = match self.roll(20) {
            0..=9 => self.roll(20),
            10..=15 => self.roll(300),
            16..=18 => self.roll(1_800),
            _ => self.roll(4_000),
        };
        self.say(|| format!("{seconds} seconds pass"));
        let moves = 5 + self.roll(60);
        self.pass(SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(0)), moves);
    }

    fn watches_go_wrong(&mut self) {
        let most = self.climate.watches_off.as_millis();
        let most = i64::try_from(most).unwrap_or(0);
        let Some(number) = self.some_node() else { return };
        let off =
            i64::try_from(self.chance.below(u64::try_from(2 * most + 1).unwrap_or(1))).unwrap_or(0) - most;
        self.say(|| format!("the watch of node {number} is {off} ms off"));
        if let Some(place) = self.places.get(number) {
            place.watch.set_off(SignedDuration::from_millis(off));
        }
        self.due = None;
    }

    /// A stranger posts what looks like a notice of the provider.
    fn forged_notice(&mut self) {
        let lines = self.provider.books();
        let Some(line) = self.pick(&lines) else { return };
        let object = json!({"id": line.payment, "status": "succeeded", "paid": true,
            "amount": {"value": "1.00", "currency": "RUB"}});
        let body = json!({"type": "notification", "event": "payment.succeeded", "object": object});
        self.say(|| format!("a stranger says that {} is paid", line.payment));
        self.send(What::Notice(Outgoing { notice: 0, copy: true, url: String::new(), body }));
    }

    fn sweep(&mut self) {
        self.ask_node(crate::tasks::nothing(), |engine| async move {
            let repaired = engine.repair().await;
            let then: crate::tasks::Then = Box::new(move |world| {
                if repaired.is_ok_and(|repaired| repaired > 0) {
                    world.accuse("an unfinished attempt lay idle");
                }
            });
            then
        });
    }
}
