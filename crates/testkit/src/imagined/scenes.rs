//! What the people of an imagined world do: a shop opens payments, a buyer chooses and pays, time passes.

use domain::attempts::{Attempt, PayerFields};
use domain::history::Actor;
use domain::ids::{AttemptId, PaymentId, RefundId};
use domain::jobs::{Lease, Task};
use domain::methods::{Asks, Method};
use domain::payments::Payment;
use domain::refunds::{Refund, Source};
use engine::error::EngineError;
use engine::sellers::ShopChange;
use jiff::SignedDuration;
use money::Money;
use money::currency::Currency;
use serde_json::{Value, json};
use wire::http::{Headers, HttpRequest};

use crate::imagined::world::{LOGIN, World};
use crate::robokassa::{Digest, Link};

/// So much in roubles and kopecks.
///
/// # Panics
/// When it is not a sum.
pub fn rub(text: &str) -> Money {
    Money::parse(text, Currency::Rub).expect("a sum in roubles")
}

/// A notice as it reaches our door.
pub fn notice_request(body: &str) -> HttpRequest {
    let mut headers = Headers::new();
    headers.push("content-type", "application/json");
    HttpRequest {
        method: wire::http::Method::Post,
        path: "/callback".to_owned(),
        query: String::new(),
        headers,
        body: body.as_bytes().to_vec(),
        peer: None,
    }
}

impl World {
    /// The request by which the shop sends a buyer, signed by the shop's own client.
    pub fn order(&self, sum: &str, number: &str) -> HttpRequest {
        let link = Link::new(LOGIN, sum, number).unsigned("Description", "Imagined goods");
        let url = link.url("", self.passwords.password1.expose(), Digest::Sha256);
        let (path, query) = url.split_once('?').expect("an address with a query");
        HttpRequest {
            method: wire::http::Method::Get,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: Headers::new(),
            body: Vec::new(),
            peer: None,
        }
    }

    /// The shop opens a payment.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn open(&mut self, sum: &str, number: &str) -> PaymentId {
        let opened = self.engine.start_robokassa(&self.order(sum, number)).await.expect("a payment");
        self.settle().await;
        opened.payment
    }

    /// A payment of a two-step shop: its money is held only.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn open_hold(&mut self, sum: &str, number: i64) -> PaymentId {
        self.two_step(true).await;
        let payment = self.open(sum, &number.to_string()).await;
        self.two_step(false).await;
        payment
    }

    async fn two_step(&self, on: bool) {
        let change = self.engine.change_shop(self.shop, &[ShopChange::TwoStep(on)], Actor::Clock).await;
        change.expect("a changed shop");
    }

    /// The buyer chooses a method, and what follows at once happens.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn choose(&mut self, payment: PaymentId, method: Method) -> AttemptId {
        let attempt = self.start(payment, method).await.expect("an attempt");
        self.settle().await;
        attempt
    }

    /// The buyer chooses a method; nothing else happens yet.
    ///
    /// # Errors
    /// [`EngineError`] as the engine says.
    pub async fn start(&self, payment: PaymentId, method: Method) -> Result<AttemptId, EngineError> {
        let phone = match method.asks() {
            Asks::Phone => Some("79000000000".to_owned()),
            Asks::Nothing => None,
        };
        self.engine.start_attempt(payment, method, PayerFields { phone, ..PayerFields::default() }).await
    }

    /// The buyer pays at the provider; nothing is learned of it yet.
    ///
    /// # Panics
    /// When the provider does not let the buyer.
    pub fn pay_quietly(&self, attempt: AttemptId) {
        assert!(self.at_provider(attempt, &json!({"outcome": "pay"})), "the buyer can pay");
    }

    /// The buyer pays at the provider, whose notice arrives.
    pub async fn pay(&mut self, attempt: AttemptId) {
        self.pay_quietly(attempt);
        self.pass(SignedDuration::from_secs(1)).await;
    }

    /// The buyer pays, and it is learned and saved; the shop is not told yet. Answers with the work of telling.
    ///
    /// # Panics
    /// When there is other work meanwhile.
    pub async fn pay_untold(&mut self, attempt: AttemptId) -> Lease {
        self.pay_quietly(attempt);
        self.clock.advance(SignedDuration::from_millis(100));
        let notices = self.network.outside().provider.happen(self.now());
        for notice in notices {
            self.deliver(&notice).await;
        }
        for check in self.due_work().await {
            self.work(check).await;
        }
        let mut work = self.due_work().await;
        let telling = work.pop().expect("the work of telling");
        assert!(work.is_empty() && matches!(telling.task, Task::SendNotice(_)), "{telling:?} and {work:?}");
        telling
    }

    /// The bank says no, and the provider's notice arrives.
    ///
    /// # Panics
    /// When the payment does not wait for it.
    pub async fn decline(&mut self, attempt: AttemptId, reason: &str) {
        let body = json!({"outcome": "decline", "reason": reason});
        assert!(self.at_provider(attempt, &body), "the bank can decline");
        self.pass(SignedDuration::from_secs(1)).await;
    }

    /// Something happens at the provider to the method that an attempt had kept: `revoke`, `refuse` or `allow`.
    ///
    /// # Panics
    /// When the provider keeps no method of it.
    pub fn method_at_provider(&self, attempt: AttemptId, outcome: &str) {
        let ours = self.engine.print(attempt);
        let mut outside = self.network.outside();
        let number = outside.provider.number_of(&ours).expect("a payment at the provider");
        let done =
            outside.provider.control(&format!("methods/{number}"), &json!({"outcome": outcome}), self.now());
        assert!(done, "the provider keeps a method of this attempt");
    }

    fn at_provider(&self, attempt: AttemptId, body: &Value) -> bool {
        let ours = self.engine.print(attempt);
        let mut outside = self.network.outside();
        let number = outside.provider.number_of(&ours).expect("a payment at the provider");
        outside.provider.control(&format!("payments/{number}"), body, self.now())
    }

    /// A payment of this sum that is paid by card.
    pub async fn paid(&mut self, sum: &str, number: &str) -> PaymentId {
        let payment = self.open(sum, number).await;
        let attempt = self.choose(payment, Method::BankCard).await;
        self.pay(attempt).await;
        payment
    }

    /// The shop asks for so much of a sale back; nothing else happens yet.
    ///
    /// # Errors
    /// [`EngineError`] as the engine says.
    pub async fn ask_refund(&self, payment: PaymentId, sum: &str) -> Result<RefundId, EngineError> {
        let refund = self.engine.refund(payment, Some(rub(sum)), Source::Sale, Actor::Shop).await;
        refund.map(|(refund, _)| refund)
    }

    /// The payment as it stands.
    ///
    /// # Panics
    /// When there is none.
    pub async fn payment(&self, id: PaymentId) -> Payment {
        self.engine.store().payment(id).await.expect("an answer").expect("a payment")
    }

    /// The attempt as it stands.
    ///
    /// # Panics
    /// When there is none.
    pub async fn attempt(&self, id: AttemptId) -> Attempt {
        self.engine.store().attempt(id).await.expect("an answer").expect("an attempt")
    }

    /// The refund as it stands.
    ///
    /// # Panics
    /// When there is none.
    pub async fn refund(&self, id: RefundId) -> Refund {
        self.engine.store().refund(id).await.expect("an answer").expect("a refund")
    }

    /// Work that was set aside for a person, with the reason.
    ///
    /// # Panics
    /// When the store does not answer.
    pub async fn parked(&self) -> Vec<(Task, String)> {
        let parked = self.engine.store().parked_jobs(100).await.expect("an answer");
        parked.into_iter().map(|view| (view.job.task, view.job.parked.unwrap_or_default())).collect()
    }
}
