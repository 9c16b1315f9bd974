//! The demo with a shop that listens: what every test of an operator's work starts from.

use std::time::Duration;

use serde_json::Value;
use testkit::html::values_of;
use testkit::program::Program;
use testkit::provider::YooKassa;
use testkit::ready::ShopKeys;
use testkit::receiver::{Received, Receiver};
use testkit::robokassa::{Digest, Link, is_genuine, state_code, state_url};
use testkit::visitor::{Page, Visitor, client};
use testkit::waiting::wait_until;

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_openkassa");
/// Far more than anything takes that does not wait for a schedule.
pub const SOON: Duration = Duration::from_secs(30);

/// The demo, its shop's addresses moved to a receiver of the test.
pub struct Scene {
    pub program: Program,
    pub keys: ShopKeys,
    pub shop: Receiver,
    pub provider: YooKassa,
}

impl Scene {
    pub async fn demo() -> Scene {
        Scene::of(Program::demo(BINARY, &[]).await).await
    }

    /// A demo that runs, its shop's addresses moved.
    pub async fn of(program: Program) -> Scene {
        let keys = program.ready.shop().clone();
        let provider = YooKassa::at(program.ready.simulator("yookassa"));
        let shop = Receiver::start().await;
        let [result, success, fail] = ["/result", "/success", "/fail"].map(|path| shop.url(path));
        let places = ["--result", &result, "--success", &success, "--fail", &fail];
        program.run(&[&["shop", "set-addresses", "demo"][..], &places].concat()).await;
        Scene { program, keys, shop, provider }
    }

    /// A command about the payment of an order.
    pub async fn payment(&self, command: &str, number: &str, more: &[&str]) -> Value {
        let which = ["payment", command, "--shop", "demo", "--number", number];
        self.program.run(&[&which[..], more].concat()).await
    }

    /// Waits until something is true of the payment of an order, and returns it.
    pub async fn until(&self, number: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        wait_until(&format!("{what} of order {number}"), SOON, || async {
            Some(self.payment("show", number, &[]).await).filter(|payment| is_so(payment))
        })
        .await
    }

    /// A buyer opens an order's link and looks at its page.
    pub async fn opens(&self, sum: &str, number: &str) -> (Visitor, Page) {
        let order = Link::new(&self.keys.login, sum, number);
        let url = order.url(&self.program.ready.url, &self.keys.password1, Digest::Sha256);
        let mut visitor = Visitor::new();
        let page = visitor.open(&url).await;
        assert_eq!(page.state().as_deref(), Some("choose"), "{}", page.text);
        (visitor, page)
    }

    /// A buyer pays an order by card, as far as the provider is concerned.
    pub async fn pays(&self, sum: &str, number: &str) -> Visitor {
        let (mut visitor, page) = self.opens(sum, number).await;
        self.pays_by_card(&mut visitor, &page).await;
        visitor
    }

    /// A buyer who sees the methods pays by card, as far as the provider is concerned.
    pub async fn pays_by_card(&self, visitor: &mut Visitor, page: &Page) {
        // The form of the method: where the buyer bears the fee, it is shown before anything starts.
        let page = visitor.open(&format!("{}?method=bank_card", page.url)).await;
        let form = page.form_with("method", Some("bank_card"));
        visitor.send(&page, &form, &[], None).await;
        let waiting = self.provider.waiting_payment(SOON).await;
        self.provider.pay(&waiting).await;
    }

    /// Follows the page's own way back to the shop.
    pub async fn goes_back(&self, visitor: &mut Visitor, number: &str) -> Page {
        let address = self.payment("show", number, &[]).await["pay_url"].as_str().unwrap().to_owned();
        let page = visitor.open(&address).await;
        let back = values_of(&page.text, "href").into_iter().find(|href| href.ends_with("/back"));
        visitor.open(page.url.join(&back.unwrap()).unwrap().as_str()).await
    }

    /// What the provider has for the only payment of the test.
    pub async fn at_provider(&self) -> Value {
        self.provider.payments().await[0].clone()
    }

    /// The notices that the shop got, each of them signed as it must be.
    pub fn notices(&self) -> Vec<Received> {
        let notices = self.shop.received("/result");
        assert!(notices.iter().all(|notice| is_genuine(notice, &self.keys.password2, Digest::Sha256)));
        notices
    }

    /// The answer of OpStateExt, and the code of the state in it.
    pub async fn state(&self, number: &str) -> (u32, String) {
        let keys = &self.keys;
        let url = state_url(&self.program.ready.url, &keys.login, number, &keys.password2, Digest::Sha256);
        let answer = client().get(url).send().await.unwrap().text().await.unwrap();
        (state_code(&answer).unwrap(), answer)
    }

    /// What an account of the seller's live book holds.
    pub async fn balance(&self, account: &str) -> String {
        let seller = self.program.run(&["seller", "show", "--shop", "demo"]).await;
        seller["balances"]["RUB"][account].as_str().unwrap_or("0.00").to_owned()
    }

    pub async fn is_green(&self) {
        let books = self.program.run(&["books", "check"]).await;
        assert_eq!(books["green"], true, "{books:#}");
    }
}
