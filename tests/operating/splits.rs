//! Payments that shops of two sellers share, from the link to both shops' notices, and what becomes of a part
//! that is not taken.

use serde_json::{Value, json};
use testkit::receiver::Receiver;
use testkit::robokassa::{Digest, is_genuine, state_code, state_url};
use testkit::visitor::{Page, Visitor, client};
use testkit::waiting::wait_until;

use crate::emulator::Emulator;
use crate::scene::{SOON, Scene};

/// The demo's shop, and a shop of another seller.
struct Stage {
    scene: Scene,
    seller: String,
    lily: Value,
    receiver: Receiver,
}

impl Stage {
    async fn new() -> Stage {
        let scene = Scene::demo().await;
        let receiver = Receiver::start().await;
        let created = scene.program.run(&["seller", "create", "Lily LLC"]).await;
        let seller = created["seller"].as_str().unwrap().to_owned();
        let result = receiver.url("/result");
        let new = ["shop", "create", "lily", "--seller", &seller, "--result", &result, "--delay", "1d"];
        let lily = scene.program.run(&new).await;
        scene.program.run(&["shop", "set", "lily", "--switches", "split"]).await;
        Stage { scene, seller, lily, receiver }
    }

    fn url(&self, invoice: &str, signature: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("Invoice", invoice), ("Signature", signature)])
            .finish();
        format!("{}/Merchant/Payment/CreateV2?{query}", self.scene.program.ready.url)
    }

    /// The link of an Invoice that the master has signed as the documentation says.
    fn link(&self, invoice: &Value) -> String {
        let text = invoice.to_string();
        self.url(&text, &Digest::Sha256.of(&format!("{text}{}", self.scene.keys.password1)))
    }

    async fn refused(&self, invoice: &Value) -> String {
        Visitor::new().open(&self.link(invoice)).await.error().unwrap_or_default()
    }

    /// An order of 100.00 of which lily gets 30.00, paid.
    async fn sale(&self, number: u32) -> Page {
        let mut buyer = Visitor::new();
        let page = buyer.open(&self.link(&invoice(number))).await;
        assert_eq!(page.state().as_deref(), Some("choose"), "{:?}", page.error());
        self.scene.pays_by_card(&mut buyer, &page).await;
        self.scene.until(&number.to_string(), "the money", |payment| payment["state"] == "paid").await;
        page
    }

    /// Waits until the part of an order has come to a state.
    async fn part(&self, number: u32, state: &str) -> Value {
        let is_so = |payment: &Value| payment["parts"][0]["state"] == state;
        self.scene.until(&number.to_string(), state, is_so).await
    }

    /// What the other seller's live book holds.
    async fn balance(&self, account: &str) -> String {
        let seller = self.scene.program.run(&["seller", "show", &self.seller]).await;
        seller["balances"]["RUB"][account].as_str().unwrap_or("0.00").to_owned()
    }

    fn password(&self, name: &str) -> &str {
        self.lily[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.lily))
    }

    /// The books are green, and so many moves are under way.
    async fn under_way(&self, count: usize) {
        let books = self.scene.program.run(&["books", "check"]).await;
        assert_eq!(books["green"], true, "{books:#}");
        assert_eq!(books["under_way"].as_array().unwrap().len(), count, "{books:#}");
    }
}

fn invoice(number: u32) -> Value {
    json!({
        "outAmount": 100.00,
        "shop_params": [{ "name": "order", "value": "A 1" }, { "name": "Basket", "value": 7 }],
        "email": "buyer@example.com",
        "language": "en",
        "merchant": { "id": "demo", "comment": "Daisies and a lily" },
        "splitMerchants": [
            { "id": "demo", "InvoiceId": number, "amount": 70 },
            { "id": "lily", "InvoiceId": number + 1_000, "amount": "30.00" },
        ],
    })
}

#[tokio::test]
async fn the_buyer_pays_once_and_each_seller_has_its_part_and_is_told() {
    let stage = Stage::new().await;
    let page = stage.sale(301).await;
    stage.receiver.wait_for("/result", 1, SOON).await;
    stage.scene.shop.wait_for("/result", 1, SOON).await;
    let whole = &stage.scene.shop.received("/result")[0];
    assert_eq!((whole.field("OutSum"), whole.field("InvId")), (Some("100.000000"), Some("301")));
    assert_eq!((whole.field("order"), whole.field("Basket")), (Some("A 1"), Some("7")));
    let text = format!("100.000000:301:{}:Basket=7:order=A 1", stage.scene.keys.password2);
    assert_eq!(whole.field("SignatureValue").unwrap(), Digest::Sha256.of(&text).to_uppercase());
    let part = &stage.receiver.received("/result")[0];
    assert_eq!((part.field("OutSum"), part.field("InvId")), (Some("30.000000"), Some("1301")));
    assert_eq!((part.field("Fee"), part.field("order")), (Some("0.000000"), Some("A 1")));
    let text = format!("30.000000:1301:{}:Basket=7:order=A 1", stage.password("password2"));
    assert_eq!(part.field("SignatureValue").unwrap(), Digest::Sha256.of(&text).to_uppercase());
    assert!(!is_genuine(part, &stage.scene.keys.password2, Digest::Sha256), "lily's password signs it");

    let at = &stage.scene.program.ready.url;
    let state = state_url(at, "lily", "1301", stage.password("password2"), Digest::Sha256);
    let answer = client().get(state).send().await.unwrap().text().await.unwrap();
    assert_eq!(state_code(&answer), Ok(100), "{answer}");
    assert!(answer.contains("<OutSum>30.000000</OutSum>"), "{answer}");

    // 100.00 less 3.5 % of the whole less the part; and the part, whole.
    assert_eq!(stage.scene.balance("pending").await, "66.50");
    assert_eq!(stage.balance("pending").await, "30.00");
    let payment = stage.part(301, "arrived").await;
    let arrived = payment["parts"][0]["arrived_as"].as_str().unwrap();
    let shown = stage.scene.program.run(&["payment", "show", arrived]).await;
    assert_eq!((&shown["order"], &shown["part_of"]), (&"1301".into(), &payment["payment"]));
    stage.under_way(0).await;
    // The same link again: it is paid.
    assert_eq!(stage.refused(&invoice(301)).await, "40");
    assert_eq!(page.status, 200);

    // The whole is the master's to refund, as far as its own money reaches; a part is not refunded by itself.
    let own = stage.scene.program.try_run(&["payment", "refund", arrived]).await.unwrap_err();
    assert!(own.message.contains("paid another shop"), "{}", own.message);
    let short =
        stage.scene.program.try_run(&["payment", "refund", "--shop", "demo", "--number", "301"]).await;
    assert!(short.unwrap_err().message.contains("lacks 30.00"));
    stage.scene.payment("refund", "301", &["--amount", "60.00"]).await;
    stage.scene.until("301", "the refund", |payment| payment["refunds"][0]["state"] == "returned").await;
    stage.under_way(0).await;
}

#[tokio::test]
async fn the_same_request_goes_on_with_its_payment_and_every_spelling_of_the_signature_opens_it() {
    let stage = Stage::new().await;
    let text = invoice(302).to_string();
    let twice = form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let password = &stage.scene.keys.password1;
    let sign = |text: &str| Digest::Sha256.of(text);
    let first = Visitor::new().open(&stage.url(&text, &sign(&format!("{text}{password}")))).await;
    assert_eq!(first.state().as_deref(), Some("choose"));
    for (sent, signature) in [
        (&text, sign(&format!("{text}:{password}"))),
        (&twice, sign(&format!("{text}{password}")).to_uppercase()),
    ] {
        assert_eq!(Visitor::new().open(&stage.url(sent, &signature)).await.url, first.url);
    }
    let body = stage.url(&text, &sign(&format!("{text}{password}"))).split_once('?').unwrap().1.to_owned();
    let at = format!("{}/merchant/payment/CREATEV2", stage.scene.program.ready.url);
    let kind = "application/x-www-form-urlencoded";
    let posted = client().post(at).header("content-type", kind).body(body).send().await.unwrap();
    assert_eq!(posted.headers()["location"].to_str().unwrap(), first.url.as_str());
    let parts = stage.scene.payment("show", "302", &[]).await["parts"].clone();
    assert_eq!((&parts[0]["state"], &parts[0]["shop"]), (&"planned".into(), &"lily".into()));
}

#[tokio::test]
async fn what_is_not_right_is_refused_by_its_number_and_opens_nothing() {
    let stage = Stage::new().await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = invoice(303);
        change(&mut changed);
        changed
    };
    for (number, what, change) in [
        ("31", "another sum", &(|v: &mut Value| v["outAmount"] = json!(101)) as &dyn Fn(&mut Value)),
        ("31", "a negative part", &|v| v["splitMerchants"][0]["amount"] = json!(-70)),
        ("31", "no sum", &|v| v["outAmount"] = Value::Null),
        ("41", "a rehearsal", &|v| v["merchant"]["comment"] = json!("never mind")),
        ("26", "a shop that is not there", &|v| v["splitMerchants"][1]["id"] = json!("nobody")),
        ("26", "no master", &|v| v["merchant"]["id"] = json!("nobody")),
        ("30", "a shop twice", &|v| v["splitMerchants"][1]["id"] = json!("demo")),
        ("30", "a field of ours", &|v| v["shop_params"][0]["name"] = json!("OutSum")),
        ("30", "a number that is none", &|v| v["splitMerchants"][1]["InvoiceId"] = json!("x")),
        ("33", "an end that has passed", &|v| v["expirationDate"] = json!("2020-01-01T00:00:00Z")),
    ] {
        let mut wrong = with(change);
        let link = if number == "41" {
            // Test passwords sign it, and it is refused all the same.
            wrong["isTest"] = json!(1);
            let text = wrong.to_string();
            stage.url(&text, &Digest::Sha256.of(&format!("{text}{}", stage.scene.keys.test_password1)))
        } else {
            stage.link(&wrong)
        };
        assert_eq!(Visitor::new().open(&link).await.error().as_deref(), Some(number), "{what}");
    }
    let text = invoice(303).to_string();
    for (sent, signature, number) in [
        (text.as_str(), "00", "29"),
        (&text, &Digest::Sha256.of(&format!("{text}{}", stage.password("password1"))), "29"),
        ("{\"outAmount\":1", "00", "30"),
        ("\u{0}", "00", "30"),
        ("", "00", "30"),
    ] {
        let page = Visitor::new().open(&stage.url(sent, signature)).await;
        assert_eq!(page.error().as_deref(), Some(number), "{sent:?}");
    }
    let large = "x".repeat(2_000_000);
    let at = format!("{}/Merchant/Payment/CreateV2", stage.scene.program.ready.url);
    let answer = client().post(at).body(format!("Invoice={large}")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.text().await.unwrap().contains("data-error=\"30\""));
    // The agreement of each shop counts, and which of them is missing is not told apart from a shop that is not there.
    stage.scene.program.run(&["shop", "set", "lily", "--switches", "holds"]).await;
    wait_until("the settings", SOON, || async { (stage.refused(&invoice(303)).await == "26").then_some(()) })
        .await;
    stage.scene.program.run(&["shop", "set", "demo", "--switches", "holds"]).await;
    wait_until("the settings", SOON, || async { (stage.refused(&invoice(303)).await == "41").then_some(()) })
        .await;
    let show = ["payment", "show", "--shop", "demo", "--number", "303"];
    assert!(stage.scene.program.try_run(&show).await.is_err());
}

#[tokio::test]
async fn a_part_that_nobody_takes_survives_a_crash_and_arrives_once_when_it_can() {
    let mut stage = Stage::new().await;
    stage.scene.program.run(&["seller", "set", &stage.seller, "--active", "no"]).await;
    stage.sale(304).await;
    let waits = |payment: &Value| {
        payment["history"].as_array().unwrap().iter().any(|event| event["what"] == "part_waits")
    };
    stage.scene.until("304", "the wait", waits).await;
    stage.under_way(1).await;
    assert_eq!(
        (stage.scene.balance("in_transit").await, stage.balance("pending").await),
        ("30.00".into(), "0.00".into())
    );
    stage.scene.program.kill9().await;
    stage.scene.program.restart().await;
    stage.under_way(1).await;
    stage.scene.program.run(&["seller", "set", &stage.seller, "--active", "yes"]).await;
    stage.scene.program.run(&["clock", "advance", "2h"]).await;
    stage.part(304, "arrived").await;
    assert_eq!(stage.balance("in_transit").await, "-30.00");
    assert_eq!(stage.balance("pending").await, "30.00");
    stage.under_way(0).await;
}

#[tokio::test]
async fn a_part_that_is_not_taken_within_a_day_goes_back_and_never_arrives() {
    let stage = Stage::new().await;
    stage.scene.program.run(&["seller", "set", &stage.seller, "--active", "no"]).await;
    stage.sale(305).await;
    stage.scene.program.run(&["clock", "advance", "25h"]).await;
    let payment = stage.part(305, "returned").await;
    assert!(payment["parts"][0]["arrived_as"].is_null());
    stage.scene.program.run(&["seller", "set", &stage.seller, "--active", "yes"]).await;
    stage.scene.program.run(&["clock", "advance", "25h"]).await;
    assert_eq!(
        (stage.scene.balance("available").await.as_str(), stage.balance("pending").await.as_str()),
        ("96.50", "0.00")
    );
    assert!(stage.receiver.received("/result").is_empty());
    stage.under_way(0).await;
    // All of it is the master's again, and can go back to the buyer whole.
    stage.scene.payment("refund", "305", &[]).await;
    stage.scene.until("305", "the refund", |payment| payment["refunds"][0]["state"] == "returned").await;
    stage.under_way(0).await;
}

#[tokio::test]
async fn two_logins_that_nobody_listed_share_a_payment_in_the_emulator() {
    let emulator = Emulator::start(&["--strict"]).await;
    let mut invoice = json!({
        "outAmount": 100,
        "merchant": { "id": "rose" },
        "splitMerchants": [
            { "id": "rose", "InvoiceId": 5, "amount": 70 },
            { "id": "tulip", "InvoiceId": 6, "amount": 30 },
        ],
    });
    let link = |invoice: &Value, password: &str| {
        let text = invoice.to_string();
        let signature = Digest::Md5.of(&format!("{text}{password}"));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("Invoice", &text), ("Signature", &signature)])
            .finish();
        emulator.at(&format!("/Merchant/Payment/CreateV2?{query}"))
    };
    let page = Visitor::new().open(&link(&invoice, "password1")).await;
    let id = page.url.path().strip_prefix("/pay/").unwrap_or_else(|| panic!("{}", page.text)).to_owned();
    emulator.chooses(&id, "paid").await;
    let told = emulator.shop.wait_for("/result", 2, SOON).await;
    assert!(told.iter().all(|notice| is_genuine(notice, "password2", Digest::Md5)));
    let mut sums: Vec<_> =
        told.iter().map(|notice| (notice.field("InvId"), notice.field("OutSum"))).collect();
    sums.sort_unstable();
    assert_eq!(sums, [(Some("5"), Some("100.000000")), (Some("6"), Some("30.000000"))]);
    assert_eq!((emulator.state("rose", "5").await, emulator.state("tulip", "6").await), (Ok(100), Ok(100)));
    let part = &emulator.payments("?login=tulip&inv_id=6").await[0];
    assert_eq!(
        (&part["state"], &part["out_sum"], &part["test"]),
        (&json!("paid"), &json!("30.00"), &json!(false))
    );
    assert_eq!(emulator.chooses(part["id"].as_str().unwrap(), "refused").await.0, 409);
    let rows = client().get(emulator.at("/emulator")).send().await.unwrap();
    assert_eq!(rows.status().as_u16(), 200);
    invoice["isTest"] = json!(1);
    let rehearsal = Visitor::new().open(&link(&invoice, "test_password1")).await;
    assert_eq!(rehearsal.error().as_deref(), Some("41"));
    emulator.is_green().await;
}
