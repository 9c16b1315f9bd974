//! Requests exactly as real clients produced them, through the HTTP entry of the real program.

use serde_json::{Value, json};
use testkit::html::value_of;
use testkit::program::Program;
use testkit::visitor::client;

use crate::scene::BINARY;

const VECTORS: &str = include_str!("../../crates/protocols/vectors/robokassa.json");

#[tokio::test]
async fn every_recorded_request_of_a_client_opens_its_payment_and_a_changed_one_opens_none() {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let wire: Vec<Value> = all.into_iter().filter(|vector| vector["kind"] == "wire").collect();
    assert!(wire.len() >= 10);
    for vector in wire {
        let name = vector["name"].as_str().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let accounts = folder.path().join("accounts.json");
        let account = json!([{
            "login": "demo", "password1": vector["secrets"]["password1"], "algorithm": vector["algo"],
            "rates": { "USD": "90.00" },
        }]);
        std::fs::write(&accounts, account.to_string()).unwrap();
        let typed = ["emulate", "robokassa", "--json", "--accounts", accounts.to_str().unwrap()];
        let emulator = Program::start(BINARY, typed.map(str::to_owned).to_vec()).await;
        let input = &vector["input"];
        let (path, form) = (input["path"].as_str().unwrap(), input["form"].as_str().unwrap());
        let at = format!("{}{path}", emulator.ready.url);
        let sent = async |form: &str| {
            let request = match input["method"].as_str() {
                Some("POST") => client()
                    .post(&at)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(form.to_owned()),
                _ => client().get(format!("{at}?{form}")),
            };
            request.send().await.unwrap()
        };
        let changed = sent(&form.replace("OutSum=1", "OutSum=2")).await;
        let changed = (changed.status().as_u16(), changed.text().await.unwrap());
        assert!(changed.0 == 200 && changed.1.contains("data-error=\"29\""), "{name}: {changed:?}");
        let opened = sent(form).await;
        let location = opened.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        let status = opened.status().as_u16();
        let led = location.is_some_and(|to| to.contains("/pay/pay_"));
        assert!(
            status == 303 && led,
            "{name}: {status} {:?}",
            value_of(&opened.text().await.unwrap(), "main", "data-error")
        );
    }
}
