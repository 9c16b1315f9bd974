//! The role of everybody outside: a provider and shops that listen, and visitors that do what they are told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use simulators::yookassa::{Settings, serve};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::books::PROVIDER_KEYS;
use crate::outside::{Deed, Hello, Job};
use crate::visitors::Visitors;
use crate::wire;

/// Orders whose shop waits to be told that they are paid.
pub type Waiting = Arc<Mutex<HashMap<String, oneshot::Sender<()>>>>;

/// Serves until its input ends.
pub async fn run() {
    let mut serving = JoinSet::new();
    let (listener, provider) = listen().await;
    let settings = Settings {
        gateways: Vec::new(),
        shops: vec![(PROVIDER_KEYS.0.to_owned(), PROVIDER_KEYS.1.to_owned())],
        public_url: provider.clone(),
        notice_url: None,
        seed: 3,
        faults: Default::default(),
    };
    let (handle, running) = serve(listener, settings);
    serving.spawn(async move { running.await.expect("the provider runs") });
    let (listener, shop) = listen().await;
    let waiting = Waiting::default();
    serving.spawn(shops(listener, waiting.clone()));
    let hello = Hello { url: shop.clone(), provider: provider.clone(), shop: format!("{shop}/result") };
    println!("{}", serde_json::to_string(&hello).expect("addresses as JSON"));
    let mut jobs = jobs();
    while let Some(line) = jobs.recv().await {
        let job: Job = serde_json::from_str(&line).expect("a job");
        if !job.notices.is_empty() {
            handle.set_notice_url(Some(job.notices.clone()));
        }
        let (deed, before) = (job.deed, handle.books().len());
        let pace = Visitors::new(job, provider.clone(), waiting.clone()).work().await;
        let taken = (handle.books().len() - before) as u64;
        match deed {
            Deed::Ask | Deed::Open => {}
            Deed::Start | Deed::Pay => assert!(taken >= pace.done, "the provider has not taken all of them"),
        }
        println!("{}", serde_json::to_string(&pace).expect("a pace as JSON"));
    }
}

/// The lines of the input. A thread reads them, because a pipe has no other way to wait.
fn jobs() -> mpsc::UnboundedReceiver<String> {
    let (sender, jobs) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            if sender.send(line.expect("jobs come as text")).is_err() {
                return;
            }
        }
    });
    jobs
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound address"));
    (listener, url)
}

/// Shops that accept every notice, and tell whoever waits for it.
async fn shops(listener: TcpListener, waiting: Waiting) {
    let mut talks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let waiting = waiting.clone();
        talks.spawn(wire::serve(stream, move |body| accept(&waiting, body)));
        while talks.try_join_next().is_some() {}
    }
}

/// The answer of a shop that has booked what it was told.
fn accept(waiting: &Waiting, body: &str) -> String {
    let field = form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "InvId");
    let number = field.map(|(_, value)| value.into_owned()).unwrap_or_default();
    if let Some(told) = waiting.lock().expect("nobody panicked").remove(&number) {
        // Whoever waited may have lost patience.
        let _ = told.send(());
    }
    format!("OK{number}")
}
