//! A demo whose seller has two checkouts in one account, and a second seller with one of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::checkouts::Checkout;
use domain::history::Actor;
use domain::ids::{BookKind, SellerId};
use domain::secrets::Secret;
use domain::sellers::{Algorithm, SettlementDelay, ShopAddress, Verb};
use engine::clock::{Clock, SystemClock};
use engine::engine::{Engine, Setup};
use engine::sellers::{NewShop, ShopChange, Told};
use money::currency::Currency;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use store::seal::MasterKey;
use store::store::{Opening, Store};
use testkit::account_api::{Call, FORM};
use testkit::imagined::clock::ImaginedClock;
use testkit::imagined::network::ImaginedNetwork;
use testkit::robokassa::Digest;
use testkit::visitor::{Page, Visitor};
use testkit::waiting::wait_until;

use crate::scene::{SOON, Scene};

/// The account of the demo's seller and the user who opens it.
pub const ACCOUNT: &str = "5f0000000000000000000aa1";
pub const USER: &str = "5f0000000000000000000aa2";
/// Its checkouts, the keys of the API that belong to them, and what signs the first one's requests.
pub const CHECKOUT: &str = "5f0000000000000000000a01";
pub const OTHER: &str = "5f0000000000000000000a02";
pub const KEY: &str = "own-api-key-fake-0001";
pub const KEY2: &str = "own-api-key-fake-0002";
const SIGN_KEY: &str = "sign-key-fake";
/// Another seller's checkout.
pub const FOREIGN: &str = "5f0000000000000000000b01";

pub struct Till {
    pub scene: Scene,
}

impl Till {
    /// The demo is stopped, the checkouts are written into its books, and it goes on.
    pub async fn open() -> Till {
        let mut scene = Scene::demo().await;
        scene.program.terminate().await;
        add_checkouts(&scene).await;
        scene.program.restart().await;
        Till { scene }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/v1/{path}", self.scene.program.ready.url)
    }

    /// The status and the envelope of a question under these credentials.
    pub async fn asks(&self, name: &str, key: &str, path: &str) -> (u16, Value) {
        told(Call { credentials: Some((name, key)), ..Call::get(&self.url(path)) }).await
    }

    pub async fn open_to_all(&self, path: &str) -> (u16, Value) {
        told(Call::get(&self.url(path))).await
    }

    /// The data of a question that must be answered.
    pub async fn gets(&self, path: &str) -> Value {
        let (status, answer) = self.asks(USER, KEY, path).await;
        assert_eq!((status, &answer["status"]), (200, &"ok".into()), "{path}: {answer}");
        answer["data"].clone()
    }

    /// The envelope of the answer to a form that reaches its operation.
    pub async fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let (status, answer) = self.tries(path, fields).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// The status and the envelope of the answer to a form.
    pub async fn tries(&self, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.sends("POST", path, FORM, &body).await
    }

    /// The status and the envelope of the answer to any call of the account's own.
    pub async fn sends(&self, method: &str, path: &str, kind: &str, body: &str) -> (u16, Value) {
        let credentials = Some((USER, KEY));
        told(Call { method, credentials, kind, body, ..Call::get(&self.url(path)) }).await
    }

    /// The number of the account's purse in a currency.
    pub async fn purse_of(&self, currency: &str) -> String {
        number_of(&self.gets(&format!("purse?currency={currency}")).await)
    }

    /// The number of the other seller's purse.
    pub async fn foreign_purse(&self) -> String {
        let (_, purses) = self.asks("5f0000000000000000000bb2", "foreign-key-fake", "purse").await;
        number_of(&purses["data"])
    }

    /// A buyer opens a signed request of the first checkout.
    pub async fn opens(&self, more: &[(&str, &str)]) -> (Visitor, Page) {
        let mut fields = vec![("ik_co_id", CHECKOUT), ("ik_cur", "RUB"), ("ik_desc", "Tea")];
        fields.extend(more);
        let sign = signed(&fields);
        fields.push(("ik_sign", &sign));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let mut visitor = Visitor::new();
        let page = visitor.open(&format!("{}/?{query}", self.scene.program.ready.url)).await;
        assert!(page.url.path().starts_with("/pay/"), "{}", page.text);
        (visitor, page)
    }

    /// A buyer pays by card; the number of the invoice, when it is credited.
    pub async fn pays(&self, number: &str, sum: &str) -> String {
        let (mut visitor, page) = self.opens(&[("ik_pm_no", number), ("ik_am", sum)]).await;
        self.scene.pays_by_card(&mut visitor, &page).await;
        self.until_invoice(number, 7).await
    }

    /// A buyer pays in a rehearsal; the number of its invoice, when it is credited.
    pub async fn rehearses(&self, number: &str, sum: &str) -> String {
        let fields = [("ik_pm_no", number), ("ik_am", sum), ("ik_pw_via", "test_interkassa_test_xts")];
        let (mut visitor, page) = self.opens(&fields).await;
        let form = page.form_with("method", Some("bank_card"));
        let home = page.url.to_string();
        let mut page = visitor.send(&page, &form, &[], Some(("method", "bank_card"))).await;
        for _ in 0..600 {
            if page.state().as_deref() == Some("outcome") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            page = visitor.open(&home).await;
        }
        let form = page.form_with("outcome", Some("paid"));
        visitor.send(&page, &form, &[], Some(("outcome", "paid"))).await;
        self.until_invoice(number, 7).await
    }

    /// Waits until the invoice of a number of the checkout's is in this state.
    pub async fn until_invoice(&self, number: &str, state: u8) -> String {
        wait_until(&format!("state {state} of invoice {number}"), SOON, || async {
            let all = self.gets(&format!("co-invoice?paymentNo={number}")).await;
            let (id, invoice) = all.as_object().unwrap().iter().next()?;
            (invoice["state"] == state).then(|| id.clone())
        })
        .await
    }

    /// What can leave the roubles' purse, and what cannot yet.
    pub async fn roubles(&self) -> (String, String) {
        let purse = self.gets(&format!("purse/{}", self.purse_of("RUB").await)).await;
        let text = |name: &str| purse[name].as_str().unwrap().to_owned();
        (text("balance"), text("frozen"))
    }
}

/// The status and the envelope of an answer.
async fn told(call: Call<'_>) -> (u16, Value) {
    let answered = call.answered().await;
    (answered.status, answered.envelope)
}

/// The code of an envelope, which is the same wherever it stands.
pub fn code(answer: &Value) -> u64 {
    let code = answer["code"].as_u64().unwrap_or_else(|| panic!("no code in {answer}"));
    if code != 0 {
        assert_eq!(
            (&answer["status"], answer["data"]["@resultCode"].as_u64()),
            (&"error".into(), Some(code))
        );
    }
    code
}

fn number_of(purses: &Value) -> String {
    purses.as_object().unwrap().keys().next().unwrap_or_else(|| panic!("no purse in {purses}")).clone()
}

/// The signature of fields, as a shop makes it: values in the order of their names, and the key.
fn signed(fields: &[(&str, &str)]) -> String {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    let values: Vec<&str> = fields.iter().map(|(_, value)| *value).chain([SIGN_KEY]).collect();
    STANDARD.encode(hex::decode(Digest::Md5.of(&values.join(":"))).unwrap())
}

async fn add_checkouts(scene: &Scene) {
    let program = &scene.program;
    let digits = std::fs::read_to_string(program.data().join("master.key")).unwrap();
    let key: [u8; 32] = hex::decode(digits.trim()).unwrap().try_into().unwrap();
    let opening = Opening {
        address: program.books(),
        master_key: MasterKey::new(key),
        node: 0,
        readers: 2,
        clock: Arc::new(|| SystemClock.now()),
    };
    let store = Store::open(opening).await.unwrap();
    let network = ImaginedNetwork::new(0, ImaginedClock::at(SystemClock.now()));
    let setup = Setup { public_url: program.ready.url.clone(), any_host: true, workers: 1, emulation: None };
    let engine = Engine::new(store, network, SystemClock, BookKind::Test, setup);
    let demo = engine.store().shop_of_login("demo").await.unwrap().unwrap();
    let own = engine.store().shop(demo).await.unwrap().unwrap().seller;
    let foreign = engine.create_seller("Foreign Ltd", "Europe/Kyiv", Actor::Clock).await.unwrap();
    let interaction = ShopAddress { url: scene.shop.url("/interaction"), verb: Verb::Post };
    let account = (ACCOUNT, USER);
    for (seller, login, name, account, key) in [
        (own, CHECKOUT, "First till", account, KEY),
        (own, OTHER, "Second till", account, KEY2),
        (
            foreign,
            FOREIGN,
            "Foreign till",
            ("5f0000000000000000000bb1", "5f0000000000000000000bb2"),
            "foreign-key-fake",
        ),
    ] {
        let new = new_checkout(seller, login, name, account);
        let shop = engine.create_shop(&new, keys(), Actor::Clock).await.unwrap();
        let told = [ShopChange::Result(Some(interaction.clone()))];
        engine.change_shop(shop, &told, Actor::Clock).await.unwrap();
        engine.set_refund_password(shop, Some(Secret::new(key.to_owned())), Actor::Clock).await.unwrap();
    }
    engine.store().close().await;
}

fn keys() -> Told {
    let secret = |text: &str| Secret::new(text.to_owned());
    Told {
        password1: secret(SIGN_KEY),
        password2: secret("test-key-fake"),
        test_password1: secret(SIGN_KEY),
        test_password2: secret("test-key-fake"),
    }
}

fn new_checkout(seller: SellerId, login: &str, name: &str, (account, user): (&str, &str)) -> NewShop {
    let last: String = login.chars().rev().take(12).collect::<String>().to_ascii_uppercase();
    let first_id = format!("392894CA-62C4-E3B3-14DC-{last}");
    NewShop {
        seller,
        login: login.to_owned(),
        name: name.to_owned(),
        site: String::new(),
        currency: Currency::Rub,
        algorithm: Algorithm::Md5,
        delay: SettlementDelay::Seconds(60),
        two_step: false,
        zone: "Europe/Kyiv".to_owned(),
        checkout: Some(Checkout {
            currencies: vec![Currency::Uah],
            ..Checkout::usual(first_id, account.to_owned(), user.to_owned())
        }),
    }
}
