//! The simulated YooKassa as a part of the imagined world: its machine, its agenda, its later notices.

use std::collections::BTreeMap;

use engine::network::SendError;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use simulators::message::{Delivery, Reply, Request};
use simulators::seeded::Seeded;
use simulators::yookassa::machine;
use simulators::yookassa::notices::Outgoing;
use simulators::yookassa::state::{BookLine, Happening, Later, Status, World as Machine};
use wire::http::{Headers, HttpCall, HttpReply};

/// Where the imagined provider stands; an account's base address is this and `/v3`.
pub const PROVIDER_URL: &str = "http://yookassa.imagined";
/// The number of our shop at the provider.
pub const SHOP_ID: &str = "100";
/// The secret key of that shop.
pub const SECRET_KEY: &str = "test_obviously-fake-key";

/// A call as the provider got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// When.
    pub at: Timestamp,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path with its query.
    pub path: String,
    /// Its idempotency key, if it has one.
    pub key: Option<String>,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// The provider and what it has planned.
#[derive(Debug)]
pub struct ImaginedProvider {
    machine: Machine,
    chance: Seeded,
    agenda: BTreeMap<(Timestamp, u64), Happening>,
    planned: u64,
    numbers: BTreeMap<String, String>,
    descriptions: BTreeMap<String, String>,
    /// Every call that reached it.
    pub heard: Vec<Heard>,
}

impl ImaginedProvider {
    /// A provider with one shop; identifiers and faults follow from the seed.
    pub fn new(seed: u64) -> ImaginedProvider {
        let shop = (SHOP_ID.to_owned(), SECRET_KEY.to_owned());
        ImaginedProvider {
            machine: Machine::new([shop], PROVIDER_URL),
            chance: Seeded::new(seed),
            agenda: BTreeMap::new(),
            planned: 0,
            numbers: BTreeMap::new(),
            descriptions: BTreeMap::new(),
            heard: Vec::new(),
        }
    }

    /// Sets where its notices go.
    pub fn tell(&mut self, callback_url: &str) {
        self.machine.set_notice_url(Some(callback_url.to_owned()));
    }

    /// Replaces all faults by one that strikes the next so many times, for example
    /// `{"on":"create_payment","fault":"lost_answer","next":1}`.
    ///
    /// # Panics
    /// When there is no such fault.
    pub fn fault(&mut self, rule: Value) {
        let faults = serde_json::from_value(json!({ "rules": [rule] })).expect("a fault that exists");
        self.machine.set_faults(faults);
    }

    /// A call arrives.
    ///
    /// # Errors
    /// [`SendError::NoAnswer`] when the machine says that the answer is lost or comes too late.
    pub fn ask(
        &mut self,
        call: &HttpCall,
        credential: Option<&SecretString>,
        now: Timestamp,
    ) -> Result<HttpReply, SendError> {
        let path = call.url.strip_prefix(PROVIDER_URL).unwrap_or(&call.url);
        let key = call.headers.get("idempotence-key").map(str::to_owned);
        let (method, body) = (call.method.as_str(), call.body.clone());
        self.heard.push(Heard { at: now, method, path: path.to_owned(), key, body });
        let mut request = Request::new(call.method.as_str(), path);
        for (name, value) in call.headers.iter() {
            request = request.with_header(name, value);
        }
        if let Some(credential) = credential {
            request = request.with_header("authorization", credential.expose_secret());
        }
        request.body.clone_from(&call.body);
        let reply = self.handle(&request, now);
        self.note(&reply);
        match reply.delivery {
            Delivery::AtOnce => Ok(answer(reply)),
            Delivery::After(ms) if ms < u64::from(call.deadline_ms) => Ok(answer(reply)),
            Delivery::After(_) | Delivery::Hang => Err(SendError::NoAnswer("the deadline passed".to_owned())),
            Delivery::Lost => Err(SendError::NoAnswer("the connection was closed".to_owned())),
        }
    }

    fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        let (reply, later) = machine::handle(&mut self.machine, request, now, &mut self.chance);
        self.plan(later);
        reply
    }

    fn plan(&mut self, later: Vec<Later>) {
        for Later { at, what } in later {
            self.planned += 1;
            self.agenda.insert((at, self.planned), what);
        }
    }

    /// When something happens at the provider by itself.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.agenda.first_key_value().map(|((at, _), _)| *at)
    }

    /// Lets happen what is due; answers with the notices that leave.
    pub fn happen(&mut self, now: Timestamp) -> Vec<Outgoing> {
        let mut notices = Vec::new();
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= now) {
            let what = entry.remove();
            let (notice, later) = machine::happen(&mut self.machine, &what, now, &mut self.chance);
            self.plan(later);
            notices.extend(notice);
        }
        notices
    }

    /// What became of a notice: the status of its answer, or none.
    pub fn answered(&mut self, notice: &Outgoing, status: Option<u16>, now: Timestamp) {
        let later = machine::answered(&mut self.machine, notice, status, now);
        self.plan(later);
    }

    /// What a person does, through the simulator's own controls. True if it was possible.
    pub fn control(&mut self, path: &str, body: &Value, now: Timestamp) -> bool {
        self.handle(&Request::new("POST", &format!("/control/{path}")).with_json(body), now).status == 200
    }

    /// Remembers which of its payments names which attempt of ours, whether or not the answer arrives.
    fn note(&mut self, reply: &Reply) {
        let shown: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
        if let (Some(attempt), Some(number)) = (shown["metadata"]["attempt"].as_str(), shown["id"].as_str()) {
            self.numbers.insert(attempt.to_owned(), number.to_owned());
            let description = shown["description"].as_str().unwrap_or_default();
            self.descriptions.insert(number.to_owned(), description.to_owned());
        }
    }

    /// What a payment of the provider's is for, in the words that came with it.
    pub fn description_of(&self, number: &str) -> Option<&str> {
        self.descriptions.get(number).map(String::as_str)
    }

    /// The provider's number of the payment that names this attempt of ours.
    pub fn number_of(&self, attempt: &str) -> Option<String> {
        self.numbers.get(attempt).cloned()
    }

    /// The provider's own books.
    pub fn books(&self) -> Vec<BookLine> {
        self.machine.books()
    }

    /// What the provider owes us by its own books, in kopecks: income less what went back to payers.
    pub fn owes(&self) -> i64 {
        let taken = self.machine.books().into_iter().filter(|line| line.status == Status::Succeeded);
        taken.map(|line| line.income - line.refunded).sum()
    }
}

fn answer(reply: Reply) -> HttpReply {
    let headers: Headers = reply.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    HttpReply { status: reply.status, headers, body: reply.body }
}
