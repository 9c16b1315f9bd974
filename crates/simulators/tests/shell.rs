//! The shells over real sockets: answers lost on purpose, notices delivered, time moved.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::time::Duration;

use serde_json::{Value, json};
use simulators::shop;
use simulators::yookassa::faults::Faults;
use simulators::yookassa::{self, shell::Handle};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A running simulator; dropping it ends it.
struct Running {
    address: String,
    handle: Handle,
    /// Dropping the set ends what runs in it.
    _tasks: JoinSet<std::io::Result<()>>,
}

async fn provider(notice_url: Option<String>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let settings = yookassa::Settings {
        shops: vec![("100".to_owned(), "test_fake".to_owned())],
        gateways: Vec::new(),
        public_url: format!("http://{address}"),
        notice_url,
        seed: 1,
        faults: Faults::default(),
    };
    let (handle, running) = yookassa::serve(listener, settings);
    let mut tasks = JoinSet::new();
    tasks.spawn(running);
    Running { address, handle, _tasks: tasks }
}

/// Sends one request on a connection of its own; answers every byte that came back.
async fn exchange(address: &str, method: &str, path: &str, kind: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic MTAwOnRlc3RfZmFrZQ==\r\n\
         idempotence-key: one\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut reply = String::new();
    // A connection closed by force is an empty reply here.
    let _ = stream.read_to_string(&mut reply).await;
    reply
}

async fn post(address: &str, path: &str, body: &Value) -> String {
    exchange(address, "POST", path, "application/json", &body.to_string()).await
}

fn body_of(reply: &str) -> Value {
    serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn order() -> Value {
    json!({"amount": {"value": "100.00", "currency": "RUB"}, "capture": true,
           "payment_method_data": {"type": "bank_card"},
           "confirmation": {"type": "redirect", "return_url": "https://shop.example/back"}})
}

/// Accepts one notice and answers it with this status line.
async fn receive(listener: &TcpListener, status: &str) -> Value {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4_096];
        let count = stream.read(&mut piece).await.unwrap();
        assert!(count > 0, "the notice ended early");
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
        if let Ok(notice) = serde_json::from_str(body) {
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            return notice;
        }
    }
}

#[tokio::test]
async fn a_lost_answer_is_a_connection_closed_without_a_byte() {
    let provider = provider(None).await;
    let faults = json!({"rules": [{"on": "create_payment", "fault": "lost_answer", "next": 1}]});
    assert!(post(&provider.address, "/control/faults", &faults).await.starts_with("HTTP/1.1 200"));
    assert_eq!(post(&provider.address, "/v3/payments", &order()).await, "");
    let again = post(&provider.address, "/v3/payments", &order()).await;
    assert!(again.starts_with("HTTP/1.1 200"), "{again}");
    assert_eq!(provider.handle.books().len(), 1);
}

#[tokio::test]
async fn a_notice_reaches_an_address_set_later_and_is_repeated_after_a_refusal() {
    let receiver = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let provider = provider(None).await;
    provider.handle.set_notice_url(Some(format!("http://{}/hook", receiver.local_addr().unwrap())));
    let payment = body_of(&post(&provider.address, "/v3/payments", &order()).await);
    let control = format!("/control/payments/{}", payment["id"].as_str().unwrap());
    post(&provider.address, &control, &json!({"outcome": "pay"})).await;
    let first = receive(&receiver, "500 Internal Server Error").await;
    assert_eq!(first["event"], "payment.succeeded");
    assert_eq!(first["object"]["id"], payment["id"]);
    // Moving the clock makes the next try due, so nobody waits for it. The refusal has to arrive first,
    // and until it has, nothing is planned that the clock could reach.
    let second = async {
        loop {
            post(&provider.address, "/control/clock", &json!({"advance_seconds": 15})).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        repeated = receive(&receiver, "200 OK") => assert_eq!(repeated, first),
        () = second => {}
    }
}

#[tokio::test]
async fn a_moved_clock_ends_what_has_run_out_before_the_next_answer() {
    let provider = provider(None).await;
    let payment = body_of(&post(&provider.address, "/v3/payments", &order()).await);
    post(&provider.address, "/control/clock", &json!({"advance_seconds": 3601})).await;
    let path = format!("/v3/payments/{}", payment["id"].as_str().unwrap());
    let read = body_of(&exchange(&provider.address, "GET", &path, "text/plain", "").await);
    assert_eq!(read["cancellation_details"]["reason"], "expired_on_confirmation");
}

#[tokio::test]
async fn the_simulator_ends_with_its_future() {
    let provider = provider(None).await;
    let address = provider.address.clone();
    assert!(exchange(&address, "GET", "/", "text/plain", "").await.starts_with("HTTP/1.1 200"));
    drop(provider);
    // The abort is carried out by the runtime a moment later.
    for _ in 0..100 {
        if TcpStream::connect(&address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the port is still open");
}

#[tokio::test]
async fn the_shop_takes_an_order_and_can_be_told_to_misbehave() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let settings = shop::Settings {
        aggregator_url: "http://aggregator.example".to_owned(),
        login: "demo".to_owned(),
        password1: "fake-one".to_owned(),
        password2: "fake-two".to_owned(),
        test_password1: "fake-test-one".to_owned(),
        test_password2: "fake-test-two".to_owned(),
        digest: shop::digest::Digest::Md5,
        public_url: format!("http://{address}"),
    };
    let mut tasks = JoinSet::new();
    tasks.spawn(shop::serve(listener, settings));
    let form = "application/x-www-form-urlencoded";
    let sent_away = exchange(&address, "POST", "/buy", form, "item=cup").await;
    assert!(sent_away.starts_with("HTTP/1.1 303"));
    assert!(sent_away.contains(
        "location: http://aggregator.example/Merchant/Index.aspx?MerchantLogin=demo&OutSum=1290.00&"
    ));
    let orders = body_of(&exchange(&address, "GET", "/orders.json", "text/plain", "").await);
    assert_eq!(orders["orders"][0]["state"], "waiting");
    exchange(&address, "POST", "/misbehave", form, "how=close&times=1").await;
    assert_eq!(exchange(&address, "GET", "/result?OutSum=1", "text/plain", "").await, "");
    assert!(exchange(&address, "GET", "/result?OutSum=1", "text/plain", "").await.contains("bad sign"));
}
