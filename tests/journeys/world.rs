//! What every journey starts from: the running program, a shop that listens, a provider that can be moved.

use std::time::Duration;

use serde_json::Value;
use testkit::program::Program;
use testkit::provider::YooKassa;
use testkit::ready::ShopKeys;
use testkit::receiver::{Received, Receiver};
use testkit::robokassa::{Digest, Link, is_genuine, state_code, state_url};
use testkit::visitor::client;
use testkit::waiting::wait_until;

use crate::buyer::Buyer;

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_openkassa");

/// Far more than anything takes that does not wait for a schedule.
pub const SOON: Duration = Duration::from_secs(30);

/// A program with a shop whose addresses are the test's own, and the provider behind it.
pub struct World {
    pub program: Program,
    pub keys: ShopKeys,
    pub shop: Receiver,
    pub provider: YooKassa,
}

impl World {
    /// The demo, with the addresses of its shop moved to a receiver of the test.
    pub async fn demo() -> World {
        World::of(Program::demo(BINARY, &[]).await).await
    }

    /// A demo that runs, with the addresses of its shop moved.
    pub async fn of(program: Program) -> World {
        let keys = program.ready.shop().clone();
        let provider = YooKassa::at(program.ready.simulator("yookassa"));
        let world = World { program, keys, shop: Receiver::start().await, provider };
        world.set_addresses().await;
        world
    }

    /// Tells the program where its shop listens.
    pub async fn set_addresses(&self) {
        let [result, success, fail] = ["/result", "/success", "/fail"].map(|path| self.shop.url(path));
        let places = ["--result", &result, "--success", &success, "--fail", &fail];
        let command = ["shop", "set-addresses", &self.keys.login];
        self.program.run(&[&command[..], &places[..]].concat()).await;
    }

    /// An order of the shop; more may be said before it is signed.
    pub fn order(&self, sum: &str, number: &str) -> Link {
        Link::new(&self.keys.login, sum, number)
    }

    /// Where the buyer of an order is sent.
    pub fn url(&self, order: &Link) -> String {
        order.url(&self.program.ready.url, &self.keys.password1, Digest::Sha256)
    }

    /// Where the buyer of a rehearsal is sent.
    pub fn rehearsal_url(&self, order: &Link) -> String {
        let order = order.clone().unsigned("IsTest", "1");
        order.url(&self.program.ready.url, &self.keys.test_password1, Digest::Sha256)
    }

    /// A buyer with the page of a new order before them.
    pub async fn buyer(&self, sum: &str, number: &str) -> Buyer {
        Buyer::opens(&self.url(&self.order(sum, number))).await
    }

    /// A buyer who has chosen the card and stands before the way to the provider, and the provider's number.
    pub async fn buyer_at_provider(&self, sum: &str, number: &str) -> (Buyer, String) {
        let mut buyer = self.buyer(sum, number).await;
        buyer.chooses("bank_card").await;
        buyer.waits_for("redirect").await;
        (buyer, self.at_provider(number).await)
    }

    /// The provider's number of the payment that waits there for the payer of an order.
    pub async fn at_provider(&self, number: &str) -> String {
        wait_until(&format!("order {number} at the provider"), SOON, || async {
            let payment = self.payment(number).await;
            let attempts = payment["attempts"].as_array().expect("attempts").clone();
            let waiting = self.provider.payments().await.into_iter().find(|there| {
                let ours = attempts.iter().any(|attempt| attempt["attempt"] == there["metadata"]["attempt"]);
                ours && there["waits_for_payer"] == true
            });
            waiting.and_then(|there| there["id"].as_str().map(str::to_owned))
        })
        .await
    }

    /// A payment by card that is paid and of which the shop has been told.
    pub async fn paid(&self, sum: &str, number: &str) -> Value {
        let (_, at_provider) = self.buyer_at_provider(sum, number).await;
        self.provider.pay(&at_provider).await;
        self.settled_on(number, "the shop's confirmation", |payment| {
            payment["notices"][0]["state"] == "accepted"
        })
        .await
    }

    /// Everything that the program knows of the payment of an order.
    pub async fn payment(&self, number: &str) -> Value {
        self.program.run(&["payment", "show", "--shop", &self.keys.login, "--number", number]).await
    }

    /// Waits until something is true of the payment of an order, and returns it.
    pub async fn settled_on(&self, number: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        wait_until(&format!("{what} of order {number}"), SOON, || async {
            Some(self.payment(number).await).filter(|payment| is_so(payment))
        })
        .await
    }

    /// All payments of the shop, live and test.
    pub async fn payments(&self) -> Vec<Value> {
        let listed =
            self.program.run(&["payment", "list", "--shop", &self.keys.login, "--limit", "200"]).await;
        listed["payments"].as_array().expect("a list of payments").clone()
    }

    /// A balance of the seller's live book in roubles; what was never touched is nothing.
    pub async fn balance(&self, account: &str) -> String {
        self.balance_in("balances", account).await
    }

    /// A balance of the seller in roubles; `book` is `balances` or `test_balances`.
    pub async fn balance_in(&self, book: &str, account: &str) -> String {
        let seller = self.program.run(&["seller", "show", "--shop", &self.keys.login]).await;
        seller[book]["RUB"][account].as_str().unwrap_or("0.00").to_owned()
    }

    /// What OpStateExt says of an order: its state, or the code of a question that has no answer.
    pub async fn state(&self, number: &str) -> Result<u32, u32> {
        let (aggregator, keys) = (&self.program.ready.url, &self.keys);
        let url = state_url(aggregator, &keys.login, number, &keys.password2, Digest::Sha256);
        state_code(&client().get(url).send().await.unwrap().text().await.unwrap())
    }

    /// What the shop was told of an order at ResultURL, each time genuine.
    pub fn notices(&self, number: &str) -> Vec<Received> {
        let told =
            self.shop.received("/result").into_iter().filter(|call| call.field("InvId") == Some(number));
        let told: Vec<_> = told.collect();
        for call in &told {
            assert!(is_genuine(call, &self.keys.password2, Digest::Sha256), "{call:?}");
        }
        told
    }

    /// Checks that the books add up, and that the program neither fell nor stumbled.
    pub async fn is_green(&mut self) {
        let books = self.program.run(&["books", "check"]).await;
        assert_eq!(books["green"], true, "{books:#}");
        assert!(self.program.is_running(), "{}", self.program.log());
        assert!(!self.program.whole_log().contains("panicked"), "{}", self.program.log());
    }
}
