//! What is sold: said by the shop in its link, kept with the payment, and passed on to who prints it.

use serde_json::{Value, json};
use testkit::robokassa::{Digest, Link};
use testkit::visitor::client;

use crate::buyer::Buyer;
use crate::world::World;

/// A receipt of 100.00: three pieces for a sum that three do not divide, and a float's sum.
const ITEMS: &str = r#"{"sno":"usn_income","items":[
    {"name":"Чай 4111 1111 1111 1111","quantity":3,"sum":70.00,"tax":"vat20","payment_method":"full_payment"},
    {"name":"Сыр","quantity":"0.5","sum":29.999999999999996,"tax":"none","payment_object":"commodity"}]}"#;

/// A receipt of one item.
fn of(sum: &str) -> String {
    format!(r#"{{"items":[{{"name":"Чай","quantity":1,"sum":{sum},"tax":"none"}}]}}"#)
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl World {
    async fn prints(&self) {
        self.program.run(&["provider", "set", "yookassa", "receipts=on"]).await;
    }

    /// The receipt that the provider got with the payment of an order.
    async fn at_the_printer(&self, number: &str) -> Value {
        let payment = self.payment(number).await;
        let there = self.provider.payments().await;
        let attempt = &payment["attempts"].as_array().unwrap().last().unwrap()["attempt"];
        there.into_iter().find(|there| there["metadata"]["attempt"] == *attempt).unwrap()["receipt"].clone()
    }

    /// The shop takes a hold with a receipt of what it takes; whether that was granted.
    async fn confirms(&self, number: &str, sum: &str, receipt: Option<&str>) -> bool {
        let (keys, mut form) = (&self.keys, form_urlencoded::Serializer::new(String::new()));
        let mut slots = vec![keys.login.as_str(), sum, number];
        form.extend_pairs([("MerchantLogin", slots[0]), ("OutSum", sum), ("InvoiceID", number)]);
        if let Some(receipt) = receipt {
            form.append_pair("Receipt", receipt);
            slots.push(receipt);
        }
        slots.push(&keys.password1);
        form.append_pair("SignatureValue", &Digest::Sha256.of(&slots.join(":")));
        let url = format!("{}/Merchant/Payment/Confirm", self.program.ready.url);
        let request = client().post(url).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(form.finish()).send().await.unwrap();
        answer.text().await.unwrap() == "\"success: true\""
    }

    fn with(&self, number: &str, receipt: &str) -> Link {
        self.order("100.00", number).signed("Receipt", receipt)
    }
}

#[tokio::test]
async fn a_receipt_goes_from_the_link_to_the_provider() {
    let mut world = World::demo().await;
    world.prints().await;
    // Signed and sent as the official modules do it: encoded, then encoded once more by the form.
    let link = world.with("6101", &encoded(ITEMS)).unsigned("Email", "buyer@example.com");
    let mut buyer = Buyer::opens(&world.url(&link)).await;
    let kept = world.payment("6101").await["receipt"].clone();
    assert_eq!((&kept["tax_system"], &kept["total"]), (&json!("usn_income"), &json!("100.00")));
    assert_eq!(kept["items"][0]["quantity"], "3");
    assert_eq!(kept["items"][1]["sum"], "30.00");
    assert!(!kept.to_string().contains("4111 1111"), "no card number is kept: {kept}");

    buyer.chooses("bank_card").await;
    buyer.waits_for("redirect").await;
    let printed = world.at_the_printer("6101").await;
    assert_eq!(printed["customer"], json!({"email": "buyer@example.com"}));
    assert_eq!(printed["tax_system_code"], 2);
    let line = |place: usize| {
        let item = &printed["items"][place];
        (
            item["quantity"].as_str().unwrap(),
            item["amount"]["value"].as_str().unwrap(),
            item["vat_code"].as_i64(),
        )
    };
    assert_eq!(
        [line(0), line(1), line(2)],
        [("2", "23.33", Some(4)), ("1", "23.34", Some(4)), ("0.5", "60.00", Some(1))]
    );
    world.provider.pay(&world.at_provider("6101").await).await;
    buyer.waits_for("paid").await;
    world.is_green().await;
}

#[tokio::test]
async fn who_is_to_get_a_receipt_is_asked_for_an_address_and_only_then() {
    let world = World::demo().await;
    // Nobody prints it, so nobody needs an address.
    let mut buyer = Buyer::opens(&world.url(&world.with("6201", ITEMS))).await;
    buyer.chooses("bank_card").await;
    buyer.waits_for("redirect").await;
    assert_eq!(world.at_the_printer("6201").await, Value::Null);

    world.prints().await;
    let mut buyer = Buyer::opens(&world.url(&world.with("6202", ITEMS))).await;
    for typed in ["", "nobody"] {
        buyer.chooses_with("bank_card", "email", typed).await;
        assert_eq!(buyer.page.status, 422, "{typed}");
    }
    buyer.chooses_with("bank_card", "email", "typed@example.com").await;
    buyer.waits_for("redirect").await;
    assert_eq!(world.at_the_printer("6202").await["customer"], json!({"email": "typed@example.com"}));
}

#[tokio::test]
async fn a_hold_is_taken_with_the_receipt_of_what_is_taken() {
    let mut world = World::demo().await;
    world.prints().await;
    let link = world.with("6301", &of("100.00")).signed("StepByStep", "true");
    let mut buyer = Buyer::opens(&world.url(&link.unsigned("Email", "buyer@example.com"))).await;
    buyer.chooses("bank_card").await;
    buyer.waits_for("redirect").await;
    world.provider.pay(&world.at_provider("6301").await).await;
    buyer.waits_for("held").await;

    assert!(!world.confirms("6301", "60.00", None).await, "a part needs a receipt of its own");
    assert!(!world.confirms("6301", "60.00", Some(&of("100.00"))).await);
    assert!(!world.confirms("6301", "60.00", Some("{\"items\":[]}")).await);
    assert_eq!(world.payment("6301").await["state"], "held");
    assert!(world.confirms("6301", "60.00", Some(&of("60.00"))).await);
    let paid = world.settled_on("6301", "the sale", |payment| payment["state"] == "paid").await;
    assert_eq!((&paid["captured"], &paid["receipt"]["total"]), (&json!("60.00"), &json!("60.00")));
    assert_eq!(world.at_the_printer("6301").await["items"][0]["amount"]["value"], "60.00");
    assert!(world.confirms("6301", "60.00", Some(&of("60.00"))).await, "the answer may have been lost");
    world.is_green().await;
}
