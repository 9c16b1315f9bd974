//! A stage for the machine: a provider, its clock, and whoever receives its notices.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use simulators::message::{Reply, Request};
use simulators::seeded::Seeded;
use simulators::yookassa::machine::{answered, handle, happen};
use simulators::yookassa::notices::Outgoing;
use simulators::yookassa::state::{Happening, Later, World};

/// A provider, its clock, and whoever receives its notices.
pub struct Stage {
    pub world: World,
    pub seeded: Seeded,
    pub now: Timestamp,
    pub agenda: BTreeMap<(Timestamp, u64), Happening>,
    pub planned: u64,
    pub keys: u64,
    pub shop: &'static str,
    /// What the receiver answers to each notice in turn; 200 once the list is over.
    pub answers: Vec<Option<u16>>,
    pub sent: Vec<(Timestamp, Outgoing)>,
}

pub fn stage() -> Stage {
    seeded_stage(1)
}

pub fn seeded_stage(seed: u64) -> Stage {
    let shops = [("100", "test_fake"), ("200", "test_other")];
    let shops = shops.map(|(shop, secret)| (shop.to_owned(), secret.to_owned()));
    let mut world = World::new(shops, "http://provider.example");
    world.set_notice_url(Some("http://shop.example/notices".to_owned()));
    Stage {
        world,
        seeded: Seeded::new(seed),
        now: "2026-01-15T10:20:30Z".parse().unwrap(),
        agenda: BTreeMap::new(),
        planned: 0,
        keys: 0,
        shop: "MTAwOnRlc3RfZmFrZQ==", // 100:test_fake
        answers: Vec::new(),
        sent: Vec::new(),
    }
}

impl Stage {
    pub fn plan(&mut self, later: Vec<Later>) {
        for Later { at, what } in later {
            self.planned += 1;
            self.agenda.insert((at, self.planned), what);
        }
    }

    pub fn ask(&mut self, request: &Request) -> Reply {
        let (reply, later) = handle(&mut self.world, request, self.now, &mut self.seeded);
        self.plan(later);
        reply
    }

    pub fn signed(&self, method: &str, target: &str) -> Request {
        Request::new(method, target).with_header("Authorization", &format!("Basic {}", self.shop))
    }

    pub fn get(&mut self, target: &str) -> (u16, Value) {
        let request = self.signed("GET", target);
        read(&self.ask(&request))
    }

    pub fn post(&mut self, target: &str, body: Value) -> (u16, Value) {
        self.keys += 1;
        let key = format!("key-{}", self.keys);
        self.post_with(&key, target, body)
    }

    pub fn post_with(&mut self, key: &str, target: &str, body: Value) -> (u16, Value) {
        let request = self.signed("POST", target).with_header("Idempotence-Key", key).with_json(&body);
        read(&self.ask(&request))
    }

    pub fn control(&mut self, target: &str, body: Value) -> (u16, Value) {
        let request = Request::new("POST", &format!("/control/{target}")).with_json(&body);
        read(&self.ask(&request))
    }

    pub fn faults(&mut self, rule: Value) {
        assert_eq!(self.control("faults", json!({"rules": [rule]})).0, 200);
    }

    /// Creates a payment of 100 roubles; answers its identifier.
    pub fn create(&mut self, change: impl FnOnce(&mut Value)) -> String {
        let mut body = order();
        change(&mut body);
        let (status, payment) = self.post("/v3/payments", body);
        assert_eq!(status, 200, "{payment}");
        payment["id"].as_str().unwrap().to_owned()
    }

    /// A payment that the payer has confirmed.
    pub fn confirmed(&mut self, change: impl FnOnce(&mut Value)) -> String {
        let id = self.create(change);
        assert_eq!(self.control(&format!("payments/{id}"), json!({"outcome": "pay"})).0, 200);
        id
    }

    /// Lets time pass; everything planned happens at its moment.
    pub fn pass(&mut self, time: SignedDuration) {
        let until = self.now + time;
        while let Some(entry) = self.agenda.first_entry() {
            if entry.key().0 > until {
                break;
            }
            let ((at, _), what) = entry.remove_entry();
            self.now = at;
            let (outgoing, later) = happen(&mut self.world, &what, at, &mut self.seeded);
            self.plan(later);
            let Some(outgoing) = outgoing else { continue };
            let answer = if self.answers.is_empty() { Some(200) } else { self.answers.remove(0) };
            let later = answered(&mut self.world, &outgoing, answer, at);
            self.plan(later);
            self.sent.push((at, outgoing));
        }
        self.now = until;
    }

    pub fn events(&self) -> Vec<String> {
        self.sent.iter().map(|(_, sent)| sent.body["event"].as_str().unwrap().to_owned()).collect()
    }

    pub fn payment(&mut self, id: &str) -> Value {
        let (status, payment) = self.get(&format!("/v3/payments/{id}"));
        assert_eq!(status, 200);
        payment
    }
}

pub fn order() -> Value {
    json!({"amount": {"value": "100.00", "currency": "RUB"}, "capture": true,
           "payment_method_data": {"type": "bank_card"}, "description": "Order 1",
           "confirmation": {"type": "redirect", "return_url": "https://shop.example/back?a=1"}})
}

pub fn hold(body: &mut Value) {
    body["capture"] = json!(false);
}

pub fn read(reply: &Reply) -> (u16, Value) {
    (reply.status, serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
}

pub fn minute() -> SignedDuration {
    SignedDuration::from_mins(1)
}
